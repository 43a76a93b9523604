"""DuckDB doing our ingest of services: number the citizens, join, sort, write the same partitions.

python -m benchmarks.ingest.duckdb_ingest DELIVERY OUT --partitions 60 --threads 2 [--memory 3GB] [--checksums]

``--totals STORE`` prints the totals of our store instead. Both print one JSON object.
"""

import argparse
import json
import shutil
from pathlib import Path

import duckdb

from benchmarks.ingest.checksums import write_checksums

NUMBERED = """
create temp table person as
select PNR, (row_number() over (order by PNR) - 1)::integer as citizen
from read_parquet('{delivery}/population/*.parquet')
"""
CODES = """
create temp table code as
select SPECIALE, (row_number() over (order by SPECIALE) - 1)::smallint as service
from (
  select distinct SPECIALE from read_parquet('{delivery}/services/*.parquet') where HONUGE between '2501' and '2553'
)
"""
DEALT = """
copy (
  select (citizen::bigint * {partitions} // {citizens})::smallint as part, citizen, service,
         (HONUGE::integer % 100)::tinyint as week, YDLANT::integer as quantity, round(BRUHON * 100)::bigint as paid_oere
  from read_parquet('{delivery}/services/*.parquet') join person using (PNR) join code using (SPECIALE)
  where HONUGE between '2501' and '2553'
  {order}
) to '{out}' (format parquet, partition_by (part), compression lz4)
"""
ORDER = "order by citizen, service, week, quantity, paid_oere"
SORTED = """
copy (select * from '{dealt}/*.parquet' {order}) to '{out}/part-{part:05}.parquet' (format parquet, compression lz4)
"""
TOTALS = """
select count(*) as rows, sum(quantity) as quantity, sum(paid_oere) as paid_oere, sum(week) as weeks,
       sum((citizen + 1)::hugeint * week) as citizen_weeks, sum((citizen + 1)::hugeint * paid_oere) as citizen_oere,
       sum(service * week) as service_weeks
from {rows}
"""


def sort_services(delivery: Path, out: Path, partitions: int, config: dict[str, str | int], steps: int) -> None:
    """Do the work in one process, as its manual says: no order of rows kept that nobody asked for.

    In one step everything is sorted at once; in two, rows are dealt to the partitions first and each is
    sorted by itself, which takes little memory.
    """
    shutil.rmtree(out, ignore_errors=True)
    connection = duckdb.connect(config={**config, "temp_directory": f"{out}.temporary"})
    connection.execute("set preserve_insertion_order = false")
    connection.execute(NUMBERED.format(delivery=delivery))
    citizens = connection.execute("select count(*) from person").fetchall()[0][0]
    connection.execute(CODES.format(delivery=delivery))
    what = {"delivery": delivery, "partitions": partitions, "citizens": citizens}
    if steps == 1:
        connection.execute(DEALT.format(out=out, order=ORDER, **what))
        return
    dealt = out.with_name(f"{out.name}.dealt")
    shutil.rmtree(dealt, ignore_errors=True)
    connection.execute(DEALT.format(out=dealt, order="", **what))
    out.mkdir()
    for part in range(partitions):
        connection.execute(SORTED.format(dealt=dealt / f"part={part}", order=ORDER, out=out, part=part))
    shutil.rmtree(dealt)


def totals_of(rows: str) -> dict[str, int]:
    """Give sums over all rows, citizens numbered over the whole nation."""
    found = duckdb.connect().execute(TOTALS.format(rows=rows))
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, map(int, found.fetchall()[0]), strict=True))


def rows_of_store(store: Path) -> str:
    """Give our rows as a query: the position in a partition becomes the number in the nation."""
    manifest = json.loads((store / "manifest.json").read_text("utf-8"))
    first = manifest["grid"]["first"]
    parts = [
        f"select citizen + {start} as citizen, service, week, quantity, paid_oere from '{store / part['file']}'"
        for start, part in zip(first, manifest["tables"]["services"], strict=False)
    ]
    return f"({' union all '.join(parts)})"


def options(description: str | None, whose: str) -> argparse.Namespace:
    """Give the options of a script that does our ingest of services in its own way."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delivery", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--partitions", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="")
    parser.add_argument("--steps", type=int, choices=(1, 2), default=1)
    parser.add_argument("--checksums", action="store_true", help="take SHA-256 of every file, and write a manifest")
    parser.add_argument("--totals", choices=("ours", whose), help="do nothing but print the totals of OUT")
    return parser.parse_args()


def print_totals(given: argparse.Namespace) -> None:
    rows = rows_of_store(given.out) if given.totals == "ours" else f"'{given.out}/**/*.parquet'"
    print(json.dumps(totals_of(rows)))


def main() -> None:
    given = options(__doc__, "duckdb")
    if given.totals:
        print_totals(given)
        return
    config: dict[str, str | int] = {"threads": given.threads}
    if given.memory:
        config["memory_limit"] = given.memory
    sort_services(given.delivery, given.out, given.partitions, config, given.steps)
    if given.checksums:
        write_checksums(given.out, given.threads)


if __name__ == "__main__":
    main()
