"""A number again with pen and paper: from counts and coefficients, by hand, to what was published."""

from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.explanation.answer import Answer
from fordel_dask.explanation.parts import CLAMP, PROJECTION, ROUNDING
from fordel_dask.law.rounding import half_even

PLACES_OF_FACTOR = 12


@dataclass(frozen=True)
class Arithmetic:
    """What is to be multiplied and divided: kroner a year, citizens, weighted citizens.

    ``expected_kr`` is counts times coefficients and ``clamp_kr`` what lifting to 0 adds; their sum over
    ``mean_kr`` (r̄) is as many average citizens, and times ``factor``, the life expectancy where these citizens
    live, their weight but for ``rounding``. ``projection`` is what expected citizens add, if they are counted.
    """

    expected_kr: Fraction
    clamp_kr: Fraction
    mean_kr: Fraction
    average: Fraction
    factor: Fraction
    rounding: Fraction
    projection: Fraction | None
    weighted: Fraction


def arithmetic_of(answer: Answer) -> Arithmetic | None:
    """Give the arithmetic of a clinic or area; none where nobody has a weight or nothing is expected of them."""
    mean = answer.country.mean_kr
    parts = {part.term: part.weighted for part in answer.weighted_parts if not part.level}
    expected = sum((level.kroner for level in answer.levels), Fraction(0))
    clamp = parts.get(CLAMP, Fraction(0)) * mean + answer.citizens * answer.country.clamp_kr
    if not answer.weighted or not mean or expected + clamp <= 0:
        return None
    average, projection, rounding = (expected + clamp) / mean, parts.get(PROJECTION), parts.get(ROUNDING, Fraction(0))
    now = answer.weighted
    if projection is not None:
        now = answer.weighted - answer.persons + answer.citizens - projection
    factor = (now - rounding) / average
    scale = 10**PLACES_OF_FACTOR
    return Arithmetic(
        expected_kr=expected,
        clamp_kr=clamp,
        mean_kr=mean,
        average=average,
        factor=Fraction(half_even(factor.numerator * scale, factor.denominator), scale),
        rounding=rounding,
        projection=None if projection is None else projection + answer.persons - answer.citizens,
        weighted=answer.weighted,
    )
