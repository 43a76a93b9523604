"""Where Polars starts from: extracts, parts of integer tables (our store or its own), or one row of facts a citizen."""

import functools
import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.peers.job import Job
from benchmarks.peers.polars_people import (
    NOT_GROUP_1,
    Rows,
    bits_of,
    counted_bits,
    facts_of,
    is_in_ranges,
    looked_up,
    people_of,
)
from benchmarks.peers.polars_registers import KINDS, Registers
from fordel_dask.store import open_store

TABLES = ("population", "enrolment", "services", "diagnoses", "benefits")
MANIFEST = "manifest.json"
Books = Mapping[str, tuple[str, ...]]
Part = Mapping[str, Path]
"""The file of each table of one range of citizens; ``citizen`` is the position among them."""


def people(layout: str, source: Path, job: Job) -> list[pl.LazyFrame]:
    """Build the queries of a layout: one for each part, one in all for extracts."""
    if layout == "raw":
        return [people_of(facts_of(rows_of_registers(Registers(source), job), job), job)]
    if layout == "ours":
        store = open_store(source)
        parts = [{table: source / store.parts(table)[n].file for table in TABLES} for n in range(store.grid.partitions)]
        return [people_of(facts_of(rows_of_part(part, store.codebooks, job), job), job) for part in parts]
    own = read_own(source)
    if own.year != job.year:
        raise SystemExit(f"{source} was prepared for {own.year}, not for {job.year}. Prepare it anew.")
    if layout == "own":
        return [people_of(facts_of(rows_of_part(part, own.books, job), job), job) for part in own.parts]
    return [people_of(counted_facts(pl.scan_parquet(part["facts"]), own.books, job), job) for part in own.parts]


@dataclass(frozen=True)
class Own:
    """What was prepared: the planning year, code books, and the files of each part."""

    year: int
    books: Books
    parts: tuple[Part, ...]


def read_own(folder: Path) -> Own:
    """Open what was prepared."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    books = {name: tuple(entries) for name, entries in manifest["books"].items()}
    tables = (*TABLES, "facts")
    parts = tuple({table: part_file(folder, table, n) for table in tables} for n in range(manifest["parts"]))
    return Own(manifest["year"], books, parts)


def part_file(folder: Path, table: str, part: int) -> Path:
    return folder / table / f"part-{part:05}.parquet"


def traits(population: pl.LazyFrame, books: Books, job: Job) -> pl.LazyFrame:
    """Put what a model asks of a person in the place of codes; persons of other municipalities go."""

    def among(column: str, wanted: tuple[str, ...]) -> pl.Expr:
        return looked_up(pl.col(column), (code in wanted for code in books[column]), pl.Boolean)

    position = positions(job.municipalities)
    places = (position.get(code, -1) for code in books["municipality"])
    return population.with_columns(
        looked_up(pl.col("municipality"), places, pl.Int16, -1).alias("municipality"),
        menapt=among("country", job.menapt) & among("origin_type", job.origin_types),
        alone=among("civil_status", job.alone),
    ).filter(pl.col("municipality") >= 0)


def clinic_of(books: Books, job: Job) -> pl.Expr:
    """Give a clinic's position in the job, −1 and −2 as they are. Both books are sorted: larger stays larger."""
    position = positions(job.clinics)
    codes = [*(position.get(code, -1) for code in books["clinic"]), NOT_GROUP_1]
    return looked_up(pl.col("clinic"), codes, pl.Int32, -1).alias("clinic")


def rows_of_part(part: Part, books: Books, job: Job) -> Rows:
    """Give the rows of one part of integer tables: our store's partition, or one's own."""
    scan = {table: pl.scan_parquet(part[table]) for table in TABLES if table != "population"}
    population = pl.scan_parquet(part["population"], row_index_name="citizen").with_columns(
        pl.col("citizen").cast(pl.Int32)
    )
    if "group" in scan["enrolment"].collect_schema():
        scan["enrolment"] = scan["enrolment"].filter(pl.col("group") == 1)
    prices = looked_up(pl.col("service"), (job.prices.get(code, 0) for code in books["service"]), pl.Int64)
    bits = looked_up(pl.col("code"), (bits_of(code, job.prefixes) for code in books["diagnosis"]), pl.Int64)
    return Rows(
        traits(population, books, job),
        scan["services"].select("citizen", oere=pl.col("quantity") * prices),
        scan["diagnoses"]
        .filter(pl.col("kind").is_in([KINDS.index(kind) for kind in job.kinds]))
        .select("citizen", bits=counted_bits(bits, pl.col("day"), job)),
        scan["benefits"].select(
            "citizen",
            permanent=pl.col("weeks").cast(pl.Int16) * is_in_ranges(pl.col("code"), job.permanent).cast(pl.Int16),
            temporary=pl.col("weeks").cast(pl.Int16) * is_in_ranges(pl.col("code"), job.temporary).cast(pl.Int16),
        ),
        scan["enrolment"].select("citizen", clinic_of(books, job), "first_day", "last_day"),
    )


