"""How a page lies: what is cut off on paper, what is wider than the screen, where the keyboard goes."""

import io
from collections import Counter

import pypdf

from tests.browser.opened import PAPER

MILLIMETRE = 96 / 25.4
A4_MM = (210, 297)
TOLERANCE = 1.5
CUT = """([right, tolerance]) => {
  const name = one => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '') +
    (typeof one.className === 'string' && one.className ? '.' + one.className.trim().replaceAll(/\\s+/g, '.') : '');
  const found = [];
  for (const one of document.body.querySelectorAll('*')) {
    if (!one.checkVisibility({visibilityProperty: true})) continue;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height || (style.position === 'absolute' && box.width <= 2 && box.height <= 2)) continue;
    if (style.clipPath !== 'none' && box.width <= 2) continue;
    const drawn = one instanceof SVGElement && one.ownerSVGElement;
    const text = (one.textContent || '').trim().slice(0, 40);
    if (!drawn && box.right > right + tolerance) found.push(`${name(one)} ends at ${box.right} of ${right}: ${text}`);
    if (!drawn && box.left < -tolerance) found.push(`${name(one)} begins at ${box.left}: ${text}`);
    if (drawn || style.overflowX === 'visible' || one.clientWidth === 0) continue;
    if (one.scrollWidth > one.clientWidth + tolerance)
      found.push(`${name(one)} shows ${one.clientWidth} of ${one.scrollWidth}: ${text}`);
    if (style.overflowY !== 'visible' && one.scrollHeight > one.clientHeight + tolerance)
      found.push(`${name(one)} shows ${one.clientHeight} of ${one.scrollHeight} in height: ${text}`);
  }
  return found;
}"""
DRAWINGS_CUT = """tolerance => [...document.querySelectorAll('svg')].flatMap(svg => {
  if (!svg.checkVisibility()) return [];
  const whole = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && one.checkVisibility({visibilityProperty: true}) && (box.left < whole.left - tolerance ||
      box.right > whole.right + tolerance || box.top < whole.top - tolerance || box.bottom > whole.bottom + tolerance);
  }).map(one => `${svg.closest('figure')?.id || svg.id}: ${one.textContent.trim().slice(0, 40)}`);
})"""
SHEET = """() => {
  const own = one => one instanceof CSSPageRule ? [one.style] : within(one.cssRules || []);
  const within = rules => [...rules].flatMap(own);
  const last = [...document.styleSheets].flatMap(sheet => within(sheet.cssRules)).filter(one => one.marginLeft).at(-1);
  return last ? [last.marginLeft, last.marginRight, (last.size || '').includes('landscape')] : ['10mm', '10mm', false];
}"""
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')]
  .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}))
  .map((one, at) => { one.dataset.reached ??= String(at); return one.dataset.reached; })"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const box = one.getBoundingClientRect();
  return {at: one.dataset.reached, name: one.outerHTML.slice(0, 120), seen: box.width > 0 && box.height > 0,
    marked: outlined || style.boxShadow !== 'none'};
}"""
IN_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}


def paper_width(page):
    """Give the width that a page has on A4 between its margins, upright or not, in CSS pixels."""
    *margins, lies = page.evaluate(SHEET)
    return int((A4_MM[lies] - sum(float(text[:-2]) * IN_MILLIMETRES[text[-2:]] for text in margins)) * MILLIMETRE)


def to_paper(page):
    """Show a page as it is printed: on A4, its details opened as a printer's page opens them."""
    page.emulate_media(media=PAPER)
    page.set_viewport_size({"width": paper_width(page), "height": 1000})
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")


def printed(page):
    """Print a page; gives its sheets as a PDF."""
    page.emulate_media(media=PAPER)
    return pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def usual_size(document):
    """Give the size in points that most letters of a PDF have: smaller than meant, where something is too wide."""
    letters = Counter()

    def count(text, where, within, _font, size):
        letters[round(abs(size * within[0] * where[0]), 1)] += len(text.strip())

    for sheet in document.pages:
        sheet.extract_text(visitor_text=count)
    return letters.most_common(1)[0][0]


def cut_off(page):
    """Give what a reader sees only a part of, as elements with their text."""
    right = page.evaluate("() => document.documentElement.clientWidth")
    return [*page.evaluate(CUT, [right, TOLERANCE]), *page.evaluate(DRAWINGS_CUT, TOLERANCE)]


def too_wide(page):
    """Give by how many pixels a page is wider than the screen, so that all of it must be moved aside to be read."""
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


def keyboard_faults(page):
    """Go through a page by the tabulator; gives what is not reached, not marked, or not seen."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    wanted, reached, faults = page.evaluate(REACHABLE), {}, []
    for _ in range(len(wanted) + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["at"] in reached:
            break
        reached[focused["at"]] = focused
        faults += [] if focused["marked"] else [f"no mark of focus: {focused['name']}"]
        faults += [] if focused["seen"] else [f"focus is not seen: {focused['name']}"]
    missed = [at for at in wanted if at not in reached]
    return faults + [f"not reached: {_markup(page, at)}" for at in missed]


def _markup(page, at):
    return page.evaluate("at => document.querySelector(`[data-reached='${at}']`)?.outerHTML.slice(0, 120)", at)
