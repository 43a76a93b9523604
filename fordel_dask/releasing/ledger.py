"""The ledger of releases: what has left, so that nothing that leaves later tells more beside it.

A directory that only grows: a line of JSON for each release, chained by hashes, and beside it the counts that the
release has shown. It holds nothing that was kept back, and so no secret.
"""

import contextlib
import datetime
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.documents import MOST_JSON_BYTES, json_of, read_json, read_whole
from fordel_dask.errors import IntegrityError, UsageError
from fordel_dask.seals import seal_of
from fordel_dask.store import kind_of_file
from fordel_dask.store.publishing import appearing, open_work, private_directory, remove_work, sync, writing

KIND, ENTRIES, MANIFEST = "ledger", "ledger.jsonl", "manifest.json"
WHAT = "What has been released so far. To be kept; only 'fordel release' adds to it."
FIRST = "0" * 64
"""What the first entry is chained to."""

Cell = tuple[str, str, str, str]
"""Block, code of the row, term and level (both empty for the persons of the row)."""


@dataclass(frozen=True)
class Entry:
    """One release: its content as written, and where the counts that it has shown stand."""

    content: Mapping[str, Any]
    shown_file: Path

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.content["number"])

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"Release {self.number} ({self.content['date']})"

    def shown(self) -> dict[Cell, int]:
        """Read the counts that the release has shown.

        Raises
        ------
        IntegrityError
            The file is missing or was changed.
        """
        try:
            content = self.shown_file.read_bytes() if kind_of_file(self.shown_file) is None else b""
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.content["shown"]["sha256"]:
            raise _changed(self.shown_file.parent, self.shown_file.name)
        columns = pq.read_table(io.BytesIO(content)).to_pydict()
        cells = zip(*(columns[name] for name in ("block", "code", "term", "level")), strict=True)
        return dict(zip(cells, columns["citizens"], strict=True))


@dataclass(frozen=True)
class Beside(Entry):
    """Counts that nobody has released, and that are shown beside the next ones."""

    counts: Mapping[Cell, int]

    @property
    def called(self) -> str:
        """What messages call it."""
        return "What stands beside it"

    def shown(self) -> dict[Cell, int]:
        """Give the counts."""
        return dict(self.counts)


@dataclass(frozen=True)
class Ledger:
    """All releases so far, in order; ``head`` is the hash that the next one is chained to."""

    path: Path
    entries: Sequence[Entry]

    @property
    def head(self) -> str:
        """Give the hash of the last entry."""
        return str(self.entries[-1].content["hash"]) if self.entries else FIRST

    def with_counts_beside(self, name: str, identity: Mapping[str, Any], shown: Mapping[Cell, int]) -> "Ledger":
        """Give the ledger as if these counts had left too, so that what is shown with them is held against them."""
        number, today = len(self.entries) + 1, datetime.date.today().isoformat()
        content = {"number": number, "date": today, "base": name, "identity": identity}
        return Ledger(self.path, (*self.entries, Beside(content, self.path, shown)))


def read_ledger(path: Path) -> Ledger:
    """Read a ledger and hold every entry against the one before; one that is not there is empty.

    Raises
    ------
    UsageError
        It is something else.
    IntegrityError
        It was changed, cut or reordered.
    """
    if not path.exists():
        return Ledger(path, ())
    if _is_something_else(path):
        raise UsageError(f"{path} is no ledger of releases. Give the ledger, or a place where there is none yet.")
    try:
        lines = read_whole(path / ENTRIES, MOST_JSON_BYTES).decode().splitlines()
        contents = [json_of(line) for line in lines]
        whole = read_json(path / MANIFEST).get("kind") == KIND and _is_chained(contents)
        whole &= all(Path(content["shown"]["file"]).name == content["shown"]["file"] for content in contents)
        entries = tuple(Entry(content, path / content["shown"]["file"]) for content in contents)
        whole &= {one.name for one in path.glob("shown-*")} == {entry.shown_file.name for entry in entries}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise _changed(path, ENTRIES)
    return Ledger(path, entries)


def _is_something_else(path: Path) -> bool:
    """Tell whether nothing in a directory is of a ledger: then it is no damaged one."""
    try:
        is_called_so = read_json(path / MANIFEST).get("kind") == KIND
    except (OSError, ValueError, AttributeError):
        is_called_so = False
    return not is_called_so and not (path / ENTRIES).exists() and not any(path.glob("shown-*"))


def _is_chained(contents: Sequence[Mapping[str, Any]]) -> bool:
    before = FIRST
    for number, content in enumerate(contents, start=1):
        bare = {name: value for name, value in content.items() if name != "hash"}
        if content["previous"] != before or content["number"] != number or content["hash"] != seal_of(bare):
            return False
        before = content["hash"]
    return True


def _changed(path: Path, name: str) -> IntegrityError:
    return IntegrityError(
        f"{name} of {path} is not what releases have written: expected an unbroken chain of entries with their files. "
        f"Take the ledger from its copy; without the true one nothing can be released."
    )


@contextlib.contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Hold a ledger while a release is added; another release at the same time is refused.

    Raises
    ------
    UsageError
        Another release is being added.
    SpaceError
        It cannot be written.
    """
    work = path.with_name(f"{path.name}.partial")
    with writing(f"The ledger {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_work(work, "fordel release", f"Another release is being added to {path}. Start again after it."):
            yield
            remove_work(work)


def add_entry(ledger: Ledger, content: Mapping[str, Any], shown: Mapping[Cell, int]) -> Mapping[str, Any]:
    """Add a release: first the counts that it shows, then its entry; gives the entry as written.

    To be called inside :func:`writing_to`.
    """
    private_directory(ledger.path)
    manifest = ledger.path / MANIFEST
    if not manifest.exists():
        _write(manifest, (json.dumps({"kind": KIND, "what": WHAT}) + "\n").encode())
    number = len(ledger.entries) + 1
    name = f"shown-{number:04}.parquet"
    bytes_shown = parquet_of(shown)
    _write(ledger.path / name, bytes_shown)
    bare = {
        "number": number,
        **content,
        "shown": {"file": name, "cells": len(shown), "sha256": hashlib.sha256(bytes_shown).hexdigest()},
        "previous": ledger.head,
    }
    entry = {**bare, "hash": seal_of(bare)}
    lines = [json.dumps(dict(one.content), ensure_ascii=False) for one in ledger.entries]
    text = "\n".join([*lines, json.dumps(entry, ensure_ascii=False)]) + "\n"
    _write(ledger.path / ENTRIES, text.encode())
    return entry


def _write(path: Path, content: bytes) -> None:
    with appearing(path) as begun:
        begun.touch(mode=0o600)
        begun.write_bytes(content)
        sync(begun)
    sync(path.parent)


def parquet_of(shown: Mapping[Cell, int]) -> bytes:
    """Give shown counts as the bytes of a Parquet file."""
    blocks, codes, terms, levels = zip(*shown, strict=True) if shown else ((), (), (), ())
    named = {"block": blocks, "code": codes, "term": terms, "level": levels}
    columns = {name: pa.array(values, pa.string()) for name, values in named.items()}
    table = pa.table({**columns, "citizens": pa.array(list(shown.values()), pa.int64())})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
