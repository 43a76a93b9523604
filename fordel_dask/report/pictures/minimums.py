"""The distribution of clinics by the least number of patients for each capacity."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import Cell, Column, Picture, Table
from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.scale import Tick, ticks
from fordel_dask.report.pictures.within import Within, figure_of, in_order, is_hidden, number_cell
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import Wording

MINIMUM = "minimum_per_capacity"
MOST_COLUMNS = 36
DOT, FARTHEST_DOTS = 3.5, 9.0
"""Radius of a clinic's dot, and how far the middles of two are at most; in pixels."""


@dataclass(frozen=True)
class Pillar:
    """Clinics with about the same number: from where to where, and how many there are in the country and within."""

    low: int
    high: int
    clinics: int
    own: int


@dataclass(frozen=True)
class Standing:
    """A pillar in pixels, with the dots of the clinics within."""

    x: float
    y: float
    width: float
    height: float
    tip: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Histogram:
    """Pillars, scales, and where the norm stands, in pixels."""

    pillars: tuple[Standing, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    norm: float
    norm_label: str
    width: int = 760
    height: int = 280
    top: int = 34
    left: int = 46
    right: int = 750


def minimums(told: Told, words: Wording, limit: str = "") -> Picture | None:
    """Give how many clinics have which number; of a region or council its clinics as dots on those of the country."""
    within, model = Within(told.run, limit), told.run.model
    listed = within.clinics
    values = {code: figure_of(row, MINIMUM) for code, row in told.run.clinics.items()}
    known = {code: int(value) for code, value in values.items() if value is not None}
    own = [] if within.is_country else [value for code, value in known.items() if code in listed]
    if not known or (not own and not within.is_country):
        return None
    pillars = _pillars([*known.values()], own, model.norm, model.step)
    title = words.say("minimums_title", place=within.name(words))
    filled = {
        "day": words.date(model.status_date),
        "norm": words.number(model.norm),
        "step": words.number(pillars[0].high - pillars[0].low),
        "clinics": words.number(len(own) if own else len(known)),
    }
    said = [words.say("minimums_note", **filled), *_not_shown([*listed.values()], words)]
    if own:
        said.append(words.say("minimums_dots"))
    chart, place = _histogram(pillars, model.norm, words), within.name(words) if own else ""
    return Picture(
        name="minimums",
        title=title,
        note=" ".join(said),
        svg=drawn("pictures/minimums.svg", words, name="minimums", title=title, chart=chart, own=place),
        table=_table(pillars, within, words, title),
    )


def _not_shown(clinics: Sequence[Row], words: Wording) -> Iterator[str]:
    """Say of how many clinics the number is kept back, and how many have none."""
    hidden = sum(is_hidden(row, MINIMUM) for row in clinics)
    without = sum(not row[MINIMUM] for row in clinics) - hidden
    for word, count in (("minimums_kept_back", hidden), ("minimums_without", without)):
        if count:
            yield words.say(word, clinics=words.number(count))


def _pillars(values: Sequence[int], own: Sequence[int], norm: int, step: int) -> list[Pillar]:
    """Give the pillars from the least to the most, the norm among them; steps are joined where there are too many."""
    low, high = min(*values, norm), max(*values, norm)
    wide = step * max(1, math.ceil(((high - low) // step + 1) / MOST_COLUMNS))
    first = low - (low - norm) % wide
    counts, owns = (Counter((value - first) // wide for value in some) for some in (values, own))
    return [
        Pillar(first + n * wide, first + (n + 1) * wide, counts[n], owns[n]) for n in range((high - first) // wide + 1)
    ]


def _histogram(pillars: Sequence[Pillar], norm: int, words: Wording) -> Histogram:
    wide = pillars[0].high - pillars[0].low
    most = max(pillar.clinics for pillar in pillars)
    across = Axis(pillars[0].low - wide / 2, pillars[-1].low + wide / 2, Histogram.left, Histogram.right)
    up = Axis(0, most * 1.05, Histogram.height, Histogram.top)
    apart = min(FARTHEST_DOTS, (Histogram.height - Histogram.top) / max(1, *(pillar.own for pillar in pillars), 1))
    return Histogram(
        pillars=tuple(_standing(pillar, (across, up), apart, words) for pillar in pillars),
        across=ticks(across, words, 9),
        up=tuple(tick for tick in ticks(up, words, min(6, most + 1)) if tick.label.isdigit()),
        norm=across.at(norm),
        norm_label=words.say("norm_is", norm=words.number(norm)),
    )


def _standing(pillar: Pillar, axes: tuple[Axis, Axis], apart: float, words: Wording) -> Standing:
    across, up = axes
    half = (pillar.high - pillar.low) / 2
    left, right, top = across.at(pillar.low - half), across.at(pillar.low + half), up.at(pillar.clinics)
    gap = min(3.0, (right - left) / 5)
    middle = round((left + right) / 2, 1)
    return Standing(
        x=round(left + gap / 2, 1),
        y=top,
        width=round(right - left - gap, 1),
        height=round(Histogram.height - top, 1),
        tip=f"{_patients(pillar, words)}: {words.say('so_many_clinics', clinics=words.number(pillar.clinics))}",
        dots=tuple((middle, round(Histogram.height - DOT - 2 - n * apart, 1)) for n in range(pillar.own)),
    )


def _patients(pillar: Pillar, words: Wording) -> str:
    return words.number(pillar.low)


def _table(pillars: Sequence[Pillar], within: Within, words: Wording, title: str) -> Table:
    columns = [
        Column(words.say("column_minimum"), unit=words.say("unit_patients")),
        Column(words.say("column_clinics")),
    ]
    if not within.is_country:
        columns = [*columns, Column(words.say("column_of_them"), unit=within.name(words))]
    rows = []
    for pillar in pillars:
        cells = [
            Cell(_patients(pillar, words), in_order(Fraction(pillar.low))),
            number_cell(Fraction(pillar.clinics), words),
        ]
        rows.append(cells if within.is_country else [*cells, number_cell(Fraction(pillar.own), words)])
    return Table(words.say("table_of", title=title), columns, rows)
