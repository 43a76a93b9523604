"""The table of measures that a region keeps: capacities in flight, shared practice, extraordinary situations, moves."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.cycle.measure import KINDS, Measure, problems
from fordel_dask.errors import DecisionError
from fordel_dask.extracts.arrays import DAY_EXAMPLES, UNREADABLE_DAY, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import Faults
from fordel_dask.published import Published
from fordel_dask.registers.canonical import clinic_code, exact_decimal
from fordel_dask.registers.small_tables import date_of, read_small

REGISTER = "measures"
DAYS = ("FROM", "UNTIL")
NEEDED = ("KIND", "COUNCIL_ID", "CAPACITIES", "FROM", "UNTIL")
EXTRA = ("TO_COUNCIL_ID", "YDERNR", "INVESTED", "REASON")
HOLDS = {"FROM": "day", "UNTIL": "day", "INVESTED": "flag"}
WANTED = tuple(Wanted(n, optional=n in EXTRA, holds=HOLDS.get(n, "value")) for n in (*NEEDED, *EXTRA))
RAW = frozenset({"CAPACITIES"})
YES, NO = ("1", "TRUE"), ("", "0", "FALSE")


def read_measures(source: Source, published: Published) -> tuple[Measure, ...]:
    """Read the measures in the order of their rows, held against the law and the councils and clinics of a RUN.

    Raises
    ------
    SchemaError
        A column is missing.
    DecisionError
        A row cannot be understood or is not lawful; all rows and all that is wrong with each are told.
    """
    faults = Faults()
    delivered = read_small(source, WANTED, RAW)
    measures = [measure_of(row) for row in delivered]
    for number, (row, measure) in enumerate(zip(delivered, measures, strict=True), 1):
        for told in (*unreadable(row), *problems(measure, published)):
            named = f" ({measure.kind})" if measure.kind in KINDS else ""
            faults.add(DecisionError(f"{REGISTER}, row {number}{named}: {told}"))
    faults.refuse()
    return tuple(measures)


def measure_of(row: dict[str, Any]) -> Measure:
    """Give a delivered row as a measure; what cannot be read is none."""
    capacities = exact_decimal(row["CAPACITIES"])
    return Measure(
        kind=str(row["KIND"]).lower(),
        council_id=str(row["COUNCIL_ID"]).lower(),
        to_council_id=str(row.get("TO_COUNCIL_ID", "")).lower(),
        ydernummer=clinic_code(row.get("YDERNR", "")),
        capacities=None if capacities is None else Fraction(capacities),
        first_day=date_of(row["FROM"]),
        last_day=date_of(row["UNTIL"]),
        is_invested=str(row.get("INVESTED", "")).upper() in YES,
        reason=str(row.get("REASON", "")),
    )


def unreadable(row: dict[str, Any]) -> Sequence[str]:
    """Tell what of a delivered row cannot be read."""
    told = [
        f"{name} is no date; expected is for instance {DAY_EXAMPLES}." for name in DAYS if row[name] == UNREADABLE_DAY
    ]
    if plain_text(row["CAPACITIES"]) and exact_decimal(row["CAPACITIES"]) is None:
        told.append(f"CAPACITIES '{plain_text(row['CAPACITIES'])}' is no number.")
    if str(row.get("INVESTED", "")).upper() not in (*YES, *NO):
        told.append(f"INVESTED '{row['INVESTED']}' is neither 1 nor 0.")
    return told
