"""Charts: marks stand where figures say, what is kept back is a gap, and there is no picture of nothing."""

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from fordel_dask.report import pictures
from fordel_dask.report.told import ToldRun
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.schema import release, release_cases
from tests.unit.report.example import SCRIPT, row, told

DANISH, ENGLISH = Wording("da"), Wording("en")
BANDS = ("0-4", "5-9", "85+")


def with_rows(table, *rows):
    """Give the example with other rows of a table."""
    one = told()
    return replace(one, run=ToldRun(one.run.model, {**one.run.tables, table.name: rows}))


def people(hidden=()):
    """Give the example with the ages of a council and a clinic, some of them kept back."""
    rows = []
    for kind, code in (("council", "aa"), ("council", "bb"), ("clinic", "000001")):
        for level, citizens in ((f"{sex} {band}", n) for sex, n in (("M", "160"), ("F", "320")) for band in BANDS):
            told_of_it = ("", "") if level in hidden else (citizens, "0")
            back = "citizens weighted_part" if level in hidden else ""
            rows.append(row(release.TRAITS, kind, code, "age_sex", level, *told_of_it, kept_back=back))
    return with_rows(release.TRAITS, *rows)


def weighted(*rows, intervals=()):
    """Give the example with other weights; ``intervals`` are their terms, levels and both ends."""
    one = with_rows(release.WEIGHTS, *(row(release.WEIGHTS, *texts) for texts in rows))
    ends = [
        {"kind": "weight", "code": term, "level": level, "figure": "weight", "low": low, "high": high, "flag": ""}
        for term, level, low, high in intervals
    ]
    return replace(one, run=ToldRun(one.run.model, {**one.run.tables, release.INTERVALS.name: ends}))


def case(name, status="run", **changed):
    texts = dict.fromkeys((column.name for column in release_cases.CASES.columns), "")
    named = {"id": name.partition(".")[0], "case": name, "title": SCRIPT, "title_da": "Ændret", "status": status}
    return texts | named | {"who": "KL", "ministry": "rejected"} | changed


def council_in(name, council_id, before, after, kept_back=""):
    texts = dict.fromkeys((column.name for column in release_cases.COUNCILS.columns), "")
    change = str(Fraction(after) - Fraction(before)) if before and after else ""
    need = {"need_before": before, "need_after": after, "need_change": change, "kept_back": kept_back}
    return texts | {"case": name, "council_id": council_id, "council": council_id} | need


def whole(svg):
    """Read a drawing as XML: what is not closed or escaped raises."""
    return ElementTree.fromstring(f"<div>{svg}</div>")


def texts_of(svg):
    return ["".join(one.itertext()) for one in whole(svg).iter("text")]


def test_the_forest_has_a_row_for_each_level_and_a_heading_for_each_term():
    nation = weighted(
        ("age_sex", "M 0-4", "9", "9", "1000", "10", "1"),
        ("somatic", "2", "9", "9", "200", "50", "0.2"),
        ("somatic", "3", "9", "9", "-100", "0", "-0.1"),
        intervals=[("somatic", "2", "0.102", "0.298"), ("somatic", "3", "-0.1", "-0.1")],
    )
    shown = pictures.weights_forest(nation, ENGLISH)
    texts = texts_of(shown.svg)
    assert texts.count("Somatic disease") == 1
    assert {"2 somatic diseases", "3 somatic diseases", "+0.200", "−0.100"} <= set(texts)
    assert [cell.text for cell in shown.table.rows[0]][2:5] == ["0.200", "0.102", "0.298"]
    assert [cell.text for cell in shown.table.rows[1]][2:5] == ["−0.100", "−0.100", "−0.100"]
    assert len(whole(shown.svg).findall(".//circle")) == 2
    assert "90\N{NO-BREAK SPACE}% confidence" in shown.note


def test_intervals_of_weights_are_those_of_the_run():
    levels = [("age_sex", "M 0-4", "9", "9", "700", "10", "0.7"), ("somatic", "2", "9", "9", "200", "9", "0.2")]
    intervals = [("age_sex", "M 0-4", "0.65", "0.72"), ("somatic", "2", "0.15", "0.31")]
    nation = weighted(*levels, intervals=intervals)
    of_both = [pictures.age_curves(nation, DANISH), pictures.weights_forest(nation, DANISH)]
    assert [[cell.text for cell in one.table.rows[0]][3:5] for one in of_both] == [
        ["0,650", "0,720"],
        ["0,150", "0,310"],
    ]
    assert "90\N{NO-BREAK SPACE}%-interval" in texts_of(of_both[0].svg)


