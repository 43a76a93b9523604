"""Citizens who have their numbers: their table in the store, and the table of their keys beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.extracts.arrays import decoded
from fordel_dask.registers.hidden import hidden_names, key_bytes
from fordel_dask.registers.numbering import Numbered
from fordel_dask.registers.place import FINGERPRINT
from fordel_dask.registers.quarantine import PrivateWriter
from fordel_dask.registers.work import task
from fordel_dask.schema.prepared import POPULATION
from fordel_dask.store import beside_record, part_records, write_part

CITIZENS_A_PARTITION = 100_000
KEYS_AT_A_TIME = 1 << 20
NOT_ASCII = np.uint64(0x8080808080808080)


@dataclass(frozen=True)
class CitizensPart:
    """What one task writes of the citizens in order: one part of their table, or the table of their keys.

    ``codes`` gives, for each column of codes, the number in the store of every code that was met.
    """

    numbered: Numbered
    partition: int | None
    begin: int
    end: int
    store: Path
    keys: "KeyTable"
    codes: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class KeyTable:
    """The table of keys: its file, whether keys are hidden, and the fingerprint that ties it to the store."""

    file: Path
    hidden: bool
    fingerprint: str


@task
def write_citizens(part: CitizensPart) -> dict[str, Any]:
    """Write a part of the table of citizens, or the keys, and give its record."""
    if part.partition is None:
        return _write_keys(part.numbered, part.keys)
    rows = part.numbered.rows(part.begin, part.end)
    columns = {name: np.ascontiguousarray(rows[name]) for name in POPULATION.names}
    for name, numbers in part.codes.items():
        columns[name] = np.array([*numbers, -1], np.int16)[columns[name]]
    file = f"population/part-{part.partition:05}.parquet"
    return part_records([write_part(part.store, file, POPULATION, columns)])[0]


def _write_keys(numbered: Numbered, table: KeyTable) -> dict[str, Any]:
    schema = pa.schema([("citizen", pa.int32()), ("key", pa.string())], metadata={FINGERPRINT: table.fingerprint})
    with PrivateWriter(table.file, schema) as writer:
        for begin in range(0, sum(numbered.citizens), KEYS_AT_A_TIME):
            rows = numbered.rows(begin, begin + KEYS_AT_A_TIME)
            number = pa.array(np.arange(begin, begin + rows.size, dtype=np.int32))
            keys = hidden_names(rows["first"], rows["second"]) if table.hidden else _key_texts(rows)
            writer.write_table(pa.table([number, keys], schema=schema))
    return beside_record(table.file)


def _key_texts(rows: np.ndarray) -> pa.Array:
    keys = key_bytes(rows["high"], rows["low"])
    if not ((rows["high"] | rows["low"]) & NOT_ASCII).any():
        return pa.array(keys).cast(pa.string())
    return pa.array([decoded(key) for key in keys.tolist()], pa.string())
