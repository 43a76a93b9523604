"use strict";
// The explorer: what is chosen stands in the address (#clinic=012345&case=V31.none), so that it can be linked to.

const data = JSON.parse(document.getElementById("explorer-data").textContent);
const said = data.words;
const byId = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat(lang);
const number = (value) => whole.format(value).replace("-", "−");
const signed = (value) => (value > 0 ? "+" : "") + number(value);

const councils = data.councils.map((one) => ({ ...one, kind: "council" }));
const municipalities = data.municipalities.map(([code, name, council, facts, steps, why]) => (
  { kind: "municipality", code, name, council, facts, steps, said: why.map((place) => data.labels[place]) }));
const clinics = data.clinics.map(([code, council, municipality, facts, steps, why]) => (
  { kind: "clinic", code, name: code, council, municipality, facts, steps, said: why.map((place) => data.labels[place]) }));
const regions = data.regions.map(([name, page]) => ({ kind: "region", name, page }));
const known = { council: councils, municipality: municipalities, clinic: clinics };

let chosen = null;
let scenario = -1;

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...[content].flat().filter((one) => one !== null));
  return made;
}

function headingOf(one) {
  if (one.kind === "clinic") return said.clinic_heading.replace("{}", () => one.code);
  return (said[`${one.kind}_heading_${one.code}`] || said[`${one.kind}_heading`]).replace("{}", () => one.name);
}

// What was chosen, in words and figures.

function answer() {
  const place = byId("answer");
  if (!chosen) return;
  const parts = [element("h3", headingOf(chosen)), placeOf(chosen), factsOf(chosen)];
  if (chosen.lines) parts.push(linesOf(chosen));
  if (chosen.steps.length) parts.push(element("h4", said.explorer_steps), ladderOf(chosen), element("p", said.explorer_signs, { class: "small" }));
  for (const sentence of chosen.said) parts.push(element("p", sentence));
  if (scenario >= 0) parts.push(...changeOf(chosen, data.cases[scenario]));
  parts.push(linksOf(chosen));
  place.replaceChildren(...parts.filter((one) => one !== null));
  byId("answer-read").textContent = readOut(chosen);
}

// What is read out where the page is not seen: one sentence, for the whole answer would be too long to listen to.
function readOut(one) {
  const figure = numberOf(one);
  const sentence = figure === null ? one.said[0] || said.explorer_untold : said[`read_${one.kind}`].replace("{}", () => figure);
  const after = scenario >= 0 && changedRows(one, data.cases[scenario]).at(-1);
  return `${headingOf(one)}: ${sentence}${after ? `. ${said.read_case.replace("{}", () => after[2])}` : ""}`;
}

function numberOf(one) {
  const fact = { council: said.fact_maximum, municipality: said.fact_patients_per_capacity }[one.kind];
  if (fact) {
    const told = pairsOf(one.facts).find(([label]) => data.labels[label] === fact);
    return told ? told[1] : null;
  }
  return one.steps.length ? number(pairsOf(one.steps).reduce((total, [, patients]) => total + patients, 0)) : null;
}

function placeOf(one) {
  const names = [known.municipality[one.municipality], known.council[one.council]].filter(Boolean).map(headingOf);
  return names.length ? element("p", names.join(", "), { class: "small" }) : null;
}

function factsOf(one) {
  const facts = pairsOf(one.facts).map(([label, text]) => element("div", [element("dt", data.labels[label]), element("dd", text)]));
  return element("dl", facts, { class: "facts" });
}

function pairsOf(flat) {
  return Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n], flat[2 * n + 1]]);
}

function linesOf(one) {
  const lines = pairsOf(one.lines);
  const rows = lines.map(([label, figure], n) => rowOf(label, figure, null, n === lines.length - 1 ? "result" : ""));
  return element("table", element("tbody", rows), { class: "sum-up" });
}

function rowOf(label, figure, bar, kind) {
  const cells = [element("th", label, { scope: "row" }), element("td", figure, { class: "number" })];
  if (bar !== null) cells.push(element("td", bar, { class: "bar" }));
  return element("tr", cells, kind ? { class: kind } : {});
}

function ladderOf(one) {
  const steps = pairsOf(one.steps);
  const [[first, start], ...rest] = steps;
  const bars = barsOf(rest.map(([, patients]) => patients));
  const rows = rest.map(([label, patients], n) => rowOf(data.labels[label], signed(patients), bars[n]));
  const sum = steps.reduce((total, [, patients]) => total + patients, 0);
  rows.unshift(rowOf(data.labels[first], number(start), ""));
  rows.push(rowOf(said[`explorer_sum_${one.kind}`], number(sum), "", "result"));
  return element("table", element("tbody", rows), { class: "sum-up ladder" });
}