def test_a_run_without_intervals_has_none_for_its_weights():
    levels = [("age_sex", "M 0-4", "9", "9", "700", "10", "0.7"), ("somatic", "2", "9", "9", "200", "9", "0.2")]
    for shown in (pictures.age_curves(weighted(*levels), DANISH), pictures.weights_forest(weighted(*levels), DANISH)):
        assert 'class="interval"' not in shown.svg
        assert [cell.text for cell in shown.table.rows[0]][3:5] == [NONE, NONE]
        assert "interval" not in shown.note


def test_ages_of_men_and_women_differ_by_more_than_colour():
    nation = weighted(*(("age_sex", f"{sex} {band}", "9", "9", "900", "9", "0.9") for sex in "MF" for band in BANDS))
    shown = pictures.age_curves(nation, DANISH)
    drawing = whole(shown.svg)
    assert len([one for one in drawing.iter("rect") if one.get("class") == "mark M"]) == len(BANDS) + 1
    assert len([one for one in drawing.iter("circle") if one.get("class") == "mark F"]) == len(BANDS) + 1
    assert {"0–4", "5–9", "85+", "mænd", "kvinder"} <= set(texts_of(shown.svg))
    assert [row[1].text for row in shown.table.rows][2] == "mænd 85 år og derover"


def test_a_line_of_ages_is_broken_where_a_weight_is_not_told():
    rows = [("age_sex", f"F {band}", "9", "9", "900", "9", "0.9" if band != "5-9" else "") for band in BANDS]
    shown = pictures.age_curves(weighted(*rows), DANISH)
    line = next(one.get("d") for one in whole(shown.svg).iter("path") if one.get("class") == "line F")
    assert line.count("M") == 2


def test_mean_weights_are_of_councils_or_of_the_municipalities_of_one():
    nation = pictures.mean_weights(told(), ENGLISH)
    assert [row[1].text for row in nation.table.rows] == ["1.050", "0.950", NONE]
    assert 'class="none"' in nation.svg
    council = pictures.mean_weights(told(), ENGLISH, "aa")
    assert [row[1].text for row in (*council.table.rows, *council.table.sums)] == ["1.050", "1.050"]


def test_a_pyramid_shows_shares_and_the_country_beside_them():
    shown = pictures.pyramid(people(), ENGLISH, "aa")
    assert {one.get("class") for one in whole(shown.svg).iter("rect")} == {"bar M", "bar F"}
    assert [cell.text for cell in shown.table.rows[0]][:3] == ["0–4", "160", "10.0"]
    assert "men 0–4: 160 citizens (10.0\N{NO-BREAK SPACE}%)" in shown.svg


def test_a_band_that_is_kept_back_is_hatched_and_never_summed():
    nation = people(hidden=("M 5-9",))
    for shown in (pictures.pyramid(nation, DANISH, "aa"), pictures.pyramid(nation, DANISH, "Region Midtjylland")):
        hatched = [one for one in whole(shown.svg).iter("rect") if one.get("class") == "none"]
        assert [one.find("title").text for one in hatched if one.find("title") is not None] == [
            f"mænd 5–9 år: {DANISH.say('kept_back')}"
        ]
        assert shown.table.rows[1][1].text == NONE
        assert "1 af 6" in shown.note


def test_there_is_no_pyramid_of_nothing():
    nation = people(hidden=[f"{sex} {band}" for sex in "MF" for band in BANDS])
    assert pictures.pyramid(nation, DANISH) is None


@pytest.mark.parametrize("numbers", [["1600"], ["1450", "1500", "1500", "1800"], [str(n) for n in range(50, 9000, 50)]])
def test_the_histogram_counts_every_clinic_and_holds_the_norm(numbers):
    columns = [column.name for column in release.CLINICS.columns]
    rows = [
        dict.fromkeys(columns, "") | {"ydernummer": f"{n:06}", "council_id": "aa", "minimum_per_capacity": number}
        for n, number in enumerate(numbers)
    ]
    nation = with_rows(release.CLINICS, *rows)
    shown = pictures.minimums(nation, ENGLISH)
    assert sum(int(row[1].text) for row in shown.table.rows) == len(numbers)
    assert any(row[0].text == "1,600" for row in shown.table.rows)
    assert len(shown.table.rows) <= 40
    council = pictures.minimums(nation, ENGLISH, "aa")
    assert council.svg.count("<circle") == len(numbers) + 1
    assert pictures.minimums(nation, ENGLISH, "bb") is None


def test_clinics_whose_number_is_kept_back_are_told():
    shown = pictures.minimums(told(), ENGLISH)
    assert "Kept back, so that nobody can be found: 1." in shown.note
    assert "Without a number: 1." in shown.note


