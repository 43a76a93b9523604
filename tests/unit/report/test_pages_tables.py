"""The tables of pages: sums, what they are sorted by, and how sure numbers are."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from fordel_dask.report.pages import background, clinic_tables, tables
from fordel_dask.report.pages.cells import Cells, total
from fordel_dask.report.pages.links import Beside, Links, slugs
from fordel_dask.report.told import Capacities, Standing
from fordel_dask.report.wording import Wording
from tests.lib.small_told import small_told

TOLD = small_told()
DANISH = Wording("da")
LINKS = Links(TOLD.run)


def texts(rows):
    return [[cell.text for cell in row] for row in rows]


def test_a_sum_is_told_only_if_every_part_is():
    rows = [{"a": "1.5", "b": "2"}, {"a": "2", "b": ""}]
    assert total(rows, "a") == Fraction(7, 2)
    assert total(rows, "b") is None
    assert total([], "a") is None


def test_a_cell_says_whether_its_figure_is_kept_back_or_there_is_none():
    cells = Cells(DANISH)
    row = {"a": "", "b": "", "c": "1234.5", "kept_back": "a"}
    assert [cells.figure(row, name, 1).text for name in "abc"] == ["skjult", "–", "1.234,5"]
    assert [cells.figure(row, name, 1).order for name in "abc"] == ["", "", "1234.500000"]
    assert cells.change({"d": "-3"}, "d").text == "−3"


def test_a_sum_says_whether_a_part_of_it_is_kept_back_or_not_there():
    cells, kept = Cells(DANISH), {"a": "", "b": "", "c": "2", "kept_back": "a"}
    rows = [{"a": "1", "b": "1", "c": "1000", "kept_back": ""}, kept]
    assert [cells.sum_of(rows, name).text for name in "abc"] == ["skjult", "–", "1.002"]
    assert cells.sum_of([], "a").text == "–"


def test_annex_1_has_every_council_with_sums_by_region_and_of_the_country():
    found = tables.councils_table(TOLD, DANISH, LINKS)
    assert [row[0].text for row in found.rows] == ["Nord", "Fyn"]
    assert [row[0].text for row in found.sums] == ["Fyn", "Region Syddanmark", "Hele landet"]
    assert {len(row) for row in (*found.rows, *found.sums)} == {len(found.columns)}
    assert texts(found.rows)[1] == [
        "Fyn",
        "Region Syddanmark",
        "10.000",
        "1,020",
        "6,38",
        "0,200",
        "7",
        "6",
        "6",
        "5",
        "+1",
    ]


def test_room_is_what_may_still_be_allocated_on_the_day_of_the_capacity_register():
    later = Capacities(date(2026, 6, 1), True, {"fyn": Standing(Fraction("6.5"), Fraction(6))}, {})
    nord, fyn = tables.councils_table(replace(TOLD, capacities=later), DANISH, LINKS).rows
    assert [cell.text for cell in fyn[-4:]] == ["6", "6,5", "6", "+0,5"]
    assert [cell.text for cell in nord[-3:]] == ["–"] * 3


def test_a_regions_table_has_its_councils_alone():
    found = tables.councils_table(TOLD, DANISH, LINKS, "Region Syddanmark")
    assert [row[0].text for row in found.rows] == ["Fyn"]
    assert {len(row) for row in (*found.rows, *found.sums)} == {len(found.columns)}


def test_annex_2_has_every_municipality_and_a_council_its_own():
    every = tables.municipalities_table(TOLD.run, DANISH, LINKS)
    own = tables.municipalities_table(TOLD.run, DANISH, LINKS, ("fyn",))
    assert len(every.rows) == 3
    assert [row[0].text for row in own.rows] == ["Fyn", "Nyborg"]
    for found in (every, own):
        assert {len(row) for row in found.rows} == {len(found.columns)}


def test_clinics_show_their_number_and_its_interval():
    found = clinic_tables.clinics_table(TOLD.run, DANISH, LINKS, lambda row: row["council_id"] == "fyn")
    assert [row[0].text for row in found.rows] == ["000111", "000222"]
    assert texts(found.rows)[0][-3:] == ["1.550", "3.100", "–"]
    with_letters = clinic_tables.clinics_table(
        TOLD.run, DANISH, Links(TOLD.run, beside=Beside({"000111"})), lambda _: True
    )
    assert [row[-1].href for row in with_letters.rows] == ["letters/000111.html", "", "", ""]


def test_councils_are_sure_where_both_ends_round_to_the_number():
    found = tables.sureness_table(TOLD.run, DANISH, LINKS, "Region Syddanmark")
    assert texts(found.rows) == [["Fyn", "6,58", "6,40–6,70", "7", "7", "–", "sikkert"]]


def test_flows_go_out_and_in():
    found = tables.flows_table(TOLD.run, DANISH, "fyn", LINKS)
    assert texts(found.rows) == [
        ["Nord", "88", "skjult"],
        ["Fyn", "9.900", "9.900"],
        ["ingen klinik eller en, der ikke er registreret", "12", "–"],
    ]


def test_what_was_kept_back_is_counted_by_table():
    found = {row[0].text: (row[1].text, row[2].text) for row in background.kept_back_table(TOLD, DANISH).rows}
    assert found["Sundhedsråd"] == ("2", "1")
    assert found["Patientstrømme mellem sundhedsråd"] == ("5", "1")
    assert found["Klinikker"] == ("4", "0")


@pytest.mark.parametrize(("name", "said"), [("lpr 2 contacts", "sygehuskontakter 2"), ("population", "befolkning")])
def test_registers_are_named_in_danish(name, said):
    assert background.register_words(name, DANISH) == said


def test_no_two_regions_share_a_file():
    assert slugs(["Region Østdanmark", "region-oestdanmark", "<b>", "!"]) == {
        "Region Østdanmark": "region-oestdanmark",
        "region-oestdanmark": "region-oestdanmark-1",
        "<b>": "b",
        "!": "region",
    }
