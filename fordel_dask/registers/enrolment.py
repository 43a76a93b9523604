"""Spells with a clinic."""

from typing import Any

from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, days, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import LocalCodes, clinic_code
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Rows, Rules, kept_rows
from fordel_dask.registers.tally import days_met, fates, tally
from fordel_dask.schema.prepared import OPEN_END

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("YDERNR"),
    Wanted("SIKGRUP"),
    Wanted("FRA", few_values=False, holds="day"),
    Wanted("TIL", few_values=False, holds="day"),
)
GROUPS = {"1": 1, "2": 2}


def books(_rules: Rules) -> Books:
    """Give the code books of spells, empty."""
    return {"clinic": LocalCodes(clinic_code)}


def rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give the spells of known persons with a first day; group 0 is neither 1 nor 2."""
    first, last = days(batch["FRA"]), days(batch["TIL"]).copy()
    met, unreadable = days_met({"FRA": first, "TIL": last}), last == UNREADABLE_DAY
    last[last == NO_DAY] = OPEN_END
    citizen = citizens(batch["PNR"], rules.strip, "enrolment", rules.lookup)
    reasons = {
        "first_day_missing": first <= UNREADABLE_DAY,
        "last_day_unreadable": unreadable,
        "first_day_after_last_day": first > last,
        "unknown_person": citizen < 0,
    }
    fate = fates(reasons)
    columns = {
        "citizen": citizen,
        "clinic": books["clinic"].take(batch["YDERNR"]),
        "group": mapped(batch["SIKGRUP"], lambda value: GROUPS.get(plain_text(value), 0), 0, "int8"),
        "first_day": first,
        "last_day": last,
    }
    return kept_rows(fate, columns), tally(fate, list(reasons)) | met
