"""Room 1, last step: who is counted, in which clinic, with how many days of exposure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import pandas as pd

from .registers import Registers


def counted_citizens(registers: Registers) -> pd.DataFrame:
    """Give the population with a group-1 spell at the status date: clinic and days of exposure added.

    ``sample`` says whether the citizen may stand in the estimation sample.
    """
    spells = registers.spells[registers.spells["group"] == "1"]
    clinic = clinic_at(spells, registers.status_date)
    citizens = registers.population.loc[clinic.index].assign(clinic=clinic)
    own_spells = defaultdict(list)
    for pnr, start, end in zip(spells["pnr"], spells["start"], spells["end"], strict=True):
        own_spells[pnr].append((start, end))
    citizens["exposure"] = [covered_days(own_spells[pnr], registers.fee_year) for pnr in citizens.index]
    registered = registers.clinics[registers.clinics["registered"]]
    own_doctors = registered.index[~registered["kind"].isin(["region", "tender"])]
    citizens["sample"] = citizens["clinic"].isin(own_doctors) & (citizens["exposure"] > 0)
    citizens["registered"] = citizens["clinic"].isin(registered.index)
    return citizens


def clinic_at(spells: pd.DataFrame, day: str) -> pd.Series:
    """Give each citizen's clinic at a day: of several spells the latest begun, then the largest number."""
    covering = spells[(spells["start"] <= day) & (day <= spells["end"])]
    ordered = covering.sort_values(["pnr", "start", "clinic"])
    return ordered.drop_duplicates("pnr", keep="last").set_index("pnr")["clinic"]


def covered_days(spells: Iterable[tuple[str, str]], year: int) -> int:
    """Count the days of the year in the union of spells; both the first and the last day are included."""
    first, last = f"{year:04}-01-01", f"{year:04}-12-31"
    covered: set[int] = set()
    for start, end in spells:
        if start <= last and first <= end:
            days = [date.fromisoformat(day).toordinal() for day in (max(start, first), min(end, last))]
            covered.update(range(days[0], days[1] + 1))
    return len(covered)
