"""A figure beside what it was in an earlier RUN, as far as both are told."""

from fordel_dask.report.told import Row

KEPT_BACK = "kept_back"


def with_change(row: Row, before: Row | None, figure: str) -> dict[str, str]:
    """Add to a row what a figure was and by how much it changed; empty where one of the two is not told.

    What either keeps back is named, so that a reader sees that it is kept back and not that there is none.
    """
    earlier = before[figure] if before else ""
    told = bool(earlier and row[figure])
    kept = row[KEPT_BACK].split()
    untold = [f"{figure}_earlier"] if before and figure in before[KEPT_BACK].split() else []
    unknown = [f"{figure}_change"] if untold or (before and figure in kept) else []
    return {
        **row,
        f"{figure}_earlier": earlier,
        f"{figure}_change": str(int(row[figure]) - int(earlier)) if told else "",
        KEPT_BACK: " ".join([*kept, *untold, *unknown]),
    }
