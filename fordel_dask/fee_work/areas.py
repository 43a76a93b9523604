"""Clinics put together by what they share: the country, regions, councils, types."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from fordel_dask.published import Clinic, Published

COUNTRY, REGION, COUNCIL, CLINIC_TYPE = "country", "region", "council", "clinic_type"
T = TypeVar("T")


def region_of(clinic: Clinic, published: Published) -> str:
    """Give the region of a clinic's council; none for a clinic whose place is not known."""
    council = published.councils.get(clinic.council_id)
    return council.region if council else ""


def by_area(
    published: Published, items: Iterable[T], clinic_of: Callable[[T], Clinic]
) -> list[tuple[str, str, Sequence[T]]]:
    """Give kind, code and members of the country and of every region, council and type of clinic, sorted."""
    kinds: tuple[tuple[str, Callable[[Clinic], str]], ...] = (
        (COUNTRY, lambda _: "DK"),
        (REGION, lambda clinic: region_of(clinic, published)),
        (COUNCIL, lambda clinic: clinic.council_id),
        (CLINIC_TYPE, lambda clinic: clinic.kind),
    )
    members: dict[tuple[int, str], list[T]] = {}
    for item in items:
        for place, (_, code) in enumerate(kinds):
            members.setdefault((place, code(clinic_of(item))), []).append(item)
    return [(kinds[place][0], code, found) for (place, code), found in sorted(members.items(), key=lambda one: one[0])]
