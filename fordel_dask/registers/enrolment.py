"""Spells with a clinic, or what stands in for them: a list of one day, or insurance groups alone."""

from typing import Any

import numpy as np

from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, days, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import LocalCodes, clinic_code, clinic_reader
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Columns, Rows, Rules, kept_rows
from fordel_dask.registers.tally import NOTES, Tally, days_met, fates, quarantined, tally
from fordel_dask.schema.prepared import OPEN_END

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("YDERNR"),
    Wanted("SIKGRUP"),
    Wanted("FRA", few_values=False, holds="day"),
    Wanted("TIL", few_values=False, holds="day"),
)
LIST = WANTED[:3]
"""The columns of a list of one day: who belongs to which clinic."""

INSURED = (WANTED[0], WANTED[2])
"""The columns of insurance groups of 1 October: no clinics, no days."""

GROUPS = {"1": 1, "2": 2}
READ_AS_SUCCESSOR = "spells_read_as_successor"


def books(rules: Rules) -> Books:
    """Give the code books of spells, empty."""
    return {"clinic": LocalCodes(clinic_reader(rules.successors))}


def no_books(_rules: Rules) -> Books:
    """Give the code books of insurance groups: none."""
    return {}


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
        "group": _group(batch),
        "first_day": first,
        "last_day": last,
    }
    counted = tally(fate, list(reasons)) | met | _moved(batch, rules, fate)
    return kept_rows(fate, columns), counted, quarantined(fate, reasons, counted)


def list_rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give what a list of one day tells of known persons; the days of their spells are told later."""
    fate, columns, counted = _persons(batch, rules)
    columns["clinic"] = books["clinic"].take(batch["YDERNR"])
    return kept_rows(fate, columns), counted | _moved(batch, rules, fate), {}


def group_rows(batch: Any, rules: Rules, _books: Books) -> Rows:
    """Give the insurance groups of known persons; clinic and days of their spells are told later."""
    fate, columns, counted = _persons(batch, rules)
    return kept_rows(fate, columns), counted, {}


def _persons(batch: Any, rules: Rules) -> tuple[np.ndarray, Columns, Tally]:
    citizen = citizens(batch["PNR"], rules.strip, "enrolment", rules.lookup)
    fate = fates({"unknown_person": citizen < 0})
    return fate, {"citizen": citizen, "group": _group(batch)}, tally(fate, ["unknown_person"])


def _group(batch: Any) -> np.ndarray:
    return mapped(batch["SIKGRUP"], lambda value: GROUPS.get(plain_text(value), 0), 0, "int8")


def _moved(batch: Any, rules: Rules, fate: np.ndarray) -> Tally:
    """Count the kept rows whose clinic changed hands; nothing to look at unless that is followed."""
    if not rules.successors:
        return {}
    gone = dict(rules.successors)
    moved = mapped(batch["YDERNR"], lambda value: clinic_code(value) in gone, False, "bool")
    return {NOTES: {READ_AS_SUCCESSOR: int(np.count_nonzero(moved & (fate == 0)))}}
