"""DuckDB: the job in SQL, as somebody who knows it well would write it.

Four layouts: ``raw``, the Parquet extracts with their text keys in one pipeline; ``own``, a database of narrow
integers sorted by citizen; ``ours``, the Parquet files of a prepared store; ``facts``, a table in that database
with one row a citizen: counts of every contact service and month of chronic care, weeks of every benefit group,
bits of conditions by look-back and kind.

The first pass keeps the citizens of group 1 as a temporary table (clinic, cell and municipality, days, øre); the
second one only joins the weights to it. Rows sorted by citizen are gone over range by range, so that hash tables
stay small; what else made the SQL fast stands in ``benchmarks.scale.duckdb_pass``, whose queries of spells,
conditions and benefits are used here as they are.
"""

import itertools
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.peers.duckdb_extracts import (
    CODES,
    TABLES,
    Connection,
    delivered_diagnoses,
    fill,
    find_extracts,
    rows,
    write_database,
)
from benchmarks.peers.job import CellSums, Integers, Job, day_of
from benchmarks.scale.duckdb_pass import benefit_sql, enrolled_sql, ill_sql, our_files
from fordel_dask.facts.definition import LOOKBACK_YEARS, benefit_groups, conditions, first_of_october
from fordel_dask.fees import schedule_in_force
from fordel_dask.registers.canonical import BORNHOLM, CHRISTIANSOE
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS
from fordel_dask.store import open_store

DATABASE = "nation.duckdb"
RANGE_OF_CITIZENS = 300_000
GENERAL_PRACTICE = "80"
NO_CLINIC = -1
Books = Mapping[str, Mapping[Any, str]]
Rows = Mapping[str, str]


@dataclass(frozen=True)
class Opened:
    """A connection, what its codes mean (code to text, by name), and SQL of each table for each range of citizens."""

    connection: Connection
    books: Books
    ranges: tuple[Rows, ...]


class DuckdbPeer:
    """DuckDB on any of its layouts."""

    layouts = ("raw", "own", "ours", "facts")

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        own.mkdir(parents=True, exist_ok=True)
        (own / DATABASE).unlink(missing_ok=True)
        with connect(str(own / DATABASE), threads) as connection:
            write_database(connection, registers)

    def prepare_facts(self, own: Path, threads: int) -> None:
        """Add the table of facts to a database that was prepared."""
        with connect(str(own / DATABASE), threads) as connection:
            write_facts(connection)

    def open(self, layout: str, source: Path, job: Job, threads: int) -> "DuckdbSession":
        in_database = layout in ("own", "facts")
        name = str(source / DATABASE) if in_database else ":memory:"
        connection = connect(name, threads, read_only=in_database)
        books, ranges = {"raw": from_extracts, "ours": from_store}.get(layout, from_database)(connection, source, job)
        opened = Opened(connection, books, ranges)
        return DuckdbSession(opened, job, layout)


PEER = DuckdbPeer()


def connect(database: str, threads: int, read_only: bool = False) -> Connection:
    """Open a database as the manual advises for large queries: all threads, and no order that nobody asked for."""
    connection = duckdb.connect(database, read_only=read_only)
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = false")
    spare = Path(tempfile.gettempdir()) / f"duckdb-{os.getpid()}"  # for what does not fit into memory; made only then
    connection.execute(f"SET temp_directory = '{spare}'")
    return connection


def from_store(_connection: Connection, source: Path, _job: Job) -> tuple[Books, tuple[Rows, ...]]:
    """Give the files of a prepared store, several partitions at a time."""
    store = open_store(source)
    books = {name: dict(enumerate(store.codebooks[name])) for name in CODES}
    return books, tuple(our_files(store, ranges_of(store.grid.citizens)))


def from_database(connection: Connection, _source: Path, _job: Job) -> tuple[Books, tuple[Rows, ...]]:
    """Give the tables of the database."""
    return {name: codes_of(connection, name) for name in CODES}, ranges_in(connection)


