"""The job that every peer does, in plain values, and the end of it that is the same for all.

A peer goes over rows of people twice and never needs more of them: once for sums by cell, from which the weights
are estimated, and once to add up the weights of each clinic's patients. What lies between and after works on a few
thousand numbers; it is our own code for everybody, so that only the work on rows is compared and results can be
held against each other to the last digit.
"""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fordel_dask import law
from fordel_dask.capacity import area_needs, clinic_numbers, council_numbers, existing_capacities
from fordel_dask.capacity.area import AreaSums
from fordel_dask.facts.definition import CANCER, benefit_groups, bit_of, condition_bits, conditions, first_of_october
from fordel_dask.fees import schedule_in_force
from fordel_dask.model import Model, design_of
from fordel_dask.nation import Nation
from fordel_dask.pipeline import sex_of_cells
from fordel_dask.preparing import NO_CLINIC_FACTS, NO_LIVES
from fordel_dask.scoring import HomeCells, Homes, correction_of, weigh
from fordel_dask.weights import estimate
from fordel_dask.weights.sample import SampleSums

Integers = NDArray[np.int64]
SUMS_OF_SAMPLE = 8
EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Job:
    """What a model asks of the rows of people.

    ``prices``: øre of a unit (YDLANT) of each service that counts, by speciality and code (``"800411"``); every other
    service costs nothing. ``clinics`` (ydernumre), ``sampled`` (whether a clinic's patients are in the estimation
    sample) and ``municipalities`` fix the numbering of all sums. ``prefixes``: the ICD-10 prefix of each condition bit
    (codes come with the ``D`` of SKS before them in extracts, without it in a prepared store); ``somatic``,
    ``psychiatric`` and ``cancer`` are masks of bits. Days are days since 1970-01-01.
    A cell is (age_sex, origin, civil_status, labour_market, somatic, psychiatric), mixed-radix, the last fastest;
    ``levels`` are the numbers of levels.
    """

    year: int
    first_day: int  # of the fee year, the year before the planning year
    status_day: int  # 1 January of the planning year
    prices: Mapping[str, int]
    clinics: tuple[str, ...]
    sampled: tuple[bool, ...]
    municipalities: tuple[str, ...]
    band_years: int
    oldest_band_from: int
    menapt: tuple[str, ...]
    origin_types: tuple[str, ...]
    alone: tuple[str, ...]  # civil statuses that count as widowed or divorced
    permanent: tuple[tuple[int, int], ...]  # DREAM codes, from and to
    temporary: tuple[tuple[int, int], ...]
    benefit_weeks: int
    working_age: tuple[int, int]
    prefixes: tuple[tuple[str, int], ...]
    somatic: int
    psychiatric: int
    cancer: int
    kinds: tuple[str, ...]
    since_day: int  # a diagnosis counts from this day on, before the status day
    cancer_since_day: int
    cut_points: tuple[int, ...]
    levels: tuple[int, ...]

    @property
    def cells(self) -> int:
        """Number of cells."""
        return int(np.prod(self.levels))


def job_of(model: Model, nation: Nation) -> Job:
    """Give the job of a model; readings that need a pass of their own are not among them."""
    choices, covariates, year = model.consumption, model.covariates, nation.year
    if (choices.prices, choices.chronic_care, covariates.disease_definition) != ("standard", "fee", "hospital"):
        raise SystemExit(f"The peers know standard prices, chronic care as a fee and hospital diagnoses: {model.name}.")
    if nation.projection:
        raise SystemExit("The peers do not know projections. Invent the nation without --extras.")
    schedule = schedule_in_force(first_of_october(year))
    codes = {**schedule.contact_prices(choices.home_visits), **schedule.chronic_months}
    groups, excluded = benefit_groups(), model.weights.excluded_clinic_types
    return Job(
        year=year,
        first_day=day_of(year - 1),
        status_day=day_of(year),
        prices={f"{speciality}{code}": fee for speciality in choices.specialities for code, fee in codes.items()},
        clinics=tuple(clinic.ydernummer for clinic in nation.clinics),
        sampled=tuple(clinic.registered and clinic.kind not in excluded for clinic in nation.clinics),
        municipalities=tuple(municipality.code for municipality in nation.municipalities),
        band_years=covariates.age_band_years,
        oldest_band_from=covariates.oldest_band_from,
        menapt=tuple(row["opr_land_code"] for row in law.rows("codes/menapt")),
        origin_types=covariates.origin_types,
        alone=covariates.civil_status,
        permanent=tuple(groups[name] for name in covariates.permanent_benefits),
        temporary=tuple(groups[name] for name in covariates.temporary_benefits),
        benefit_weeks=covariates.labour_market_weeks,
        working_age=(covariates.labour_market_age_min, covariates.labour_market_age_max),
        prefixes=tuple((prefix, 1 << one.bit) for one in conditions() for prefix in one.prefixes),
        somatic=condition_bits("somatic"),
        psychiatric=condition_bits("psychiatric"),
        cancer=bit_of(CANCER),
        kinds=covariates.diagnosis_kinds,
        since_day=day_of(year - covariates.lookback_years),
        cancer_since_day=day_of(year - covariates.cancer_lookback_years),
        cut_points=covariates.somatic_cut_points,
        levels=tuple(len(term.levels) for term in design_of(covariates).terms),
    )


