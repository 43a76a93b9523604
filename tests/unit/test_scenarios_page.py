"""The page of scenarios: one file, nothing from outside, every number beside what it is measured from."""

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.model.written import ANSWERS
from fordel_dask.report.pictures import council_map
from fordel_dask.report.scenarios_page import scenarios_page
from fordel_dask.report.scenarios_print import Printer, all_words
from fordel_dask.scenarios.asked import Asked, asked_of
from fordel_dask.scenarios.change import Change
from fordel_dask.scenarios.figures import NotRun
from tests.lib.figures import COUNCILS, TOWNS, base_with, case, compare_all, council, nation, places
from tests.lib.looking import Page
from tests.unit.test_scenarios_written import compared

LARGEST = 5_000_000
HOSTILE = "<script>alert('Ø & Å')</script>"


def page(lang="en", **options):
    """Give the page of a small comparison."""
    return scenarios_page(compared(), lang, **options)


@pytest.mark.parametrize("lang", ["en", "da"])
def test_the_page_is_whole_and_takes_nothing_from_outside(lang):
    text = page(lang)
    found = Page(text)
    assert found.open == []
    assert not {"script", "link", "img", "iframe", "form", "object"} & {*found.elements}
    assert "://" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert all(value.startswith("#") for _, name, value in found.attributes if name in ("href", "src"))


def test_every_link_leads_to_something_on_the_page():
    found = Page(page())
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for _, name, value in found.attributes if name == "href"} <= set(ids)


def test_hostile_names_are_escaped():
    asked = {HOSTILE: Asked(HOSTILE, title=HOSTILE, who=HOSTILE, doc=HOSTILE, memo=HOSTILE)}
    hostile_places = places(
        councils={code: type(one)(HOSTILE, HOSTILE) for code, one in COUNCILS.items()},
        municipalities={code: type(one)(HOSTILE, one.council_id) for code, one in TOWNS.items()},
    )
    figures = [
        case(HOSTILE),
        case(HOSTILE, "V31.double", councils=(council("c01", 22), council("c02", 8)), clinics=base_with(c000001=1500)),
        NotRun(HOSTILE, HOSTILE),
    ]
    text = scenarios_page(compare_all(figures, hostile_places, asked))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_page_tells_who_asked_and_what_the_ministry_answered_in_danish():
    text = page("da")
    assert '<html lang="da">' in text
    assert "Ministeriets svar: fulgt" in text
    assert "(høringsnotatet, afsnit 4.4.2.2)" in text
    assert "Styrken af middellevetidskorrigeringen: dobbelt så stærk" in text
    assert "Østkysten +1 af 21" in text
    assert "000002 +300 af 4.800" in text
    assert "<small>taber mest</small>" in text


def test_winners_and_losers_stand_beside_their_base():
    text = re.sub(r"<.*?>", "", page())
    assert "wins most Østkysten +1 of 21loses most Vestheden −1 of 10" in text
    assert "wins most 000001 −50 of 1,600loses most 000002 +300 of 4,800" in text


def test_a_variant_that_changes_nothing_says_why_and_one_not_run_too():
    text = page()
    assert "No citizen of these data comes to another level because of covariates.labour_market_age_rule." in text
    assert "No number of the model changes, and no rule of compensation is decided." in text
    assert "fordel fees differentiate RUN --income DIR" in text


def test_invented_data_are_said_to_be_invented_and_real_ones_to_stay():
    assert "Invented data." in page(invented=True)
    assert "Not for release." in page()


def test_intervals_are_marked_where_they_are_known():
    known = {("council", "c01", "maximum_capacities"): (Fraction(20), Fraction(23))}
    moved = case("V31.double", "V31.double", councils=(council("c01", "21.2"), council("c02", "8.9")))
    text = scenarios_page(compare_all([case(), moved], places(), {}, known))
    assert "Østkysten +1 of 21 ○" in text
    assert "No intervals of the base are known" not in text
    assert "No intervals of the base are known" in page()


def test_pictures_are_drawn_of_wellformed_svg():
    drawn = re.findall(r"<svg.*?</svg>", page(), re.S)
    assert len(drawn) > 5
    for one in drawn:
        ElementTree.fromstring(one.replace("aria-hidden", "hidden"))


def test_a_page_of_every_packaged_variant_and_1900_clinics_stays_small():
    country, base, cases = nation()
    scenarios = packaged_scenarios()
    not_run = [NotRun(one.identity, one.missing) for one in scenarios if not one.runs]
    text = scenarios_page(compare_all([base, *cases[:85], *not_run], country, asked_of(scenarios)), "da")
    assert len(text.encode()) < LARGEST
    assert all(f'id="council-{n}"' in text for n in range(17))


CLASSES = {
    "-0.2": 0,
    "-0.05": 0,
    "-0.03": 1,
    "-0.01": 2,
    "-0.004": 3,
    "0": 4,
    "0.004": 5,
    "0.01": 6,
    "0.03": 7,
    "0.05": 8,
    "1": 8,
}


@pytest.mark.parametrize(("share", "colour"), CLASSES.items())
def test_colours_lie_evenly_on_both_sides_of_unchanged(share, colour):
    assert council_map.class_of(Fraction(share)) == colour


def test_every_colour_has_a_range_in_the_legend():
    assert len(council_map.legend()) == len(council_map.COLOURS)
    assert council_map.legend()[council_map.MIDDLE] == (None, None)


@pytest.mark.parametrize("word", all_words())
def test_every_word_is_said_in_both_languages(word):
    said = all_words()[word]
    assert set(said) == {"en", "da"}
    assert set(re.findall(r"{\w+}", said["en"])) == set(re.findall(r"{\w+}", said["da"]))


def test_numbers_are_written_with_their_sign_and_base():
    danish = Printer("da")
    assert danish.of_base(Change(1600, 1550)) == "−50 af 1.600"
    assert danish.of_base(Change(Fraction("20.4"), Fraction("20.9")), 3) == "+0,500 af 20,400"
    assert danish.of_base(Change(None, 1550)) == "– → 1.550"
    assert danish.signed(0) == "0"
    assert danish.signed_percent(Fraction(-1, 32)) == "−3,1\N{NO-BREAK SPACE}%"


def test_clinics_that_lose_their_number_are_told_beside_those_that_change():
    assert "1 lose theirs" in page()
    assert "1 mister deres" in page("da")


def test_where_no_clinic_moves_one_sentence_says_so():
    moved = case("V01.down", "V01.down", councils=(council("c01", "19.2"), council("c02", "9.8")))
    text = scenarios_page(compare_all([case(), moved], places()), "da")
    assert "Ingen kliniks minimumspatienttal ændres." in text
    assert "Hvem vinder, og hvem taber" not in text


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_of_the_ministry_can_be_told(answer):
    assert f"answer_{answer}" in all_words()
