"""How steady published numbers were between two RUNs: all of them, and by type, region, council and municipality."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from fordel_dask.diagnostics.stability import Moved, Steadiness, steadiness_of
from fordel_dask.explanation.figures_changed import (
    COMPARED,
    MAXIMUM,
    MINIMUM,
    MINIMUM_PER_CAPACITY,
    PER_CAPACITY_ROUNDED,
    FigureChange,
    Pair,
)
from fordel_dask.explanation.found import COUNCIL, MUNICIPALITY, Row
from fordel_dask.printing import Row as Printed
from fordel_dask.printing import count, number
from fordel_dask.tables import estimate

COUNTRY, CLINIC_TYPE, REGION = "country", "clinic_type", "region"
GROUPINGS = {
    MAXIMUM: (COUNTRY, REGION),
    PER_CAPACITY_ROUNDED: (COUNTRY, REGION, COUNCIL),
    MINIMUM_PER_CAPACITY: (COUNTRY, CLINIC_TYPE, REGION, COUNCIL, MUNICIPALITY),
    MINIMUM: (COUNTRY, CLINIC_TYPE, REGION, COUNCIL, MUNICIPALITY),
}
"""The figures that are whole numbers, and by what they are grouped."""


def stability_rows(pair: Pair, changes: Sequence[FigureChange]) -> Iterator[Printed]:
    """Print how steady each group of numbers was."""
    for figure, groupings in GROUPINGS.items():
        own = [one for one in changes if one.figure == figure]
        for grouping in groupings:
            groups: dict[str, list[FigureChange]] = {}
            for one in own:
                groups.setdefault(group_of(pair, one, grouping), []).append(one)
            for group, members in sorted(groups.items()):
                yield (figure, grouping, group, *_printed(steadiness(pair, members)), *_only_one(members))


def steadiness(pair: Pair, changes: Sequence[FigureChange]) -> Steadiness:
    """Sum up how steady the figures are that both RUNs have."""
    return steadiness_of([_moved(pair, one) for one in changes if one.status == COMPARED])


def _printed(found: Steadiness) -> Printed:
    return (
        *map(count, (found.numbers, found.unchanged, found.higher, found.lower, found.beyond_a_step)),
        number(found.mean),
        number(found.median),
        count(found.nine_tenths),
        estimate(found.correlation),
    )


def only_one_has(changes: Sequence[FigureChange]) -> tuple[int, int]:
    """Count the figures that only the later RUN has, and those that only the earlier one has."""
    new = sum(one.before is None and one.after is not None for one in changes)
    return new, sum(one.before is not None and one.after is None for one in changes)


def _only_one(changes: Sequence[FigureChange]) -> Printed:
    return tuple(map(count, only_one_has(changes)))


def _moved(pair: Pair, one: FigureChange) -> Moved:
    before, after = pair.rows(one.kind, one.code)
    return Moved(
        before=int(one.before or 0),
        after=int(one.after or 0),
        step=_step(pair, one, (before, after)),
        mean_weights=(Fraction(before["mean_weight"] or 0), Fraction(after["mean_weight"] or 0)),
    )


def _step(pair: Pair, one: FigureChange, rows: tuple[Row, Row]) -> Fraction:
    """Give one step of the figure's rounding, the larger one if the two RUNs differ."""
    if one.figure == MAXIMUM:
        return Fraction(1)
    capacities = max(Fraction(row["capacities"]) for row in rows) if one.figure == MINIMUM else Fraction(1)
    return capacities * max(pair.steps)


def group_of(pair: Pair, one: FigureChange, grouping: str) -> str:
    """Give the group of a council, municipality or clinic: that of the later RUN if it is listed there."""
    found = pair.after if one.code in pair.after.rows[one.kind] else pair.before
    row: Mapping[str, str] = found.rows[one.kind][one.code]
    if grouping == COUNTRY:
        return ""
    if grouping == REGION:
        return found.rows[COUNCIL].get(row["council_id"], {}).get("region", "")
    return row[{CLINIC_TYPE: "clinic_type", COUNCIL: "council_id", MUNICIPALITY: "municipality_code"}[grouping]]
