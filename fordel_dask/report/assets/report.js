"use strict";
// What every page of a report can do: tables are sorted, pictures say what is under the pointer, paper shows everything.

const lang = document.documentElement.lang;
const beside = (first, second) => first.localeCompare(second, lang, { numeric: true });

function sortTables() {
  for (const heading of document.querySelectorAll("table.sortable thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(heading));
    heading.append(button);
  }
}

function sortBy(heading) {
  const ascends = heading.getAttribute("aria-sort") !== "ascending";
  const isNumber = heading.classList.contains("number");
  for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascends ? "ascending" : "descending");
  const body = heading.closest("table").tBodies[0];
  const column = heading.cellIndex;
  const keyed = [...body.rows].map((row) => [keyOf(row.cells[column], isNumber), row]);
  keyed.sort(([first], [second]) => compared(first, second, ascends));
  body.append(...keyed.map(([, row]) => row));
}

// A cell without a figure has no key, and stands at the end whichever way a table is sorted.
function keyOf(cell, isNumber) {
  if (isNumber) return cell.dataset.order === undefined ? null : Number(cell.dataset.order);
  return cell.textContent.trim() || null;
}

function compared(first, second, ascends) {
  if (first === null || second === null) return (first === null) - (second === null);
  const order = typeof first === "number" ? first - second : beside(first, second);
  return ascends ? order : -order;
}

function showTips() {
  const tip = document.getElementById("tip");
  const shapeOf = (event) => event.target.closest && event.target.closest("[data-tip]");
  const hide = () => { tip.hidden = true; };
  const show = (event) => {
    const shape = shapeOf(event);
    if (!shape) return hide();
    for (const title of shape.querySelectorAll("title")) title.remove();  // the browser's own tip would cover ours
    tip.textContent = shape.dataset.tip;
    tip.hidden = false;
    const box = shape.getBoundingClientRect();
    const at = event.type === "focusin" ? { x: box.left + box.width / 2, y: box.bottom } : { x: event.clientX, y: event.clientY };
    const right = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${window.scrollX + Math.max(8, Math.min(at.x + 14, right))}px`;
    tip.style.top = `${window.scrollY + at.y + 18}px`;
    return undefined;
  };
  for (const kind of ["pointerover", "pointermove", "focusin"]) document.addEventListener(kind, show);
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

// On pages without an explorer a municipality or council that is clicked on a map is shown in its table.
function findRows() {
  document.addEventListener("click", (event) => {
    const shape = event.target.closest("[data-code][data-tip]");
    if (!shape || document.getElementById("explorer")) return;
    const end = `${shape.dataset.kind}=${encodeURIComponent(shape.dataset.code)}`;
    const link = [...document.querySelectorAll("tbody th a")].find((one) => one.href.endsWith(end));
    if (!link) return;
    for (const row of document.querySelectorAll("tr.chosen")) row.classList.remove("chosen");
    link.closest("tr").classList.add("chosen");
    link.closest("tr").scrollIntoView({ block: "center" });
  });
}

function openForPaper() {
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
}

// What is wider than the page can be moved by the keyboard too; what fits is no stop on the way.
function reachWide() {
  const wide = document.querySelectorAll(".chart, .wide");
  const reach = () => { for (const one of wide) one.tabIndex = one.scrollWidth > one.clientWidth ? 0 : -1; };
  document.addEventListener("toggle", reach, true);
  window.addEventListener("resize", reach);
  reach();
}

sortTables();
reachWide();
showTips();
findRows();
openForPaper();
