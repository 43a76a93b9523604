"""What is written down of a deletion: what kind of thing, how much of it, when; never a value of a person."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fordel_dask import __version__
from fordel_dask.errors import UsageError
from fordel_dask.purging.deleting import Left
from fordel_dask.purging.holding import Holding
from fordel_dask.store.publishing import appearing, sync, writing

PROMISE = (
    "Deleted means that names were removed from the file system. Overwriting is not promised: solid-state disks, "
    "snapshots, backups, copies and free space may still hold what the files held, until they are overwritten, expire, "
    "or the key of an encrypted disk is destroyed."
)


def record_of(holdings: Sequence[Holding], left: Sequence[Left] | None) -> dict[str, Any]:
    """Give what is told of a deletion; ``left`` is what stands there still, None while nothing has been deleted."""
    return {
        "what": "record of a deletion" if left is not None else "what would be deleted",
        "program": f"fordel_dask {__version__}",
        "deleted_at": None if left is None else datetime.now(UTC).isoformat(timespec="seconds"),
        "places": [_told(holding) for holding in holdings],
        "not_ours_and_left": [str(path) for holding in holdings for path in holding.strangers],
        "could_not_be_deleted": [{"path": str(one.path), "why": one.why} for one in left or ()],
        "promise": PROMISE,
    }


def _told(holding: Holding) -> dict[str, Any]:
    parts = [
        {
            "directory": str(part.root),
            "holds": part.holds,
            "files": len(part.files),
            "bytes": part.size,
            "files_with_another_name": part.named_elsewhere,
        }
        for part in holding.parts
    ]
    return {
        "place": str(holding.place),
        "kind": holding.kind,
        "citizens": holding.citizens,
        "seal": holding.seal,
        "store_stays": holding.kept is not None,
        "parts": parts,
    }


def refuse_record(path: Path, holdings: Sequence[Holding]) -> None:
    """Refuse a place for the record that is taken, or that goes with what is deleted.

    Raises
    ------
    UsageError
        A file stands there, or it lies inside of what goes.
    """
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} exists. Nothing was deleted; choose another file for --record.")
    place = path.absolute().resolve()
    roots = {part.root.resolve() for holding in holdings for part in holding.parts}
    if roots & set(place.parents):
        raise UsageError(f"{path} lies inside of what is to be deleted. Nothing was deleted; choose another file.")


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a record for its owner to read, whole and durable, over one that was begun.

    Raises
    ------
    SpaceError
        There is no space or no permission.
    """
    with writing(f"The record {path}"), appearing(path) as begun:
        begun.touch(mode=0o600)
        begun.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
        sync(begun)
