"""Room 1, last step: who is counted, in which clinic, with how many days of exposure, and who is in the sample."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from .extra_values import extra_values
from .registers import Registers
from .rounding import exact

Model = Mapping[str, Any]


def counted_citizens(registers: Registers, model: Model) -> pd.DataFrame:
    """Give the counted citizens of the population: clinic and days of exposure added.

    ``group`` is 1 or, where the model counts them, 2; ``sample`` says whether the citizen may stand in the
    estimation sample, ``registered`` whether the clinic is registered at the status date.
    """
    clinic = patients(registers)
    clinic = clinic[~clinic.isin(clinics_left_out(registers, model))]
    citizens = registers.population.loc[clinic.index].assign(clinic=clinic, group="1")
    own_spells = defaultdict(list)
    spells = group_spells(registers, "1")
    for pnr, start, end in zip(spells["pnr"], spells["start"], spells["end"], strict=True):
        own_spells[pnr].append((start, end))
    citizens["exposure"] = [covered_days(own_spells[pnr], registers.fee_year) for pnr in citizens.index]
    if "2" in model["population.groups"]:
        citizens = pd.concat([citizens, group_2(registers)]).sort_index()
    citizens["registered"] = citizens["clinic"].isin(registered_clinics(registers).index)
    citizens["sample"] = in_sample(citizens, registers, model)
    return citizens


def group_spells(registers: Registers, group: str) -> pd.DataFrame:
    """Give the spells of an insurance group."""
    return registers.spells[registers.spells["group"] == group]


def patients(registers: Registers) -> pd.Series:
    """Give the clinic of every citizen of group 1 at the status date."""
    return clinic_at(group_spells(registers, "1"), registers.status_date)


def clinic_at(spells: pd.DataFrame, day: str) -> pd.Series:
    """Give each citizen's clinic at a day: of several spells the latest begun, then the largest number."""
    covering = spells[(spells["start"] <= day) & (day <= spells["end"])]
    ordered = covering.sort_values(["pnr", "start", "clinic"])
    return ordered.drop_duplicates("pnr", keep="last").set_index("pnr")["clinic"]


def group_2(registers: Registers) -> pd.DataFrame:
    """Give the citizens of group 2, not of group 1, at the status date: in no clinic, without exposure (V59)."""
    second = clinic_at(group_spells(registers, "2"), registers.status_date).index.difference(patients(registers).index)
    return registers.population.loc[second].assign(clinic="", group="2", exposure=0)


def covered_days(spells: Iterable[tuple[str, str]], year: int) -> int:
    """Count the days of the year in the union of spells; both the first and the last day are included."""
    first, last = f"{year:04}-01-01", f"{year:04}-12-31"
    covered: set[int] = set()
    for start, end in spells:
        if start <= last and first <= end:
            days = [date.fromisoformat(day).toordinal() for day in (max(start, first), min(end, last))]
            covered.update(range(days[0], days[1] + 1))
    return len(covered)


def registered_clinics(registers: Registers) -> pd.DataFrame:
    """Give the clinics registered at the status date."""
    return registers.clinics[registers.clinics["registered"]]


def small_clinics(registers: Registers, model: Model) -> set[str]:
    """Give the registered clinics with patients, but few (V02)."""
    listed = patients(registers).value_counts()
    few = set(listed.index[listed < model["clinics.small_threshold"]])
    return few & set(registered_clinics(registers).index)


def clinics_left_out(registers: Registers, model: Model) -> set[str]:
    """Give the registered clinics whose patients are not counted: small ones (V02), of some type or kind (V03)."""
    clinics = registered_clinics(registers)
    found = set(clinics.index[clinics["kind"].isin(model["clinics.left_out_types"])])
    name = model["clinics.left_out_covariate"]
    if name:
        marked = {code for code, value in extra_values(registers, "YDERNR", name).items() if value > 0}
        found |= marked & set(clinics.index)
    if model["clinics.small"] == "left_out":
        found |= small_clinics(registers, model)
    return found


def capacities_left_out(registers: Registers, model: Model) -> set[str]:
    """Give the registered clinics whose capacities do not count as existing ones."""
    few = small_clinics(registers, model) if model["clinics.small"] == "patients_only" else set()
    return clinics_left_out(registers, model) | few


def in_sample(citizens: pd.DataFrame, registers: Registers, model: Model) -> pd.Series:
    """Say of each citizen whether it may stand in the estimation sample (M6)."""
    clinics = registered_clinics(registers)
    kinds = ~clinics["kind"].isin(model["weights.excluded_clinic_types"])
    areas = clinics["municipality"].isin(sample_municipalities(registers, model))
    least = registers.days if model["weights.exposure"] == "full_year" else 1
    return citizens["clinic"].isin(clinics.index[kinds & areas]) & (citizens["exposure"] >= least)


def sample_municipalities(registers: Registers, model: Model) -> set[str]:
    """Give the municipalities whose clinics are in the sample: all, or those with no more patients than norm (V41).

    All patients and capacities of registered clinics tell how an area is covered, also those that are left out.
    """
    clinics = registered_clinics(registers)
    if model["weights.sample_areas"] == "all":
        return set(clinics["municipality"])
    listed = patients(registers).value_counts()
    covered = set()
    for municipality, own in clinics.groupby("municipality"):
        number = sum(int(listed.get(code, 0)) for code in own.index)
        capacities = sum(exact(text or "0") for text in own["capacities"])
        if number <= model["capacity.citizens_per_capacity"] * capacities:
            covered.add(str(municipality))
    return covered
