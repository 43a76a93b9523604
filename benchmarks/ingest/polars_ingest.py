"""Polars doing our ingest of services: number the citizens, join, sort, write the same partitions.

python -m benchmarks.ingest.polars_ingest DELIVERY OUT --partitions 60 --threads 2 [--memory 3GB] [--checksums]

``--totals ours`` prints the totals of our store instead, ``--totals polars`` those of what was written here; both are
added up by DuckDB, as for DuckDB's own ingest, and printed as one JSON object.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.ingest.checksums import write_checksums
from benchmarks.ingest.duckdb_ingest import options, print_totals
from benchmarks.measured.polars_threads import limit_polars

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("citizen", "service", "week", "quantity", "paid_oere")
SERVICE_BITS, WEEK_BITS, QUANTITY_BITS, PAID_BITS = 16, 8, 32, 40
"""Room in the number that rows are sorted by; 31 bits are left for the citizen."""

MIB_OF_UNIT = {"MB": 1, "GB": 1024}


def numbered_rows(delivery: Path, partitions: int) -> "pl.LazyFrame":
    """Give the rows of known persons in weeks of the fee year: part, citizen, service, week, quantity, paid_oere.

    Keys are read as numbers, which are hashed and compared faster than text and have the same order.
    """
    import polars as pl

    key = pl.col("PNR").cast(pl.Int64)
    persons = pl.scan_parquet(delivery / "population" / "*.parquet").select(key).collect(engine="streaming").sort("PNR")
    person = persons.lazy().select("PNR", citizen=pl.int_range(pl.len(), dtype=pl.Int32))
    rows = pl.scan_parquet(delivery / "services" / "*.parquet").filter(
        pl.col("HONUGE").is_between(pl.lit("2501"), pl.lit("2553"))
    )
    services = rows.select(pl.col("SPECIALE").unique()).collect(engine="streaming")["SPECIALE"].drop_nulls().sort()
    service = pl.LazyFrame({"SPECIALE": services}).select("SPECIALE", service=pl.int_range(pl.len(), dtype=pl.Int16))
    return (
        rows.select(
            key,
            "SPECIALE",
            week=(pl.col("HONUGE").cast(pl.Int16) % 100).cast(pl.Int8),
            quantity=pl.col("YDLANT").cast(pl.Int32),
            paid_oere=(pl.col("BRUHON") * 100).round().cast(pl.Int64),
        )
        .join(service, on="SPECIALE")
        .join(person, on="PNR")
        .select(
            (pl.col("citizen").cast(pl.Int64) * partitions // persons.height).cast(pl.Int16).alias("part"), *COLUMNS
        )
    )


def in_order(rows: "pl.LazyFrame") -> "pl.LazyFrame":
    """Sort rows by all columns, put together to one number of 128 bits: half of the time that five columns take.

    Exact below 5 billion kroner a row; a missing fee comes first.
    """
    import polars as pl

    least = -(1 << PAID_BITS - 1)
    where = pl.col("citizen").cast(pl.Int128) * (1 << SERVICE_BITS) + pl.col("service")
    when = where * (1 << WEEK_BITS) + pl.col("week")
    what = (when * (1 << QUANTITY_BITS) + pl.col("quantity")) * (1 << PAID_BITS) + pl.col("paid_oere").fill_null(least)
    return rows.with_columns(key=what).sort("key").drop("key")


def sort_services(delivery: Path, out: Path, partitions: int, steps: int) -> None:
    """Do the work in one process, lazily, on the streaming engine, with no order of rows kept that nobody asked for.

    In one step everything is sorted at once; in two, rows are dealt to the partitions first and each is sorted by
    itself, which takes little memory.
    """
    import polars as pl

    shutil.rmtree(out, ignore_errors=True)
    rows = numbered_rows(delivery, partitions)
    if steps == 1:
        deal(in_order(rows), out, keep_order=True)
        return
    dealt = out.with_name(f"{out.name}.dealt")
    shutil.rmtree(dealt, ignore_errors=True)
    deal(rows, dealt, keep_order=False)
    out.mkdir()
    for part in range(partitions):
        some = pl.scan_parquet(dealt / f"part={part}" / "*.parquet", hive_partitioning=False)
        in_order(some).sink_parquet(out / f"part-{part:05}.parquet", compression="lz4", engine="streaming")
    shutil.rmtree(dealt)


def deal(rows: "pl.LazyFrame", out: Path, keep_order: bool) -> None:
    """Write a directory of each partition."""
    import polars as pl

    place = pl.PartitionBy(out, key="part", include_key=False, approximate_bytes_per_file=None)
    rows.sink_parquet(place, compression="lz4", maintain_order=keep_order, mkdir=True, engine="streaming")


def limit_memory(memory: str, spilled: Path) -> None:
    """Tell Polars how much it may hold before it writes to disk, and where: it reads this when it is imported."""
    number, unit = memory[:-2], memory[-2:]
    os.environ["POLARS_OOC_MEMORY_BUDGET_MB"] = str(int(number) * MIB_OF_UNIT[unit])
    os.environ["POLARS_OOC_SPILL_DIR"] = str(spilled)


def main() -> None:
    given = options(__doc__, "polars")
    if given.totals:
        print_totals(given)
        return
    spilled = given.out.with_name(f"{given.out.name}.temporary")
    if given.memory:
        limit_memory(given.memory, spilled)
    limit_polars(given.threads)
    sort_services(given.delivery, given.out, given.partitions, given.steps)
    shutil.rmtree(spilled, ignore_errors=True)
    if given.checksums:
        write_checksums(given.out, given.threads)


if __name__ == "__main__":
    main()
