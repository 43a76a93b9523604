"""How the figures of a month were revised, report by report: both the earlier and the later ones stay."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fordel_dask.cycle.capacity_report import Reports, clinic_counts, occupancy_of
from fordel_dask.cycle.clinic_months import Place
from fordel_dask.cycle.follow_up import COUNCIL, COUNTRY, codes_of
from fordel_dask.cycle.months import Month
from fordel_dask.cycle.occupancy import NONE, Occupancy
from fordel_dask.published import Published

Places = Mapping[tuple[Month, str], Place]


@dataclass(frozen=True)
class Vintage:
    """A month of a council, or of the country, as known at the end of a day on which clinics reported.

    ``new`` clinics reported for the first time, ``again`` ones revised what they had reported; ``known`` is the sum
    after that day, ``change`` what the day added to it, ``revised`` the part of that which is of ``again``.
    """

    month: Month
    reported_on: datetime.date
    kind: str
    code: str
    new: int
    again: int
    reported: int
    known: Occupancy
    change: Occupancy
    revised: Occupancy


def vintages(published: Published, reports: Reports, places: Places, as_of: datetime.date) -> tuple[Vintage, ...]:
    """Give every vintage up to a day, by month and day: the country, then the councils that reported on it.

    Small island clinics do not count (R26).
    """
    of_day: dict[tuple[Month, datetime.date], dict[str, Occupancy]] = {}
    for row in reports:
        if row.reported_on <= as_of and clinic_counts(row.ydernummer, published):
            clinics = of_day.setdefault((row.month, row.reported_on), {})
            clinics[row.ydernummer] = clinics.get(row.ydernummer, NONE) + occupancy_of([row])
    known: dict[tuple[Month, str, str], dict[str, Occupancy]] = {}
    found = []
    for (month, day), clinics in sorted(of_day.items()):
        touched: dict[tuple[str, str], dict[str, Occupancy]] = {}
        for clinic, occupancy in clinics.items():
            codes = codes_of(places[month, clinic], published)
            for kind in (COUNTRY, COUNCIL):
                touched.setdefault((kind, codes[kind]), {})[clinic] = occupancy
        for (kind, code), reported in sorted(touched.items(), key=lambda one: (one[0][0] != COUNTRY, one[0])):
            before = known.setdefault((month, kind, code), {})
            found.append(_vintage((month, day, kind, code), before, reported))
            before.update(reported)
    return tuple(found)


def _vintage(
    key: tuple[Month, datetime.date, str, str], before: Mapping[str, Occupancy], reported: Mapping[str, Occupancy]
) -> Vintage:
    changes = {clinic: _less(now, before.get(clinic, NONE)) for clinic, now in reported.items()}
    again = [clinic for clinic in reported if clinic in before]
    change = _sum([*changes.values()])
    return Vintage(
        *key,
        new=len(reported) - len(again),
        again=len(again),
        reported=len(before) + len(reported) - len(again),
        known=_sum([*before.values()]) + change,
        change=change,
        revised=_sum([changes[clinic] for clinic in again]),
    )


def _less(now: Occupancy, before: Occupancy) -> Occupancy:
    return Occupancy(now.allocated - before.allocated, now.occupied - before.occupied)


def _sum(found: Sequence[Occupancy]) -> Occupancy:
    return sum(found, NONE)
