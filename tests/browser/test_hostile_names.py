"""Places called by markup, formulas, templates and marks of direction do no harm in anything that a report writes."""

import re

import openpyxl
import pypdf
import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from tests.browser.nations import HOSTILE, read_csv
from tests.browser.opened import Look, opened
from tests.browser.reading import pdf_text, plain, squeezed

LANGUAGES = pytest.mark.parametrize("lang", [DANISH, pytest.param(ENGLISH, marks=pytest.mark.long)])
DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PLANTED = """() => ({
  scripts: [...document.scripts].filter(one => one.type !== 'application/json').length,
  foreign: [...document.querySelectorAll('img, iframe, object, embed, link, base, form[action], svg [onload]')].length,
  deeds: [...document.querySelectorAll('*')].flatMap(one => [...one.attributes].map(two => two.name))
    .filter(name => name.startsWith('on') || name === 'style'),
  far: [...document.querySelectorAll('[href], [src]')].map(one => one.getAttribute('href') || one.getAttribute('src'))
    .filter(to => /^([a-z]+:|\\/\\/)/i.test(to) && !to.startsWith('data:')),
  turned: [...document.querySelectorAll('body *')].filter(one => getComputedStyle(one).direction !== 'ltr').length,
})"""
INERT = {"foreign": 0, "deeds": [], "far": [], "turned": 0}
SHORT_PAGES = 6
DONE = "a page, letter or workbook of a report of a nation whose names are markup, opened in a browser or read again"
HELD = "text, and nothing else"


def municipality_names(nation):
    """Give the names of places as the RUN has them, after the way in has made single lines of them."""
    return {plain(row["municipality"]) for row in read_csv(nation / "run" / "municipalities.csv")}


def pages_of(report):
    """Give the pages of a report; the largest first."""
    return sorted(report.rglob("*.html"), key=lambda path: (-path.stat().st_size, path))


def hold_inert(browser, path):
    """Open a page, and hold that nothing in it does anything but stand there; gives what is read."""
    with opened(browser, path, Look()) as seen:
        for summary in seen.page.locator("summary").all()[:3]:
            summary.click()
        seen.settle()
        found = seen.page.evaluate(PLANTED)
        assert found.pop("scripts") <= 1, path.name
        assert found == INERT, path.name
        assert seen.faults == [], path.name
        text = seen.page.evaluate("() => document.documentElement.textContent")
    assert not DIRECTIONS.search(text) and not UNSEEN.search(text), path.name
    return plain(text)


@LANGUAGES
def test_names_are_text_on_every_kind_of_page(browser, hostile_nation, hostile_report_in, lang, evidence):
    report = hostile_report_in(lang)
    letters = [path for path in pages_of(report) if path.parent.name == "letters"]
    others = [path for path in pages_of(report) if path.parent.name != "letters"]
    assert len(letters) > 100
    text = " ".join(hold_inert(browser, path) for path in [*others[:SHORT_PAGES], *letters[:SHORT_PAGES]])
    shown = [name for name in municipality_names(hostile_nation) if name in text]
    assert len(shown) > len(HOSTILE), "names of every kind stand on the pages"
    assert "<script>alert(1)</script>" in text and "{{7*7}}" in text
    evidence.note("S7", DONE, len(others[:SHORT_PAGES]) + SHORT_PAGES, HELD)


@pytest.mark.long
@LANGUAGES
def test_names_are_text_on_every_page(browser, hostile_report_in, lang, evidence):
    pages = pages_of(hostile_report_in(lang))
    for path in pages:
        hold_inert(browser, path)
    assert len(pages) > 150
    evidence.note("S7", DONE, len(pages), HELD)


@LANGUAGES
def test_names_are_text_in_every_letter_as_pdf(hostile_nation, hostile_report_in, lang, evidence):
    letters = sorted((hostile_report_in(lang) / "letters").glob("*.pdf"))
    assert len(letters) > 100
    text = squeezed(" ".join(map(pdf_text, letters)))  # long names are broken over lines
    shown = [name for name in municipality_names(hostile_nation) if squeezed(name) in text]
    assert len(shown) > len(HOSTILE)
    for path in letters:
        document = pypdf.PdfReader(path)
        root = document.root_object
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root), path.name
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {})), path.name
        assert not any({"/Annots", "/AA"} & set(page) for page in document.pages), path.name
    evidence.note("S7", DONE, len(letters), HELD)


@LANGUAGES
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(hostile_nation, hostile_report_in, lang, evidence):
    names, shown, cells = municipality_names(hostile_nation), set(), 0
    workbooks = sorted(hostile_report_in(lang).rglob("*.xlsx"))
    for path in workbooks:
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    cells += cell.value is not None
                    assert cell.data_type != "f", (path.name, sheet.title, cell.coordinate)
                    assert cell.hyperlink is None or not (cell.hyperlink.target or ""), (path.name, cell.coordinate)
                    if isinstance(cell.value, str):
                        assert not DIRECTIONS.search(cell.value)
                        shown |= {plain(cell.value)} & names
    assert cells > 1000 and len(shown) > len(HOSTILE)
    evidence.note("S7", DONE, len(workbooks), HELD)


@LANGUAGES
def test_no_cell_of_a_table_begins_as_a_formula(hostile_report_in, lang, evidence):
    tables = sorted(hostile_report_in(lang).rglob("*.csv"))
    assert len(tables) > 5
    for path in tables:
        for row in read_csv(path):
            for value in filter(None, row.values()):
                assert not value.startswith(FORMULA) or _is_number(value), (path.name, value)
                assert not DIRECTIONS.search(value)
    evidence.note("S7", DONE, len(tables), HELD)


def _is_number(text):
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", text) is not None
