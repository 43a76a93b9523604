"""Who wins and who loses: clinics grouped by place, type, size, deprivation and weight; and how equal incomes are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from fordel_dask.fee_work.effects import LISTS, Effect

TENTHS = 10
MANY_CAPACITIES = 6
DEPRIVED_TERMS = ("labour_market", "origin")
"""Terms of the model whose citizens the proxy of deprivation counts: outside the labour market, and origin."""

PATIENTS, DEPRIVATION, MEAN_WEIGHT = "patients_tenth", "deprivation_tenth", "mean_weight_tenth"
BASIC, ALL = "basic_fee", "all"
ZERO = Fraction(0)


@dataclass(frozen=True)
class Group:
    """Clinics that have something in common."""

    grouping: str
    name: str
    members: Sequence[Effect]

    @property
    def winners(self) -> int:
        """Clinics that get more."""
        return sum(one.income_after > one.income_before for one in self.members)

    @property
    def losers(self) -> int:
        """Clinics that get less."""
        return sum(one.income_after < one.income_before for one in self.members)


def groups_of(effects: Sequence[Effect], deprived: Mapping[str, int]) -> list[Group]:
    """Give all groupings; ``deprived`` is how many patients of a clinic the proxy of deprivation counts.

    Without any there are no tenths by deprivation: they would be tenths by ydernummer.
    """
    by_label: tuple[tuple[str, Callable[[Effect], str]], ...] = (
        ("country", lambda one: "DK"),
        ("region", lambda one: one.region),
        ("council", lambda one: one.clinic.council_id),
        ("clinic_type", lambda one: one.clinic.kind),
        ("capacities", lambda one: _size(one.clinic.capacities)),
    )
    by_figure: tuple[tuple[str, Callable[[Effect], Fraction]], ...] = (
        (PATIENTS, lambda one: Fraction(one.clinic.patients)),
        (DEPRIVATION, lambda one: Fraction(deprived.get(one.clinic.ydernummer, 0), one.clinic.patients)),
        (MEAN_WEIGHT, lambda one: one.clinic.weighted / one.clinic.patients),
    )
    found = [group for grouping, label in by_label for group in _grouped(grouping, effects, label)]
    for grouping, figure in by_figure:
        if grouping == DEPRIVATION and not any(deprived.values()):
            continue
        tenth = _tenths({one.clinic.ydernummer: figure(one) for one in effects})
        found += _grouped(grouping, effects, lambda one, tenth=tenth: tenth[one.clinic.ydernummer])  # type: ignore[misc]
    return found


def _grouped(grouping: str, effects: Iterable[Effect], label: Callable[[Effect], str]) -> Iterator[Group]:
    members: dict[str, list[Effect]] = {}
    for one in effects:
        members.setdefault(label(one), []).append(one)
    for name, of in sorted(members.items()):
        yield Group(grouping, name, of)


def _size(capacities: Fraction | None) -> str:
    """Give the number of capacities, a part as a whole one, many together; empty where none are told."""
    if not capacities:
        return ""
    return str(ceil(capacities)) if capacities <= MANY_CAPACITIES - 1 else f"{MANY_CAPACITIES}+"


def _tenths(figures: Mapping[str, Fraction]) -> dict[str, str]:
    """Give the tenth of every clinic, 01 the lowest; of equal figures the lower ydernummer is lower."""
    ordered = sorted(figures, key=lambda clinic: (figures[clinic], clinic))
    return {clinic: f"{1 + TENTHS * rank // len(ordered):02}" for rank, clinic in enumerate(ordered)}


def deprived_patients(parts: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Count, by clinic, the patients outside the labour market and of the origin that has a weight.

    From the parts of a RUN, in which one patient can have both and then counts twice: a proxy, no measure.
    """
    found: dict[str, int] = {}
    for row in parts:
        if row["area_kind"] == "clinic" and row["term"] in DEPRIVED_TERMS:
            found[row["code"]] = found.get(row["code"], 0) + int(row["citizens"])
    return found


@dataclass(frozen=True)
class Spread:
    """How income per capacity, in øre, differs between clinics on a list, before or after."""

    income: str
    on_list: str
    is_after: bool
    figures: Sequence[Fraction]

    def at(self, share: Fraction) -> Fraction:
        """Give the figure that a share of clinics have at most."""
        return self.figures[max(ceil(share * len(self.figures)) - 1, 0)]

    @property
    def greatest_over_least(self) -> Fraction | None:
        """Greatest over least; none where the least is 0."""
        return self.figures[-1] / self.figures[0] if self.figures[0] else None


def spreads_of(effects: Sequence[Effect], incomes: Sequence[str]) -> list[Spread]:
    """Give how far incomes per capacity lie apart on each list; none without clinics that have a minimum number."""
    judged = [one for one in effects if one.has_minimum]
    return [
        Spread(income, on_list, is_after, sorted(_per_capacity(one, income, on_list, is_after) for one in judged))
        for income in incomes
        for on_list in LISTS
        for is_after in (False, True)
        if judged
    ]


def _per_capacity(one: Effect, income: str, on_list: str, is_after: bool) -> Fraction:
    oere = one.basic_at(on_list, is_after) if income == BASIC else one.income_at(on_list, is_after)
    return oere / (one.clinic.capacities or 1)
