"""From rows of registers to people in Polars: joins and sums, covariates, and sums by cell, all as lazy queries.

A query is built from :class:`Rows`, the same for every layout, and run by the streaming engine. What was tried and
kept: a lookup is a gather from a literal array, not a join; sums go before joins; keys are integers; days that
several spells cover are found by a running maximum over sorted rows, without a window for each citizen.
"""

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.peers.job import CellSums, Integers, Job

NOT_GROUP_1 = -2
"""Clinic of citizens whom no group-1 spell covers; a blank clinic is −1."""

CLINIC_ROOM = 1 << 20
"""More than there are clinics: a spell's first day and its clinic share one number, whose maximum wins."""

YEAR_ROOM = 1 << 9
"""More than a year has days: a citizen and a day of the fee year share one number."""


@dataclass(frozen=True)
class Rows:
    """Rows of some citizens, what a model wants of each row already looked up; ``citizen`` is any integer key.

    ``population`` (one row each): citizen, sex, birth_day, municipality (position), menapt, alone. ``services``:
    citizen, oere. ``diagnoses``: citizen, bits of the conditions that count. ``benefits``: citizen, permanent and
    temporary weeks. ``spells`` of group 1, sorted by citizen and first day: citizen, clinic (position, or −1),
    first_day, last_day. Days count from 1970-01-01.
    """

    population: pl.LazyFrame
    services: pl.LazyFrame
    diagnoses: pl.LazyFrame
    benefits: pl.LazyFrame
    spells: pl.LazyFrame


def by_code(values: Iterable[int], dtype: type[pl.DataType], blank: int = 0) -> pl.Expr:
    """Give an array to gather the value of each code from; a blank code, −1, takes the last."""
    return pl.lit(pl.Series([*map(int, values), blank], dtype=pl.Int64).cast(dtype))


def bits_of(code: str, prefixes: Iterable[tuple[str, int]]) -> int:
    """Give the bits of all conditions that an ICD-10 code shows, written without its D."""
    return functools.reduce(operator.or_, (bit for prefix, bit in prefixes if code.startswith(prefix)), 0)


def counted_bits(bits: pl.Expr, day: pl.Expr, job: Job) -> pl.Expr:
    """Give the bits of a diagnosis that count on its day: cancer has a look-back of its own."""
    cancer = pl.when(day >= job.cancer_since_day).then(bits & job.cancer).otherwise(0)
    others = pl.when(day >= job.since_day).then(bits & ~job.cancer).otherwise(0)
    return pl.when(day < job.status_day).then(cancer | others).otherwise(0)


def facts_of(rows: Rows, job: Job) -> pl.LazyFrame:
    """Give one row for everybody of the population: clinic, days, oere, bits, permanent, temporary beside traits."""
    used = rows.services.group_by("citizen").agg(pl.col("oere").sum())
    ill = rows.diagnoses.group_by("citizen").agg(pl.col("bits").bitwise_or())
    outside = rows.benefits.group_by("citizen").agg(pl.col("permanent").sum(), pl.col("temporary").sum())
    facts = rows.population
    for found in (used, ill, outside, enrolled(rows.spells, job.first_day, job.status_day)):
        facts = facts.join(found, on="citizen", how="left")
    return facts.with_columns(
        pl.col("oere", "bits", "permanent", "temporary", "days").fill_null(0),
        pl.col("clinic").fill_null(NOT_GROUP_1),
    )


def enrolled(spells: pl.LazyFrame, year_begins: int, status_day: int) -> pl.LazyFrame:
    """Give days of the fee year in the union of a citizen's spells, and the clinic at the status day.

    ``reach`` is how far into the year the spells of a citizen up to this one go; those of earlier citizens are
    smaller numbers, so that one running maximum serves all.
    """
    citizen = pl.col("citizen").cast(pl.Int64) * YEAR_ROOM
    begin = (pl.col("first_day") - year_begins).clip(lower_bound=0)
    end = pl.col("last_day").clip(upper_bound=status_day - 1) - (year_begins - 1)
    covered = (pl.col("reach").cum_max().shift(1) - citizen).fill_null(0).clip(lower_bound=0)
    current = pl.col("last_day").ge(status_day) & pl.col("first_day").le(status_day)
    pick = pl.col("first_day").cast(pl.Int64) * CLINIC_ROOM + (pl.col("clinic") + 1)
    return (
        spells.with_columns(begin=begin, end=end, pick=pl.when(current).then(pick))
        .with_columns(reach=citizen + pl.col("end").clip(lower_bound=0))
        .with_columns(days=(pl.col("end") - pl.max_horizontal("begin", covered)).clip(lower_bound=0))
        .group_by("citizen")
        .agg(pl.col("days").sum(), pl.col("pick").max())
        .select(
            "citizen",
            pl.col("days").cast(pl.Int16),
            clinic=((pl.col("pick") & (CLINIC_ROOM - 1)) - 1).cast(pl.Int32).fill_null(NOT_GROUP_1),
        )
    )


