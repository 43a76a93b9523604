"""What a store says of itself: its files, what they were made of, and the account of every row."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from fordel_dask import __version__
from fordel_dask.extracts.declaration import Declaration, Source
from fordel_dask.extracts.extract import format_of
from fordel_dask.extracts.files import DEFAULT_PORTION, Portion, count_rows, describe
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.graph.program import program_hash
from fordel_dask.registers.completing import WITH_CLINIC
from fordel_dask.registers.covariate_columns import covariates_of
from fordel_dask.registers.delivery import Delivery
from fordel_dask.registers.enrolment import READ_AS_SUCCESSOR
from fordel_dask.registers.hidden import METHOD
from fordel_dask.registers.listed import fingerprint_of, listed_prefixes
from fordel_dask.registers.place import Place
from fordel_dask.registers.service_details import DAYS
from fordel_dask.registers.small_tables import Row
from fordel_dask.registers.tally import BLANKS, KEPT, NOTES, Tally, account, merged, rows_of
from fordel_dask.registers.work import file_state, finished, task, write_json
from fordel_dask.schema.prepared import COVARIATES
from fordel_dask.store import FORMAT_VERSION, KEYS, seal_of, sha256_of_file, write_manifest

MADE_WITH = ("numpy", "pyarrow")
"""Packages that the bytes of a store's files depend on."""


@dataclass(frozen=True)
class InputFile:
    """One file of the delivery; ``side`` keeps its hash for a restart."""

    source: Source
    path: Path
    root: Path
    side: Path
    portion: Portion = DEFAULT_PORTION

    @property
    def is_text(self) -> bool:
        """Whether its rows must be counted by reading it once more, which takes memory."""
        return format_of(self.path) == "csv"


@dataclass(frozen=True)
class Made:
    """What an ingest made, before it is written down.

    ``citizens`` is the hash of their ordered keys, ``keys`` the record of the table of these,
    if there is one: an invented nation has no persons to go back to.
    """

    first: Sequence[int]
    citizens: str
    tables: Mapping[str, Any]
    books: Mapping[str, list[str]]
    small: Mapping[str, list[Row]]
    inputs: Sequence[dict[str, Any]]
    accounting: Mapping[str, Any]
    choices: Mapping[str, Any]
    keys: Mapping[str, Any] | None = None
    covariates: Mapping[str, Any] = field(default_factory=dict)


def input_files(declaration: Declaration, place: Place, portion: Portion) -> list[InputFile]:
    """Give every file that was read, the declaration first."""
    sources = [Source("declaration", (declaration.root / FILE_NAME,)), *declaration.sources()]
    return [
        InputFile(source, path, declaration.root, place.side("hash", source.register, file_state(path)), portion)
        for source in sources
        for path in source.files
    ]


@task
def hash_input(file: InputFile) -> dict[str, Any]:
    """Give register, name, bytes, rows and SHA-256 of a file of the delivery."""
    known = finished(file.side)
    if known is None:
        known = {"sha256": sha256_of_file(file.path), "rows": _rows(file)}
        write_json(file.side, known)
    inside = file.path.is_relative_to(file.root)
    name = file.path.relative_to(file.root).as_posix() if inside else file.path.name
    return {"register": file.source.register, "file": name, "bytes": file.path.stat().st_size, **known}


def _rows(file: InputFile) -> int:
    if file.path.name == FILE_NAME:
        return 0
    source = Source(file.source.register, (file.path,), file.source.columns, file.source.form)
    return count_rows(describe(source)[0], file.portion)


def accounting(tallies: Mapping[str, Tally], joined: Mapping[str, Tally]) -> dict[str, Any]:
    """Give the account of rows by register: in, kept, dropped and quarantined by reason.

    ``tallies`` are of all registers as they were read, ``joined`` those of diagnoses that then met their contacts.
    """
    shown = {register: account(tally) for register, tally in tallies.items()}
    return shown | {register: _account_of_join(tallies[register], tally) for register, tally in joined.items()}


def _account_of_join(before: Tally, after: Tally) -> dict[str, Any]:
    rows = {name: number for name, number in before.get("rows", {}).items() if name != KEPT}
    shown = account(merged([{"rows": rows}, {"rows": {n: c for n, c in after["rows"].items() if c}}]))
    return {**shown, "rows_in": rows_of(before), NOTES: dict(after[NOTES])}


