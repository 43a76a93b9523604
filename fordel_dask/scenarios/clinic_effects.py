"""What a case does to clinics: each number that changes, how changes are spread, and which groups go up or down."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import half_up
from fordel_dask.scenarios.change import Change, Intervals, sum_of, sureness
from fordel_dask.scenarios.figures import CaseFigures, ClinicFigures
from fordel_dask.scenarios.places import ClinicPlace, Places

COUNTRY, REGION, CLINIC_TYPE, SIZE, TENTH = "country", "region", "clinic_type", "size", "outside_work_tenth"
GROUPINGS = (COUNTRY, REGION, CLINIC_TYPE, SIZE, TENTH)
SIZES = (800, 1_600, 3_200, 4_800)
"""Clinics by patients of the base: the classes end below these."""

ROUNDED_PATIENTS = 1
"""Two numbers of a clinic, each rounded to whole patients, differ by so much more than what is rounded does at most."""

FURTHEST = 10
"""Steps beyond which clinics stand together in the ends of the distribution."""

QUANTILES = tuple(Fraction(text) for text in ("0", "0.05", "0.25", "0.5", "0.75", "0.95", "1"))
"""Which quantiles of the changes are told: the least, 5 %, 25 %, the middle, 75 %, 95 %, and the most."""


@dataclass(frozen=True)
class ClinicEffect:
    """A clinic in the base and in a case: its minimum numbers of patients, for each capacity and in all.

    ``steps`` tells about by how many rounding steps the number in all moves: at least one where it moves, none where
    one is missing. ``sure`` judges the number per capacity.
    """

    ydernummer: str
    place: ClinicPlace
    region: str
    size: str
    tenth: int | None
    patients: Change
    per_capacity: Change
    minimum: Change
    status: tuple[str, str]
    steps: int | None
    beyond_a_step: bool
    sure: str

    @property
    def differs(self) -> bool:
        """Whether a number of the clinic changes, or only one of the two models gives it one."""
        return self.minimum.differs or self.per_capacity.differs


@dataclass(frozen=True)
class ClinicGroup:
    """Clinics of a group that have a number in base and case: how many go up, down or stay, and how far.

    ``gained`` and ``lost`` have a number in the case only, or in the base only; ``minimum`` are the sums of their
    minimum patients, ``quantiles`` those of the changes (empty without clinics).
    """

    grouping: str
    group: str
    clinics: int
    up: int
    down: int
    beyond_a_step: int
    gained: int
    lost: int
    minimum: Change
    quantiles: tuple[int, ...]

    @property
    def same(self) -> int:
        """How many keep their number."""
        return self.clinics - self.up - self.down


def clinic_effects(
    base: CaseFigures, case: CaseFigures, places: Places, intervals: Intervals
) -> tuple[ClinicEffect, ...]:
    """Give every clinic that the base or the case lists, in the order of the base."""
    before, after = ({one.ydernummer: one for one in figures.clinics} for figures in (base, case))
    step = max(base.model.clinics.rounding_step, case.model.clinics.rounding_step)
    return tuple(
        _effect(code, (before.get(code), after.get(code)), places, step, intervals)
        for code in dict.fromkeys((*before, *after))
    )


def _effect(
    code: str,
    figures: tuple[ClinicFigures | None, ClinicFigures | None],
    places: Places,
    step: int,
    intervals: Intervals,
) -> ClinicEffect:
    before, after = figures
    per_capacity = Change(_of(before, "minimum_per_capacity"), _of(after, "minimum_per_capacity"))
    minimum = Change(_of(before, "minimum_patients"), _of(after, "minimum_patients"))
    patients, place = Change(_of(before, "patients"), _of(after, "patients")), places.clinic(code)
    return ClinicEffect(
        ydernummer=code,
        place=place,
        region=places.region_of(code),
        size=size_class(int(patients.before or 0)),
        tenth=places.tenths.get(code),
        patients=patients,
        per_capacity=per_capacity,
        minimum=minimum,
        status=(before.status if before else "", after.status if after else ""),
        steps=steps_of(minimum, step, place),
        beyond_a_step=is_beyond_a_step(per_capacity, minimum, step, place),
        sure=sureness(intervals, ("clinic", code, "minimum_per_capacity"), per_capacity),
    )


def steps_of(minimum: Change, step: int, place: ClinicPlace) -> int | None:
    """Give about how many steps of all its capacities a clinic's number moves; ``step`` is that of one capacity."""
    if not minimum.amount:
        return None if minimum.amount is None else 0
    moved = abs(Fraction(minimum.amount)) / _step_of_clinic(step, place)
    whole = max(1, half_up(moved.numerator, moved.denominator))
    return whole if minimum.amount > 0 else -whole


