"""The tables of differentiated fees as rows of text, in the columns of :mod:`fordel_dask.schema.differentiated`."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from fordel_dask.fee_work.effects import EXACT_MINIMUM, MINIMUM, ZERO, Effect, Effects, losses_oere
from fordel_dask.fee_work.groups import Group, Spread
from fordel_dask.fee_work.kroner import kroner_per, printed_kroner
from fordel_dask.fees.supplements import CouncilState
from fordel_dask.printing import EMPTY, Row, count, given, number, ratio

if TYPE_CHECKING:
    from fordel_dask.fee_work.differentiate import Differentiated

TENTH, HALF, NINE_TENTHS = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)
OF_RULE, TEMPORARY = "rule", "temporary"


def rows_of(found: "Differentiated") -> dict[str, list[Row]]:
    """Give the rows of every table, sorted."""
    return {
        "differentiated_clinics": [_clinic(one) for one in found.effects.clinics],
        "differentiated_groups": [_group(one) for one in found.groups],
        "equal_load": [_spread(one) for one in found.spreads],
        "differentiated_years": [_year(year, effects) for year, effects in found.by_year.items()],
        "council_supplements": [*_of_rule(found), *_temporary(found)],
    }


def _clinic(one: Effect) -> Row:
    clinic = one.clinic
    return (
        *(clinic.ydernummer, clinic.kind, clinic.municipality_code, clinic.council_id, one.region),
        *(given(clinic.capacities), count(clinic.patients), number(clinic.weighted)),
        *(number(clinic.weighted / clinic.patients), number(one.factor)),
        *(printed_kroner(fee) for fee in (one.fee, one.fee * one.factor)),
        *map(printed_kroner, (one.before.basic, one.basic_after, one.basic_change)),
        *map(printed_kroner, (one.supplement, one.income_before, one.income_after)),
        number(ratio(one.income_after - one.income_before, one.income_before)),
        *(kroner_per(oere, clinic.capacities or 0) for oere in (one.income_before, one.income_after)),
        *_at_minimum(one),
    )


def _at_minimum(one: Effect) -> Row:
    if not one.has_minimum:
        return (EMPTY,) * 8
    capacities = one.clinic.capacities or ZERO
    return (
        count(one.clinic.minimum_patients),
        *(kroner_per(one.income_at(MINIMUM, after), capacities) for after in (False, True)),
        number(one.exact_minimum),
        *(kroner_per(one.basic_at(EXACT_MINIMUM, after), capacities) for after in (False, True)),
        *(kroner_per(one.income_at(EXACT_MINIMUM, after), capacities) for after in (False, True)),
    )


def changes_of(group: Group) -> tuple[int, int, list[Fraction]]:
    """Give a group's income before and after, in øre, and the change of each clinic over its income before.

    A clinic whose corrections leave it no income has no such share.
    """
    before = sum(one.income_before for one in group.members)
    after = sum(one.income_after for one in group.members)
    changes = [
        Fraction(one.income_after - one.income_before, one.income_before)
        for one in group.members
        if one.income_before > 0
    ]
    return before, after, changes


def _group(group: Group) -> Row:
    before, after, changes = changes_of(group)
    patients = sum(one.clinic.patients for one in group.members)
    weighted = sum((one.clinic.weighted for one in group.members), ZERO)
    seated = [one for one in group.members if one.clinic.capacities]
    capacities = sum((one.clinic.capacities or ZERO for one in seated), ZERO)
    return (
        *(group.grouping, group.name, count(len(group.members)), number(capacities), count(patients)),
        *(number(ratio(weighted, patients)), *map(printed_kroner, (before, after, after - before))),
        *(number(ratio(after - before, before)), count(group.winners), count(group.losers)),
        *(number(max([*changes, ZERO])), number(min([*changes, ZERO]))),
        kroner_per(sum(one.income_before for one in seated), capacities),
        kroner_per(sum(one.income_after for one in seated), capacities),
    )


def _spread(one: Spread) -> Row:
    return (
        *(one.income, one.on_list, "after" if one.is_after else "before", count(len(one.figures))),
        *map(printed_kroner, (one.figures[0], one.at(TENTH), one.at(HALF), one.at(NINE_TENTHS), one.figures[-1])),
        number(one.greatest_over_least),
    )


def _year(year: int, effects: Effects) -> Row:
    changes = [one.basic_change for one in effects.clinics]
    return (
        *(str(year), number(effects.share)),
        *(count(sum(change > 0 for change in changes)), count(sum(change < 0 for change in changes))),
        *map(printed_kroner, (sum(max(change, 0) for change in changes), -min(changes, default=0))),
        printed_kroner(losses_oere(effects)),
    )


def _of_rule(found: "Differentiated") -> Iterator[Row]:
    if found.rule.supplement is None:
        return
    given_to: Mapping[str, int] = found.effects.supplement_oere
    for council in found.councils:
        yield _council(OF_RULE, found.day.year, council, (given_to.get(council.council_id, 0), 0))


def _temporary(found: "Differentiated") -> Iterator[Row]:
    for one in found.temporary:
        yield _council(TEMPORARY, one.year, one.council, (one.by_rule_oere, one.everywhere_oere))


def _council(kind: str, year: int, council: CouncilState, oere: tuple[int, int]) -> Row:
    return (
        *(kind, str(year), council.council_id, council.region),
        *map(number, (council.need, council.allocated, council.occupied, council.shortage)),
        *(count(council.maximum), number(council.room)),
        *map(printed_kroner, (*oere, sum(oere))),
        kroner_per(sum(oere), council.shortage),
    )