// Bars that go on from each other, drawn to the reach of them all.
function barsOf(amounts) {
  let at = 0;
  const ends = amounts.map((amount) => [at, (at += amount)]);
  const low = Math.min(0, ...ends.flat());
  const reach = Math.max(0, ...ends.flat()) - low || 1;
  return ends.map(([from, to]) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const bar = document.createElementNS(svg.namespaceURI, "rect");
    for (const [name, value] of [["viewBox", "0 0 100 10"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    const box = { class: to > from ? "more" : "fewer", x: (100 * (Math.min(from, to) - low)) / reach, width: (100 * Math.abs(to - from)) / reach, height: 10 };
    for (const [name, value] of Object.entries(box)) bar.setAttribute(name, value);
    svg.append(bar);
    return svg;
  });
}

function changeOf(one, change) {
  const rows = changedRows(one, change);
  const head = ["", said.explorer_before, said.explorer_after, said.explorer_change];
  const body = rows.map(([label, ...texts]) => element("tr", [
    element("th", label, { scope: "row" }), ...texts.map((text) => element("td", text, { class: "number" }))]));
  return [
    element("h4", `${said.explorer_before_after}: ${change.title}`),
    element("div", element("table", [
      element("thead", element("tr", head.map((text, n) => element(n ? "th" : "td", text, n ? { scope: "col", class: "number" } : {})))),
      element("tbody", body),
    ]), { class: "wide" }),
  ];
}

function changedRows(one, change) {
  const place = known[one.kind].indexOf(one);
  if (one.kind === "council") {
    const labels = [said.fact_need, said.fact_maximum];
    return (change.councils[place] || []).map(([before, after, by], n) => [labels[n], before, after, by || said.explorer_untold]);
  }
  if (one.kind === "municipality") {
    const [before, after] = change.municipalities[place] || [];
    return [comparedRow(said.fact_patients_per_capacity, before, after)];
  }
  const before = one.steps.length ? pairsOf(one.steps).reduce((total, [, patients]) => total + patients, 0) : null;
  const found = pairsOf(change.clinics).find(([clinic]) => clinic === place);
  return [comparedRow(said.explorer_sum_clinic, before, found ? found[1] : before)];
}

function comparedRow(label, before, after) {
  const isTold = Number.isInteger(before) && Number.isInteger(after);
  const by = isTold ? (after === before ? said.explorer_unchanged : signed(after - before)) : said.explorer_untold;
  return [label, Number.isInteger(before) ? number(before) : "–", Number.isInteger(after) ? number(after) : "–", by];
}

function linksOf(one) {
  const council = one.kind === "council" ? one : known.council[one.council];
  const letter = one.kind === "clinic" && data.letters[clinics.indexOf(one)];
  const links = [];
  if (council) links.push(element("a", said.explorer_page, { href: council.page }));
  if (letter) links.push(element("a", said.explorer_letter, { href: letter }));
  return links.length ? element("p", links, { class: "links" }) : null;
}

// Lists to choose from.

function options(select, all, of) {
  const entries = of.map((one) => element("option", one.label, { value: one.value }));
  select.replaceChildren(element("option", all, { value: "" }), ...entries);
}

function fillLists() {
  const council = chosen && (chosen.kind === "council" ? councils.indexOf(chosen) : chosen.council);
  const municipality = chosen && (chosen.kind === "municipality" ? municipalities.indexOf(chosen) : chosen.municipality);
  const isIn = (value, other) => value === null || value === undefined || value < 0 || value === other;
  const named = (list) => list.map((one) => ({ label: one.name, value: one.code })).sort((a, b) => beside(a.label, b.label));
  options(byId("choose-council"), said.explorer_all, named(councils));
  options(byId("choose-municipality"), said.explorer_all, named(municipalities.filter((one) => isIn(council, one.council))));
  options(byId("choose-clinic"), said.explorer_all, named(clinics.filter((one) => isIn(council, one.council) && isIn(municipality, one.municipality))));
  byId("choose-council").value = council >= 0 && councils[council] ? councils[council].code : "";
  byId("choose-municipality").value = municipality >= 0 && municipalities[municipality] ? municipalities[municipality].code : "";
  byId("choose-clinic").value = chosen && chosen.kind === "clinic" ? chosen.code : "";
  byId("choose-case").value = scenario >= 0 ? data.cases[scenario].code : "";
}

function choose(one) {
  chosen = one;
  fillLists();
  answer();
  const parts = [`${one.kind}=${encodeURIComponent(one.code)}`];
  if (scenario >= 0) parts.push(`case=${encodeURIComponent(data.cases[scenario].code)}`);
  history.replaceState(null, "", `#${parts.join("&")}`);
}

function chooseFrom(kind, code) {
  const one = known[kind].find((other) => other.code === code);
  if (one) return choose(one);
  const wider = kind === "clinic" ? known.municipality[chosen && chosen.municipality] : null;
  const widest = kind !== "council" ? known.council[chosen && chosen.council] : null;
  return wider || widest ? choose(wider || widest) : clear();
}

function clear() {
  chosen = null;
  fillLists();
  byId("answer").replaceChildren(element("p", said.explorer_empty, { class: "small" }));
  byId("answer-read").textContent = said.explorer_empty;
  history.replaceState(null, "", location.pathname);
}

function listen() {
  options(byId("choose-case"), said.explorer_no_case, data.cases.map((one) => ({ label: one.title, value: one.code })));
  for (const kind of Object.keys(known)) {
    byId(`choose-${kind}`).addEventListener("change", (event) => chooseFrom(kind, event.target.value));
  }
  byId("choose-case").addEventListener("change", (event) => {
    scenario = data.cases.findIndex((one) => one.code === event.target.value);
    if (chosen) choose(chosen);
  });
  document.addEventListener("click", (event) => {
    const shape = event.target.closest("[data-code][data-tip]");
    const one = shape && (known[shape.dataset.kind] || []).find((other) => other.code === shape.dataset.code);
    if (one) { choose(one); byId("explorer").scrollIntoView(); }
  });
  window.addEventListener("hashchange", readAddress);
}

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.has("case")) scenario = data.cases.findIndex((one) => one.code === asked.get("case"));
  for (const kind of Object.keys(known)) {
    const one = asked.has(kind) && known[kind].find((other) => other.code === asked.get(kind));
    if (one) { choose(one); byId("explorer").scrollIntoView(); }
  }
}

