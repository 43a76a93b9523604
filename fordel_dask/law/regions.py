"""Which region a council belongs to on a day: Region Østdanmark is formed on 1 January 2027 out of two."""

import datetime
import functools

from fordel_dask import law
from fordel_dask.law.provisions import day_of

REFORM = "regions.reform"
REFORM_IS_KNOWN_FROM = datetime.date(2025, 7, 1)


def region_on(council_id: str, region: str, day: datetime.date) -> str:
    """Give the name of the region of a council on a day.

    ``region`` is the one from 2027, as the register of municipalities has it; it also stands for a council that the
    packaged table does not know, and for one whose municipalities lay in several regions before.
    """
    if day >= day_of(REFORM, max(day, REFORM_IS_KNOWN_FROM)):
        return region
    return _before().get(council_id, region)


@functools.cache
def _before() -> dict[str, str]:
    """Give the region of each council before the reform, where all of it lies in one."""
    found: dict[str, set[str]] = {}
    for row in law.rows("geography/municipalities"):
        found.setdefault(row["sundhedsraad_id"], set()).add(row["region_2007_2026"])
    return {council: next(iter(names)) for council, names in found.items() if len(names) == 1}
