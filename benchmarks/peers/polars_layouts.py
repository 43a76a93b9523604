"""Where Polars starts from: extracts, parts of integer tables (our store or its own), or one row of facts a citizen."""

import functools
import itertools
import json
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.peers.job import Job
from benchmarks.peers.polars_people import (
    NOT_GROUP_1,
    Rows,
    bits_of,
    by_code,
    counted_bits,
    facts_of,
    people_of,
)
from benchmarks.peers.polars_registers import KINDS, Registers
from fordel_dask.store import Store, open_store

TABLES = ("population", "enrolment", "services", "diagnoses", "benefits")
MANIFEST = "manifest.json"
BENEFIT_CODES = 1 << 15
"""More than any number of the type that benefit codes are read as."""

WEEKS_ROOM = 1 << 7
"""More than a year has weeks: permanent and temporary weeks share one number."""

Books = Mapping[str, tuple[str, ...]]
Part = Mapping[str, Path]
"""The file of each table of one range of citizens; ``citizen`` is the position among them."""


def people(layout: str, source: Path, job: Job) -> list[pl.LazyFrame]:
    """Build the queries of a layout: one for each part, one in all for extracts."""
    if layout == "raw":
        return [people_of(facts_of(rows_of_registers(Registers(source), job), job), job)]
    if layout == "ours":
        store = open_store(source)
        books, parts = store.codebooks, parts_of_store(store)
    else:
        own = read_own(source)
        if own.year != job.year:
            raise SystemExit(f"{source} was prepared for {own.year}, not for {job.year}. Prepare it anew.")
        books, parts = own.books, own.parts
    arrays = code_arrays(books, job)
    if layout == "facts":
        return [people_of(counted_facts(pl.scan_parquet(part["facts"]), arrays, job), job) for part in parts]
    return [people_of(facts_of(rows_of_part(part, arrays, job), job), job) for part in parts]


def parts_of_store(store: Store) -> tuple[Part, ...]:
    """Give the files of each partition of our store."""
    files = {table: [store.root / part.file for part in store.parts(table)] for table in TABLES}
    return tuple({table: files[table][n] for table in TABLES} for n in range(store.grid.partitions))


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


@dataclass(frozen=True)
class CodeArrays:
    """What a model asks of each code of the books, once for all parts: arrays to gather from."""

    municipality: pl.Expr  # position in the job
    country: pl.Expr  # whether it is one of MENAPT
    origin_type: pl.Expr
    civil_status: pl.Expr
    clinic: pl.Expr  # position in the job; −1 and −2 as they are
    price: pl.Expr  # øre
    bits: pl.Expr
    benefit: pl.Expr


def code_arrays(books: Books, job: Job) -> CodeArrays:
    """Look up all codes of the books. Those of clinics are sorted, as the job's are: larger stays larger."""

    def among(book: str, wanted: tuple[str, ...]) -> pl.Expr:
        return by_code((code in wanted for code in books[book]), pl.Boolean)

    places, clinics = positions(job.municipalities), positions(job.clinics)
    return CodeArrays(
        by_code((places.get(code, -1) for code in books["municipality"]), pl.Int16, -1),
        among("country", job.menapt),
        among("origin_type", job.origin_types),
        among("civil_status", job.alone),
        by_code([*(clinics.get(code, -1) for code in books["clinic"]), NOT_GROUP_1], pl.Int32, -1),
        by_code((job.prices.get(code, 0) for code in books["service"]), pl.Int64),
        by_code((bits_of(code, job.prefixes) for code in books["diagnosis"]), pl.Int64),
        benefit_kinds(job),
    )


def traits(population: pl.LazyFrame, arrays: CodeArrays) -> pl.LazyFrame:
    """Put what a model asks of a person in the place of codes; persons of other municipalities go."""
    return population.with_columns(
        arrays.municipality.gather(pl.col("municipality")).alias("municipality"),
        menapt=arrays.country.gather(pl.col("country")) & arrays.origin_type.gather(pl.col("origin_type")),
        alone=arrays.civil_status.gather(pl.col("civil_status")),
    ).filter(pl.col("municipality") >= 0)


