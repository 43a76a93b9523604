"""The table of measures that a region keeps: capacities in flight, shared practice, extraordinary situations, moves."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fordel_dask.cycle.measure import KINDS, SHARED_PRACTICE, Measure, problems
from fordel_dask.cycle.whereabouts import council_called
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
    measures = [measure_of(row, published) for row in delivered]
    first = {measure: number for number, measure in reversed([*enumerate(measures, 1)])}
    for number, (row, measure) in enumerate(zip(delivered, measures, strict=True), 1):
        named = f" ({measure.kind})" if measure.kind in KINDS else ""
        for told in (*_told_once(unreadable(row), problems(measure, published)), *_again(first[measure], number)):
            faults.add(DecisionError(f"{REGISTER}, row {number}{named}: {told}"))
    faults.refuse()
    return tuple(measures)


def _told_once(cells: Sequence[str], lacking: Sequence[str]) -> Sequence[str]:
    """Tell what is wrong with a row; of a cell that cannot be read it is not told again that it lacks."""
    names = {told.split()[0] for told in cells}
    return *cells, *(told for told in lacking if not any(told.startswith(f"has no {name}") for name in names))


def _again(first: int, number: int) -> Sequence[str]:
    """Tell of a measure that stands in an earlier row too: it would count twice."""
    if first == number:
        return ()
    return (f"is the same measure as row {first}, to the last cell; remove one, or tell them apart by REASON.",)


def measure_of(row: dict[str, Any], published: Published) -> Measure:
    """Give a delivered row as a measure; what cannot be read is none.

    A council may be called by its id or name; that of shared practice, if it is blank, is the clinic's.
    """
    capacities, kind, ydernummer = exact_decimal(row["CAPACITIES"]), str(row["KIND"]).lower(), row.get("YDERNR", "")
    clinic = published.clinics.get(clinic_code(ydernummer))
    council_id = council_called(published, str(row["COUNCIL_ID"]))
    if not council_id and clinic is not None and kind == SHARED_PRACTICE:
        council_id = clinic.council_id
    return Measure(
        kind=kind,
        council_id=council_id,
        to_council_id=council_called(published, str(row.get("TO_COUNCIL_ID", ""))),
        ydernummer=clinic_code(ydernummer),
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
