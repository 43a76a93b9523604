"""Fees of general practice in force on a date: of day time, and of the prevention agreement.

Source: fee table of the collective agreement; which codes are contacts is a judgement (M3).
"""

import datetime
import functools
from dataclasses import dataclass

from fordel_dask import law
from fordel_dask.errors import CoverageError

DAY_TIME, PREVENTION = "dagtid", "profylakse"
CONTACT_GROUP = "grundydelse"
CHRONIC_MONTHS = ("0130", "0131", "0132")
OUTSIDE_SHORTAGE_AREAS = "uden_for_laegedaekningstruet"
NOT_A_SERVICE = ("basis", "kroniker", "koersel", "tidsforbrugstillaeg")
HOME_VISITS = ("0411", "0421", "0431", "0441", "0451", "0461", "0491")
NEAREST_HOME_VISIT = "0411"


@dataclass(frozen=True)
class Schedule:
    """Fees of one period, in øre, by four-digit service code.

    ``contacts`` are the contact services (M3), ``chronic_months`` the monthly chronic-care
    fees outside areas short of doctors (M5), ``others`` the remaining day-time services that
    are fees for something done. ``prevention`` are the services of the prevention agreement;
    a code does not say which list it is of, and one of day time (of any group) is none of them.
    """

    valid_from: datetime.date
    contacts: dict[str, int]
    chronic_months: dict[str, int]
    others: dict[str, int]
    prevention: dict[str, int]

    def contact_prices(self, home_visits: str) -> dict[str, int]:
        """Give the prices of contacts, home visits ``standard`` (all as the nearest) or ``as_listed``."""
        if home_visits == "as_listed":
            return self.contacts
        nearest = self.contacts[NEAREST_HOME_VISIT]
        return {code: nearest if code in HOME_VISITS else fee for code, fee in self.contacts.items()}


@functools.cache
def schedule_in_force(on: datetime.date) -> Schedule:
    """Give the fee table in force on a date.

    Raises
    ------
    CoverageError
        No packaged fee table covers the date.
    """
    tables = law.rows("fees/schedules")
    for table in tables:
        if table["valid_from"] <= on.isoformat() <= table["valid_to"]:
            return _schedule(table)
    periods = ", ".join(f"{table['valid_from']} to {table['valid_to']}" for table in tables)
    raise CoverageError(
        f"No fee table is in force on {on.isoformat()}: the program has {periods}. "
        f"Choose a planning year whose fee year it covers."
    )


def _schedule(table: dict[str, str]) -> Schedule:
    fees = law.rows(f"fees/{table['file']}")
    day_time = [row for row in fees if row["section"] == DAY_TIME]
    day_time_codes = {row["code"] for row in day_time}
    contacts = {
        row["code"]: int(row["fee_oere"])
        for row in day_time
        if row["group"] == CONTACT_GROUP and row["is_contact"] == "1"
    }
    return Schedule(
        valid_from=datetime.date.fromisoformat(table["valid_from"]),
        contacts=contacts,
        chronic_months={
            row["code"]: int(row["fee_oere"])
            for row in day_time
            if row["code"] in CHRONIC_MONTHS and row["omraade"] == OUTSIDE_SHORTAGE_AREAS
        },
        others={
            row["code"]: int(row["fee_oere"])
            for row in day_time
            if row["group"] not in NOT_A_SERVICE and row["code"] not in contacts
        },
        prevention={
            row["code"]: int(row["fee_oere"])
            for row in fees
            if row["section"] == PREVENTION and row["code"] not in day_time_codes
        },
    )
