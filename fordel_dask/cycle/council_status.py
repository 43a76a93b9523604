"""Where each council stands against its binding number on a day (R3, R11–R17, R19, R20, R47, R48)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.binding_number import BindingNumber, binding_numbers
from fordel_dask.cycle.measure import EXTRAORDINARY, IN_FLIGHT, SHARED_PRACTICE, amount_in_council
from fordel_dask.cycle.moving import JudgedMove, after_moves
from fordel_dask.cycle.occupancy import Occupancy
from fordel_dask.cycle.stand import Stand
from fordel_dask.cycle.supplement import supplement
from fordel_dask.printing import ratio
from fordel_dask.published import Council, Published


@dataclass(frozen=True)
class CouncilStatus:
    """One council on a day; capacities exact.

    ``in_flight``, ``shared_practice`` and ``extraordinary`` are capacities of measures in force that day: what they
    let the region have beside the number. ``after_moves`` is what is allocated once allowed moves are made.
    """

    council: Council
    number: BindingNumber
    occupancy: Occupancy
    in_flight: Fraction
    shared_practice: Fraction
    extraordinary: Fraction
    after_moves: Fraction
    supplement: str

    @property
    def room(self) -> Fraction:
        """Capacities that the region may still allocate; below 0 it is above the number. Nothing obliges it (R11)."""
        return self.council.maximum - self.occupancy.allocated

    @property
    def room_after_moves(self) -> Fraction:
        """The same once allowed moves are made."""
        return self.council.maximum - self.after_moves

    @property
    def above_number(self) -> Fraction:
        """Capacities allocated above the number."""
        return max(-self.room, Fraction(0))

    @property
    def above_without_ground(self) -> Fraction:
        """Capacities above the number that no measure in force covers."""
        covered = self.in_flight + self.shared_practice + self.extraordinary
        return max(self.above_number - covered, Fraction(0))

    @property
    def coverage(self) -> Fraction | None:
        """Occupied capacities over need; none where nothing is needed."""
        return ratio(self.occupancy.occupied, self.number.need)

    @property
    def unmet(self) -> Fraction:
        """Need that no occupied capacity meets; below 0 there are more than needed."""
        return self.number.need - self.occupancy.occupied


def council_statuses(
    published: Published, stand: Stand, by_council: Mapping[str, Occupancy], moves: tuple[JudgedMove, ...]
) -> tuple[CouncilStatus, ...]:
    """Give every council's status, by id."""
    numbers = binding_numbers(published)
    after = after_moves({one: taken.allocated for one, taken in by_council.items()}, moves)
    return tuple(
        CouncilStatus(
            council=council,
            number=numbers[one],
            occupancy=by_council[one],
            in_flight=amount_in_council(stand.in_force, IN_FLIGHT, one),
            shared_practice=amount_in_council(stand.in_force, SHARED_PRACTICE, one),
            extraordinary=amount_in_council(stand.in_force, EXTRAORDINARY, one),
            after_moves=after[one],
            supplement=supplement(council, by_council[one].allocated, numbers[one].without_floor, stand.day),
        )
        for one, council in sorted(published.councils.items())
    )
