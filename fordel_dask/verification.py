"""Holding stores and runs against their manifests, every byte."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask import rundir
from fordel_dask.errors import VerificationError
from fordel_dask.facts import inspect_facts
from fordel_dask.schema.directories import DIRECTORIES
from fordel_dask.schema.results import ResultTable
from fordel_dask.seals import manifest_text as text_of_results
from fordel_dask.store import (
    FACTS,
    KEYS,
    MANIFEST,
    QUARANTINE,
    Store,
    kind_of_file,
    manifest_text,
    open_store,
    read_sealed,
    seal_of,
    sha256_of_file,
)
from fordel_dask.store.inspection import beside, is_directory, problems_of, strangers, told, whole_files

MADE_AGAIN = "Take away what does not belong there; what was changed or lost is made again from its source."
FACTS_MENDED = (
    f"The store itself is whole: remove its directory {FACTS}, no more than what runs remember; the next makes it anew."
)
RUN_OR_DIAGNOSIS = ("run", "diagnosis")
"""Kinds that are told by their files too, where the manifest cannot be read."""

Records = Sequence[Mapping[str, Any]]


def verify_path(path: Path) -> dict[str, Any]:
    """Verify a prepared store, a RUN or what another command wrote; gives its kind and number of files.

    A store's facts are held against their own manifests, and keys and quarantined rows too, if they stand
    beside it; no value of a person is read into a message.

    Raises
    ------
    VerificationError
        A file is missing, more, a link, or not what the manifest says.
    IntegrityError
        The directory is neither, or its manifest was changed.
    """
    kind = _kind_of_tables(path)
    if kind:
        return {"kind": kind, "files": _verify_run(path, DIRECTORIES[kind])}
    return {"kind": "prepared store", "files": _verify_store(open_store(path))}


def _kind_of_tables(path: Path) -> str | None:
    """Tell a directory of tables from a store: by the manifest, or by the files where it cannot be read."""
    try:
        kind = json.loads((path / MANIFEST).read_bytes()).get("kind")
    except (OSError, ValueError, AttributeError):
        first = ((kind, DIRECTORIES[kind][0].name) for kind in RUN_OR_DIAGNOSIS)
        return next((kind for kind, table in first if (path / f"{table}.csv").exists()), None)
    return kind if kind in DIRECTORIES else None


def _verify_store(store: Store) -> int:
    root, manifest = store.root, store.manifest
    parts = [part for records in manifest["tables"].values() for part in records]
    problems = {problem.partition(" ")[0]: problem for problem in problems_of(store)}
    records = [*whole_files(manifest), *parts]
    problems |= _changed(root, [record for record in records if record["file"] not in problems])
    problems |= _other_text(root, manifest_text)
    facts, wrong = inspect_facts(root)
    problems |= wrong | _changed(root, facts)
    files, more = _look_beside(store)
    problems |= more
    _refuse(problems, root.name)
    return len(records) + len(facts) + files


def _look_beside(store: Store) -> tuple[int, dict[str, str]]:
    """Hold keys and quarantined rows against the store, if they stand beside it; gives files and what is wrong."""
    keys, aside = (beside(store.root, kind) for kind in (KEYS, QUARANTINE))
    files, problems = 0, dict[str, str]()
    if KEYS in store.manifest and (keys.exists() or keys.is_symlink()):
        files += 1
        problems |= _under(keys, _of_directory(keys, [store.manifest[KEYS]], set()))
    if aside.exists() or aside.is_symlink():
        records, wrong = _quarantined(aside, store.manifest["citizens_sha256"])
        files += len(records)
        problems |= _under(aside, wrong or _of_directory(aside, records, {MANIFEST}))
    return files, problems


def _quarantined(directory: Path, citizens: str) -> tuple[list[Mapping[str, Any]], dict[str, str]]:
    """Give the records of quarantined rows, or what is wrong with the manifest that holds them."""
    try:
        content = read_sealed(directory)
        whole = content.pop("seal") == seal_of(content) and not _other_text(directory, manifest_text)
        records, whose = list(content["files"]), content["citizens_sha256"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        return [], {MANIFEST: f"{MANIFEST} is missing or not what was written"}
    return records, {} if whose == citizens else {MANIFEST: f"{MANIFEST} is that of another store"}


def _of_directory(directory: Path, records: Records, others: set[str]) -> dict[str, str]:
    if not is_directory(directory):
        return {"": "is a link or no directory"}
    return _changed(directory, records) | _named_by_none(directory, {str(r["file"]) for r in records} | others)


def _under(directory: Path, problems: Mapping[str, str]) -> dict[str, str]:
    return {f"{directory.name}/{name}": f"{directory.name}/{problem}" for name, problem in problems.items()}


def _changed(root: Path, records: Records) -> dict[str, str]:
    """Say of every file that differs from its record what is wrong with it."""
    found = {}
    for record in records:
        path = root / record["file"]
        wrong = kind_of_file(path, record.get("bytes"))
        if wrong is None and sha256_of_file(path) != record["sha256"]:
            wrong = "has another content than when it was written"
        if wrong:
            found[str(record["file"])] = f"{record['file']} {wrong}"
    return found


def _named_by_none(root: Path, known: set[str]) -> dict[str, str]:
    return {name: f"{name} is named by no manifest" for name in strangers(root, known, set())}


def _other_text(root: Path, text_of: Callable[[Mapping[str, Any]], str]) -> dict[str, str]:
    """Find a manifest that says the same in another spelling: its seal holds, but its bytes were changed."""
    text = (root / MANIFEST).read_text("utf-8")
    return {} if text == text_of(json.loads(text)) else {MANIFEST: f"{MANIFEST} was changed, though not in meaning"}


def _verify_run(run: Path, tables: Sequence[ResultTable]) -> int:
    files = rundir.read_manifest(run)["files"]
    records = [{"file": name, **record} for name, record in files.items()]
    problems = _changed(run, records) | _named_by_none(run, {MANIFEST, *files}) | _other_text(run, text_of_results)
    if not problems:
        written = [table for table in tables if f"{table.name}.csv" in files]
        problems = {name: f"{name} holds other values than the table beside it" for name in _unlike_twins(run, written)}
    _refuse(problems, run.name)
    return len(records)


def _unlike_twins(run: Path, tables: Sequence[ResultTable]) -> Iterator[str]:
    """Give the Parquet files whose values are not those of the CSV file beside them."""
    for table in tables:
        if not _as_parquet(run, table).equals(_read_parquet(run / f"{table.name}.parquet")):
            yield f"{table.name}.parquet"


def _as_parquet(run: Path, table: ResultTable) -> pa.Table:
    text = (run / f"{table.name}.csv").read_text("utf-8")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    return rundir.arrow_table(table, [tuple(row) for row in rows])


def _read_parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False)


def _refuse(problems: Mapping[str, str], where: str) -> None:
    if problems:
        remedy = FACTS_MENDED if all(name.startswith(f"{FACTS}/") for name in problems) else MADE_AGAIN
        raise VerificationError(f"{told(list(problems.values()), where)} {remedy}")
