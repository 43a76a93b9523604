"""The two directories of a release: the proposal in the closed room, and the folder that leaves it."""

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fordel_dask import __version__
from fordel_dask.bundle import BUNDLE
from fordel_dask.documents import read_json
from fordel_dask.errors import DisclosureError, IntegrityError, UsageError
from fordel_dask.printing import csv_text
from fordel_dask.releasing.context import checker_text, reader_text
from fordel_dask.releasing.exceptions import Accepted, with_exceptions
from fordel_dask.releasing.ledger import Cell, Ledger, add_entry, parquet_of, read_ledger, writing_to
from fordel_dask.releasing.proposal import FAIL, Decision, Proposal, folder_of
from fordel_dask.result_place import check_place
from fordel_dask.rundir import RunPlace, open_place
from fordel_dask.seals import manifest_text, seal_of, sealed
from fordel_dask.store import kind_of_file
from fordel_dask.store.publishing import private_directory, put_in_place, writing

PROPOSAL, RELEASE = "release-proposal", "release"
LEAVES, CHECKER = "leaves", "for_the_checker"
MANIFEST, STATUS, README, DECISIONS = "manifest.json", "status.json", "README.txt", "decisions.csv"
SHOWN, KEPT_BACK = "shown.parquet", "kept_back.csv"

Files = dict[str, bytes]


@dataclass(frozen=True)
class Prepared:
    """A proposal as it was written, held against its manifest: its files that would leave, and what it says."""

    path: Path
    manifest: Mapping[str, Any]
    leaves: Mapping[str, bytes]
    shown: Mapping[Cell, int]
    decisions: Sequence[Decision]


def write_proposal(proposal: Proposal, out: Path, sources: Sequence[Path], ledger: Ledger, by: str) -> dict[str, Any]:
    """Write a proposal, whole or not at all; gives its manifest.

    Raises
    ------
    DisclosureError
        Something unsafe is left: nothing is written.
    UsageError, SpaceError
        The place is none for it, or cannot be written.
    """
    refuse_unsafe(proposal)
    _refuse_same_folders(proposal)
    check_place(out, sources, PROPOSAL)
    inside = {f"{LEAVES}/{name}": content for name, content in _leaving(proposal).items()}
    aside = {f"{CHECKER}/{name}": content for name, content in _aside(proposal).items()}
    files = {**inside, **aside}
    manifest = sealed(
        {
            "kind": PROPOSAL,
            "program": __version__,
            "prepared_by": by,
            "prepared_on": datetime.date.today().isoformat(),
            "base": proposal.base.counted.name,
            "ledger": str(ledger.path.resolve()),
            "ledger_head": ledger.head,
            "identity": asdict(proposal.identity),
            "decisions": [asdict(decision) for decision in proposal.decisions],
            "made_from": [
                *(seal_of(one.manifest) for one in (proposal.base.counted, *_variants(proposal))),
                *proposal.further_seals,
            ],
            "files": {name: record_of(content) for name, content in sorted(files.items())},
        }
    )
    with open_place(out, command="fordel release") as place:
        _publish(place, {**files, MANIFEST: manifest_text(manifest).encode()})
    return manifest


def refuse_unsafe(proposal: Proposal) -> None:
    """Refuse to show anything of a proposal whose proofs, looked at again, do not all hold.

    Raises
    ------
    DisclosureError
        Something unsafe is left.
    """
    faults = [decision.reason for decision in proposal.decisions if decision.status == FAIL]
    if faults:
        raise DisclosureError(
            f"Nothing is released: {'; '.join(faults)}. This should not be; release with a higher threshold, and "
            f"tell those who carry the program on."
        )


def _refuse_same_folders(proposal: Proposal) -> None:
    items = [table.item for table in proposal.tables]
    twice = sorted({item.split("/", maxsplit=1)[0] for item in items if items.count(item) > 1})
    if twice:
        raise UsageError(
            f"Two sources would leave under one name: {', '.join(twice)}. Give each source once, and directories of "
            f"different names; nothing was written."
        )


def _refuse_nobody(by: str) -> None:
    if not by.strip():
        raise UsageError("Who prepares and who checks a release stand in it by name: give --by NAME.")


def _variants(proposal: Proposal) -> Iterator[Any]:
    yield from (of.counted for of in proposal.variants)


