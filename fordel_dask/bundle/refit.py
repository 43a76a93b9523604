"""The weights again from a bundle alone: of its own model, or of a smaller one, or without some councils' clinics."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import sub

from fordel_dask.bundle.bundle import NO_SCORES, Bundle, CouncilSums, Sums
from fordel_dask.errors import EstimationError, IntegrityError, ModelError
from fordel_dask.exact import DependentColumnsError, Inverse, invert, numerators_of, published, standard_errors
from fordel_dask.law.rounding import MICRO
from fordel_dask.printing import WeightRow

ALL = "all"
"""The one level that is left of the term without a reference level when that is taken out."""


@dataclass(frozen=True)
class Column:
    """A column of the smaller model: the columns of the bundle's design that it is the sum of."""

    term: str
    level: str
    parts: tuple[int, ...]

    def count(self, by_column: Sequence[int]) -> int:
        """Sum what is counted by column of the bundle's design."""
        return sum(by_column[part] for part in self.parts)


@dataclass(frozen=True)
class Refit:
    """The weights again.

    ``mean_raw`` is r̄ in 10⁻⁶ kroner, none where the bundle does not tell it; ``notes`` say what it does not tell.
    ``is_own`` tells whether this is the model and the sample that the bundle was made of.
    """

    rows: tuple[WeightRow, ...]
    mean_raw: Fraction | None
    clinics: int
    citizens: int
    is_own: bool
    notes: tuple[str, ...]


def refit(bundle: Bundle, without: Sequence[str] = (), left_out: Sequence[str] = ()) -> Refit:
    """Estimate the weights of a bundle without some terms, from the clinics of all councils but some.

    Raises
    ------
    ModelError
        There is no such term or council, or a council's few clinics are summed with others'.
    IntegrityError
        The sums do not give the coefficients that stand beside them.
    EstimationError
        A level has nobody left in the sample, levels cannot be told apart, or fewer than two clinics are left.
    """
    dropped = {_known(name, _term_names(bundle), "term") for name in without}
    sums = _without_councils(bundle, [_known(name, _council_names(bundle), "council") for name in left_out])
    columns = _occupied(bundle, sums, list(_columns(bundle, dropped)))
    is_own = not dropped and sums == bundle.nation
    inverse = _inverted(sums, columns)
    right = [column.count(sums.moments) * bundle.year_days for column in columns]
    micro = published(inverse, numerators_of(inverse, right), bundle.moment_parts)
    if is_own and micro != bundle.micro:
        raise IntegrityError("The bundle's sums do not give its own coefficients: it is not what a run wrote.")
    mean_raw, notes = _mean_raw(bundle, columns, micro, is_own)
    errors: list[int | None] = [None] * len(columns)
    if bundle.scores.kind == NO_SCORES:
        notes.insert(0, "Standard errors are empty: what they come from has not left the closed room.")
    elif is_own:
        errors = [*standard_errors(inverse, _scores(bundle), _factor(bundle))]
    else:
        notes.insert(0, "Standard errors are empty: the bundle holds what they come from for its own model only.")
    return Refit(
        rows=tuple(
            WeightRow(c.term, c.level, c.count(sums.level_citizens), _days(sums, c, c), beta, error)
            for c, beta, error in zip(columns, micro, errors, strict=True)
        ),
        mean_raw=mean_raw,
        clinics=sums.clinics,
        citizens=sums.citizens,
        is_own=is_own,
        notes=tuple(notes),
    )


def _term_names(bundle: Bundle) -> dict[str, str]:
    return {term.name: term.name for term in bundle.design.terms}


def _council_names(bundle: Bundle) -> dict[str, str]:
    return {
        **{name: council for council, name in bundle.names.items()},
        **{council: council for council in bundle.names},
    }


def _known(name: str, known: dict[str, str], what: str) -> str:
    """Give what a name stands for, in any letter case."""
    folded = {one.casefold(): one for one in known}
    wanted = name.strip().casefold()
    if wanted in folded:
        return known[folded[wanted]]
    near = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.0)
    hint = f" The nearest is '{known[folded[near[0]]]}'." if near else ""
    everything = ", ".join(dict.fromkeys(known.values()))
    raise ModelError(f"The bundle has no {what} '{name}'.{hint} It has: {everything}.")


def _without_councils(bundle: Bundle, left_out: Sequence[str]) -> Sums:
    gone = [one for one in bundle.councils if set(one.councils) & set(left_out)]
    for one in gone:
        _refuse_split(one, left_out)
    sums = reduce(sub, (one.sums for one in gone), bundle.nation)
    if sums.clinics < 2:
        raise EstimationError(
            f"{sums.clinics} clinics of the estimation sample are left, at least two are needed. Leave out fewer "
            f"councils."
        )
    return sums


