"""A case beside the base: councils, municipalities, clinics, weights and fit, and who would win and lose.

A council wins where it gets more capacities. A clinic wins where its minimum number of patients falls, because its
patients are seen to need more, and loses where it rises; the largest are those by share of the base's number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import scaled
from fordel_dask.model import Model
from fordel_dask.scenarios.change import Change, Intervals, sum_of, sureness
from fordel_dask.scenarios.clinic_effects import (
    ClinicEffect,
    ClinicGroup,
    clinic_effects,
    clinic_groups,
    distribution,
)
from fordel_dask.scenarios.figures import CaseFigures, CouncilFigures, FitFigures, MunicipalityFigures, WeightFigures
from fordel_dask.scenarios.parameter_changes import ParameterChange, parameter_changes
from fordel_dask.scenarios.places import Places

SAME_MODEL, SAME_LEVELS, SAME_CONSUMPTION, SAME_ESTIMATE, NOT_BINDING, NO_EFFECT = (
    *("same_model", "same_levels", "same_consumption", "same_estimate"),
    *("not_binding", "no_effect"),
)
WHY_BY_GROUP = {
    "covariates": SAME_LEVELS,
    "consumption": SAME_CONSUMPTION,
    "weights": SAME_ESTIMATE,
    "life_expectancy": NOT_BINDING,
    "capacity": NOT_BINDING,
    "clinics": NOT_BINDING,
}
"""Why nothing changes where all changed parameters are of one group."""


@dataclass(frozen=True)
class CouncilEffect:
    """A council in base and case. ``sure`` judges its number, ``need_sure`` its need before rounding."""

    council_id: str
    name: str
    region: str
    need: Change
    before_rounding: Change
    maximum: Change
    existing: Change
    need_sure: str
    sure: str


@dataclass(frozen=True)
class MunicipalityEffect:
    """A municipality in base and case; ``sure`` judges its need."""

    code: str
    name: str
    council_id: str
    projected: Change
    need: Change
    floor: Change
    patients_per_capacity: Change
    sure: str


@dataclass(frozen=True)
class WeightEffect:
    """A level in base and case: coefficients in 10⁻⁶ kroner, weights; none in the model that has no such level."""

    term: str
    level: str
    citizens: Change
    coefficient_micro: Change
    weight: Change

    @property
    def only_in(self) -> str:
        """Which of the two models has the level: base, case, or blank for both."""
        if self.citizens.after is None:
            return "base"
        return "case" if self.citizens.before is None else ""


@dataclass(frozen=True)
class CaseEffects:
    """What a case changes. ``clinics`` are those of which a number changes, ``groups`` and ``steps`` tell of all.

    ``weighted_nano`` are weighted patients, in 10⁻⁹, of the clinics where they differ from the base's, by ydernummer.
    ``why_unchanged`` says why no published number changes; blank where one does.
    """

    name: str
    model: Model
    changes: tuple[ParameterChange, ...]
    counted_again: bool
    citizens: Change
    councils: tuple[CouncilEffect, ...]
    municipalities: tuple[MunicipalityEffect, ...]
    clinics: tuple[ClinicEffect, ...]
    weighted_nano: tuple[tuple[str, int], ...]
    groups: tuple[ClinicGroup, ...]
    steps: dict[int, int]
    weights: tuple[WeightEffect, ...]
    fit: tuple[FitFigures, FitFigures]
    why_unchanged: str
    seconds: float

    @property
    def need(self) -> Change:
        """Capacities needed in the country, without the floor."""
        return sum_of(one.need for one in self.councils)

    @property
    def maximum(self) -> Change:
        """The sum of the councils' numbers."""
        return sum_of(one.maximum for one in self.councils)

    @property
    def existing(self) -> Change:
        """Capacities that exist."""
        return sum_of(one.existing for one in self.councils)

    @property
    def everybody(self) -> ClinicGroup:
        """All clinics that have a number in base or case."""
        return self.groups[0]

    @property
    def moves_no_number(self) -> bool:
        """Whether no council's and no clinic's number changes, though something else may."""
        return not self.clinics and not any(one.maximum.differs for one in self.councils)

    def councils_by_change(self, up: bool) -> list[CouncilEffect]:
        """Give the councils that win (``up``) or lose, the largest change first; equal ones by need, then by id."""
        sign = 1 if up else -1
        moved = [one for one in self.councils if sign * (one.maximum.amount or 0) > 0]
        return sorted(moved, key=lambda one: (*(-sign * (c.amount or 0) for c in (one.maximum, one.need)), one.name))

    def clinics_by_change(self, up: bool) -> list[ClinicEffect]:
        """Give the clinics whose number rises (``up``) or falls, the largest share first; equal ones by ydernummer."""
        sign = 1 if up else -1
        shares = [(sign * (one.minimum.share or Fraction(0)), one) for one in self.clinics]
        moved = sorted((-share, one.ydernummer, one) for share, one in shares if share > 0)
        return [one for *_, one in moved]


