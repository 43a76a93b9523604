"""An attacker's knowledge as a linear programme: unknown counts with bounds, and rows that bind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

Key = tuple[str, ...]
NEARLY = 1e-6


@dataclass
class Programme:
    """Unknowns with bounds, and rows ``low ≤ Σ coefficient × unknown ≤ high``; ``hidden`` are the counts asked for."""

    at: dict[Key, int] = field(default_factory=dict)
    bounds: list[list[float]] = field(default_factory=list)
    rows: list[tuple[str, dict[int, float], float, float]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)

    def unknown(self, *key: str, low: float = 0.0, high: float = inf) -> int:
        """Give the place of an unknown; what is new of its bounds holds too."""
        at = self.at.setdefault(key, len(self.bounds))
        if at == len(self.bounds):
            self.bounds.append([0.0, inf])
        self.bounds[at] = [max(self.bounds[at][0], low), min(self.bounds[at][1], high)]
        return at

    def count(self, shown: str, *key: str, low: float = 0.0) -> int:
        """Give the place of a count: known where it is shown, else at least ``low``."""
        if shown != "":
            return self.unknown(*key, low=float(shown), high=float(shown))
        at = self.unknown(*key, low=low)
        self.hidden.add(at)
        return at

    def row(self, why: str, terms: Sequence[tuple[float, int]], low: float, high: float) -> None:
        """Add what is known of a sum."""
        added: dict[int, float] = defaultdict(float)
        for coefficient, at in terms:
            added[at] += coefficient
        self.rows.append((why, dict(added), low, high))

    def total(self, why: str, parts: Sequence[int], whole: int) -> None:
        """Say that parts add up to a whole."""
        self.row(why, [*((1.0, at) for at in parts), (-1.0, whole)], 0.0, 0.0)

    def violated(self, values: Mapping[int, float]) -> list[str]:
        """Give what does not hold of values of all unknowns."""
        found = [
            f"{key}: {values[at]} not in {self.bounds[at]}"
            for key, at in self.at.items()
            if not self.bounds[at][0] - NEARLY <= values[at] <= self.bounds[at][1] + NEARLY
        ]
        for why, of, low, high in self.rows:
            reached = sum(coefficient * values[at] for at, coefficient in of.items())
            slack = NEARLY * (1 + sum(abs(coefficient * values[at]) for at, coefficient in of.items()) / 1000)
            if not low - slack <= reached <= high + slack:
                found.append(f"{why}: {reached} not in [{low}, {high}]")
        return found
