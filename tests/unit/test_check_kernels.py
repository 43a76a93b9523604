"""Every kernel of a check equals its slow twin, compiled and as plain Python."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.kernels import hashing, joining, keys, spells
from fordel_dask.quality.rows import further_files

SETTINGS = {"jit": lambda kernel: kernel, "python": lambda kernel: kernel.py_func}
WORDS = st.integers(0, 2**64 - 1)


@pytest.fixture(params=SETTINGS.values(), ids=SETTINGS)
def compiled(request):
    with np.errstate(over="ignore"):
        yield request.param


@given(rows=st.lists(st.tuples(WORDS, WORDS), max_size=20))
def test_a_column_is_mixed_in_row_by_row(compiled, rows):
    hashes, words = (np.array([row[n] for row in rows], np.uint64) for n in (0, 1))
    expected = [int(keys.mix(*row)) for row in zip(hashes, words, strict=True)]
    compiled(hashing.blend)(hashes, words)
    assert hashes.tolist() == expected


@given(rows=st.lists(WORDS, max_size=30), buckets=st.integers(1, 5))
def test_words_are_dealt_by_their_upper_bits(compiled, rows, buckets):
    bounds, dealt = compiled(hashing.deal_words)(np.array(rows, np.uint64), buckets)
    for bucket in range(buckets):
        mine = [word for word in rows if (word >> 32) * buckets >> 32 == bucket]
        assert dealt[bounds[bucket] : bounds[bucket + 1]].tolist() == mine


@given(files=st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=5))
def test_a_row_counts_once_for_every_further_file(files):
    hashes = np.array([word for rows in files for word in rows], np.uint64) * np.uint64(2**60)
    ends = np.cumsum([len(rows) for rows in files], dtype=np.int64).tolist()
    among = Counter(word for rows in files for word in set(rows))
    assert further_files(hashes, ends) == sum(n - 1 for n in among.values())


CONTACTS = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 2)), max_size=15)
DIAGNOSES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=15)


@given(contacts=CONTACTS, diagnoses=DIAGNOSES)
def test_diagnoses_are_counted_by_the_fate_of_their_contacts(compiled, contacts, diagnoses):
    known = tuple(np.array([key + n for key, _ in contacts], np.uint64) for n in (0, 1))
    asked = tuple(np.array([key + n for key, _ in diagnoses], np.uint64) for n in (0, 1))
    chains = compiled(joining.chain_keys)(*known, 4)
    kept = np.zeros(3, np.int64)
    code, citizen = (np.array(c, np.int32) for c in ([c for _, c in diagnoses], [c for _, c in contacts]))
    counts = compiled(joining.count_fates)(asked, code, known, chains, citizen, kept).tolist()
    marks = defaultdict(list)
    for key, mark in contacts:
        marks[key].append(mark)
    met = [mark for key, _ in diagnoses for mark in marks[key]]
    fates = [sum(mark >= 0 for mark in met), *(met.count(mark) for mark in (-1, -2, -3))]
    further = sum(max(len(marks[key]) - 1, 0) for key, _ in diagnoses)
    assert counts == [*fates, sum(not marks[key] for key, _ in diagnoses), further]
    of_code = Counter(c for key, c in diagnoses if any(mark >= 0 for mark in marks[key]))
    assert kept.tolist() == [of_code[n] for n in range(3)]
    assert compiled(joining.count_repeated_keys)(*known, chains[1]) == len(contacts) - len({k for k, _ in contacts})


SPELLS = st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 2)), max_size=20)


@given(rows=SPELLS)
def test_spells_are_looked_at_day_by_day(compiled, rows):
    rows = sorted((who, first, first + length, group) for who, first, length, group in rows)
    columns = [np.array([row[n] for row in rows], t) for n, t in enumerate(("i4", "i4", "i4", "i1"))]
    overlapping, covered = np.zeros(4, np.bool_), np.zeros(4, np.int8)
    compiled(spells.look_at_spells)(columns[0], columns[3], (columns[1], columns[2]), 0, overlapping, covered)
    for who in range(4):
        own = [(set(range(first, last + 1)), group) for w, first, last, group in rows if w == who]
        days = Counter(day for spell, group in own if group == 1 for day in spell)
        assert overlapping[who] == (max(days.values(), default=0) > 1)
        assert covered[who] == sum({group for spell, group in own if 0 in spell})
