"""Rows settled with the health insurance in the fee year."""

from functools import partial
from typing import Any

import numpy as np

from fordel_dask.extracts.arrays import mapped, whole_numbers
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import (
    WEEK_INVALID,
    WEEK_OF_OTHER_YEAR,
    LocalCodes,
    service_code,
    week_of,
)
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Rows, Rules, kept_rows
from fordel_dask.registers.tally import NOTES, fates, tally
from fordel_dask.schema.prepared import MISSING_PAID

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("YDERNR", read=False),
    Wanted("SPECIALE"),
    Wanted("YDLANT", ("ANTYDEL",)),
    Wanted("BRUHON"),
    Wanted("HONUGE"),
)
LARGEST_QUANTITY = 2**31 - 1


def books(_rules: Rules) -> Books:
    """Give the code books of services, empty."""
    return {"service": LocalCodes(service_code)}


def rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give the rows of known persons in weeks of the fee year, all specialities."""
    week = mapped(batch["HONUGE"], partial(week_of, year=rules.fee_year), WEEK_INVALID, "int8")
    citizen = citizens(batch["PNR"], rules.strip, "services", rules.lookup)
    service = books["service"].take(batch["SPECIALE"])
    quantity, whole = whole_numbers(batch["YDLANT"])
    paid, unreadable = paid_oere(batch["BRUHON"], SCALES[rules.bruhon])
    reasons = {
        "week_invalid": week == WEEK_INVALID,
        "other_year": week == WEEK_OF_OTHER_YEAR,
        "unknown_person": citizen < 0,
        "service_code_malformed": service < 0,
        "quantity_not_whole": ~whole | (np.abs(quantity) > LARGEST_QUANTITY),
    }
    fate = fates(reasons)
    missing = paid == MISSING_PAID
    counted = tally(fate, list(reasons), oere=np.where(missing, 0, paid), quantity=quantity)
    counted[NOTES] = _notes(fate, week, missing, unreadable)
    columns = {"citizen": citizen, "service": service, "week": week, "paid_oere": paid}
    columns["quantity"] = quantity.astype(np.int32)
    return kept_rows(fate, columns), counted


def _notes(fate: np.ndarray, week: np.ndarray, missing: np.ndarray, unreadable: int) -> dict[str, int]:
    return {
        "rows_of_fee_year": int(np.count_nonzero(week > 0)),
        "kept_without_paid": int(np.count_nonzero(missing & (fate == 0))),
        "paid_unreadable": unreadable,
    }
