"""A council's number under every reading: with and without the floor, rounded as in force and as in the draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.capacities import floor_of, need_of, number_in_draft, number_of, with_floor
from fordel_dask.law.parameters import parameters
from fordel_dask.published import Area, Published


@dataclass(frozen=True)
class BindingNumber:
    """Need of a council before rounding, in capacities, and what the floor adds to it."""

    need: Fraction
    floor_addition: Fraction

    @property
    def with_floor(self) -> int:
        """The number while the floor is on: rounded up, once (R3, R15, R16)."""
        return number_of(self.need + self.floor_addition)

    @property
    def without_floor(self) -> int:
        """The number once the floor has ended."""
        return number_of(self.need)

    @property
    def draft_with_floor(self) -> int:
        """What the draft's ordinary rounding would give while the floor is on."""
        return number_in_draft(self.need + self.floor_addition)

    @property
    def draft_without_floor(self) -> int:
        """What the draft's ordinary rounding would give without the floor."""
        return number_in_draft(self.need)


def exact_need(area: Area, norm: Fraction | int) -> Fraction:
    """Give weighted citizens over citizens per capacity, not the published figure, which is cut to 9 decimals."""
    return need_of(area.weighted, norm)


def floor_addition(area: Area, norm: Fraction | int, floor_km2: int) -> Fraction:
    """Give what the floor adds in a municipality: it works in each by itself (R15)."""
    need = exact_need(area, norm)
    return with_floor(need, floor_of(area.km2 or Fraction(0), floor_km2)) - need


def floor_km2_of(published: Published) -> int:
    """Give the square kilometres per capacity of the floor: those of the RUN, or of the law where it has none."""
    return published.rules.floor_km2 or int(str(parameters()["capacity.floor_km2"].value))


def binding_number(municipalities: Iterable[Area], norm: Fraction | int, floor_km2: int) -> BindingNumber:
    """Give the number of a council from its municipalities."""
    own = tuple(municipalities)
    return BindingNumber(
        need=sum((exact_need(area, norm) for area in own), Fraction(0)),
        floor_addition=sum((floor_addition(area, norm, floor_km2) for area in own), Fraction(0)),
    )


def binding_numbers(published: Published) -> dict[str, BindingNumber]:
    """Give the number of every council of a RUN under every reading, by id."""
    km2, norm = floor_km2_of(published), published.rules.norm
    return {one: binding_number(municipalities_of(published, one), norm, km2) for one in published.councils}


def municipalities_of(published: Published, council_id: str) -> tuple[Area, ...]:
    """Give the municipalities of a council, by code."""
    return tuple(area for area in published.municipalities.values() if area.council_id == council_id)
