"""What a bundle holds: whole numbers of the nation and of councils, and what they are sums of."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add, sub
from typing import Any

from fordel_dask.model.design import Design

BUNDLE = "bundle.json"
FEWEST_CLINICS = 3
"""Of fewer clinics nothing is summed by themselves: a neighbour could take the own one's sums away."""

NO_SCORES = "none"
"""The kind of scores in a bundle that has left: what standard errors come from stays in the closed room."""

Whole = tuple[int, ...]


@dataclass(frozen=True)
class Sums:
    """Sums over the citizens of the estimation sample in some ``clinics``.

    ``level_citizens`` counts them by column of the design; ``gram`` is Σ e x x' in days, upper triangle row after
    row, and ``moments`` Σ y x in øre, both over all columns of the design.
    """

    clinics: int
    citizens: int
    exposure_days: int
    fee_oere: int
    level_citizens: Whole
    gram: Whole
    moments: Whole

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(_each(add, mine, theirs) for mine, theirs in self._pairs(other)))

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(*(_each(sub, mine, theirs) for mine, theirs in self._pairs(other)))

    def _pairs(self, other: "Sums") -> list[tuple[Any, Any]]:
        return list(zip(vars(self).values(), vars(other).values(), strict=True))

    def of(self, row: int, column: int) -> int:
        """Give Σ e x x' of two columns."""
        low, high = sorted((row, column))
        return self.gram[low * (2 * len(self.moments) - low - 1) // 2 + high]


def _each(operation: Any, mine: Any, theirs: Any) -> Any:
    if isinstance(mine, int):
        return operation(mine, theirs)
    return tuple(operation(a, b) for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True)
class CouncilSums:
    """The sums of the clinics of a council, or of several that have few clinics each."""

    councils: tuple[str, ...]
    sums: Sums


@dataclass(frozen=True)
class Scores:
    """Σ g g' of the scores at the published coefficients, upper triangle of the estimated columns.

    ``kind`` tells whose: of clinics (``clustered``) or of citizens (``hc0``); ``none`` without any. In squared
    days × 10⁻⁶ kroner.
    """

    kind: str
    products: Whole


@dataclass(frozen=True)
class Bundle:
    """All that the weights of a RUN are estimated from, and nothing of a smaller area than a council.

    ``estimated`` are the columns of the design with a coefficient; ``micro`` those as published, 10⁻⁶ kroner.
    ``citizens`` N and ``level_citizens`` count everybody in group 1; ``clamp_micro`` is Σ (r − x'β) over them.
    ``names`` are those of councils by their ids. ``moment_parts`` is what an øre of the moments is divided into: more
    than 1 in a bundle that has left the closed room.
    """

    program: str
    model: Mapping[str, Any]
    year: int
    year_days: int
    design: Design
    estimated: Whole
    micro: Whole
    scores: Scores
    citizens: int
    level_citizens: Whole
    clamp_micro: int
    nation: Sums
    councils: tuple[CouncilSums, ...]
    names: Mapping[str, str]
    moment_parts: int = 1
