"""The workbooks of a report: what a reader sees in a sheet is what the release tells, rounded once, and no more."""

import io
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from fordel_dask.report.described import sheets
from fordel_dask.report.pages import tables as pages
from fordel_dask.report.told import Capacities, Clearance, ToldRun
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks import workbook_files
from tests.unit.report.example import DAY, FORMULA, QUOTED, SCRIPT, a_year_before, model, tables, told

DA, EN = Wording("da"), Wording("en")
NOT_SHOWN = {"da": "skjult", "en": "not shown"}


def book(name, of=None, words=DA):
    files = dict(workbook_files(of or told(), words))
    return load_workbook(io.BytesIO(files[f"workbooks/{name}-2026.xlsx"]))


def table_of(sheet):
    """Give the rows of a sheet's table by heading, found below its frozen headings."""
    top = int(re.sub(r"\D", "", sheet.freeze_panes)) - 1
    heads = [cell.value for cell in sheet[top]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def council(rows, name):
    [found] = [row for row in rows if row["Sundhedsråd"].value == name]
    return found


def texts(of):
    return [cell.value for sheet in of for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_a_region_is_followed_by_its_sum_and_the_last_row_is_the_country():
    rows = table_of(book("annexes")["1 Sundhedsråd"])
    names = [row["Sundhedsråd"].value for row in rows]
    assert names == ["Aarhus", FORMULA, "Region Midtjylland i alt", SCRIPT, "Region Syddanmark i alt", "Hele landet"]
    region = rows[2]
    assert (region["Borgere"].value, region["Sygdomsvægtede borgere"].value) == (2400, 2440)
    assert region["Højeste antal lægekapaciteter"].value == 3
    assert region["Gennemsnitlig sygdomsvægt"].value == 1.017  # 2,440 ÷ 2,400
    assert region["Borgere"].font.bold
    assert rows[-1]["Højeste antal lægekapaciteter"].value == 6


def test_a_sum_is_not_shown_where_one_of_its_parts_is_kept_back():
    rows = table_of(book("annexes")["1 Sundhedsråd"])
    assert rows[-1]["Borgere"].value == rows[-1]["Gennemsnitlig sygdomsvægt"].value == "skjult"
    assert rows[3]["Borgere"].value == "skjult"
    assert rows[3]["Dækning"].value is None  # nobody has reported the council's capacities


@pytest.mark.parametrize("words", [DA, EN], ids=["da", "en"])
def test_what_is_kept_back_is_said_and_what_is_not_there_is_empty(words):
    sheet = book("clinics", words=words).worksheets[1]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=4)}
    assert rows["000003"].count(NOT_SHOWN[words.code]) == 7  # patients, minima, what lies above, and the interval
    assert NOT_SHOWN[words.code] not in rows["000004"]
    assert None in rows["000004"]


def test_numbers_are_rounded_as_on_the_pages_and_shown_so():
    [row] = [one for one in table_of(book("annexes")["2 Kommuner"]) if one["Kommune"].value == "Aarhus"]
    need, floor = row["Behov\n(lægekapaciteter)"], row["Arealgulv\n(lægekapaciteter)"]
    assert (need.value, need.number_format) == (1.05, "#,##0.00")
    assert floor.value == 0.125
    assert DA.figure("0.125", 2) == "0,12"
    assert sheets.rounded("0.125", need.number_format) == Fraction("0.12")  # a half to the even digit, not the greater
    assert row["Gennemsnitlig sygdomsvægt"].number_format == "#,##0.000"


def test_decimals_are_those_of_the_pages():
    assert [sheets.PLACES[name] for name in ("need", "floor", "mean_weight", "weight")] == [
        pages.NEED_PLACES,
        pages.FLOOR_PLACES,
        pages.MEAN_PLACES,
        pages.WEIGHT_PLACES,
    ]
    assert sheets.KRONER_PLACES == pages.KRONER_PLACES


def test_occupied_capacities_are_shown_only_where_regions_have_reported_them():
    rows = table_of(book("annexes")["1 Sundhedsråd"])
    assert council(rows, "Aarhus")["Besatte lægekapaciteter"].value == 1.5
    assert council(rows, "Aarhus")["Dækning"].value == float(round(Fraction("1.5") / Fraction("1.05"), 3))
    assert council(rows, "Aarhus")["Dækning"].number_format == "0.0%"
    unreported = told(capacities=Capacities(DAY, False, {}, {}))
    assert "Dækning" not in table_of(book("annexes", unreported)["1 Sundhedsråd"])[0]
    assert any("kapacitetsregister" in text for text in texts(book("annexes", unreported)))


def test_an_earlier_run_is_shown_beside_what_can_be_compared():
    of = told(earlier=a_year_before().run)
    rows = table_of(book("annexes", of)["1 Sundhedsråd"])
    assert council(rows, "Aarhus")["Ændring\n(lægekapaciteter)"].value == -1
    clinics = {row["Ydernummer"].value: row for row in table_of(book("clinics", of)["Klinikker"])}
    assert clinics["000001"]["Ændring\n(patienter)"].value == 100
    assert clinics["000002"]["Ændring\n(patienter)"].value == "skjult"  # kept back a year before
    assert clinics["000004"]["Ændring\n(patienter)"].value is None