def record_of(content: bytes) -> dict[str, Any]:
    """Give what is noted of a file, to hold it against later."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _leaving(proposal: Proposal) -> Files:
    files = {table.item: table.text().encode() for table in proposal.tables}
    if proposal.bundle:
        files[f"{folder_of(proposal.base.counted)}/{BUNDLE}"] = proposal.bundle.encode()
    return {**files, README: reader_text(proposal).encode()}


def _aside(proposal: Proposal) -> Files:
    names = ("block", "code", "term", "level", "citizens", "why")
    return {
        KEPT_BACK: csv_text(names, list(proposal.underlying())).encode(),
        SHOWN: parquet_of(proposal.shown()),
        README: checker_text(proposal).encode(),
    }


def _publish(place: RunPlace, files: Mapping[str, bytes]) -> None:
    with writing(f"The release in {place.out}"):
        _write(place, files)
        put_in_place(place.new, place.out, place.replaced)


def _write(place: RunPlace, files: Mapping[str, bytes]) -> None:
    folder = private_directory(place.new)
    for name, content in files.items():
        path = folder / name
        private_directory(path.parent)
        path.touch(mode=0o600)
        path.write_bytes(content)


def read_proposal(path: Path) -> Prepared:
    """Read a proposal and hold every file against its manifest.

    Raises
    ------
    IntegrityError
        It is no proposal, or not as it was written.
    """
    manifest = _manifest_of(path)
    contents = {}
    for name, record in manifest["files"].items():
        try:
            content = (path / name).read_bytes() if kind_of_file(path / name) is None else None
        except OSError:
            content = None
        if content is None or record_of(content) != record:
            raise IntegrityError(
                f"{name} of the proposal {path} is missing or was changed after it was prepared. Prepare it again: "
                f"what is checked must be what leaves."
            )
        contents[name] = content
    columns = pq.read_table(path / CHECKER / SHOWN).to_pydict()
    cells = zip(*(columns[name] for name in ("block", "code", "term", "level")), strict=True)
    return Prepared(
        path,
        manifest,
        {name.removeprefix(f"{LEAVES}/"): of for name, of in contents.items() if name.startswith(f"{LEAVES}/")},
        dict(zip(cells, columns["citizens"], strict=True)),
        [Decision(**decision) for decision in manifest["decisions"]],
    )


def _manifest_of(path: Path) -> dict[str, Any]:
    try:
        manifest = read_json(path / MANIFEST)
        whole = manifest.pop("seal") == seal_of(manifest) and manifest["kind"] == PROPOSAL
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise IntegrityError(
            f"{path} is no proposal of a release, or was changed after it was prepared. Make one with 'fordel release "
            f"RUN --out {path}'."
        )
    return dict(manifest)


def approve(prepared: Prepared, out: Path, ledger_path: Path, by: str, accepted: Sequence[Accepted]) -> dict[str, Any]:
    """Let a proposal leave: write the folder, and the release into the ledger; gives the status of the folder.

    Raises
    ------
    DisclosureError
        The checker is who prepared it, something to be reviewed is not accepted by name, or the ledger has grown.
    """
    _refuse_nobody(by)
    _refuse_one_person(prepared, by)
    _refuse_other_ledger(prepared, ledger_path)
    check_place(out, (prepared.path, ledger_path), RELEASE)
    today = datetime.date.today().isoformat()
    decisions = with_exceptions(prepared.decisions, accepted, by, today)
    with writing_to(ledger_path), open_place(out, command="fordel release --check") as place:
        ledger = read_ledger(ledger_path)
        _refuse_grown(prepared, ledger)
        leaves = {**prepared.leaves, DECISIONS: _decision_text(decisions).encode()}
        status = _status(prepared, ledger, decisions, leaves, by, today)
        with writing(f"The release in {out}"):
            _write(place, {**leaves, STATUS: manifest_text(status).encode()})
            add_entry(ledger, _entry(prepared, status, by, today), prepared.shown)
            put_in_place(place.new, place.out, place.replaced)
    return status


def _refuse_one_person(prepared: Prepared, by: str) -> None:
    if not str(prepared.manifest["prepared_by"]).strip():
        raise DisclosureError(
            f"Nobody's name stands under the proposal {prepared.path}, so that two persons cannot be told apart. "
            f"Prepare it again with --by NAME."
        )
    preparer = str(prepared.manifest["prepared_by"])
    if by.strip().casefold() == preparer.strip().casefold():
        raise DisclosureError(
            f"This release was prepared by '{preparer}', and must be checked by somebody else. Let a second person "
            f"look at {prepared.path / CHECKER} and run the check under an own name (--by)."
        )


def _refuse_other_ledger(prepared: Prepared, ledger: Path) -> None:
    if str(ledger.resolve()) != prepared.manifest["ledger"]:
        raise DisclosureError(
            f"This proposal was held against the ledger {prepared.manifest['ledger']}, and {ledger} was given. There "
            f"is one ledger for all releases: give that one, or prepare the release with the other."
        )


def _refuse_grown(prepared: Prepared, ledger: Ledger) -> None:
    if ledger.head != prepared.manifest["ledger_head"]:
        raise DisclosureError(
            f"The ledger {ledger.path} has {len(ledger.entries)} releases and is not the one that this proposal was "
            f"held against. Prepare it again with that ledger, so that it is held against all that has left."
        )


def _decision_text(decisions: Sequence[Decision]) -> str:
    names = ("item", "status", "reason", "rows", "kept_back", "exception")
    return csv_text(names, [tuple(str(asdict(decision)[name]) for name in names) for decision in decisions])


def _status(
    prepared: Prepared,
    ledger: Ledger,
    decisions: Sequence[Decision],
    leaves: Mapping[str, bytes],
    by: str,
    today: str,
) -> dict[str, Any]:
    return sealed(
        {
            "kind": RELEASE,
            "release": len(ledger.entries) + 1,
            "status": "pass",
            "program": prepared.manifest["program"],
            "prepared_by": prepared.manifest["prepared_by"],
            "prepared_on": prepared.manifest["prepared_on"],
            "checked_by": by,
            "checked_on": today,
            "rules": prepared.manifest["identity"]["rules"],
            "accepted": [asdict(decision) for decision in decisions if decision.exception],
            "cells_kept_back": sum(decision.kept_back for decision in decisions),
            "files": {name: record_of(content) for name, content in sorted(leaves.items())},
        }
    )


def _entry(prepared: Prepared, status: Mapping[str, Any], by: str, today: str) -> dict[str, Any]:
    return {
        "date": today,
        "base": prepared.manifest["base"],
        "identity": prepared.manifest["identity"],
        "made_from": prepared.manifest["made_from"],
        "prepared_by": prepared.manifest["prepared_by"],
        "checked_by": by,
        "accepted": [one["item"] for one in status["accepted"]],
        "files": {name: record["sha256"] for name, record in status["files"].items()},
    }
