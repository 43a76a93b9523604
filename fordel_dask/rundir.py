"""A RUN on disk: result tables as CSV and Parquet beside them, and a manifest; whole or not at all.

What ``fordel diagnose`` writes is a directory of the same kind, with other tables and a page.
"""

import contextlib
import csv
import hashlib
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask.errors import FordelError, IntegrityError, PlanError, SpaceError
from fordel_dask.printing import csv_text
from fordel_dask.result_place import RUN
from fordel_dask.schema.results import RESULT_TABLES, ResultTable
from fordel_dask.seals import directory_manifest
from fordel_dask.store import MANIFEST, kind_of_file, read_sealed_file, seal_of
from fordel_dask.store.publishing import (
    open_work,
    private_directory,
    put_in_place,
    remove_work,
    restore,
    writing,
)

Rows = Sequence[tuple[str, ...]]
REFUSALS = frozenset(range(1, 50)) - {SpaceError.exit_code, PlanError.exit_code}
"""Exit codes after which the same command would find the same fault again, so that nothing is kept for it."""
ARROW_TYPES = {
    "text": pa.string(),
    "count": pa.int64(),
    "kroner": pa.decimal128(38, 6),
    "number": pa.decimal128(38, 9),
    "estimate": pa.decimal128(38, 6),
    "given": pa.float64(),
    "persons": pa.decimal128(38, 9),
}


@dataclass(frozen=True)
class RunPlace:
    """The place of a RUN, and the private work directory beside it."""

    out: Path

    @property
    def work(self) -> Path:
        """The work directory: finished sums, and the RUN while it is written; removed when that is published."""
        return self.out.with_name(f"{self.out.name}.partial")

    @property
    def new(self) -> Path:
        """The RUN while it is written."""
        return self.work / "run"

    @property
    def replaced(self) -> Path:
        """An earlier RUN, until the new one stands in its place."""
        return self.work / "replaced"


@contextlib.contextmanager
def open_place(out: Path, fresh: bool = False, command: str = "fordel run") -> Iterator[RunPlace]:
    """Open the work directory of a RUN; only one run writes a RUN at a time.

    What a run that was stopped has left there is kept, unless ``fresh``. It is removed after a
    fault that the same command would meet again.

    Raises
    ------
    UsageError
        Another run is at work there, or the work directory is none of ours.
    SpaceError
        It cannot be made or written.
    """
    place = RunPlace(out)
    with contextlib.ExitStack() as stack:
        with writing(f"The work directory {place.work.name}"):
            out.parent.mkdir(parents=True, exist_ok=True)
            busy = f"Another run is writing {out}. Wait for it to end, or choose another name for this run."
            stack.enter_context(open_work(place.work, command, busy))
            restore(out, place.replaced)
            _forget(place, everything=fresh)
        is_refused = False
        try:
            yield place
        except FordelError as error:
            is_refused = error.exit_code in REFUSALS
            raise
        finally:
            _forget(place, everything=is_refused)
            if not any(place.work.glob("*.sums")):
                remove_work(place.work)


def _forget(place: RunPlace, everything: bool) -> None:
    """Remove a half-written RUN, and finished sums too if asked for."""
    shutil.rmtree(place.new, ignore_errors=True)
    for path in place.work.glob("*.sums" if everything else ".*.sums.*"):
        path.unlink(missing_ok=True)


def write_run(out: Path, tables: Mapping[str, Rows], manifest: Mapping[str, Any]) -> None:
    """Write a RUN alone, with no sums kept for it: see :func:`publish_run`."""
    with open_place(out) as place:
        publish_run(place, tables, {}, manifest)


def publish_run(
    place: RunPlace, tables: Mapping[str, Rows], texts: Mapping[str, str], manifest: Mapping[str, Any]
) -> None:
    """Write a RUN in its work directory, and put it in its place at once; the work directory's sums go.

    ``texts`` are further files by their names.

    Raises
    ------
    SpaceError
        There is no space or no permission; what stood in the place stands there still.
    """
    publish(place, RESULT_TABLES, tables, manifest, texts)


def publish(
    place: RunPlace,
    declared: Sequence[ResultTable],
    tables: Mapping[str, Rows],
    manifest: Mapping[str, Any],
    further: Mapping[str, str | bytes],
) -> None:
    """Write a directory of declared tables, further files by name and a manifest, and put it in its place at once.

    Raises
    ------
    SpaceError
        There is no space or no permission; what stood in the place stands there still.
    """
    with writing(f"The {manifest['kind']} in {place.out}"):
        folder = private_directory(place.new)
        for name, content in further.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        _write_files(folder, declared, tables, manifest)
        put_in_place(place.new, place.out, place.replaced)
    _forget(place, everything=True)


def _write_files(
    folder: Path, declared: Sequence[ResultTable], tables: Mapping[str, Rows], manifest: Mapping[str, Any]
) -> None:
    for table in declared:
        rows = tables[table.name]
        (folder / f"{table.name}.csv").write_text(csv_text([c.name for c in table.columns], rows), "utf-8")
        pq.write_table(arrow_table(table, rows), folder / f"{table.name}.parquet", compression="zstd")
    (folder / MANIFEST).write_text(directory_manifest(folder, manifest), "utf-8")


def arrow_table(table: ResultTable, rows: Rows) -> pa.Table:
    """Give a result table in the types that it has in Parquet."""
    columns = zip(*rows, strict=True) if rows else [()] * len(table.columns)
    return pa.table(
        {column.name: _arrow_column(column.kind, values) for column, values in zip(table.columns, columns, strict=True)}
    )


def _arrow_column(kind: str, values: Sequence[str]) -> pa.Array:
    texts = pa.array(values, pa.string())
    return texts if kind == "text" else pc.if_else(pc.equal(texts, ""), None, texts).cast(ARROW_TYPES[kind])


def read_manifest(run: Path) -> dict[str, Any]:
    """Read the manifest of a RUN, holding it against its seal."""
    return read_manifest_file(run / MANIFEST)


def read_manifest_file(path: Path) -> dict[str, Any]:
    """Read the manifest of a RUN from a file, which may stand elsewhere by now, holding it against its seal."""
    try:
        manifest = read_sealed_file(path)
        seal = manifest.pop("seal")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise IntegrityError(
            f"{path.parent} is no RUN: {path.name} is missing or unreadable. Make one with 'fordel run STORE --out "
            f"RUN'."
        ) from None
    if seal != seal_of(manifest):
        raise IntegrityError(f"{path.name} of {path.parent} was changed after it was written. Run the model again.")
    return manifest


def read_run_manifest(run: Path) -> dict[str, Any]:
    """Read the manifest of a RUN, not of another directory of tables.

    Raises
    ------
    IntegrityError
        It is no RUN, or its manifest was changed.
    """
    manifest = read_manifest(run)
    if manifest.get("kind") != RUN:
        raise IntegrityError(f"{run} is no RUN. Make one with 'fordel run STORE --out RUN'.")
    return manifest


def read_table(run: Path, name: str, manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Read a result table of a RUN as rows of text: what is held against the manifest is what is used.

    Raises
    ------
    IntegrityError
        The table is missing, a link, of another RUN, or was changed after the run.
    """
    path = run / f"{name}.csv"
    try:
        content = path.read_bytes() if kind_of_file(path) is None else None
    except OSError:
        content = None
    if content is None or hashlib.sha256(content).hexdigest() != manifest["files"].get(path.name, {}).get("sha256"):
        raise IntegrityError(
            f"{path.name} of {run} is missing, a link, or not the table that this run wrote. Run the model again; "
            f"'fordel verify {run}' looks at every file."
        )
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
