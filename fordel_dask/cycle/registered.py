"""Decisions held against the register of clinics: numbers nobody can mean, and clinics that are gone."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.decision import Complaint, Decision, told
from fordel_dask.published import Published

MOST_A_CAPACITY = 10_000
"""Patients a capacity that nobody can mean: six times the norm, and far above any list."""


@dataclass(frozen=True)
class Registered:
    """What the register has on a clinic: the most capacities of its rows, and its last day, none if it stands."""

    capacities: Fraction | None
    last_day: datetime.date | None


def registered_clinics(published: Published) -> dict[str, Registered]:
    """Give what the register has on every clinic in it, by ydernummer."""
    rows: dict[str, list[tuple[Fraction | None, datetime.date | None]]] = {}
    for row in published.register:
        rows.setdefault(row.ydernummer, []).append((row.capacities, row.last_day))
    found = {}
    for clinic, own in rows.items():
        ends = [end for _, end in own if end is not None]
        gone = max(ends) if len(ends) == len(own) else None
        found[clinic] = Registered(max((one for one, _ in own if one), default=None), gone)
    return found


def register_faults(decisions: Iterable[Decision], registered: Mapping[str, Registered]) -> list[Complaint]:
    """Give what cannot be in decisions by the register; nothing is held against a clinic that it does not have."""
    found = []
    for one in decisions:
        clinic = registered.get(one.ydernummer)
        if clinic is None:
            continue
        if clinic.capacities and one.number > MOST_A_CAPACITY * clinic.capacities:
            found.append(Complaint("beyond_belief", f"{told(one)}, {float(clinic.capacities):g} capacities"))
        if clinic.last_day is not None and clinic.last_day < one.decided_on:
            found.append(Complaint("gone", f"{told(one)}, gone since {clinic.last_day}"))
    return found
