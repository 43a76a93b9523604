"""What weights estimated in other ways say, for comparison."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AlternativeLevel:
    """One coefficient in øre a year by one estimator, with its error (none if it has none) and its weight."""

    estimator: str
    name: str
    term: str
    level: str
    coefficient: float
    error: float | None
    weight: float


@dataclass(frozen=True)
class AlternativeCouncil:
    """What one estimator makes of a council: its need with the floor, and how many capacities more than published."""

    estimator: str
    name: str
    council_id: str
    need: float
    maximum_capacities: int
    change: int


@dataclass(frozen=True)
class Alternatives:
    """The weights by other estimators, and which could not be had."""

    levels: tuple[AlternativeLevel, ...] = ()
    councils: tuple[AlternativeCouncil, ...] = ()
    unsaid: tuple[str, ...] = ()


NO_ALTERNATIVES = Alternatives()