def test_a_clinic_has_its_places_by_name_its_status_and_note_in_words():
    clinics = {row["Ydernummer"].value: row for row in table_of(book("clinics")["Klinikker"])}
    assert [clinics["000005"][head].value for head in ("Kliniktype", "Kommune", "Sundhedsråd", "Status")] == [
        "regionsklinik",
        QUOTED,
        SCRIPT,
        "har et tal",
    ]
    assert clinics["000005"]["Bemærkning"].value.startswith("ø-lægeklinik med under 500 patienter")
    assert clinics["000004"]["Status"].value == "står ikke i klinikregistret"
    assert clinics["000001"]["Sikkerhed"].value == "sikkert"
    assert clinics["000001"]["Patienter over minimum"].value == 150
    assert list(clinics)[-1] == "000004"  # lies nowhere


def test_flows_are_a_square_of_where_citizens_live_and_where_their_clinic_lies():
    sheet = book("annexes")["4 Patientstrømme"]
    [home] = [row for row in table_of(sheet) if row["Bopæl i sundhedsråd"].value == "Aarhus"]
    assert home["Aarhus"].value == 1500
    assert home["Ingen klinik, eller en, der ikke er registreret"].value == "skjult"
    assert home[FORMULA].value is None


def test_names_that_look_like_formulas_are_texts_and_stay_so_when_edited():
    for name in ("annexes", "clinics", "traits"):
        for sheet in book(name):
            for line in sheet.iter_rows():
                for cell in line:
                    assert cell.data_type != "f"
                    if cell.value == FORMULA:
                        assert cell.quotePrefix
    assert FORMULA in texts(book("annexes")) and SCRIPT in texts(book("annexes"))


def test_danish_sheets_have_no_machine_words():
    files = dict(workbook_files(told(), DA))
    for name, content in files.items():
        if name.endswith(".xlsx"):
            for text in texts(load_workbook(io.BytesIO(content))):
                assert not re.search(r"[a-z]_[a-z]", text.replace("fordel_dask", "")), text


@pytest.mark.parametrize(
    ("clearance", "expected"),
    [
        (Clearance(5, invented=False), "Udkast. Tallene er ikke frigivet og må ikke gives videre."),
        (Clearance(5, invented=False, release=3, day=DAY), "Frigivet 10. januar 2026, frigivelse nr. 3."),
        (Clearance(5, invented=True), "Fiktive data: Ingen virkelig borger"),
    ],
    ids=["draft", "released", "invented"],
)
def test_the_first_sheet_says_how_far_figures_have_come(clearance, expected):
    of = told(clearance=clearance)
    assert any(text.startswith(expected) for text in texts([book("annexes", of)["Om"]]))
    printed = book("annexes", of)["1 Sundhedsråd"].oddHeader.left.text
    assert (printed or "") == " ".join(
        [
            *(["FIKTIVE DATA."] if clearance.invented else []),
            *(["UDKAST, ikke frigivet."] if not clearance.release else []),
        ]
    )


def test_the_first_sheet_explains_every_column_of_every_sheet():
    for name in ("annexes", "clinics", "traits"):
        found = book(name)
        about = [row[0].value for row in found["Om"].iter_rows()]
        for sheet in found.worksheets[1:]:
            assert sheet.title in about
            if sheet.title != "4 Patientstrømme":
                for heading in table_of(sheet)[0]:
                    assert heading.replace("\n", " ") in about


def test_sheets_print_on_a4_across_with_headings_on_every_page():
    for sheet in book("annexes").worksheets[1:]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows in {"$4:$4", "4:4"}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # one page across, which Excel does not write down
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.freeze_panes.endswith("5")


def test_rows_with_sums_among_them_cannot_be_sorted_away():
    sheets = book("annexes")
    assert sheets["1 Sundhedsråd"].auto_filter.ref is None
    assert sheets["2 Kommuner"].auto_filter.ref.startswith("A4:")


def test_the_same_figures_give_the_same_bytes():
    first, second = (dict(workbook_files(told(), DA)) for _ in range(2))
    assert first == second


def test_a_run_without_intervals_or_traits_has_no_empty_columns_or_books_for_them():
    bare = {name: rows for name, rows in tables().items() if name not in ("intervals", "citizens_by_trait")}
    of = told(run=ToldRun(replace(model(), confidence=Fraction(0)), bare))
    assert "Sikkerhed" not in table_of(book("clinics", of)["Klinikker"])[0]
    assert "workbooks/traits-2026.xlsx" not in dict(workbook_files(of, DA))


def test_a_table_too_long_for_a_sheet_is_left_to_the_csv_and_said(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    sheet = book("clinics")["Klinikker"]
    assert "5 rækker er for mange til et ark. De står i tabellerne som CSV." in texts([sheet])
    assert table_of(sheet) == []


def test_a_workbook_names_its_title_and_author():
    found = book("annexes").properties
    assert found.creator == "fordel_dask"
    assert found.title
