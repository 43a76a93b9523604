"""Need of planning areas below the council: each area's exact share of its municipality's need (R20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.capacity.area import AreaNeed
from fordel_dask.law.capacities import need_of
from fordel_dask.law.rounding import NANO
from fordel_dask.nation import Nation, PlanningArea


@dataclass(frozen=True)
class PlanningNeed:
    """Need of one planning area, or (``area`` none) of a municipality's citizens outside all its areas.

    ``citizens`` and ``weighted_nano`` (10⁻⁹) are those of the status date. A projection is known by municipality:
    an area has the share of it that it has of the municipality's citizens, and of its weights, today (an assumption).
    So areas sum to their municipality exactly.
    """

    area: PlanningArea | None
    municipality: AreaNeed
    citizens: int
    weighted_nano: int

    @property
    def projected(self) -> Fraction:
        """Citizens expected at the year's end."""
        whole = self.municipality
        return whole.projected * self.citizens / whole.citizens if whole.citizens else Fraction(0)

    @property
    def projected_nano(self) -> Fraction:
        """Weighted citizens at the year's end, 10⁻⁹, unrounded."""
        whole = self.municipality
        return Fraction(whole.projected_nano * self.weighted_nano, whole.weighted_nano or 1)

    def need(self, norm: int) -> Fraction:
        """Capacities needed, without the floor, which holds for whole municipalities."""
        return need_of(self.projected_nano / NANO, norm)

    def patients_per_capacity(self, norm: int) -> Fraction | None:
        """Citizens that make up one capacity; none where nobody has a weight."""
        return norm * NANO * self.projected / self.projected_nano if self.projected_nano else None


def planning_needs(
    nation: Nation, areas: Sequence[AreaNeed], citizens: Sequence[int], weighted_nano: Sequence[int]
) -> tuple[PlanningNeed, ...]:
    """Give the need of every planning area, and of those outside of them where somebody lives.

    ``citizens`` and ``weighted_nano`` are of the nation's planning areas, then of each municipality's citizens outside.
    Sorted by municipality, then by area, those outside last.
    """
    homes = [*(area.municipality for area in nation.areas), *range(len(areas))]
    own = [*nation.areas, *[None] * len(areas)]
    found = [
        PlanningNeed(area, areas[home], int(count), int(nano))
        for area, home, count, nano in zip(own, homes, citizens, weighted_nano, strict=True)
        if area is not None or count
    ]
    return tuple(
        sorted(found, key=lambda n: (n.municipality.municipality.code, n.area is None, n.area and n.area.code))
    )
