"""A figure beside what it was in an earlier RUN, as far as both are told."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from fordel_dask.law.rounding import shortest
from fordel_dask.report.told import Row

KEPT_BACK = "kept_back"


def change_of(row: Row, before: Row | None, figure: str) -> dict[str, str]:
    """Give what a figure was and by how much it changed, with what is kept back; empty where one is not told.

    What either row keeps back is named, so that a reader sees that it is kept back and not that there is none.
    """
    earlier = before[figure] if before else ""
    kept = row[KEPT_BACK].split()
    untold = [f"{figure}_earlier"] if before and figure in before[KEPT_BACK].split() else []
    unknown = [f"{figure}_change"] if untold or (before and figure in kept) else []
    return {
        f"{figure}_earlier": earlier,
        f"{figure}_change": shortest(Fraction(row[figure]) - Fraction(earlier)) if earlier and row[figure] else "",
        KEPT_BACK: " ".join([*kept, *untold, *unknown]),
    }


def kept_with(kept_back: str, follows: Mapping[str, Iterable[str]]) -> str:
    """Add to what a row keeps back what follows from it."""
    kept = kept_back.split()
    return " ".join([*kept, *(name for figure in kept for name in follows.get(figure, ()) if name not in kept)])