def is_beyond_a_step(per_capacity: Change, minimum: Change, step: int, place: ClinicPlace) -> bool:
    """Tell whether a clinic's number moves by more than one rounding step."""
    if not per_capacity.amount and not minimum.amount:
        return False
    moved, in_all = Fraction(per_capacity.amount or 0), Fraction(minimum.amount or 0)
    return abs(moved) > step or abs(in_all) > _step_of_clinic(step, place) + ROUNDED_PATIENTS


def _step_of_clinic(step: int, place: ClinicPlace) -> Fraction:
    return step * (place.capacities or Fraction(1))


def _of(figures: ClinicFigures | None, name: str) -> Fraction | int | None:
    found: Fraction | int | None = getattr(figures, name, None)
    return found


def size_class(patients: int) -> str:
    """Name the class of size that a clinic with so many patients is in."""
    return SIZE_NAMES[sum(patients >= end for end in SIZES)]


SIZE_NAMES = (
    f"0-{SIZES[0] - 1}",
    *(f"{low}-{high - 1}" for low, high in itertools.pairwise(SIZES)),
    f"{SIZES[-1]}+",
)


def clinic_groups(effects: Sequence[ClinicEffect]) -> Iterator[ClinicGroup]:
    """Give the groups of clinics, grouping by grouping; clinics without a number in both say nothing of changes."""
    for grouping in GROUPINGS:
        members: dict[str, list[ClinicEffect]] = {}
        for one in effects:
            if one.minimum.before is not None or one.minimum.after is not None:
                members.setdefault(_group_of(one, grouping), []).append(one)
        order = sorted(members, key=lambda group: (_place(group, grouping), group))
        yield from (_group(grouping, group, members[group]) for group in order)


def _group_of(one: ClinicEffect, grouping: str) -> str:
    if grouping == TENTH:
        return "" if one.tenth is None else str(one.tenth)
    return {COUNTRY: "", REGION: one.region, CLINIC_TYPE: one.place.kind, SIZE: one.size}[grouping]


def _place(group: str, grouping: str) -> int:
    if grouping == SIZE:
        return SIZE_NAMES.index(group)
    return int(group or 0) if grouping == TENTH else 0


def _group(grouping: str, group: str, members: Sequence[ClinicEffect]) -> ClinicGroup:
    amounts = (one.minimum.amount for one in members)
    changes = sorted(int(amount) for amount in amounts if amount is not None)
    return ClinicGroup(
        grouping=grouping,
        group=group,
        clinics=len(changes),
        up=sum(change > 0 for change in changes),
        down=sum(change < 0 for change in changes),
        beyond_a_step=sum(one.beyond_a_step for one in members),
        gained=sum(one.minimum.before is None for one in members),
        lost=sum(one.minimum.after is None for one in members),
        minimum=sum_of(one.minimum for one in members),
        quantiles=tuple(_quantile(changes, share) for share in QUANTILES) if changes else (),
    )


def _quantile(ordered: Sequence[int], share: Fraction) -> int:
    """Give the least number that at least this share of the numbers do not exceed."""
    return ordered[max(-(-share.numerator * len(ordered) // share.denominator) - 1, 0)]


def distribution(effects: Iterable[ClinicEffect]) -> Mapping[int, int]:
    """Count clinics by steps that their number moves; further than the furthest stand with these."""
    steps = (one.steps for one in effects)
    counted = Counter(min(max(one, -FURTHEST), FURTHEST) for one in steps if one is not None)
    return {step: counted[step] for step in sorted(counted)}
