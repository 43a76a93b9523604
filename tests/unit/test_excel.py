"""Small tables come as workbooks too: the same rows as from CSV, and what cannot be read is refused in words."""

import builtins
import datetime
import shutil

import pytest
from openpyxl import Workbook

from fordel_dask.errors import SchemaError, UsageError
from fordel_dask.extracts.arrays import EPOCH, NO_DAY
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source, declared_source
from fordel_dask.registers.clinics import read_clinics
from fordel_dask.registers.small_tables import read_small
from tests.lib.deliveries import REGISTERS

AUGUST = datetime.date(2025, 8, 1).toordinal() - EPOCH
NAMES = ("YDERNR", "NUMBER", "DECIDED_ON")
WANTED = tuple(Wanted(name, holds="day" if name == "DECIDED_ON" else "value") for name in NAMES)


def workbook(folder, *rows, sheets=("sheet 1",), name="decisions.xlsx"):
    """Write rows to the last of some sheets."""
    book = Workbook()
    book.active.title = sheets[0]
    sheet = book.active
    for title in sheets[1:]:
        sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder / name


def read(path, register="decisions"):
    return [tuple(row.values()) for row in read_small(Source(register, (path,)), WANTED, frozenset())]


def test_a_workbook_is_read_as_the_same_table_as_csv(tmp_path):
    path = workbook(
        tmp_path, NAMES, ("043998", 494, datetime.date(2025, 8, 1)), (654915, 330.0, datetime.date(2025, 9, 1))
    )
    csv = tmp_path / "decisions.csv"
    csv.write_text("YDERNR,NUMBER,DECIDED_ON\n043998,494,2025-08-01\n654915,330,2025-09-01\n", "utf-8")
    assert read(path) == read(csv) == [("043998", "494", AUGUST), ("654915", "330", AUGUST + 31)]


def test_days_typed_as_text_beside_days_of_the_program_are_read_alike(tmp_path):
    path = workbook(tmp_path, NAMES, ("1", 1, datetime.datetime(2025, 8, 1)), ("2", 2, "01-09-2025"), ("3", 3, None))
    assert [row[2] for row in read(path)] == [AUGUST, AUGUST + 31, NO_DAY]


def test_the_sheet_named_like_the_register_goes_before_the_first(tmp_path):
    named = workbook(tmp_path, NAMES, ("1", 1, "2025-08-01"), sheets=("about", "Decisions"))
    assert len(read(named)) == 1
    first = workbook(tmp_path, NAMES, ("1", 1, "2025-08-01"), sheets=("whatever",))
    assert len(read(first)) == 1


def test_blank_rows_and_columns_around_the_table_are_nothing(tmp_path):
    path = workbook(tmp_path, (*NAMES, None, ""), ("1", 1, "2025-08-01"), (None, " ", ""), ("2", 2, "2025-08-02"), ())
    assert len(read(path)) == 2


def test_a_clinic_register_may_be_a_workbook(tmp_path):
    rows = REGISTERS["clinics"]
    path = workbook(tmp_path, tuple(rows[0]), *(tuple(row.values()) for row in rows), name="clinics.xlsx")
    found = read_clinics(Source("clinics", (path,)), 2026, None)
    assert (found[0]["YDERNR"], found[0]["CAPACITIES"], found[0]["FRA"]) == ("010101", "1.5", "2010-01-01")


def test_a_delivery_may_declare_a_workbook(tmp_path):
    workbook(tmp_path, NAMES, ("1", 1, "2025-08-01"))
    (tmp_path / "registers.toml").write_text('[decisions]\npath = "decisions.xlsx"\n', "utf-8")
    assert len(read_small(declared_source(tmp_path, "decisions"), WANTED, frozenset())) == 1


def test_a_register_of_persons_is_no_workbook(tmp_path):
    path = workbook(tmp_path, ("PNR",), ("1",), name="population.xlsx")
    with pytest.raises(SchemaError, match="small tables only"):
        read(path, "population")


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 cut short"], ids=["empty", "text", "cut"])
def test_a_damaged_workbook_is_refused(tmp_path, content):
    (tmp_path / "decisions.xlsx").write_bytes(content)
    with pytest.raises(SchemaError, match="no workbook that can be read"):
        read(tmp_path / "decisions.xlsx")


def test_a_workbook_cut_anywhere_is_refused_or_whole(tmp_path):
    content = workbook(tmp_path, NAMES, ("1", 1, "2025-08-01")).read_bytes()
    for end in range(0, len(content) - 1, 97):
        (tmp_path / "cut.xlsx").write_bytes(content[:end])
        with pytest.raises(SchemaError):
            read(tmp_path / "cut.xlsx")


def test_another_archive_under_the_name_of_a_workbook_is_refused(tmp_path):
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "file.txt").write_text("text", "utf-8")
    shutil.move(shutil.make_archive(str(tmp_path / "other"), "zip", tmp_path / "some"), tmp_path / "decisions.xlsx")
    with pytest.raises(SchemaError, match="no workbook that can be read"):
        read(tmp_path / "decisions.xlsx")


@pytest.mark.parametrize("rows", [(), ((None, ""),)], ids=["no_rows", "blank_first_row"])
def test_a_sheet_without_names_of_columns_is_refused(tmp_path, rows):
    with pytest.raises(SchemaError, match="holds no names of columns"):
        read(workbook(tmp_path, *rows))


def test_a_formula_that_nobody_computed_is_refused_not_read_as_blank(tmp_path):
    with pytest.raises(SchemaError, match="1 formula without a value, the first in row 2"):
        read(workbook(tmp_path, NAMES, ("1", "=1+1", "2025-08-01")))


def test_without_the_library_the_message_names_what_to_install(tmp_path, monkeypatch):
    path = workbook(tmp_path, NAMES)
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"fordel_dask\[report\]"):
        read(path)