def test_sureness_stands_on_the_step_of_the_number():
    ends = {"kind": "council", "code": "aa", "level": "", "figure": "need_before_rounding", "flag": ""}
    nation = with_rows(release.INTERVALS, ends | {"low": "0.9", "high": "1.2"})
    shown = pictures.council_sureness(nation, ENGLISH)
    assert "1.06 → 2" in texts_of(shown.svg)
    assert [row[0].text for row in shown.table.rows][:1] == ["Aarhus"]
    assert [cell.text for cell in shown.table.rows[0]][1:5] == ["1.06", "0.90", "1.20", "2"]
    assert [cell.text for cell in shown.table.rows[2]][1:4] == [NONE] * 3
    assert 'class="none"' in shown.svg
    assert pictures.council_sureness(with_rows(release.INTERVALS), ENGLISH) is None


def test_calibration_has_a_dot_for_each_tenth():
    shown = pictures.calibration(told(), DANISH)
    assert shown.svg.count("<circle") == len(told().calibration)
    assert [cell.text for cell in shown.table.rows[0]] == ["nr. 1", "380", "400", "+20"]
    assert pictures.calibration(replace(told(), calibration=()), DANISH) is None


def of_cases():
    return replace(
        told(),
        cases={
            release_cases.CASES.name: [case("V07.none", need_change="0.5"), case("my own", "not_run")],
            release_cases.COUNCILS.name: [
                council_in("V07.none", "aa", "1.05", "1.055"),
                council_in("V07.none", "bb", "0.5", "0.5"),
                council_in("V07.none", "cc", "", "", "need_change"),
            ],
        },
    )


def test_each_case_has_a_small_map_and_what_is_kept_back_is_hatched():
    shown = pictures.case_maps(of_cases(), DANISH)
    colours = re.findall(r'class="(\w+)" data-kind="council" data-code="(\w+)"', shown.svg)
    assert {code: colour for colour, code in colours} == {"aa": "d5", "bb": "d4", "cc": "none"}
    assert "Aarhus" not in shown.svg
    assert [row[0].text for row in shown.table.rows] == ["V07. Ændret"]
    assert shown.table.rows[0][-1].text == "ikke fulgt"
    assert shown.table.rows[0][4].text == NONE
    assert SCRIPT not in pictures.case_maps(of_cases(), ENGLISH).svg


def test_cases_that_were_not_run_stand_apart_with_a_reason():
    rows = pictures.cases_not_run(of_cases(), DANISH).rows
    assert [row[0].text for row in rows] == ["my own. Ændret"]
    assert rows[0][1].text == DANISH.say("not_on_these_data")
    assert pictures.cases_not_run(told(), DANISH) is None
    assert pictures.case_maps(told(), DANISH) is None


def test_who_asked_is_said_in_danish():
    own = case("V07.none", who="KL, Region Hovedstaden, Sarikaya, Berring and Gregersen", memo="4.4.2.1")
    nation = replace(told(), cases={release_cases.CASES.name: [own]})
    assert "Berring og Gregersen" in pictures.case_maps(nation, DANISH).table.rows[0][-2].text


def test_flows_are_shares_of_those_who_live_there():
    shown = pictures.flows(told(), DANISH)
    assert "94" in texts_of(shown.svg)
    assert [cell.text for cell in shown.table.rows[0]] == ["Aarhus", "1.500", "0", "0", NONE, "1.600"]
    squares = [one.get("class") for one in whole(shown.svg).find(".//svg[@role='img']").iter("rect")]
    assert squares.count("none") == 1 + 4  # one flow, and all of a council whose citizens are kept back
    assert pictures.flows(with_rows(release.FLOWS), DANISH) is None


@pytest.mark.parametrize("words", [ENGLISH, DANISH], ids=["en", "da"])
def test_every_chart_names_itself_and_its_table_is_full(words):
    nation = replace(people(), cases=of_cases().cases)
    shown = [
        pictures.weights_forest(nation, words),
        pictures.age_curves(nation, words),
        pictures.mean_weights(nation, words),
        pictures.pyramid(nation, words, "aa"),
        pictures.minimums(nation, words),
        pictures.calibration(nation, words),
        pictures.case_maps(nation, words),
        pictures.flows(nation, words),
    ]
    assert len({one.name for one in shown}) == len(shown)
    for one in shown:
        drawings = [svg for svg in whole(one.svg).iter("svg") if svg.get("role") == "img"]
        assert drawings
        assert all(svg.get("aria-labelledby") or svg.get("aria-label") for svg in drawings)
        assert one.note
        assert all(len(cells) == len(one.table.columns) for cells in (*one.table.rows, *one.table.sums))
        assert "style=" not in one.svg
        assert SCRIPT not in one.svg