def _refuse_split(one: CouncilSums, left_out: Sequence[str]) -> None:
    missing = sorted(set(one.councils) - set(left_out))
    if missing:
        together = " ".join(f"--leave-out {council}" for council in one.councils)
        raise ModelError(
            f"So few clinics of some councils are in the sample that the bundle holds their sums together only: "
            f"{', '.join(one.councils)}. Leave out all of them ({together}) or none."
        )


def _columns(bundle: Bundle, dropped: set[str]) -> Iterator[Column]:
    place = {column: n for n, column in enumerate(bundle.design.columns)}
    for term in bundle.design.terms:
        parts = [place[term.name, level] for level in term.estimated]
        if term.name not in dropped:
            yield from (Column(term.name, level, (n,)) for level, n in zip(term.estimated, parts, strict=True))
        elif not term.has_reference:
            yield Column(term.name, ALL, tuple(parts))


def _occupied(bundle: Bundle, sums: Sums, columns: list[Column]) -> list[Column]:
    """Give the columns that somebody of the sample has; everybody's levels must be among them."""
    here = [column for column in columns if column.count(sums.level_citizens)]
    lacking = [f"{c.term} {c.level}" for c in columns if c not in here and c.count(bundle.level_citizens)]
    if lacking or not here:
        raise EstimationError(
            f"Nobody with {', '.join(lacking) or 'any level'} is left in the estimation sample, but there are such "
            f"citizens to score. Leave out fewer councils, or take out the term too."
        )
    return here


def _days(sums: Sums, one: Column, other: Column) -> int:
    return sum(sums.of(a, b) for a in one.parts for b in other.parts)


def _inverted(sums: Sums, columns: list[Column]) -> Inverse:
    try:
        return invert([[_days(sums, one, other) for other in columns] for one in columns])
    except DependentColumnsError as dependent:
        names = ", ".join(f"{columns[n].term} {columns[n].level}" for n in dependent.columns)
        raise EstimationError(
            f"The weights cannot be told apart: {names} depend on the terms before them in what is left of the "
            f"estimation sample. Leave out fewer councils, or take out more terms."
        ) from None


def _scores(bundle: Bundle) -> list[list[int]]:
    size, products = len(bundle.estimated), iter(bundle.scores.products)
    whole = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i, size):
            whole[i][j] = whole[j][i] = next(products)
    return whole


def _factor(bundle: Bundle) -> Fraction:
    """Give the factor of clustered errors, C/(C−1) · (n−1)/(n−p); HC0 has none."""
    if bundle.scores.kind == "hc0":
        return Fraction(1)
    clinics, citizens, terms = bundle.nation.clinics, bundle.nation.citizens, len(bundle.estimated)
    return Fraction(clinics, clinics - 1) * Fraction(citizens - 1, citizens - terms)


def _mean_raw(
    bundle: Bundle, columns: list[Column], micro: Sequence[int], is_own: bool
) -> tuple[Fraction | None, list[str]]:
    """Give r̄, and a note where it is not known: counts by level tell Σ x'β, but not what is lifted to nothing."""
    predicted = sum(c.count(bundle.level_citizens) * beta for c, beta in zip(columns, micro, strict=True))
    most = 0 if is_own else _most_clamped(bundle, columns, micro)
    if most:
        low, high = (Fraction(total, bundle.citizens * MICRO) for total in (predicted, predicted + most))
        return None, [
            f"Weights are empty: for some combination of levels less than nothing would be predicted, and the bundle "
            f"does not tell how many citizens have it. The mean raw weight is at least {float(low):,.2f} and at most "
            f"{float(high):,.2f} kroner a year; a weight is the coefficient over it."
        ]
    total = predicted + (bundle.clamp_micro if is_own else 0)
    if total <= 0:
        raise EstimationError("All raw weights are zero: nobody is predicted to consume anything.")
    return Fraction(total, bundle.citizens), []


def _most_clamped(bundle: Bundle, columns: list[Column], micro: Sequence[int]) -> int:
    """Give the most that Σ max(−x'β, 0) over everybody can be; 0 if no combination of levels is below nothing.

    Everybody has one level of the term without a reference, and at worst the least of every other term.
    """
    everyone = next(term.name for term in bundle.design.terms if not term.has_reference)
    others: dict[str, int] = {}
    for column, beta in zip(columns, micro, strict=True):
        if column.term != everyone:
            others[column.term] = min(others.get(column.term, 0), beta)
    least = sum(others.values())
    return sum(
        column.count(bundle.level_citizens) * max(-(beta + least), 0)
        for column, beta in zip(columns, micro, strict=True)
        if column.term == everyone
    )
