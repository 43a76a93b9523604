"""Citizens are numbered by runs and ranges: the order is that of one sort of all, however both are cut."""

import numpy as np
import pytest

from fordel_dask.registers.numbering import (
    CODES,
    TRAITS,
    Known,
    Numbered,
    Range,
    Runs,
    cut_ranges,
    order_range,
    run_file,
    write_books,
    write_known,
    write_run,
)
from fordel_dask.registers.people import write_lookup
from fordel_dask.registers.repeated import key_order
from fordel_dask.registers.work import content_of


def persons(rows, seed, different=1 << 40):
    chance = np.random.default_rng(seed)
    words = {name: chance.integers(0, different, rows).astype(np.uint64) for name in ("high", "low")}
    traits = {name: chance.integers(0, 100, rows).astype(kind) for name, kind in TRAITS.items()}
    return {**words, **traits, **{name: chance.integers(-1, 2, rows).astype(np.int32) for name in CODES}}


def ranges_of(directory, columns, run_rows, range_rows, kept=None):
    """Give the runs and what came of their ranges; each run has codes of its own."""
    kept = np.ones(columns["high"].size, np.bool_) if kept is None else kept
    begins = range(0, kept.size, run_rows)
    for number, begin in enumerate(begins):
        rows = slice(begin, begin + run_rows)
        write_run(run_file(directory, number, 0), {n: v[rows] for n, v in columns.items()}, kept[rows], None)
    runs = Runs(directory, (1,) * len(begins), range_rows)
    write_books(runs, [dict.fromkeys(CODES, ["b", "a"] if number % 2 else ["a", "b"]) for number in range(len(begins))])
    return runs, [order_range(Range(runs, number)) for number in range(cut_ranges(runs))]


@pytest.mark.parametrize(("run_rows", "range_rows"), [(10_000, 20_000), (700, 900), (5_000, 100), (100, 5_000)])
def test_citizens_stand_in_the_order_of_their_keys(tmp_path, run_rows, range_rows):
    columns = persons(10_000, run_rows)
    _, ranges = ranges_of(tmp_path, columns, run_rows, range_rows)
    numbered = Numbered(tmp_path, tuple(part["citizens"] for part in ranges))
    order, found = key_order(columns["high"], columns["low"]), numbered.rows(0, 10_000)
    assert all(np.array_equal(found[name], columns[name][order]) for name in ("high", "low", *TRAITS))
    assert np.array_equal(numbered.rows(4_321, 8_765), found[4_321:8_765])


def test_keys_beyond_ascii_stand_where_one_sort_puts_them(tmp_path):
    columns = persons(3_000, 5)
    columns["high"][::3] |= np.uint64(1 << 63)
    _, ranges = ranges_of(tmp_path, columns, 500, 400)
    order = key_order(columns["high"], columns["low"])
    found = Numbered(tmp_path, tuple(part["citizens"] for part in ranges)).rows(0, 3_000)
    assert np.array_equal(found["low"], columns["low"][order])


def test_rows_of_one_person_meet_in_one_range_and_are_counted_there(tmp_path):
    columns = persons(10_000, 3, different=12)  # 144 different keys, one of them blank
    blank = int(((columns["high"] == 0) & (columns["low"] == 0)).sum())
    _, ranges = ranges_of(tmp_path, columns, 900, 300)
    assert len(ranges) > 3
    assert sum(part["repeated"] for part in ranges) == 10_000 - blank - 143


def test_no_range_is_much_larger_than_asked_for(tmp_path):
    _, ranges = ranges_of(tmp_path, persons(60_000, 4), 5_000, 3_000)
    assert max(part["citizens"] for part in ranges) < 1.3 * 3_000


def test_who_is_not_kept_gets_no_number_and_uses_no_code(tmp_path):
    columns = persons(1_000, 6)
    kept = columns["country"] != 1
    columns["civil_status"][:] = np.where(kept, 0, 1)
    _, ranges = ranges_of(tmp_path, columns, 1_000, 300, kept)
    assert sum(part["citizens"] for part in ranges) == int(kept.sum())
    assert {n for part in ranges for n in part["used"]["civil_status"]} == {0}


def test_codes_of_all_runs_are_numbered_alike(tmp_path):
    columns = persons(4_000, 7)
    _, ranges = ranges_of(tmp_path, columns, 1_000, 900)
    text = [["a", "b"], ["b", "a"]]
    delivered = [
        text[row // 1_000 % 2][code] if code >= 0 else "" for row, code in enumerate(columns["country"].tolist())
    ]
    order = key_order(columns["high"], columns["low"])
    found = Numbered(tmp_path, tuple(part["citizens"] for part in ranges)).rows(0, 4_000)["country"]
    assert [["a", "b", ""][code] for code in found.tolist()] == [delivered[row] for row in order.tolist()]
    assert len(content_of(tmp_path / "codes.json")["runs"]) == 4


def test_the_table_of_keys_is_that_of_one_piece(tmp_path):
    columns = persons(5_000, 8)
    _, ranges = ranges_of(tmp_path, columns, 800, 600)
    name = write_known(Known(Numbered(tmp_path, tuple(part["citizens"] for part in ranges)), tmp_path))
    order = key_order(columns["high"], columns["low"])
    (tmp_path / "one").mkdir()
    assert write_lookup(tmp_path / "one", [np.column_stack((columns["high"], columns["low"]))[order]], 5_000) == name
    for file in ("known.array", "slots.array"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / name / file).read_bytes()
