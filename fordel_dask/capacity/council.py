"""The binding maximum of each health council (R3, R11, R15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.capacity.area import AreaNeed
from fordel_dask.law.capacities import number_rounded, with_floor
from fordel_dask.model.model import Capacity
from fordel_dask.nation import Nation


@dataclass(frozen=True)
class CouncilNumber:
    """One council: its municipalities' need, what the floor adds, and the capacities it may have."""

    council_id: str
    council: str
    region: str
    areas: tuple[AreaNeed, ...]
    existing: Fraction
    rules: Capacity

    @property
    def citizens(self) -> int:
        """Group-1 citizens living in the council."""
        return sum(area.citizens for area in self.areas)

    @property
    def projected(self) -> Fraction:
        """Citizens expected at the year's end."""
        return sum((area.projected for area in self.areas), Fraction(0))

    @property
    def projected_nano(self) -> int:
        """Weighted citizens, 10⁻⁹."""
        return sum(area.projected_nano for area in self.areas)

    @property
    def need(self) -> Fraction:
        """Capacities needed, without the floor."""
        return sum((area.need for area in self.areas), Fraction(0))

    @property
    def need_before_rounding(self) -> Fraction:
        """Capacities needed, no municipality counting for less than its floor; or not the council as a whole (V56)."""
        if self.rules.floor_level == "council":
            return with_floor(self.need, sum((area.floor for area in self.areas), Fraction(0)))
        return sum((area.need_with_floor for area in self.areas), Fraction(0))

    @property
    def maximum_capacities(self) -> Fraction:
        """The binding number: need with the floor, rounded up once (memo 4.6.4)."""
        return number_rounded(self.need_before_rounding, self.rules.rounding)


def council_numbers(
    nation: Nation, areas: Sequence[AreaNeed], existing: Mapping[str, Fraction], rules: Capacity
) -> tuple[CouncilNumber, ...]:
    """Give the number of each council, sorted by id."""
    return tuple(
        CouncilNumber(
            council_id=council.council_id,
            council=council.council,
            region=council.region,
            areas=tuple(areas[n] for n in nation.members(council.council_id)),
            existing=existing.get(council.council_id, Fraction(0)),
            rules=rules,
        )
        for council in nation.councils
    )
