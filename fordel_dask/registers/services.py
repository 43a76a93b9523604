"""Rows settled with the health insurance in the fee year."""

from functools import partial
from typing import Any

import numpy as np

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import encoded_pairs, mapped, whole_numbers
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import (
    WEEK_INVALID,
    WEEK_OF_OTHER_YEAR,
    LocalCodes,
    any_service_code,
    service_codes_differ,
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
    Wanted("YDELSESNR", optional=True),
    Wanted("YDLANT"),
    Wanted("BRUHON"),
    Wanted("HONUGE"),
)
LARGEST_QUANTITY = 2**31 - 1


def books(_rules: Rules) -> Books:
    """Give the code books of services, empty."""
    return {"service": LocalCodes(any_service_code)}


def rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give the rows of known persons in weeks of the fee year, all specialities."""
    week = mapped(batch["HONUGE"], partial(week_of, year=rules.fee_year), WEEK_INVALID, "int8")
    citizen = citizens(batch["PNR"], rules.strip, "services", rules.lookup)
    service = service_numbers(batch, books["service"])
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


def service_numbers(batch: Any, book: LocalCodes) -> np.ndarray:
    """Give the code of each row, from one column of six digits or two columns of two and four."""
    if "YDELSESNR" not in batch.schema.names:
        return book.take(batch["SPECIALE"])
    pairs, of_row = encoded_pairs(batch["SPECIALE"], batch["YDELSESNR"])
    differ = np.array([service_codes_differ(pair) for pair in pairs], np.bool_)
    if differ.any():
        raise SchemaError(
            f"services: SPECIALE holds speciality and service in one code, and YDELSESNR says another service in "
            f"{np.count_nonzero(differ[of_row]):,} of {of_row.size:,} rows read together. Take one of the two columns "
            f"out of the delivery."
        )
    service: np.ndarray = book.numbers(pairs)[of_row]
    return service


def _notes(fate: np.ndarray, week: np.ndarray, missing: np.ndarray, unreadable: int) -> dict[str, int]:
    return {
        "rows_of_fee_year": int(np.count_nonzero(week > 0)),
        "kept_without_paid": int(np.count_nonzero(missing & (fate == 0))),
        "paid_unreadable": unreadable,
    }
