"""The layout that Polars likes best, made from extracts: integers, sorted by citizen, in parts; and facts from them.

Rows are dealt to parts of so many citizens first, then each part is sorted by itself: little memory, and small tables
of sums whenever a part is gone over.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.peers.job import day_of
from benchmarks.peers.polars_layouts import (
    MANIFEST,
    Books,
    Own,
    bits_column,
    count_column,
    icd10,
    numbered,
    part_file,
    positions,
    read_own,
    table,
    weeks_column,
)
from benchmarks.peers.polars_people import NOT_GROUP_1, bits_of, by_code, enrolled
from benchmarks.peers.polars_registers import KINDS, Registers
from fordel_dask.facts.definition import LOOKBACK_YEARS, benefit_groups, conditions, first_of_october
from fordel_dask.fees import schedule_in_force

CITIZENS_A_PART = 100_000
GENERAL_PRACTICE = "80"
CODES_OF_PERSONS = {"civil_status": "CIVST", "municipality": "KOM", "country": "OPR_LAND", "origin_type": "IE_TYPE"}
ORDER = {
    "enrolment": ("citizen", "first_day"),
    "services": ("citizen", "service"),
    "diagnoses": ("citizen", "code"),
    "benefits": ("citizen", "code"),
}


def prepare(registers: Path, own: Path) -> None:
    """Write all tables in parts."""
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    Preparation(Registers(registers), own).write()


def prepare_facts(own: Path) -> None:
    """Add the facts of each part to what was prepared."""
    prepared = read_own(own)
    for n in range(len(prepared.parts)):
        write_facts(prepared, n)


@dataclass(frozen=True)
class Preparation:
    """Extracts on their way to parts."""

    registers: Registers
    own: Path

    def write(self) -> None:
        population = self.registers.population().sort("citizen").collect(engine="streaming")
        number = pl.int_range(pl.len(), dtype=pl.Int32)
        persons = population.lazy().select("citizen", number=number)
        parts = max(1, -(-population.height // CITIZENS_A_PART))
        books = {name: book(population[column]) for name, column in CODES_OF_PERSONS.items()}
        self.write_population(population, books, parts)
        del population
        books["service"] = self.book_of(self.registers.services(), "SPECIALE")
        books["clinic"] = self.book_of(self.registers.spells(), "YDERNR")
        listed = listed_diagnoses(self.registers.diagnosis_codes())
        books["diagnosis"] = tuple(sorted(set(listed.values())))
        for name, rows in self.tables(books, listed).items():
            self.deal(name, rows.join(persons, on="citizen"), parts)
        manifest = {"year": self.registers.year, "parts": parts, "books": books}
        (self.own / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")

    def book_of(self, rows: pl.LazyFrame, column: str) -> tuple[str, ...]:
        return book(rows.select(pl.col(column).unique()).collect(engine="streaming").to_series())

    def write_population(self, population: pl.DataFrame, books: Books, parts: int) -> None:
        codes = [
            pl.col(column).replace_strict(positions(books[name]), default=-1, return_dtype=pl.Int16).alias(name)
            for name, column in CODES_OF_PERSONS.items()
        ]
        (self.own / "population").mkdir()
        for n in range(parts):
            some = population.lazy().slice(n * CITIZENS_A_PART, CITIZENS_A_PART)
            some.select("sex", "birth_day", *codes).sink_parquet(
                part_file(self.own, "population", n), engine="streaming"
            )

    def tables(self, books: Books, listed: Mapping[str, str]) -> dict[str, pl.LazyFrame]:
        """Give the rows of every table, persons still by their key."""
        registers, of_book = self.registers, positions(books["diagnosis"])
        codes = {sks: of_book[code] for sks, code in listed.items()}
        found = pl.concat([registers.diagnoses(pair, codes, -(2**31)) for pair in registers.declared["lpr"]])
        kinds = table("kind", "position", positions(KINDS), pl.Int8)
        services = table("SPECIALE", "service", positions(books["service"]), pl.Int16)
        clinics = table("YDERNR", "clinic", positions(books["clinic"]), pl.Int32)
        weeks = registers.benefit_weeks().unpivot(index="citizen", value_name="code").filter(pl.col("code") > 0)
        return {
            "services": registers.services()
            .join(services, on="SPECIALE")
            .select("citizen", "service", pl.col("quantity").cast(pl.Int32)),
            "diagnoses": found.join(kinds, on="kind").select(
                "citizen", pl.col("code").cast(pl.Int32), "day", kind="position"
            ),
            "benefits": weeks.group_by("citizen", "code").agg(weeks=pl.len().cast(pl.Int8)),
            "enrolment": registers.spells()
            .join(clinics, on="YDERNR", how="left")
            .select("citizen", pl.col("clinic").fill_null(-1), "first_day", "last_day"),
        }

    def deal(self, name: str, rows: pl.LazyFrame, parts: int) -> None:
        """Deal rows of numbered persons to parts, then sort each."""
        dealt = self.own / f"{name}.dealt"
        place = rows.drop("citizen").with_columns(
            part=pl.col("number") // CITIZENS_A_PART, citizen=pl.col("number") % CITIZENS_A_PART
        )
        place.drop("number").sink_parquet(
            pl.PartitionBy(dealt, key="part", include_key=False),
            mkdir=True,
            compression="lz4",
            maintain_order=False,
            engine="streaming",
        )
        (self.own / name).mkdir()
        nothing = place.drop("number", "part").clear().collect()
        for n in range(parts):
            files = dealt / f"part={n}"
            some = pl.scan_parquet(files / "*.parquet") if files.exists() else nothing.lazy()
            some.sort(ORDER[name]).sink_parquet(part_file(self.own, name, n), engine="streaming")
        shutil.rmtree(dealt, ignore_errors=True)


def book(codes: pl.Series) -> tuple[str, ...]:
    """Give different codes in the order of text, without a blank."""
    return tuple(sorted(code for code in codes.unique() if code))


def listed_diagnoses(codes: tuple[str, ...]) -> dict[str, str]:
    """Give the ICD-10 code of every SKS code that shows a condition."""
    prefixes = tuple(prefix for condition in conditions() for prefix in condition.prefixes)
    return {sks: code for sks in codes if (code := icd10(sks)).startswith(prefixes)}


def write_facts(own: Own, part: int) -> None:
    """Count a part once for all models: services by code, weeks by benefit group, conditions by look-back and kind."""
    files, schedule = own.parts[part], schedule_in_force(first_of_october(own.year))
    scan = {name: pl.scan_parquet(files[name]) for name in ORDER}
    codes = (*schedule.contact_prices("standard"), *schedule.chronic_months)
    counts = service_counts(scan["services"], own.books["service"], [GENERAL_PRACTICE + code for code in codes])
    spells = enrolled(scan["enrolment"], day_of(own.year - 1), day_of(own.year))
    facts = numbered(pl.scan_parquet(files["population"]))
    for found in (counts, benefit_weeks(scan["benefits"]), condition_bits(scan["diagnoses"], own), spells):
        facts = facts.join(found, on="citizen", how="left", maintain_order="left")
    facts = facts.drop("citizen").with_columns(pl.col("clinic").fill_null(NOT_GROUP_1)).fill_null(0)
    files["facts"].parent.mkdir(exist_ok=True)
    facts.sink_parquet(files["facts"], engine="streaming")


def service_counts(services: pl.LazyFrame, of_book: tuple[str, ...], codes: list[str]) -> pl.LazyFrame:
    """Give how many of each service, by citizen."""
    number = positions(of_book)
    rows = services.filter(pl.col("service").is_in([number[code] for code in codes if code in number]))
    counts = (
        (pl.col("quantity") * (pl.col("service") == number.get(code, -1)))
        .sum()
        .cast(pl.Int16)
        .alias(count_column(code))
        for code in codes
    )
    return rows.group_by("citizen").agg(*counts)


def benefit_weeks(benefits: pl.LazyFrame) -> pl.LazyFrame:
    """Give the weeks of each benefit group, by citizen."""
    weeks = (
        (pl.col("weeks") * pl.col("code").is_between(*codes)).sum().cast(pl.Int8).alias(weeks_column(codes))
        for codes in benefit_groups().values()
    )
    return benefits.group_by("citizen").agg(*weeks)


def condition_bits(diagnoses: pl.LazyFrame, own: Own) -> pl.LazyFrame:
    """Give the bits of conditions of each look-back and kind of diagnosis, by citizen."""
    prefixes = [(prefix, 1 << condition.bit) for condition in conditions() for prefix in condition.prefixes]
    bits = by_code((bits_of(code, prefixes) for code in own.books["diagnosis"]), pl.Int64).gather(pl.col("code"))
    rows = diagnoses.filter(pl.col("day") < day_of(own.year)).with_columns(bits=bits)
    marks = (
        pl.when((pl.col("day") >= since) & (pl.col("kind") == KINDS.index(kind)))
        .then(pl.col("bits"))
        .otherwise(0)
        .bitwise_or()
        .alias(bits_column(since, kind))
        for since in (day_of(own.year - years) for years in LOOKBACK_YEARS)
        for kind in KINDS
    )
    return rows.group_by("citizen").agg(*marks)
