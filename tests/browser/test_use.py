"""Maps, search, tables and the explorer, used as readers use them: pointed at, typed into, by the keyboard alone."""

import re

import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from fordel_dask.report.wording import Wording
from tests.browser.nations import read_csv
from tests.browser.opened import opened
from tests.browser.reading import plain

LANGUAGES = pytest.mark.parametrize("lang", [DANISH, pytest.param(ENGLISH, marks=pytest.mark.long)])
SHAPES = """() => [...document.querySelectorAll('svg .areas')].map(areas => [...areas.querySelectorAll('[data-code]')]
  .map(one => { const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return [one.dataset.code, box.width > 0 && box.height > 0, style.fill, one.dataset.tip || '']; }))"""

ROWS = "tables => tables.flatMap(table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent)))"


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
    assert page.locator("[role=option]").count() >= 1
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
def test_search_finds_what_is_written_in_another_way(browser, nation, report_in, lang):
    clinic = next(row["ydernummer"] for row in read_csv(nation / "run" / "clinics.csv") if row["minimum_patients"])
    asked = {
        **{"Vejle Kommune": "Vejle", "Københavns Kommune": "København", "Kobenhavn": "København"},
        **{
            "Sundhedsråd Fyn": "Fyn",
            "aroe": "Ærø",
            "Aero": "Ærø",
            "ÆRØ": "Ærø",
            "aaben": "Aabenraa",
            "åben": "Aabenraa",
        },
        **{f"klinik {clinic}": clinic, f"ydernummer {clinic.lstrip('0')}": clinic},
    }
    with opened(browser, report_in(lang) / "index.html") as seen:
        box = seen.page.get_by_role("combobox").first
        for typed, found in asked.items():
            box.fill(typed)
            seen.settle()
            hits = seen.page.locator("[role=option]:not([aria-disabled=true]) span").all_inner_texts()
            assert found in hits, (typed, hits)
            assert len(hits) < 12, (typed, hits)
        assert seen.faults == []


@LANGUAGES
def test_what_is_chosen_is_read_out_in_one_sentence(browser, nation, report_in, lang):
    words = Wording(lang)
    clinic = next(row for row in read_csv(nation / "run" / "clinics.csv") if row["minimum_patients"])
    with opened(browser, report_in(lang) / "index.html") as seen:
        seen.page.evaluate("to => { location.hash = to; }", f"clinic={clinic['ydernummer']}")
        seen.settle()
        said = seen.page.locator("#answer-read").text_content()
        number = words.number(int(clinic["minimum_patients"]))
        assert (
            said
            == f"{words.say('clinic_heading', code=clinic['ydernummer'])}: {words.say('read_clinic', count=number)}"
        )
        assert seen.page.locator("#answer-read").get_attribute("role") == "status"
        assert seen.page.locator("#answer").get_attribute("aria-live") is None


@LANGUAGES
def test_search_says_when_it_finds_nothing(browser, report_in, lang):
    with opened(browser, report_in(lang) / "index.html") as seen:
        seen.page.get_by_role("combobox").first.fill("zzz")
        seen.settle()
        assert seen.page.locator("[role=option]:not([aria-disabled=true])").count() == 0
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
    clinics = [row for row in read_csv(nation / "run" / "clinics.csv") if row["minimum_patients"]][::5]
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