def _detail(declaration: Declaration) -> dict[str, str]:
    """Give what services keep, if more than weeks."""
    return {"detail": DAYS} if declaration.services_detail == DAYS else {}


def choices(delivery: Delivery, tallies: Mapping[str, Tally], completed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what was declared of how registers are to be read, and on how many rows that told."""
    declaration, done = delivery.declaration, list(completed)
    moved = tallies["enrolment"].get(NOTES, {}).get(READ_AS_SUCCESSOR, 0)
    enrolment: dict[str, Any] = {"kind": declaration.enrolment_kind}
    if done:
        with_clinic = sum(summary[WITH_CLINIC] for summary in done)
        spells = sum(summary["rows"] for summary in done)
        enrolment |= {"spells": spells, "without_clinic": spells - with_clinic}
    pairs = {f"lpr {number}": pair.keep for number, pair in enumerate(declaration.pairs, 1)}
    alone = {"diagnoses": declaration.diagnoses_keep} if declaration.diagnoses else {}
    prefixes = listed_prefixes()
    return {
        "services": {"year_by": declaration.year_by, **_detail(declaration)},
        "enrolment": enrolment,
        "clinics": {
            "predecessors": declaration.predecessors,
            "followed": len(delivery.successors),
            READ_AS_SUCCESSOR: moved,
        },
        "diagnoses": {"keep": pairs | alone, "prefixes": list(prefixes), "prefixes_sha256": fingerprint_of(prefixes)},
        "keys": METHOD if delivery.secret else "as_delivered",
    }


def covariates(delivery: Delivery, tallies: Mapping[str, Tally]) -> dict[str, dict[str, Any]]:
    """Give what the manifest says of further covariates: the key of each, kept rows, and those without a value."""
    told = {}
    for opened in (*(other for other in delivery.others if other.kind == COVARIATES), *delivery.keyed):
        counted = tallies[opened.source.register]
        for name in covariates_of(opened.wanted):
            blanks = counted.get(BLANKS, {}).get(name, 0)
            told[name] = {"by": opened.wanted[0].name, "rows": rows_of(counted, KEPT), "blanks": blanks}
    return dict(sorted(told.items()))


def _nation(declaration: Declaration) -> dict[str, Any]:
    """Give what the manifests of a store and of its RUNs say of the nation; that it is invented only where it is."""
    told = {"year": declaration.year, "life_expectancy": declaration.life_expectancy}
    return {**told, "invented": True} if declaration.invented else told


def write_store_files(store: Path, declaration: Declaration, made: Made) -> dict[str, Any]:
    """Write code books, small tables and, last, the sealed manifest; give the manifest."""
    manifest = {
        "format_version": FORMAT_VERSION,
        "program_version": __version__,
        "made_with": {"sources": program_hash(), **{name: metadata.version(name) for name in MADE_WITH}},
        "nation": _nation(declaration),
        "grid": {"first": list(made.first)},
        "citizens_sha256": made.citizens,
        "tables": dict(made.tables),
        "codebooks": _written(store, "codebooks.json", made.books),
        "small_tables": {n: {**_written(store, f"{n}.json", r), "rows": len(r)} for n, r in made.small.items()},
        "inputs": _by_register(made.inputs),
        "not_used": list(declaration.not_used),
        "accounting": dict(made.accounting),
        "choices": dict(made.choices),
        **({KEYS: dict(made.keys)} if made.keys else {}),
        **({COVARIATES: dict(made.covariates)} if made.covariates else {}),
    }
    write_manifest(store, manifest)
    return {**manifest, "seal": seal_of(manifest)}


def files_of_store(manifest: Mapping[str, Any]) -> set[str]:
    """Give the names of all files of a store."""
    parts = {part["file"] for records in manifest["tables"].values() for part in records}
    small = {record["file"] for record in manifest["small_tables"].values()}
    return parts | small | {manifest["codebooks"]["file"], "manifest.json"}


def _written(store: Path, file: str, content: Any) -> dict[str, str]:
    path = store / file
    with path.open("w", encoding="utf-8") as written:
        json.dump(content, written, ensure_ascii=False, sort_keys=True, indent=0)
        written.write("\n")
        written.flush()
        os.fsync(written.fileno())
    return {"file": file, "sha256": sha256_of_file(path)}


def _by_register(records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    inputs: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        entry = {name: value for name, value in record.items() if name != "register"}
        inputs.setdefault(record["register"], []).append(entry)
    return inputs
