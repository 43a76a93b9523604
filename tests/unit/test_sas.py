"""SAS files are read whole, exactly and in their own alphabet, and a damaged one is named."""

import math
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from fordel_dask.errors import IntegrityError
from fordel_dask.extracts import sas
from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, plain_text
from tests.lib.reading import columns_of, extract_of
from tests.lib.sas import SasColumn, write_sas

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "sas").glob("*.sas7bdat"))
EPOCH = date(1970, 1, 1)


def since_1970(day):
    return (day - EPOCH).days


OPEN = (9999, 12, 31)
DAYS = [date(1899, 12, 31), date(1960, 1, 1), None, date(2026, 2, 28), date(*OPEN)]
TIMES = [
    datetime(1959, 12, 31, 23, 59, 59),
    datetime(1960, 1, 1),
    None,
    datetime(2026, 2, 28, 12),
    datetime(9999, 12, 31),
]


def table(rows=5):
    """Every kind of value, and blank ones."""
    return [
        SasColumn("PNR", [f"{n:012d}" for n in range(rows)]),
        SasColumn("navn", ["Sønderborg", "Århus", None, "Æbeltoft", "x"] * (rows // 5)),
        SasColumn("KOEN", [1, 2, None, 1, 2] * (rows // 5)),
        SasColumn("BELOEB", [169.14, -12.5, None, 0.1, 1e9] * (rows // 5)),
        SasColumn("FOED_DAG", DAYS * (rows // 5), "DATE"),
        SasColumn("TID", TIMES * (rows // 5), "DATETIME"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_text_numbers_and_days_in_any_alphabet(tmp_path, encoding):
    path = write_sas(tmp_path / "a.sas7bdat", table(), encoding)
    read = columns_of(path, day=("FOED_DAG", "TID"))
    days = [since_1970(date(1899, 12, 31)), since_1970(date(1960, 1, 1)), NO_DAY, since_1970(date(2026, 2, 28))]
    assert read == {
        "PNR": [f"{n:012d}" for n in range(5)],
        "navn": ["Sønderborg", "Århus", None, "Æbeltoft", "x"],
        "KOEN": [1.0, 2.0, None, 1.0, 2.0],
        "BELOEB": [169.14, -12.5, None, 0.1, 1e9],
        "FOED_DAG": [*days, since_1970(date(9999, 12, 31))],
        "TID": [since_1970(date(1959, 12, 31)), *days[1:], since_1970(date(9999, 12, 31))],
    }
    assert [plain_text(value) for value in read["KOEN"]] == ["1", "2", "", "1", "2"]


def test_the_header_tells_names_kinds_and_rows(tmp_path):
    extract = extract_of(write_sas(tmp_path / "A.SAS7BDAT", table(rows=700)))
    assert extract.names == ("PNR", "navn", "KOEN", "BELOEB", "FOED_DAG", "TID")
    assert extract.kinds == ("text", "text", "float", "float", "date", "date")
    assert extract.rows == 700


def test_many_pages_come_in_batches_and_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(sas, "BATCH_BYTES", 4096)
    path = write_sas(tmp_path / "a.sas7bdat", table(rows=1000))
    assert columns_of(path, "PNR")["PNR"] == [f"{n:012d}" for n in range(1000)]


def test_no_rows(tmp_path):
    path = write_sas(tmp_path / "a.sas7bdat", [SasColumn("PNR", []), SasColumn("KOEN", [])])
    assert extract_of(path).rows == 0
    assert columns_of(path) == {"PNR": [], "KOEN": []}


def test_a_wide_register_such_as_dream(tmp_path):
    columns = [SasColumn("PNR", ["1", "2"])] + [SasColumn(f"Y_{n:04}", ["", str(n % 1000)]) for n in range(1800)]
    path = write_sas(tmp_path / "a.sas7bdat", columns, page_bytes=65_536)
    assert columns_of(path, "PNR", "Y_1799") == {"PNR": ["1", "2"], "Y_1799": [None, "799"]}


def test_text_that_is_not_in_the_alphabet_the_file_names_is_read_as_windows_text(tmp_path):
    path = write_sas(tmp_path / "a.sas7bdat", [SasColumn("NAVN", ["Århus".encode("cp1252"), "Æ".encode()])])
    assert columns_of(path) == {"NAVN": ["Århus", "Æ"]}


FORMATS = {
    "DATE9.": "sas_days",
    "YYMMDDN8.": "sas_days",
    "DDMMYYP10": "sas_days",
    "NLDATE": "sas_days",
    "DATETIME20.": "sas_seconds",
    "E8601DT": "sas_seconds",
    "BEST12.": None,
    "TIME8.": None,
    "": None,
}


@pytest.mark.parametrize(("shown", "meaning"), FORMATS.items())
def test_formats_of_sas_say_what_a_number_counts(tmp_path, shown, meaning):
    extract = extract_of(write_sas(tmp_path / "a.sas7bdat", [SasColumn("D", [1.0], shown)]))
    assert dict(extract.days).get("D") == meaning


def test_a_date_beyond_the_calendar_is_unreadable_and_not_blank(tmp_path):
    path = write_sas(tmp_path / "a.sas7bdat", [SasColumn("D", [1.0, 1e12, -1e12, 21_185.7], "DATE")])
    assert columns_of(path, day=("D",))["D"] == [-3652, UNREADABLE_DAY, UNREADABLE_DAY, since_1970(date(2018, 1, 1))]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_our_reading_pandas_and_readstat_agree_on_files_of_another_program(path):
    ours = columns_of(path)
    theirs, _ = pyreadstat.read_sas7bdat(path)
    assert len(FIXTURES) == 2
    assert list(ours) == list(theirs.columns)
    for other in (theirs, pd.read_sas(path, encoding="infer")):
        for name, values in ours.items():
            assert [alike(value) for value in values] == [alike(value) for value in other[name].tolist()], name


def alike(value):
    """Give blank text and missing numbers as one."""
    return None if value == "" or (isinstance(value, float) and math.isnan(value)) else value


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_our_writer_is_understood_by_pandas_and_readstat(tmp_path, encoding):
    columns = table(rows=300)
    path = write_sas(tmp_path / "a.sas7bdat", columns, encoding)
    theirs, told = pyreadstat.read_sas7bdat(path, disable_datetime_conversion=True)
    pandas = pd.read_sas(path, encoding="infer")
    assert told.number_rows == len(theirs) == len(pandas) == 300
    assert told.original_variable_types["FOED_DAG"] == "DATE"
    assert theirs["navn"].tolist() == [name or "" for name in columns[1].values]
    assert pandas["navn"].fillna("").tolist() == theirs["navn"].tolist()
    assert np.array_equal(pandas["BELOEB"], theirs["BELOEB"], equal_nan=True)
    assert pandas["FOED_DAG"][4] == pd.Timestamp("9999-12-31")
    assert theirs["FOED_DAG"][3] == (date(2026, 2, 28) - date(1960, 1, 1)).days


@pytest.mark.parametrize("share", [0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_refused_by_name(tmp_path, share):
    whole = write_sas(tmp_path / "whole.sas7bdat", table(rows=1000)).read_bytes()
    path = tmp_path / "cut.sas7bdat"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(IntegrityError, match=r"test: cut\.sas7bdat") as refusal:
        columns_of(path)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_a_file_that_is_cut_at_the_end_of_a_page_is_refused(tmp_path):
    whole = write_sas(tmp_path / "whole.sas7bdat", table(rows=1000)).read_bytes()
    path = tmp_path / "cut.sas7bdat"
    path.write_bytes(whole[:-4096])
    with pytest.raises(IntegrityError, match=r"cut\.sas7bdat"):
        columns_of(path)


def test_a_header_that_promises_more_rows_than_there_are_is_refused(tmp_path):
    path = write_sas(tmp_path / "a.sas7bdat", table(), row_count=6)
    with pytest.raises(IntegrityError, match=r"a\.sas7bdat"):
        columns_of(path)


def test_no_sas_file_at_all(tmp_path):
    path = tmp_path / "a.sas7bdat"
    path.write_text("PNR;KOEN\n1;2\n")
    with pytest.raises(IntegrityError, match=r"a\.sas7bdat"):
        extract_of(path)
