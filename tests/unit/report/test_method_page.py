"""The page of the method as a file: complete, closed, in two languages, and safe from names."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from fordel_dask.model.finding import packaged_ids
from fordel_dask.report.method import method_files
from fordel_dask.report.method.objections import themes
from fordel_dask.report.told import Clearance
from fordel_dask.report.wording import Wording
from tests.lib.method_text import page_of, plain, sections_of
from tests.lib.told_for_method import municipality, told_with

IN_ORDER = [
    *("idea", "counted", "consumption", "traits", "weights", "lives", "need", "clinics"),
    *("sureness", "objections", "assumptions", "disclosure", "words", "sources"),
]
LANGUAGES = pytest.mark.parametrize("lang", ["da", "en"])


def test_the_method_is_one_file_and_the_same_every_time():
    told = told_with()
    assert [name for name, _ in method_files(told, Wording("da"))] == ["method.html"]
    assert page_of(told) == page_of(told_with())


@LANGUAGES
def test_all_fourteen_sections_stand_in_order_and_the_contents_lead_to_each(lang):
    page = page_of(told_with(), lang)
    assert list(sections_of(told_with(), lang)) == IN_ORDER
    assert re.findall(r'<li><a href="#(\w+)">', page) == IN_ORDER


@LANGUAGES
def test_nothing_is_fetched_and_nothing_runs(lang):
    page = page_of(told_with(), lang)
    assert not re.search(r"(src|srcset|action)=|url\(|@import|<script|<link|https?:", page)
    assert not re.search(r"<[^>]* (style|on\w+)=", page)
    assert re.search(r"default-src 'none'; .*style-src 'sha256-", html.unescape(page))


def test_names_are_shown_as_they_are_and_never_run():
    hostile = '<script>alert("x")</script>'
    model = told_with().run.model
    rows = [municipality(model, ("101", hostile, "vest", 5000, 4700, "35"))]
    rows += [municipality(model, ("102", "Sønderby", "vest", 800, 850, "70.7"))]
    page = page_of(told_with(need_by_municipality=rows))
    assert "<script" not in page
    assert hostile in plain(page)


def test_a_danish_page_has_no_english_and_no_machine_words():
    text = plain(page_of(told_with()).partition("<body>")[2]).replace("fordel_dask", "")
    assert not re.search(r"\b(the|of|and|with|citizens|weight|True|False|None)\b", text)
    assert not re.search(r"[a-z]_[a-z]|\b[MR]\d+\b|[{}\[\]]", text)


def test_an_english_page_has_no_danish_letters_but_in_names():
    text = plain(page_of(told_with(), "en").partition("<body>")[2])
    for name in ("Sønderby", "Østby", "Christiansø"):
        text = text.replace(name, "")
    assert not re.search(r"[æøåÆØÅ]", text)


def test_days_and_numbers_are_written_as_a_dane_writes_them():
    sections = sections_of(told_with())
    assert "1. januar 2026" in sections["counted"]
    assert "1. oktober 2025" in sections["consumption"]
    assert "14.770 borgere" in sections["counted"]  # 4,990 + 790 + 8,990


def test_every_objection_of_the_consultation_has_one_theme():
    named = [identity for ids in themes().values() for identity in ids]
    assert sorted(named) == [identity for identity in packaged_ids() if identity.startswith("V")]


@pytest.mark.parametrize(
    ("clearance", "said"),
    [
        (Clearance(5, True), "Fiktive data"),
        (Clearance(5, False), "Udkast"),
        (Clearance(5, False, 7, date(2026, 3, 2)), "Frigivet som nr. 7 den 2. marts 2026"),
    ],
)
def test_how_far_the_figures_have_come_stands_above_them(clearance, said):
    page = page_of(replace(told_with(), clearance=clearance))
    assert said in page.partition("<nav")[0]


def test_the_threshold_is_that_of_the_release():
    told = replace(told_with(), clearance=Clearance(20, True))
    assert "under 20 borgere" in sections_of(told)["disclosure"]


def effect(case, need, number, up, down):
    row = {"id": case.partition(".")[0], "case": case, "title": f"title of {case}", "title_da": f"titel på {case}"}
    row |= {"status": "run", "need_change": need, "maximum_capacities_change": number}
    return {
        **row,
        "changes": "life_expectancy.exponent: 1 → 2",
        "clinics_up": up,
        "clinics_down": down,
        "clinics_told": "1711",
    }


def test_variants_that_were_computed_are_told_by_what_they_move_most():
    rows = [effect("V31.half", "0.1", "0", "3", "4"), effect("V31.double", "-1.25", "-2", "1200", "34")]
    rows += [effect("V17", "", "", "", ""), {**effect("V34", "9", "9", "9", "9"), "status": "missing"}]
    text = sections_of(replace(told_with(), cases={"effects_of_cases": rows}))["objections"]
    assert "V31 titel på V31.double −1,2 −2 1.234 af 1.711 viste" in text
    assert "V17 titel på V17 – – –" in text
    assert "V31.half" not in text
    assert "V34 titel" not in text
    assert "regnet på 2 varianter" in text
    assert "regnet på" not in sections_of(told_with())["objections"]
