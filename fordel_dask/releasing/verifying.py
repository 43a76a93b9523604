"""Holding what a release has written against its hashes: a proposal, the folder that left, the ledger."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.errors import VerificationError
from fordel_dask.releasing.folder import MANIFEST, PROPOSAL, RELEASE, STATUS, read_proposal, record_of
from fordel_dask.releasing.ledger import ENTRIES, WHAT, read_ledger
from fordel_dask.releasing.ledger import KIND as LEDGER
from fordel_dask.seals import manifest_text, seal_of
from fordel_dask.store import kind_of_file
from fordel_dask.store.inspection import strangers, told


def verify_if_released(path: Path) -> dict[str, Any] | None:
    """Verify a proposal, a released folder or a ledger; gives its kind and number of files, or none if it is neither.

    Raises
    ------
    VerificationError
        A file of a released folder is missing, more, or not as it left.
    IntegrityError
        A proposal or ledger is not as it was written.
    """
    match _kind_of(path):
        case str(kind) if kind == PROPOSAL:
            files = read_proposal(path).manifest["files"]
            _refuse_beside(path, {MANIFEST: manifest_text(read_json(path / MANIFEST))}, set(files))
            return {"kind": PROPOSAL, "files": len(files)}
        case str(kind) if kind == LEDGER:
            entries = read_ledger(path).entries
            for entry in entries:
                entry.shown()
            lines = "".join(json.dumps(dict(entry.content), ensure_ascii=False) + "\n" for entry in entries)
            texts = {MANIFEST: json.dumps({"kind": LEDGER, "what": WHAT}) + "\n", ENTRIES: lines}
            _refuse_beside(path, texts, {entry.shown_file.name for entry in entries})
            return {"kind": LEDGER, "files": 2 + len(entries)}
        case str(kind) if kind == RELEASE:
            return {"kind": RELEASE, "files": _verify_folder(path)}
    return None


def _refuse_beside(path: Path, texts: Mapping[str, str], files: set[str]) -> None:
    """Refuse a directory that holds more than it names, or whose documents say the same in another spelling.

    ``texts`` are its documents as they are written, ``files`` the others.
    """
    problems = [f"{name} was changed, though not in meaning" for name in texts if _other(path / name, texts[name])]
    problems += [f"{name} is named by no manifest" for name in strangers(path, {*texts, *files}, set())]
    if problems:
        raise VerificationError(
            f"{told(problems, path.name)} Take away what does not belong there; take what was changed from its copy."
        )


def _other(path: Path, text: str) -> bool:
    return kind_of_file(path) is not None or path.read_bytes() != text.encode()


def _kind_of(path: Path) -> str | None:
    for name in (STATUS, MANIFEST):
        try:
            kind = read_json(path / name).get("kind")
        except (OSError, ValueError, AttributeError):
            continue
        if kind in (PROPOSAL, RELEASE, LEDGER):
            return str(kind)
    return None


def _verify_folder(path: Path) -> int:
    status = read_json(path / STATUS)
    is_other = _other(path / STATUS, manifest_text(status))
    problems = [f"{STATUS} was changed"] if status.pop("seal", None) != seal_of(status) or is_other else []
    files = status.get("files", {})
    for name, record in files.items():
        file = path / name
        if kind_of_file(file) is not None or record_of(file.read_bytes()) != record:
            problems.append(f"{name} is missing, a link, or not as it left")
    found = {str(file.relative_to(path)) for file in path.rglob("*") if not file.is_dir() or file.is_symlink()}
    problems += [f"{name} did not leave with it" for name in sorted(found - set(files) - {STATUS})]
    if problems:
        raise VerificationError(
            f"{path.name} is not what was released: {'; '.join(problems)}. Take it again from the closed room."
        )
    return len(files) + 1
