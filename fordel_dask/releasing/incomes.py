"""Tables of incomes as they would leave: groups of clinics alone, what follows from weights as exactly as these."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from fordel_dask.disclosure import Reach, Rules, is_few, reach_of
from fordel_dask.printing import Row, count, number, ratio
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.money import COUNTRY, KINDS, NATION, Earner, Earners, Group
from fordel_dask.releasing.protected import CLINICS, Protected
from fordel_dask.releasing.sources import INCOME, Source
from fordel_dask.releasing.telling import estimate, printed, rounded_count
from fordel_dask.schema import release_money

STEPS_KR = tuple(digit * 10**power for power in range(2, 9) for digit in (1, 2, 5))
"""Kroner to which income by weight is rounded, finest first."""

DEAREST = 2
"""By how much more than the basic fee of a patient a weighted patient may move money at most.

All clinics share the money of one fee for each patient by weights whose mean is 1.
"""


BEFORE, AFTER, ALL = "income_before_kr", "income_after_kr", "all"
BY_PATIENT = ("basic_fee", "all")
"""Parts of income from which patients could be worked out, where these are told rounded."""
AMOUNTS = ("services", "at_fee_table_kr", "share", "per_capacity_kr", "per_patient_kr")


def earners_in(sources: Sequence[Source], base: Protected) -> Earners:
    """Give the clinics with every sum of theirs that some source adds up.

    One choice of groups for all: what one table keeps back beside a group, another must not tell.
    """
    rows: dict[str, TextRow] = {}
    amounts: dict[str, dict[str, Fraction]] = {}
    for source in sources:
        table = "clinic_income" if source.kind == INCOME else "differentiated_clinics"
        names = _parts_of(source) if source.kind == INCOME else (BEFORE, AFTER)
        for row in source.tables[table]:
            own = {f"{source.folder} {name}": Fraction(row[name]) for name in names}
            amounts.setdefault(row["ydernummer"], {}).update(own)
            rows.setdefault(row["ydernummer"], row)
    names = tuple(dict.fromkeys(name for own in amounts.values() for name in own))
    found = [_earner(row, {name: amounts[code].get(name, Fraction(0)) for name in names}) for code, row in rows.items()]
    pattern = base.patterns[CLINICS]
    gone = {code for code, marked in zip(pattern.block.rows, pattern.withheld, strict=True) if marked}
    return Earners(found, frozenset(gone), base.rules)


def _parts_of(source: Source) -> tuple[str, ...]:
    """Give the columns of the parts of income, and of all of it."""
    parts = dict.fromkeys(row["part"] for row in source.tables["income_parts"])
    return tuple("income_kr" if part == ALL else f"{part}_kr" for part in parts)


def _earner(row: TextRow, amounts: Mapping[str, Fraction]) -> Earner:
    capacities = Fraction(row["capacities"]) if row["capacities"] else None
    place = (row["region"], row["council_id"], row["clinic_type"])
    return Earner(row["ydernummer"], *place, int(row["patients"]), capacities, amounts)


def _parts_kept_back(rows: Sequence[TextRow], rules: Rules) -> set[str]:
    """Give the parts that some area has too few services of, and one more: the others and the sum would tell them."""
    few = {row["part"] for row in rows if row["services"] and is_few(int(row["services"]), rules)}
    others = [row["part"] for row in rows if row["part"] not in {*few, *BY_PATIENT}]
    return few | set(others[-1:]) if few else few


def income_rows(source: Source, base: Protected, earners: Earners) -> Iterator[Row]:
    """Give incomes of groups, part by part."""
    rows = source.tables["income_parts"]
    parts = _parts_kept_back(rows, base.rules)
    for row in rows:
        values = {**row, "patients": rounded_count(int(row["patients"]), base.rules)}
        exact = base.rules.round_to > 1 and row["part"] in BY_PATIENT
        hidden: Sequence[str] = AMOUNTS if row["part"] in parts or exact else ()  # a part of few in one area, in all
        if (row["area_kind"], row["code"]) in earners.kept_back:
            hidden = ["patients", *AMOUNTS]
        yield printed(release_money.INCOME, values, [name for name in hidden if row[name]])


@dataclass(frozen=True)
class Differentiated:
    """What a rule does to groups of clinics, over the clinics of the base."""

    source: Source
    base: Protected
    earners: Earners

    @cached_property
    def clinics(self) -> Sequence[TextRow]:
        """The clinics' own rows, which stay."""
        return self.source.tables["differentiated_clinics"]

    def _amount(self, one: Earner, name: str) -> Fraction:
        return one.amounts[f"{self.source.folder} {name}"]

    def _change(self, one: Earner) -> Fraction:
        return self._amount(one, AFTER) - self._amount(one, BEFORE)

    @property
    def is_by_weight_alone(self) -> bool:
        """Whether no supplement follows from what councils lack: that moves with their exact need."""
        return not any(Fraction(row["supplement_kr"]) for row in self.clinics)

    @cached_property
    def rate(self) -> float:
        """Kroner that a weighted patient moves at most."""
        return DEAREST * max((float(row["fee_per_patient_before_kr"]) for row in self.clinics), default=0.0)

    @cached_property
    def _groups(self) -> list[Group]:
        return sorted(self.earners.members, key=lambda group: (KINDS.index(group[0]), group[1]))

    def _reach_of(self, groups: Mapping[str, int], number: int) -> Reach:
        """Give how far the money of groups (by clinic, −1 for none) and of single clinics moves."""
        pattern, figure = self.base.patterns[CLINICS], self.base.figures[CLINICS]
        block = pattern.block
        place = np.array([groups.get(code, -1) for code in block.rows], np.int64)
        in_groups = replace(pattern, block=replace(block, group=place))
        moved = replace(figure, factor=self.rate * figure.factor, bounded=True, group_sums=np.zeros(number))
        return reach_of(in_groups, moved)

    @cached_property
    def _furthest(self) -> dict[Group, tuple[float, float]]:
        """By how much the money of each group falls and rises at most in another nation, in kroner."""
        found: dict[Group, tuple[float, float]] = {}
        for kind in dict.fromkeys(kind for kind, _ in self._groups):
            own = [group for group in self._groups if group[0] == kind]
            groups = {one.ydernummer: at for at, group in enumerate(own) for one in self.earners.members[group]}
            down, up = self._reach_of(groups, len(own)).parts.furthest(len(own))
            found |= dict(zip(own, zip(down.tolist(), up.tolist(), strict=True), strict=True))
        return found

    @cached_property
    def _unsure(self) -> frozenset[str]:
        """Clinics that would win in one nation and lose in another that looks the same."""
        rows = self.base.patterns[CLINICS].block.rows
        down, up = self._reach_of({}, 0).rows.furthest(len(rows))
        moves = dict(zip(rows, np.maximum(-down, up).tolist(), strict=True))
        return frozenset(
            one.ydernummer
            for one in self.earners.all
            if moves.get(one.ydernummer, 0.0) > 0 and abs(self._change(one)) <= moves[one.ydernummer]
        )

    def rows(self) -> Iterator[Row]:
        """Give the groups."""
        for group in self._groups:
            yield self._row(group)

    def _row(self, group: Group) -> Row:
        members = self.earners.members[group]
        before, exact = (sum((self._amount(one, name) for one in members), Fraction(0)) for name in (BEFORE, AFTER))
        step = self._step(group, exact)
        after = before if group == (COUNTRY, NATION) and exact == before else _to_step(exact, step)
        change = None if after is None else after - before
        values = {
            "grouping": group[0],
            "group": group[1],
            "clinics": count(len(members)),
            "patients": rounded_count(sum(one.patients for one in members), self.base.rules),
            BEFORE: estimate(before),
            "step_kr": count(step),
            AFTER: estimate(after),
            "change_kr": estimate(change),
            "change_share": number(None if change is None else ratio(change, before)),
            "winners": count(sum(self._change(one) > 0 for one in members)),
            "losers": count(sum(self._change(one) < 0 for one in members)),
        }
        return printed(release_money.DIFFERENTIATED, values, self._hidden(group, members, after is None))

    def _hidden(self, group: Group, members: Sequence[Earner], is_gone: bool) -> list[str]:
        money = [AFTER, "step_kr", "change_kr", "change_share"]
        counts = ["winners", "losers"]
        if group in self.earners.kept_back:
            return ["patients", BEFORE, *money, *counts]
        unsure = not self.is_by_weight_alone or any(one.ydernummer in self._unsure for one in members)
        exact = [BEFORE, *money] if self.base.rules.round_to > 1 else []
        return list(dict.fromkeys([*exact, *(money if is_gone else []), *(counts if unsure else [])]))

    def _step(self, group: Group, exact: Fraction) -> int | None:
        """Give the finest step at which the group's money is told alike in all nations; none where there is none."""
        if not self.is_by_weight_alone:
            return None
        down, up = self._furthest[group]
        ends = [float(exact) + shift for shift in (down - 1, up + 1)]
        return next((step for step in STEPS_KR if len({np.floor(end / step + 0.5) for end in ends}) == 1), None)


def _to_step(exact: Fraction, step: int | None) -> Fraction | None:
    return None if step is None else Fraction(step * int(np.floor(float(exact) / step + 0.5)))
