"""A range of citizens in pandas and numpy: what pandas and dask.dataframe do alike, from coded rows to sums.

Rows are *coded* (integers, with a book of texts for each kind of code) and then *valued*: what a job asks of a row is
looked up by its code, so no row is ever compared as text. ``citizen`` is a position from 0 in the range. Amounts are
added up by ``np.bincount`` in binary floats, which hold whole numbers below 2⁵³ exactly: 9·10¹⁵ øre or days.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.peers.job import EPOCH, CellSums, Integers, Job

Frames = Mapping[str, pd.DataFrame]
Books = Mapping[str, Sequence[str]]

BLANK = -1
NOT_ENROLLED = -2  # the clinic of whoever is not in group 1 at the status date
COUNTED_GROUP = 1
DREAM_CODES = 1000
NO_BENEFIT, TEMPORARY, PERMANENT = 0, 1, 2

CODED = {
    "population": {
        "sex": "int8",
        "birth_day": "int32",
        "civil_status": "int16",
        "municipality": "int16",
        "country": "int16",
        "origin_type": "int16",
    },
    "enrolment": {"citizen": "int32", "clinic": "int32", "group": "int8", "first_day": "int32", "last_day": "int32"},
    "services": {"citizen": "int32", "service": "int16", "quantity": "int32"},
    "diagnoses": {"citizen": "int32", "code": "int32", "kind": "int8", "day": "int32"},
    "benefits": {"citizen": "int32", "code": "int16", "weeks": "int8"},
}
"""Columns of coded rows; the population has one row a citizen, in order."""

BOOK_OF = {"code": "diagnosis"}
"""The book of a coded column where it has another name."""

PEOPLE = {"place": "int32", "clinic": "int32", "days": "int16", "oere": "int64"}
"""What is known of a citizen in the end: municipality × cell, clinic, days enrolled and øre of the fee year."""


class Meanings:
    """What each code of the books means for a job: arrays by code, of which the last entry is that of a blank (−1)."""

    def __init__(self, job: Job, books: Books) -> None:
        self.job = job
        self._books = books

    def _table(self, book: str, meaning: Callable[[str], Any], blank: Any, kind: str) -> NDArray[Any]:
        return np.array([*map(meaning, self._books[book]), blank], dtype=kind)

    @cached_property
    def prices(self) -> Integers:
        """Øre of a unit of each service."""
        return self._table("service", lambda code: self.job.prices.get(code, 0), 0, "int64")

    @cached_property
    def bits(self) -> Integers:
        """Condition bits of each diagnosis."""
        of_prefix: dict[str, int] = {}
        for prefix, bit in self.job.prefixes:
            of_prefix[prefix] = of_prefix.get(prefix, 0) | bit
        lengths = sorted(set(map(len, of_prefix)))

        def bits_of(code: str) -> int:
            bits = 0
            for begun in {code[:length] for length in lengths if code}:
                bits |= of_prefix.get(begun, 0)
            return bits

        return self._table("diagnosis", bits_of, 0, "int64")

    @cached_property
    def kinds(self) -> NDArray[np.bool_]:
        """Whether each kind of diagnosis counts."""
        return self._table("kind", lambda kind: kind in self.job.kinds, False, "bool")

    @cached_property
    def clinics(self) -> NDArray[np.int32]:
        """Position of each clinic in the job."""
        positions = {number: n for n, number in enumerate(self.job.clinics)}
        return self._table("clinic", lambda number: positions.get(number, BLANK), BLANK, "int32")

    @cached_property
    def municipalities(self) -> NDArray[np.int16]:
        """Position of each municipality in the job; −1 is none of them."""
        positions = {code: n for n, code in enumerate(self.job.municipalities)}
        return self._table("municipality", lambda code: positions.get(code, BLANK), BLANK, "int16")

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """Whether each civil status is one of those widowed or divorced."""
        return self._table("civil_status", lambda status: status in self.job.alone, False, "bool")

    @cached_property
    def menapt(self) -> NDArray[np.bool_]:
        """Whether each country is one of MENAPT."""
        return self._table("country", lambda country: country in self.job.menapt, False, "bool")

    @cached_property
    def foreign(self) -> NDArray[np.bool_]:
        """Whether each type of origin counts as foreign."""
        return self._table("origin_type", lambda origin: origin in self.job.origin_types, False, "bool")

    @cached_property
    def benefits(self) -> NDArray[np.int8]:
        """Kind of benefit by DREAM code."""
        table = np.full(DREAM_CODES, NO_BENEFIT, dtype=np.int8)
        for kind, ranges in ((TEMPORARY, self.job.temporary), (PERMANENT, self.job.permanent)):
            for first, last in ranges:
                table[first : last + 1] = kind
        return table


def valued_population(population: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give sex, birth day, municipality, MENAPT origin and civil status as the job sees them."""
    origin = meanings.menapt[population["country"]] & meanings.foreign[population["origin_type"]]
    return population[["sex", "birth_day"]].assign(
        municipality=meanings.municipalities[population["municipality"]],
        menapt=origin,
        alone=meanings.alone[population["civil_status"]],
    )


