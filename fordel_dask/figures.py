"""The published figures, unrounded, as functions of the coefficients: many sets of coefficients at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.estimating import everyone_of
from fordel_dask.pass_rules import days_of
from fordel_dask.pipeline import Outcome
from fordel_dask.privacy import redacted
from fordel_dask.strata import CITIZENS
from fordel_dask.uncertainty import Clusters, Population, Weighed, clusters_of

Floats = NDArray[np.float64]
OERE_PER_KRONE = 100.0


def clusters_of_outcome(outcome: Outcome) -> Clusters:
    """Give the sums of the sample by clinic, and the published coefficients."""
    everyone = everyone_of(outcome.design)
    micro = np.array(outcome.fit.micro, np.int64)
    year_days = days_of(outcome.nation.year)
    return clusters_of(outcome.clinic_sums, outcome.fit.columns, everyone, micro, year_days)


def names_of(outcome: Outcome, clusters: Clusters) -> list[str]:
    """Give the ydernummer of each clinic of the sample."""
    return [outcome.nation.clinics[clinic].ydernummer for clinic in clusters.clinics]


def population_of(outcome: Outcome) -> Population:
    """Give the citizens who are weighed."""
    design, nation = outcome.design, outcome.nation
    clinic, home, cell = outcome.sums.strata.traits(outcome.prepared.rules.shape)
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
    by_home, projection = outcome.counts.by_home, outcome.nation.projection
    by_cell = np.zeros((len(outcome.areas), by_home.cells))
    by_cell[by_home.home, by_home.cell] = by_home.citizens
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


@redacted
@dataclass(frozen=True)
class Figures:
    """The published figures, unrounded, for several sets of coefficients: a row for each set."""

    outcome: Outcome
    weighed: Weighed
    coefficients: Floats

    @property
    def coefficient_kr(self) -> Floats:
        """Coefficients in kroner a year."""
        return self.coefficients / OERE_PER_KRONE

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
        """Patients per capacity of each clinic with patients who weigh something, NaN for a set by which they don't."""
        places, patients = weighing_clinics(self.outcome)
        norm, weights = self.outcome.model.capacity.citizens_per_capacity, self.weighed.clinics[:, places]
        return np.divide(norm * patients, weights, out=np.full_like(weights, np.nan), where=weights > 0)


def weighing_clinics(outcome: Outcome) -> tuple[list[int], Floats]:
    """Give the positions, among all clinics, of those whose patients weigh something, and their patients."""
    weighed = [clinic for clinic in outcome.clinics if clinic.exact_minimum is not None]
    position = {clinic.ydernummer: n for n, clinic in enumerate(outcome.nation.clinics)}
    places = [position[clinic.clinic.ydernummer] for clinic in weighed]
    return places, np.array([clinic.patients for clinic in weighed], np.float64)
