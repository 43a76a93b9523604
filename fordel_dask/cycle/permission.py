"""What the collective agreement permitted single clinics, and until when (R46)."""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from fordel_dask.cycle.measure import PERMISSION, Measure, in_force_on, last_lawful_day


def permissions_on(measures: Iterable[Measure], day: datetime.date) -> dict[str, list[Measure]]:
    """Give the permissions in force on a day by clinic, each with its last day: its own, or that of the rule.

    A permission never changes a minimum number: the region decides, whatever was permitted.
    """
    end = last_lawful_day(PERMISSION)
    found: dict[str, list[Measure]] = {}
    for one in in_force_on(measures, day):
        if one.kind == PERMISSION:
            ends = [last for last in (one.last_day, end) if last is not None]
            found.setdefault(one.ydernummer, []).append(replace(one, last_day=min(ends, default=None)))
    return found
