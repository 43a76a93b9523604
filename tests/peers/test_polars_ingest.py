"""Polars and DuckDB write the services that our ingest writes, and can vouch for every file."""

import hashlib
import json
import os

import pytest

os.environ.setdefault("POLARS_MAX_THREADS", "2")  # as many as the peers of these tests ask for; read once, on import
pl = pytest.importorskip("polars")

from benchmarks.ingest import duckdb_ingest, polars_ingest  # noqa: E402  after it is known that Polars is here
from benchmarks.ingest.checksums import MANIFEST, write_checksums  # noqa: E402
from benchmarks.ingest.run import options_of  # noqa: E402
from tests.peers.conftest import PLAIN  # noqa: E402

PARTITIONS = 3


@pytest.mark.parametrize("invented", [PLAIN], indirect=True)  # neither of them takes weeks that are none
@pytest.mark.parametrize("steps", [1, 2])
def test_polars_writes_the_same_services_as_duckdb_and_we(invented, tmp_path, steps):
    out, theirs = tmp_path / "polars", tmp_path / "duckdb"
    polars_ingest.sort_services(invented.registers, out, PARTITIONS, steps)
    duckdb_ingest.sort_services(invented.registers, theirs, PARTITIONS, {"threads": 2}, steps)
    ours = duckdb_ingest.totals_of(duckdb_ingest.rows_of_store(invented.store))
    assert duckdb_ingest.totals_of(f"'{out}/**/*.parquet'") == ours
    assert duckdb_ingest.totals_of(f"'{theirs}/**/*.parquet'") == ours


@pytest.mark.parametrize("steps", [1, 2])
def test_every_partition_is_one_file_sorted_by_all_columns(invented, tmp_path, steps):
    polars_ingest.sort_services(invented.registers, tmp_path / "out", PARTITIONS, steps)
    files = sorted((tmp_path / "out").rglob("*.parquet"))
    assert len(files) == PARTITIONS
    for file in files:
        rows = pl.read_parquet(file, hive_partitioning=False)
        assert rows.equals(rows.sort(polars_ingest.COLUMNS))


def test_a_refund_and_a_missing_fee_keep_their_place():
    rows = [(0, 1, 7, 2, 5), (0, 1, 7, -1, 9), (0, 1, 7, 2, -5), (0, 1, 7, 2, None), (0, 0, 53, 2, 5)]
    types = (pl.Int32, pl.Int16, pl.Int8, pl.Int32, pl.Int64)
    schema = dict(zip(polars_ingest.COLUMNS, types, strict=True))
    found = polars_ingest.in_order(pl.LazyFrame(rows, schema=schema, orient="row")).collect()
    assert found.rows() == [rows[4], rows[1], rows[3], rows[2], rows[0]]


def test_the_manifest_has_the_checksum_of_every_file(tmp_path):
    (tmp_path / "part=0").mkdir()
    for name in ("part=0/data.parquet", "part-00001.parquet"):
        (tmp_path / name).write_bytes(name.encode())
    write_checksums(tmp_path, threads=2)
    found = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert found == {
        name: {"bytes": len(name), "sha256": hashlib.sha256(name.encode()).hexdigest()}
        for name in ("part=0/data.parquet", "part-00001.parquet")
    }


def test_a_way_is_told_in_words():
    assert options_of("1") == ("--steps", "1")
    assert options_of("2 2GB checksums") == ("--steps", "2", "--memory", "2GB", "--checksums")
