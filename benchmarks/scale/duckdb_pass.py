"""The pass over the registers as a DuckDB user would write it: the same joins and sums in SQL.

``python -m benchmarks.scale.duckdb_pass STORE --layout files`` reads our Parquet files;
``--layout own`` reads a database of DuckDB's own, made beforehand with ``--prepare``.
Prints one JSON line: seconds (median of ``--runs``), the seconds of each run, and totals
(øre, months, weeks, conditions, days).

What was tried to make it fast, and kept: integers wide enough but no wider (a sum of BIGINT is
a HUGEINT, so it is cast back before the joins), CASE instead of nine FILTERs over one hash
table, the window function only for the few citizens with several spells, code books without
the codes that count nothing. ``--ranges`` goes through the citizens range by range, for hash
tables that fit into the cache.

By default services are priced at once, which is less than our pass does: it keeps a count of
every contact service and the weeks of every benefit group, so that other prices and models need
no second pass. ``--counted`` does the same.
"""

import argparse
import datetime
import itertools
import json
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from fordel_dask.facts.definition import (
    LOOKBACK_YEARS,
    NORDIC_YEARS,
    FactRules,
    benefit_groups,
    first_of_october,
    listed_conditions,
    nordic_index,
)
from fordel_dask.facts.derive import bits_of_codes, day_number
from fordel_dask.fees import schedule_in_force
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS, MISSING_PAID
from fordel_dask.store import Store, open_store

TABLES = ("population", "enrolment", "services", "diagnoses", "benefits")
GENERAL_PRACTICE = "80"
BOOK_OF_SERVICES = "book_service(service SMALLINT, price INT, other INT, month BOOL, contact BOOL, prevention INT)"
MARKS = tuple((window, kind) for window in range(len(LOOKBACK_YEARS)) for kind in range(len(DIAGNOSIS_KINDS)))
Connection = duckdb.DuckDBPyConnection
Totals = dict[str, int]


@dataclass(frozen=True)
class Pass:
    """A connection with its code books, and the SQL to run on it: one query for each range of citizens."""

    connection: Connection
    queries: tuple[str, ...]

    def run(self) -> Totals:
        """Go over the registers once."""
        found = [self._totals_of(query) for query in self.queries]
        return {name: sum(totals[name] for totals in found) for name in found[0]}

    def _totals_of(self, query: str) -> Totals:
        result = self.connection.execute(query)
        row = result.fetchone() or ()
        return {column[0]: int(value or 0) for column, value in zip(result.description, row, strict=True)}


@dataclass(frozen=True)
class Way:
    """How DuckDB goes over the registers: layout, ranges of citizens, threads, and whether it counts or prices."""

    layout: str
    ranges: int
    threads: int
    counted: bool


def open_pass(store: Store, database: Path, way: Way) -> Pass:
    layout = way.layout
    connection = duckdb.connect(str(database) if layout == "own" else ":memory:", read_only=layout == "own")
    connection.execute(f"SET threads = {way.threads}")
    connection.execute("SET preserve_insertion_order = false")
    add_code_books(connection, store)
    sources = own_tables if layout == "own" else our_files
    return Pass(connection, tuple(pass_sql(store, way.counted, source) for source in sources(store, way.ranges)))


