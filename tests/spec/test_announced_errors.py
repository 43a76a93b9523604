"""The rule on material errors: what is announced to the regions, what waits, and what the notices say."""

import datetime
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cycle.announcement import (
    ANNOUNCED,
    CLINIC,
    COUNCIL,
    FEWER_CAPACITIES,
    FIRST_NUMBER,
    HIGHER_MINIMUM,
    LOST_NUMBER,
    LOWER_MINIMUM,
    MORE_CAPACITIES,
    NO_NUMBER,
    SAME,
    UNCHANGED,
    WAITS,
    announced_by_region,
    clinic_verdict,
    council_verdict,
    rulings,
    told_on,
)
from fordel_dask.errors import LawError
from fordel_dask.published import Clinic, Council, Published, Rules
from fordel_dask.yearly.notices import notice_name, notices

STATUS_DATE = datetime.date(2026, 1, 1)
LATER = datetime.date(2027, 3, 1)

COUNCILS = {
    "one capacity more is announced": (449, 450, ANNOUNCED, MORE_CAPACITIES),
    "one capacity fewer waits": (450, 449, WAITS, FEWER_CAPACITIES),
    "as many as before is no change": (450, 450, UNCHANGED, SAME),
    "a council that is listed only now waits": (None, 450, WAITS, FIRST_NUMBER),
    "a council that is listed no longer waits": (450, None, WAITS, LOST_NUMBER),
}
CLINICS = {
    "a lower minimum is announced": (1_600, 1_550, ANNOUNCED, LOWER_MINIMUM),
    "a minimum lower by one patient is announced": (1_600, 1_599, ANNOUNCED, LOWER_MINIMUM),
    "a higher minimum waits": (1_600, 1_650, WAITS, HIGHER_MINIMUM),
    "the same minimum is no change": (1_600, 1_600, UNCHANGED, SAME),
    "a clinic that gets a number only now waits": (None, 1_600, WAITS, FIRST_NUMBER),
    "a clinic that loses its number waits": (1_600, None, WAITS, LOST_NUMBER),
    "a clinic that never had a number is no change": (None, None, UNCHANGED, NO_NUMBER),
}


@pytest.mark.rule("R45")
@pytest.mark.parametrize(("published", "corrected", "verdict", "why"), COUNCILS.values(), ids=COUNCILS)
def test_what_becomes_of_an_error_in_a_councils_number(published, corrected, verdict, why):
    assert council_verdict(published, corrected) == (verdict, why)


@pytest.mark.rule("R45")
@pytest.mark.parametrize(("published", "corrected", "verdict", "why"), CLINICS.values(), ids=CLINICS)
def test_what_becomes_of_an_error_in_a_clinics_number(published, corrected, verdict, why):
    assert clinic_verdict(published, corrected) == (verdict, why)


def run_with(councils, clinics):
    """Give a RUN with maxima by council id and minimums by (ydernummer, council id); the first letter is the region."""
    zero = Fraction(0)
    return Published(
        name="nation.run",
        seal="",
        year=2026,
        rules=Rules(1600, 50, 35, 500),
        has_projection=False,
        councils={
            code: Council(code, f"Råd {code}", f"Region {code[0]}", 0, zero, zero, zero, zero, zero, number, zero)
            for code, number in councils.items()
        },
        municipalities={},
        areas=(),
        clinics={
            code: Clinic(code, "plo", "101", council, Fraction(1), 900, zero, None, None, None, number, "ok")
            for (code, council), number in clinics.items()
        },
        register=(),
        flows={},
    )


NUMBERS = st.none() | st.integers(0, 3_000)
RUNS = st.builds(
    run_with,
    st.dictionaries(st.sampled_from(["a1", "a2", "b1"]), st.integers(0, 500)),
    st.dictionaries(st.tuples(st.sampled_from(["000001", "000002", "000003"]), st.just("a1")), NUMBERS),
)


@pytest.mark.rule("R45")
@given(RUNS, RUNS)
def test_exactly_two_kinds_of_errors_are_announced(published, corrected):
    found = rulings(published, corrected)
    assert len(found) == len({(one.kind, one.code) for one in found})
    assert {one.code for one in found} == {
        *(*published.councils, *corrected.councils),
        *(*published.clinics, *corrected.clinics),
    }
    for one in found:
        both = one.published is not None and one.corrected is not None
        more = one.kind == COUNCIL and both and one.corrected > one.published
        lower = one.kind == CLINIC and both and one.corrected < one.published
        assert (one.verdict == ANNOUNCED) == (more or lower)
        assert (one.verdict == UNCHANGED) == (one.published == one.corrected)


@given(RUNS, RUNS)
def test_what_is_announced_the_one_way_waits_the_other(one, other):
    there = {(found.kind, found.code): found.verdict for found in rulings(one, other)}
    back = {(found.kind, found.code): found.verdict for found in rulings(other, one)}
    assert all(back[key] == WAITS for key, verdict in there.items() if verdict == ANNOUNCED)


@pytest.mark.rule("R45")
def test_an_error_of_a_clinic_is_told_to_the_region_where_it_lies_now():
    councils = {"a1": 10, "b1": 10}
    before, after = run_with(councils, {("000001", "a1"): 1_600}), run_with(councils, {("000001", "b1"): 1_500})
    assert list(announced_by_region(rulings(before, after))) == ["Region b"]
    gone = rulings(before, run_with(councils, {}))
    assert [one.region for one in gone if one.kind == CLINIC] == ["Region a"]


