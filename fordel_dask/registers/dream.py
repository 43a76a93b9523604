"""Weeks on a benefit: the weekly columns of the fee year, counted by code."""

import re
from typing import Any

import numpy as np

from fordel_dask.errors import CoverageError
from fordel_dask.extracts.arrays import encoded, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.files import Extract
from fordel_dask.kernels.reading import count_weeks
from fordel_dask.registers.people import citizens
from fordel_dask.registers.rules import Books, Rows, Rules, kept_rows
from fordel_dask.registers.tally import NOTES, fates, tally

WEEK_NAME = re.compile(r"Y_(\d\d)(0[1-9]|[1-4]\d|5[0-3])", re.IGNORECASE)
PERSON = Wanted("PNR", few_values=False)
LARGEST_CODE = 999


def week_columns(extract: Extract, fee_year: int) -> tuple[Wanted, ...]:
    """Give the fee year's weekly columns of a file, weeks 01 to 53, in order.

    Raises
    ------
    CoverageError
        There is none.
    """
    matches = [WEEK_NAME.fullmatch(name.strip()) for name in extract.names]
    found = {match[0].upper() for match in matches if match and int(match[1]) == fee_year % 100}
    if not found:
        raise CoverageError(
            f"dream: {extract.path.name} has no weekly column Y_{fee_year % 100:02}ww of the fee year "
            f"{fee_year}. Deliver the weeks of that year, or correct year in registers.toml."
        )
    return tuple(map(Wanted, sorted(found)))


def rows(batch: Any, rules: Rules, _books: Books) -> Rows:
    """Give weeks by citizen and code."""
    citizen = citizens(batch["PNR"], rules.strip, "dream", rules.lookup)
    weeks = [name for name in batch.schema.names if name != "PNR"]
    codes = np.empty((len(weeks), batch.num_rows), np.int16)
    unreadable = 0
    for line, name in enumerate(weeks):
        codes[line], strange = benefit_codes(batch[name])
        unreadable += strange
    fate = fates({"unknown_person": citizen < 0})
    kept = kept_rows(fate, {"citizen": citizen})["citizen"]
    who, what, many = count_weeks(np.ascontiguousarray(codes[:, fate == 0]), kept)
    counted = tally(fate, ["unknown_person"])
    counted[NOTES] = {"cells_unreadable": unreadable}
    return {"citizen": who, "code": what, "weeks": many}, counted, {}


def benefit_codes(column: Any) -> tuple[np.ndarray, int]:
    """Give three-digit codes, 0 for none, and how many cells hold something else."""
    values, indices = encoded(column)
    read = [_benefit_code(value) for value in values]
    strange = np.array([*(code is None for code in read), False])
    return np.array([*(code or 0 for code in read), 0], np.int16)[indices], int(strange[indices].sum())


def _benefit_code(value: Any) -> int | None:
    text = plain_text(value)
    if not text.strip("0. "):
        return 0
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_CODE else None
