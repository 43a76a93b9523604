"""How things stand in a region on a day: capacities by clinic as they were last counted, and the measures kept."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from fordel_dask.cycle.capacity_report import counted
from fordel_dask.cycle.measure import Measure, in_force_on
from fordel_dask.cycle.occupancy import NONE, Occupancy, as_registered
from fordel_dask.cycle.whereabouts import council_by_clinic
from fordel_dask.published import Published


@dataclass(frozen=True)
class Stand:
    """How things stand on ``day``; ``occupancy`` by ydernummer was counted on ``counted_on``."""

    day: datetime.date
    counted_on: datetime.date
    occupancy: Mapping[str, Occupancy]
    measures: tuple[Measure, ...] = ()

    @property
    def in_force(self) -> tuple[Measure, ...]:
        """The measures that are in force on the day."""
        return in_force_on(self.measures, self.day)


def registered_stand(published: Published, day: datetime.date, measures: tuple[Measure, ...] = ()) -> Stand:
    """Give how things stand when only the clinic register is known: all its capacities taken as occupied."""
    return Stand(day, published.status_date, as_registered(published), measures)


def occupancy_by_council(published: Published, stand: Stand) -> dict[str, Occupancy]:
    """Give allocated and occupied capacities of every council."""
    of_council = council_by_clinic(published, stand.counted_on)
    found = dict.fromkeys(published.councils, NONE)
    for clinic, taken in counted(stand.occupancy, published).items():
        if clinic in of_council:
            found[of_council[clinic]] += taken
    return found


def without_place(published: Published, stand: Stand) -> dict[str, Occupancy]:
    """Give the clinics with capacities that lie in no municipality that is known: they count in no council."""
    of_council = council_by_clinic(published, stand.counted_on)
    return {clinic: taken for clinic, taken in counted(stand.occupancy, published).items() if clinic not in of_council}
