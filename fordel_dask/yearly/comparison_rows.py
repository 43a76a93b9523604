"""What differs between two RUNs as rows of text, in the order of ``schema/comparison.py``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fordel_dask.explanation.change import CAUSES, ROUNDING
from fordel_dask.explanation.drift import Drift
from fordel_dask.explanation.figures_changed import COMPARED, FigureChange, Pair
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY
from fordel_dask.explanation.models_changed import ModelChange
from fordel_dask.law.rounding import NANO, decimals, scaled
from fordel_dask.printing import EMPTY, count, given, number
from fordel_dask.printing import Row as Printed

NAMED = {
    COUNCIL: ("council_id", "council", "region"),
    MUNICIPALITY: ("municipality_code", "municipality", "council_id"),
    CLINIC: ("ydernummer", "clinic_type", "municipality_code", "council_id"),
}
"""By what a council, municipality or clinic is named in its table."""


def change_rows(pair: Pair, changes: Sequence[FigureChange], kind: str) -> Iterator[Printed]:
    """Print the figures of one kind with their causes."""
    for one in changes:
        if one.kind == kind:
            row = pair.after.rows[kind].get(one.code) or pair.before.rows[kind][one.code]
            named = tuple(row[column] for column in NAMED[kind])
            figures = given(one.before), given(one.after), number(one.change)
            main = one.main_cause
            yield (*named, one.figure, one.status, *figures, *_causes(one), main[0] if main else EMPTY)


def _causes(one: FigureChange) -> Printed:
    """Print the causes; what nine decimals leave over goes to rounding, so that the printed ones add up too."""
    if one.status != COMPARED or one.change is None:
        return (EMPTY,) * len(CAUSES)
    units = {cause: scaled(amount) for cause, amount in one.by_cause().items()}
    others = sum(amount for cause, amount in units.items() if cause != ROUNDING)
    units[ROUNDING] = scaled(one.change) - others
    return tuple(decimals(units[cause]) for cause in CAUSES)


def part_rows(changes: Iterable[FigureChange]) -> Iterator[Printed]:
    """Print the causes in detail, those that do anything."""
    for one in changes:
        for (cause, detail), amount in one.parts.items():
            if 2 * abs(amount) * NANO > 1:
                yield one.kind, one.code, one.figure, cause, detail, number(amount)


def drift_rows(drifts: Iterable[Drift]) -> Iterator[Printed]:
    """Print the drift of diagnoses."""
    for one in drifts:
        in_country = one.country[1] - one.country[0]
        yield (
            *(one.kind, one.code, *one.level),
            *map(count, one.citizens),
            *map(number, (*one.shares, one.change, in_country, one.beyond, one.effect)),
        )


def weight_rows(pair: Pair) -> Iterator[Printed]:
    """Print the weight of each level that either model has."""
    before, after = pair.before.weights, pair.after.weights
    for level in dict.fromkeys((*before, *after)):
        rows: list[Mapping[str, str]] = [found.get(level, {}) for found in (before, after)]
        coefficients = (row.get("coefficient_kr", EMPTY) for row in rows)
        weights = (row.get("weight", EMPTY) for row in rows)
        change = pair.weights[1].get(level, 0) - pair.weights[0].get(level, 0)
        yield (*level, *coefficients, *weights, decimals(change))


def model_rows(changes: Iterable[ModelChange]) -> Iterator[Printed]:
    """Print what differs between the models."""
    for one in changes:
        yield one.kind, one.key, one.unit, one.before, one.after, one.words
