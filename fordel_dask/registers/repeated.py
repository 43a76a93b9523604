"""Persons who stand twice in DREAM, whether they are in the population or not.

Citizens could be told by their number, other persons only by their key. Keys may not be
written into the work directory, so the key column is read once more and only counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.columns import Chosen
from fordel_dask.extracts.files import DEFAULT_PORTION, Piece, Portion, read_rows
from fordel_dask.registers.budget import Budget
from fordel_dask.registers.people import Words, bucket_of_key, person_keys
from fordel_dask.registers.sorting import sorted_order
from fordel_dask.registers.work import task


@dataclass(frozen=True)
class Share:
    """The keys of one bucket, among all key columns of a register."""

    pieces: tuple[tuple[Piece, Chosen], ...]
    strip: bool
    bucket: int
    buckets: int
    portion: Portion = DEFAULT_PORTION


def shares(pieces: list[tuple[Piece, Chosen]], strip: bool, rows: int, budget: Budget) -> list[Share]:
    """Cut a register into shares of bounded size by the hash of its keys."""
    keys = tuple((piece, tuple(c for c in chosen if c[0] == "PNR")) for piece, chosen in pieces)
    buckets = 1 + rows // budget.keys_a_task
    return [Share(keys, strip, bucket, buckets, budget.portion) for bucket in range(buckets)]


@task
def count_repeated(share: Share) -> int:
    """Count the rows of a share that repeat the key of another row; a blank key repeats none."""
    parts = [np.empty((0, 2), np.uint64), *_keys(share)]
    keys = np.concatenate(parts)
    high, low = keys[:, 0], keys[:, 1]
    return int(np.count_nonzero(repeats(high, low, key_order(high, low))))


def key_order(high: Words, low: Words) -> np.ndarray:
    """Give the positions of keys, sorted."""
    return sorted_order([high.view(np.int64), low.view(np.int64)]) if high.size else np.empty(0, np.int64)


def repeats(high: Words, low: Words, order: np.ndarray) -> np.ndarray:
    """Tell, for each key in order but the first, whether it is the one before and not blank."""
    high, low = high[order], low[order]
    repeated: np.ndarray = (high[1:] == high[:-1]) & (low[1:] == low[:-1]) & ((high[1:] != 0) | (low[1:] != 0))
    return repeated


def _keys(share: Share) -> Iterator[np.ndarray]:
    for piece, columns in share.pieces:
        for batch in read_rows(piece, columns, frozenset(), share.portion):
            high, low = person_keys(batch["PNR"], share.strip, piece.register)
            mine = bucket_of_key(high, low, share.buckets) == share.bucket
            yield np.column_stack((high[mine], low[mine]))


def refuse_repeated_persons(register: str, rows: int) -> None:
    """Refuse a register in which persons stand twice.

    Raises
    ------
    SchemaError
        There are such rows.
    """
    if rows:
        raise SchemaError(
            f"{register}: {rows:,} rows repeat the PNR of another row. One row a person is expected; "
            f"take the doubled delivery out."
        )
