"""What a model that is free to bend would explain more: how much is lost by simplicity.

Weights are estimated from citizens of four fifths of the clinics, gradient-boosted trees are grown on what they leave
over, on the model's own traits and on finer ones, and all are held against citizens of the last fifth. Starting
from the weights, trees need not find again what is known. They are a yardstick, not a proposal: they weigh nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.diagnostics.fit import CitizenSpread, squared_error
from fordel_dask.law.rounding import MICRO
from fordel_dask.privacy import redacted

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
ROUNDS, LEAVES, FEWEST_IN_LEAF, RATE = 60, 8, 500, 0.05
"""Cautious, so that trees do not learn chance: in a nation whose truth is additive they must lose next to nothing."""

FEWEST = 1_000
"""From fewer citizens on either side nothing is said: trees would be grown on noise, and held against it."""

MICRO_PER_OERE = 10_000


@redacted
@dataclass(frozen=True)
class Alike:
    """Citizens who are alike to the finest traits, n classes of them, in one order.

    ``citizens``, ``days``, ``fee`` (øre) sums; ``tested`` whether their clinics are of the fifth held back;
    ``levels`` (n, terms) of the model; ``design`` (n, columns) its dummies; ``published`` its prediction in 10⁻⁶ kroner
    a year; ``finer`` (n, traits). ``spread`` has the squares of fees of those tested.
    """

    citizens: Integers
    days: Integers
    fee: Integers
    tested: NDArray[np.bool_]
    levels: Integers
    design: Integers
    published: Integers
    finer: Integers
    spread: CitizenSpread

    @property
    def daily_oere(self) -> Floats:
        """Fees over days, in øre a day."""
        return np.asarray(self.fee / self.days)


@dataclass(frozen=True)
class Explained:
    """What one way of predicting explains of the consumption of citizens in clinics it has not seen."""

    way: str
    trained: int
    tested: int
    r2: float | None
    note: str = ""


def explained(alike: Alike, year_days: int, seed: int) -> tuple[Explained, ...]:
    """Give the R² of the published weights, of weights estimated anew, and of trees on the same and on finer traits."""
    trained, tested = (int(alike.citizens[which].sum()) for which in (~alike.tested, alike.tested))
    if min(trained, tested) < FEWEST:
        return tuple(Explained(way, trained, tested, None, f"fewer than {FEWEST:,} citizens") for way in WAYS)
    predictions = zip(WAYS, _predictions(alike, year_days, seed), strict=True)
    return tuple(Explained(way, trained, tested, _r2(alike, p, year_days)) for way, p in predictions)


WAYS = ("published", "estimated_anew", "trees_same_traits", "trees_finer_traits")


def _predictions(alike: Alike, year_days: int, seed: int) -> Iterator[Integers]:
    """Give what each way predicts for the classes tested, in 10⁻⁶ kroner a year."""
    yield alike.published[alike.tested]
    scale = year_days * MICRO_PER_OERE
    linear = alike.design @ _coefficients(alike)
    yield _whole(linear[alike.tested] * scale)
    for traits in (alike.levels, np.hstack([alike.levels, alike.finer])):
        more = _trees(alike, traits, alike.daily_oere - linear, seed)
        yield _whole((linear[alike.tested] + more) * scale)


def _whole(values: Floats) -> Integers:
    return np.rint(values).astype(np.int64)


def _coefficients(alike: Alike) -> Floats:
    """Give weights by least squares on the citizens that the trees have, øre a day; 0 for a level nobody has."""
    x = alike.design[~alike.tested].astype(np.float64)
    root = np.sqrt(alike.days[~alike.tested])
    return np.asarray(
        np.linalg.lstsq(x * root[:, None], alike.daily_oere[~alike.tested] * root, rcond=None)[0], np.float64
    )


def _trees(alike: Alike, traits: Integers, left_over: Floats, seed: int) -> Floats:
    """Give what trees add for those tested, grown on one thread: the order in which threads add must not show."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    varied = traits[:, (traits != traits[0]).any(axis=0)]
    model: Any = HistGradientBoostingRegressor(
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=FEWEST_IN_LEAF,
        learning_rate=RATE,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(limits=1):
        model.fit(varied[~alike.tested], left_over[~alike.tested], alike.days[~alike.tested])
        return np.asarray(model.predict(varied[alike.tested]))


def _r2(alike: Alike, prediction: Integers, year_days: int) -> float | None:
    days, fee = alike.days[alike.tested], alike.fee[alike.tested]
    mean = np.full_like(days, int(fee.sum()) * MICRO * year_days // (100 * int(days.sum())))
    error, spread = (squared_error(alike.spread, days, fee, p, year_days) for p in (prediction, mean))
    return float(1 - Fraction(error) / spread) if spread > 0 else None
