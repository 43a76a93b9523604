"""Which errors of a published RUN must be announced to the regions, and which wait for the next year (R45).

The Danish Health Data Authority announces a material error if a region may allocate more capacities in a council, or
if a lower minimum number is estimated for a clinic (memo 4.3.5). All else waits for the next annual run; that is
inferred. Every published number is rounded, so whatever moves one is taken as material.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fordel_dask.law.regions import region_on
from fordel_dask.published import Clinic, Council, Published

COUNCIL, CLINIC = "council", "clinic"
ANNOUNCED, WAITS, UNCHANGED = "announced", "waits", "unchanged"
MORE_CAPACITIES, FEWER_CAPACITIES = "more_capacities", "fewer_capacities"
LOWER_MINIMUM, HIGHER_MINIMUM = "lower_minimum", "higher_minimum"
FIRST_NUMBER, LOST_NUMBER, SAME, NO_NUMBER = "first_number", "lost_number", "same", "no_number"


@dataclass(frozen=True)
class Ruling:
    """What becomes of one number: ``verdict`` announced, waits or unchanged, and ``why``.

    Numbers are maximum capacities of a council, or minimum patients of a clinic; none where a RUN has none.
    ``council`` and ``region`` are names; they are empty for a clinic that no RUN places anywhere.
    """

    kind: str
    code: str
    council: str
    council_id: str
    region: str
    published: int | None
    corrected: int | None
    verdict: str
    why: str


def council_verdict(published: int | None, corrected: int | None) -> tuple[str, str]:
    """Rule on a council's maximum capacities: more of them are announced."""
    if published is None or corrected is None:
        return _without_one(published, corrected)
    if corrected > published:
        return ANNOUNCED, MORE_CAPACITIES
    return (WAITS, FEWER_CAPACITIES) if corrected < published else (UNCHANGED, SAME)


def clinic_verdict(published: int | None, corrected: int | None) -> tuple[str, str]:
    """Rule on a clinic's minimum patients: a lower number is announced."""
    if published is None or corrected is None:
        return _without_one(published, corrected)
    if corrected < published:
        return ANNOUNCED, LOWER_MINIMUM
    return (WAITS, HIGHER_MINIMUM) if corrected > published else (UNCHANGED, SAME)


def _without_one(published: int | None, corrected: int | None) -> tuple[str, str]:
    """Rule where there is no number in one of the RUNs: neither more nor lower than it was, so it waits."""
    if published is None and corrected is None:
        return UNCHANGED, NO_NUMBER
    return WAITS, FIRST_NUMBER if published is None else LOST_NUMBER


def rulings(published: Published, corrected: Published) -> tuple[Ruling, ...]:
    """Rule on every council and every clinic of either RUN; councils first, by id and by ydernummer."""
    return (*_councils(published, corrected), *_clinics(published, corrected))


def _councils(published: Published, corrected: Published) -> Iterator[Ruling]:
    for code, council in sorted({**published.councils, **corrected.councils}.items()):
        old, new = published.councils.get(code), corrected.councils.get(code)
        numbers = old.maximum if old else None, new.maximum if new else None
        yield Ruling(COUNCIL, code, council.name, code, council.region, *numbers, *council_verdict(*numbers))


def _clinics(published: Published, corrected: Published) -> Iterator[Ruling]:
    for code in sorted({*published.clinics, *corrected.clinics}):
        old, new = published.clinics.get(code), corrected.clinics.get(code)
        numbers = old.minimum_patients if old else None, new.minimum_patients if new else None
        council = _council_of(new, corrected) or _council_of(old, published)
        place = (council.name, council.council_id, council.region) if council else ("", "", "")
        yield Ruling(CLINIC, code, *place, *numbers, *clinic_verdict(*numbers))


def _council_of(clinic: Clinic | None, run: Published) -> Council | None:
    return run.councils.get(clinic.council_id) if clinic else None


def told_on(found: Iterable[Ruling], day: datetime.date) -> tuple[Ruling, ...]:
    """Give rulings with the region that is told on a day: until 2027 there are two where Østdanmark is to be."""
    return tuple(replace(one, region=region_on(one.council_id, one.region, day)) for one in found)


def announced_by_region(found: tuple[Ruling, ...]) -> dict[str, tuple[Ruling, ...]]:
    """Give what must be announced to each region concerned, regions in order."""
    announced = [one for one in found if one.verdict == ANNOUNCED]
    regions = sorted({one.region for one in announced})
    return {region: tuple(one for one in announced if one.region == region) for region in regions}