def day_of(year: int) -> int:
    """Give 1 January of a year as days since 1970-01-01."""
    return (datetime.date(year, 1, 1) - EPOCH).days


@dataclass(frozen=True)
class CellSums:
    """What the first pass brings home, int64.

    ``sample`` (3, cells): citizens of the estimation sample, their days and their øre; ``citizens`` (municipalities,
    cells): group-1 citizens; ``patients`` (clinics): group-1 citizens of each clinic; ``sample_clinics``: how many
    clinics have anybody in the sample; ``persons`` (municipalities): everybody in the population register.
    """

    sample: Integers
    citizens: Integers
    patients: Integers
    sample_clinics: int
    persons: Integers


class Session(Protocol):
    """Rows of people that have been found and not yet gone over."""

    def cell_sums(self) -> CellSums:
        """Derive covariates and consumption of every citizen, and add them up."""
        ...

    def clinic_nano(self, nano: Integers) -> Integers:
        """Add up the weights of each clinic's patients: ``nano`` (municipalities, cells) in, (clinics) out."""
        ...


class Peer(Protocol):
    """Another way to do the job. ``layouts`` are those it can start from.

    A peer with the layout ``facts`` may offer ``prepare_facts(own, threads)``, which adds them to its own layout, so
    that they are measured apart; else ``prepare`` writes both. One that needs more than Python packages may offer
    ``what_is_missing()``, which names what is not installed (none: nothing).
    """

    layouts: tuple[str, ...]

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        """Write the layout of one's own from the extracts: whatever later sessions like best."""
        ...

    def open(self, layout: str, source: Path, job: Job, threads: int) -> Session:
        """Open ``raw`` extracts, one's ``own`` layout, or ``ours``, a prepared store."""
        ...


@dataclass(frozen=True)
class Numbers:
    """What is published: coefficients in 10⁻⁶ kroner, weights in 10⁻⁹, capacities and patients."""

    coefficients: dict[str, int]
    clinics: dict[str, tuple[int, int, int | None]]
    municipalities: dict[str, tuple[int, int]]
    councils: dict[str, tuple[int, int, int]]

    def plain(self) -> dict[str, Any]:
        """Give everything as JSON can hold it."""
        return {
            name: {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}
            for name, found in asdict(self).items()
        }


@dataclass(frozen=True)
class Estimated:
    """What is known between the two passes."""

    """``nano`` the weight of a citizen by municipality and cell, 10⁻⁹."""

    coefficients: dict[str, int]
    nano: Integers


def estimated(job: Job, model: Model, nation: Nation, sums: CellSums) -> Estimated:
    """Estimate the weights from sums by cell."""
    design = design_of(model.covariates)
    sample = np.zeros((SUMS_OF_SAMPLE, job.cells), dtype=np.int64)
    sample[:3] = sums.sample
    by_cell = sums.citizens.sum(axis=0)
    fit = estimate(SampleSums(sample), by_cell, design, sums.sample_clinics, job.status_day - job.first_day)
    home, cell = np.nonzero(sums.citizens)
    by_home = HomeCells(home, cell, sums.citizens[home, cell], home, np.empty(0, np.int64), job.cells)
    sexes, homes = sex_of_cells(design, model), Homes(len(nation.municipalities))
    correction = correction_of(nation, by_home, homes, model.life_expectancy, NO_LIVES, sexes)
    names = [" ".join(design.columns[column]) for column in fit.columns]
    weighting = weigh(fit.prediction, fit.raw, correction.factors, correction.factor_of_pair, by_home)
    nano = np.zeros(sums.citizens.shape, np.int64)
    nano[home, cell] = weighting.nano
    return Estimated(dict(zip(names, fit.micro, strict=True)), nano)


def numbers_of(model: Model, nation: Nation, sums: CellSums, known: Estimated, clinic_nano: Integers) -> Numbers:
    """Give what is published, from what the two passes have found."""
    citizens, nano = sums.citizens.sum(axis=1), (sums.citizens * known.nano).sum(axis=1)
    nothing = np.zeros((len(nation.municipalities), 0), dtype=np.int64)
    of_areas = AreaSums(citizens.tolist(), sums.persons.tolist(), nano.tolist(), nothing, nothing)
    areas = area_needs(nation, of_areas, model.capacity)
    norm = model.capacity.citizens_per_capacity
    of_clinics = sums.patients.tolist(), clinic_nano.tolist()
    clinics = clinic_numbers(nation, of_clinics, norm, model.clinics, NO_CLINIC_FACTS)
    councils = council_numbers(nation, areas, existing_capacities(nation, clinics, model.clinics), model.capacity)
    return Numbers(
        known.coefficients,
        {c.clinic.ydernummer: (c.patients, c.weighted_nano, c.minimum_patients) for c in clinics},
        {area.municipality.code: (area.citizens, area.weighted_nano) for area in areas},
        {c.council_id: (c.citizens, c.projected_nano, int(c.maximum_capacities)) for c in councils},
    )
