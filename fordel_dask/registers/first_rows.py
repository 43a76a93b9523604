"""What the first rows of files tell about a delivery: fee year, unit of fees, form of codes, days of snapshots.

Only counts, years and units leave this module, never a value of a person.
"""

import contextlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from fordel_dask import law
from fordel_dask.errors import FordelError
from fordel_dask.extracts.aliases import FAMILIES, codings
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, encoded, plain_text, whole_numbers
from fordel_dask.extracts.columns import Wanted, delivered_name
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract, pieces, read_rows
from fordel_dask.fees.schedule import schedule_in_force
from fordel_dask.registers.canonical import LocalCodes, any_service_code
from fordel_dask.registers.money import paid_oere
from fordel_dask.registers.services import service_numbers
from fordel_dask.schema.prepared import MISSING_PAID

MOST_FILES = 24
"""Files of one register whose first rows are looked at, evenly chosen."""

FIRST_YEAR_OF_WEEKS = 91
CONSULTATION = "0101"
GENERAL_PRACTICE = "80"
MOST_ROWS = 50_000
UNITS = {"kroner": 1, "oere": 100}
"""How many times its price a consultation seems to cost, if the amount is taken for kroner."""

FEE_COLUMNS = ("SPECIALE", "YDELSESNR", "YDLANT", "BRUHON")


def sample(source: Source, extracts: Sequence[Extract], names: Sequence[str]) -> Iterator[Any]:
    """Give the first rows of the first and last part of some files, with the columns they have of those named."""
    step = max(1, math.ceil(len(extracts) / MOST_FILES))
    for extract in extracts[::step]:
        found = [(name, delivered_name(source, extract, Wanted(name))) for name in names]
        columns = [(name, given) for name, given in found if given is not None]
        parts = pieces(extract, 1)
        for piece in dict.fromkeys((parts[0], parts[-1])) if columns else ():
            with contextlib.suppress(FordelError):  # a file that is damaged further on is told when it is checked
                batch = next(read_rows(piece, columns, frozenset(names)), None)
                if batch is not None:
                    yield batch.slice(0, MOST_ROWS)


def first_batch(extract: Extract) -> None:
    """Read the first rows of a file, to see that they can be read.

    Raises
    ------
    IntegrityError
        They cannot.
    """
    columns = [(extract.names[0], extract.names[0])]
    for piece in pieces(extract, 1)[:1]:
        next(read_rows(piece, columns, frozenset()), None)


def counted(column: Any) -> Counter[str]:
    """Count the values of a column, as codes are compared."""
    values, indices = encoded(column)
    rows = np.bincount(indices, minlength=len(values) + 1).tolist()
    total: Counter[str] = Counter()
    for value, number in zip([*values, None], rows, strict=True):
        total[plain_text(value)] += number
    return total


def century(yy: int) -> int:
    """Give the year that two digits mean, from 1991 on."""
    return 1900 + yy if yy >= FIRST_YEAR_OF_WEEKS else 2000 + yy


def years_of_weeks(source: Source, extracts: Sequence[Extract]) -> Counter[int]:
    """Count rows by the year they were settled in."""
    years: Counter[int] = Counter()
    for batch in sample(source, extracts, ["HONUGE"]):
        for text, rows in counted(batch["HONUGE"]).items():
            week = text.zfill(4)
            if text and rows and week.isdigit() and len(week) == 4 and 1 <= int(week[2:]) <= 53:
                years[century(int(week[:2]))] += rows
    return years


def unit_of_fees(source: Source, extracts: Sequence[Extract]) -> tuple[str | None, int]:
    """Give the unit in which the median fee of a consultation is nearest to its price, and how many rows tell."""
    prices = np.concatenate([np.empty(0), *map(_prices, sample(source, extracts, FEE_COLUMNS))])
    if not prices.size:
        return None, 0
    price = _latest_price()
    distance = {unit: abs(math.log(float(np.median(prices)) / (price * by))) for unit, by in UNITS.items()}
    return min(distance, key=lambda unit: distance[unit]), prices.size


def _prices(batch: Any) -> np.ndarray:
    """Give the price of each consultation, in øre if amounts are kroner; amounts of 0 say nothing."""
    if not {"SPECIALE", "YDLANT", "BRUHON"} <= set(batch.schema.names):
        return np.empty(0)
    book = LocalCodes(any_service_code)
    code = service_numbers(batch, book)
    consultation = np.array([text == GENERAL_PRACTICE + CONSULTATION for text in book.texts] + [False, False])
    quantity, whole = whole_numbers(batch["YDLANT"])
    paid, _ = paid_oere(batch["BRUHON"], 100)
    tells = consultation[code] & whole & (quantity > 0) & (paid != MISSING_PAID) & (paid > 0)
    return np.asarray(paid[tells] / quantity[tells])


def _latest_price() -> int:
    latest = max(row["valid_from"] for row in law.rows("fees/schedules"))
    return schedule_in_force(date.fromisoformat(latest)).contacts[CONSULTATION]


def codes_with_d(source: Source, extracts: Sequence[Extract], column: str) -> float | None:
    """Give the share of diagnosis codes that begin with D, None if there is none."""
    total: Counter[str] = Counter()
    for batch in sample(source, extracts, [column]):
        for text, rows in counted(batch[column]).items():
            total["D" if text.upper().startswith("D") else "other" if text else ""] += rows
    read = total["D"] + total["other"]
    return total["D"] / read if read else None


def families_met(source: Source, extracts: Sequence[Extract]) -> dict[str, tuple[str, ...]]:
    """Give the families whose codings would change values in the first rows, each with the columns it would change.

    A family that would change no more than one before it is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for family in FAMILIES:
        of_family = codings(source.register, family, {})
        changed = tuple(name for name, coding in of_family if _is_met(source, extracts, name, dict(coding)))
        if changed and changed not in found.values():
            found[family] = changed
    return found


def _is_met(source: Source, extracts: Sequence[Extract], name: str, coding: dict[str, str]) -> bool:
    batches = sample(source, extracts, [name])
    return any(rows and text in coding for batch in batches for text, rows in counted(batch[name]).items())


def snapshot_day(extract: Extract) -> int | None:
    """Give the one day that REFERENCETID of a file says, as days since 1970; None if it says none or several."""
    given = next((name for name in extract.names if name.strip().upper() == "REFERENCETID"), None)
    if given is None:
        return None
    source = Source(extract.register, (), columns=(("REFERENCETID", given),))
    found = {int(day) for batch in sample(source, [extract], ["REFERENCETID"]) for day in _different(batch)}
    return found.pop() if len(found) == 1 else None


def _different(batch: Any) -> Iterable[int]:
    met = np.unique(days(batch["REFERENCETID"]))
    return [day for day in met.tolist() if day > UNREADABLE_DAY]


def meeting_keys(left: tuple[Source, Sequence[Extract]], right: tuple[Source, Sequence[Extract]], key: str) -> float:
    """Give the share of the keys in the first rows of the one that stand in the first rows of the other."""
    mine, others = (_keys(source, extracts, key) for source, extracts in (left, right))
    return len(mine & others) / max(1, min(len(mine), len(others)))


def _keys(source: Source, extracts: Sequence[Extract], key: str) -> set[str]:
    found: set[str] = set()
    for batch in sample(source, extracts, [key]):
        found.update(map(plain_text, encoded(batch[key])[0]))
    return found - {""}