def people_of(facts: pl.LazyFrame, job: Job) -> pl.LazyFrame:
    """Give clinic, place, days and oere of everybody; ``place`` is municipality × cells + cell."""
    cell: pl.Expr = pl.lit(0, pl.Int32)
    for level, levels in zip(levels_of(job), job.levels, strict=True):
        cell = cell * levels + level.cast(pl.Int32)
    place = pl.col("municipality").cast(pl.Int32) * job.cells + cell
    return facts.select("clinic", "days", place=place, oere=pl.col("oere").clip(lower_bound=0))


def levels_of(job: Job) -> tuple[pl.Expr, ...]:
    """Give the levels of the six terms, in their order."""
    birth = pl.col("birth_day").cast(pl.Date)
    age = job.year - birth.dt.year() - (birth.dt.ordinal_day() > 1).cast(pl.Int32)  # on 1 January
    bands = job.levels[0] // 2
    band = (age // job.band_years).clip(upper_bound=bands - 1)
    somatic = (pl.col("bits") & job.somatic).bitwise_count_ones()
    permanent = pl.col("permanent") >= job.benefit_weeks
    outside = pl.col("permanent") + pl.col("temporary") >= job.benefit_weeks
    return (
        band + bands * (pl.col("sex") == 2).cast(pl.Int32),
        pl.col("menapt"),
        pl.col("alone"),
        pl.when(age.is_between(*job.working_age)).then(outside.cast(pl.Int32) + permanent.cast(pl.Int32)).otherwise(0),
        pl.sum_horizontal((somatic >= points).cast(pl.Int32) for points in job.cut_points),
        (pl.col("bits") & job.psychiatric) != 0,
    )


@dataclass
class PolarsSession:
    """Queries that were built, each of some citizens, and, after the first pass, clinic and place of every patient.

    Ranges of citizens are gone over one after the other, each on all threads: tables of sums stay small.
    """

    people: Sequence[pl.LazyFrame]
    job: Job
    patients: pl.DataFrame | None = None

    def cell_sums(self) -> CellSums:
        """Go over the rows once."""
        job = self.job
        people = pl.concat([some.collect(engine="streaming") for some in self.people])
        persons = people.group_by(municipality=pl.col("place") // job.cells).len()
        citizens = people.lazy().filter(pl.col("clinic") != NOT_GROUP_1)
        sampled = by_code(job.sampled, pl.Boolean).gather(pl.col("clinic")) & (pl.col("days") > 0)
        cell, clinic, place, self.patients = pl.collect_all(
            [
                citizens.filter(sampled)
                .group_by(cell=pl.col("place") % job.cells)
                .agg(pl.len(), pl.col("days").cast(pl.Int64).sum(), pl.col("oere").sum()),
                citizens.filter(pl.col("clinic") >= 0).group_by("clinic").agg(pl.len(), sampled.any().alias("sampled")),
                citizens.group_by("place").len(),
                citizens.filter(pl.col("clinic") >= 0).select("clinic", "place"),
            ],
            engine="streaming",
        )
        shape = (len(job.municipalities), job.cells)
        return CellSums(
            np.stack([spread(cell["cell"], cell[name], job.cells) for name in ("len", "days", "oere")]),
            spread(place["place"], place["len"], shape[0] * shape[1]).reshape(shape),
            spread(clinic["clinic"], clinic["len"], len(job.clinics)),
            int(clinic["sampled"].sum()),
            spread(persons["municipality"], persons["len"], shape[0]),
        )

    def clinic_nano(self, nano: Integers) -> Integers:
        """Add up weights by clinic, from what the first pass has left in memory."""
        if self.patients is None:
            raise RuntimeError("Clinics and cells are known after the first pass only.")
        weight = pl.lit(pl.Series(nano.ravel())).gather(pl.col("place"))
        weights = self.patients.lazy().select("clinic", nano=weight).group_by("clinic").agg(pl.col("nano").sum())
        sums = weights.collect(engine="streaming")
        return spread(sums["clinic"], sums["nano"], len(self.job.clinics))


def spread(numbers: pl.Series, sums: pl.Series, size: int) -> Integers:
    """Give sums by their number, 0 where there is none."""
    found = np.zeros(size, dtype=np.int64)
    found[numbers.to_numpy()] = sums.to_numpy()
    return found
