"""The citizens in their order, on disk: beside their lookup until they are written into the store and the key table."""

import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.extracts.arrays import decoded
from fordel_dask.registers.hidden import HIDDEN_WORDS, texts_of_words
from fordel_dask.registers.people import ArrayFile, Lookup
from fordel_dask.registers.place import KEY_TABLE
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.work import private_directory, task
from fordel_dask.schema.prepared import POPULATION
from fordel_dask.store import part_records, write_part

FINGERPRINT = "citizens_sha256"
"""Ties the key table to the store: the same value stands in the manifest."""

HIDDEN_KEYS = "hidden.npy"
NOT_ASCII = np.uint64(0x8080808080808080)
GROUP_ROWS = 1 << 20
"""Rows of a row group of the key table: as many of its keys are in memory."""


class CitizenFiles:
    """Takes the citizens in their order, a part at a time: their lookup, their rows, and what hides their keys."""

    def __init__(self, directory: Path, citizens: int, hidden: bool) -> None:
        self._directory = private_directory(directory)
        self._lookup, self._digest = Lookup(directory, citizens), hashlib.sha256()
        self._columns = {
            c.name: ArrayFile(directory / f"{c.name}.npy", c.type, (citizens,)) for c in POPULATION.columns
        }
        self._hidden = ArrayFile(directory / HIDDEN_KEYS, np.uint64, (citizens, 2)) if hidden else None

    def add(self, citizens: Columns) -> None:
        """Write the next citizens."""
        known = np.column_stack((citizens["high"], citizens["low"]))
        self._digest.update(known.data)
        self._lookup.add(known)
        for name, file in self._columns.items():
            file.add(citizens[name])
        if self._hidden:
            self._hidden.add(np.column_stack([citizens[name] for name in HIDDEN_WORDS]))

    def close(self) -> None:
        """End the files."""
        self._lookup.close()
        for file in (*self._columns.values(), *([self._hidden] if self._hidden else [])):
            file.close()

    def put_into(self, lookup: Path) -> str:
        """Put the files in their place, named by the hash of the citizens in their order, and give that."""
        fingerprint = self._digest.hexdigest()
        if not (lookup / fingerprint).exists():  # a task that ran twice has done the same before
            self._directory.rename(lookup / fingerprint)
        return fingerprint


@dataclass(frozen=True)
class CitizensPart:
    """What one task writes of the citizens in order: one part of their table, or the table of their keys.

    ``directory`` holds their rows, beside the lookup.
    """

    directory: Path
    first: tuple[int, ...]
    partition: int | None
    store: Path


@task
def write_citizens(part: CitizensPart) -> dict[str, Any]:
    """Write a part of the table of citizens and give its record; of the keys there is none."""
    if part.partition is None:
        _write_keys(part.directory)
        return {}
    rows = slice(part.first[part.partition], part.first[part.partition + 1])
    columns = {n: np.load(part.directory / f"{n}.npy", mmap_mode="r")[rows] for n in POPULATION.names}
    file = f"population/part-{part.partition:05}.parquet"
    return part_records([write_part(part.store, file, POPULATION, columns)])[0]


def _write_keys(directory: Path) -> None:
    known = np.load(directory / "known.npy", mmap_mode="r")
    hidden = directory / HIDDEN_KEYS
    words = np.load(hidden, mmap_mode="r") if hidden.exists() else None
    path = directory.parent / KEY_TABLE
    path.touch(mode=0o600)
    form = pa.schema([("citizen", pa.int32()), ("key", pa.string())], metadata={FINGERPRINT: directory.name})
    with pq.ParquetWriter(path, form, compression="lz4") as writer:
        for first, last in itertools.pairwise([*range(0, len(known), GROUP_ROWS), len(known)]):
            keys = _key_texts(known[first:last]) if words is None else texts_of_words(words[first:last])
            citizens = pa.array(np.arange(first, last, dtype=np.int32))
            writer.write_table(pa.table([citizens, keys], schema=form))
    path.chmod(0o600)


def _key_texts(known: np.ndarray) -> pa.Array:
    keys = known.astype(">u8").view("S16").ravel()
    if known.size and not (known & NOT_ASCII).any():
        return pa.array(keys).cast(pa.string())
    return pa.array([decoded(key) for key in keys.tolist()], pa.string())
