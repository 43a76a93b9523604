"""Every kernel of the ingest equals its slow twin, compiled and as plain Python."""

from bisect import bisect_right
from collections import Counter
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.extracts.arrays import key_buffers
from fordel_dask.kernels import joining, keys, partitioning, reading
from fordel_dask.registers.money import oere_of_floats
from fordel_dask.registers.people import bucket_of_key, packed
from fordel_dask.registers.sorting import sorted_order, sorted_rows
from fordel_dask.schema.prepared import MISSING_PAID, OPEN_END
from fordel_dask.store import even_grid, partitions_of

SETTINGS = {"jit": lambda kernel: kernel, "python": lambda kernel: kernel.py_func}
ASCII = st.characters(min_codepoint=32, max_codepoint=126)
SHORT_KEYS = st.lists(st.text(ASCII, max_size=16), max_size=30)


@pytest.fixture(params=SETTINGS.values(), ids=SETTINGS)
def compiled(request):
    with np.errstate(over="ignore"):
        yield request.param


def packed_by_hand(text, strip):
    key = text.strip()
    key = key.lstrip("0") or key[-1:] if strip else key
    word = int.from_bytes(key.encode().ljust(16, b"\0"))
    return word >> 64, word & (2**64 - 1)


def words(texts, strip=False, run=keys.pack_texts):
    offsets, data, _ = key_buffers(pa.array(texts, pa.string()))
    high, low = np.empty(len(texts), np.uint64), np.empty(len(texts), np.uint64)
    longest = run(offsets, data, strip, high, low)
    return high, low, longest


@given(texts=SHORT_KEYS, strip=st.booleans())
def test_short_keys_are_their_bytes(compiled, texts, strip):
    high, low, longest = words(texts, strip, compiled(keys.pack_texts))
    expected = [packed_by_hand(text, strip) for text in texts]
    assert list(zip(high.tolist(), low.tolist(), strict=True)) == expected
    if not strip:
        assert longest == max((len(text.strip()) for text in texts), default=0)


@given(texts=st.lists(st.text(ASCII, min_size=1, max_size=60), max_size=30))
def test_long_keys_are_equal_when_their_texts_are(texts):
    high, low, _ = words([*texts, *texts])
    pairs = list(zip(high.tolist(), low.tolist(), strict=True))
    assert pairs[: len(texts)] == pairs[len(texts) :]
    assert len(set(pairs)) == len({text.strip() for text in texts})


@given(numbers=st.lists(st.integers(-(2**62), 2**62) | st.integers(-99, 99) | st.none(), max_size=30))
def test_numbers_are_packed_as_their_digits(numbers):
    short = [number for number in numbers if number is None or len(str(number)) <= 16]
    high, low, longest = packed(pa.array(short, pa.int64()), False)
    expected = [(0, 0) if number is None else packed_by_hand(str(number), False) for number in short]
    assert list(zip(high.tolist(), low.tolist(), strict=True)) == expected
    assert longest == max((len(str(number or 0)) for number in short), default=0)


@given(numbers=st.lists(st.integers(-(2**62), 2**62), max_size=30))
def test_long_numbers_are_packed_as_their_texts(numbers):
    of_numbers, of_texts = packed(pa.array(numbers, pa.int64()), False), words(list(map(str, numbers)))
    for got, expected in zip(of_numbers, of_texts, strict=True):
        np.testing.assert_array_equal(got, expected)


@given(texts=SHORT_KEYS)
def test_lengths_are_those_of_trimmed_text(compiled, texts):
    offsets, data, _ = key_buffers(pa.array(texts, pa.string()))
    lengths = compiled(keys.trimmed_lengths)(offsets, data)
    assert lengths.tolist() == [len(text.strip()) for text in texts]


@given(known=st.lists(st.text("abc", min_size=1, max_size=3), unique=True), asked=st.lists(st.text("abcd", max_size=3)))
def test_a_key_is_found_where_it_stands(compiled, known, asked):
    high, low, _ = words(known)
    table = np.column_stack((high, low)).reshape(-1, 2)
    slots = np.full(1 << (2 * len(known)).bit_length(), keys.UNKNOWN, np.int32)
    half = len(known) // 2
    compiled(keys.place_keys)(table[:half], 0, slots)
    compiled(keys.place_keys)(table[half:], half, slots)
    high, low, _ = words(asked)
    found = compiled(keys.look_up)(high, low, slots, table)
    assert found.tolist() == [known.index(text) if text in known else -1 for text in asked]


@given(texts=SHORT_KEYS, buckets=st.integers(1, 9))
def test_equal_keys_fall_into_one_bucket(texts, buckets):
    high, low, _ = words([*texts, *texts])
    bucket = bucket_of_key(high, low, buckets).tolist()
    assert bucket == [(int(keys.mix(*key)) >> 40) % buckets for key in zip(high, low, strict=True)]
    assert bucket[: len(texts)] == bucket[len(texts) :]
    assert all(0 <= b < buckets for b in bucket)


