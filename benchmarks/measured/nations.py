"""What is not measured: compiling kernels, and making and deleting the invented nations that benchmarks go over.

Like ``processes`` this module loads nothing heavy.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measured.places import environment_of, fordel_program, remove
from benchmarks.measured.processes import measure

LEFT_BY_INGEST = ("", ".keys", ".partial", ".quarantine", ".quarantine.partial")
WARM = """
import distributed, fordel_dask.cli, fordel_dask.pipeline, fordel_dask.registers, sklearn.linear_model
from fordel_dask.kernels.warming import warm_kernels

warm_kernels()
"""
Environment = Mapping[str, str]


def synth(registers: Path, citizens: int, seed: int, environment: Environment) -> Path:
    """Invent the registers of a nation anew."""
    remove(registers)
    nation = ("--citizens", citizens, "--seed", seed, "--out", registers, "--quiet")
    measure((fordel_program(), "synth", *map(str, nation)), environment)
    return registers


def ingest(registers: Path, store: Path, environment: Environment) -> Path:
    """Make the store of a nation anew."""
    drop_store(store)
    measure((fordel_program(), "ingest", str(registers), "--store", str(store), "--quiet"), environment)
    return store


def whole_nation(given: Path | None, config: dict[str, Any], data: Path) -> Path:
    """Give the prepared store that a suite goes over: one that is given, or an invented one with all optional tables.

    How many citizens it has is noted in ``config``. Nothing of this is measured.
    """
    store = given.resolve() if given else _invented(config, data)
    config["citizens"] = int(manifest_of(store)["grid"]["first"][-1])
    return store


def _invented(config: Mapping[str, Any], data: Path) -> Path:
    store = data / "nation"
    drop_store(store)
    nation = ("--citizens", config["citizens"], "--seed", config["seed"], "--extras", "--store", store, "--quiet")
    measure((fordel_program(), "synth", *map(str, nation)), environment_of(data))
    return store


def warm_kernels(environment: Environment) -> None:
    """Compile all kernels into the cache of an environment, if they are not there, and read libraries from disk."""
    measure((sys.executable, "-c", WARM), environment)


def drop_store(store: Path) -> None:
    for end in LEFT_BY_INGEST:
        remove(store.with_name(store.name + end))


def sizes_up_to(sizes: Iterable[int], citizens: int | None) -> list[int]:
    """Give the sizes of nations that are measured if none may be larger than one that is given, and that one."""
    return sorted({*(size for size in sizes if size < citizens), citizens}) if citizens else list(sizes)


def manifest_of(folder: Path) -> dict[str, Any]:
    """Read the manifest of a store or a run."""
    return dict(json.loads((folder / "manifest.json").read_text("utf-8")))


def rows_of(store: Path) -> int:
    """Give the rows of all tables of a store together."""
    return sum(part["rows"] for parts in manifest_of(store)["tables"].values() for part in parts)
