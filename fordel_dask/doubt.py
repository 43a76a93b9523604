"""How sure the figures of a run are: from what a run has found to the room of uncertainty and back to tables."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from fordel_dask.alternatives import alternatives_of
from fordel_dask.errors import EstimationError
from fordel_dask.figures import Figures, Floats, clusters_of_outcome, names_of, population_of
from fordel_dask.law.rounding import half_up, half_up_to_step
from fordel_dask.model.model import NUMBER_RULES
from fordel_dask.pipeline import Outcome
from fordel_dask.uncertainty import (
    CONFIDENCE,
    DECIMALS,
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

NOT_CARRIED = (
    "weights.estimator",
    "weights.uplift",
    "life_expectancy.level",
    "life_expectancy.columns",
    *NUMBER_RULES,
)
"""Choices by which figures follow from coefficients in another way than the model's."""


@dataclass(frozen=True)
class Doubts:
    """Intervals of all published figures, and chances of each council's whole number; or why there are none.

    Of the nations that were ``asked`` for, those were ``drawn`` in which all weights can be told apart.
    ``clinics_without`` an interval have a number that some other clinic alone upholds.
    """

    clinics: int
    asked: int
    seed: int
    unsaid: str = ""
    intervals: tuple[Interval, ...] = ()
    chances: tuple[Chance, ...] = ()
    drawn: int = 0
    alternatives: Alternatives = NO_ALTERNATIVES
    clinics_without: int = 0

    @property
    def chances_unsaid(self) -> str:
        """Why there are no chances, nothing if there are."""
        if self.unsaid or self.drawn:
            return self.unsaid
        if not self.asked:
            return "No nations drawn again were asked for (--replicates 0)."
        return f"In none of the {self.asked:,} nations drawn again can all weights be told apart."

    def description(self) -> dict[str, Any]:
        """Give how it was said, or why not, for the manifest."""
        return {
            "said": not self.unsaid,
            "why_not": self.unsaid,
            "confidence": CONFIDENCE,
            "clinics": self.clinics,
            "replicates": self.drawn,
            "replicates_asked_for": self.asked,
            "chances_why_not": self.chances_unsaid,
            "clinics_without_interval": self.clinics_without,
            "seed": self.seed,
            "alternatives_not_estimated": list(self.alternatives.unsaid),
        }


def no_doubts_asked_for(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    """Say nothing, because nobody asked."""
    return Doubts(sampled_clinics(outcome), replicates, seed, "They were not asked for (--no-intervals).")


def doubts_of(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    """Say how sure each published figure is; ``replicates`` nations are drawn again for the chances of capacities.

    On one thread: products of matrices differ in their last digits with the number of threads, and tables must not.
    """
    with threadpool_limits(1, user_api="blas"):
        return _doubts_of(outcome, replicates, seed)


def _doubts_of(outcome: Outcome, replicates: int, seed: int) -> Doubts:
    clinics = sampled_clinics(outcome)
    nothing = partial(Doubts, clinics, replicates, seed)
    if why_not := not_carried(outcome):
        return nothing(why_not)
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
    left_out = Figures(outcome, population.weigh(without), without)
    if np.isnan(left_out.weighed.mean_raw).any():
        return nothing("Without some clinic of the sample nobody is predicted to consume anything.")
    found = Figures(outcome, population.weigh(clusters.coefficients[None]), clusters.coefficients[None])
    drawn = reweighted(clusters, clinic_counts(names_of(outcome, clusters), replicates, seed))
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    needs = Figures(outcome, population.weigh(drawn), drawn).need_before_rounding
    needs = needs[~np.isnan(needs).any(axis=1)]
    judged = tuple(_intervals(outcome, found, left_out, student_reach(clinics)))
    weighing = sum(clinic.exact_minimum is not None for clinic in outcome.clinics)
    told = sum(one.figure == "minimum_per_capacity_exact" for one in judged)
    return nothing(
        intervals=judged,
        chances=tuple(_chances(outcome, needs)),
        drawn=len(needs),
        alternatives=alternatives_of(outcome, clusters, population),
        clinics_without=weighing - told,
    )


def not_carried(outcome: Outcome) -> str:
    """Say why the way from coefficients to figures is another than the one that intervals are carried along."""
    changed = [key for key in NOT_CARRIED if key in outcome.model.changed]
    if changed:
        return f"Intervals are not carried through {', '.join(changed)}, which this model changes."
    if outcome.design.is_wide:
        return f"This model has too many cells ({outcome.design.cells:,}) for intervals."
    return ""


def sampled_clinics(outcome: Outcome) -> int:
    """Count the clinics of the estimation sample."""
    return int((outcome.counts.sample > 0).sum())


def _intervals(outcome: Outcome, found: Figures, without: Figures, reach: float) -> Iterator[Interval]:
    columns = outcome.design.columns
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
        published = int(council.maximum_capacities)
        yield rounded("council", "maximum_capacities", council.council_id, published, of_council, math.ceil)


def _clinic_intervals(outcome: Outcome, found: Figures, without: Figures, reach: float) -> Iterator[Interval]:
    weighed = [clinic for clinic in outcome.clinics if clinic.exact_minimum is not None]
    judged = judge(found.minimum_per_capacity[0], without.minimum_per_capacity, reach)
    names = [(clinic.clinic.ydernummer, "") for clinic in weighed]
    yield from intervals("clinic", "minimum_per_capacity_exact", names, judged)
    step = outcome.model.clinics.rounding_step
    ends = zip(judged.low.tolist(), judged.high.tolist(), strict=True)
    for clinic, of_clinic in zip(weighed, ends, strict=True):
        if clinic.minimum_per_capacity is None or clinic.minimum_patients is None or not math.isfinite(of_clinic[1]):
            continue
        code, capacities = clinic.clinic.ydernummer, clinic.clinic.capacities or Fraction(0)

        def per_capacity(end: float) -> int:
            return half_up_to_step(Fraction(end), step)

        def patients(end: float, capacities: Fraction = capacities) -> int:
            total = capacities * per_capacity(end)
            return half_up(total.numerator, total.denominator)

        yield rounded("clinic", "minimum_per_capacity", code, clinic.minimum_per_capacity, of_clinic, per_capacity)
        yield rounded("clinic", "minimum_patients", code, clinic.minimum_patients, of_clinic, patients)


def _chances(outcome: Outcome, again: Floats) -> Iterator[Chance]:
    for council, needs in zip(outcome.councils, again.T, strict=True):
        seen = Counter(np.ceil(needs.round(DECIMALS)).astype(np.int64).tolist())
        for capacities in sorted(seen):
            yield Chance(council.council_id, capacities, seen[capacities])