@given(rows=st.lists(st.tuples(st.integers(-1, 4), st.integers(1, 16)), max_size=30))
def test_other_lengths_of_a_citizen_are_counted(compiled, rows):
    noted, other = {}, 0
    for who, length in rows:
        other += who >= 0 and noted.setdefault(who, length) != length
    citizen, lengths = (np.array([row[n] for row in rows], t) for n, t in ((0, "i4"), (1, "i8")))
    assert compiled(keys.count_other_lengths)(citizen, lengths, np.zeros(5, np.int8)) == other


@given(grid=st.builds(even_grid, st.integers(0, 40) | st.integers(0, 2**31 - 1), st.integers(1, 12)), data=st.data())
def test_the_partition_is_the_one_whose_range_holds_the_citizen(grid, data):
    bounds = {citizen for first in grid.first for citizen in (first - 1, first) if 0 <= citizen < grid.citizens}
    drawn = data.draw(st.lists(st.integers(0, grid.citizens), max_size=20))
    citizens = sorted(bounds | {citizen for citizen in drawn if citizen < grid.citizens})
    partition = partitions_of(np.array(citizens, np.int32), grid)
    assert partition.tolist() == [bisect_right(grid.first, citizen) - 1 for citizen in citizens]


@given(bucket=st.lists(st.integers(0, 5), max_size=40))
def test_rows_are_dealt_in_their_order(compiled, bucket):
    bounds, order = compiled(partitioning.dealt_order)(np.array(bucket, np.int32), 6)
    assert order.tolist() == sorted(range(len(bucket)), key=bucket.__getitem__)
    assert bounds.tolist() == [sum(b < n for b in bucket) for n in range(7)]


@given(left=st.lists(st.integers(0, 6), max_size=20), right=st.lists(st.integers(0, 6), max_size=20))
def test_a_join_finds_every_pair(compiled, left, right):
    keys_left, keys_right = (np.array(side, np.uint64) for side in (left, right))
    known = keys_right, keys_right + np.uint64(1)
    chains = compiled(joining.chain_keys)(*known, 4)
    asked = keys_left, keys_left + np.uint64(1)
    matches = compiled(joining.count_matches)(*asked, known, chains)
    pairs = compiled(joining.list_matches)(*asked, known, chains, int(matches.sum()))
    expected = [(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if a == b]
    assert matches.tolist() == [right.count(key) for key in left]
    assert sorted(zip(*(side.tolist() for side in pairs), strict=True)) == expected


@given(oere=st.lists(st.integers(-(10**12), 10**12), max_size=20), more=st.lists(st.floats(), max_size=10))
def test_a_fee_of_whole_oere_is_found_at_once(oere, more):
    values = np.array([number / 100 for number in oere] + more)
    got, unclear = oere_of_floats(values, 100)
    assert got[: len(oere)].tolist() == [n if abs(n) < 10**14 else 0 for n in oere]
    assert not unclear[: len(oere)].any()
    for value, number, open_question in zip(more, got[len(oere) :].tolist(), unclear[len(oere) :], strict=True):
        if not (np.isnan(value) or open_question):
            assert Fraction(repr(value)) * 100 == number


@given(lines=st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6))
def test_weeks_are_counted_by_code(compiled, lines):
    codes = np.array(lines, np.int16) * 250
    rows = compiled(reading.count_weeks)(codes, np.arange(4, dtype=np.int32))
    expected = Counter()
    for line in codes.tolist():
        expected.update((person, code) for person, code in enumerate(line) if code)
    assert Counter({(who, what): many for who, what, many in zip(*(r.tolist() for r in rows), strict=True)}) == expected


COLUMNS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([0, 1, 5, OPEN_END]),
        st.sampled_from([MISSING_PAID, -7, 0, 10**15]) | st.integers(-(2**40), 2**40),
    ),
    max_size=40,
)


@given(rows=COLUMNS)
def test_rows_are_sorted_by_all_columns(rows):
    columns = [np.array([row[n] for row in rows], t) for n, t in ((0, "i4"), (1, "i4"), (2, "i8"))]
    got = sorted_rows(columns)
    assert [c.dtype for c in got] == [c.dtype for c in columns]
    assert list(zip(*(c.tolist() for c in got), strict=True)) == sorted(rows)


@given(rows=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 1)), min_size=1, max_size=30))
def test_wide_rows_are_ordered_too(rows):
    columns = [np.array([row[n] for row in rows], np.int64) for n in (0, 1)]
    order = sorted_order(columns).tolist()
    assert [rows[n] for n in order] == sorted(rows)
