"""Parquet of any writer: types, row groups and names that others write are read as the same values."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.extracts import pieces, read_rows
from fordel_dask.extracts.arrays import NO_DAY, days, plain_text, whole_numbers
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.registers.money import paid_oere
from fordel_dask.registers.people import packed
from fordel_dask.schema.prepared import MISSING_PAID
from tests.lib.deliveries import ORDINARY, REGISTERS, write_delivery
from tests.lib.reading import columns_of, extract_of

EPOCH = date(1970, 1, 1)
DAY = (date(2021, 7, 1) - EPOCH).days
FACTS = ("tables", "codebooks", "small_tables", "accounting", "citizens_sha256")


def written(tmp_path, column, **how):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"X": column}), path, **how)
    return path


def read_back(tmp_path, column, **how):
    """Give a column as it comes out of the reader, the first batch."""
    (piece,) = pieces(extract_of(written(tmp_path, column, **how)), 1_000_000)
    return next(read_rows(piece, [("X", "X")], frozenset()))["X"]


TEXTS = ["0101", None, "æøå", ""]
TEXT_TYPES = {
    "text": pa.array(TEXTS),
    "large text": pa.array(TEXTS, pa.large_string()),
    "views": pa.array(TEXTS, pa.string_view()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "dictionary of large text": pa.array(TEXTS, pa.large_string()).dictionary_encode(),
    "bytes": pa.array([None if t is None else t.encode() for t in TEXTS], pa.binary()),
    "large bytes": pa.array([None if t is None else t.encode() for t in TEXTS], pa.large_binary()),
}


@pytest.mark.parametrize("column", TEXT_TYPES.values(), ids=TEXT_TYPES)
def test_text_of_any_type_is_the_same_key_and_the_same_code(tmp_path, column):
    read = read_back(tmp_path, column)
    assert extract_of(tmp_path / "a.parquet").kinds == ("text",)
    assert [plain_text(value) for value in read.to_pylist()] == ["0101", "", "æøå", ""]
    expected = packed(pa.array(TEXTS), False)
    assert all(np.array_equal(one, other) for one, other in zip(packed(read, False), expected, strict=True))


WHOLE = [5, None, 0]
NUMBER_TYPES = {
    **{str(t): pa.array(WHOLE, t) for t in (pa.int8(), pa.int16(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64())},
    **{str(t): pa.array([5.0, None, 0.0], t) for t in (pa.float32(), pa.float64())},
    "float16": pa.array(np.array([5, np.nan, 0], np.float16), from_pandas=True),
    "decimal": pa.array([Decimal("5.00"), None, Decimal("0.00")], pa.decimal128(10, 2)),
    "decimal of 256 bits": pa.array([Decimal(5), None, Decimal(0)], pa.decimal256(60, 0)),
    "text": pa.array(["5", None, "0.0"]),
}


@pytest.mark.parametrize("column", NUMBER_TYPES.values(), ids=NUMBER_TYPES)
def test_whole_numbers_of_any_type(tmp_path, column):
    numbers, good = whole_numbers(read_back(tmp_path, column))
    assert numbers[good].tolist() == [5, 0]
    assert good.tolist() == [True, False, True]


def test_whole_numbers_beyond_what_a_float_or_an_int64_holds(tmp_path):
    numbers, good = whole_numbers(read_back(tmp_path, pa.array([2**64 - 1, 2**63 - 1], pa.uint64())))
    assert (good.tolist(), numbers[1]) == ([False, True], 2**63 - 1)
    numbers, good = whole_numbers(read_back(tmp_path, pa.array([1e300, 2.5, -3.0, float("inf"), float("nan")])))
    assert (good.tolist(), numbers[2]) == ([False, False, True, False, False], -3)


FEES = ["169.14", None, "-0.25"]
FEE_TYPES = {
    "float": pa.array([v and float(v) for v in FEES], pa.float64()),
    "narrow float": pa.array([v and float(v) for v in FEES], pa.float32()),
    "decimal": pa.array([v and Decimal(v) for v in FEES], pa.decimal128(9, 2)),
    "text": pa.array(FEES),
}


@pytest.mark.parametrize("column", FEE_TYPES.values(), ids=FEE_TYPES)
def test_fees_of_any_type_are_the_same_oere(tmp_path, column):
    oere, unreadable = paid_oere(read_back(tmp_path, column), 100)
    assert (oere.tolist(), unreadable) == ([16914, MISSING_PAID, -25], 0)


MOMENT = datetime(2021, 7, 1, 23, 30)
UNIVERSAL = MOMENT - timedelta(hours=2)
UNITS = ("s", "ms", "us", "ns")
DAY_TYPES = {
    "date32": pa.array([MOMENT.date(), None], pa.date32()),
    "date64": pa.array([MOMENT.date(), None], pa.date64()),
    **{f"time in {unit}": pa.array([MOMENT, None], pa.timestamp(unit)) for unit in UNITS},
    **{f"time in {u} of Denmark": pa.array([UNIVERSAL, None], pa.timestamp(u, "Europe/Copenhagen")) for u in UNITS},
    "universal time": pa.array([UNIVERSAL, None], pa.timestamp("us", "UTC")),
    "digits": pa.array([20210701, None], pa.int32()),
}


@pytest.mark.parametrize("column", DAY_TYPES.values(), ids=DAY_TYPES)
def test_days_of_any_type(tmp_path, column):
    assert days(read_back(tmp_path, column)).tolist() == [DAY, NO_DAY]


def test_the_old_time_of_96_bits(tmp_path):
    column = pa.array([MOMENT, datetime(1899, 12, 31), None], pa.timestamp("us"))
    read = days(read_back(tmp_path, column, use_deprecated_int96_timestamps=True))
    assert read.tolist() == [DAY, (date(1899, 12, 31) - EPOCH).days, NO_DAY]


@pytest.mark.parametrize("int96", [False, True])
def test_no_end_written_as_the_year_9999(tmp_path, int96):
    column = pa.array([datetime(9999, 12, 31)], pa.timestamp("us"))
    read = days(read_back(tmp_path, column, use_deprecated_int96_timestamps=int96))
    assert read.tolist() == [(date(9999, 12, 31) - EPOCH).days]


def test_no_row_group_and_row_groups_without_rows(tmp_path):
    schema = pa.schema([("X", pa.int64())])
    for groups in ([], [0], [0, 2, 0, 1, 0]):
        with pq.ParquetWriter(tmp_path / "a.parquet", schema) as writer:
            for rows in groups:
                writer.write_table(pa.table({"X": pa.array(range(rows), pa.int64())}))
        assert len(columns_of(tmp_path / "a.parquet", rows_at_a_time=1)["X"]) == sum(groups)


def test_lists_and_records_that_are_not_needed_do_no_harm(tmp_path):
    path = tmp_path / "a.parquet"
    nested = {"L": [[1, 2], None], "S": [{"X": 1, "PNR": "other"}, None], "M.N": ["a", "b"]}
    pq.write_table(pa.table({**nested, "PNR": ["1", "2"], "D": [21185, 21186]}), path)
    assert extract_of(path).kinds[:2] == ("other", "other")
    assert columns_of(path, "PNR", "M.N", "D", day=("D",)) == {
        "PNR": ["1", "2"],
        "M.N": ["a", "b"],
        "D": [21185 - 3653, 21186 - 3653],
    }


def with_pandas(rows, path):
    pd.DataFrame(rows).to_parquet(path)


def with_duckdb(rows, path):
    table = pa.Table.from_pylist(rows)
    duckdb.from_arrow(table).write_parquet(str(path))


def in_odd_names(rows, path):
    named = [{f" {name.capitalize()} ": value for name, value in row.items()} for row in rows]
    pq.write_table(pa.Table.from_pylist(named), path)


def with_views_and_no_statistics(rows, path):
    table = pa.Table.from_pylist(rows)
    types = [pa.string_view() if field.type == pa.string() else field.type for field in table.schema]
    table = table.cast(pa.schema(list(zip(table.column_names, types, strict=True))))
    pq.write_table(table, path, write_statistics=False, compression="zstd", data_page_version="2.0")


def with_pandas_of_nullable_types(rows, path):
    pd.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow").to_parquet(path)


WRITERS = [with_pandas, with_pandas_of_nullable_types, with_duckdb, in_odd_names, with_views_and_no_statistics]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_a_nation_of_another_writer_makes_the_same_store(tmp_path, write):
    plain = ingest(write_delivery(tmp_path / "plain"), tmp_path / "one", Threads(1))
    other = write_delivery(tmp_path / "other")
    for name, rows in REGISTERS.items():
        write(rows, other / f"{name}.parquet")
    found = ingest(other, tmp_path / "two", Threads(1))
    assert {fact: found[fact] for fact in FACTS} == {fact: plain[fact] for fact in FACTS}


def test_files_of_one_register_with_other_types_order_and_further_columns(tmp_path):
    row = REGISTERS["services"][0]
    rows = [row, {**row, "HONUGE": "2511"}]
    plain = ingest(write_delivery(tmp_path / "plain", services=rows), tmp_path / "one", Threads(1))
    other = write_delivery(tmp_path / "other", services=rows[:1])
    changed = {"more": [1], **{name: [rows[1][name]] for name in reversed(row)}}
    changed |= {"SPECIALE": [800101], "HONUGE": [2511.0], "YDLANT": ["1"], "BRUHON": [Decimal("169.14")]}
    (other / "services").mkdir()
    pq.write_table(pa.table(changed), other / "services" / "b.parquet")
    (other / "services.parquet").rename(other / "services" / "a.parquet")
    declared = (other / "registers.toml").read_text().replace("services.parquet", "services/*.parquet")
    (other / "registers.toml").write_text(declared)
    found = ingest(other, tmp_path / "two", Threads(1))
    assert {fact: found[fact] for fact in FACTS} == {fact: plain[fact] for fact in FACTS}
    assert row["PNR"] == ORDINARY
