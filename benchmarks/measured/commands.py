"""What the commands of the benchmarks share: their options, how they begin, and the small files that they leave.

Like ``processes`` this module loads nothing heavy.
"""

import argparse
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measured.places import claim, place_of_results, snapshot
from benchmarks.measured.processes import machine, write_csv, write_json

Tables = Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]


LEFT_OUT = "left out: "


def leave_out(what: str, why: str) -> None:
    """Say what is not measured, and why."""
    print(f"{LEFT_OUT}{what}: {why}", flush=True)


def arguments(description: str | None, suite: Path) -> argparse.ArgumentParser:
    """Give the options that every benchmark has; ``suite`` is its directory, with config.toml and results."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the results")
    parser.add_argument("--results", type=Path, default=suite / "results", help="directory that results are kept in")
    parser.add_argument("--data", type=Path, help="directory of what is made and deleted again (config.toml)")
    parser.add_argument("--config", type=Path, default=suite / "config.toml")
    return parser


def arguments_of_a_nation(description: str | None, suite: Path) -> argparse.ArgumentParser:
    """Give the arguments of a suite that goes over one nation, invented or given."""
    parser = arguments(description, suite)
    parser.add_argument("--citizens", type=int, help="size of the nation that is invented (config.toml)")
    help_of_store = "a prepared store with all optional tables, instead of inventing one"
    parser.add_argument("--store", type=Path, help=help_of_store)
    return parser


def begin(given: argparse.Namespace) -> tuple[dict[str, Any], Path, Path]:
    """Give the configuration, the claimed directory of data, and the place of results."""
    config = tomllib.loads(given.config.read_text("utf-8"))
    data = (given.data or Path(config["data"])).resolve()
    results = place_of_results(given.results, given.name)
    claim(data)
    return config, data, results


def write_results(results: Path, config: dict[str, Any], tables: Tables) -> None:
    """Write tables, the machine and the configuration of a measurement beside those of others of this name."""
    results.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables.items():
        write_csv(results / name, header, rows)
    threads = {"threads": config["threads"]} if "threads" in config else {}
    write_json(results / "machine.json", {**machine(), **threads})
    (results / "config.toml").write_text(snapshot(config), "utf-8")
    print(f"Results in {results}")
