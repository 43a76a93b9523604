"""The monthly chronic-care fee in its four readings (M5, model section 3)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import EstimationError
from fordel_dask.facts.definition import months_column
from fordel_dask.fees import Schedule
from fordel_dask.law.rounding import half_even
from fordel_dask.model.model import Consumption
from fordel_dask.privacy import redacted

WHOLE = 100
DAYS_AT_MOST = 367
"""More than a citizen can be enrolled in a year: cell × this + days tells both."""

Facts = Mapping[str, NDArray[Any]]


def chronic_months(facts: Facts, schedule: Schedule) -> NDArray[np.int64]:
    """Give each citizen's net months of chronic care in the fee year."""
    columns = [facts[months_column(code)].astype(np.int64) for code in schedule.chronic_months]
    return np.asarray(sum(columns))


def chronic_fees(
    facts: Facts, schedule: Schedule, choices: Consumption, share: tuple[int, int] | None
) -> NDArray[np.int64]:
    """Give the chronic-care amount of each citizen, in øre.

    ``fee``: months at the monthly fee, or a percentage of it (V39). ``share``: that × A ÷ B, half to even, for citizens
    with net months. ``imputed`` and ``none``: 0 (imputation replaces the whole fee later).
    """
    reading = choices.chronic_care
    full = np.zeros(next(iter(facts.values())).size, dtype=np.int64)
    if reading in ("imputed", "none"):
        return full
    for code, fee in schedule.chronic_months.items():
        full += facts[months_column(code)].astype(np.int64) * fee
    if choices.chronic_care_percent != WHOLE:
        full = share_of(full, choices.chronic_care_percent, WHOLE)
    if reading == "fee":
        return full
    if share is None or share[1] == 0:
        raise EstimationError(
            "chronic_care = 'share' needs fees of citizens without chronic care, and their sum is 0 øre. "
            "Choose another reading."
        )
    return share_of(np.where(chronic_months(facts, schedule) > 0, full, 0), *share)


def share_of(amounts: NDArray[np.int64], part: int, whole: int) -> NDArray[np.int64]:
    """Give amount × part ÷ whole of each, half to even, in øre; few amounts are different from one another."""
    found, place = np.unique(amounts, return_inverse=True)
    return np.array([half_even(amount * part, whole) for amount in found.tolist()], dtype=np.int64)[place]


@dataclass(frozen=True)
class ChronicTotals:
    """Contact fees (A) and all day-time fees (B) of group-1 citizens without chronic care, in øre."""

    contacts: int = 0
    all_services: int = 0

    def __add__(self, other: "ChronicTotals") -> "ChronicTotals":
        return ChronicTotals(self.contacts + other.contacts, self.all_services + other.all_services)


def share_totals(contacts: NDArray[np.int64], others: NDArray[np.int64], counted: NDArray[np.bool_]) -> ChronicTotals:
    """Give A and B over the citizens counted: group 1, net months not above 0."""
    a = int(contacts[counted].sum())
    return ChronicTotals(a, a + int(others[counted].sum()))


@redacted
@dataclass(frozen=True)
class Imputation:
    """Fee and exposure of comparable citizens without chronic care, by cell, for ``imputed``.

    ``age_of_cell`` is the level of age (and sex) of each cell.
    """

    fee_oere: NDArray[np.int64]
    exposure_days: NDArray[np.int64]
    age_of_cell: NDArray[np.int64]

    def fee(self, cell: int, exposure_days: int) -> int:
        """Give the imputed fee of one citizen: exposure × Σ fee ÷ Σ exposure, half to even, in øre.

        Over citizens of the same cell; if there is none, of the same age and sex; else of all.
        """
        for fee, days in (self._of_cell(cell), self._of_age(cell), self._of_all):
            if days:
                return half_even(exposure_days * fee, days)
        raise EstimationError(
            "chronic_care = 'imputed' needs citizens without chronic care in the estimation sample, and there is "
            "none. Choose another reading."
        )

    def _of_cell(self, cell: int) -> tuple[int, int]:
        return int(self.fee_oere[cell]), int(self.exposure_days[cell])

    def _of_age(self, cell: int) -> tuple[int, int]:
        fee, days = self._by_age
        return int(fee[self.age_of_cell[cell]]), int(days[self.age_of_cell[cell]])

    @functools.cached_property
    def _of_all(self) -> tuple[int, int]:
        return int(self.fee_oere.sum()), int(self.exposure_days.sum())

    @functools.cached_property
    def _by_age(self) -> NDArray[np.int64]:
        sums = np.zeros((2, int(self.age_of_cell.max()) + 1), np.int64)
        for line, by_cell in zip(sums, (self.fee_oere, self.exposure_days), strict=True):
            np.add.at(line, self.age_of_cell, by_cell)
        return sums

    def replace(
        self,
        fees: NDArray[np.int64],
        cells: NDArray[np.int64],
        exposure_days: NDArray[np.int64],
        on_care: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """Give the fees with those of citizens on chronic care imputed."""
        result = fees.copy()
        pairs, place = np.unique(cells[on_care] * DAYS_AT_MOST + exposure_days[on_care], return_inverse=True)
        imputed = [self.fee(*divmod(pair, DAYS_AT_MOST)) for pair in pairs.tolist()]
        result[on_care] = np.array(imputed, dtype=np.int64)[place]
        return result
