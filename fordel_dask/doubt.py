"""How sure the figures of a run are: from what a run has found to the room of uncertainty and back to tables."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.capacity.clinic import OK
from fordel_dask.errors import EstimationError
from fordel_dask.law.rounding import half_up, half_up_to_step
from fordel_dask.model import design_of
from fordel_dask.pipeline import Outcome, days_of
from fordel_dask.strata import CITIZENS
from fordel_dask.uncertainty import (
    CONFIDENCE,
    FEWEST_CLINICS,
    Chance,
    Clusters,
    Interval,
    Population,
    Weighed,
    clinic_counts,
    clusters_of,
    intervals,
    judge,
    leave_one_out,
    reweighted,
    rounded,
    student_reach,
)

Floats = NDArray[np.float64]
OERE = 100.0


@dataclass(frozen=True)
class Doubts:
    """Intervals of all published figures, and chances of each council's whole number; or why there are none.

    Of the nations that were ``asked`` for, those were ``drawn`` in which all weights can be told apart.
    """

    clinics: int
    asked: int
    seed: int
    unsaid: str = ""
    intervals: tuple[Interval, ...] = ()
    chances: tuple[Chance, ...] = ()
    drawn: int = 0

    def description(self) -> dict[str, Any]:
        """Give how it was said, or why not, for the manifest."""
        return {
            "said": not self.unsaid,
            "why_not": self.unsaid,
            "confidence": CONFIDENCE,
            "clinics": self.clinics,
            "replicates": self.drawn,
            "replicates_asked_for": self.asked,
            "seed": self.seed,
        }


def doubts_of(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    """Say how sure each published figure is; ``replicates`` nations are drawn again for the chances of capacities."""
    clinics = int((outcome.counts.sample > 0).sum())
    nothing = partial(Doubts, clinics, replicates, seed)
    if clinics < FEWEST_CLINICS:
        return nothing(
            f"The estimation sample has {clinics:,} clinics. How much numbers would change with other clinics "
            f"cannot be said from fewer than {FEWEST_CLINICS}."
        )
    clusters, population = clusters_of_outcome(outcome), population_of(outcome)
    try:
        without = leave_one_out(clusters)
    except EstimationError as lost:
        return nothing(str(lost))
    drawn = reweighted(clusters, clinic_counts(names_of(outcome, clusters), replicates, seed))
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    found = Figures(outcome, population.weigh(clusters.coefficients[None]), clusters.coefficients[None])
    left_out = Figures(outcome, population.weigh(without), without)
    again = Figures(outcome, population.weigh(drawn), drawn)
    judged = tuple(_intervals(outcome, found, left_out, student_reach(clinics)))
    return nothing("", judged, tuple(_chances(outcome, again)), len(drawn))


def clusters_of_outcome(outcome: Outcome) -> Clusters:
    """Give the sums of the sample by clinic, and the published coefficients."""
    design = design_of(outcome.model.covariates)
    everyone = next(len(term.levels) for term in design.terms if not term.has_reference)
    micro = np.array(outcome.fit.micro, np.int64)
    year_days = days_of(outcome.nation.year)
    return clusters_of(outcome.clinic_sums, outcome.fit.columns, everyone, micro, year_days)


def names_of(outcome: Outcome, clusters: Clusters) -> list[str]:
    """Give the ydernummer of each clinic of the sample."""
    return [outcome.nation.clinics[clinic].ydernummer for clinic in clusters.clinics]


def population_of(outcome: Outcome) -> Population:
    """Give the citizens who are weighed."""
    design, nation = design_of(outcome.model.covariates), outcome.nation
    shape = (len(nation.clinics) + 1, len(nation.municipalities), design.cells)
    clinic, home, cell = outcome.sums.strata.traits(shape)
    return Population(
        clinic=clinic - 1,
        home=home,
        cell=cell,
        citizens=outcome.sums.strata.sums[CITIZENS],
        clinics=len(nation.clinics),
        dummies=design.dummies[:, list(outcome.fit.columns)],
        factors=np.array([float(q) for q in outcome.weighting.factors]),
        projected=projected_citizens(outcome),
    )


def projected_citizens(outcome: Outcome) -> Floats:
    """Give the citizens expected at the year's end by municipality and cell (model section 6, R4).

    Each cell of sex and age takes its own citizens' cells; one without citizens those of the municipality.
    """
    by_cell, projection = outcome.counts.by_cell.astype(np.float64), outcome.nation.projection
    if projection is None:
        return by_cell
    cells, places = by_cell.shape[1], outcome.scores.age_citizens.shape[1]
    home, cell, age = outcome.sums.ages.traits((len(by_cell), cells, places))
    ages = projection.highest_age + 1
    expected = np.zeros((len(by_cell), places))
    for (municipality, sex, years), persons in projection.persons.items():
        expected[municipality, (sex - 1) * ages + years] = float(persons)
    there = outcome.scores.age_citizens
    each = np.divide(expected, there, out=np.zeros_like(expected), where=there > 0)
    found = np.zeros_like(by_cell)
    np.add.at(found, (home, cell), outcome.sums.ages.sums[0] * each[home, age])
    citizens, persons_there = by_cell.sum(axis=1), np.maximum(outcome.counts.persons, 1)
    elsewhere = np.where(there == 0, expected, 0.0).sum(axis=1) / np.maximum(citizens, 1)
    return np.asarray((found + by_cell * elsewhere[:, None]) * (citizens / persons_there)[:, None])


@dataclass(frozen=True)
class Figures:
    """The published figures, unrounded, for several sets of coefficients: a row for each set."""

    outcome: Outcome
    weighed: Weighed
    coefficients: Floats

    @property
    def coefficient_kr(self) -> Floats:
        """Coefficients in kroner a year."""
        return self.coefficients / OERE

    @property
    def weight(self) -> Floats:
        """Coefficients over the mean raw weight."""
        return self.coefficients / self.weighed.mean_raw[:, None]

    @property
    def need(self) -> Floats:
        """Capacities that each municipality needs."""
        return self.weighed.areas / self.outcome.model.capacity.citizens_per_capacity

    @property
    def need_before_rounding(self) -> Floats:
        """Capacities that each council needs, no municipality counting for less than its floor."""
        floors = np.array([float(area.floor) for area in self.outcome.areas])
        counted = np.maximum(self.need, floors)
        members = [list(self.outcome.nation.members(council.council_id)) for council in self.outcome.councils]
        return np.stack([counted[:, places].sum(axis=1) for places in members], axis=1)

    @property
    def minimum_per_capacity(self) -> Floats:
        """Patients per capacity of each clinic with patients who weigh something."""
        places, patients = weighing_clinics(self.outcome)
        norm = self.outcome.model.capacity.citizens_per_capacity
        return np.asarray(norm * patients / self.weighed.clinics[:, places])


def weighing_clinics(outcome: Outcome) -> tuple[list[int], Floats]:
    """Give the positions, among all clinics, of those whose patients weigh something, and their patients."""
    weighed = [clinic for clinic in outcome.clinics if clinic.exact_minimum is not None]
    position = {clinic.ydernummer: n for n, clinic in enumerate(outcome.nation.clinics)}
    places = [position[clinic.clinic.ydernummer] for clinic in weighed]
    return places, np.array([clinic.patients for clinic in weighed], np.float64)


def _intervals(outcome: Outcome, found: Figures, without: Figures, reach: float) -> Iterator[Interval]:
    columns = design_of(outcome.model.covariates).columns
    levels = [columns[column] for column in outcome.fit.columns]
    for figure in ("coefficient_kr", "weight"):
        judged = judge(getattr(found, figure)[0], getattr(without, figure), reach, least=-math.inf)
        yield from intervals("weight", figure, levels, judged)
    need = judge(found.need[0], without.need, reach)
    yield from intervals("municipality", "need", [(area.municipality.code, "") for area in outcome.areas], need)
    yield from _council_intervals(outcome, found, without, reach)
    yield from _clinic_intervals(outcome, found, without, reach)


def _council_intervals(outcome: Outcome, found: Figures, without: Figures, reach: float) -> Iterator[Interval]:
    judged = judge(found.need_before_rounding[0], without.need_before_rounding, reach)
    names = [(council.council_id, "") for council in outcome.councils]
    yield from intervals("council", "need_before_rounding", names, judged)
    ends = zip(judged.low.tolist(), judged.high.tolist(), strict=True)
    for council, of_council in zip(outcome.councils, ends, strict=True):
        published = council.maximum_capacities
        yield rounded("council", "maximum_capacities", council.council_id, published, of_council, math.ceil)


def _clinic_intervals(outcome: Outcome, found: Figures, without: Figures, reach: float) -> Iterator[Interval]:
    weighed = [clinic for clinic in outcome.clinics if clinic.exact_minimum is not None]
    judged = judge(found.minimum_per_capacity[0], without.minimum_per_capacity, reach)
    names = [(clinic.clinic.ydernummer, "") for clinic in weighed]
    yield from intervals("clinic", "minimum_per_capacity_exact", names, judged)
    step = outcome.model.clinics.rounding_step
    ends = zip(judged.low.tolist(), judged.high.tolist(), strict=True)
    for clinic, of_clinic in zip(weighed, ends, strict=True):
        if clinic.status != OK or clinic.minimum_per_capacity is None or clinic.minimum_patients is None:
            continue
        code, capacities = clinic.clinic.ydernummer, clinic.clinic.capacities or Fraction(0)

        def per_capacity(end: float) -> int:
            return half_up_to_step(Fraction(end), step)

        def patients(end: float, capacities: Fraction = capacities) -> int:
            total = capacities * per_capacity(end)
            return half_up(total.numerator, total.denominator)

        yield rounded("clinic", "minimum_per_capacity", code, clinic.minimum_per_capacity, of_clinic, per_capacity)
        yield rounded("clinic", "minimum_patients", code, clinic.minimum_patients, of_clinic, patients)


def _chances(outcome: Outcome, again: Figures) -> Iterator[Chance]:
    for council, needs in zip(outcome.councils, again.need_before_rounding.T, strict=True):
        seen = Counter(np.ceil(needs).astype(np.int64).tolist())
        for capacities in sorted(seen):
            yield Chance(council.council_id, capacities, seen[capacities])
