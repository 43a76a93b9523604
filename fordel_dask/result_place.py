"""Where results may be written: nowhere that holds other things, and never over what somebody has changed."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_json
from fordel_dask.errors import SpaceError, UsageError
from fordel_dask.store import sha256_of_file

RUN, STORE = "run", "store"
MANIFEST = "manifest.json"
MARK_OF_A_STORE = "citizens_sha256"
CALLED = {
    **{RUN: "RUN", STORE: "store", "diagnosis": "diagnosis", "compare": "comparison"},
    **{"release-proposal": "proposal of a release", "release": "release", "ledger": "ledger of releases"},
}
OPENED = (".", "~$")
"""How files begin that spreadsheets and file managers put beside what they show."""

MOST_NAMED = 5


def check_place(out: Path, sources: Sequence[Path], kind: str = RUN) -> None:
    """Refuse a place for results before anything is written.

    ``kind`` is what the manifest of the results calls them; ``sources`` are the directories that they are made from.

    Raises
    ------
    UsageError
        It is a source, inside or around one, or inside another result or store; something else stands there; or an
        earlier result whose files were changed, or that others were put into.
    SpaceError
        Its directory cannot be made or written.
    """
    _refuse_overlap(out, sources)
    if out.exists():
        _refuse_what_stands_there(out, kind)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        writable = os.access(out.parent, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise SpaceError(f"Nothing can be written to {out.parent}. Choose another place, or give permission.")


def _refuse_overlap(out: Path, sources: Sequence[Path]) -> None:
    place, read = out.resolve(), [source.resolve() for source in sources]
    if place in read:
        raise UsageError(
            f"{out} is the {_called_there(place)} that is read. Nothing was touched; choose another --out."
        )
    above = next((parent for parent in place.parents if parent in read or _kind_in(parent)), None)
    if above is not None:
        raise UsageError(
            f"{out} lies inside {above}, which is a {_called_there(above)}. Nothing was touched; choose another --out."
        )
    within = next((source for source in read if place in source.parents), None)
    if within is not None:
        raise UsageError(
            f"{out} lies around {within}, the {_called_there(within)} that is read. Nothing was touched; choose "
            f"another --out."
        )


def _refuse_what_stands_there(out: Path, kind: str) -> None:
    found = _kind_in(out)
    is_directory = out.is_dir() and not out.is_symlink()
    if is_directory and (found == kind or not any(out.iterdir())):
        if kind != RUN:  # a RUN that was changed is of no use: every command refuses it and says to run again
            _refuse_changed(out)
        return
    holds = f"holds a {_called(found)}" if found else "exists"
    raise UsageError(f"{out} {holds} and is no earlier {_called(kind)}. Nothing was touched; choose another --out.")


def _refuse_changed(out: Path) -> None:
    """Refuse to write over work of people: tables that were edited, and files that were put beside them."""
    files = _manifest_in(out).get("files", {})
    paths = [path for path in sorted(out.iterdir()) if path.name != MANIFEST and not path.name.startswith(OPENED)]
    named = {name.split("/", maxsplit=1)[0] for name in files}
    strange = [path.name for path in paths if path.name not in named]
    edited = [
        name
        for name, record in files.items()
        if os.path.lexists(out / name)
        and (not (out / name).is_file() or sha256_of_file(out / name) != record["sha256"])
    ]
    told = {"changed after they were written": edited, "put there by somebody else": strange}
    parts = [f"{what}: {_named(names)}" for what, names in told.items() if names]
    if parts:
        raise UsageError(
            f"{out} is not overwritten: files in it were {'; '.join(parts)}. Nothing was touched; move them to "
            f"another place, or choose another --out."
        )


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + f" and {len(names) - MOST_NAMED:,} more" * (len(names) > MOST_NAMED)


def _manifest_in(directory: Path) -> Mapping[str, Any]:
    """Give the manifest of a directory; nothing where there is none."""
    try:
        content = read_json(directory / MANIFEST)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _kind_in(directory: Path) -> str:
    """Give what a directory holds, as manifests call it; empty where it is none of ours."""
    manifest = _manifest_in(directory)
    if MARK_OF_A_STORE in manifest:
        return STORE
    kind = manifest.get("kind")
    return kind if isinstance(kind, str) and isinstance(manifest.get("files"), dict) else ""


def _called_there(directory: Path) -> str:
    return _called(_kind_in(directory))


def _called(kind: str) -> str:
    return CALLED.get(kind, f"result of 'fordel {kind}'" if kind else "directory")
