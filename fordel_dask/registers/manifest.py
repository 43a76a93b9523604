"""What a store says of itself: its files, what they were made of, and the account of every row."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.extracts.declaration import Declaration
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.registers.small_tables import Row
from fordel_dask.registers.spread import Reading
from fordel_dask.registers.tally import KEPT, NOTES, Tally, account, merged
from fordel_dask.registers.work import file_state, finished, name_of, task, write_json
from fordel_dask.store import FORMAT_VERSION, seal_of, sha256_of_file, write_manifest

Summary = dict[str, Any]


@dataclass(frozen=True)
class InputFile:
    """One file of the delivery; ``side`` keeps its hash for a restart."""

    register: str
    path: Path
    root: Path
    side: Path


def input_files(declaration: Declaration, work: Path) -> list[InputFile]:
    """Give every file that was read, the declaration first."""
    root = declaration.root
    named = [("declaration", root / FILE_NAME)]
    named += [(source.register, path) for source in declaration.sources() for path in source.files]
    return [
        InputFile(register, path, root, work / f"{name_of('hash', file_state(path))}.json") for register, path in named
    ]


@task
def hash_input(file: InputFile) -> dict[str, Any]:
    """Give name, bytes and SHA-256 of a file of the delivery."""
    known = finished(file.side) or {"sha256": sha256_of_file(file.path)}
    write_json(file.side, known)
    inside = file.path.is_relative_to(file.root)
    name = file.path.relative_to(file.root).as_posix() if inside else file.path.name
    return {"register": file.register, "file": name, "bytes": file.path.stat().st_size, **known}


def accounting(
    census: Summary,
    readings: Sequence[Reading],
    read: Mapping[Path, Summary],
    joined: Mapping[str, Mapping[Path, Summary]],
) -> dict[str, Any]:
    """Give the account of rows by register: in, kept, dropped and quarantined by reason."""
    tallies: dict[str, Tally] = {"population": census["tally"]}
    for register in dict.fromkeys(reading.piece.register for reading in readings):
        tallies[register] = merged(read[r.side]["tally"] for r in readings if r.piece.register == register)
    shown = {register: account(tally) for register, tally in tallies.items()}
    for register, results in joined.items():
        shown[register] = _account_of_join(tallies[register], merged(s["tally"] for s in results.values()))
    return shown


def _account_of_join(before: Tally, after: Tally) -> dict[str, Any]:
    rows_in = sum(before["rows"].values())
    rows = {name: number for name, number in before["rows"].items() if name != KEPT}
    shown = account(merged([{"rows": rows}, {"rows": {n: c for n, c in after["rows"].items() if c}}]))
    return {**shown, "rows_in": rows_in, NOTES: dict(after[NOTES])}


def write_store_files(
    store: Path,
    declaration: Declaration,
    *,
    first: Sequence[int],
    tables: Mapping[str, Any],
    contents: tuple[Mapping[str, list[str]], Mapping[str, list[Row]]],
    facts: tuple[Sequence[dict[str, Any]], Mapping[str, Any]],
) -> dict[str, Any]:
    """Write code books, small tables and, last, the sealed manifest; give the manifest.

    ``contents`` are code books and small tables, ``facts`` input files and accounting.
    """
    from fordel_dask import __version__

    (books, small), (hashes, accounts) = contents, facts
    manifest = {
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "nation": {"year": declaration.year, "life_expectancy": declaration.life_expectancy},
        "grid": {"first": list(first)},
        "tables": dict(tables),
        "codebooks": _written(store, "codebooks.json", books),
        "small_tables": {n: {**_written(store, f"{n}.json", rows), "rows": len(rows)} for n, rows in small.items()},
        "inputs": _inputs(hashes, accounts),
        "not_used": list(declaration.not_used),
        "accounting": dict(accounts),
    }
    write_manifest(store, manifest)
    return {**manifest, "seal": seal_of(manifest)}


def _written(store: Path, file: str, content: Any) -> dict[str, str]:
    path = store / file
    with path.open("w", encoding="utf-8") as written:
        json.dump(content, written, ensure_ascii=False, sort_keys=True, indent=0)
        written.write("\n")
        written.flush()
        os.fsync(written.fileno())
    return {"file": file, "sha256": sha256_of_file(path)}


def _inputs(hashes: Iterable[dict[str, Any]], _accounts: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    inputs: dict[str, list[dict[str, Any]]] = {}
    for record in hashes:
        entry = {name: value for name, value in record.items() if name != "register"}
        inputs.setdefault(record["register"], []).append(entry)
    return inputs
