"""Scenarios beside each other: a small map of the councils for each case, and what each case does to the country."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.report.frame import drawn
from fordel_dask.report.need_changes import need_change
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures import council_map, denmark
from fordel_dask.report.pictures.maps import Entry
from fordel_dask.report.pictures.within import figure_of, in_order, is_hidden, number_cell, signed_cell
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import NONE, Wording
from fordel_dask.scenarios.asked import Asked, asked_for, asked_of
from fordel_dask.schema import release_cases

PLACES = 1
RUN = "run"


@dataclass(frozen=True)
class Shade:
    """A council on a small map: which, its colour, and what is told of it."""

    outline: str
    code: str
    colour: str
    tip: str


@dataclass(frozen=True)
class SmallMap:
    """The map of one case with its name, and its sum beside that of the base."""

    title: str
    sum: str
    councils: tuple[Shade, ...]


def case_maps(told: Told, words: Wording) -> Picture | None:
    """Give a map of the councils for each case, by the change of their need, with the table of all that were run."""
    rows = [row for row in told.cases.get(release_cases.CASES.name, ()) if row["status"] == RUN]
    if not rows:
        return None
    council_of = {code: row["council_id"] for code, row in told.run.municipalities.items()}
    paths = council_map.council_paths(council_of)
    outlines = {council: f"council-{n}" for n, council in enumerate(paths)}
    by_case = _by_case(told)
    maps = [_small_map(row, by_case.get(row["case"], []), outlines, words) for row in rows]
    title = words.say("case_maps_title")
    return Picture(
        name="case-maps",
        title=title,
        note=words.say("case_maps_note", cases=words.number(len(rows)), day=words.date(told.run.model.status_date)),
        svg=drawn(
            "pictures/cases.svg",
            words,
            paths=[(outlines[council], path) for council, path in paths.items()],
            box=(0, 0, denmark.WIDTH, denmark.HEIGHT),
            maps=maps,
            legend=list(_legend(maps, words)),
        ),
        table=_table(rows, words),
    )


def cases_not_run(told: Told, words: Wording) -> Table | None:
    """Give the cases that could not be run, with what is missing for each."""
    rows = [row for row in told.cases.get(release_cases.CASES.name, ()) if row["status"] != RUN]
    if not rows:
        return None
    return Table(
        caption=words.say("cases_not_run"),
        columns=[
            Column(words.say(word), TEXT) for word in ("column_case", "column_why", "column_who", "column_answer")
        ],
        rows=[[_name_cell(row, words), Cell(_why(row, words)), *_asked_cells(row, words)] for row in rows],
    )


def _by_case(told: Told) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in told.cases.get(release_cases.COUNCILS.name, ()):
        found.setdefault(row["case"], []).append(row)
    return found


def _small_map(row: Row, councils: Sequence[Row], outlines: Mapping[str, str], words: Wording) -> SmallMap:
    shades = [_shade(one, outlines[one["council_id"]], words) for one in councils if one["council_id"] in outlines]
    return SmallMap(_title(row, words), _sum(row, words), tuple(shades))


def _shade(row: Row, outline: str, words: Wording) -> Shade:
    before, change = figure_of(row, "need_before"), figure_of(row, "need_change")
    share = None if before is None or change is None or not before else change / before
    colour = council_map.class_of(share)
    told = words.say("kept_back" if is_hidden(row, "need_change") else "no_figure")
    if share is not None:
        told = words.signed(share * 100, PLACES) + "\N{NO-BREAK SPACE}%"
    return Shade(outline, row["council_id"], "none" if colour is None else f"d{colour}", f"{row['council']}: {told}")


def _sum(row: Row, words: Wording) -> str:
    before, after = figure_of(row, "maximum_capacities_before"), figure_of(row, "maximum_capacities_after")
    if before is None or after is None:
        return words.say("capacities_kept_back")
    change = words.signed(after - before)
    return words.say(
        "capacities_before_and_after", before=words.number(before), after=words.number(after), change=change
    )


def _legend(maps: Sequence[SmallMap], words: Wording) -> Iterator[Entry]:
    for n, (low, high) in enumerate(council_map.legend()):
        yield Entry(f"d{n}", _range(low, high, words), "")
    if any(shade.colour == "none" for one in maps for shade in one.councils):
        yield Entry("none", words.say("kept_back"), "")


def _range(low: Fraction | None, high: Fraction | None, words: Wording) -> str:
    """Say which changes of need a colour stands for, in percent."""

    def percent(share: Fraction) -> str:
        return f"{words.signed(share * 100)}\N{NO-BREAK SPACE}%" if share else "0"

    if low is None and high is None:
        return words.say("need_unchanged")
    if low is None:
        return words.say("class_under", limit=percent(high or Fraction(0)))
    if high is None:
        return words.say("class_over", limit=percent(low))
    return words.say("class_from_to", low=percent(low), high=percent(high))


@functools.cache
def _asked() -> Mapping[str, Asked]:
    return asked_of(packaged_scenarios())


def _asked_for(row: Row) -> Asked:
    """Give what is known of a packaged case; nothing where the row is of a scenario of one's own by the same name."""
    found = asked_for(row["case"], _asked())
    return found if (found.who, found.memo) == (row["who"], row["memo"]) else Asked(row["case"])


def _title(row: Row, words: Wording) -> str:
    own = row["title_da"] if words.code == "da" and row["title_da"] else row["title"]
    return f"{row['id']}. {own}" if own else row["case"]


def _name_cell(row: Row, words: Wording) -> Cell:
    return Cell(_title(row, words), row["case"])


def _asked_cells(row: Row, words: Wording) -> list[Cell]:
    who = _asked_for(row).said("who", words.code) or row["who"]
    answer = f"answered_{row['ministry']}"
    return [Cell(who or NONE), Cell(words.say(answer) if words.knows(answer) else NONE)]


def _why(row: Row, words: Wording) -> str:
    return _asked_for(row).said("missing", words.code) or words.say("not_on_these_data")


def _table(rows: Sequence[Row], words: Wording) -> Table:
    return Table(
        caption=words.say("table_of_cases"),
        columns=[
            Column(words.say("column_case"), TEXT),
            Column(words.say("column_need_change"), unit=words.say("unit_capacities")),
            Column(words.say("column_number_after"), unit=words.say("unit_capacities")),
            Column(words.say("column_number_change"), unit=words.say("unit_capacities")),
            *(Column(words.say(word)) for word in ("councils_up", "councils_down", "clinics_up", "clinics_down")),
            Column(words.say("column_who"), TEXT),
            Column(words.say("column_answer"), TEXT),
        ],
        rows=[_row(row, words) for row in rows],
        note=words.say("cases_table_note"),
    )


def _row(row: Row, words: Wording) -> list[Cell]:
    return [
        _name_cell(row, words),
        _need_cell(row, words),
        number_cell(figure_of(row, "maximum_capacities_after"), words),
        signed_cell(figure_of(row, "maximum_capacities_change"), words),
        *_counts(row, "councils", words),
        *_counts(row, "clinics", words),
        *_asked_cells(row, words),
    ]


def _need_cell(row: Row, words: Wording) -> Cell:
    change = figure_of(row, "need_change")
    return Cell(NONE) if change is None else Cell(need_change(change, row, words), in_order(change))


def _counts(row: Row, what: str, words: Wording) -> list[Cell]:
    """Give how many went up and down; nothing where base and case tell the number of none."""
    if not int(row[f"{what}_told"] or 0):
        return [Cell(NONE), Cell(NONE)]
    return [number_cell(figure_of(row, f"{what}_{way}"), words) for way in ("up", "down")]
