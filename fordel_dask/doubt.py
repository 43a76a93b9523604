"""How sure the figures of a run are: from what a run has found to the room of uncertainty and back to tables."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from fordel_dask.alternatives import alternatives_of
from fordel_dask.capacity.clinic import OK
from fordel_dask.errors import EstimationError
from fordel_dask.figures import Figures, clusters_of_outcome, names_of, population_of
from fordel_dask.law.rounding import half_up, half_up_to_step
from fordel_dask.model import design_of
from fordel_dask.pipeline import Outcome
from fordel_dask.uncertainty import (
    CONFIDENCE,
    FEWEST_CLINICS,
    NO_ALTERNATIVES,
    Alternatives,
    Chance,
    Interval,
    clinic_counts,
    intervals,
    judge,
    leave_one_out,
    reweighted,
    rounded,
    student_reach,
)


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
    alternatives: Alternatives = NO_ALTERNATIVES

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
            "alternatives_not_estimated": list(self.alternatives.unsaid),
        }


def no_doubts_asked_for(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    """Say nothing, because nobody asked."""
    return Doubts(sampled_clinics(outcome), replicates, seed, "They were not asked for (--no-intervals).")


def doubts_of(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    """Say how sure each published figure is; ``replicates`` nations are drawn again for the chances of capacities."""
    clinics = sampled_clinics(outcome)
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
    chances = tuple(_chances(outcome, again))
    return nothing("", judged, chances, len(drawn), alternatives_of(outcome, clusters, population))


def sampled_clinics(outcome: Outcome) -> int:
    """Count the clinics of the estimation sample."""
    return int((outcome.counts.sample > 0).sum())


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
