"""Rows settled with the health insurance: those of the fee year, by settlement or by treatment."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, encoded_pairs, mapped, whole_numbers
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import (
    WEEK_INVALID,
    WEEK_OF_OTHER_YEAR,
    LocalCodes,
    any_service_code,
    clinic_reader,
    service_codes_differ,
    week_of,
)
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Columns, Rows, Rules, kept_rows, status_day
from fordel_dask.registers.service_details import DAYS, details
from fordel_dask.registers.tally import NOTES, Tally, days_met, fates, quarantined, tally
from fordel_dask.schema.prepared import BLANK, MISSING_PAID

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("YDERNR", read=False),
    Wanted("SPECIALE"),
    Wanted("YDELSESNR", optional=True),
    Wanted("YDLANT"),
    Wanted("BRUHON"),
    Wanted("HONUGE"),
)
TREATED = Wanted("BEHANDLINGSDATO", few_values=False, holds="day")
LARGEST_QUANTITY = 2**31 - 1
DAYS_A_WEEK = 7
CONSULTATION = "800101"
"""The service that tells which clinic a citizen uses, where no register of enrolment does."""


def wanted(year_by: str, with_clinic: bool) -> tuple[Wanted, ...]:
    """Give the columns that are needed: the day of treatment if it tells the year, the clinic if it is asked for."""
    columns = tuple(replace(column, read=True) if with_clinic else column for column in WANTED)
    return (*columns, TREATED) if year_by == "treatment" else columns


def books(rules: Rules) -> Books:
    """Give the code books of services, empty."""
    known: Books = {"service": LocalCodes(any_service_code)}
    return known | {"clinic": LocalCodes(clinic_reader(rules.successors))} if rules.with_clinic else known


def rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give the rows of known persons in weeks of the fee year, all specialities."""
    week, undated, noted = _weeks(batch, rules)
    citizen = citizens(batch["PNR"], rules.strip, "services", rules.lookup)
    service = service_numbers(batch, books["service"])
    quantity, whole = whole_numbers(batch["YDLANT"])
    paid, unreadable = paid_oere(batch["BRUHON"], SCALES[rules.bruhon])
    reasons = {
        undated: week == WEEK_INVALID,
        "other_year": week == WEEK_OF_OTHER_YEAR,
        "unknown_person": citizen < 0,
        "service_code_malformed": service < 0,
        "quantity_not_whole": ~whole | (np.abs(quantity) > LARGEST_QUANTITY),
    }
    fate = fates(reasons)
    missing = paid == MISSING_PAID
    counted = tally(fate, list(reasons), oere=np.where(missing, 0, paid), quantity=quantity)
    counted |= noted | {NOTES: noted.get(NOTES, {}) | _notes(fate, week, missing, unreadable)}
    columns: Columns = {"citizen": citizen, "service": service, "week": week, "paid_oere": paid}
    columns["quantity"] = quantity.astype(np.int32)
    if rules.with_clinic:
        columns["clinic"] = _clinics(batch, service, books)
    if rules.detail == DAYS:
        columns |= details(batch)
    return kept_rows(fate, columns), counted, quarantined(fate, reasons, counted)


def _weeks(batch: Any, rules: Rules) -> tuple[np.ndarray, str, Tally]:
    """Give the week of the fee year of every row, the reason of those without one, and what was noted."""
    settled = mapped(batch["HONUGE"], partial(week_of, year=rules.fee_year), WEEK_INVALID, "int8")
    if rules.year_by == "settlement":
        return settled, "week_invalid", {}
    day = days(batch[TREATED.name])
    malformed = {"settlement_week_malformed": int(np.count_nonzero(settled == WEEK_INVALID))}
    noted = days_met({TREATED.name: day}) | {NOTES: malformed}
    return week_of_day(day, rules.fee_year), "treatment_day_missing", noted


def week_of_day(day: np.ndarray, year: int) -> np.ndarray:
    """Give the week of a day: 1 for 1 to 7 January … 53 for the last day or two of December.

    Not the ISO week, which gives days around New Year to the other year. 0 for another year, −1 for no day.
    """
    first, after = status_day(year), status_day(year + 1)
    week = (np.clip(day, first, after) - first) // DAYS_A_WEEK + 1
    week[(day < first) | (day >= after)] = WEEK_OF_OTHER_YEAR
    week[day <= UNREADABLE_DAY] = WEEK_INVALID
    narrow: np.ndarray = week.astype(np.int8)
    return narrow


def _clinics(batch: Any, service: np.ndarray, books: Books) -> np.ndarray:
    """Give the clinics of consultations, blank for other services, which say nothing of where a citizen belongs."""
    known = books["service"].texts
    consultation = service == known.index(CONSULTATION) if CONSULTATION in known else np.zeros(service.size, np.bool_)
    if not consultation.any():
        return np.full(batch.num_rows, BLANK, np.int32)
    numbers = books["clinic"].take(batch["YDERNR"])
    clinics: np.ndarray = np.where(consultation, numbers, np.int32(BLANK))
    return clinics


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
