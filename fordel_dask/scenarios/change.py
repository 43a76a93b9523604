"""A figure of the base beside that of a case, and whether the difference is more than the base is unsure of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Number = Fraction | int
Intervals = Mapping[tuple[str, str, str], tuple[Fraction, Fraction]]
"""Both ends of the 90 % intervals of the base, by kind (council, municipality, clinic), code and figure (a column of
the kind's table in a RUN)."""

BEYOND, WITHIN, UNKNOWN = "beyond", "within", "unknown"


@dataclass(frozen=True)
class Change:
    """A figure in the base and in the case; none where there is no such figure."""

    before: Number | None
    after: Number | None

    @property
    def amount(self) -> Number | None:
        """After less before; none where one of them is missing."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def share(self) -> Fraction | None:
        """The change as a share of the base; none where there is no change to tell, or the base is 0."""
        return Fraction(self.amount) / self.before if self.amount is not None and self.before else None

    @property
    def differs(self) -> bool:
        """Whether the case has another figure than the base, or only one of them has any."""
        return self.before != self.after


def sum_of(changes: Iterable[Change]) -> Change:
    """Add up changes of figures that both have."""
    both = [(one.before, one.after) for one in changes if one.before is not None and one.after is not None]
    return Change(_sum(before for before, _ in both), _sum(after for _, after in both))


def _sum(numbers: Iterable[Number]) -> Number:
    """Add up numbers; whole ones as such, which is many times faster."""
    total: Number = 0
    for one in numbers:
        total += one
    return total


def sureness(intervals: Intervals, key: tuple[str, str, str], change: Change) -> str:
    """Say whether a changed figure lies beyond or within the 90 % interval of the base; unknown without one."""
    if key not in intervals or change.after is None:
        return UNKNOWN
    low, high = intervals[key]
    return WITHIN if low <= change.after <= high else BEYOND


def intervals_in(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str, str], tuple[Fraction, Fraction]]:
    """Give the intervals of areas and clinics from the rows of a RUN's table ``intervals``."""
    return {
        (row["kind"], row["code"], row["figure"]): (Fraction(row["low"]), Fraction(row["high"]))
        for row in rows
        if not row["level"] and row["low"] and row["high"]
    }