// The search: a list under the box, moved through with the arrow keys (the combobox pattern of ARIA).

const MOST_FOUND = 12;
const accents = /[\u0300-\u036f]/g;
// Letters that are written in several ways become one: æ as ae, ä or a; ø as oe, ö or o; å as aa or a.
const plain = (text) => text.toLocaleLowerCase(lang).normalize("NFD").replace(accents, "")
  .replace(/ae|æ|aa/g, "a").replace(/oe|ø/g, "o").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const leftOut = new Set(said.search_left_out.split(" ").map(plain));
const bare = (text) => plain(text).split(" ").filter((word) => !leftOut.has(word)).join(" ");
const everything = [...councils, ...municipalities, ...regions, ...clinics].map((one) => (
  { one, text: bare(one.name), heading: one.kind === "region" ? plain(one.name) : plain(headingOf(one)) }));
let found = [];
let active = -1;

function search() {
  const asked = plain(byId("find").value);
  const name = bare(asked);
  const isHit = ({ text, heading }) => heading.includes(asked) || (name && (text.includes(name) || `${text}s` === name));
  const hits = asked ? everything.filter(isHit) : [];
  const first = hits.filter(({ text }) => name && (text.startsWith(name) || `${text}s` === name));
  found = [...first, ...hits.filter((hit) => !first.includes(hit))].slice(0, MOST_FOUND).map(({ one }) => one);
  active = -1;
  byId("found").replaceChildren(...(asked ? listed() : []));
  byId("find-count").textContent = asked ? (hits.length ? said.search_found.replace("{}", () => number(hits.length)) : said.search_none) : "";
  open(Boolean(asked));
}

function listed() {
  if (!found.length) return [element("li", said.search_none, { role: "option", "aria-disabled": "true", "aria-selected": "false" })];
  return found.map((one, n) => {
    const entry = element("li", [element("span", one.name), element("em", said[`search_kind_${one.kind}`])], { role: "option", id: `found-${n}`, "aria-selected": "false" });
    entry.addEventListener("pointerdown", (event) => { event.preventDefault(); take(n); });
    return entry;
  });
}

function open(isOpen) {
  byId("found").hidden = !isOpen;
  byId("find").setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) byId("find").removeAttribute("aria-activedescendant");
}

function move(by) {
  if (!found.length) return;
  active = (active + by + found.length + (active < 0 && by < 0 ? 1 : 0)) % found.length;
  [...byId("found").children].forEach((entry, n) => entry.setAttribute("aria-selected", String(n === active)));
  byId("find").setAttribute("aria-activedescendant", `found-${active}`);
  byId(`found-${active}`).scrollIntoView({ block: "nearest" });
}

function take(place) {
  const one = found[place];
  if (!one) return;
  byId("find").value = one.name;
  open(false);
  if (one.kind === "region") location.assign(one.page);
  else choose(one);
}

function listenToSearch() {
  const box = byId("find");
  box.addEventListener("input", search);
  box.addEventListener("blur", () => open(false));
  box.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (moves[event.key]) { if (byId("found").hidden) search(); move(moves[event.key]); }
    else if (event.key === "Enter") take(Math.max(active, 0));
    else if (event.key === "Escape") { open(false); box.value = ""; }
    else return;
    event.preventDefault();
  });
}

for (const one of document.querySelectorAll(".scripted")) one.hidden = false;
listen();
listenToSearch();
fillLists();
readAddress();
