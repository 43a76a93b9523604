"""Pages of country, regions and councils, and the method: opened, used and printed as readers do."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pypdf
import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from fordel_dask.report.wording import Wording
from tests.browser.accessible import grave_faults
from tests.browser.counts import few_in_page, looked_at
from tests.browser.danish import not_danish
from tests.browser.layout import cut_off, keyboard_faults, to_paper, too_wide
from tests.browser.nations import read_csv
from tests.browser.opened import DARK, TELEPHONE, Look, opened
from tests.browser.reading import plain, read

LANGUAGES = pytest.mark.parametrize("lang", [DANISH, pytest.param(ENGLISH, marks=pytest.mark.long)])
EVERY_LANGUAGE = pytest.mark.parametrize("lang", [DANISH, ENGLISH])
LOOKS = (Look(), Look(DARK), Look(width=TELEPHONE), Look(DARK, width=TELEPHONE))
MOST_BYTES = 5_000_000
LINK = re.compile(r'(?:href|src)="([^"]*)"')
ANCHOR = re.compile(r'\bid="([^"]*)"')
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
SHAPES = """() => [...document.querySelectorAll('svg .areas')].map(areas => [...areas.querySelectorAll('[data-code]')]
  .map(one => { const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return [one.dataset.code, box.width > 0 && box.height > 0, style.fill, one.dataset.tip || '']; }))"""

ROWS = "tables => tables.flatMap(table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent)))"


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


@LANGUAGES
def test_every_kind_of_page_opens_without_a_fault_and_can_be_read_by_everybody(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
        for look in LOOKS[:3]:
            hold(browser, path, look)


@LANGUAGES
def test_nothing_is_cut_on_paper(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
        hold_on_paper(browser, path)


@LANGUAGES
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
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
def test_pages_are_printed_with_what_is_folded_on_the_screen(browser, report_in, tmp_path, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        folded = seen.page.evaluate(
            "() => [...document.querySelectorAll('details table tbody tr th')].map(one => one.textContent.trim())"
        )
        (tmp_path / "page.pdf").write_bytes(seen.page.pdf(prefer_css_page_size=True))
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "page.pdf").pages)
    squeezed = re.sub(r"\s", "", printed)
    missing = [one for one in set(folded) if re.sub(r"\s", "", one) not in squeezed]
    assert len(folded) > 100 and missing == []


@LANGUAGES
def test_the_policy_stops_scripts_and_styles_that_somebody_puts_in(browser, report_in, lang):
    for path in kinds_of_pages(report_in(lang)):
        with opened(browser, path) as seen:
            assert seen.page.evaluate(INJECT) == ["nothing", "static"], path.name
            refused = [fault for fault in seen.faults if "Content Security Policy" in fault]
            assert len(refused) == len(seen.faults) >= 2


@LANGUAGES
def test_maps_draw_every_municipality_in_the_colour_of_its_class(browser, nation, report_in, lang):
    codes = {row["municipality_code"] for row in read_csv(nation / "run" / "municipalities.csv")}
    names = {row["municipality"] for row in read_csv(nation / "run" / "municipalities.csv")}
    with opened(browser, report_in(lang) / "index.html") as seen:
        maps = [areas for areas in seen.page.evaluate(SHAPES) if areas]
    assert len(maps) >= 5
    for areas in maps:
        assert all(is_drawn for _, is_drawn, _, _ in areas)
        assert all(fill != "none" and tip for _, _, fill, tip in areas)
    countries = [areas for areas in maps if len({code for code, *_ in areas} & codes) > 90]
    assert len(countries) >= 3
    for areas in countries:
        assert len({fill for _, _, fill, _ in areas}) >= 3, "a map of one colour tells nothing"
        assert sum(any(name in tip for name in names) for *_, tip in areas) >= 98


@LANGUAGES
def test_what_is_pointed_at_on_a_map_is_told(browser, report_in, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        shape = seen.page.locator("svg.country .areas [data-code='461']").first
        shape.scroll_into_view_if_needed()
        shape.hover(force=True)
        assert "Odense" in seen.page.locator("#tip").inner_text()


def found_by(seen, typed: str) -> str:
    """Search by the keyboard alone, from the top of the page; gives what is answered."""
    page = seen.page
    page.keyboard.press("Tab")
    while page.evaluate("() => document.activeElement.getAttribute('role')") != "combobox":
        page.keyboard.press("Tab")
    page.keyboard.type(typed)
    assert page.get_by_role("combobox").first.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("option").count() >= 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    seen.settle()
    assert page.get_by_role("combobox").first.get_attribute("aria-expanded") == "false"
    return plain(page.locator("#answer").inner_text())


@LANGUAGES
def test_search_finds_a_clinic_by_its_ydernummer(browser, nation, report_in, lang):
    words = Wording(lang)
    clinics = [row for row in read_csv(nation / "run" / "clinics.csv") if row["minimum_patients"]]
    for clinic in clinics[:: len(clinics) // 3]:
        with opened(browser, report_in(lang) / "index.html") as seen:
            answer = found_by(seen, clinic["ydernummer"])
            assert clinic["ydernummer"] in answer
            assert words.number(int(clinic["minimum_patients"])) in answer
            assert seen.faults == []


@LANGUAGES
@pytest.mark.parametrize(("typed", "found"), [("odens", "Odense"), ("ærø", "Ærø"), ("Høje-Taas", "Høje-Taastrup")])
def test_search_finds_a_municipality_by_its_name(browser, report_in, lang, typed, found):
    with opened(browser, report_in(lang) / "index.html") as seen:
        assert found in found_by(seen, typed)
        assert seen.faults == []


@LANGUAGES
def test_search_says_when_it_finds_nothing(browser, report_in, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        seen.page.get_by_role("combobox").first.fill("zzz")
        seen.settle()
        assert seen.page.get_by_role("option").count() == 0
        assert seen.page.locator("#find-count").inner_text().strip()


def column_of(table, at: int, part: str = "tbody") -> list[str]:
    return table.evaluate(
        "(one, [at, part]) => [...one.querySelectorAll(`${part} tr`)].map(row => row.cells[at].textContent.trim())",
        [at, part],
    )


def as_number(text: str, lang: str) -> float | None:
    point, thousands = (",", ".") if lang == DANISH else (".", ",")
    plain_text = text.replace(thousands, "").replace(point, ".").replace("\N{MINUS SIGN}", "-").replace("%", "").strip()
    return float(plain_text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain_text) else None


@LANGUAGES
def test_tables_sort_up_and_down_and_sums_stay_last(browser, report_in, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        table = seen.page.locator("#councils table.sortable").first
        sums = table.locator("tfoot").inner_text()
        buttons, sorted_columns = table.locator("thead th button"), 0
        for at in range(buttons.count()):
            before = sorted(column_of(table, at))
            ways = []
            for _ in range(2):
                buttons.nth(at).focus()
                seen.page.keyboard.press("Enter")
                head = table.locator("thead th").nth(at)
                ways.append((head.get_attribute("aria-sort"), column_of(table, at)))
            assert {way for way, _ in ways} == {"ascending", "descending"}
            for way, column in ways:
                assert sorted(column) == before
                numbers = [value for value in (as_number(text, lang) for text in column) if value is not None]
                if len(numbers) == len(column):
                    assert numbers == sorted(numbers, reverse=way == "descending")
                    sorted_columns += 1
            assert table.locator("thead th[aria-sort]:not([aria-sort=none])").count() == 1
            assert table.locator("tfoot").inner_text() == sums
        assert buttons.count() >= 5 and sorted_columns >= 6 and sums.strip()
        assert seen.faults == []


@LANGUAGES
def test_the_explorer_shows_arithmetic_that_adds_up_to_the_number_of_the_run(browser, nation, report_in, lang):
    clinics = [row for row in read_csv(nation / "run" / "clinics.csv") if row["minimum_patients"]]
    added_up = 0
    with opened(browser, report_in(lang) / "index.html") as seen:
        for clinic in clinics:
            seen.page.evaluate("to => { location.hash = to; }", f"clinic={clinic['ydernummer']}")
            seen.settle()
            rows = seen.page.locator("#answer table").evaluate_all(ROWS)
            steps = [as_number(row[1], lang) for row in rows if len(row) > 1]
            *parts, number = steps or [None]
            if parts and None not in steps:
                assert sum(parts) == number == int(clinic["minimum_patients"]), clinic["ydernummer"]
                added_up += 1
        assert seen.faults == []
    assert added_up > len(clinics) / 2


@LANGUAGES
def test_without_scripts_everything_but_the_explorer_is_there(browser, report_in, lang):
    context = browser.new_context(offline=True, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto((report_in(lang) / "index.html").resolve().as_uri())
        assert page.locator("#explorer").is_hidden()
        assert page.locator("#councils table tbody tr").count() >= 17
        assert page.locator("#councils table thead button").count() == 0, "nothing that would not work"
    finally:
        context.close()


@EVERY_LANGUAGE
def test_pages_are_single_files_of_less_than_five_megabytes(report_in, lang):
    for path in report_in(lang).rglob("*.html"):
        assert path.stat().st_size < MOST_BYTES, path.name
        assert read(path).lang == lang
    assert {path.suffix for path in report_in(lang).rglob("*") if path.is_file()} <= {
        *(".html", ".pdf", ".xlsx", ".csv", ".json", ".zip"),
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


@EVERY_LANGUAGE
def test_links_lead_to_what_is_there(report_in, lang):
    assert list(broken_links(report_in(lang))) == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#x">x</a><a href="c.html">x</a><a href="#y">x</a>', "utf-8")
    (tmp_path / "b.html").write_text('<p id="z"><a href="http://localhost/">x</a><a href="a.html">x</a></p>', "utf-8")
    assert len(list(broken_links(tmp_path))) == 4


@EVERY_LANGUAGE
def test_no_page_tells_of_few_persons(report_in, lang):
    cells = 0
    for path in all_pages(report_in(lang)):
        page = read(path)
        assert few_in_page(page) == [], path.name
        cells += looked_at(page)
    assert cells > 200


def test_danish_pages_are_danish(report_in):
    for path in all_pages(report_in(DANISH)):
        assert not_danish(read(path).everything) == [], path.name
