"""Correction factors of a fee table: incomes of earlier years at its level, for locum rates and goodwill.

The collective agreement states the factors for these two calculations only: an income is raised by its year's factor.
As an index of prices between fee years (V38) they are an assumption.
"""

import datetime
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask import law
from fordel_dask.errors import CoverageError, ImpossibleValueError
from fordel_dask.fees.fee_text import FeeText
from fordel_dask.fees.rows import Row, Rule, is_day, read_rows, refuse, repeated
from fordel_dask.law.rounding import half_up, shortest
from fordel_dask.printing import csv_text

COLUMNS = ("table_from", "income_year", "percent", "as_of")
DIGITS_OF_A_YEAR, MOST_DIGITS = 4, 12


@dataclass(frozen=True)
class CorrectionFactor:
    """By what share the income of a calendar year is raised to the level of the fee table in force from a day.

    ``as_of`` is the day that the table gives the factor for, none without one.
    """

    table_from: datetime.date
    year: int
    factor: Fraction
    as_of: datetime.date | None


@functools.cache
def packaged_corrections() -> tuple[CorrectionFactor, ...]:
    """Give the correction factors that come with the program."""
    return tuple(map(_factor, law.rows("fees/correction_factors")))


def corrections_of(text: FeeText, table_from: datetime.date) -> tuple[CorrectionFactor, ...]:
    """Give the correction factors that a published text states."""
    return tuple(CorrectionFactor(table_from, one.year, one.factor, text.as_of) for one in text.corrections)


def read_corrections(text: str, name: str) -> tuple[CorrectionFactor, ...]:
    """Read correction factors from a file.

    Raises
    ------
    SchemaError
        Columns are missing, values cannot be, or a year stands twice for one table.
    """
    rules: list[Rule] = [
        ("table_from", is_day, "a day, YYYY-MM-DD"),
        ("income_year", lambda year: len(year) == DIGITS_OF_A_YEAR and year.isascii() and year.isdigit(), "a year"),
        ("percent", _is_decimal, "a number of percent such as 4.2"),
        ("as_of", lambda day: not day or is_day(day), "a day, YYYY-MM-DD, or empty"),
    ]
    rows = read_rows(text, name, COLUMNS, rules)
    twice = repeated([(line, (row["table_from"], row["income_year"])) for line, row in rows])
    refuse(name, [(line, f"the same table and year as in line {earlier}") for line, earlier in twice])
    return tuple(_factor(row) for _, row in rows)


def corrections_text(factors: Sequence[CorrectionFactor]) -> str:
    """Print correction factors as a file."""
    ordered = sorted(factors, key=lambda one: (one.table_from, one.year))
    return csv_text(COLUMNS, map(_row, ordered))


def corrections_for(factors: Sequence[CorrectionFactor], table_from: datetime.date) -> Mapping[int, CorrectionFactor]:
    """Give the factors of one fee table by calendar year."""
    return {one.year: one for one in factors if one.table_from == table_from}


def at_level_of_table(incomes: Mapping[int, int], factors: Mapping[int, CorrectionFactor]) -> Mapping[int, int]:
    """Give incomes by calendar year at the level of a fee table, in øre: income × (1 + factor), half up.

    Raises
    ------
    CoverageError
        The table states no factor for a year.
    ImpossibleValueError
        An income is below 0.
    """
    return {year: half_up(*_exactly(year, income, factors).as_integer_ratio()) for year, income in incomes.items()}


def mean_at_level_of_table(incomes: Mapping[int, int], factors: Mapping[int, CorrectionFactor]) -> int:
    """Give the mean of incomes of several years at the level of a fee table, in øre: exact, half up once.

    Raises
    ------
    CoverageError
        The table states no factor for a year, or there are no incomes.
    ImpossibleValueError
        An income is below 0.
    """
    if not incomes:
        raise CoverageError("The mean of no incomes is asked for. Name at least one, such as 2023=1.234.567,00.")
    total = sum((_exactly(year, income, factors) for year, income in incomes.items()), Fraction(0))
    return half_up(*(total / len(incomes)).as_integer_ratio())


def price_index(factors: Mapping[int, CorrectionFactor]) -> Mapping[int, Fraction]:
    """Give what brings fees of a calendar year to the level of a fee table: 1 + factor, the table's own level 1.

    Assumption (V38): the factors are stated for incomes, for two calculations, not for prices of services.
    """
    return {year: 1 + one.factor for year, one in factors.items()}


def _exactly(year: int, income_oere: int, factors: Mapping[int, CorrectionFactor]) -> Fraction:
    if year not in factors:
        known = ", ".join(map(str, sorted(factors))) or "none"
        raise CoverageError(f"The fee table states no correction factor for incomes of {year}; it states {known}.")
    if income_oere < 0:
        raise ImpossibleValueError(f"The income of {year} is below 0. Give incomes of 0 or more.")
    return income_oere * (1 + factors[year].factor)


def _is_decimal(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS and not text.endswith(".")


def _row(one: CorrectionFactor) -> tuple[str, ...]:
    as_of = one.as_of.isoformat() if one.as_of else ""
    return one.table_from.isoformat(), str(one.year), shortest(100 * one.factor), as_of


def _factor(row: Row) -> CorrectionFactor:
    return CorrectionFactor(
        datetime.date.fromisoformat(row["table_from"]),
        int(row["income_year"]),
        Fraction(row["percent"]) / 100,
        datetime.date.fromisoformat(row["as_of"]) if row["as_of"] else None,
    )