PUBLISHED = run_with(
    {"a1": 10, "a2": 20, "b1": 30, "c1": 40},
    {("000001", "a1"): 1_600, ("000002", "b1"): 1_550, ("000003", "b1"): 1_500, ("000004", "a1"): 1_700},
)
CORRECTED = run_with(
    {"a1": 12, "a2": 19, "b1": 30, "c1": 39},
    {("000001", "a1"): 1_650, ("000002", "b1"): 1_450, ("000003", "b1"): None, ("000004", "a1"): 1_250},
)


def drafts(day=STATUS_DATE):
    return notices(announced_by_region(rulings(PUBLISHED, CORRECTED)), 2026, STATUS_DATE, day)


@pytest.mark.rule("R45")
def test_each_region_concerned_gets_a_notice_in_both_languages_and_no_other_does():
    assert sorted(drafts()) == [
        *("notice-region-a-da.txt", "notice-region-a-en.txt"),
        *("notice-region-b-da.txt", "notice-region-b-en.txt"),
    ]


@pytest.mark.rule("R45")
def test_a_notice_names_what_is_announced_to_its_region_with_old_and_new_number_and_nothing_else():
    first, second = (drafts()[f"notice-region-{region}-da.txt"] for region in "ab")
    assert re.search(r"Råd a1 +10 +12 +\+2\n", first) and re.search(r"000004 \(Råd a1\) +1\.700 +1\.250 +−450\n", first)
    assert "a2" not in first and "000001" not in first and "000002" not in first
    assert re.search(r"000002 \(Råd b1\) +1\.550 +1\.450 +−100\n", second)
    assert "000003" not in second and "Sundhedsråd, hvor" not in second
    english = drafts()["notice-region-a-en.txt"]
    assert re.search(r"000004 \(Råd a1\) +1,700 +1,250 +−450\n", english)


BODIES = {
    "in 2026 the own region hears complaints": (STATUS_DATE, "klinikkens egen region", True),
    "from 2027 the board does": (LATER, "praksisklagenævnet", False),
}


@pytest.mark.rule("R44")
@pytest.mark.parametrize(("day", "body", "changes"), BODIES.values(), ids=BODIES)
def test_a_notice_says_who_hears_complaints_on_its_day(day, body, changes):
    text = " ".join(drafts(day)["notice-region-b-da.txt"].split())
    on = "1. januar 2026" if changes else "1. marts 2027"
    assert f"Klager over afgørelser truffet fra den {on} indgives til {body}" in text
    later = "klager over afgørelser truffet fra den 1. januar 2027 indgives til praksisklagenævnet"
    assert (later in text) == changes


@pytest.mark.rule("R29", "R33", "R34", "R45")
def test_a_notice_says_its_legal_ground_and_what_the_region_may_do_now():
    text = " ".join(drafts()["notice-region-a-da.txt"].split())
    for said in (
        "Sundhedslovens § 206 b",
        "afsnit 4.3.5",
        "4.3.8",
        "Antallet er et loft",
        "Regionen kan ændre minimumspatienttallet for en klinik, når der er fundet fejl i beregningerne.",
        "vejledende for regionens afgørelse",
        "Et lavere minimumspatienttal kræver ikke varsel",
        "Varslet på 30 dage gælder efter bekendtgørelsens ordlyd kun, når tallet forhøjes",
        "[dato for udsendelsen indsættes]",
        "[beskrivelse af fejlen og dens årsag indsættes]",
        "forvaltningsretlig afgørelse",
        "opgørelsesdato 1. januar 2026",
        "[Afsender]",
    ):
        assert said in text
    assert "{" not in text and "%" not in text


@pytest.mark.rule("R45")
def test_differences_have_their_unit():
    danish, english = (drafts()[f"notice-region-a-{language}.txt"] for language in ("da", "en"))
    assert re.search(r"Sundhedsråd +Udsendt +Rettet +Forskel \(lægekapaciteter\)\n", danish)
    assert re.search(r"Ydernummer +Udsendt +Rettet +Forskel \(patienter\)\n", danish)
    assert "Difference (capacities)" in english and "Difference (patients)" in english and "Legal basis" in english


@pytest.mark.rule("R45")
@pytest.mark.parametrize(
    ("on", "regions"),
    [
        (datetime.date(2026, 12, 31), ["Region Hovedstaden", "Region Sjælland"]),
        (datetime.date(2027, 1, 1), ["Region Østdanmark"]),
    ],
)
def test_a_notice_goes_to_the_region_that_there_is_on_its_day(on, regions):
    found = [
        replace(rulings(PUBLISHED, CORRECTED)[0], council_id=council, region="Region Østdanmark")
        for council in ("amager-vestegnen", "midt-vestsjaelland")
    ]
    assert list(announced_by_region(told_on(found, on))) == regions


def test_lines_of_a_notice_fit_a_page():
    assert max(len(line) for text in drafts().values() for line in text.split("\n")) <= 100


@pytest.mark.rule("R33", "R44")
def test_before_the_act_there_is_no_notice():
    with pytest.raises(LawError, match="2025-07-01"):
        drafts(datetime.date(2025, 6, 30))


def test_a_regions_name_becomes_a_file_name():
    assert notice_name("Region Østdanmark", "da") == "notice-region-oestdanmark-da.txt"
    assert notice_name("Region Å/Æ  é", "en") == "notice-region-aa-ae-e-en.txt"
