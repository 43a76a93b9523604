"""A figure beside what it was in an earlier RUN, as far as both are told."""

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
