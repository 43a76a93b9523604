"""Hospital contacts and diagnoses, before they are joined, and diagnoses that came joined."""

from typing import Any

import numpy as np

from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.registers.canonical import REFUSED, UNLISTED, LocalCodes, icd10_code, sks_code
from fordel_dask.registers.people import citizens, packed
from fordel_dask.registers.rules import Books, Columns, Rows, Rules, kept_rows
from fordel_dask.registers.tally import days_met, fates, quarantined, tally
from fordel_dask.schema.prepared import BLANK, DIAGNOSIS_KINDS

KEYS = (Wanted("DW_EK_KONTAKT", few_values=False), Wanted("RECNUM", few_values=False))
"""What joins contacts with diagnoses: in LPR3, and in LPR2 with its psychiatric tables."""

START = Wanted("KONT_STARTTIDSPUNKT", few_values=False, holds="day")
SYSTEM = Wanted("LPRINDBERETNINGSSYSTEM", optional=True)
REFUTED = Wanted("SENERE_AFKRAEFTET", optional=True)
REFUTED_IN_LPR3 = Wanted("SENERE_AFKRAEFTET")
"""Without it refuted diagnoses would be counted, and nobody would know."""

CODE = Wanted("DIAG_KODE")
TYPE = Wanted("DIAG_KODE_TYPE")
PERSON = Wanted("PNR", few_values=False)
JOINED = (PERSON, Wanted("CODE"), Wanted("TYPE"), Wanted("DATE", few_values=False, holds="day"), REFUTED, SYSTEM)
COUNTED_SYSTEM = "LPR3"
REFUTED_VALUE = "Ja"
OTHER_KIND = -1

UNKNOWN_PERSON, OTHER_SYSTEM, NO_START = -1, -2, -3
"""What stands in the place of the citizen of a contact whose diagnoses are not kept."""


def no_books(_rules: Rules) -> Books:
    """Give the code books of contacts: none."""
    return {}


def books(rules: Rules) -> Books:
    """Give the code books of diagnoses, empty."""
    return {"diagnosis": LocalCodes(icd10_code if rules.codes == "icd10" else sks_code, rules.prefixes)}


def contact_rows(batch: Any, rules: Rules, _books: Books) -> Rows:
    """Give contacts by key, with citizen and day; a negative citizen says why none is kept."""
    high, low, _ = packed(batch[rules.key], rules.strip_keys)
    day = days(batch[START.name])
    citizen = citizens(batch["PNR"], rules.strip, "lpr contacts", rules.lookup)
    reasons = {
        "contact_key_blank": (high == 0) & (low == 0),
        "other_system": _other_system(batch),
        "unknown_person": citizen < 0,
        "contact_day_missing": day <= UNREADABLE_DAY,
    }
    fate = fates(reasons)
    for number, mark in ((2, OTHER_SYSTEM), (3, UNKNOWN_PERSON), (4, NO_START)):
        citizen[fate == number] = mark
    columns: Columns = {"high": high, "low": low, "citizen": citizen, "day": day}
    counted = tally(fate, list(reasons)) | days_met({START.name: day})
    return kept_rows(fate == 1, columns), counted, quarantined(fate, reasons, counted)


def _other_system(batch: Any) -> np.ndarray:
    if SYSTEM.name not in batch.schema.names:
        return np.zeros(batch.num_rows, np.bool_)
    return mapped(batch[SYSTEM.name], lambda value: plain_text(value) != COUNTED_SYSTEM, True, "bool")


def diagnosis_rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give diagnoses that would count, by the key of their contact."""
    high, low, _ = packed(batch[rules.key], rules.strip_keys)
    columns: Columns = {
        "high": high,
        "low": low,
        "code": books["diagnosis"].take(batch[CODE.name]),
        "kind": _kind(batch[TYPE.name]),
    }
    reasons = {**_reasons(batch, columns), "no_contact": (high == 0) & (low == 0)}
    fate = fates(reasons)
    counted = tally(fate, list(reasons))
    return kept_rows(fate, columns), counted, quarantined(fate, reasons, counted)


def joined_rows(batch: Any, rules: Rules, books: Books) -> Rows:
    """Give diagnoses of known persons that came with person and date."""
    day = days(batch["DATE"])
    columns: Columns = {
        "citizen": citizens(batch["PNR"], rules.strip, "diagnoses", rules.lookup),
        "code": books["diagnosis"].take(batch["CODE"]),
        "kind": _kind(batch["TYPE"]),
        "day": day,
    }
    reasons = {
        **_reasons(batch, columns),
        "other_system": _other_system(batch),
        "contact_day_missing": day <= UNREADABLE_DAY,
        "unknown_person": columns["citizen"] < 0,
    }
    fate = fates(reasons)
    counted = tally(fate, list(reasons)) | days_met({"DATE": day})
    return kept_rows(fate, columns), counted, quarantined(fate, reasons, counted)


def _kind(column: Any) -> np.ndarray:
    kinds = {name: number for number, name in enumerate(DIAGNOSIS_KINDS)}
    return mapped(column, lambda value: kinds.get(plain_text(value), OTHER_KIND), OTHER_KIND, "int8")


def _reasons(batch: Any, columns: Columns) -> Columns:
    reasons = {"other_type": columns["kind"] == OTHER_KIND}
    if REFUTED.name in batch.schema.names:
        refuted = mapped(batch[REFUTED.name], lambda value: plain_text(value) == REFUTED_VALUE, False, "bool")
        reasons["refuted"] = refuted
    code = columns["code"]
    return {
        **reasons,
        "code_blank": code == BLANK,
        "no_d": code == REFUSED,
        "no_listed_condition": code == UNLISTED,
    }