def codes_of(connection: Connection, name: str) -> dict[int, str]:
    return dict(connection.execute(f"FROM codes_{name}").fetchall())


def ranges_in(connection: Connection) -> tuple[Rows, ...]:
    """Cut the tables of the database into ranges of citizens."""
    citizens = single(connection, "SELECT count(*) FROM population")
    ranges = ranges_of(citizens)
    bounds = [citizens * n // ranges for n in range(ranges + 1)]
    return tuple(
        {table: f"(FROM {table} WHERE citizen >= {first} AND citizen < {last})" for table in TABLES}
        for first, last in itertools.pairwise(bounds)
    )


def from_extracts(connection: Connection, source: Path, job: Job) -> tuple[Books, tuple[Rows, ...]]:
    """Give the rows of extracts, all at once: a code is its own text, but for clinics, whose order is needed."""
    extracts = find_extracts(connection, source)
    diagnoses = delivered_diagnoses(connection, extracts)
    fill(connection, "delivered_diagnosis(delivered VARCHAR)", [diagnoses])
    clinics = (job.clinics, range(len(job.clinics)))
    fill(connection, "delivered_clinic(delivered VARCHAR, position INTEGER)", clinics)
    books: Books = {
        "service": {code: code for code in job.prices},
        "diagnosis": diagnoses,
        "clinic": dict(enumerate(job.clinics)),
        "municipality": {code: code for code in job.municipalities} | {CHRISTIANSOE: BORNHOLM},
        "civil_status": {code: code for code in job.alone},
        "country": {code: code for code in job.menapt},
        "origin_type": {code: code for code in job.origin_types},
    }
    return books, (rows(extracts),)


def ranges_of(citizens: int) -> int:
    return max(1, round(citizens / RANGE_OF_CITIZENS))


def single(connection: Connection, query: str) -> int:
    """Give the only value of a query."""
    return int(connection.execute(query).fetchall()[0][0])


class DuckdbSession:
    """One model on one layout: a table of counted citizens, made by the first pass and read by both."""

    def __init__(self, opened: Opened, job: Job, layout: str) -> None:
        self.connection, self.books, self.ranges = opened.connection, opened.books, opened.ranges
        self.job, self.layout = job, layout
        self.add_meanings()

    def add_meanings(self) -> None:
        """Make small tables of what codes mean to the job: prices, conditions, benefits, numbers of places."""
        job, books = self.job, self.books
        types = dict.fromkeys(CODES, "VARCHAR") | {"clinic": "INTEGER"} if self.layout == "raw" else CODES
        self.meaning("price", "service", types, "oere INTEGER", job.prices)
        bits = bits_of_codes(books["diagnosis"].values(), job.prefixes)
        self.meaning("shown_by", "diagnosis", types, "bits BIGINT", bits)
        number = {code: n for n, code in enumerate(job.municipalities)}
        self.meaning("place", "municipality", types, "number INTEGER", number)
        self.meaning("patient_of", "clinic", types, "number INTEGER", {code: n for n, code in enumerate(job.clinics)})
        benefits = [
            (str(code) if self.layout == "raw" else code, group)
            for group, spans in enumerate((job.permanent, job.temporary))
            for first, last in spans
            for code in range(first, last + 1)
        ]
        type_ = "VARCHAR" if self.layout == "raw" else "SMALLINT"
        fill(self.connection, f"book_benefit(code {type_}, grp INTEGER)", zip(*benefits, strict=True))

    def meaning(
        self, table: str, book: str, types: Mapping[str, str], column: str, of_entry: Mapping[str, int]
    ) -> None:
        """Make a table of the codes of a book that mean something."""
        known = {code: of_entry[entry] for code, entry in self.books[book].items() if entry in of_entry}
        fill(self.connection, f"{table}({book} {types[book]}, {column})", (known, known.values()))

    def cell_sums(self) -> CellSums:
        self.count_citizens()
        job = self.job
        cells, municipalities, clinics = job.cells, len(job.municipalities), len(job.clinics)
        citizens = np.zeros(municipalities * cells, dtype=np.int64)
        place, number = self.columns("SELECT place, count(*) FROM counted GROUP BY ALL")
        citizens[place] = number
        sampled = ", ".join(str(n) for n, yes in enumerate(job.sampled) if yes)
        self.connection.execute(
            f"CREATE TEMP VIEW sampled AS FROM counted WHERE days > 0 AND clinic IN ({sampled or NO_CLINIC - 1})"
        )
        sample = np.zeros((3, cells), dtype=np.int64)
        cell, *sums = self.columns(
            f"SELECT place % {cells}, count(*), sum(days)::BIGINT, sum(oere)::BIGINT FROM sampled GROUP BY ALL"
        )
        sample[:, cell] = sums
        patients = np.zeros(clinics, dtype=np.int64)
        clinic, number = self.columns(f"SELECT clinic, count(*) FROM counted WHERE clinic <> {NO_CLINIC} GROUP BY ALL")
        patients[clinic] = number
        sample_clinics = single(self.connection, "SELECT count(DISTINCT clinic) FROM sampled")
        return CellSums(sample, citizens.reshape(municipalities, cells), patients, sample_clinics, self.persons())

    def persons(self) -> Integers:
        found = np.zeros(len(self.job.municipalities), dtype=np.int64)
        for table in self.ranges:
            place, number = self.columns(
                f"SELECT number, count(*) FROM {table['population']} JOIN place USING (municipality) GROUP BY ALL"
            )
            np.add.at(found, place, number)
        return found

    def count_citizens(self) -> None:
        """Make the table of counted citizens: clinic, municipality and cell as one number, days, øre."""
        columns = ("clinic INTEGER", "place INTEGER", "days SMALLINT", "oere BIGINT")
        declared = ", ".join(f"{column} NOT NULL" for column in columns)
        self.connection.execute(f"CREATE TEMP TABLE counted({declared})")
        queries = [facts_sql(self.job)] if self.layout == "facts" else [rows_sql(self.job, r) for r in self.ranges]
        for query in queries:
            self.connection.execute(f"INSERT INTO counted {counted_sql(self.job, self.traits(query))}")

    def traits(self, query: str) -> str:
        """Give the traits of citizens by the codes of the layout."""

        def among(column: str, wanted: Collection[str]) -> str:
            codes = [code for code, entry in self.books[column].items() if entry in wanted]
            return f"coalesce({column} IN ({', '.join(map(repr, codes))}), false)" if codes else "false"

        menapt = f"{among('country', self.job.menapt)} AND {among('origin_type', self.job.origin_types)}"
        return f"SELECT *, {menapt} AS menapt, {among('civil_status', self.job.alone)} AS alone FROM ({query})"

    def clinic_nano(self, nano: Integers) -> Integers:
        places = np.flatnonzero(nano.ravel())
        weights = pa.table({"place": places.astype(np.int32), "nano": nano.ravel()[places]})
        self.connection.register("weights", weights)
        found = np.zeros(len(self.job.clinics), dtype=np.int64)
        clinic, total = self.columns(
            f"SELECT clinic, sum(nano)::BIGINT FROM counted JOIN weights USING (place) "
            f"WHERE clinic <> {NO_CLINIC} GROUP BY ALL"
        )
        found[clinic] = total
        return found

    def columns(self, query: str) -> list[Integers]:
        return [np.asarray(column) for column in self.connection.execute(query).fetchnumpy().values()]


def bits_of_codes(codes: Iterable[str], prefixes: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Give the bits of all conditions that an ICD-10 code shows, for each code that shows any."""
    bits: dict[str, int] = {}
    for prefix, bit in prefixes:
        bits[prefix] = bits.get(prefix, 0) | bit
    lengths = sorted({len(prefix) for prefix in bits})
    found = {}
    for code in codes:
        shown = 0
        for length in lengths:
            shown |= bits.get(code[:length], 0) if len(code) >= length else 0
        if shown:
            found[code] = shown
    return found


def rows_sql(job: Job, table: Rows) -> str:
    """Give traits, days and øre of the citizens of group 1, from the rows of a range of them."""
    kinds = ", ".join(str(DIAGNOSIS_KINDS.index(kind)) for kind in job.kinds)
    since = f"CASE WHEN day >= {job.since_day} THEN bits & {~job.cancer} ELSE 0 END"
    cancer_since = f"CASE WHEN day >= {job.cancer_since_day} THEN bits & {job.cancer} ELSE 0 END"
    return f"""
    WITH used AS (
        SELECT citizen, sum(quantity * oere)::BIGINT AS oere
        FROM {table["services"]} JOIN price USING (service) GROUP BY citizen),
    ill AS (
        SELECT citizen, bit_or({since} | {cancer_since}) AS conditions
        FROM (SELECT citizen, code AS diagnosis, day, kind FROM {table["diagnoses"]}) JOIN shown_by USING (diagnosis)
        WHERE day >= {min(job.since_day, job.cancer_since_day)} AND day < {job.status_day} AND kind IN ({kinds})
        GROUP BY citizen),
    {benefit_sql(table["benefits"], 2)},
    {enrolled_sql(table["enrolment"], job.first_day, job.status_day)}
    SELECT municipality, (pick % 1000000)::INTEGER - 1 AS clinic, days, sex, birth_day, civil_status, country,
           origin_type, coalesce(weeks_0, 0) AS permanent, coalesce(weeks_1, 0) AS temporary,
           coalesce(conditions, 0) AS conditions, greatest(coalesce(oere, 0), 0) AS oere
    FROM {table["population"]} JOIN (FROM enrolled WHERE pick IS NOT NULL) USING (citizen)
         LEFT JOIN used USING (citizen) LEFT JOIN ill USING (citizen) LEFT JOIN benefit USING (citizen)"""


def counted_sql(job: Job, traits: str) -> str:
    """Give clinic, municipality and cell, days and øre of citizens with their traits."""
    bands, (youngest, oldest) = job.levels[0] // 2, job.working_age
    somatic = " + ".join(f"(bit_count(conditions & {job.somatic}) >= {cut})::INTEGER" for cut in job.cut_points)
    levels = (
        f"(least(age // {job.band_years}, {bands - 1}) + CASE WHEN sex = 2 THEN {bands} ELSE 0 END)",
        "menapt::INTEGER",
        "alone::INTEGER",
        f"(CASE WHEN age NOT BETWEEN {youngest} AND {oldest} THEN 0 WHEN permanent >= {job.benefit_weeks} THEN 2 "
        f"WHEN permanent + temporary >= {job.benefit_weeks} THEN 1 ELSE 0 END)",
        f"({somatic})",
        f"(conditions & {job.psychiatric} <> 0)::INTEGER",
    )
    place = "place.number"
    for level, number in zip(levels, job.levels, strict=True):
        place = f"({place} * {number} + {level})"
    # Born on 1 January one is a year older that day: the year of the day before counts.
    age = f"({job.year - 1} - year(DATE '1969-12-31' + birth_day))"
    return f"""
    SELECT coalesce(patient_of.number, {NO_CLINIC}), {place}::INTEGER, days, oere
    FROM (SELECT *, {age} AS age FROM ({traits})) JOIN place USING (municipality) LEFT JOIN patient_of USING (clinic)"""


def write_facts(connection: Connection) -> None:
    """Write a table with one row a citizen from which other models can be answered without the rows."""
    year = single(connection, "SELECT year FROM nation")
    prefixes = [(prefix, 1 << one.bit) for one in conditions() for prefix in one.prefixes]
    codes = codes_of(connection, "diagnosis")
    bits_of = bits_of_codes(codes.values(), prefixes)
    bits = {position: bits_of[code] for position, code in codes.items()}
    fill(connection, "book_diagnosis(code INTEGER, bits BIGINT)", (bits, bits.values()))
    groups = [(c, n) for n, (first, last) in enumerate(benefit_groups().values()) for c in range(first, last + 1)]
    fill(connection, "book_benefit(code SMALLINT, grp INTEGER)", zip(*groups, strict=True))
    counted = {c[2:]: n for n, c in codes_of(connection, "service").items() if c.startswith(GENERAL_PRACTICE)}
    wanted = {code: counted.get(code, -1) for code in counted_services(year)}
    fill(connection, "counted_service(service SMALLINT)", [wanted.values()])
    for n, table in enumerate(ranges_in(connection)):
        begin = "INSERT INTO facts" if n else "CREATE OR REPLACE TABLE facts AS"
        connection.execute(f"{begin} {facts_of_rows(table, wanted, year)}")


def counted_services(year: int) -> tuple[str, ...]:
    """Give the services of general practice whose number is kept: contacts and months of chronic care."""
    schedule = schedule_in_force(first_of_october(year))
    return (*schedule.contacts, *schedule.chronic_months)


def facts_of_rows(table: Rows, wanted: Mapping[str, int], year: int) -> str:
    """Give the facts of a range of citizens."""
    counts = ", ".join(
        f"sum(CASE WHEN service = {number} THEN quantity ELSE 0 END)::SMALLINT AS n_{code}"
        for code, number in wanted.items()
    )
    weeks = [f"weeks_{n}" for n in range(len(benefit_groups()))]
    marks = [f"bits_{window}_{kind}" for window in range(len(LOOKBACK_YEARS)) for kind in range(len(DIAGNOSIS_KINDS))]
    kept = [
        *(f"coalesce({name}, 0)::TINYINT AS {name}" for name in weeks),
        *(f"coalesce({name}, 0) AS {name}" for name in marks),
        *(f"coalesce(n_{code}, 0) AS n_{code}" for code in wanted),
    ]
    return f"""
    WITH used AS (
        SELECT citizen, {counts} FROM {table["services"]} SEMI JOIN counted_service USING (service) GROUP BY citizen),
    {ill_sql(table["diagnoses"], year)},
    {benefit_sql(table["benefits"], len(weeks))},
    {enrolled_sql(table["enrolment"], day_of(year - 1), day_of(year))}
    SELECT p.*, (pick % 1000000)::INTEGER - 1 AS clinic, coalesce(days, 0)::SMALLINT AS days, {", ".join(kept)}
    FROM {table["population"]} p LEFT JOIN enrolled USING (citizen) LEFT JOIN used USING (citizen)
         LEFT JOIN ill USING (citizen) LEFT JOIN benefit USING (citizen)"""


def facts_sql(job: Job) -> str:
    """Give traits, days and øre of the citizens of group 1 from the table of facts."""
    oere = " + ".join(f"n_{code[2:]}::BIGINT * {price}" for code, price in job.prices.items())
    if any(not code.startswith(GENERAL_PRACTICE) for code in job.prices):
        raise SystemExit("The facts hold services of general practice only.")
    groups = {span: f"weeks_{n}::INTEGER" for n, span in enumerate(benefit_groups().values())}
    permanent, temporary = (
        " + ".join(groups[span] for span in spans) or "0" for spans in (job.permanent, job.temporary)
    )
    windows = {day_of(job.year - years): n for n, years in enumerate(LOOKBACK_YEARS)}
    kinds = [DIAGNOSIS_KINDS.index(kind) for kind in job.kinds]
    within, cancer_within = (
        " | ".join(f"bits_{windows[day]}_{kind}" for kind in kinds) for day in (job.since_day, job.cancer_since_day)
    )
    return f"""
    SELECT municipality, clinic, days, sex, birth_day, civil_status, country, origin_type,
           {permanent} AS permanent, {temporary} AS temporary,
           (({within}) & {~job.cancer}) | (({cancer_within}) & {job.cancer}) AS conditions,
           greatest({oere}, 0) AS oere
    FROM facts WHERE clinic IS NOT NULL"""
