"""The pictures of the pack: what was and what is, as pairs of dots; and clinics by the steps that they moved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.report.evaluation import declared
from fordel_dask.report.evaluation.contents import Contents
from fordel_dask.report.evaluation.years import clinic_rows, series_rows, weight_rows
from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.told import Row
from fordel_dask.report.wording import Wording

WIDTH, LABELS, LINE, EDGE = 800, 340, 20, 30
BARS_HEIGHT, BAR_GAP = 220, 6
MOST_STEPS = 6
"""Clinics that moved further stand together."""

LONGEST = 44
"""Letters of a label that stand beside a line; the table has all of them."""


@dataclass(frozen=True)
class Pair:
    """What is named, and its two figures."""

    label: str
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Said:
    """What is said around a picture of pairs: its name, what fills its sentences, the headings of its table."""

    name: str
    filled: dict[str, object]
    heads: Sequence[str]
    places: int


def pictures_of(contents: Contents, words: Wording) -> list[Picture]:
    """Give the pictures for which there are figures."""
    return [*_between_years(contents, words), *_residuals(contents, words)]


def _between_years(contents: Contents, words: Wording) -> Iterator[Picture]:
    last = contents.years[-1]
    if last.before is None:
        return
    before, year = last.named_before, last.named
    filled: dict[str, object] = {"from": before, "to": year}

    def of(name: str, head: str, places: int) -> Said:
        return Said(name, filled, (words.say(head), before, year, words.say("pack_change")), places)

    councils = _pairs(series_rows([last]), "maximum_capacities", lambda row: row["council"])
    weights = _pairs(weight_rows([last]), "weight", lambda row: _level(row, words))
    yield from _picture(councils, of("councils", "pack_council", 0), words)
    yield from _picture(weights, of("weights", "pack_level", 3), words)
    steps = Counter(_within(int(row["steps"])) for row in clinic_rows([last]) if row["steps"])
    if steps:
        yield _steps(steps, {**filled, "step": last.run.model.step}, words)


def _level(row: Row, words: Wording) -> str:
    return words.level(row["term"], row["level"])


def _residuals(contents: Contents, words: Wording) -> Iterator[Picture]:
    rows = contents.rows[declared.RESIDUALS.name]
    pairs = [
        Pair(words.say("pack_tenth", tenth=row["tenth"]), Fraction(row["predicted_kr"]), Fraction(row["actual_kr"]))
        for row in rows
    ]
    heads = [words.say(f"pack_{head}") for head in ("group", "predicted", "actual", "difference")]
    yield from _picture(pairs, Said("residuals", {}, heads, 0), words)


def _pairs(rows: Sequence[Row], figure: str, label: Any) -> list[Pair]:
    return [
        Pair(label(row), Fraction(row[f"{figure}_earlier"]), Fraction(row[figure]))
        for row in rows
        if row[figure] and row[f"{figure}_earlier"]
    ]


def _picture(pairs: Sequence[Pair], said: Said, words: Wording) -> Iterator[Picture]:
    """Draw pairs of dots on one scale, with the figures in words under them; nothing where there are none."""
    if not pairs:
        return
    title = words.say(f"pack_picture_{said.name}", **said.filled)
    figures = [figure for pair in pairs for figure in (pair.before, pair.after)]
    least, most = min(*figures, Fraction(0)), max(figures) or Fraction(1)
    width = WIDTH - LABELS - EDGE

    def across(figure: Fraction) -> float:
        return round(LABELS + float((figure - least) / (most - least)) * width, 1)

    svg = drawn(
        "evaluation_pairs.svg",
        words,
        name=said.name,
        title=title,
        width=WIDTH,
        height=LINE * len(pairs) + EDGE,
        labels=LABELS,
        line=LINE,
        zero=across(Fraction(0)),
        end=across(most),
        most=words.number(most, said.places),
        rows=[(_short(pair.label), across(pair.before), across(pair.after)) for pair in pairs],
    )
    places = said.places
    rows = [
        [
            Cell(pair.label),
            *(Cell(words.number(figure, places), str(float(figure))) for figure in (pair.before, pair.after)),
            Cell(words.signed(pair.after - pair.before, places), str(float(pair.after - pair.before))),
        ]
        for pair in pairs
    ]
    table = Table(title, [Column(said.heads[0], TEXT), *map(Column, said.heads[1:])], rows)
    yield Picture(said.name, title, words.say(f"pack_picture_{said.name}_note", **said.filled), svg, table)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _within(steps: int) -> int:
    return max(-MOST_STEPS, min(MOST_STEPS, steps))


def _steps(counted: Counter[int], filled: dict[str, object], words: Wording) -> Picture:
    """Draw clinics by the steps that they moved, those furthest away together."""
    title = words.say("pack_picture_steps", **filled)
    tallest, width = max(counted.values()), WIDTH / (2 * MOST_STEPS + 1)
    bars = []
    for place, steps in enumerate(range(-MOST_STEPS, MOST_STEPS + 1)):
        height = round((BARS_HEIGHT - 2 * EDGE) * counted[steps] / tallest, 1)
        bars.append(
            {
                "x": round(place * width + BAR_GAP / 2, 1),
                "middle": round((place + 0.5) * width, 1),
                "y": round(BARS_HEIGHT - EDGE - height, 1),
                "height": height,
                "clinics": words.number(counted[steps]) if counted[steps] else "",
                "steps": _named(steps, words),
            }
        )
    svg = drawn(
        "evaluation_steps.svg",
        words,
        title=title,
        width=WIDTH,
        height=BARS_HEIGHT,
        each=round(width - BAR_GAP, 1),
        bars=bars,
    )
    rows = [[Cell(_named(steps, words), str(steps)), Cell(words.number(counted[steps]))] for steps in sorted(counted)]
    table = Table(title, [Column(words.say("pack_steps"), TEXT), Column(words.say("pack_clinics"))], rows)
    return Picture("steps", title, words.say("pack_picture_steps_note", **filled), svg, table)


def _named(steps: int, words: Wording) -> str:
    """Name a number of steps; the ends hold all that moved further."""
    sign = {MOST_STEPS: "≥ ", -MOST_STEPS: "≤ "}.get(steps, "")
    return f"{sign}{words.signed(steps)}"
