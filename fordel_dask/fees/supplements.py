"""Money for areas short of doctors: a rule's own supplement, and the temporary one of 2025 and 2026 (R17, R53, R54)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.fees.differentiated import Load
from fordel_dask.fees.remainder import share_out

ROOM, SHORTAGE = "room", "shortage"
OERE_PER_MILLION = 100_000_000
ZERO = Fraction(0)


@dataclass(frozen=True)
class CouncilState:
    """A council as it stands: need, capacities allocated and of these occupied, and the most it may allocate."""

    council_id: str
    region: str
    need: Fraction
    allocated: Fraction
    occupied: Fraction
    maximum: int
    weighted: Fraction

    @property
    def shortage(self) -> Fraction:
        """Need less occupied capacities, 0 where none are missing."""
        return max(self.need - self.occupied, ZERO)

    @property
    def room(self) -> Fraction:
        """New capacities that may still be allocated (R11, R17), 0 where there are none."""
        return max(self.maximum - self.allocated, ZERO)


def share_among_councils(total_oere: int, by: Mapping[str, Fraction]) -> dict[str, int]:
    """Share money among councils in proportion to ``by``; nothing is given where no council has any of it."""
    return share_out(total_oere if any(by.values()) else 0, by)


def area_supplement(
    total_oere: int, councils: Sequence[CouncilState], members: Mapping[str, Sequence[Load]]
) -> dict[str, int]:
    """Give every clinic's supplement in øre: to councils by shortage, within one by weighted patients.

    Only councils with fewer occupied capacities than need and with patients get any; without one nothing is given.
    """
    short = {
        one.council_id: one.shortage
        for one in councils
        if any(load.weighted for load in members.get(one.council_id, ()))
    }
    found: dict[str, int] = {}
    for council_id, oere in share_among_councils(total_oere, short).items():
        found |= share_out(oere, {load.ydernummer: load.weighted for load in members[council_id]})
    return found


@dataclass(frozen=True)
class TemporaryBudget:
    """The money of one calendar year for areas short of doctors, in øre; ``everywhere`` is what of it one region
    may use in all its councils."""

    year: int
    total_oere: int
    region: str
    everywhere_oere: int


def temporary_budgets(totals: Mapping[int, int], region: str, everywhere_millions: int) -> tuple[TemporaryBudget, ...]:
    """Give the budgets by year; ``totals`` in million kroner.

    What a region may use everywhere is told for all years together: it is shared over them as the money is.
    """
    parts = share_out(everywhere_millions * OERE_PER_MILLION, {str(year): million for year, million in totals.items()})
    return tuple(
        TemporaryBudget(year, million * OERE_PER_MILLION, region, parts[str(year)])
        for year, million in sorted(totals.items())
    )


@dataclass(frozen=True)
class TemporarySupplement:
    """What one council may get in a year, in øre: for new capacities, and by the region that may use it everywhere."""

    year: int
    council: CouncilState
    by_rule_oere: int
    everywhere_oere: int


def temporary_supplement(
    budget: TemporaryBudget, councils: Sequence[CouncilState], by: str = ROOM
) -> tuple[TemporarySupplement, ...]:
    """Share a year's money over councils: by room for new capacities (R17), or by shortage of doctors.

    First what the one region may use everywhere, over its councils by weighted citizens; then the rest over all that
    have room (or a shortage). A region that is not there leaves its part to all. Together they are the budget to the
    øre, unless no council has room.
    """
    own = {one.council_id: one.weighted for one in councils if one.region.removeprefix("Region ") == budget.region}
    everywhere = share_among_councils(budget.everywhere_oere, own)
    rest = budget.total_oere - sum(everywhere.values())
    given = share_among_councils(rest, {one.council_id: one.room if by == ROOM else one.shortage for one in councils})
    return tuple(
        TemporarySupplement(budget.year, one, given[one.council_id], everywhere.get(one.council_id, 0))
        for one in sorted(councils, key=lambda one: one.council_id)
    )
