"""Whether more citizens have a diagnosis than before, and where more than in the country (memo 4.4.2.3).

What counts is the change beyond that of the country: if everybody gets more diagnoses, weights are measured from
a higher mean and nobody gains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.figures_changed import Pair
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY, Level
from fordel_dask.law.rounding import NANO

DISEASES = ("somatic", "psychiatric")
"""The terms that count diagnoses."""


@dataclass(frozen=True)
class Drift:
    """Citizens with one level of disease in an area or clinic, and in the country, in two RUNs.

    ``citizens`` have the level, of ``of`` in all, before and after; ``country`` are the shares of the country.
    ``weight`` is the mean of the level's weights in the two RUNs.
    """

    kind: str
    code: str
    level: Level
    citizens: tuple[int, int]
    of: tuple[int, int]
    country: tuple[Fraction, Fraction]
    weight: Fraction

    @property
    def shares(self) -> tuple[Fraction, Fraction]:
        """Share of citizens with the level, before and after."""
        return Fraction(self.citizens[0], self.of[0]), Fraction(self.citizens[1], self.of[1])

    @property
    def change(self) -> Fraction:
        """Change of the share here."""
        return self.shares[1] - self.shares[0]

    @property
    def beyond(self) -> Fraction:
        """Change of the share here less that in the country."""
        return self.change - (self.country[1] - self.country[0])

    @property
    def effect(self) -> Fraction:
        """What that does to the mean weight here: the level's part of composition."""
        return self.beyond * self.weight


def disease_drift(pair: Pair) -> list[Drift]:
    """Give the drift of every level of disease that both RUNs know, wherever both count citizens.

    Councils first, then municipalities and clinics; of each the largest rise beyond the country's first.
    """
    levels = [level for level in pair.weights[0] if level[0] in DISEASES and level in pair.weights[1]]
    kinds = (COUNCIL, MUNICIPALITY, CLINIC)
    return [one for kind in kinds for one in sorted(_drift_of(pair, kind, levels), key=_largest_first)]


def _largest_first(one: Drift) -> tuple[Fraction, str, Level]:
    return -one.beyond, one.code, one.level


def _drift_of(pair: Pair, kind: str, levels: list[Level]) -> Iterator[Drift]:
    founds = pair.before, pair.after
    country = {level: _country_shares(pair, level) for level in levels}
    column = "patients" if kind == CLINIC else "citizens"
    for code in sorted(set(pair.before.rows[kind]) & set(pair.after.rows[kind])):
        before, after = (int(found.rows[kind][code][column]) for found in founds)
        if not before or not after:
            continue
        counts = [{(p.term, p.level): p.citizens for p in found.parts.get((kind, code), ())} for found in founds]
        for level in levels:
            citizens = counts[0].get(level, 0), counts[1].get(level, 0)
            weight = Fraction(pair.weights[0][level] + pair.weights[1][level], 2 * NANO)
            yield Drift(kind, code, level, citizens, (before, after), country[level], weight)


def _country_shares(pair: Pair, level: Level) -> tuple[Fraction, Fraction]:
    before, after = (
        Fraction(found.country.levels.get(level, 0), max(found.country.citizens, 1))
        for found in (pair.before, pair.after)
    )
    return before, after
