"""Kernels that match diagnoses with contacts inside one bucket."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.cases.words import mixed
from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import Rng, keys, packed
from fordel_dask.kernels import joining

CONTACTS_SHARE, DIAGNOSES_SHARE = 3.0, 4.0  # a bucket has 700,000 rows
CODES = 3_320


def bucket(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give keys of diagnoses, keys of contacts, their chains, and how many pairs there are.

    One contact of a thousand stands twice, one diagnosis of fifty has no contact.
    """
    contacts, diagnoses = round(CONTACTS_SHARE * citizens), round(DIAGNOSES_SHARE * citizens)
    known = keys(rng, contacts)
    twice = rng.random(contacts) < 0.001
    known[twice] = rng.choice(known, np.count_nonzero(twice))
    asked = rng.choice(known, diagnoses)
    asked[rng.random(diagnoses) < 0.02] += 1
    of_contacts, of_diagnoses = packed(known), packed(asked)
    chains = joining.chain_keys(*of_contacts, slots_for(contacts))
    pairs = int(joining.count_matches(*of_diagnoses, of_contacts, chains).sum())
    return of_diagnoses, of_contacts, chains, pairs


def slots_for(rows: int) -> int:
    return 1 << max(rows - 1, 1).bit_length()


def contacts(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return bucket(citizens, rng)[1]


def chain_keys(run: As, high: Any, low: Any) -> Any:
    return run(joining.chain_keys)(high, low, slots_for(high.size))


def numpy_chains(high: Any, low: Any) -> Any:
    """Sort rows by slot: the one before in the same slot is the next of a row, the last of a slot its first."""
    slots = slots_for(high.size)
    slot = (mixed(high, low) & np.uint64(slots - 1)).astype(np.int32)
    order = np.argsort(slot, kind="stable")
    first, following = np.full(slots, -1, np.int32), np.full(high.size, -1, np.int32)
    first[slot] = np.arange(high.size, dtype=np.int32)
    same = slot[order[1:]] == slot[order[:-1]]
    following[order[1:][same]] = order[:-1][same]
    return first, following


def sorted_contacts(asked: Any, known: Any, _chains: Any, _pairs: int) -> tuple[Any, ...]:
    """Give what NumPy would keep instead of chains: the hashes of contacts in order."""
    hashes = mixed(*known)
    order = np.argsort(hashes)
    return asked, known, hashes[order], order.astype(np.int32)


def count_matches(run: As, asked: Any, known: Any, chains: Any, _pairs: int) -> Any:
    return run(joining.count_matches)(*asked, known, chains)


def numpy_ranges(asked: Any, hashes: Any) -> tuple[Any, Any]:
    """Give where the matches of each key begin and end; asked in order, each search is near the last."""
    words = mixed(*asked)
    order = np.argsort(words)
    begin, end = np.empty(words.size, np.int64), np.empty(words.size, np.int64)
    begin[order] = np.searchsorted(hashes, words[order], "left")
    end[order] = np.searchsorted(hashes, words[order], "right")
    return begin, end


def numpy_count(asked: Any, _known: Any, hashes: Any, _order: Any) -> Any:
    begin, end = numpy_ranges(asked, hashes)
    return end - begin


def pandas_count(asked: Any, known: Any, _hashes: Any, _order: Any) -> Any:
    contacts_by_key = pd.DataFrame({"high": known[0], "low": known[1]}, copy=False).value_counts().rename("n")
    rows = pd.DataFrame({"high": asked[0], "low": asked[1]}, copy=False)
    return rows.join(contacts_by_key, on=["high", "low"])["n"].fillna(0).to_numpy(np.int64)


def list_matches(run: As, asked: Any, known: Any, chains: Any, pairs: int) -> Any:
    return run(joining.list_matches)(*asked, known, chains, pairs)


def numpy_list(asked: Any, known: Any, hashes: Any, order: Any) -> Any:
    begin, end = numpy_ranges(asked, hashes)
    many = end - begin
    left = np.repeat(np.arange(many.size, dtype=np.int32), many)
    within = np.arange(left.size) - np.repeat(np.cumsum(many) - many, many)
    right = order[np.repeat(begin, many) + within]
    same = (known[0][right] == asked[0][left]) & (known[1][right] == asked[1][left])
    return (left, right) if same.all() else (left[same], right[same])


def pandas_list(asked: Any, known: Any, _hashes: Any, _order: Any) -> Any:
    rows = pd.DataFrame({"high": asked[0], "low": asked[1], "left": np.arange(asked[0].size)}, copy=False)
    others = pd.DataFrame({"high": known[0], "low": known[1], "right": np.arange(known[0].size)}, copy=False)
    found = rows.merge(others, on=["high", "low"])
    return found["left"].to_numpy(), found["right"].to_numpy()


def by_rows(left: Any, right: Any) -> Any:
    order = np.lexsort((right, left))
    return left[order], right[order]


def contacts_and_chains(citizens: int, rng: Rng) -> tuple[Any, ...]:
    _, known, chains, _ = bucket(citizens, rng)
    return *known, chains[1]


def count_repeated(run: As, high: Any, low: Any, following: Any) -> Any:
    return run(joining.count_repeated_keys)(high, low, following)


def numpy_repeated(high: Any, low: Any, _following: Any) -> Any:
    """Sort hashes; only keys whose hash is met twice have to be compared."""
    words = mixed(high, low)
    ordered = np.sort(words)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    place = np.minimum(np.searchsorted(twice, words), max(twice.size - 1, 0))
    rows = np.flatnonzero(twice[place] == words) if twice.size else place[:0]
    rows = rows[np.lexsort((low[rows], high[rows]))]
    return np.count_nonzero((high[rows][1:] == high[rows][:-1]) & (low[rows][1:] == low[rows][:-1]))


def pandas_repeated(high: Any, low: Any, _following: Any) -> Any:
    return pd.DataFrame({"high": high, "low": low}, copy=False).duplicated().sum()


def bucket_of_a_check(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give a bucket, with the code of each diagnosis and the citizen of each contact, negative if it is not kept."""
    asked, known, chains, pairs = bucket(citizens, rng)
    citizen = rng.integers(0, 10**6, known[0].size).astype(np.int32)
    lost = rng.random(citizen.size) < 0.05
    citizen[lost] = -rng.integers(1, 4, np.count_nonzero(lost))
    return asked, known, chains, pairs, rng.integers(0, CODES, asked[0].size).astype(np.int32), citizen


def count_fates(run: As, asked: Any, known: Any, chains: Any, _pairs: int, code: Any, citizen: Any) -> Any:
    kept = np.zeros(CODES, np.int64)
    return run(joining.count_fates)(asked, code, known, chains, citizen, kept), kept


def sorted_for_a_check(asked: Any, known: Any, chains: Any, pairs: int, code: Any, citizen: Any) -> tuple[Any, ...]:
    return *sorted_contacts(asked, known, chains, pairs), code, citizen


def numpy_fates(asked: Any, known: Any, hashes: Any, order: Any, code: Any, citizen: Any) -> Any:
    left, right = numpy_list(asked, known, hashes, order)
    mine = citizen[right]
    fates = np.bincount(np.maximum(-mine, 0), minlength=4)
    met, is_kept = np.zeros((2, code.size), np.bool_)
    met[left] = True
    is_kept[left[mine >= 0]] = True
    some = np.count_nonzero(met)
    return np.array([*fates, code.size - some, left.size - some]), np.bincount(code[is_kept], minlength=CODES)


def join(run: As, asked: Any, known: Any) -> Any:
    chains = chain_keys(run, *known)
    matches = run(joining.count_matches)(*asked, known, chains)
    return run(joining.list_matches)(*asked, known, chains, int(matches.sum()))


def numpy_join(asked: Any, known: Any) -> Any:
    return numpy_list(*sorted_contacts(asked, known, None, 0))


def pandas_join(asked: Any, known: Any) -> Any:
    return pandas_list(asked, known, None, None)


def both_sides(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return bucket(citizens, rng)[:2]


SINGLE = (
    Comparison("chain_keys", (joining.chain_keys,), contacts, chain_keys, numpy_chains),
    Comparison(
        "count_matches",
        (joining.count_matches,),
        bucket,
        count_matches,
        numpy_count,
        pandas_count,
        prepared=sorted_contacts,
    ),
    Comparison(
        "list_matches",
        (joining.list_matches,),
        bucket,
        list_matches,
        numpy_list,
        pandas_list,
        alike=by_rows,
        prepared=sorted_contacts,
    ),
    Comparison(
        "count_repeated_keys",
        (joining.count_repeated_keys,),
        contacts_and_chains,
        count_repeated,
        numpy_repeated,
        pandas_repeated,
    ),
    Comparison(
        "count_fates",
        (joining.count_fates,),
        bucket_of_a_check,
        count_fates,
        numpy_fates,
        prepared=sorted_for_a_check,
    ),
)
TASKS = (
    Comparison(
        "join of a bucket",
        (joining.chain_keys, joining.count_matches, joining.list_matches),
        both_sides,
        join,
        numpy_join,
        pandas_join,
        alike=by_rows,
    ),
)
