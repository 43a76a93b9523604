"""Sums that a run keeps for the next one: exact, sealed, and taken up only for the same work."""

from dataclasses import dataclass

import numpy as np
import pytest

from fordel_dask import kept
from fordel_dask.errors import IntegrityError
from fordel_dask.graph.executor import Threads
from fordel_dask.kept import KeptSums
from fordel_dask.store.sums import read_sums, write_sums


@dataclass(frozen=True)
class Inner:
    table: np.ndarray
    nothing: np.ndarray


@dataclass(frozen=True)
class Outer:
    inner: Inner
    count: int
    beyond_64_bits: int

    def __add__(self, other):
        inner = Inner(self.inner.table + other.inner.table, self.inner.nothing)
        return Outer(inner, self.count + other.count, self.beyond_64_bits + other.beyond_64_bits)


def sums(number=1):
    table = np.array([[number, -(2**62)], [0, 2**62]], dtype=np.int64)
    return Outer(Inner(table, np.zeros((3, 0), np.int64)), number, -(3**200) * number)


def assert_same(one, other):
    assert (one.inner.table == other.inner.table).all() and one.inner.nothing.shape == other.inner.nothing.shape
    assert (one.count, one.beyond_64_bits) == (other.count, other.beyond_64_bits)


def test_sums_come_back_exactly_also_beyond_64_bits(tmp_path):
    seal = write_sums(tmp_path / "x.sums", sums())
    found, same_seal = read_sums(tmp_path / "x.sums", Outer)
    assert_same(found, sums())
    assert seal == same_seal
    assert found.inner.table.flags.writeable and found.inner.table.dtype == np.int64
    assert [path.name for path in tmp_path.iterdir()] == ["x.sums"]
    assert (tmp_path / "x.sums").stat().st_mode & 0o777 == 0o600


def test_any_damaged_byte_and_any_truncation_is_noticed(tmp_path, evidence):
    path = tmp_path / "x.sums"
    write_sums(path, sums())
    whole = path.read_bytes()
    places = range(0, len(whole), 5)
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        assert read_sums(path, Outer) is None
    for length in range(0, len(whole), 50):
        path.write_bytes(whole[:length])
        assert read_sums(path, Outer) is None
    evidence.note("R7", "one bit flipped in a file of kept sums", len(places), "all noticed, the sum made again")


def test_only_whole_numbers_can_be_kept(tmp_path):
    with pytest.raises(TypeError, match="neither a whole number"):
        write_sums(tmp_path / "x.sums", Inner(np.zeros(2), np.zeros(0, np.int64)))
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True)
class Named:
    """Stands for a store, a model or one file of facts."""

    identity: str = ""
    hash: str = ""
    sha256: str = ""
    parts: tuple = ()


def counted(item: int) -> Outer:
    return sums(item)


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Makes a run's kept sums, and tells how often a task was done."""
    monkeypatch.setattr(kept, "refuse_replaced", lambda store: None)

    def keeping(store="store", model="model", facts="facts"):
        parts = Named(parts=(Named(sha256=facts),))
        return KeptSums(tmp_path, Threads(1), Named(identity=store), Named(hash=model), parts)

    return keeping


def test_the_next_run_takes_up_what_was_summed(keep):
    assert_same(keep().total(counted, [1, 2], "citizens"), sums(1) + sums(2))
    reports = []
    again = keep()
    found = again.total(counted, [1, 2], "citizens", lambda done, of: reports.append((done, of)))
    assert_same(found, sums(1) + sums(2))
    assert again.taken_up == ["citizens"] and reports == [(2, 2)]


@pytest.mark.parametrize("changed", ["store", "model", "facts"])
def test_with_anything_changed_nothing_is_taken_up(keep, changed):
    keep().total(counted, [1], "citizens")
    other = keep(**{changed: "another"})
    assert_same(other.total(counted, [5], "citizens"), sums(5))
    assert other.taken_up == []


def test_with_another_program_nothing_is_taken_up(keep, monkeypatch):
    keep().total(counted, [1], "citizens")
    monkeypatch.setattr(kept, "program_hash", lambda: "another")
    assert keep().total(counted, [5], "citizens").count == 5


def test_a_sum_is_taken_up_only_after_the_same_sums_before_it(keep):
    first = keep()
    first.total(counted, [1], "share")
    first.total(counted, [2], "citizens")
    second = keep()
    second.total(counted, [9], "comparable")
    assert second.total(counted, [7], "citizens").count == 7
    assert second.taken_up == []


def test_a_damaged_sum_is_made_again(keep, tmp_path):
    keep().total(counted, [1], "citizens")
    (path,) = tmp_path.glob("citizens-*.sums")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"?")
    again = keep()
    assert_same(again.total(counted, [1], "citizens"), sums(1))
    assert again.taken_up == [] and path.read_bytes() == whole


def test_what_was_summed_while_the_store_was_replaced_is_not_kept(keep, tmp_path, monkeypatch):
    def refuse(store):
        raise IntegrityError("replaced")

    monkeypatch.setattr(kept, "refuse_replaced", refuse)
    with pytest.raises(IntegrityError):
        keep().total(counted, [1], "citizens")
    assert list(tmp_path.iterdir()) == []


def test_without_a_directory_nothing_is_kept(tmp_path):
    kept_sums = KeptSums(None, Threads(1), Named(), Named(), Named())
    assert kept_sums.total(counted, [1, 2], "citizens").count == 3
