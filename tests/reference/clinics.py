"""Room 7: the number of each clinic, and the capacities there are; all exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from .capacity import patients_per_capacity
from .citizens import capacities_left_out, clinic_at, group_spells, registered_clinics
from .extra_values import extra_values
from .model import SCENARIO, ReferenceError
from .registers import Registers
from .rounding import NANO, exact, half_up, half_up_to_step

Model = Mapping[str, Any]
TRAINEES = "TRAINEES"


@dataclass(frozen=True)
class Clinic:
    """A clinic's figures; what cannot be said is None."""

    patients: int
    weighted: Fraction
    exact_minimum: Fraction | None
    rounded_minimum: int | None
    minimum_patients: int | None
    status: str


@dataclass(frozen=True)
class Facts:
    """What is known of a clinic: its patients and their weight, capacities less trainees, limit and list."""

    patients: int
    weighted: Fraction
    capacities: Fraction
    registered: bool = True
    limit: Fraction | None = None  # the present closing limit
    list_then: int = 0  # patients on the day whose list caps the number; 0: no cap


def clinic_figures(citizens: pd.DataFrame, registers: Registers, model: Model) -> dict[str, Clinic]:
    """Give the figures of every clinic of the register and of every counted citizen's clinic."""
    groups = dict(list(citizens[citizens["clinic"] != ""].groupby("clinic")))
    capacities, lists = effective_capacities(registers, model), lists_then(registers, model)
    figures = {}
    for code in sorted({*registers.clinics.index, *groups}):
        own = groups.get(code, citizens.iloc[:0])
        facts = Facts(
            patients=len(own),
            weighted=Fraction(sum(own["weight"].tolist()), NANO),
            capacities=capacities.get(code, Fraction(0)),
            registered=code in capacities,
            limit=registers.limits.get(code),
            list_then=lists.get(code, 0),
        )
        figures[code] = clinic(facts, model)
    return figures


def effective_capacities(registers: Registers, model: Model) -> dict[str, Fraction]:
    """Give the capacities of each registered clinic less what its trainees take (V34), never below 0."""
    percent = Fraction(model["clinics.trainee_percent"], 100)
    trainees = extra_values(registers, "YDERNR", TRAINEES) if percent else {}
    return {
        str(code): max(exact(text or "0") - percent * trainees.get(code, 0), Fraction(0))
        for code, text in registered_clinics(registers)["capacities"].items()
    }


def lists_then(registers: Registers, model: Model) -> dict[str, int]:
    """Count each clinic's citizens of group 1 on the day whose list caps its number (V47); without a day nobody."""
    day = model["clinics.capped_at_list_of"]
    if not day:
        return {}
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ReferenceError(SCENARIO, "clinics.capped_at_list_of is no day") from None
    return clinic_at(group_spells(registers, "1"), day).value_counts().to_dict()


def clinic(facts: Facts, model: Model) -> Clinic:
    """Give one clinic's figures and status: exact, rounded, bounded, then whole patients."""
    norm = model["capacity.citizens_per_capacity"]
    exact_minimum = patients_per_capacity(norm, Fraction(facts.patients), facts.weighted)
    status = clinic_status(facts)
    if status != "ok" or exact_minimum is None:
        return Clinic(facts.patients, facts.weighted, exact_minimum, None, None, status)
    rounded = bounded(half_up_to_step(exact_minimum, model["clinics.rounding_step"]), model)
    minimum = settled(minimum_patients(facts.capacities, rounded), exact_minimum, facts, model)
    return Clinic(facts.patients, facts.weighted, exact_minimum, rounded, minimum, status)


def clinic_status(facts: Facts) -> str:
    """Give the first status that applies."""
    if facts.patients == 0:
        return "no_patients"
    if not facts.registered:
        return "unregistered"
    return "ok" if facts.capacities else "no_capacities"


def bounded(per_capacity: int, model: Model) -> int:
    """Keep a number per capacity within the model's bounds (V44); 0 is no bound."""
    lowest, highest = model["clinics.lowest_per_capacity"], model["clinics.highest_per_capacity"]
    not_below = max(per_capacity, lowest)
    return min(not_below, highest) if highest else not_below


def minimum_patients(capacities: Fraction, rounded_minimum: int) -> int:
    """Give the clinic's minimum: capacities × rounded minimum, half up to a whole patient."""
    return half_up(capacities * rounded_minimum)


def settled(minimum: int, exact_minimum: Fraction, facts: Facts, model: Model) -> int:
    """Give the number after tolerance (V45), phase-in (V49) and cap (V47), in this order."""
    if facts.limit is not None:
        tolerance = model["clinics.tolerance_patients"] * facts.capacities
        if tolerance and abs(exact_minimum * facts.capacities - facts.limit) <= tolerance:
            minimum = half_up(facts.limit)
        way = Fraction(model["clinics.phase_in_percent"], 100)
        minimum = half_up(facts.limit + way * (minimum - facts.limit))
    return min(minimum, facts.list_then) if facts.list_then else minimum


def existing_capacities(registers: Registers, clinics: Mapping[str, Clinic], model: Model) -> dict[str, Fraction]:
    """Give each council's capacities: registered clinics but island doctors with few patients (R25, R26).

    Clinics that the model leaves out (V02, V03) have none.
    """
    councils = registers.municipalities["council_id"]
    totals = dict.fromkeys(councils, Fraction(0))
    capacities, without = effective_capacities(registers, model), capacities_left_out(registers, model)
    for code, row in registered_clinics(registers).iterrows():
        few = clinics[str(code)].patients < model["clinics.island_threshold"]
        if code not in without and not (row["kind"] == "island" and few):
            totals[councils[row["municipality"]]] += capacities[str(code)]
    return totals
