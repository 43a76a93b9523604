"""Publishes stores or runs one after the other until it is killed; started by ``functional/test_publishing.py``.

For each line on standard input a child is forked that publishes; its number is printed.
"""

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.registers.place import FINGERPRINT, KEY_TABLE, publish, workplace
from fordel_dask.rundir import write_run
from fordel_dask.schema.results import RESULT_TABLES
from fordel_dask.store import seal_of, sha256_of_file, write_manifest

FILES = 5


def publish_run(out: Path, version: int) -> None:
    """Publish a run whose tables differ from version to version."""
    rows = [(f"{version:06}", f"{n:06}", str(version)) for n in range(50)]
    tables = {table.name: rows if table.name == "flows" else [] for table in RESULT_TABLES}
    write_run(out, tables, {"kind": "run", "version": version})


def publish_store(out: Path, version: int) -> None:
    """Publish a store of a few files, with its key table and every other time quarantined rows."""
    citizens = f"citizens of version {version}"
    with workplace(out) as place:
        for n in range(FILES):
            (place.new_store / f"part-{n}").write_text(f"{version}" * (1000 + n), "utf-8")
        (place.new_store / "codebooks.json").write_text(f'{{"version": {version}}}', "utf-8")
        names = sorted(path.name for path in place.new_store.iterdir() if path.name != "manifest.json")
        files = {name: {"sha256": sha256_of_file(place.new_store / name)} for name in names}
        manifest = {"version": version, FINGERPRINT: citizens, "files": files}
        write_manifest(place.new_store, manifest)
        pq.write_table(named(citizens), place.lookup / KEY_TABLE)
        if version % 2:
            place.new_quarantine.mkdir()
            pq.write_table(named(citizens), place.new_quarantine / "services.parquet")
        publish(place, {**manifest, "seal": seal_of(manifest)}, {*names, "manifest.json"})


def named(citizens: str) -> pa.Table:
    """Give a table that says which citizens it belongs to."""
    return pa.table({"citizen": [0]}).replace_schema_metadata({FINGERPRINT: citizens})


def main(kind: str, out: Path) -> None:
    """Fork a child for every line that comes; it publishes newer and newer versions."""
    version = 0
    for _ in sys.stdin:
        version += 1000
        child = os.fork()
        if child == 0:
            while True:
                version += 1
                {"run": publish_run, "store": publish_store}[kind](out, version)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
