"""Files that appear whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.errors import SpaceError
from fordel_dask.store.publishing import appearing

COMPRESSION = "zstd"
ROWS_PER_GROUP = 1_000_000


def part_name(block: int) -> str:
    """Give the file name of a block in every register's folder."""
    return f"part-{block:05}.parquet"


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a file beside ``path`` and put it in place at once.

    Raises
    ------
    SpaceError
        If there is no space or no permission.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with appearing(path) as begun:
            write(begun)
    except OSError as problem:
        raise SpaceError(f"{path}: could not be written ({problem.strerror}). Check space and rights.") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    write_whole(path, lambda beside: _write_utf8(beside, text))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file of given bytes."""
    write_whole(path, lambda beside: _write_content(beside, content))


def _write_content(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _write_utf8(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def write_parquet(path: Path, groups: Iterable[pa.Table]) -> int:
    """Write tables with the same columns one after the other; give the number of rows."""
    rows: list[int] = []
    write_whole(path, lambda beside: rows.extend(_write_groups(beside, iter(groups))))
    return sum(rows)


def _write_groups(path: Path, groups: Iterator[pa.Table]) -> list[int]:
    first = next(groups)
    rows = []
    with pq.ParquetWriter(path, first.schema, compression=COMPRESSION) as writer:
        for group in chain([first], groups):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)
            rows.append(group.num_rows)
    return rows
