"""What was to be reached, and what was: one row a goal, met or missed by how much."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.measured.markdown import spread, table, with_unit


@dataclass(frozen=True)
class Goal:
    """One goal: what, its bound (none: only told), its unit, and what was measured (nothing: not measured).

    ``at_least`` turns the bound round; ``worst`` holds the largest value against it, not the median.
    """

    what: str
    bound: float | None
    unit: str
    measured: Sequence[float]
    at_least: bool = False
    worst: bool = False

    @property
    def value(self) -> float:
        return max(self.measured) if self.worst else statistics.median(self.measured)

    def row(self) -> tuple[str, str, str, str]:
        """Give what is asked, what was measured, and whether that is enough."""
        goal = "–" if self.bound is None else f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}"
        if not self.measured:
            return self.what, goal, "not measured", "–"
        value = with_unit(self.value, self.unit)
        return self.what, goal, value if self.worst else f"{value}{spread(self.measured)}", self.verdict()

    def verdict(self) -> str:
        if self.bound is None:
            return ""
        gap = self.bound - self.value if self.at_least else self.value - self.bound
        return "met" if gap <= 0 else f"**missed** by {with_unit(gap, self.unit)} ({gap / self.bound:.0%})"


def goal_table(goals: Iterable[Goal]) -> Iterator[str]:
    """Give the lines of the table of goals."""
    yield from table(("", "goal", "measured", ""), (goal.row() for goal in goals), "lrrl")
