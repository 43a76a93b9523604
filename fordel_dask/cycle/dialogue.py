"""Where the region first seeks a voluntary agreement, and what lessens the pressure there (R35, R52)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.cycle.clinic_status import ClinicStatus
from fordel_dask.cycle.neighbours import Neighbour


@dataclass(frozen=True)
class Surroundings:
    """Clinics near one: those with more patients than their number, how many more, and those open for new ones.

    The nearest come first.
    """

    above_their_number: tuple[str, ...]
    surplus: int
    open_clinics: tuple[str, ...]


NOBODY_NEAR = Surroundings((), 0, ())


def is_well_above(number: int, other: int, margin: Fraction) -> bool:
    """Tell whether a number is above another, and by the margin or more."""
    return number > other and number >= other * (1 + margin)


def dialogue_first(status: ClinicStatus, margin: Fraction) -> bool:
    """Tell whether the calculated number is well above both the present limit and the list (R35).

    A clinic without a limit has nothing to be well above, so its list decides alone.
    """
    if status.calculated is None:
        return False
    known = [status.patients] if status.limit is None else [status.limit, status.patients]
    return all(is_well_above(status.calculated, other, margin) for other in known)


def surroundings(near: Sequence[Neighbour], statuses: Mapping[str, ClinicStatus]) -> Surroundings:
    """Give what lies around a clinic: who carries more than calculated (R35), and who is open (R52).

    Nobody can be moved to an open clinic; the region may inform patients of it.
    """
    found = [statuses[one.ydernummer] for one in near if one.ydernummer in statuses]
    above = [one for one in found if one.surplus > 0]
    return Surroundings(
        above_their_number=tuple(one.ydernummer for one in above),
        surplus=sum(one.surplus for one in above),
        open_clinics=tuple(one.ydernummer for one in found if one.row is not None and one.row.is_open),
    )
