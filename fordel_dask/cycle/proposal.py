"""What the calculated number becomes by a region's own policy and the collective agreement (R36–R38, V44)."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from fordel_dask.cycle.clinic_status import ClinicStatus
from fordel_dask.cycle.policy import Policy
from fordel_dask.law.rounding import half_up

CORRIDOR, CAP, MAXIMUM = "corridor", "cap", "maximum"


@dataclass(frozen=True)
class Proposal:
    """A number the region may decide, and what made it differ from the calculated one, in that order."""

    number: int
    bound_by: tuple[str, ...]


def proposal(status: ClinicStatus, policy: Policy) -> Proposal | None:
    """Give what is to be proposed for a clinic; none where nothing was calculated.

    The corridor around the present limit comes first; the region's cap and the agreement's maximum are never passed.
    """
    if status.calculated is None:
        return None
    number, bound_by = status.calculated, []
    bounds = (
        (CORRIDOR, *_corridor(status.limit, policy.corridor)),
        (CAP, None, _cap(status.clinic.capacities, policy.cap_per_capacity)),
        (MAXIMUM, None, status.maximum),
    )
    for name, lowest, highest in bounds:
        bounded = _between(number, lowest, highest)
        if bounded != number:
            number = bounded
            bound_by.append(name)
    return Proposal(number, tuple(bound_by))


def _corridor(limit: int | None, corridor: Fraction | None) -> tuple[int | None, int | None]:
    """Give the least and most whole patients inside the corridor around a limit."""
    if limit is None or corridor is None:
        return None, None
    return ceil(limit * (1 - corridor)), floor(limit * (1 + corridor))


def _cap(capacities: Fraction | None, cap_per_capacity: int | None) -> int | None:
    if capacities is None or cap_per_capacity is None:
        return None
    most = capacities * cap_per_capacity
    return half_up(most.numerator, most.denominator)


def _between(number: int, lowest: int | None, highest: int | None) -> int:
    raised = number if lowest is None else max(number, lowest)
    return raised if highest is None else min(raised, highest)
