"""The bundle as it may leave: of the country alone, so coarse that no group of few can be counted in it.

Days that citizens of two levels were enrolled are told as multiples of the threshold's years; moments are those that
give the published coefficients with these days, and so tell nothing that the weights do not. What standard errors come
from and the sums of councils stay.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fordel_dask.bundle import Bundle, CouncilSums, Scores, Sums
from fordel_dask.bundle.bundle import NO_SCORES
from fordel_dask.bundle.file import bundle_text
from fordel_dask.disclosure import Rules, is_few
from fordel_dask.law.rounding import MICRO

Floats = NDArray[np.float64]
OERE_PER_KRONE = 100
WHAT = (
    "Sums over the estimation sample of the country, made coarse so that they may leave: gram is the sum of e x x' "
    "(upper triangle, row after row, days) in multiples of {unit} days off the diagonal, moments are gram × the "
    "published coefficients. 'fordel refit' gives the RUN's own coefficients from it to the last digit, and those of "
    "models without one of its terms nearly ({deviations}, as a share of the mean coefficient). It cannot give "
    "standard errors, leave out councils, or tell groups apart further."
)


@dataclass(frozen=True)
class Deviation:
    """By how much weights of a model without a term differ at most, from this bundle and from the RUN's own."""

    term: str
    largest: float


def may_leave(bundle: Bundle, below_zero: int, rules: Rules) -> bool:
    """Tell whether a bundle may leave: no level has too few citizens in the country or the sample.

    ``below_zero`` are citizens whose prediction was below 0: what is lifted of it stands in the bundle.
    """
    counts = (*bundle.level_citizens, *bundle.nation.level_citizens, below_zero)
    return not any(is_few(count, rules) for count in counts)


def opened(bundle: Bundle, kept_back: Collection[tuple[str, str]], rules: Rules) -> Bundle:
    """Give the bundle as it may leave; the size of ``kept_back`` levels of the sample is coarse too."""
    unit = rules.threshold * bundle.year_days
    size = len(bundle.design.columns)
    coarse = {at for at, column in enumerate(bundle.design.columns) if column in kept_back}
    gram = _coarse(bundle, coarse, unit)
    beta = dict(zip(bundle.estimated, bundle.micro, strict=True))
    moments = tuple(
        sum(gram[min(at, other), max(at, other)] * value for other, value in beta.items()) for at in range(size)
    )
    upper = tuple(gram[row, column] for row in range(size) for column in range(row, size))
    nation = Sums(
        clinics=bundle.nation.clinics,
        citizens=bundle.nation.citizens,
        exposure_days=bundle.nation.exposure_days,
        fee_oere=bundle.nation.fee_oere,
        level_citizens=tuple(
            _nearest(count, rules.threshold) if at in coarse else count
            for at, count in enumerate(bundle.nation.level_citizens)
        ),
        gram=upper,
        moments=moments,
    )
    everywhere = tuple(council for one in bundle.councils for council in one.councils)
    return replace(
        bundle,
        scores=Scores(NO_SCORES, ()),
        nation=nation,
        councils=(CouncilSums(everywhere, nation),),
        moment_parts=bundle.year_days * MICRO // OERE_PER_KRONE,
    )


def _nearest(number: int, unit: int) -> int:
    """Give the nearest multiple of a unit, a half upwards."""
    return (2 * number + unit) // (2 * unit) * unit


def _coarse(bundle: Bundle, coarse: Collection[int], unit: int) -> dict[tuple[int, int], int]:
    """Give days by pair of columns in whole units, on the diagonal as they are but for ``coarse`` columns.

    Everybody has one level of a term without a reference: where that term meets a level, the largest number takes up
    what rounding left, so that the term still adds up to the level.
    """
    size = len(bundle.design.columns)
    gram = {}
    for row in range(size):
        for column in range(row, size):
            days = bundle.nation.of(row, column)
            gram[row, column] = days if row == column and row not in coarse else _nearest(days, unit)
    for term in _of_everybody(bundle):
        for level in range(size):
            if level not in term:
                pairs = [(min(level, at), max(level, at)) for at in term]
                left = gram[level, level] - sum(gram[pair] for pair in pairs)
                gram[max(pairs, key=lambda pair: (gram[pair], pair))] += left
    return gram


def _of_everybody(bundle: Bundle) -> Iterator[tuple[int, ...]]:
    """Give the columns of each term without a reference level."""
    for term in bundle.design.terms:
        if not term.has_reference:
            yield tuple(at for at, (name, _) in enumerate(bundle.design.columns) if name == term.name)


def deviations(own: Bundle, leaving: Bundle) -> list[Deviation]:
    """Give how far models without a term, estimated from what leaves, are from those of the whole bundle.

    In binary: with a weight for each disease there are many models, and a few digits tell enough.
    """
    found = []
    for term in own.design.terms:
        columns = _without(own, term.name)
        exact, about = (_solved(bundle, columns) for bundle in (own, leaving))
        mean = float(np.abs(exact).mean()) if len(exact) else 0.0
        if mean and np.isfinite(mean):  # the model could do without the term
            found.append(Deviation(term.name, float(np.abs(about - exact).max()) / mean))
    return found


def _without(bundle: Bundle, term: str) -> Floats:
    """Give the columns of the model without a term, as sums of the bundle's: (estimated columns, columns left).

    Everybody has a level of a term without a reference: its columns become one.
    """
    names = [bundle.design.columns[at][0] for at in bundle.estimated]
    left = np.eye(len(names))[:, [name != term for name in names]]
    together = np.array([[float(name == term)] for name in names])
    has_reference = next(one.has_reference for one in bundle.design.terms if one.name == term)
    return left if has_reference else np.hstack([left, together])


def _solved(bundle: Bundle, columns: Floats) -> Floats:
    """Give the coefficients of a model whose columns are sums of the bundle's, in øre; not finite if there are none."""
    days = np.array([[bundle.nation.of(row, column) for column in bundle.estimated] for row in bundle.estimated], float)
    right = np.array([bundle.nation.moments[at] * bundle.year_days / bundle.moment_parts for at in bundle.estimated])
    try:
        return np.asarray(np.linalg.solve(columns.T @ days @ columns, columns.T @ right))
    except np.linalg.LinAlgError:
        return np.full(columns.shape[1], np.nan)


def text_of(own: Bundle, kept_back: Collection[tuple[str, str]], rules: Rules) -> str:
    """Give the file of the bundle that leaves, which says what it can and cannot answer."""
    leaving = opened(own, kept_back, rules)
    told = [f"without {one.term} within {one.largest:.1e}" for one in deviations(own, leaving)]
    unit = rules.threshold * own.year_days
    return bundle_text(leaving, WHAT.format(unit=unit, deviations="; ".join(told)))
