"""Disk: what is free, what stands there, and whether there is room for the facts that a run writes."""

import os
import shutil
from pathlib import Path

from fordel_dask.errors import PlanError
from fordel_dask.facts import find_facts
from fordel_dask.model import Model
from fordel_dask.pipeline import fact_rules
from fordel_dask.planning.rates import rates
from fordel_dask.planning.sizes import size_text
from fordel_dask.store import Store


def free_bytes(place: Path) -> int:
    """Give the free bytes where a directory stands or would stand."""
    standing = next((folder for folder in (place, *place.parents) if folder.is_dir()), Path("/"))
    return shutil.disk_usage(standing).free


def bytes_below(folder: Path) -> int:
    """Give the bytes of all files of a directory."""
    try:
        return sum(
            entry.stat().st_size for parent, _, names in os.walk(folder) for entry in (Path(parent) / n for n in names)
        )
    except OSError:
        return 0


def no_space(place: Path, facts_bytes: int, free: int) -> str:
    """Say that the facts of a run would not fit, by how much, and what to do."""
    return (
        f"A run writes about {size_text(facts_bytes)} of facts into {place}, where {size_text(free)} are free: "
        f"{size_text(facts_bytes - free)} are missing. Free them, or copy the store to another disk."
    )


def facts_bytes_of(store: Store, model: Model, fresh: bool = False) -> int:
    """Give about the bytes of facts that a run would write, 0 if they are there."""
    if not fresh and find_facts(store, fact_rules(store, model)):
        return 0
    return int(store.grid.citizens * rates()["run"]["facts_bytes"])


def require_space_of_facts(store: Store, model: Model, fresh: bool) -> None:
    """Refuse a run whose facts would not fit onto the disk of the store.

    Raises
    ------
    PlanError
        With how much is missing.
    """
    needed, free = facts_bytes_of(store, model, fresh), free_bytes(store.root)
    if needed > free:
        raise PlanError(no_space(store.root, needed, free))
