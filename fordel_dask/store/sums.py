"""Sums of whole numbers as files: nothing but numbers in them, and a seal that is held against them when read."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.ipc

from fordel_dask.store.columns import as_arrow, as_numpy
from fordel_dask.store.publishing import appearing

S = TypeVar("S")
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("number", pa.string()),  # of any size; null where there is an array
        ("shape", pa.list_(pa.int64())),
        ("values", pa.large_list(pa.int64())),
    ]
)


def write_sums(path: Path, sums: Any) -> str:
    """Write a frozen dataclass of whole numbers, int64 arrays and such dataclasses; gives the seal.

    The file appears whole or not at all, and only its owner can read it. It need not be durable:
    one that was lost with the machine is made again.
    """
    content = _encoded(dict(_numbers(sums, "")))
    seal = _seal_of(path, content)
    with appearing(path) as begun:
        begun.touch(mode=0o600)
        begun.write_bytes(seal.encode() + b"\n" + content)
    return seal


def read_sums(path: Path, kind: type[S]) -> tuple[S, str] | None:
    """Read sums of a kind and their seal; None if there are none or they are not what was written."""
    try:
        seal, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if _seal_of(path, content).encode() != seal:
        return None
    rows = pa.ipc.open_file(pa.py_buffer(content)).read_all().to_batches()
    found = {row: _value(batch, n) for batch in rows for n, row in enumerate(batch.column("name").to_pylist())}
    try:
        return _built(kind, found, ""), seal.decode()
    except KeyError:  # sums of another kind
        return None


def is_whole(path: Path) -> bool:
    """Tell whether a file of sums is what was written under its name."""
    seal, _, content = path.read_bytes().partition(b"\n")
    return _seal_of(path, content).encode() == seal


def _seal_of(path: Path, content: bytes) -> str:
    """Give the hash of name and content: sums of another model or pass under this name are not what was written."""
    return hashlib.sha256(path.name.encode() + b"\n" + content).hexdigest()


def _numbers(sums: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(sums):
        value, name = getattr(sums, field.name), prefix + field.name
        if dataclasses.is_dataclass(value):
            yield from _numbers(value, f"{name}.")
        elif isinstance(value, int) or (isinstance(value, np.ndarray) and value.dtype == np.int64):
            yield name, value
        else:
            raise TypeError(f"{name} of {type(sums).__name__} is neither a whole number nor an int64 array")


def _encoded(numbers: Mapping[str, Any]) -> Any:
    arrays = [None if isinstance(value, int) else value for value in numbers.values()]
    flat = [np.empty(0, np.int64) if array is None else array.ravel() for array in arrays]
    offsets = np.cumsum([0, *(part.size for part in flat)], dtype=np.int64)
    columns = [
        pa.array(list(numbers)),
        pa.array([str(value) if isinstance(value, int) else None for value in numbers.values()], pa.string()),
        pa.array([None if array is None else array.shape for array in arrays], SCHEMA.field("shape").type),
        pa.LargeListArray.from_arrays(as_arrow(offsets, pa.int64()), as_arrow(np.concatenate(flat), pa.int64())),
    ]
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_file(sink, SCHEMA, options=options) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=SCHEMA))
    return sink.getvalue()


def _value(batch: Any, row: int) -> Any:
    number = batch.column("number")[row].as_py()
    if number is not None:
        return int(number)
    values = as_numpy(batch.column("values")[row].values)
    return np.array(values).reshape(batch.column("shape")[row].as_py())


def _built(kind: type[S], numbers: Mapping[str, Any], prefix: str) -> S:
    """Put numbers together as their dataclass declares them."""
    hints = get_type_hints(kind)
    values = {
        name: numbers[prefix + name] if prefix + name in numbers else _built(hint, numbers, f"{prefix}{name}.")
        for name, hint in hints.items()
    }
    return kind(**values)