def rows_of_part(part: Part, arrays: CodeArrays, job: Job) -> Rows:
    """Give the rows of one part of integer tables: our store's partition, or one's own."""
    scan = {table: pl.scan_parquet(part[table]) for table in TABLES}
    if "group" in scan["enrolment"].collect_schema():
        scan["enrolment"] = scan["enrolment"].filter(pl.col("group") == 1)
    kinds = [KINDS.index(kind) for kind in job.kinds]
    bits = counted_bits(arrays.bits.gather(pl.col("code")), pl.col("day"), job)
    weeks = pl.col("weeks").cast(pl.Int16) * arrays.benefit.gather(pl.col("code"))
    clinic = arrays.clinic.gather(pl.col("clinic")).alias("clinic")
    return Rows(
        traits(numbered(scan["population"]), arrays),
        scan["services"].select("citizen", oere=pl.col("quantity") * arrays.price.gather(pl.col("service"))),
        scan["diagnoses"].filter(pl.col("kind").is_in(kinds)).select("citizen", bits=bits),
        scan["benefits"].select("citizen", *permanent_and_temporary(weeks)),
        scan["enrolment"].select("citizen", clinic, "first_day", "last_day"),
    )


def numbered(population: pl.LazyFrame) -> pl.LazyFrame:
    """Number citizens by their position, in the type that other tables have."""
    return population.with_row_index("citizen").with_columns(pl.col("citizen").cast(pl.Int32))


def rows_of_registers(registers: Registers, job: Job) -> Rows:
    """Give the rows of extracts, keyed by person: sums need no numbers of citizens, only the last joins do."""
    if registers.year != job.year:
        raise SystemExit(f"{registers.root} is of {registers.year}, not of {job.year}.")
    since = min(job.since_day, job.cancer_since_day)
    listed = listed_codes(registers, job)
    found = pl.concat([registers.diagnoses(pair, listed, since) for pair in registers.declared["lpr"]])
    weeks = registers.benefit_weeks()
    kinds = benefit_kinds(job)
    columns = [pl.col(name) for name in weeks.collect_schema().names() if name != "citizen"]
    return Rows(
        traits_of_text(registers.population(), job),
        registers.services()
        .join(table("SPECIALE", "price", job.prices, pl.Int64), on="SPECIALE")
        .select("citizen", oere=pl.col("quantity") * pl.col("price")),
        found.filter(pl.col("kind").is_in(job.kinds)).select(
            "citizen", bits=counted_bits(pl.col("code"), pl.col("day"), job)
        ),
        weeks.select("citizen", *permanent_and_temporary(pl.sum_horizontal(kinds.gather(week) for week in columns))),
        registers.spells()
        .join(table("YDERNR", "clinic", positions(job.clinics), pl.Int32), on="YDERNR", how="left")
        .select("citizen", pl.col("clinic").fill_null(-1), "first_day", "last_day")
        .sort("citizen", "first_day"),
    )


def listed_codes(registers: Registers, job: Job) -> dict[str, int]:
    """Give the SKS codes of the extracts that show a condition, with their bits."""
    bits = {code: bits_of(icd10(code), job.prefixes) for code in registers.diagnosis_codes()}
    return {code: bit for code, bit in bits.items() if bit}


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


def benefit_kinds(job: Job) -> pl.Expr:
    """Give 1 for a permanent benefit and ``WEEKS_ROOM`` for a temporary one, so that one sum counts weeks of both."""
    kinds = dict.fromkeys(codes_in(job.temporary), WEEKS_ROOM) | dict.fromkeys(codes_in(job.permanent), 1)
    return by_code((kinds.get(code, 0) for code in range(BENEFIT_CODES)), pl.Int16)


def codes_in(ranges: tuple[tuple[int, int], ...]) -> Iterator[int]:
    return itertools.chain.from_iterable(range(first, last + 1) for first, last in ranges)


def permanent_and_temporary(both: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Take the weeks of both kinds apart again."""
    return (both % WEEKS_ROOM).alias("permanent"), (both // WEEKS_ROOM).alias("temporary")


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


def counted_facts(facts: pl.LazyFrame, arrays: CodeArrays, job: Job) -> pl.LazyFrame:
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
    return traits(facts, arrays).with_columns(
        clinic=arrays.clinic.gather(pl.col("clinic")), oere=oere, bits=bits, permanent=permanent, temporary=temporary
    )