def valued_enrolment(enrolment: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give the spells in group 1 that touch the fee year or the status date, with the job's number of their clinic."""
    job = meanings.job
    kept = (enrolment["group"] == COUNTED_GROUP) & (enrolment["first_day"] <= job.status_day)
    spells = enrolment[kept & (enrolment["last_day"] >= job.first_day)]
    return spells[["citizen", "first_day", "last_day"]].assign(clinic=meanings.clinics[spells["clinic"]])


def valued_services(services: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give the øre of each row."""
    oere = meanings.prices[services["service"].to_numpy()] * services["quantity"].to_numpy()
    return services[["citizen"]].assign(oere=oere)


def with_bits(diagnoses: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give the condition bits of diagnoses instead of code and kind, without those that show no condition."""
    bits = meanings.bits[diagnoses["code"].to_numpy()] * meanings.kinds[diagnoses["kind"].to_numpy()]
    return diagnoses.drop(columns=["code", "kind"]).assign(bits=bits)[bits != 0]


def within_windows(diagnoses: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Give the bits that are recent enough; cancer has a look-back of its own."""
    day, bits = diagnoses["day"].to_numpy(), diagnoses["bits"].to_numpy()
    others = bits & np.where(day >= job.since_day, ~job.cancer, 0)
    cancer = bits & np.where(day >= job.cancer_since_day, job.cancer, 0)
    counted = np.where(day < job.status_day, others | cancer, 0)
    return diagnoses[["citizen"]].assign(bits=counted)[counted != 0]


def valued_diagnoses(diagnoses: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give the condition bits of diagnoses that count."""
    return within_windows(with_bits(diagnoses, meanings), meanings.job)


def valued_benefits(benefits: pd.DataFrame, meanings: Meanings) -> pd.DataFrame:
    """Give weeks of permanent and of temporary benefits, of rows that have either."""
    kind = meanings.benefits[benefits["code"].to_numpy()]
    weeks, kept = benefits["weeks"].to_numpy(), kind != NO_BENEFIT
    permanent, temporary = weeks * (kind == PERMANENT), weeks * (kind == TEMPORARY)
    return benefits[["citizen"]].assign(permanent=permanent, temporary=temporary)[kept]


def valued(coded: Frames, meanings: Meanings) -> dict[str, pd.DataFrame]:
    """Give all rows of a range as the job sees them."""
    return {
        "population": valued_population(coded["population"], meanings),
        "enrolment": valued_enrolment(coded["enrolment"], meanings),
        "services": valued_services(coded["services"], meanings),
        "diagnoses": valued_diagnoses(coded["diagnoses"], meanings),
        "benefits": valued_benefits(coded["benefits"], meanings),
    }


def people_of(rows: Frames, job: Job) -> pd.DataFrame:
    """Give the citizens of a range from its valued rows, spells and diagnoses sorted by citizen.

    Persons of unknown sex, birth or municipality are left out.
    """
    population = rows["population"]
    size = len(population)
    cell = cells_of(population, conditions_of(rows["diagnoses"], size), weeks_of(rows["benefits"], size), job)
    municipality = population["municipality"].to_numpy(np.int32)
    clinic, days = enrolled(rows["enrolment"], size, job)
    oere = np.maximum(summed(rows["services"], "oere", size), 0)
    people = pd.DataFrame({"place": municipality * job.cells + cell, "clinic": clinic, "days": days, "oere": oere})
    counts = (municipality >= 0) & population["sex"].isin((1, 2)) & (population["birth_day"] <= job.status_day)
    return (people if counts.all() else people[counts]).astype(PEOPLE)


def summed(rows: pd.DataFrame, column: str, size: int) -> Integers:
    """Add up a column by citizen."""
    return np.bincount(rows["citizen"], weights=rows[column], minlength=size).astype(np.int64)


def weeks_of(benefits: pd.DataFrame, size: int) -> tuple[Integers, Integers]:
    """Give each citizen's weeks of permanent and of temporary benefits."""
    return summed(benefits, "permanent", size), summed(benefits, "temporary", size)


def conditions_of(diagnoses: pd.DataFrame, size: int) -> Integers:
    """Give the condition bits of each citizen, from rows sorted by citizen."""
    found = np.zeros(size, dtype=np.int64)
    if len(diagnoses):
        citizen = diagnoses["citizen"].to_numpy()
        begins = np.flatnonzero(np.diff(citizen, prepend=-1))
        found[citizen[begins]] = np.bitwise_or.reduceat(diagnoses["bits"].to_numpy(), begins)
    return found


def enrolled(spells: pd.DataFrame, size: int, job: Job) -> tuple[NDArray[np.int32], Integers]:
    """Give clinic at the status date and days in the union of spells, from spells sorted by citizen and first day."""
    citizen = spells["citizen"].to_numpy(np.int64)
    first, last = spells["first_day"].to_numpy(np.int64), spells["last_day"].to_numpy(np.int64)
    begin, end = np.maximum(first, job.first_day), np.minimum(last + 1, job.status_day)
    reached = np.maximum.accumulate(citizen * job.status_day + end)  # the next citizen's first end outdoes all earlier
    before = np.zeros_like(reached)
    before[1:] = reached[:-1] - citizen[1:] * job.status_day  # of an earlier citizen: at most 0
    covered = np.maximum(end - np.maximum(begin, before), 0)
    days = np.bincount(citizen, weights=covered, minlength=size).astype(np.int64)
    return clinic_at_status_date(citizen, first, last, spells["clinic"].to_numpy(np.int64), (size, job)), days


def clinic_at_status_date(
    citizen: Integers, first: Integers, last: Integers, clinic: Integers, whose: tuple[int, Job]
) -> NDArray[np.int32]:
    """Give the clinic of the spell begun last; of several on one day, the largest number, blank being the smallest."""
    size, job = whose
    current = (first <= job.status_day) & (last >= job.status_day)
    clinics = len(job.clinics) + 1
    earliest = int(first.min(initial=0))
    latest = np.full(size, NOT_ENROLLED, dtype=np.int64)
    np.maximum.at(latest, citizen[current], (first[current] - earliest) * clinics + clinic[current] + 1)
    return np.where(latest == NOT_ENROLLED, NOT_ENROLLED, latest % clinics - 1).astype(np.int32)


def cells_of(population: pd.DataFrame, bits: Integers, weeks: tuple[Integers, Integers], job: Job) -> NDArray[np.int32]:
    """Give the cell of each citizen."""
    age = ages_of(population["birth_day"].to_numpy(), job)
    bands = job.levels[0] // 2
    band = np.minimum(age // job.band_years, bands - 1) + bands * (population["sex"].to_numpy() == 2)
    permanent, temporary = weeks
    outside = (permanent + temporary >= job.benefit_weeks).astype(np.int8) + (permanent >= job.benefit_weeks)
    working = (age >= job.working_age[0]) & (age <= job.working_age[1])
    somatic = np.searchsorted(job.cut_points, np.bitwise_count(bits & job.somatic), side="right")
    terms = (
        band,
        population["menapt"].to_numpy(),
        population["alone"].to_numpy(),
        np.where(working, outside, 0),
        somatic,
        (bits & job.psychiatric) != 0,
    )
    cell = np.zeros(len(population), dtype=np.int32)
    for levels, term in zip(job.levels, terms, strict=True):
        cell = cell * np.int32(levels) + term.astype(np.int32)
    return cell


def ages_of(birth_day: NDArray[np.int32], job: Job) -> NDArray[np.int32]:
    """Give completed years on the status date, which is a 1 January."""
    born = birth_day.astype("datetime64[D]")
    years = born.astype("datetime64[Y]")
    before = job.year - EPOCH.year - years.astype(np.int32)
    return (before - (born != years.astype("datetime64[D]"))).astype(np.int32)


@dataclass(frozen=True)
class Sums:
    """Sums over some citizens, int64; ``sampled`` (clinics) counts the patients in the sample.

    ``sample`` (3, cells) and ``citizens`` (municipalities × cells) and ``persons`` as in :class:`CellSums`.
    """

    sample: Integers
    citizens: Integers
    patients: Integers
    sampled: Integers
    persons: Integers

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def sums_of(people: pd.DataFrame, job: Job) -> Sums:
    """Add up the citizens of a range."""
    place, clinic = people["place"].to_numpy(), people["clinic"].to_numpy()
    sampled = sampled_of(people, job)
    cell = place[sampled] % job.cells
    places, clinics = len(job.municipalities) * job.cells, len(job.clinics)
    counts = [np.bincount(cell, minlength=job.cells)]
    amounts = [np.bincount(cell, people[name].to_numpy()[sampled], job.cells) for name in ("days", "oere")]
    return Sums(
        np.stack([*counts, *amounts]).astype(np.int64),
        np.bincount(place[clinic != NOT_ENROLLED], minlength=places),
        np.bincount(clinic[clinic >= 0], minlength=clinics),
        np.bincount(clinic[sampled], minlength=clinics),
        np.bincount(place // job.cells, minlength=len(job.municipalities)),
    )


def sampled_of(people: pd.DataFrame, job: Job) -> NDArray[np.bool_]:
    """Tell who is in the estimation sample."""
    of_clinic = np.array([*job.sampled, False, False])  # the last two: not enrolled, and no clinic
    return of_clinic[people["clinic"].to_numpy()] & (people["days"].to_numpy() > 0)


def total(parts: Iterable[Sums]) -> Sums:
    """Add up the sums of several ranges, one at a time."""
    found = iter(parts)
    result = next(found)
    for part in found:
        result = result + part
    return result


def cell_sums_of(sums: Sums, job: Job) -> CellSums:
    """Give sums as the job wants them."""
    shape = len(job.municipalities), math.prod(job.levels)
    sampled_clinics = int(np.count_nonzero(sums.sampled))
    return CellSums(sums.sample, sums.citizens.reshape(shape), sums.patients, sampled_clinics, sums.persons)


def patients_of(people: pd.DataFrame) -> pd.DataFrame:
    """Give place and clinic of those in group 1 with a clinic: all that the second pass needs."""
    return people.loc[people["clinic"] >= 0, ["place", "clinic"]]


def nano_of(patients: pd.DataFrame, nano: Integers, job: Job) -> Integers:
    """Add up the weights of each clinic's patients, exactly."""
    result = np.zeros(len(job.clinics), dtype=np.int64)
    np.add.at(result, patients["clinic"].to_numpy(), nano.ravel()[patients["place"].to_numpy()])
    return result