def rows_of_registers(registers: Registers, job: Job) -> Rows:
    """Give the rows of extracts, keyed by person: sums need no numbers of citizens, only the last joins do."""
    if registers.year != job.year:
        raise SystemExit(f"{registers.root} is of {registers.year}, not of {job.year}.")
    since = min(job.since_day, job.cancer_since_day)
    listed = listed_codes(registers, job)
    found = pl.concat([registers.diagnoses(pair, listed, since) for pair in registers.declared["lpr"]])
    weeks = registers.benefit_weeks()
    columns = [pl.col(name) for name in weeks.collect_schema().names() if name != "citizen"]
    return Rows(
        traits_of_text(registers.population(), job),
        registers.services()
        .join(table("SPECIALE", "price", job.prices, pl.Int64), on="SPECIALE")
        .select("citizen", oere=pl.col("quantity") * pl.col("price")),
        found.filter(pl.col("kind").is_in(job.kinds)).select(
            "citizen", bits=counted_bits(pl.col("bits"), pl.col("day"), job)
        ),
        weeks.select(
            "citizen",
            permanent=pl.sum_horizontal(is_in_ranges(week, job.permanent).cast(pl.Int16) for week in columns),
            temporary=pl.sum_horizontal(is_in_ranges(week, job.temporary).cast(pl.Int16) for week in columns),
        ),
        registers.spells()
        .join(table("YDERNR", "clinic", positions(job.clinics), pl.Int32), on="YDERNR", how="left")
        .select("citizen", pl.col("clinic").fill_null(-1), "first_day", "last_day")
        .sort("citizen", "first_day"),
    )


def listed_codes(registers: Registers, job: Job) -> pl.LazyFrame:
    """Give the SKS codes of the extracts that show a condition, with their bits."""
    bits = {code: bits_of(icd10(code), job.prefixes) for code in registers.diagnosis_codes()}
    return table("code", "bits", {code: bit for code, bit in bits.items() if bit}, pl.Int64)


def icd10(code: str) -> str:
    """Give an SKS code in upper case without its one leading D; nothing if it has none."""
    text = code.strip().upper()
    return text[1:] if text.startswith("D") else ""


def traits_of_text(population: pl.LazyFrame, job: Job) -> pl.LazyFrame:
    """As :func:`traits`, from codes as delivered."""
    return population.join(table("KOM", "municipality", positions(job.municipalities), pl.Int16), on="KOM").select(
        "citizen",
        "sex",
        "birth_day",
        "municipality",
        menapt=(pl.col("OPR_LAND").is_in(job.menapt) & pl.col("IE_TYPE").is_in(job.origin_types)).fill_null(False),
        alone=pl.col("CIVST").is_in(job.alone).fill_null(False),
    )


def positions(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: n for n, code in enumerate(codes)}


def table(key: str, value: str, entries: Mapping[str, int], dtype: type[pl.DataType]) -> pl.LazyFrame:
    """Give a code book to join with."""
    schema = {key: pl.String, value: dtype}
    return pl.LazyFrame({key: list(entries), value: list(entries.values())}, schema=schema)


def count_column(service: str) -> str:
    return f"count_{service}"


def weeks_column(codes: tuple[int, int]) -> str:
    return f"weeks_{codes[0]}_{codes[1]}"


def bits_column(since_day: int, kind: str) -> str:
    return f"bits_{since_day}_{kind}"


def counted_facts(facts: pl.LazyFrame, books: Books, job: Job) -> pl.LazyFrame:
    """Put prices, look-backs and benefit groups of a model to the counts of each citizen."""
    within = {
        since: functools.reduce(operator.or_, (pl.col(bits_column(since, kind)) for kind in job.kinds))
        for since in (job.since_day, job.cancer_since_day)
    }
    bits = (within[job.since_day] & ~job.cancer) | (within[job.cancer_since_day] & job.cancer)
    permanent, temporary = (
        pl.sum_horizontal(pl.col(weeks_column(codes)).cast(pl.Int16) for codes in groups)
        for groups in (job.permanent, job.temporary)
    )
    oere = pl.sum_horizontal(
        pl.col(count_column(service)).cast(pl.Int64) * price for service, price in job.prices.items()
    )
    return traits(facts, books, job).with_columns(
        clinic_of(books, job), oere=oere, bits=bits, permanent=permanent, temporary=temporary
    )
