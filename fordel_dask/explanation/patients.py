"""A number explained in patients: from the national mean to one clinic or area (model section 7).

A part of weighted citizens becomes −(norm ÷ S) · part patients per capacity, S being the
weighted citizens of the area. Whole patients are shared out by largest remainder, so that
what a reader adds up is what stands in the last line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from fordel_dask.errors import AccountingError
from fordel_dask.law.rounding import by_largest_remainder, half_up


@dataclass(frozen=True)
class WeightedPart:
    """One row of ``parts.csv``: what it adds to weighted citizens minus citizens."""

    term: str
    level: str
    citizens: int
    weighted: Fraction


@dataclass(frozen=True)
class PatientPart:
    """The same in patients per capacity: exact, and whole as shared out over all parts."""

    term: str
    level: str
    citizens: int
    exact: Fraction
    whole: int


def patients_per_capacity(citizens: Fraction | int, weighted: Fraction, norm: int) -> Fraction | None:
    """Give how many of these citizens make up one capacity, exact; none where nobody has a weight."""
    return norm * Fraction(citizens) / weighted if weighted else None


def whole_patients(exact: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Round the parts of a number of patients so that they add up to ``total``, by largest remainder.

    Raises
    ------
    AccountingError
        The numbers are further from ``total`` than rounding can explain.
    """
    try:
        return by_largest_remainder(exact, total)
    except ValueError:
        raise AccountingError(
            f"{len(exact)} parts add up to about {float(sum(exact)):.3f} patients where {total} were expected. "
            f"The RUN's tables do not belong together: run the model again."
        ) from None


def in_patients(
    parts: Sequence[WeightedPart], citizens: Fraction | int, weighted: Fraction, norm: int
) -> tuple[PatientPart, ...]:
    """Give the parts of one area in patients per capacity; they lead from ``norm`` to the area's number.

    ``citizens`` are those of the area (P with a projection) and ``weighted`` their weights' sum.
    Without weighted citizens there is no number and nothing to explain.
    """
    number = patients_per_capacity(citizens, weighted, norm)
    if number is None:
        return ()
    exact = [-norm * part.weighted / weighted for part in parts]
    whole = whole_patients(exact, half_up(number.numerator, number.denominator) - norm)
    return tuple(
        PatientPart(part.term, part.level, part.citizens, fine, coarse)
        for part, fine, coarse in zip(parts, exact, whole, strict=True)
    )


def by_term(parts: Sequence[PatientPart]) -> dict[str, tuple[PatientPart, ...]]:
    """Group parts by term, in their order."""
    return {term: tuple(rows) for term, rows in groupby(parts, key=lambda part: part.term)}


def national_counts(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], int]:
    """Count all citizens that have each level, summed over the councils of ``parts.csv``.

    Rows without a level count every citizen, so that the largest count is that of the country.
    """
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["area_kind"] == "council":
            key = (row["term"], row["level"])
            found[key] = found.get(key, 0) + int(row["citizens"])
    return found