def partition_ranges(store: Store, ranges: int) -> Iterator[tuple[int, int]]:
    partitions = store.grid.partitions
    pieces = min(ranges, partitions)
    return itertools.pairwise(partitions * n // pieces for n in range(pieces + 1))


def our_files(store: Store, ranges: int) -> Iterator[dict[str, str]]:
    for first, last in partition_ranges(store, ranges):
        yield {table: f"({select_files(store, table, first, last)})" for table in TABLES}


def own_tables(store: Store, ranges: int) -> Iterator[dict[str, str]]:
    for first, last in partition_ranges(store, ranges):
        citizens = f"citizen >= {store.grid.first[first]} AND citizen < {store.grid.first[last]}"
        part = "" if last - first == store.grid.partitions else f" WHERE {citizens}"
        yield {table: f"(SELECT * FROM {table}{part})" for table in TABLES}


def select_files(store: Store, table: str, first: int, last: int) -> str:
    """Our files with a citizen number of the nation: that of the partition's first plus the position."""
    files = [str(store.root / part.file) for part in store.parts(table)[first:last]]
    dense = table == "population"
    position, numbered = ("file_row_number", "file_row_number = true, ") if dense else ("citizen", "")
    partition = r"CAST(regexp_extract(filename, '(\d+)\.parquet$', 1) AS INTEGER)"
    return (
        f"SELECT CAST({position} + {list(store.grid.first)}[{partition} + 1] AS INTEGER) AS citizen, "
        f"* EXCLUDE (filename, {position}) FROM read_parquet({files}, {numbered}filename = true)"
    )


def prepare(store: Store, database: Path, threads: int) -> None:
    """Write DuckDB's own layout: native tables, sorted by citizen."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"SET threads = {threads}")
        for table in TABLES:
            files = select_files(store, table, 0, store.grid.partitions)
            connection.execute(f"CREATE TABLE {table} AS {files} ORDER BY citizen")


def add_code_books(connection: Connection, store: Store) -> None:
    fill(connection, BOOK_OF_SERVICES, services(store))
    fill(connection, "book_diagnosis(code INTEGER, bits BIGINT, nordic BIGINT)", diagnoses(store))
    fill(connection, "book_benefit(code SMALLINT, grp INTEGER)", benefits())


def fill(connection: Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"CREATE TEMP TABLE {table}")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table.partition('(')[0]} VALUES ({marks})", rows)


def services(store: Store) -> list[tuple[Any, ...]]:
    schedule = schedule_in_force(first_of_october(FactRules(store.year, (GENERAL_PRACTICE,)).year))
    prices, others, prevention = schedule.contact_prices("standard"), schedule.others, schedule.prevention
    months = schedule.chronic_months
    return [
        (n, prices.get(code, 0), others.get(code, 0), code in months, code in prices, prevention.get(code, 0))
        for n, (speciality, code) in enumerate((book[:2], book[2:]) for book in store.codebooks["service"])
        if speciality == GENERAL_PRACTICE and any(code in those for those in (prices, others, months, prevention))
    ]


def diagnoses(store: Store) -> list[tuple[Any, ...]]:
    codes = store.codebooks["diagnosis"]
    of_lists = zip(
        *(bits_of_codes(codes, listed).tolist() for listed in (listed_conditions(), nordic_index())), strict=True
    )
    return [(n, *bits) for n, bits in enumerate(of_lists) if any(bits)]


def benefits() -> list[tuple[Any, ...]]:
    groups = enumerate(benefit_groups().values())
    return [(code, group) for group, (first, last) in groups for code in range(first, last + 1)]


def pass_sql(store: Store, counted: bool, source: dict[str, str]) -> str:
    """Give the query: facts of every citizen, then totals of all of them."""
    year = store.year
    status = day_number(datetime.date(year, 1, 1))
    contacts = {row[0]: row[1] for row in services(store) if row[4]}
    groups = len(benefit_groups())
    contacts_oere = total_of(
        (f"{price} * sum(n_{n})" for n, price in contacts.items()) if counted else ["sum(contacts)"]
    )
    weeks = total_of((f"sum(weeks_{group})" for group in range(groups)) if counted else ["sum(weeks)"])
    kept = ("others_paid_oere", "prevention_oere", "prevention_paid_oere", "group_2") if counted else ()
    further = "".join(f", sum({name}) AS {name}" for name in kept)
    names = [*(f"bits_{window}_{kind}" for window, kind in MARKS), *(nordic_marks() if counted else ())]
    marks = ", ".join(f"sum(bit_count({name})) AS {name}" for name in names)
    return f"""
    WITH {used_sql(source["services"], tuple(contacts) if counted else ())},
    {ill_sql(source["diagnoses"], year, counted)},
    {benefit_sql(source["benefits"], groups if counted else 0)},
    {enrolled_sql(source["enrolment"], day_number(datetime.date(year - 1, 1, 1)), status, counted)},
    facts AS (
        SELECT p.citizen, p.sex, p.municipality, p.birth_day, pick % 1000000 AS clinic, days,
               {"(insured_2 AND pick IS NULL)::INTEGER AS group_2," if counted else ""}
               used.* EXCLUDE (citizen), benefit.* EXCLUDE (citizen), ill.* EXCLUDE (citizen)
        FROM {source["population"]} p LEFT JOIN used USING (citizen) LEFT JOIN ill USING (citizen)
             LEFT JOIN benefit USING (citizen) LEFT JOIN enrolled USING (citizen))
    SELECT count(*) AS citizens, count(clinic) AS group_1, sum(days) AS days, {contacts_oere} AS contacts_oere,
           sum(others) AS others_oere, sum(months) AS months, sum(paid) AS paid_oere, {weeks} AS weeks,
           {marks}{further}
    FROM facts
    """


def total_of(sums: Iterable[str]) -> str:
    return " + ".join(f"coalesce({one}, 0)" for one in sums)


def used_sql(services: str, counted: tuple[int, ...]) -> str:
    counts = ", ".join(
        f"sum(CASE WHEN service = {service} THEN quantity ELSE 0 END)::BIGINT AS n_{service}" for service in counted
    )
    paid = ", ".join(
        f"(sum(paid_oere) FILTER ({price} > 0 AND paid_oere <> {MISSING_PAID}))::BIGINT AS {name}_paid_oere"
        for price, name in (("other", "others"), ("prevention", "prevention"))
    )
    prevention = "sum(quantity * prevention)::BIGINT AS prevention_oere"
    contacts = f"{counts}, {paid}, {prevention}" if counted else "sum(quantity * price)::BIGINT AS contacts"
    return f"""used AS (
        SELECT citizen, {contacts},
               sum(quantity * other)::BIGINT AS others, (sum(quantity) FILTER (month))::BIGINT AS months,
               (sum(paid_oere) FILTER (contact AND paid_oere <> {MISSING_PAID}))::BIGINT AS paid
        FROM {services} JOIN book_service USING (service) GROUP BY citizen)"""


def benefit_sql(benefits: str, counted: int) -> str:
    weeks = "sum(weeks)::BIGINT AS weeks"
    if counted:
        weeks = ", ".join(f"(sum(weeks) FILTER (grp = {g}))::BIGINT AS weeks_{g}" for g in range(counted))
    return f"""benefit AS (
        SELECT citizen, {weeks}
        FROM {benefits} JOIN book_benefit USING (code) GROUP BY citizen)"""


def nordic_marks() -> list[str]:
    return [f"nordic_{kind}" for kind, _ in enumerate(DIAGNOSIS_KINDS)]


def ill_sql(diagnoses: str, year: int, counted: bool = False) -> str:
    since = [day_number(datetime.date(year - years, 1, 1)) for years in (*LOOKBACK_YEARS, 0)]
    lately = day_number(datetime.date(year - NORDIC_YEARS, 1, 1))
    nordic = [
        f", bit_or(CASE WHEN day >= {lately} AND kind = {kind} THEN nordic ELSE 0 END) AS {name}"
        for kind, name in enumerate(nordic_marks() if counted else ())
    ]
    windows = ", ".join(
        f"bit_or(CASE WHEN day >= {since[window]} AND kind = {kind} THEN bits ELSE 0 END) AS bits_{window}_{kind}"
        for window, kind in MARKS
    )
    return f"""ill AS (
        SELECT citizen, {windows}{"".join(nordic)}
        FROM {diagnoses} JOIN book_diagnosis USING (code)
        WHERE day >= {since[0]} AND day < {since[-1]} GROUP BY citizen)"""


def enrolled_sql(enrolment: str, first: int, status: int, counted: bool = False) -> str:
    """Days of the fee year in the union of group-1 spells, the clinic at the status date, and whether group 2 is."""
    group_2 = f"""(SELECT DISTINCT citizen, true AS insured_2 FROM {enrolment}
        WHERE "group" = 2 AND first_day <= {status} AND last_day >= {status})"""
    joined, insured = (f"FULL JOIN {group_2} USING (citizen)", ", insured_2") if counted else ("", "")
    return f"""clipped AS (
        SELECT citizen, clinic, first_day, greatest(first_day, {first}) AS a, least(last_day, {status - 1}) AS b,
               last_day >= {status} AND first_day <= {status} AS current
        FROM {enrolment} WHERE "group" = 1),
    spells AS (
        SELECT citizen, count(*) AS spells, sum(greatest(0, b - a + 1))::BIGINT AS days,
               max((first_day + 100000) * 1000000::BIGINT + clinic + 1) FILTER (current) AS pick
        FROM clipped GROUP BY citizen),
    gaps AS (
        SELECT citizen, a, b, max(b) OVER (
                   PARTITION BY citizen ORDER BY first_day, b
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen
        FROM clipped SEMI JOIN (SELECT citizen FROM spells WHERE spells > 1) USING (citizen)),
    several AS (
        SELECT citizen, sum(greatest(0, b - greatest(a, coalesce(seen + 1, a)) + 1))::BIGINT AS days
        FROM gaps GROUP BY citizen),
    enrolled AS (
        SELECT citizen, coalesce(several.days, spells.days) AS days, pick{insured}
        FROM spells LEFT JOIN several USING (citizen) {joined})"""


def timed(one_pass: Pass) -> tuple[float, Totals]:
    begun = time.perf_counter()
    totals = one_pass.run()
    return time.perf_counter() - begun, totals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--layout", choices=["files", "own"], default="files")
    parser.add_argument("--database", type=Path, default=Path("nation.duckdb"))
    parser.add_argument("--prepare", action="store_true", help="make the database and stop")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ranges", type=int, default=1, help="one query for each of so many ranges of citizens")
    parser.add_argument("--counted", action="store_true", help="keep every count that our pass keeps")
    parser.add_argument("--warm-up", action="store_true", help="run once before anything is measured")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    store = open_store(options.store)
    if options.prepare:
        prepare(store, options.database, options.threads)
        return
    way = Way(options.layout, options.ranges, options.threads, options.counted)
    one_pass = open_pass(store, options.database, way)
    if options.warm_up:
        one_pass.run()
    runs = [timed(one_pass) for _ in range(options.runs)]
    seconds = [seconds for seconds, _ in runs]
    print(json.dumps({"seconds": statistics.median(seconds), "runs": seconds, "totals": runs[-1][1]}))


if __name__ == "__main__":
    main()
