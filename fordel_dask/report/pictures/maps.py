"""Maps: municipalities or whole councils coloured by a figure, with what is kept back told in the legend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from markupsafe import Markup

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures import denmark
from fordel_dask.report.pictures.classes import Classes
from fordel_dask.report.pictures.within import Within, in_order
from fordel_dask.report.told import ToldRun
from fordel_dask.report.wording import NONE, Wording

MUNICIPALITY, COUNCIL = "municipality", "council"
CAPITAL_SHARE = 2
"""The capital has a window of its own where the map shows at least so many times as much in each direction."""


@dataclass(frozen=True)
class Figure:
    """What a map shows of areas of one kind.

    ``values`` by code, none where there is no value; ``hidden`` those of them that are kept back. ``columns`` and
    ``beside`` are further columns of the table and their cells by code; ``signed`` writes values with their sign,
    ``unit`` is written after each.
    """

    name: str
    kind: str
    values: Mapping[str, Fraction | None]
    classes: Classes
    hidden: frozenset[str] = frozenset()
    filled: Mapping[str, object] = field(default_factory=dict)
    columns: Sequence[Column] = ()
    beside: Mapping[str, Sequence[Cell]] = field(default_factory=dict)
    signed: bool = False
    unit: str = ""

    def shown(self, value: Fraction, words: Wording) -> str:
        """Write a value as it is read."""
        return self.classes.written(value, words, self.signed) + self.unit


@dataclass(frozen=True)
class Place:
    """A municipality's outline on a map: the area that it is part of, its colour, and what is told of it."""

    outline: str
    code: str
    colour: str
    tip: str


@dataclass(frozen=True)
class Window:
    """A part of a map beside it, larger."""

    box: denmark.Box
    label: str
    places: Sequence[Place]


@dataclass(frozen=True)
class Entry:
    """A line of the legend: colour, what it stands for, how many areas have it."""

    colour: str
    label: str
    areas: str


def outlines_svg(run: ToldRun) -> Markup:
    """Give what all pictures of a page share, drawn once: outlines, borders of councils, hatching; it shows nothing."""
    council_of = {code: row["council_id"] for code, row in run.municipalities.items()}
    return drawn(
        "pictures/outlines.svg",
        Wording(),
        paths=[(f"m{code}", denmark.path_of(code)) for code in sorted(denmark.outlines())],
        borders=denmark.council_borders(council_of),
    )


def map_picture(figure: Figure, within: Within, words: Wording) -> Picture:
    """Give the map of a figure with its legend and table."""
    title = words.say(f"{figure.name}_title", place=within.name(words))
    return Picture(
        name=figure.name.replace("_", "-"),
        title=title,
        note=words.say(f"{figure.name}_note", **figure.filled),
        svg=_drawing(figure, within, words, title),
        table=_table(figure, within, words, title),
    )


def _drawing(figure: Figure, within: Within, words: Wording, title: str) -> Markup:
    places = list(_places(figure, within, words))
    box = _box(within)
    return drawn(
        "pictures/map.svg",
        words,
        name=figure.name.replace("_", "-"),
        title=title,
        figure=figure,
        box=box,
        whole=within.is_country,
        places=places,
        inset=(*denmark.INSET, *denmark.INSET_SIZE),
        windows=list(_windows(box, places, within, words)),
        legend=list(_legend(figure, within, words)),
        unit=words.say(f"{figure.name}_unit"),
    )


def _box(within: Within) -> denmark.Box:
    """Give the view box of a map; Bornholm has a window of its own where only a part of the country is shown."""
    if within.is_country:
        return 0, 0, denmark.WIDTH, denmark.HEIGHT
    codes = {*within.municipalities}
    return denmark.bounds(codes - {denmark.BORNHOLM} or codes)


def _windows(box: denmark.Box, places: Sequence[Place], within: Within, words: Wording) -> Iterator[Window]:
    bornholm = [one for one in places if one.outline == denmark.BORNHOLM]
    if bornholm and len(places) > 1 and not within.is_country:
        yield Window((*denmark.INSET, *denmark.INSET_SIZE), words.say("the_same_of_bornholm"), bornholm)
    if all(box[side] > CAPITAL_SHARE * denmark.CAPITAL_BOX[side] for side in (2, 3)):
        capital = [one for one in places if one.outline in denmark.of_the_capital()]
        if capital:
            yield Window(denmark.CAPITAL_BOX, words.say("the_same_of_the_capital"), capital)


def _places(figure: Figure, within: Within, words: Wording) -> Iterator[Place]:
    for code, row in within.municipalities.items():
        area = code if figure.kind == MUNICIPALITY else row["council_id"]
        yield Place(code, area, _colour(figure, area), _tip(figure, within, area, words))


def _colour(figure: Figure, area: str) -> str:
    value = figure.values.get(area)
    return "none" if value is None else figure.classes.colours[figure.classes.of(value)]


def _name(figure: Figure, within: Within, area: str) -> str:
    if figure.kind == MUNICIPALITY:
        return within.municipalities[area]["municipality"]
    return within.councils[area]["council"]


def _tip(figure: Figure, within: Within, area: str, words: Wording) -> str:
    value = figure.values.get(area)
    if value is not None:
        said = figure.shown(value, words)
    else:
        said = words.say("kept_back" if area in figure.hidden else "no_figure")
    return f"{_name(figure, within, area)}: {said}"


def _areas(figure: Figure, within: Within) -> list[str]:
    return [*(within.municipalities if figure.kind == MUNICIPALITY else within.councils)]


def _legend(figure: Figure, within: Within, words: Wording) -> Iterator[Entry]:
    """Give the classes with their areas, those at the ends that nobody has left out, and what has no colour."""
    values = [figure.values.get(area) for area in _areas(figure, within)]
    found = [figure.classes.of(value) for value in values if value is not None]
    labels = figure.classes.labels(words, figure.signed)
    for n, (colour, label) in enumerate(zip(figure.classes.colours, labels, strict=True)):
        if min(found, default=0) <= n <= max(found, default=-1):
            yield Entry(colour, label, words.number(found.count(n)))
    hidden = sum(area in figure.hidden for area in _areas(figure, within))
    for word, areas in (("kept_back", hidden), ("no_figure", values.count(None) - hidden)):
        if areas:
            yield Entry("none", words.say(word), words.number(areas))


def _table(figure: Figure, within: Within, words: Wording, title: str) -> Table:
    ofs = [Column(words.say(f"column_{figure.kind}"), TEXT)]
    if figure.kind == MUNICIPALITY:
        ofs.append(Column(words.say("column_council"), TEXT))
    own = Column(words.say(f"{figure.name}_column"), unit=words.say(f"{figure.name}_unit"))
    hidden = any(area in figure.hidden for area in _areas(figure, within))
    return Table(
        caption=words.say("table_of", title=title),
        columns=[*ofs, own, *figure.columns],
        rows=[_row(figure, within, area, words) for area in _areas(figure, within)],
        note=words.say("dash_is_kept_back") if hidden else "",
    )


def _row(figure: Figure, within: Within, area: str, words: Wording) -> list[Cell]:
    cells = [Cell(_name(figure, within, area))]
    if figure.kind == MUNICIPALITY:
        cells.append(Cell(within.councils[within.municipalities[area]["council_id"]]["council"]))
    value = figure.values.get(area)
    own = Cell(NONE) if value is None else Cell(figure.shown(value, words), in_order(value))
    return [*cells, own, *figure.beside.get(area, [Cell(NONE)] * len(figure.columns))]
