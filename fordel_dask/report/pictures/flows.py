"""Where citizens live and where their clinic lies: a matrix of councils, shaded by shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures.classes import Classes
from fordel_dask.report.pictures.maps import Entry
from fordel_dask.report.pictures.within import Within, figure_of, number_cell
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording
from fordel_dask.schema import release

LIMITS = tuple(Fraction(limit) for limit in (1, 2, 5, 10, 20, 50))
CLASSES = Classes(LIMITS, ("s0", "s1", "s2", "s3", "s6", "s7", "s8"), 0, least=Fraction(0))
DEEP = 4
"""The first class on which figures are written in the colour of paper."""

NOWHERE = ""
"""The clinic of those who are enrolled in none, or in one that no register knows."""

SIDE = 34
LABELS, HEAD = 196, 180
Flows = Mapping[tuple[str, str], Fraction | None]
"""Citizens by council of residence and of the clinic; none where they are kept back, absent where there are none."""


@dataclass(frozen=True)
class Square:
    """A square of the matrix in pixels, with its colour and what is read in it and told of it."""

    x: float
    y: float
    colour: str
    text: str
    light: bool
    tip: str


@dataclass(frozen=True)
class Matrix:
    """Squares, and names beside and above them, in pixels."""

    squares: tuple[Square, ...]
    beside: tuple[tuple[float, str], ...]
    above: tuple[tuple[float, str], ...]
    width: float
    height: float
    side: int = SIDE
    labels: int = LABELS
    head: int = HEAD


def flows(told: Told, words: Wording, limit: str = "") -> Picture | None:
    """Give which share of the citizens of each council has a clinic in each other one."""
    rows = told.run.of_table(release.FLOWS.name)
    if not rows:
        return None
    within = Within(told.run, limit)
    found: Flows = {(row["residence_council_id"], row["clinic_council_id"]): figure_of(row, "citizens") for row in rows}
    to = [*told.run.councils] + [NOWHERE] * any(clinic == NOWHERE for _, clinic in found)
    title = words.say("flow_matrix_title", place=within.name(words))
    hidden = sum(found.get((home, clinic), Fraction(0)) is None for home in within.councils for clinic in to)
    note = words.say("flow_matrix_note", day=words.date(told.run.model.status_date))
    if hidden:
        note += " " + words.say("flow_matrix_kept_back", hidden=words.number(hidden))
    return Picture(
        name="flow-matrix",
        title=title,
        note=note,
        svg=drawn(
            "pictures/flows.svg",
            words,
            name="flow-matrix",
            title=title,
            chart=_matrix(found, within, to, words),
            legend=_legend(words, hidden),
        ),
        table=_table(found, within, to, words, title),
    )


def _name(within: Within, council: str, words: Wording) -> str:
    return within.run.councils[council]["council"] if council else words.say("no_known_clinic")


def _matrix(found: Flows, within: Within, to: Sequence[str], words: Wording) -> Matrix:
    homes = [*within.councils]
    return Matrix(
        squares=tuple(
            _square(found, within, (home, clinic), (LABELS + n * SIDE, HEAD + m * SIDE), words)
            for m, home in enumerate(homes)
            for n, clinic in enumerate(to)
        ),
        beside=tuple((HEAD + (m + 0.5) * SIDE + 4.5, _name(within, home, words)) for m, home in enumerate(homes)),
        above=tuple((LABELS + (n + 0.5) * SIDE, _name(within, clinic, words)) for n, clinic in enumerate(to)),
        width=LABELS + SIDE * len(to) + 60,
        height=HEAD + SIDE * len(homes),
    )


def _square(found: Flows, within: Within, way: tuple[str, str], corner: tuple[float, float], words: Wording) -> Square:
    home, clinic = way
    citizens, all_there = found.get(way, Fraction(0)), figure_of(within.councils[home], "citizens")
    names = f"{_name(within, home, words)} → {_name(within, clinic, words)}"
    if citizens is None or not all_there:
        return Square(*corner, "none", "", False, f"{names}: {words.say('kept_back')}")
    share = 100 * citizens / all_there
    number = CLASSES.of(share)
    said = f"{words.say('so_many_citizens', citizens=words.number(citizens))} ({words.percent(share / 100)})"
    text = words.number(share) if number else ""
    return Square(*corner, CLASSES.colours[number], text, number >= DEEP, f"{names}: {said}")


def _legend(words: Wording, hidden: int) -> list[Entry]:
    both = zip(CLASSES.colours, CLASSES.labels(words), strict=True)
    entries = [Entry(colour, label, "") for colour, label in both]
    return [*entries, Entry("none", words.say("kept_back"), words.number(hidden))] if hidden else entries


def _table(found: Flows, within: Within, to: Sequence[str], words: Wording, title: str) -> Table:
    cells = [[found.get((home, clinic), Fraction(0)) for clinic in to] for home in within.councils]
    return Table(
        caption=words.say("table_of", title=title),
        columns=[
            Column(words.say("column_lives_in"), TEXT),
            *(Column(_name(within, clinic, words)) for clinic in to),
            Column(words.say("column_all")),
        ],
        rows=[
            [
                Cell(row["council"]),
                *(number_cell(value, words) for value in own),
                number_cell(figure_of(row, "citizens"), words),
            ]
            for row, own in zip(within.councils.values(), cells, strict=True)
        ],
        note=words.say("dash_is_kept_back") if any(None in own for own in cells) else "",
    )
