"""A budget of memory: sizes as people write them, settings that follow, and a store that is the same bytes."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import IntegrityError, UsageError
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.estimates import count_of
from fordel_dask.extracts.files import Portion, describe, pieces, read_rows
from fordel_dask.graph.executor import Threads
from fordel_dask.planning.crew import allowance_of
from fordel_dask.planning.machine import Machine, limits_of_group
from fordel_dask.planning.sizes import size_in_bytes
from fordel_dask.registers import ingest, joining, population, repeated, spread
from fordel_dask.registers.budget import Budget
from fordel_dask.registers.dealt_file import DealtFile
from fordel_dask.registers.memory import MIB, Crew, lookup_bytes, needs_within
from fordel_dask.registers.people import write_lookup
from fordel_dask.registers.volumes import Volume
from tests.lib.nations import write_nation

GIB = 1024 * MIB
SIZES = {
    "2GiB": 2 * GIB,
    "2gib": 2 * GIB,
    "1500MB": 1_500_000_000,
    "800M": 800 * MIB,
    "1.5 GiB": 1536 * MIB,
    "1G": GIB,
    "600000000": 600_000_000,
    "512KiB": 512 * 1024,
}


@pytest.mark.parametrize(("text", "size"), SIZES.items(), ids=SIZES)
def test_a_size_is_read_as_people_write_it(text, size):
    assert size_in_bytes(text) == size


@pytest.mark.parametrize("text", ["", "GiB", "2 elephants", "-1GiB", "0", "2GiBB", "1,5GiB", "2Gi B"])
def test_what_is_no_size_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="such as 2GiB, 1500MB or 800M"):
        size_in_bytes(text)


def files_below(directory):
    return {p.relative_to(directory): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


TINY = Budget(
    piece_rows=100,
    chunk_rows=37,
    bucket_rows=20,
    most_bucket_rows=20,
    keys_a_task=11,
    portion=Portion(64, 1 << 20, 1 << 16),
)
BUDGETS = {
    "tiny pieces, chunks and buckets": TINY,
    "one task at a time": Budget(tasks=(("reading extracts", 1), ("writing the store", 1))),
    "many buckets, few rows a batch": Budget(bucket_rows=1, most_bucket_rows=1, portion=Portion(rows=7)),
}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    folder = tmp_path_factory.mktemp("budget")
    nation = write_nation(folder / "registers", seed=11, citizens=300)
    ingest(nation, folder / "store", Threads(1), partitions=3)
    return nation, files_below(folder / "store")


@pytest.mark.parametrize("budget", BUDGETS.values(), ids=BUDGETS)
def test_the_store_is_the_same_bytes_whatever_the_budget(awkward, tmp_path, budget):
    nation, expected = awkward
    ingest(nation, tmp_path / "store", Threads(2), partitions=3, afford=lambda _: budget)
    assert files_below(tmp_path / "store") == expected


def test_the_budget_reaches_every_task_that_reads(awkward, tmp_path, monkeypatch):
    seen = set()

    def read(piece, columns, few_values, portion):
        seen.add(portion)
        return read_rows(piece, columns, few_values, portion)

    class Dealt(DealtFile):
        def __init__(self, path, buckets, bucket_of, chunk_rows):
            seen.add(chunk_rows)
            super().__init__(path, buckets, bucket_of, chunk_rows)

    for module in (spread, population, repeated):
        monkeypatch.setattr(module, "read_rows", read)
    for module in (spread, joining):
        monkeypatch.setattr(module, "DealtFile", Dealt)
    ingest(awkward[0], tmp_path / "store", Threads(1), partitions=3, afford=lambda _: TINY)
    assert seen == {TINY.portion, TINY.chunk_rows}


def test_no_batch_is_larger_than_its_portion_even_in_one_giant_row_group_of_wide_text(tmp_path):
    rows = 20_000
    wide = pa.table({"PNR": [f"{n:012}" for n in range(rows)], "KEY": [f"{n:200}" for n in range(rows)]})
    pq.write_table(wide, tmp_path / "giant.parquet", row_group_size=rows)
    (extract,) = describe(Source("services", (tmp_path / "giant.parquet",)))
    (piece,) = pieces(extract, 1000)
    columns = [("PNR", "PNR"), ("KEY", "KEY")]
    batches = list(read_rows(piece, columns, frozenset(), Portion(rows=1024, buffer_bytes=1 << 16)))
    assert max(batch.num_rows for batch in batches) <= 1024
    assert pa.Table.from_batches(batches).equals(wide)


def test_long_lines_of_text_are_read_in_small_blocks(tmp_path):
    weeks = {f"Y_{week:04}": ["783"] * 500 for week in range(3041)}
    table = pa.table({"PNR": [f"{n:012}" for n in range(500)], **weeks})
    pa.csv.write_csv(table, tmp_path / "dream.csv")
    (extract,) = describe(Source("dream", (tmp_path / "dream.csv",)))
    (piece,) = pieces(extract, 1000)
    batches = list(
        read_rows(piece, [("PNR", "PNR"), ("Y_2501", "Y_2501")], frozenset(), Portion(csv_block_bytes=1 << 20))
    )
    assert len(batches) > 1
    assert sum(batch.num_rows for batch in batches) == 500
    assert {name for batch in batches for name in batch.schema.names} == {"PNR", "Y_2501"}


@pytest.mark.parametrize("name", ["plain.csv", "packed.csv.gz"])
@pytest.mark.parametrize("rows", [0, 1, 700, 300_000])
def test_rows_of_text_are_counted_about_by_the_first_megabyte(tmp_path, name, rows):
    text = b"PNR,HONUGE\n" + b"".join(b"%012d,25%02d\n" % (n * 7919 % 10**9, n % 52 + 1) for n in range(rows))
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    count = count_of(describe(Source("services", (tmp_path / name,)))[0])
    assert not count.exact
    assert count.rows == pytest.approx(rows, rel=0.02)


def test_a_packed_file_that_is_damaged_is_named(tmp_path):
    packed = bytearray(gzip.compress(b"PNR,HONUGE\n" + b"".join(b"%012d,2501\n" % (n * n) for n in range(50_000))))
    path = tmp_path / "services.csv.gz"
    path.write_bytes(packed)
    (extract,) = describe(Source("services", (path,)))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    path.write_bytes(packed)
    with pytest.raises(IntegrityError, match=r"services: services.csv.gz cannot be read"):
        count_of(extract)


def volumes(citizens):
    """A delivery in the usual volumes a citizen, every register one file with one row group."""
    rows = {"population": 1, "enrolment": 1.1, "services": 16, "dream": 0.7, "contacts": 8, "diagnosis_rows": 11}
    names = {"contacts": "lpr 1 contacts", "diagnosis_rows": "lpr 1 diagnoses"}
    return [
        Volume(
            register=names.get(kind, kind),
            kind=kind,
            files=1,
            bytes=int(8 * many * citizens),
            rows=int(many * citizens),
            exact=True,
            most_rows=int(many * citizens),
            most_bytes=int(8 * many * citizens),
            uncut_rows=int(many * citizens),
            columns=53 if kind == "dream" else 5,
            row_bytes=20,
            page_bytes=8 * MIB,
        )
        for kind, many in rows.items()
    ]


def test_what_is_planned_stays_within_the_memory_wherever_that_is_possible():
    for memory in (700 * MIB, GIB, 2 * GIB, 8 * GIB):
        for threads in (1, 2, 16):
            needs = needs_within(memory, volumes(1_000_000), 10, Crew(threads=threads))
            assert needs.peak_bytes <= memory
            assert set(dict(needs.budget.tasks).values()) <= set(range(1, threads + 1))


def test_a_delivery_of_ten_years_of_services_needs_no_more_to_write_the_one_that_is_kept():
    one_year = volumes(300_000)
    ten_years = [replace(v, rows=10 * v.rows, files=10) if v.kind == "services" else v for v in one_year]
    written = [dict(needs_within(0, v, 3, Crew()).stages)["writing the store"] for v in (one_year, ten_years)]
    assert written[1] < 4 * written[0]


def test_all_diagnoses_need_more_to_be_written_than_the_listed_ones():
    full = [replace(v, rows=8 * v.rows) if v.kind == "diagnosis_rows" else v for v in volumes(300_000)]
    written = [
        dict(needs_within(0, [replace(v, keep=keep) for v in full], 3, Crew()).stages)["writing the store"]
        for keep in ("all", "listed")
    ]
    assert written[0] > 1.3 * written[1]


@pytest.mark.parametrize("kind", ["enrolment_list", "enrolment_groups"])
def test_enrolment_without_spells_has_a_stage_of_its_own_and_is_written_all_the_same(kind):
    spells = volumes(300_000)
    lists = [replace(v, kind=kind) if v.kind == "enrolment" else v for v in spells]
    before, after = (dict(needs_within(0, v, 3, Crew()).stages) for v in (spells, lists))
    assert set(after) - set(before) == {"completing enrolment"}
    assert after["writing the store"] == before["writing the store"]


def test_the_lookup_is_as_large_as_its_files(tmp_path):
    for citizens in (1, 5, 1000, 1025):
        write_lookup(tmp_path, [np.ones((citizens, 2), np.uint64).cumsum(axis=0, dtype=np.uint64)], citizens)
        held = sum(file.stat().st_size for file in tmp_path.glob("*.array"))
        assert lookup_bytes(citizens) == held


def test_settings_are_those_of_today_where_memory_is_no_question():
    found = needs_within(64 * GIB, volumes(6_000_000), 60, Crew(threads=2)).budget
    assert replace(found, tasks=()) == Budget()
    stages = ("reading extracts", "joining diagnoses", "writing the store")
    assert [found.tasks_of(stage, 2) for stage in stages] == [2, 2, 2]


def test_more_memory_never_needs_smaller_settings():
    found = [needs_within(m * MIB, volumes(300_000), 3, Crew(threads=2)).budget for m in range(500, 3000, 50)]
    sizes = [(b.portion.rows * dict(b.tasks)["reading extracts"], b.most_bucket_rows) for b in found]
    assert all(dict(b.tasks)["reading extracts"] >= 1 for b in found)
    assert sizes[-1] == max(sizes)


def test_there_are_more_buckets_than_usual_only_where_one_would_not_fit():
    assert Budget().buckets(0) == 1
    assert Budget().buckets(1_500_000) == 2
    assert Budget().buckets(750_000_000) == 256
    assert Budget(bucket_rows=50_000, most_bucket_rows=50_000).buckets(113_000_000) == 2260


def test_processes_need_memory_each_and_threads_share_it():
    together = needs_within(0, volumes(300_000), 3, Crew(threads=4)).peak_bytes
    apart = needs_within(0, volumes(300_000), 3, Crew(processes=4, led=True)).peak_bytes
    assert apart > together + 3 * 300 * MIB


def test_a_limit_on_the_group_of_processes_counts_in_both_versions_and_from_above(tmp_path):
    def limit(place, text):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")

    limit("job/step/memory.max", "max\n")
    limit("job/memory.max", f"{3 * GIB}\n")
    limit("memory/slurm/memory.limit_in_bytes", f"{2 * GIB}\n")
    own = tmp_path / "cgroup"
    own.write_text("4:memory:/slurm\n1:cpu:/slurm\n0::/job/step\n", encoding="utf-8")
    assert sorted(limits_of_group(tmp_path, own)) == [2 * GIB, 3 * GIB]
    assert limits_of_group(tmp_path, Path("/nowhere/cgroup")) == []


def test_half_of_the_machine_is_taken_and_more_rather_than_refuse():
    machine = Machine(memory=10 * GIB, cores=2)
    assert allowance_of(None, machine).sizes == (5 * GIB, 8 * GIB)
    assert allowance_of(2 * GIB, machine).sizes == (2 * GIB,)
    assert allowance_of(20 * GIB, machine).sizes == (10 * GIB,)
    assert allowance_of(None, machine, memory_of_worker=4 * GIB).sizes[0] == 2 * GIB
