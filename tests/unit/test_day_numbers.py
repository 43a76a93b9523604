"""Days delivered as numbers: how a column is meant is judged as a whole, and every day of it is read."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY
from fordel_dask.extracts.extract import Portion
from fordel_dask.extracts.form import form_of
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from tests.lib.deliveries import REGISTERS, write_delivery
from tests.lib.reading import columns_of, extract_of

EPOCH = date(1970, 1, 1)
DAYS = [date(1899, 12, 31), date(1960, 1, 1), date(1960, 8, 21), date(1987, 11, 15), date(2026, 2, 28)]
OPEN = date(9999, 12, 31)
COUNTED = {
    "sas_days": lambda day: (day - date(1960, 1, 1)).days,
    "sas_seconds": lambda day: (day - date(1960, 1, 1)).days * 86_400 + 7 * 3600,  # at seven in the morning
    "yyyymmdd": lambda day: int(day.strftime("%Y%m%d")),
}
WRITTEN = {
    "whole numbers": lambda numbers: pa.array(numbers, pa.int64()),
    "binary numbers": lambda numbers: pa.array([None if n is None else float(n) for n in numbers], pa.float64()),
    "decimals": lambda numbers: pa.array(numbers, pa.decimal128(14, 0)),
    "text": lambda numbers: pa.array([None if n is None else str(n) for n in numbers], pa.string()),
    "text with a point": lambda numbers: pa.array([None if n is None else f" {n}.0" for n in numbers], pa.string()),
}


def parquet(tmp_path, column, **how):
    pq.write_table(pa.table({"D": column}), tmp_path / "a.parquet", **how)
    return tmp_path / "a.parquet"


def csv(tmp_path, values):
    path = tmp_path / "a.csv"
    path.write_text("PNR;D\n" + "".join(f"{n};{value}\n" for n, value in enumerate(values)))
    return path


def since_1970(days):
    return [(day - EPOCH).days for day in days]


@pytest.mark.parametrize("statistics", [True, False], ids=["with a footer", "by the first rows"])
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("meaning", COUNTED)
def test_days_as_numbers_in_parquet(tmp_path, meaning, written, statistics):
    numbers = [COUNTED[meaning](day) for day in DAYS]
    path = parquet(tmp_path, written([*numbers, None]), write_statistics=statistics)
    assert columns_of(path, day=("D",))["D"] == [*since_1970(DAYS), NO_DAY]


@pytest.mark.parametrize("meaning", COUNTED)
def test_days_as_digits_in_csv(tmp_path, meaning):
    path = csv(tmp_path, ["", *(COUNTED[meaning](day) for day in DAYS)])
    assert columns_of(path, day=("D",))["D"] == [NO_DAY, *since_1970(DAYS)]


SECONDS_LIKE_DIGITS = COUNTED["sas_seconds"](date(1960, 8, 21))


def test_a_person_born_in_1960_counted_in_seconds_looks_like_digits():
    assert 20_000_000 < SECONDS_LIKE_DIGITS < 21_000_000


@pytest.mark.parametrize("others", [[date(1980, 1, 1)], [date(1930, 1, 1)]], ids=["younger", "older"])
def test_a_column_of_seconds_stays_one_where_most_were_born_in_1960(tmp_path, others):
    days = [date(1960, 8, 21), date(1960, 9, 1), date(1960, 12, 1), *others]
    path = parquet(tmp_path, pa.array([COUNTED["sas_seconds"](day) for day in days]))
    assert columns_of(path, day=("D",))["D"] == since_1970(days)


@pytest.mark.parametrize("write", [lambda t, v: parquet(t, pa.array(v)), csv], ids=["parquet", "csv"])
@pytest.mark.parametrize("no_end", [99_991_231, 99_999_999])
def test_an_open_end_in_digits_does_not_make_them_seconds(tmp_path, write, no_end):
    read = columns_of(write(tmp_path, [20_190_228, no_end]), day=("D",))["D"]
    assert read[0] == (date(2019, 2, 28) - EPOCH).days
    assert read[1] == ((OPEN - EPOCH).days if no_end == 99_991_231 else UNREADABLE_DAY)


def test_one_mistyped_number_does_not_change_what_the_others_mean(tmp_path):
    numbers = [*[COUNTED["yyyymmdd"](day) for day in DAYS], 202_501_011]
    assert columns_of(parquet(tmp_path, pa.array(numbers)), day=("D",))["D"] == [*since_1970(DAYS), UNREADABLE_DAY]


def test_strange_ends_do_not_hide_what_the_column_counts(tmp_path):
    column = pa.array([-70_000, *range(10_000, 10_100), 99_999])
    read = columns_of(parquet(tmp_path, column), day=("D",))["D"]
    assert read == [count - 3653 for count in column.to_pylist()]


def test_an_open_end_counted_by_sas_which_has_no_leap_days_in_4000_and_8000(tmp_path):
    path = parquet(tmp_path, pa.array([2_936_547, 21_974]))
    assert columns_of(path, day=("D",))["D"] == since_1970([OPEN, date(2020, 2, 29)])


NO_COUNTS = {
    "day, month and year together": ["5051950", "31121980", "30011960", "12101999"],
    "the same with a slip of the pen": ["5051950", "31121980", "30011960", "12101999", "310119801"],
    "digits of day, month, year": ["010180", "311280", "150690"],
    "years and months": ["198001", "201012"],
    "other numbers": ["700102", "812345"],
}


@pytest.mark.parametrize("values", NO_COUNTS.values(), ids=NO_COUNTS)
def test_numbers_that_can_be_no_days_are_unreadable_and_not_guessed(tmp_path, values):
    whole = parquet(tmp_path, pa.array([int(value) for value in values]))
    assert set(columns_of(csv(tmp_path, values), day=("D",))["D"]) == {UNREADABLE_DAY}
    assert set(columns_of(whole, day=("D",))["D"]) == {UNREADABLE_DAY}


def test_a_blank_column_and_one_of_dates_are_left_alone(tmp_path):
    assert columns_of(parquet(tmp_path, pa.array([None, None], pa.int64())), day=("D",))["D"] == [NO_DAY, NO_DAY]
    assert columns_of(parquet(tmp_path, pa.array(DAYS)), day=("D",))["D"] == since_1970(DAYS)


def test_first_rows_that_are_blank_tell_nothing(tmp_path):
    portion = Portion(csv_block_bytes=256)
    read = columns_of(csv(tmp_path, [""] * 200 + ["21185", "-3652"]), day=("D",), portion=portion)["D"]
    assert read == [NO_DAY] * 200 + [21185 - 3653, -3652 - 3653]


def test_the_declaration_decides_where_it_says_something(tmp_path):
    path = parquet(tmp_path, pa.array([20_000_000, 10_000]))
    assert columns_of(path, day=("D",))["D"] == [UNREADABLE_DAY, UNREADABLE_DAY]
    assert columns_of(path, day=("D",), days="sas_days")["D"] == [UNREADABLE_DAY, 10_000 - 3653]
    assert columns_of(path, day=("D",), days="sas_seconds")["D"] == [231 - 3653, -3653]


def test_each_file_is_judged_by_itself(tmp_path):
    births = {"a": "sas_days", "b": "sas_seconds", "c": "yyyymmdd"}
    for name, meaning in births.items():
        (tmp_path / name).mkdir()
        path = parquet(tmp_path / name, pa.array([COUNTED[meaning](day) for day in DAYS]))
        assert columns_of(path, day=("D",))["D"] == since_1970(DAYS)


def test_all_row_groups_of_a_file_are_read_alike(tmp_path):
    days = sorted(DAYS)
    path = parquet(tmp_path, pa.array([COUNTED["sas_seconds"](day) for day in days]), row_group_size=1)
    assert columns_of(path, day=("D",), rows_at_a_time=1)["D"] == since_1970(days)
    assert extract_of(path).days == ()


@pytest.mark.parametrize("key", ["days", "decimal", "separator", "encoding"])
@pytest.mark.parametrize("value", ["weeks and more", 5, "", ["a"]])
def test_a_form_that_cannot_be_is_refused(key, value):
    with pytest.raises(SchemaError, match=f"{key} of clinics"):
        form_of({key: value}, "clinics")


@pytest.mark.parametrize("meaning", COUNTED)
def test_all_registers_with_days_profit(tmp_path, meaning):
    number = COUNTED[meaning]
    columns = [("population", "FOED_DAG"), ("enrolment", "FRA"), ("diagnoses", "DATE"), ("clinics", "FRA")]
    columns.append(("contacts", "KONT_STARTTIDSPUNKT"))
    changed = {name: [{**row, column: number(row[column])} for row in REGISTERS[name]] for name, column in columns}
    plain = ingest(write_delivery(tmp_path / "plain"), tmp_path / "one", Threads(1))
    counted = ingest(write_delivery(tmp_path / "counted", **changed), tmp_path / "other", Threads(1))
    for fact in ("tables", "codebooks", "small_tables", "accounting", "citizens_sha256"):
        assert plain[fact] == counted[fact]


@pytest.mark.parametrize("place", [0, 99], ids=["first", "last"])
def test_a_stray_number_among_dates_is_no_count_wherever_it_stands(tmp_path, place):
    values = [day.isoformat() for day in DAYS] * 34
    values[place] = "12"
    read = columns_of(csv(tmp_path, values), day=("D",))["D"]
    assert read.count(UNREADABLE_DAY) == 1 and read[place] == UNREADABLE_DAY
