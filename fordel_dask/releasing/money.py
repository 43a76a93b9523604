"""Groups of clinics whose money may be told: no clinic is to be seen in a sum, nor in what sums leave between them.

A clinic's own money is one contributor's: it stays. Groups are the country, its regions, their councils, and types of
clinics. A group kept back takes others with it, until what can be worked out of them together shows nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fordel_dask.disclosure import Rules, is_few, shows_a_contributor

COUNTRY, REGION, COUNCIL, CLINIC_TYPE = "country", "region", "council", "clinic_type"
KINDS = (COUNTRY, REGION, COUNCIL, CLINIC_TYPE)
NATION = "DK"
Group = tuple[str, str]
"""Kind and code."""


@dataclass(frozen=True)
class Earner:
    """A clinic: where it belongs, its patients, and what it has of each sum, in kroner."""

    ydernummer: str
    region: str
    council_id: str
    kind: str
    patients: int
    capacities: Fraction | None
    amounts: Mapping[str, Fraction]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that it is in."""
        return (COUNTRY, NATION), (REGION, self.region), (COUNCIL, self.council_id), (CLINIC_TYPE, self.kind)


@dataclass(frozen=True)
class Earners:
    """All clinics, and which of them have a number of patients that is not told (``withheld``)."""

    all: Sequence[Earner]
    withheld: frozenset[str]
    rules: Rules

    @cached_property
    def members(self) -> dict[Group, tuple[Earner, ...]]:
        """Clinics by group."""
        found: dict[Group, list[Earner]] = {}
        for one in self.all:
            for group in one.groups:
                found.setdefault(group, []).append(one)
        return {group: tuple(of) for group, of in found.items()}

    def is_unsafe(self, clinics: Sequence[Earner]) -> bool:
        """Tell whether sums over some clinics would show one of them, or the patients of one that are not told."""
        if not clinics:
            return False
        gone = sum(one.ydernummer in self.withheld for one in clinics)
        partly = 0 < gone < sum(one.ydernummer in self.withheld for one in self.all)
        few = is_few(sum(one.patients for one in clinics), self.rules)
        return partly or few or any(self._is_seen(clinics, name) for name in clinics[0].amounts)

    def _is_seen(self, clinics: Sequence[Earner], name: str) -> bool:
        return shows_a_contributor([round(100 * one.amounts[name]) for one in clinics], self.rules)

    @cached_property
    def kept_back(self) -> frozenset[Group]:
        """The groups that are not told."""
        if self.is_unsafe(self.members.get((COUNTRY, NATION), ())):
            return frozenset(self.members)
        regions = self._hidden([group for group in self.members if group[0] == REGION])
        hidden = regions | self._hidden([group for group in self.members if group[0] == CLINIC_TYPE])
        for region in (group for group in self.members if group[0] == REGION):
            councils = [(COUNCIL, code) for code in sorted({one.council_id for one in self.members[region]})]
            hidden |= frozenset(councils) if region in regions else self._hidden(councils)
        return hidden

    def _hidden(self, groups: Sequence[Group]) -> frozenset[Group]:
        """Give which of the groups that make up a told sum are kept back: unsafe ones, then the smallest."""
        hidden = {group for group in groups if self.is_unsafe(self.members[group])}
        others = sorted(set(groups) - hidden, key=lambda group: (self._size(group), group))
        while hidden and (len(hidden) == 1 or self._shows_together(hidden)) and others:
            hidden.add(others.pop(0))
        return frozenset(hidden)

    def _shows_together(self, groups: set[Group]) -> bool:
        """Tell whether what the told groups leave of their sum would show a clinic."""
        return self.is_unsafe([one for group in groups for one in self.members[group]])

    def _size(self, group: Group) -> Fraction:
        return sum((max(one.amounts.values(), default=Fraction(0)) for one in self.members[group]), Fraction(0))
