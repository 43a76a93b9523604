"""The pack for the evaluation in 2028: what the told tables let be said, year beside year, and what they do not."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from fordel_dask.report.evaluation import evaluation_files
from fordel_dask.report.parts import Wanted
from fordel_dask.report.told import Capacities, ToldRun
from fordel_dask.report.wording import Wording
from fordel_dask.schema import release
from tests.unit.report.example import DAY, FORMULA, SCRIPT, a_year_before, model, tables, told

DA, EN = Wording("da"), Wording("en")
BEFORE = a_year_before()


def pack(of=None, series=(BEFORE,), words=DA):
    [(name, content)] = evaluation_files(of or told(), Wanted(words, series=series))
    assert name == "evaluation-2028.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def rows(files, name):
    return list(csv.DictReader(io.StringIO(files[f"tables/{name}.csv"].decode())))


def of_year(found, year, **wanted):
    [row] = [one for one in found if one["year"] == year and all(one[key] == text for key, text in wanted.items())]
    return row


def test_years_stand_oldest_first_each_beside_the_one_before_however_they_are_given():
    older = a_year_before(2024)
    found = rows(pack(series=(BEFORE, older)), "series")
    assert [row["year"] for row in found] == ["2024"] * 3 + ["2025"] * 3 + ["2026"] * 3
    aarhus = of_year(found, "2026", council_id="aa")
    assert (aarhus["earlier_year"], aarhus["maximum_capacities_earlier"]) == ("2025", "3")
    assert (aarhus["maximum_capacities"], aarhus["maximum_capacities_change"]) == ("2", "-1")
    assert of_year(found, "2024", council_id="aa")["maximum_capacities_change"] == ""


def test_weights_are_set_against_the_year_before():
    weight = of_year(rows(pack(), "stability_weights"), "2026", level="M 0-4")
    assert (weight["weight"], weight["weight_earlier"], weight["weight_change"]) == (
        "0.743126000",
        "0.700000000",
        "0.043126",
    )


def test_clinics_are_counted_by_the_rounding_steps_that_they_moved():
    files = pack()
    clinic = of_year(rows(files, "stability_clinics"), "2026", ydernummer="000001")
    assert (clinic["minimum_per_capacity_change"], clinic["steps"]) == ("100", "2")
    assert [
        (row["steps"], row["clinics"], row["clinics_up"], row["clinics_down"]) for row in rows(files, "stability_steps")
    ] == [
        ("0", "1", "0", "0"),
        ("2", "1", "1", "0"),
    ]


def test_what_was_kept_back_in_either_year_is_kept_back_in_the_change():
    clinic = of_year(rows(pack(), "stability_clinics"), "2026", ydernummer="000002")
    assert clinic["steps"] == clinic["minimum_per_capacity_earlier"] == ""
    assert set(clinic["kept_back"].split()) == {"minimum_per_capacity_earlier", "minimum_per_capacity_change", "steps"}
    untold = of_year(rows(pack(), "stability_clinics"), "2026", ydernummer="000003")
    assert {"minimum_per_capacity", "minimum_per_capacity_change", "steps"} <= set(untold["kept_back"].split())


def test_access_is_occupied_over_need_and_against_the_floor():
    found = {(row["area_kind"], row["area_code"]): row for row in rows(pack(), "access")}
    aarhus = found["council", "aa"]
    assert (aarhus["occupied_capacities"], aarhus["coverage"]) == ("1.5", "1.428571429")
    assert found["municipality", "751"]["below_floor"] == "no"
    assert found["municipality", "461"]["below_floor"] == "yes"  # 2.5 of 8.686
    assert (found["municipality", "461"]["coverage"], found["municipality", "461"]["kept_back"]) == (
        "",
        "need coverage",
    )
    assert found["municipality", "147"]["occupied_capacities"] == ""


def test_residuals_are_those_of_the_diagnosis():
    assert rows(pack(), "residuals")[0] == {
        "tenth": "1",
        "predicted_kr": "380",
        "actual_kr": "400",
        "difference_kr": "20",
        "ratio": "0.950000000",
    }


def test_what_was_not_given_is_said_with_how_to_give_it():
    bare = told(calibration=(), capacities=Capacities(DAY, False, {}, {}))
    text = pack(bare, series=())["README.txt"].decode().replace("\n  ", " ")
    for option in ("--series", "--diagnosis", "--capacity", "--fees", "--scenarios"):
        assert option in text
    full = pack()["README.txt"].decode()
    assert "--series" not in full and "--diagnosis" not in full and "--capacity" not in full


def test_one_year_says_nothing_of_stability():
    files = pack(series=())
    assert "tables/stability_steps.csv" not in files
    assert 'id="steps"' not in files["index.html"].decode()
    assert 'id="residuals"' in files["index.html"].decode()


def test_both_files_to_read_first_name_every_file_and_the_section_of_the_memo():
    files = pack()
    for name in ("LÆS-MIG.txt", "README.txt"):
        text = re.sub(r"\s+", " ", files[name].decode())
        assert "4.4.4" in text and "2028" in text
        assert all(one in text for one in files if one not in ("LÆS-MIG.txt", "README.txt"))
    assert "Hvad den ikke kan svare på" in files["LÆS-MIG.txt"].decode()
    assert "What it cannot answer" in files["README.txt"].decode()


@pytest.mark.parametrize("words", [DA, EN], ids=["da", "en"])
def test_hostile_names_do_no_harm(words):
    files = pack(words=words)
    page = files["index.html"].decode()
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert [row["council"] for row in rows(files, "series")][:3] == ["Aarhus", f"'{FORMULA}", SCRIPT]
    book = load_workbook(io.BytesIO(files["evaluation.xlsx"]))
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_every_table_is_a_sheet_and_explained():
    files = pack()
    tables = [name for name in files if name.endswith(".csv")]
    book = load_workbook(io.BytesIO(files["evaluation.xlsx"]))
    assert len(book.sheetnames) == len(tables) + 1
    danish, english = files["tables/README.txt"].decode().split("THE TABLES\n")
    for name in tables:
        for column in files[name].decode().splitlines()[0].split(","):
            assert f"\n  {column}" in danish and f"\n  {column}" in english


def test_pictures_have_the_figures_of_the_tables_under_them():
    page = pack()["index.html"].decode()
    for name in ("councils", "weights", "steps", "residuals"):
        assert f'<figure id="{name}">' in page
    councils = page[page.index('<figure id="councils">') : page.index('<figure id="weights">')]
    assert re.search(r"Aarhus</th>\s*<td[^>]*>3</td>\s*<td[^>]*>2</td>\s*<td[^>]*>−1</td>", councils)


def test_the_same_figures_give_the_same_bytes():
    first, second = (list(evaluation_files(told(), Wanted(DA, series=(BEFORE,)))) for _ in range(2))
    assert first == second


def test_no_clock_stands_in_the_archive():
    [(_, content)] = evaluation_files(told(), Wanted(DA))
    assert {one.date_time for one in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_clinics_that_moved_as_far_up_and_down_are_counted_together():
    found = tables()
    found[release.CLINICS.name][1]["minimum_per_capacity"] = "1800"  # 100 more than it has a year later
    found[release.CLINICS.name][0]["minimum_per_capacity"] = "1400"  # 100 less
    both = rows(pack(series=(told(run=ToldRun(model(2025), found)),)), "stability_steps")
    assert [tuple(row.values())[3:] for row in both] == [("0", "1", "0", "0"), ("2", "2", "1", "1")]


def test_two_runs_of_one_year_are_told_apart_by_their_models():
    other = told(run=ToldRun(replace(model(), name="old-fees"), BEFORE.run.tables))
    files = pack(series=(other,))
    assert "Vægtene, 2026 (old-fees) og 2026 (national-2025)" in files["index.html"].decode()
    assert [row["model"] for row in rows(files, "series")] == ["old-fees"] * 3 + ["national-2025"] * 3
