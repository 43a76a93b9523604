"""Which weeks and months a delivery covers, and in which unit its fees are."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fordel_dask import law
from fordel_dask.errors import CoverageError
from fordel_dask.fees import schedule_in_force
from fordel_dask.quality.periods import MISSING, THIN, spread, weeks_of

CONSULTATION = "0101"
FEE_TABLE_DAY = (10, 1)
"""The fee table in force on 1 October of the fee year prices the year."""

Counts = Mapping[str, int]


def weeks_of_services(rows: Counts, fee_year: int) -> dict[str, int]:
    """Count weeks of the fee year without rows, and those with fewer than half of the median of weeks with rows."""
    weeks = spread("services", rows, fee_year + 1)
    return {"weeks_missing": len(weeks.of(MISSING)), "weeks_thin": len(weeks.of(THIN))}


def weeks_of_dream(cells: Counts, fee_year: int) -> dict[str, int]:
    """Count weeks of the fee year without a column, and columns in which every cell is blank."""
    missing = sum(week not in cells for week in weeks_of(fee_year))
    return {"weeks_missing": missing, "week_empty": sum(not count for count in cells.values())}


def months_of_contacts(rows: Counts) -> dict[str, int]:
    """Count months without rows between the first and the last month with rows."""
    months = sorted(int(month[:4]) * 12 + int(month[5:]) for month, count in rows.items() if count)
    return {"months_missing": months[-1] - months[0] + 1 - len(months) if months else 0}


def unit_of_fees(declared: str, fees: Counts, fee_year: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Give what a consultation was paid beside what the fee table says, and whether the unit seems to be another.

    ``fees`` has consultations by the fee of one, in øre as the declared unit has it; the median of an even number
    is the lower one, told in three digits: it is what was paid for somebody. Nearer to a hundred times the price, or
    to a hundredth, is meant as a proportion.
    """
    rows = sum(fees.values())
    middle, price = _median(fees, rows), _price(fee_year)
    unit = {
        "declared": declared,
        "median_oere": middle and _in_three_digits(middle),
        "fee_table_oere": price,
        "rows": rows,
    }
    other = bool(middle and (middle > 10 * price or 10 * middle < price))
    return unit, {"bruhon_unit": int(other)}


def _median(fees: Counts, rows: int) -> int | None:
    before = 0
    for fee, count in sorted((int(fee), count) for fee, count in fees.items()):
        before += count
        if 2 * before >= rows:
            return fee
    return None


def _in_three_digits(fee: int) -> int:
    last = int(10 ** max(len(str(fee)) - 3, 0))
    return (fee + last // 2) // last * last


def _price(fee_year: int) -> int:
    """Give the price in force on 1 October, as the model takes it; of the newest table if none is in force.

    Prices of other years differ by some percent, units by a hundred times.
    """
    try:
        schedule = schedule_in_force(date(fee_year, *FEE_TABLE_DAY))
    except CoverageError:
        schedule = schedule_in_force(max(date.fromisoformat(r["valid_from"]) for r in law.rows("fees/schedules")))
    return schedule.contacts[CONSULTATION]
