"""Where a benchmark works: its program and environment, its data outside the repository, its results inside.

Like ``processes`` this module loads nothing heavy.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.measured.processes import machine_of, write_json

REPOSITORY = Path(__file__).parents[2]
MARKER = "fordel-benchmark.json"
MARKED = {"what": "data of a benchmark of fordel_dask; may be deleted"}
SHARED_KERNELS = "FORDEL_BENCHMARK_SHARED_KERNELS"


def fordel_program() -> str:
    found = shutil.which("fordel", path=str(Path(sys.executable).parent)) or shutil.which("fordel")
    if found is None:
        raise SystemExit("There is no 'fordel' beside this Python. Install the package: pip install -e '.[bench]'")
    return found


def environment_of_modules() -> dict[str, str]:
    """Give the environment of a child that is started as ``python -m benchmarks.…``.

    The repository comes first among the places of modules; a scheduler, too, must find what simulated tasks are made
    of.
    """
    modules = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": modules}


def environment_with(cache: Path) -> dict[str, str]:
    """Give the environment of a step: compiled kernels come from ``cache`` and from nowhere else."""
    kept = {name: value for name, value in environment_of_modules().items() if not name.startswith("NUMBA_")}
    return {**kept, "XDG_CACHE_HOME": str(cache)}


def environment_of(data: Path) -> dict[str, str]:
    """Give the environment of the steps of a benchmark, which compiles its kernels itself, into its data.

    Who measures nothing that counts may set ``FORDEL_BENCHMARK_SHARED_KERNELS``: kernels are then those of the user.
    """
    return environment_of_modules() if os.environ.get(SHARED_KERNELS) else environment_with(data / "cache")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def snapshot(config: dict[str, Any]) -> str:
    """Give the configuration as it was used, without the place of the data."""
    plain = {key: value for key, value in config.items() if not isinstance(value, dict) and key != "data"}
    groups = {key: value for key, value in config.items() if isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for group, values in groups.items():
        lines += ["", f"[{group}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def claim(data: Path) -> None:
    """Make the data directory, or take one of an earlier benchmark; nothing else is ever touched."""
    if data.resolve().is_relative_to(REPOSITORY):
        raise SystemExit(f"{data} lies in the repository. Choose a directory outside with --data.")
    if data.exists() and any(data.iterdir()) and not (data / MARKER).exists():
        raise SystemExit(f"{data} holds other files. Choose a new directory with --data.")
    (data / "cache").mkdir(parents=True, exist_ok=True)
    write_json(data / MARKER, MARKED)


def place_of_results(folder: Path, name: str) -> Path:
    """Give the folder of results of this name: a new one, or one of an earlier measurement."""
    results = folder / name
    if results.parent != folder or (results.exists() and not (results / "machine.json").exists()):
        raise SystemExit(f"'{name}' cannot be the name of results in {folder}.")
    return results


def newest_results(folder: Path) -> Path | None:
    """Give the results folder that was measured last."""

    def measured_on(results: Path) -> tuple[str, str]:
        return machine_of(results)["measured_on"], results.name

    return max((path.parent for path in folder.glob("*/machine.json")), key=measured_on, default=None)
