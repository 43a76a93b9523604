"""Pages of country, regions and councils, and the method: opened, used and printed as readers do."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from tests.browser.accessible import grave_faults
from tests.browser.counts import few_in_page, looked_at
from tests.browser.danish import not_danish
from tests.browser.layout import cut_off, keyboard_faults, printed, to_paper, too_wide, usual_size
from tests.browser.opened import TELEPHONE, Look, opened
from tests.browser.reading import read, squeezed

LANGUAGES = pytest.mark.parametrize("lang", [DANISH, pytest.param(ENGLISH, marks=pytest.mark.long)])
EVERY_LANGUAGE = pytest.mark.parametrize("lang", [DANISH, ENGLISH])
LIGHT, DARK = Look(), Look(colours="dark")
LOOKS = (LIGHT, DARK, Look(width=TELEPHONE), Look(colours="dark", width=TELEPHONE))
MOST_BYTES = 5_000_000
LINK = re.compile(r'(?:href|src)="([^"]*)"')
ANCHOR = re.compile(r'\bid="([^"]*)"')
ON_SCREEN = """() => {
  const said = one => one.textContent.trim(), table = document.querySelector('#municipalities table');
  return [[...document.querySelectorAll('details table tbody tr th')].map(said),
    [...table.tBodies[0].rows].map(row => said(row.cells[0])), said(table.tHead.rows[0].cells[0])];
}"""
SMALLEST_PRINT = 8
INJECT = """() => {
  const script = document.createElement('script');
  script.textContent = 'window.injected = 1';
  document.body.append(script);
  const beside = document.createElement('div');
  beside.innerHTML = '<button onclick="window.injected = 2">x</button><b style="position: fixed; top: 0">y</b>';
  document.body.append(beside);
  beside.firstChild.click();
  return [window.injected ?? 'nothing', getComputedStyle(beside.lastChild).position];
}"""


def kinds_of_pages(report: Path) -> list[Path]:
    """Give a page of each kind: the country's, the method, a region's, the largest council's."""
    largest = max((report / "councils").glob("*.html"), key=lambda path: path.stat().st_size)
    return [report / "index.html", report / "method.html", min((report / "regions").glob("*.html")), largest]


def all_pages(report: Path) -> list[Path]:
    """Give every page that is no letter."""
    return [path for path in sorted(report.rglob("*.html")) if path.parent.name != "letters"]


def hold(browser, path: Path, look: Look) -> None:
    """Hold that a page opens without a fault, that everybody can read it, and that nothing of it lies outside."""
    with opened(browser, path, look) as seen:
        assert grave_faults(seen.page) == [], (path.name, str(look))
        assert too_wide(seen.page) <= 0, (path.name, str(look))
        assert seen.faults == [], (path.name, str(look))


def hold_on_paper(browser, path: Path) -> None:
    """Hold that nothing is cut where a page is printed."""
    with opened(browser, path) as seen:
        to_paper(seen.page)
        assert cut_off(seen.page) == [], path.name


def test_every_kind_of_page_opens_without_a_fault_and_can_be_read_by_everybody(browser, report_in):
    country, method, region, council = kinds_of_pages(report_in(DANISH))
    for path, look in ((country, LIGHT), (method, DARK), (region, Look(width=TELEPHONE)), (council, DARK)):
        hold(browser, path, look)  # each in one look; all of them in all looks takes minutes, see below


@LANGUAGES
def test_nothing_is_cut_on_paper(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
        hold_on_paper(browser, path)


@LANGUAGES
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, report_in, lang):
    country, method, _, council = kinds_of_pages(report_in(lang))
    for path in (country, method, council):
        with opened(browser, path) as seen:
            assert keyboard_faults(seen.page) == [], path.name


@pytest.mark.long
@EVERY_LANGUAGE
def test_every_page_in_every_look(browser, report_in, lang):
    pages = all_pages(report_in(lang))
    assert len(pages) > 20
    for path in pages:
        for look in LOOKS:
            hold(browser, path, look)
        hold_on_paper(browser, path)


@LANGUAGES
def test_paper_has_all_that_the_screen_has_as_large_as_meant(browser, report_in, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        folded, rows, head = seen.page.evaluate(ON_SCREEN)
        document = printed(seen.page)
    sheets = [squeezed(sheet.extract_text()) for sheet in document.pages]
    missing = [one for one in set(folded) if squeezed(one) not in "".join(sheets)]
    assert len(folded) > 500 and len(missing) < len(folded) / 100, "but for some that were read in another order"
    with_rows = [sheet for sheet in sheets if sum(squeezed(row) in sheet for row in rows) > len(rows) / 3]
    assert len(with_rows) > 1
    assert all(squeezed(head) in sheet for sheet in with_rows), "a table that goes on has its headings again"
    assert usual_size(document) >= SMALLEST_PRINT


@LANGUAGES
def test_the_policy_stops_scripts_and_styles_that_somebody_puts_in(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
        with opened(browser, path) as seen:
            assert seen.page.evaluate(INJECT) == ["nothing", "static"], path.name
            refused = [fault for fault in seen.faults if "Content Security Policy" in fault]
            assert len(refused) == len(seen.faults) >= 2


@LANGUAGES
def test_pages_are_single_files_of_less_than_five_megabytes(report_in, lang):
    for path in report_in(lang).rglob("*.html"):
        assert path.stat().st_size < MOST_BYTES, path.name
        assert read(path).lang == lang
    assert {path.suffix for path in report_in(lang).rglob("*") if path.is_file()} <= {
        *(".html", ".pdf", ".xlsx", ".csv", ".txt", ".json", ".zip"),
    }


def broken_links(report: Path) -> Iterator[str]:
    """Give the links of a report's pages that lead nowhere within it."""
    pages = {path.resolve(): path.read_text("utf-8") for path in report.rglob("*.html")}
    anchors = {path: set(ANCHOR.findall(text)) for path, text in pages.items()}
    for path, text in pages.items():
        for link in LINK.findall(text):
            address, anchor = urldefrag(link)
            if urlsplit(address).scheme:
                yield f"{path.name}: {link} leads out"
                continue
            to = (path.parent / unquote(address)).resolve() if address else path
            if not to.exists():
                yield f"{path.name}: {link} does not exist"
            elif anchor and "=" not in anchor and to in anchors and anchor not in anchors[to]:
                yield f"{path.name}: {link} has no such place"


@LANGUAGES
def test_links_lead_to_what_is_there(report_in, lang):
    assert list(broken_links(report_in(lang))) == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#x">x</a><a href="c.html">x</a><a href="#y">x</a>', "utf-8")
    (tmp_path / "b.html").write_text('<p id="z"><a href="http://localhost/">x</a><a href="a.html">x</a></p>', "utf-8")
    assert len(list(broken_links(tmp_path))) == 4


@LANGUAGES
def test_no_page_tells_of_few_persons(report_in, lang):
    cells = 0
    for path in all_pages(report_in(lang)):
        page = read(path)
        assert few_in_page(page) == [], path.name
        cells += looked_at(page)
    assert cells > 200


def test_danish_pages_are_danish(report_in):
    found = {path.name: not_danish(read(path).everything) for path in all_pages(report_in(DANISH))}
    assert {name: of for name, of in found.items() if of} == {}
