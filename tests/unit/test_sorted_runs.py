"""The citizens are numbered a run at a time: the order is that of one sort of all, however the runs are cut."""

import numpy as np
import pytest

from fordel_dask.registers.repeated import key_order
from fordel_dask.registers.runs import SortedRuns

BY = ("high", "low")


def persons(rows, seed, different=1 << 40):
    chance = np.random.default_rng(seed)
    high, low = (chance.integers(0, different, rows).astype(np.uint64) for _ in BY)
    return {"high": high, "low": low, "sex": chance.integers(1, 3, rows).astype(np.int8)}


def sorted_in_runs(tmp_path, columns, run_rows, batch=700):
    runs = SortedRuns(tmp_path / "runs", BY, run_rows)
    for begin in range(0, columns["high"].size, batch):
        runs.add({name: values[begin : begin + batch] for name, values in columns.items()})
    return list(runs.ranges())


def together(ranges):
    return {name: np.concatenate([rows[name] for rows in ranges]) for name in ranges[0]}


@pytest.mark.parametrize("run_rows", [1, 999, 5_000, 10_000, 50_000])
def test_ranges_one_after_the_other_are_all_rows_sorted(tmp_path, run_rows):
    columns = persons(10_000, run_rows)
    order = key_order(columns["high"], columns["low"])
    found = together(sorted_in_runs(tmp_path, columns, run_rows))
    assert all(np.array_equal(found[name], columns[name][order]) for name in columns)


def test_rows_of_one_person_are_in_one_range(tmp_path):
    columns = persons(10_000, 3, different=12)  # 144 different keys
    ranges = sorted_in_runs(tmp_path, columns, 1_000)
    met = [set(zip(rows["high"].tolist(), rows["low"].tolist(), strict=True)) for rows in ranges]
    assert len(ranges) > 3
    assert sum(map(len, met)) == len(set.union(*met)) == 144


def test_no_range_is_much_larger_than_a_run(tmp_path):
    ranges = sorted_in_runs(tmp_path, persons(60_000, 4), 5_000)
    assert max(rows["high"].size for rows in ranges) < 1.3 * 5_000


def test_keys_beyond_ascii_stand_where_they_always_stood(tmp_path):
    columns = persons(3_000, 5)
    columns["high"][::3] |= np.uint64(1 << 63)
    order = key_order(columns["high"], columns["low"])
    assert np.array_equal(together(sorted_in_runs(tmp_path, columns, 500))["low"], columns["low"][order])


def test_nobody_makes_no_range(tmp_path):
    assert list(SortedRuns(tmp_path / "runs", BY).ranges()) == []


def test_the_files_are_for_their_owner_only(tmp_path):
    sorted_in_runs(tmp_path, persons(10, 6), 5)
    assert (tmp_path / "runs").stat().st_mode & 0o077 == 0
