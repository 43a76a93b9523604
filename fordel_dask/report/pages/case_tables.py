"""What scenarios do to the country, a region and a council, as tables."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from fordel_dask.report.need_changes import need_change
from fordel_dask.report.pages.cells import Cells, order_of
from fordel_dask.report.pages.explorer import case_title
from fordel_dask.report.pages.tables import columns
from fordel_dask.report.picture import Cell, Table
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.schema import release_cases

PLACES, RUN = 2, "run"


def has_cases(told: Told) -> bool:
    """Tell whether a report shows scenarios."""
    return any(row["status"] == RUN for row in told.cases.get(release_cases.CASES.name, ()))


def _run_cases(told: Told) -> list[Row]:
    return [row for row in told.cases.get(release_cases.CASES.name, ()) if row["status"] == RUN]


def cases_of_council_table(told: Told, words: Wording, council_id: str) -> Table:
    """Give what every scenario does to one council."""
    cells, cases = Cells(words), {row["case"]: row for row in _run_cases(told)}
    own = [row for row in told.cases.get(release_cases.COUNCILS.name, ()) if row["council_id"] == council_id]
    names = ("case", "need_before", "need_after", "need_change", "maximum_before", "maximum_after")
    return Table(
        caption=words.say("cases_of_council_caption"),
        columns=columns(words, *names, texts=("case",)),
        rows=[
            [
                Cell(case_title(cases[row["case"]], words)),
                cells.figure(row, "need_before", PLACES),
                cells.figure(row, "need_after", PLACES),
                _need_change(cells, row, cases[row["case"]]),
                cells.figure(row, "maximum_capacities_before"),
                cells.figure(row, "maximum_capacities_after"),
            ]
            for row in own
            if row["case"] in cases
        ],
        note=words.say("cases_of_council_note"),
    )


def _need_change(cells: Cells, row: Row, case: Row) -> Cell:
    if not row["need_change"]:
        return cells.without(row, "need_change")
    change = Fraction(row["need_change"])
    return Cell(need_change(change, case, cells.words), order_of(change))


def cases_of_region_table(told: Told, words: Wording, region: str) -> Table:
    """Give how many councils and clinics of a region every scenario moves, as far as changes are told."""
    cells, by_case = Cells(words), dict[str, list[Row]]()
    for row in told.cases.get(release_cases.COUNCILS.name, ()):
        if row["region"] == region:
            by_case.setdefault(row["case"], []).append(row)
    clinics = _groups_of(told, region)
    names = ("case", "councils_up", "councils_down", "clinics_up", "clinics_down", "clinics_told")
    return Table(
        caption=words.say("cases_of_region_caption"),
        columns=columns(words, *names, texts=("case",)),
        rows=[
            [
                Cell(case_title(row, words)),
                *(cells.number(_moved(by_case.get(row["case"], ()), sign)) for sign in (1, -1)),
                *_clinics_moved(cells, clinics.get(row["case"])),
            ]
            for row in _run_cases(told)
        ],
        note=words.say("cases_of_region_note"),
    )


def _groups_of(told: Told, region: str) -> Mapping[str, Row]:
    rows = told.cases.get(release_cases.GROUPS.name, ())
    return {row["case"]: row for row in rows if (row["grouping"], row["group"]) == ("region", region)}


def _moved(rows: Sequence[Row], sign: int) -> int:
    return sum(Fraction(row["maximum_capacities_change"] or 0) * sign > 0 for row in rows)


def _clinics_moved(cells: Cells, row: Row | None) -> list[Cell]:
    names = ("clinics_up", "clinics_down", "clinics")
    return [cells.figure(row, name) if row else Cell(NONE) for name in names]
