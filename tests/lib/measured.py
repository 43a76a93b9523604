"""Small results of benchmarks that were made up, and the machine that they would have been measured on."""

import json

MACHINE = {
    "measured_on": "2026-01-02 03:04",
    "processor": "a processor",
    "cores": 2,
    "memory_gib": 16,
    "threads": 2,
    "python": "3.11",
    "packages": {"pyarrow": "1", "numba": "2", "duckdb": "3", "distributed": "2026"},
}


def write_machine(folder, **more):
    """Write the machine into a folder of results."""
    (folder / "machine.json").write_text(json.dumps({**MACHINE, **more}), "utf-8")
