"""How sure a number is: intervals, nations drawn again, and weights estimated in other ways, from sums by clinic."""

from fordel_dask.uncertainty.alternatives import NO_ALTERNATIVES, AlternativeCouncil, AlternativeLevel, Alternatives
from fordel_dask.uncertainty.clusters import Clusters, clusters_of
from fordel_dask.uncertainty.errors import clustered, jackknife_errors, jackknifed, roots
from fordel_dask.uncertainty.estimators import leave_one_out, of_some, reweighted
from fordel_dask.uncertainty.fixed_effects import fixed_effects
from fordel_dask.uncertainty.intervals import (
    CONFIDENCE,
    DECIMALS,
    FEWEST_CLINICS,
    Chance,
    Interval,
    Judged,
    intervals,
    judge,
    rounded,
    student_reach,
)
from fordel_dask.uncertainty.population import Population, Weighed
from fordel_dask.uncertainty.replicates import clinic_counts

__all__ = [
    "CONFIDENCE",
    "DECIMALS",
    "FEWEST_CLINICS",
    "NO_ALTERNATIVES",
    "AlternativeCouncil",
    "AlternativeLevel",
    "Alternatives",
    "Chance",
    "Clusters",
    "Interval",
    "Judged",
    "Population",
    "Weighed",
    "clinic_counts",
    "clustered",
    "clusters_of",
    "fixed_effects",
    "intervals",
    "jackknife_errors",
    "jackknifed",
    "judge",
    "leave_one_out",
    "of_some",
    "reweighted",
    "roots",
    "rounded",
    "student_reach",
]
