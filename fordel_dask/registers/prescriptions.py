"""Medicine dispensed on prescription, so far as a definition of disease can look at it."""

import functools
import re
from typing import Any

import numpy as np

from fordel_dask import law
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, plain_text, whole_numbers
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import LocalCodes
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Columns, Rows, Rules, kept_rows, status_day
from fordel_dask.registers.tally import NOTES, days_met, fates, quarantined, tally

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("ATC"),
    Wanted("EKSD", few_values=False, holds="day"),
    Wanted("APK"),
)
ATC_FORM = re.compile(r"[A-Z]\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?", re.ASCII)
"""The levels of the ATC system: C02, C02C, C02CA and C02CA01 are codes, C0 and C02CA1 are none."""

KEPT_YEARS = 2
"""How far back rows are kept: no shorter than the longest window of a definition (one year)."""

LARGEST_NUMBER = 2**31 - 1


def books(_rules: Rules) -> Books:
    """Give the code books of dispensed medicine, empty."""
    return {"medicine": LocalCodes(atc_code)}


def rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give the dispensings and returns of known persons that a definition of disease can look at.

    Errors of the delivery are told before choices of the model: many rows have no person, for
    practices are supplied too, and what is wrong with those shows what is wrong with the rest.
    """
    code, day = books["medicine"].take(batch["ATC"]), days(batch["EKSD"])
    packages, whole = whole_numbers(batch["APK"])
    citizen = citizens(batch["PNR"], rules.strip, "prescriptions", rules.lookup)
    listed, too_short = _of_codes(code, books["medicine"].texts)
    end = status_day(rules.year)
    reasons = {
        "atc_malformed": code < 0,
        "dispensing_day_missing": day <= UNREADABLE_DAY,
        "packages_not_whole": ~whole | (packages > LARGEST_NUMBER) | (packages < -LARGEST_NUMBER),
        "unknown_person": citizen < 0,
        "outside_windows": (day < status_day(rules.year - KEPT_YEARS)) | (day >= end),
        "no_listed_medicine": ~listed,
    }
    fate = fates(reasons)
    counted = tally(fate, list(reasons), packages=packages) | days_met({"EKSD": day})
    counted[NOTES] = {"atc_too_short_to_tell": int(np.count_nonzero(too_short & (fate == len(reasons))))}
    columns: Columns = {"citizen": citizen, "code": code, "day": day, "packages": packages.astype(np.int32)}
    return kept_rows(fate, columns), counted, quarantined(fate, reasons, counted)


def _of_codes(code: np.ndarray, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Tell, for each row, whether its code is listed, and whether it is cut too short to tell; a bad one is neither."""
    told = [(is_listed(text), is_too_short(text)) for text in texts]
    of_code = np.array([*told, (False, False), (False, False)], np.bool_)  # the last two are refused and blank codes
    return of_code[code, 0], of_code[code, 1]


def atc_code(value: Any) -> str | None:
    """Give an ATC code in upper case; blank if blank, None if it is none."""
    text = plain_text(value).upper()
    return text if not text or ATC_FORM.fullmatch(text) else None


@functools.cache
def listed_prefixes() -> tuple[str, ...]:
    """Give every ATC prefix of the definitions of disease."""
    return tuple(prefix for row in law.rows("codes/multimorbidity") for prefix in row["atc_prefixes"].split())


@functools.cache
def is_listed(atc: str) -> bool:
    """Tell whether a code begins with a prefix of a definition."""
    return atc.startswith(listed_prefixes())


@functools.cache
def is_too_short(atc: str) -> bool:
    """Tell whether an unlisted code is the beginning of a listed prefix, as N02BA of N02BA51."""
    return not is_listed(atc) and any(prefix.startswith(atc) for prefix in listed_prefixes())
