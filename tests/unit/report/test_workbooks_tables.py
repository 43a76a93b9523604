"""The tables that leave as CSV: no text a formula, and every column and code explained in both languages."""

import csv
import io

import pytest

from fordel_dask.law.sources import data_file
from fordel_dask.report.credits import CREDITED
from fordel_dask.report.described import column_label, column_meaning, table_meaning, table_title, unit_of
from fordel_dask.report.evaluation import declared
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks import table_files
from fordel_dask.report.workbooks.tables import OF_CASES, OF_MONEY
from fordel_dask.schema import release
from fordel_dask.schema.release_found import FINDINGS
from tests.unit.report.example import FORMULA, SCRIPT, tables, told

DA, EN = Wording("da"), Wording("en")
OF_PACK = (
    *(declared.SERIES, declared.WEIGHTS, declared.CLINICS, declared.STEPS),
    *(declared.RESIDUALS, declared.ACCESS, declared.ASSUMPTIONS),
)
DECLARED = (*release.OF_A_RUN, *OF_CASES, *OF_MONEY, FINDINGS, *OF_PACK)


def files():
    return dict(table_files(told()))


def test_every_told_table_is_there_with_all_its_rows():
    for name, rows in tables().items():
        lines = list(csv.DictReader(io.StringIO(files()[f"tables/{name}.csv"].decode())))
        assert len(lines) == len(rows)
        assert lines[0].keys() == rows[0].keys()


def test_a_name_that_begins_like_a_formula_stands_behind_an_apostrophe():
    councils = list(csv.DictReader(io.StringIO(files()["tables/maximum_capacities_by_council.csv"].decode())))
    assert [row["council"] for row in councils] == ["Aarhus", f"'{FORMULA}", SCRIPT]


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_every_column_has_a_danish_label_and_meaning(table):
    for say in (table_title, table_meaning):
        assert say(table, DA) and say(table, DA) != say(table, EN)
    for column in table.columns:
        assert column_label(table, column, DA)[0].isupper()
        assert column_meaning(table, column, DA).endswith(".")
        assert column_meaning(table, column, EN) == column.doc
        assert unit_of(column, DA) or column.unit == "-"


def test_the_file_beside_the_tables_explains_every_column_and_code_in_both_languages():
    text = files()["tables/README.txt"].decode()
    danish, english = text.split("THE TABLES\n")
    for part, level in ((danish, "mænd 0–4 år"), (english, "men 0–4")):
        for name, rows in tables().items():
            assert f"\n{name}.csv: " in part
            assert all(f"\n  {column}" in part for column in rows[0])
        assert f"level M 0-4 (age_sex): {level}" in part
    assert "clinic_type tender: udbudsklinik" in danish and "clinic_type tender: tender clinic" in english
    assert "Udkast. Tallene er ikke frigivet" in danish and "Draft. These figures" in english


def test_credits_are_those_of_the_packaged_data():
    assert {path: EN.say(word) for path, word in CREDITED.items()} == {
        path: data_file(path).credit for path in CREDITED
    }