def compare_cases(base: CaseFigures, case: CaseFigures, places: Places, intervals: Intervals) -> CaseEffects:
    """Set a case beside the base; ``intervals`` are those of the base, as far as they are known."""
    clinics = clinic_effects(base, case, places, intervals)
    changes = parameter_changes(base.model, case.model)
    return CaseEffects(
        name=case.name,
        model=case.model,
        changes=changes,
        counted_again=not case.same_pass_as_base,
        citizens=Change(base.citizens, case.citizens),
        councils=_councils(base, case, places, intervals),
        municipalities=_municipalities(base, case, places, intervals),
        clinics=tuple(one for one in clinics if one.differs),
        weighted_nano=_weighted(base, case),
        groups=tuple(clinic_groups(clinics)) or (_nobody(),),
        steps=dict(distribution(clinics)),
        weights=_weights(base.weights, case.weights),
        fit=(base.fit, case.fit),
        why_unchanged=_why(changes) if _published(base) == _published(case) else "",
        seconds=case.seconds,
    )


def _weighted(base: CaseFigures, case: CaseFigures) -> tuple[tuple[str, int], ...]:
    before = {one.ydernummer: one.weighted for one in base.clinics}
    others = [one for one in case.clinics if one.weighted != before.get(one.ydernummer)]
    return tuple((one.ydernummer, scaled(one.weighted)) for one in others)


def _nobody() -> ClinicGroup:
    return ClinicGroup("country", "", *(0,) * 6, Change(Fraction(0), Fraction(0)), ())


def _published(figures: CaseFigures) -> tuple[object, ...]:
    return figures.citizens, figures.councils, figures.municipalities, figures.clinics, figures.weights


def _why(changes: Sequence[ParameterChange]) -> str:
    """Say why nothing changes: by which parameters do."""
    groups = {change.key.split(".")[0] for change in changes}
    reasons = {WHY_BY_GROUP.get(group, NO_EFFECT) for group in groups}
    if not reasons:
        return SAME_MODEL
    return reasons.pop() if len(reasons) == 1 else NO_EFFECT


def _councils(base: CaseFigures, case: CaseFigures, places: Places, intervals: Intervals) -> tuple[CouncilEffect, ...]:
    after = {one.council_id: one for one in case.councils}
    return tuple(_council(one, after[one.council_id], places, intervals) for one in base.councils)


def _council(before: CouncilFigures, after: CouncilFigures, places: Places, intervals: Intervals) -> CouncilEffect:
    code, place = before.council_id, places.councils.get(before.council_id)
    unrounded = Change(before.need_before_rounding, after.need_before_rounding)
    maximum = Change(before.maximum, after.maximum)
    return CouncilEffect(
        council_id=code,
        name=places.council_name(code),
        region=place.region if place else "",
        need=Change(before.need, after.need),
        before_rounding=unrounded,
        maximum=maximum,
        existing=Change(before.existing, after.existing),
        need_sure=sureness(intervals, ("council", code, "need_before_rounding"), unrounded),
        sure=sureness(intervals, ("council", code, "maximum_capacities"), maximum),
    )


def _municipalities(
    base: CaseFigures, case: CaseFigures, places: Places, intervals: Intervals
) -> tuple[MunicipalityEffect, ...]:
    after = {one.code: one for one in case.municipalities}
    return tuple(_municipality(one, after[one.code], places, intervals) for one in base.municipalities)


def _municipality(
    before: MunicipalityFigures, after: MunicipalityFigures, places: Places, intervals: Intervals
) -> MunicipalityEffect:
    place, need = places.municipalities.get(before.code), Change(before.need, after.need)
    return MunicipalityEffect(
        code=before.code,
        name=place.name if place else before.code,
        council_id=place.council_id if place else "",
        projected=Change(before.projected, after.projected),
        need=need,
        floor=Change(before.floor, after.floor),
        patients_per_capacity=Change(before.patients_per_capacity, after.patients_per_capacity),
        sure=sureness(intervals, ("municipality", before.code, "need"), need),
    )


def _weights(before: Sequence[WeightFigures], after: Sequence[WeightFigures]) -> tuple[WeightEffect, ...]:
    """Give the levels of both models, those of the base first."""
    own, other = ({(one.term, one.level): one for one in figures} for figures in (before, after))

    def change(level: tuple[str, str], name: str) -> Change:
        return Change(getattr(own.get(level), name, None), getattr(other.get(level), name, None))

    return tuple(
        WeightEffect(*level, change(level, "citizens"), change(level, "coefficient_micro"), change(level, "weight"))
        for level in dict.fromkeys((*own, *other))
    )
