"""A prepared store that was opened, and the manifest that vouches for it."""

import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fordel_dask.errors import FordelError, IntegrityError
from fordel_dask.schema import Table
from fordel_dask.seals import seal_of, sealed
from fordel_dask.store.files import PartFile, kind_of_file, part_names, read_part

FORMAT_VERSION = 2
MANIFEST, FACTS = "manifest.json", "facts"


@dataclass(frozen=True)
class Grid:
    """Which citizens each partition holds: ``first[p]`` up to, not including, ``first[p + 1]``."""

    first: tuple[int, ...]

    @property
    def citizens(self) -> int:
        """Number of citizens of all partitions."""
        return self.first[-1]

    @property
    def partitions(self) -> int:
        """Number of partitions."""
        return len(self.first) - 1

    def size(self, partition: int) -> int:
        """Give the number of citizens of one partition."""
        return self.first[partition + 1] - self.first[partition]


def even_grid(citizens: int, partitions: int) -> Grid:
    """Give a grid of ``partitions`` ranges of equal size, to one citizen."""
    return Grid(tuple(citizens * p // partitions for p in range(partitions + 1)))


def partitions_of(citizen: npt.NDArray[np.int32], grid: Grid) -> npt.NDArray[np.int32]:
    """Give the partition of each citizen on an even grid, without looking at its bounds.

    Citizen c is in the last partition p with ⌊citizens · p ÷ partitions⌋ ≤ c: citizens · p < (c + 1) · partitions.
    """
    place = citizen.astype(np.int64)
    place *= grid.partitions
    place += grid.partitions - 1
    place //= max(grid.citizens, 1)
    return place.astype(np.int32)


@dataclass(frozen=True)
class Store:
    """A prepared store that was opened: its place, manifest and code books."""

    root: Path
    manifest: Mapping[str, Any]
    codebooks: Mapping[str, tuple[str, ...]]
    grid: Grid

    @functools.cached_property
    def identity(self) -> str:
        """Hash of the manifest, and so of every file of the store."""
        return seal_of(self.manifest)

    @property
    def grid_id(self) -> str:
        """Hash of the citizens' order and of the partitions they stand in: what is of one grid may be read together."""
        return seal_of({"first": self.grid.first, "citizens": self.manifest["citizens_sha256"]})

    @property
    def year(self) -> int:
        """Planning year: the status date is its 1 January."""
        return int(self.manifest["nation"]["year"])

    def parts(self, table: str) -> tuple[PartFile, ...]:
        """Give the files of a table, one per partition, in order."""
        return tuple(PartFile(**part) for part in self.manifest["tables"][table])

    def has(self, table: Table) -> bool:
        """Tell whether the store holds a table; some registers are optional."""
        return table.name in self.manifest["tables"]

    def read(self, table: Table, partition: int, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """Read columns of one partition of a table."""
        part = PartFile(**self.manifest["tables"][table.name][partition])
        return read_part(self.root, part, names or table.names)

    def small_table(self, name: str) -> tuple[dict[str, str], ...] | None:
        """Give the rows of a table that is kept whole (clinics, municipalities, projection), as text."""
        rows = self.manifest["small_tables"].get(name)
        return None if rows is None else tuple(_read_whole(self.root, rows))


def open_store(root: Path) -> Store:
    """Open a store after checking its manifest, code books and small tables.

    Raises
    ------
    IntegrityError
        There is no store, it is of another version, or its manifest or code books were changed.
    """
    try:
        state = (root / MANIFEST).stat()
    except OSError:
        state = None
    return _open_store(root, state and (state.st_mtime_ns, state.st_size, state.st_ino))


def open_same_store(root: Path, identity: str) -> Store:
    """Open a store that must be the one that the work began with.

    Raises
    ------
    IntegrityError
        An ingest has put another one in its place since, or it is damaged.
    """
    store = open_store(root)
    if store.identity != identity:
        raise IntegrityError(
            f"{root.name} was replaced by another ingest while it was being read. Nothing was published: start the "
            f"same command again, and the new store is taken."
        )
    return store


def refuse_replaced(store: Store) -> None:
    """Refuse to go on with what was read of a store if another one stands in its place."""
    open_same_store(store.root, store.identity)


@contextlib.contextmanager
def same_store(store: Store) -> Iterator[None]:
    """Hold that a store was the same from beginning to end, and tell it of any fault on the way if it was not."""
    fault: FordelError | None = None
    try:
        yield
    except FordelError as error:
        fault = error
    refuse_replaced(store)
    if fault:
        raise fault


@functools.lru_cache(maxsize=4)
def _open_store(root: Path, _state: tuple[int, int, int] | None) -> Store:
    manifest = _read_manifest(root)
    _check_names(root, manifest)
    books = _read_whole(root, manifest["codebooks"])
    for record in manifest["small_tables"].values():
        _read_whole(root, record)
    return Store(
        root=root,
        manifest=manifest,
        codebooks={name: tuple(entries) for name, entries in books.items()},
        grid=Grid(tuple(manifest["grid"]["first"])),
    )


def _read_whole(root: Path, record: Mapping[str, Any]) -> Any:
    """Read a file that is kept whole: what is held against the hash is what is used."""
    path = root / record["file"]
    try:
        content = path.read_bytes() if kind_of_file(path) is None else None
    except OSError:
        content = None
    if content is None or hashlib.sha256(content).hexdigest() != record["sha256"]:
        raise IntegrityError(
            f"{record['file']} in {root.name} is missing, a link, or was changed since the store was written. "
            f"Ingest the registers again."
        )
    return json.loads(content)


def _check_names(root: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that names files elsewhere or twice, or another number of parts than its grid has."""
    tables, whole = manifest["tables"], (manifest["codebooks"], *manifest["small_tables"].values())
    try:
        part_names((*whole, *(part for parts in tables.values() for part in parts)))
        wrong = "a table has another number of parts than the grid"
    except ValueError as problem:
        wrong = f"the name of a file {problem}"
        of_grid = False
    else:
        of_grid = all(len(parts) == len(manifest["grid"]["first"]) - 1 for parts in tables.values())
    if not of_grid:
        raise IntegrityError(f"manifest.json in {root.name} is no manifest of ours: {wrong}. Ingest again.")


def _read_manifest(root: Path) -> dict[str, Any]:
    try:
        manifest = read_sealed(root)
        version = manifest["format_version"]
        seal = manifest.pop("seal")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise IntegrityError(
            f"{root} is no prepared store: manifest.json is missing or unreadable. "
            f"Make one with 'fordel ingest REGISTERS --store {root.name}'."
        ) from None
    if version != FORMAT_VERSION:
        raise IntegrityError(
            f"{root.name} is a store of format {version}, this program reads format {FORMAT_VERSION}. "
            f"Ingest the registers again with this version."
        )
    if seal != seal_of(manifest):
        raise IntegrityError(f"manifest.json in {root.name} was changed after it was written. Ingest again.")
    return manifest


def read_sealed(folder: Path) -> dict[str, Any]:
    """Read a manifest, seal and all, that nobody has held against its seal yet.

    Raises
    ------
    OSError, ValueError
        It is missing, a link, cut, or no JSON.
    """
    return read_sealed_file(folder / MANIFEST)


def read_sealed_file(path: Path) -> dict[str, Any]:
    """Read a manifest by the name of its file; likewise."""
    text = path.read_bytes()
    if kind_of_file(path) or not text.endswith(b"}\n"):
        raise ValueError("not as it was written")
    content: dict[str, Any] = json.loads(text)
    return content


def manifest_text(content: Mapping[str, Any]) -> str:
    """Give the text of a store's manifest, seal and all."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_manifest(root: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, sealed, as the last file of a store or of what stands beside one."""
    path = root / MANIFEST
    path.write_text(manifest_text(sealed(manifest)), "utf-8")
    with path.open("rb") as written:
        os.fsync(written.fileno())
