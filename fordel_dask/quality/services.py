"""What services are looked at for: weeks, codes, the unit of the fee, and rows that were delivered twice."""

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.extracts.arrays import encoded, mapped, plain_text
from fordel_dask.quality.looks import COVERAGE, MEASURES, CodeCounts, Look
from fordel_dask.quality.rows import RowsFile, hashes_of_services
from fordel_dask.registers import services
from fordel_dask.registers.canonical import LAST_WEEK, WEEK_INVALID, week_of, week_text
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.rules import Columns, Rules
from fordel_dask.registers.tally import KEPT, Tally, rows_of
from fordel_dask.schema.prepared import MISSING_PAID

GENERAL_PRACTICE = "80"
CONSULTATION = "800101"
OERE = "oere"
COMMON_FEES = 1 << 20
"""Fees below this many øre are counted in an array, others one by one."""


class ServicesLook(Look):
    """Looks at services; ``compared`` takes what rows say, None if there is no other file to compare them with."""

    goes_on = ("citizen", "service", "quantity")

    def __init__(self, rules: Rules, compared: RowsFile | None) -> None:
        super().__init__(rules)
        self._compared = compared
        self._weeks: Counter[str] = Counter()
        self._missing = 0
        self._services = CodeCounts()
        self._fees: list[np.ndarray] = []

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at the weeks of all rows, and at codes and fees of kept ones."""
        values, indices = encoded(batch["HONUGE"])
        counts = np.bincount(indices, minlength=len(values) + 1).tolist()
        for value, count in zip(values, counts, strict=False):
            self._weeks[_week_or_year(value, self._rules.fee_year)] += count
        self._services.add(columns["service"])
        self._look_at_fees(columns)
        missing = int(np.count_nonzero(columns["paid_oere"] == MISSING_PAID))
        self._missing += missing - self._unreadable(batch) if missing else 0
        if self._compared:
            self._compared.add(hashes_of_services(batch, self._rules))

    def _unreadable(self, batch: Any) -> int:
        """Count kept rows whose fee is no number, to tell them from those without: they are few, and read again."""
        paid, unreadable = paid_oere(batch["BRUHON"], SCALES[self._rules.bruhon])
        if not unreadable:
            return 0
        without = batch.filter(pa.array(paid == MISSING_PAID))
        said = mapped(without["BRUHON"], lambda value: plain_text(value) != "", False, "bool")
        return rows_of(services.rows(without.filter(pa.array(said)), self._rules, self._books)[1], KEPT)

    def _look_at_fees(self, columns: Columns) -> None:
        texts = self._books["service"].texts
        if CONSULTATION in texts:
            paid, quantity = columns["paid_oere"], columns["quantity"]
            asked = (columns["service"] == texts.index(CONSULTATION)) & (quantity > 0) & (paid != MISSING_PAID)
            given = quantity[asked].astype(np.int64)
            self._fees.append((2 * paid[asked] + given) // (2 * given))

    def seen(self) -> Tally:
        """Give unknown services, rows by week, and consultations by the fee of one, in øre."""
        if self._compared:
            self._compared.close()
        given = self._services.by_text(self._books["service"].texts if self._books else [])
        unknown = sum(count for code, count in given.items() if _is_unknown(code))
        weeks = {week: count for week, count in self._weeks.items() if week and count}
        return {
            MEASURES: {"service_unknown": unknown, "paid_missing": self._missing},
            COVERAGE: weeks,
            OERE: _histogram(self._fees),
        }


def _week_or_year(value: Any, fee_year: int) -> str:
    """Give ``yyww`` for a week of the fee year, the year for another week, blank for none."""
    week = week_of(value, fee_year)
    if week == WEEK_INVALID:
        return ""
    if 1 <= week <= LAST_WEEK:
        return f"{fee_year % 100:02}{week:02}"
    year = 2000 + int(week_text(value)[:2])
    return str(year if year <= fee_year + 1 else year - 100)


def _is_unknown(code: str) -> bool:
    return code.startswith(GENERAL_PRACTICE) and code[2:] not in _fee_table_codes()


def _fee_table_codes() -> set[str]:
    return {row["code"] for table in law.rows("fees/schedules") for row in law.rows(f"fees/{table['file']}")}


def _histogram(fees: list[np.ndarray]) -> dict[str, int]:
    values = np.concatenate([np.empty(0, np.int64), *fees])
    common = (values >= 0) & (values < COMMON_FEES)
    counts = np.bincount(values[common])
    found = {str(value): int(counts[value]) for value in np.flatnonzero(counts).tolist()}
    rare, many = np.unique(values[~common], return_counts=True)
    return found | dict(zip(map(str, rare.tolist()), many.tolist(), strict=True))
