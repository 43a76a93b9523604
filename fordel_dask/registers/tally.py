"""The account of rows: every row read is kept, dropped for a reason or quarantined for a reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import DAY_EXAMPLES, UNREADABLE_DAY

Tally = dict[str, dict[str, int]]
"""Sums by measure (``rows``, ``oere``, ``quantity``) and by fate (``kept`` or a reason)."""

KEPT = "kept"
NOTES = "notes"
BLANKS = "blanks"
"""Kept rows without a value, by covariate."""

KEY_LENGTHS = "key_lengths"
DAYS_READ, DAYS_UNREADABLE = "days_read", "days_unreadable"
NOT_SHOWN = frozenset({"rows", BLANKS, KEY_LENGTHS, DAYS_READ, DAYS_UNREADABLE})
QUARANTINED = frozenset(
    {
        "no_person_key",
        "unknown_municipality",
        "sex",
        "birth_day_missing",
        "birth_day_after_status_date",
        "first_day_missing",
        "last_day_unreadable",
        "first_day_after_last_day",
        "week_invalid",
        "treatment_day_missing",
        "service_code_malformed",
        "quantity_not_whole",
        "code_blank",
        "contact_key_blank",
        "contact_day_missing",
        "atc_malformed",
        "dispensing_day_missing",
        "packages_not_whole",
        "value_not_a_number",
        "value_too_large",
    }
)
"""Reasons that mean an error in the delivery; the other reasons are choices of the model."""


def fates(reasons: Mapping[str, np.ndarray]) -> np.ndarray:
    """Give each row the number of its first reason, counted from 1, and 0 if it is kept."""
    masks = list(reasons.values())
    fate = np.zeros(masks[0].size, np.int8)
    for number in range(len(masks), 0, -1):
        fate[masks[number - 1]] = number
    return fate


def tally(fate: np.ndarray, reasons: Sequence[str], **measures: np.ndarray) -> Tally:
    """Count rows, and sum whole-number measures, by fate."""
    names = (KEPT, *reasons)
    counts = np.bincount(fate, minlength=len(names)).tolist()
    result: Tally = {"rows": {name: count for name, count in zip(names, counts, strict=True) if count}}
    for measure, values in measures.items():
        result[measure] = {n: int(values[fate == i].sum()) for i, n in enumerate(names) if counts[i]}
    return result


def quarantined(fate: np.ndarray, reasons: Iterable[str], counted: Tally) -> dict[str, np.ndarray]:
    """Give the positions of the rows of each reason that means an error in the delivery, if any were counted."""
    met = QUARANTINED.intersection(counted["rows"])
    return {reason: np.flatnonzero(fate == n) for n, reason in enumerate(reasons, 1) if reason in met}


def days_met(columns: Mapping[str, np.ndarray]) -> Tally:
    """Count, by column, the values that are days and those that are neither blank nor a day."""
    return {
        DAYS_READ: {name: int(np.count_nonzero(day > UNREADABLE_DAY)) for name, day in columns.items()},
        DAYS_UNREADABLE: {name: int(np.count_nonzero(day == UNREADABLE_DAY)) for name, day in columns.items()},
    }


def never_days(counted: Tally) -> dict[str, int]:
    """Give the columns of days in which no value is one, with the number of values."""
    read = counted.get(DAYS_READ, {})
    return {name: many for name, many in counted.get(DAYS_UNREADABLE, {}).items() if many and not read.get(name)}


def days_refused(register: str, column: str, values: int) -> SchemaError:
    """Give the error for a column of days that holds none."""
    return SchemaError(
        f"{register}: not one of the {values:,} values of the column {column} can be read as a date. "
        f"Expected is a date, a time, or text such as {DAY_EXAMPLES}. If they are numbers, state at the register how "
        f'they count: days = "sas_days", "sas_seconds" or "yyyymmdd".'
    )


def merged(tallies: Iterable[Tally]) -> Tally:
    """Add tallies."""
    total: Tally = {}
    for part in tallies:
        for measure, sums in part.items():
            into = total.setdefault(measure, {})
            for name, number in sums.items():
                into[name] = into.get(name, 0) + number
    return total


def rows_of(counted: Tally, *fate: str) -> int:
    """Give the number of rows of some fates, of all if none is named."""
    rows = counted.get("rows", {})
    return sum(rows.values()) if not fate else sum(rows.get(name, 0) for name in fate)


def account(counted: Tally) -> dict[str, Any]:
    """Give a tally as it stands in the manifest: in, kept, dropped and quarantined by reason."""
    rows = counted.get("rows", {})
    shown: dict[str, Any] = {"rows_in": sum(rows.values()), **_by_outcome(rows)}
    for measure, sums in counted.items():
        if measure == NOTES:
            shown[NOTES] = dict(sorted(sums.items()))
        elif measure not in NOT_SHOWN:
            shown[measure] = {"in": sum(sums.values()), **_by_outcome(sums)}
    return shown


def _by_outcome(sums: Mapping[str, int]) -> dict[str, Any]:
    reasons = {name: number for name, number in sorted(sums.items()) if name != KEPT}
    return {
        KEPT: sums.get(KEPT, 0),
        "dropped": {name: number for name, number in reasons.items() if name not in QUARANTINED},
        "quarantined": {name: number for name, number in reasons.items() if name in QUARANTINED},
    }
