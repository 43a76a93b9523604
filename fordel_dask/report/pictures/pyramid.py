"""Population pyramids: citizens by age and sex, of the country, a region, a council or a clinic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures.ages import AGE_SEX, MEN, SEXES, WOMEN, band_words, bands_of
from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.scale import Tick, ticks
from fordel_dask.report.pictures.within import Within, figure_of, number_cell
from fordel_dask.report.told import Row, Told, ToldRun
from fordel_dask.report.wording import Wording

SHARE_PLACES = 1
Counts = Mapping[str, Fraction | None]
"""Citizens by level of age and sex; none where they are kept back."""


@dataclass(frozen=True)
class People:
    """The citizens of an area or clinic by age and sex, and all of them; none where that is kept back."""

    name: str
    counts: Counts
    all: Fraction | None

    def share(self, level: str) -> Fraction | None:
        """Give a level's share of all, in percent; none where it is not told."""
        count = self.counts.get(level)
        return None if count is None or not self.all else 100 * count / self.all


@dataclass(frozen=True)
class Bar:
    """A bar of a pyramid in pixels; ``hidden`` stands where citizens are kept back. ``tip`` says what it is."""

    sex: str
    x: float
    y: float
    width: float
    hidden: bool
    tip: str


@dataclass(frozen=True)
class Pyramid:
    """A pyramid in pixels: bars, names of bands in the middle, two scales, and the country's outline by sex."""

    bars: tuple[Bar, ...]
    bands: tuple[Tick, ...]
    scales: tuple[tuple[Tick, ...], ...]
    outlines: Mapping[str, str]
    height: float
    some_hidden: bool
    middle: float = 0
    width: int = 720
    top: int = 30


NAME = "pyramid"
BAND, GAP, GUTTER = 20, 3, 30
"""Height of a band, what lies between two, and half the width of the middle where bands are named; in pixels."""


def pyramid(told: Told, words: Wording, limit: str = "") -> Picture | None:
    """Give the pyramid of the country, a region or a council; with the country's outline where it is a part of it."""
    within = Within(told.run, limit)
    people = _people_of(within, words)
    country = None if within.is_country else _people_of(Within(told.run), words)
    return _picture(people, country, told, words)


def _people_of(within: Within, words: Wording) -> People:
    """Sum the citizens of councils; a sum is told where every part is."""
    parts = [_counts(within.run, code) for code in within.councils]
    levels = dict.fromkeys(level for part in parts for level in part)
    counts = {level: _sum(part.get(level, Fraction(0)) for part in parts) for level in levels}
    return People(within.name(words), counts, _sum(figure_of(row, "citizens") for row in within.councils.values()))


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _counts(run: ToldRun, council: str) -> dict[str, Fraction | None]:
    rows: Sequence[Row] = run.traits.get(("council", council), ())
    return {row["level"]: figure_of(row, "citizens") for row in rows if row["term"] == AGE_SEX}


def _picture(people: People, country: People | None, told: Told, words: Wording) -> Picture | None:
    if all(count is None for count in people.counts.values()):
        return None
    title = words.say("pyramid_title", place=people.name)
    hidden = sum(count is None for count in people.counts.values())
    note = words.say("pyramid_note", day=words.date(told.run.model.status_date))
    if hidden:
        note += " " + words.say("pyramid_kept_back", hidden=hidden, all=len(people.counts))
    chart = _pyramid(people, country, words)
    return Picture(
        name=NAME,
        title=title,
        note=note,
        svg=drawn("pictures/pyramid.svg", words, name=NAME, title=title, chart=chart, of_citizens=_has_shares(people)),
        table=_table(people, country, words, title),
    )


def _has_shares(people: People) -> bool:
    """Whether shares of all can be told; else bars show citizens."""
    return bool(people.all)


def _length(people: People, level: str) -> Fraction | None:
    return people.share(level) if _has_shares(people) else people.counts.get(level)


def _pyramid(people: People, country: People | None, words: Wording) -> Pyramid:
    bands = bands_of(people.counts)
    beside = country if country and _has_shares(people) and _has_shares(country) else None
    shown = [one for one in (people, beside) if one]
    longest = max((float(_length(one, level) or 0) for one in shown for level in one.counts), default=0) or 1
    middle, height = Pyramid.width / 2, Pyramid.top + BAND * len(bands)
    sides = {
        MEN: Axis(0, longest * 1.04, middle - GUTTER, 10),
        WOMEN: Axis(0, longest * 1.04, middle + GUTTER, Pyramid.width - 10),
    }
    unit = "\N{NO-BREAK SPACE}%" if _has_shares(people) else ""
    return Pyramid(
        bars=tuple(
            _bar(people, f"{sex} {band}", n, sides[sex], words)
            for n, band in enumerate(reversed(bands))
            for sex in SEXES
            if f"{sex} {band}" in people.counts
        ),
        bands=tuple(Tick(_top(n) + BAND / 2, band_words(band)) for n, band in enumerate(reversed(bands))),
        scales=tuple(ticks(axis, words, 5, unit) for axis in sides.values()),
        outlines={sex: _outline(beside, sex, bands, sides[sex]) for sex in SEXES} if beside else {},
        height=height,
        some_hidden=None in people.counts.values(),
        middle=middle,
    )


def _top(n: int) -> float:
    return Pyramid.top + BAND * n


def _bar(people: People, level: str, n: int, side: Axis, words: Wording) -> Bar:
    length = _length(people, level)
    foot = side.at(0)
    end = side.right if length is None else side.at(length)
    tip = f"{words.level(AGE_SEX, level)}: {_said(people, level, words)}"
    x, width = min(foot, end), round(abs(end - foot), 1)
    return Bar(level[0], x, _top(n) + GAP / 2, width, length is None, tip)


def _said(people: People, level: str, words: Wording) -> str:
    count, share = people.counts.get(level), people.share(level)
    if count is None:
        return words.say("kept_back")
    said = words.say("so_many_citizens", citizens=words.number(count))
    return said if share is None else f"{said} ({words.percent(share / 100, SHARE_PLACES)})"


def _outline(people: People, sex: str, bands: Sequence[str], side: Axis) -> str:
    """Give the outline of one sex as a path that is broken where shares are not told."""
    path, unbroken = "", False
    for n, band in enumerate(reversed(bands)):
        share = people.share(f"{sex} {band}")
        if share is not None:
            path += f"{'L' if unbroken else 'M'}{side.at(share)} {_top(n)}V{_top(n) + BAND}"
        unbroken = share is not None
    return path


def _table(people: People, country: People | None, words: Wording, title: str) -> Table:
    shown = [people, country] if country else [people]
    columns = [Column(words.say("column_age"), TEXT)]
    for sex in SEXES:
        columns.append(Column(words.say("men" if sex == MEN else "women"), unit=words.say("unit_citizens")))
        columns += [Column(words.say("men" if sex == MEN else "women"), unit=f"{one.name}, %") for one in shown]
    rows = []
    for n, band in enumerate(bands_of(people.counts)):
        cells = [Cell(band_words(band), str(n))]
        for sex in SEXES:
            cells.append(number_cell(people.counts.get(f"{sex} {band}"), words))
            cells += [number_cell(one.share(f"{sex} {band}"), words, SHARE_PLACES) for one in shown]
        rows.append(cells)
    hidden = None in people.counts.values() or (country is not None and None in country.counts.values())
    return Table(
        words.say("table_of", title=title), columns, rows, note=words.say("dash_is_kept_back") if hidden else ""
    )
