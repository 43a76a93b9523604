"""Clinics in cases: whose numbers may be told, and what the told ones say of all of them together.

Groups count clinics, not persons, and only those of which base and case tell the number: what a group shows, its
members' own rows show too, so that a group of one clinic shows nothing beyond its row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fordel_dask.disclosure import is_few
from fordel_dask.law.rounding import shortest
from fordel_dask.printing import EMPTY, Row, count, yes_or_no
from fordel_dask.releasing.case_rows import Comparison, Country, change_of
from fordel_dask.releasing.cases import Case
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.protected import CLINICS
from fordel_dask.releasing.telling import WHOLE_NUMBERS, printed, unseen_numbers
from fordel_dask.scenarios.change import Change, sureness
from fordel_dask.scenarios.clinic_effects import (
    TENTH,
    ClinicEffect,
    clinic_groups,
    distribution,
    is_beyond_a_step,
    size_class,
    steps_of,
)
from fordel_dask.scenarios.places import ClinicPlace
from fordel_dask.schema import release_cases

CAPPED_BY = "clinics.capped_at_list_of"
LEAST, MEDIAN, MOST = 0, 3, -1
"""Which of a group's quantiles are told."""


@dataclass(frozen=True)
class ClinicBeside:
    """A clinic in base and case, as two rows of a RUN's table; ``hidden`` are columns of its row not to be shown."""

    before: TextRow
    after: TextRow
    hidden: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether one of its numbers does, or its status."""
        return any(self.before[name] != self.after[name] for name in (*WHOLE_NUMBERS, "status"))


@dataclass(frozen=True)
class CaseClinics:
    """The clinics of a case beside the base."""

    comparison: Comparison
    case: Case
    country: Country

    @cached_property
    def all(self) -> tuple[ClinicBeside, ...]:
        """Every clinic of the base."""
        base = self.comparison.base.areas.of.counted.tables["clinics"]
        after = self.case.counted.tables["clinics"]
        return tuple(ClinicBeside(*pair, self._hidden(*pair)) for pair in zip(base, after, strict=True))

    def _hidden(self, before: TextRow, after: TextRow) -> tuple[str, ...]:
        unseen_before = self.comparison.clinics_unseen[before["ydernummer"]]
        unseen_after = self._unseen(before, after)
        if not unseen_before and not unseen_after:
            return ()
        sides = [("before", name) for name in unseen_before] + [("after", name) for name in unseen_after]
        changes = dict.fromkeys(f"{name}_change" for _, name in sides)
        return (*(f"{name}_{side}" for side, name in sides), *changes)

    def _unseen(self, before: TextRow, after: TextRow) -> list[str]:
        """Give what is not told of a clinic in the case: where few patients lie between case and base, nothing."""
        if self._few_between(before, after):
            return [*WHOLE_NUMBERS, "status"]
        unseen = unseen_numbers(self.country.areas, after)
        if not unseen and CAPPED_BY in self.case.changed and self._tells_an_earlier_list(before, after):
            return ["minimum_patients"]
        return unseen

    def _few_between(self, before: TextRow, after: TextRow) -> bool:
        if self.case.counts_alike:
            return False
        patients = abs(int(after["patients"] or 0) - int(before["patients"] or 0))
        listed = before["ydernummer"] in self.country.areas.of.steps[CLINICS]
        return is_few(patients, self.country.areas.rules) or (patients > 0 and not listed)

    def _tells_an_earlier_list(self, before: TextRow, after: TextRow) -> bool:
        """Tell whether the number may be that of patients on an earlier day, few more or fewer than now (V47)."""
        if not after["minimum_patients"]:
            return False
        number, rules = int(after["minimum_patients"]), self.country.areas.rules
        return number < rules.threshold or is_few(abs(number - int(before["patients"])), rules)

    @cached_property
    def step(self) -> int:
        """The larger rounding step of base and case."""
        both = (self.comparison.base.areas.of.counted, self.case.counted)
        return max(int(one.parameters["clinics.rounding_step"]) for one in both)

    @cached_property
    def effects(self) -> tuple[ClinicEffect, ...]:
        """The clinics of which base and case tell all numbers, and the base how many patients they have."""
        return tuple(self._effect(one) for one in self.all if not one.hidden and self._patients(one))

    def _patients(self, one: ClinicBeside) -> str:
        return self.comparison.patients_told[one.before["ydernummer"]]

    def _effect(self, one: ClinicBeside) -> ClinicEffect:
        row = one.before
        capacities = Fraction(row["capacities"]) if row["capacities"] else None
        place = ClinicPlace(row["clinic_type"], row["municipality_code"], row["council_id"], capacities)
        per_capacity, minimum = _change(one, "minimum_per_capacity"), _change(one, "minimum_patients")
        return ClinicEffect(
            ydernummer=row["ydernummer"],
            place=place,
            region=self._regions.get(row["council_id"], EMPTY),
            size=size_class(int(self._patients(one))),
            tenth=None,
            patients=Change(None, None),
            per_capacity=per_capacity,
            minimum=minimum,
            status=(row["status"], one.after["status"]),
            steps=steps_of(minimum, self.step, place),
            beyond_a_step=is_beyond_a_step(per_capacity, minimum, self.step, place),
            sure=sureness(
                self.comparison.intervals, ("clinic", row["ydernummer"], "minimum_per_capacity"), per_capacity
            ),
        )

    @cached_property
    def _regions(self) -> Mapping[str, str]:
        return {row["council_id"]: row["region"] for row in self.comparison.base.areas.of.counted.tables["councils"]}

    def rows(self) -> Iterator[Row]:
        """Give the clinics whose number changes or is not told."""
        effects = {one.ydernummer: one for one in self.effects}
        for one in self.all:
            if one.hidden or one.differs:
                yield _row(self.case.name, one, effects.get(one.before["ydernummer"]))

    def group_rows(self) -> Iterator[Row]:
        """Give how clinics move, group by group."""
        for group in clinic_groups(self.effects):
            if group.grouping == TENTH:  # by shares of patients that are not all told
                continue
            told = [group.quantiles[at] for at in (LEAST, MEDIAN, MOST)] if group.quantiles else [None] * 3
            before, after = (shortest(Fraction(side or 0)) for side in (group.minimum.before, group.minimum.after))
            yield (
                *(self.case.name, group.grouping, group.group),
                *map(count, (group.clinics, group.up, group.same, group.down, group.beyond_a_step)),
                *map(count, (group.gained, group.lost)),
                *(before, after, change_of(before, after)),
                *map(count, told),
            )

    def step_rows(self) -> Iterator[Row]:
        """Give how many clinics move by how many steps."""
        for steps, clinics in distribution(self.effects).items():
            yield self.case.name, count(steps), count(clinics)


def _change(one: ClinicBeside, name: str) -> Change:
    return Change(*(int(row[name]) if row[name] else None for row in (one.before, one.after)))


def _row(case: str, one: ClinicBeside, effect: ClinicEffect | None) -> Row:
    values = {"case": case, **{name: one.before[name] for name in ("ydernummer", "clinic_type", "municipality_code")}}
    values |= {name: one.before[name] for name in ("council_id", "capacities")}
    for name in (*WHOLE_NUMBERS, "status"):
        values |= {f"{name}_before": one.before[name], f"{name}_after": one.after[name]}
    for name in WHOLE_NUMBERS:
        values[f"{name}_change"] = change_of(one.before[name], one.after[name])
    hidden = [name for name in one.hidden if name in values]
    if effect is not None:
        told = {
            "steps": count(effect.steps),
            "beyond_a_step": yes_or_no(effect.beyond_a_step),
            "minimum_sure": effect.sure,
        }
        return printed(release_cases.CLINICS, {**values, **told})
    gone = dict.fromkeys(("steps", "beyond_a_step", "minimum_sure"), EMPTY)
    return printed(release_cases.CLINICS, {**values, **gone}, [*hidden, *gone])
