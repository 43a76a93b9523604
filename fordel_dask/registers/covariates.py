"""Further covariates by person: one row a person, values as whole thousandths."""

import functools
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from enum import IntEnum
from typing import Any

import numpy as np

from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.arrays import encoded, plain_text
from fordel_dask.registers.canonical import exact_decimal
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Columns, Rows, Rules, kept_rows
from fordel_dask.registers.tally import BLANKS, NOTES, Tally, fates, quarantined, tally
from fordel_dask.schema.prepared import LARGEST_VALUE, NO_VALUE, THOUSAND

NOT_A_NUMBER, TOO_LARGE, ROUNDED = "value_not_a_number", "value_too_large", "values_rounded"
PLACES = len(str(THOUSAND)) - 1
LEAST = Decimal(1).scaleb(-PLACES)
TRUTHS = {"true": Decimal(1), "false": Decimal(0)}


class Reading(IntEnum):
    """How a delivered value was read."""

    EXACT = 0
    ROUNDED = 1
    NOT_A_NUMBER = 2
    TOO_LARGE = 3


def rows(batch: Any, rules: Rules, _books: Books) -> Rows:
    """Give the covariates of known persons; a row with a value that is none is set aside whole."""
    names = [name for name in batch.schema.names if name != "PNR"]
    read = {name: values_of(batch[name]) for name in names}
    states = np.array([state for _, state in read.values()])
    citizen = citizens(batch["PNR"], rules.strip, COVARIATES, rules.lookup)
    reasons = {
        NOT_A_NUMBER: (states == Reading.NOT_A_NUMBER).any(axis=0),
        TOO_LARGE: (states == Reading.TOO_LARGE).any(axis=0),
        "unknown_person": citizen < 0,
    }
    fate = fates(reasons)
    counted = tally(fate, list(reasons))
    kept = kept_rows(fate, {"citizen": citizen, **{name: value for name, (value, _) in read.items()}})
    counted |= told_of({name: kept[name] for name in names}, int((states[:, fate == 0] == Reading.ROUNDED).sum()))
    return kept, counted, quarantined(fate, reasons, counted)


def told_of(kept: Columns, rounded: int) -> Tally:
    """Give what the account tells of kept values: how many are blank, by covariate, and how many were rounded."""
    blanks = {name: int(np.count_nonzero(values == NO_VALUE)) for name, values in kept.items()}
    return {BLANKS: blanks, NOTES: {ROUNDED: rounded}}


def values_of(column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give thousandths (int32) and how they were read (int8) of a column."""
    values, indices = encoded(column)
    found, states = zip(*map(thousandths, [*values, None]), strict=True)
    return np.array(found, np.int32)[indices], np.array(states, np.int8)[indices]


@functools.lru_cache(maxsize=200_000)
def thousandths(value: Any) -> tuple[int, Reading]:
    """Give the whole thousandths that a value stands for, half to even, and how it was read.

    Blank, and what is no number of ±2,147,483.647, is −2³¹; true is 1, false is 0.
    """
    text = plain_text(value).lower()
    number = TRUTHS[text] if text in TRUTHS else exact_decimal(value)
    if number is None:
        return NO_VALUE, Reading.NOT_A_NUMBER if text else Reading.EXACT
    if number.copy_abs() > LARGEST_VALUE:
        return NO_VALUE, Reading.TOO_LARGE
    kept = number.quantize(LEAST, rounding=ROUND_HALF_EVEN)
    return int(kept.scaleb(PLACES)), Reading.EXACT if kept == number else Reading.ROUNDED


def filled(parts: Sequence[Columns], names: Sequence[str], size: int) -> Columns:
    """Give one value for each of ``size`` citizens and covariate from rows, −2³¹ where none was delivered."""
    dense = {name: np.full(size, NO_VALUE, np.int32) for name in names}
    for part in parts:
        for name in dense.keys() & part.keys():
            dense[name][part["citizen"]] = part[name]
    return dense
