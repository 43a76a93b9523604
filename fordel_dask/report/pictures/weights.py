"""Pictures of weights: what each trait adds, the weight of each age of men and women, and mean weights of areas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures.ages import AGE_SEX, SEXES, band_of, band_words, bands_of, sex_of
from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.rows import Row, Rule, rows_chart, rows_svg
from fordel_dask.report.pictures.scale import Tick, reach, ticks
from fordel_dask.report.pictures.within import Within, figure_of, is_hidden, number_cell
from fordel_dask.report.told import Row as ToldRow
from fordel_dask.report.told import Told
from fordel_dask.report.wording import NONE, Wording

PLACES = 3


@dataclass(frozen=True)
class Weight:
    """A weight with the ends of its interval, as far as they are told."""

    weight: Fraction | None
    low: Fraction | None
    high: Fraction | None


def weights_forest(told: Told, words: Wording) -> Picture | None:
    """Give what every trait but age and sex adds to a citizen's weight, each with its interval."""
    own = [row for row in told.run.weights.values() if row["term"] != AGE_SEX]
    if not own:
        return None
    weights = _weights(told)
    rows: list[Row] = []
    for row in own:
        if row["term"] not in (one["term"] for one in own[: own.index(row)]):
            rows.append(Row(_capital(words.term(row["term"]))))
        one = weights[row["term"], row["level"]]
        value = NONE if one.weight is None else words.signed(one.weight, PLACES)
        rows.append(Row(words.level(row["term"], row["level"]), value, one.weight, one.low, one.high))
    title = words.say("forest_title")
    chart = rows_chart(rows, words, [Rule(Fraction(0), words.say("adds_nothing"))])
    return Picture(
        name="weights-forest",
        title=title,
        note=_note("forest_note", (weights[row["term"], row["level"]] for row in own), told, words),
        svg=rows_svg("weights-forest", title, chart, words, words.say("forest_unit")),
        table=_table(own, weights, words, title),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _year(told: Told, words: Wording) -> dict[str, object]:
    return {"day": words.date(told.run.model.status_date)}


def _note(word: str, weights: Iterable[Weight], told: Told, words: Wording) -> str:
    """Say what a picture of weights shows, and what its lines are where it has any."""
    note = words.say(word, **_year(told, words))
    is_sure = any(one.low is not None for one in weights)
    confidence = words.percent(told.run.model.confidence, 0)
    return f"{note} {words.say('weight_intervals_note', confidence=confidence)}" if is_sure else note


def _weights(told: Told) -> dict[tuple[str, str], Weight]:
    """Give all weights with the intervals of the RUN."""
    return {key: _weight(told, key, row) for key, row in told.run.weights.items()}


def _weight(told: Told, key: tuple[str, str], row: ToldRow) -> Weight:
    ends = told.run.intervals.get(("weight", *key), {}).get("weight")
    low, high = (figure_of(ends, end) for end in ("low", "high")) if ends else (None, None)
    return Weight(figure_of(row, "weight"), low, high)


def _table(rows: Sequence[ToldRow], weights: Mapping[tuple[str, str], Weight], words: Wording, title: str) -> Table:
    hidden = any(is_hidden(row, column) for row in rows for column in ("weight", "coefficient_kr", "standard_error_kr"))
    return Table(
        caption=words.say("table_of", title=title),
        columns=[
            Column(words.say("head_term"), TEXT),
            Column(words.say("head_level"), TEXT),
            Column(words.say("column_weight")),
            *(Column(words.say(word)) for word in ("column_low", "column_high")),
            *(Column(words.say(word), unit=words.say("unit_kr")) for word in ("column_coefficient", "column_error")),
        ],
        rows=[
            [
                Cell(_capital(words.term(row["term"]))),
                Cell(words.level(row["term"], row["level"])),
                *(
                    number_cell(value, words, PLACES)
                    for value in (
                        weights[row["term"], row["level"]].weight,
                        weights[row["term"], row["level"]].low,
                        weights[row["term"], row["level"]].high,
                    )
                ),
                number_cell(figure_of(row, "coefficient_kr"), words, 2),
                number_cell(figure_of(row, "standard_error_kr"), words, 2),
            ]
            for row in rows
        ],
        note=words.say("dash_is_kept_back") if hidden else "",
    )


@dataclass(frozen=True)
class AgePoint:
    """The weight of a sex and age in pixels: where its band begins and ends, its point and the ends of its interval."""

    left: float
    right: float
    x: float
    y: float
    low: float | None
    high: float | None
    tip: str


@dataclass(frozen=True)
class AgeChart:
    """Weights by age: the points of each sex, ages and weights at the axes, and where the mean weight of 1 stands.

    ``interval`` names the lines across the points; empty where there are none.
    """

    sexes: Mapping[str, tuple[AgePoint, ...]]
    ages: tuple[Tick, ...]
    scale: tuple[Tick, ...]
    one: float
    interval: str
    width: int = 760
    height: int = 300
    left: int = 46
    right: int = 750
    top: int = 34


MOST_AGES = 14
"""Bands that find room for their names; of more every other one is named."""

BESIDE = {"M": -4.0, "F": 4.0}
"""Pixels that points stand beside the middle of their band, so that intervals do not hide each other."""


def age_curves(told: Told, words: Wording) -> Picture | None:
    """Give the weights of men and women by age as two lines of steps, with intervals."""
    weights = {level: one for (term, level), one in _weights(told).items() if term == AGE_SEX}
    if not any(one.weight is not None for one in weights.values()):
        return None
    title = words.say("age_curves_title")
    return Picture(
        name="age-curves",
        title=title,
        note=_note("age_curves_note", weights.values(), told, words),
        svg=drawn(
            "pictures/ages.svg",
            words,
            name="age-curves",
            title=title,
            chart=_age_chart(weights, _name_of_interval(weights, told, words), words),
        ),
        table=_table(
            [row for row in told.run.weights.values() if row["term"] == AGE_SEX], _weights(told), words, title
        ),
    )


def _name_of_interval(weights: Mapping[str, Weight], told: Told, words: Wording) -> str:
    is_sure = any(one.low is not None for one in weights.values())
    return words.say("fact_interval", percent=words.percent(told.run.model.confidence, 0)) if is_sure else ""


def _age_chart(weights: Mapping[str, Weight], interval: str, words: Wording) -> AgeChart:
    bands = bands_of(weights)
    ends = [end for one in weights.values() for end in (one.weight, one.low, one.high)]
    low, high = reach(ends, min([Fraction(0), *(end for end in ends if end is not None)]))
    across, up = Axis(0, len(bands), AgeChart.left, AgeChart.right), Axis(low, high, AgeChart.height, AgeChart.top)
    sexes = {
        sex: tuple(
            _age_point(level, one, bands.index(band_of(level)), (across, up), words)
            for level, one in weights.items()
            if sex_of(level) == sex and one.weight is not None
        )
        for sex in SEXES
    }
    every = 2 if len(bands) > MOST_AGES else 1
    middles = [Tick((across.at(n) + across.at(n + 1)) / 2, band_words(band)) for n, band in enumerate(bands)][::every]
    return AgeChart(sexes, tuple(middles), ticks(up, words), up.at(1), interval)


def _age_point(level: str, one: Weight, band: int, axes: tuple[Axis, Axis], words: Wording) -> AgePoint:
    across, up = axes
    left, right = across.at(band), across.at(band + 1)
    weight = one.weight or Fraction(0)
    return AgePoint(
        left=left,
        right=right,
        x=round((left + right) / 2 + BESIDE[sex_of(level)], 1),
        y=up.at(weight),
        low=None if one.low is None else up.at(one.low),
        high=None if one.high is None else up.at(one.high),
        tip=f"{words.level(AGE_SEX, level)}: {words.number(weight, PLACES)}",
    )


def mean_weights(told: Told, words: Wording, limit: str = "") -> Picture | None:
    """Give the mean weights of councils as dots about the country's 1; of a council, those of its municipalities."""
    within = Within(told.run, limit)
    if within.is_council:
        areas, kind = {row["municipality"]: row for row in within.municipalities.values()}, "municipality"
    else:
        areas, kind = {row["council"]: row for row in within.councils.values()}, "council"
    means = {name: figure_of(row, "mean_weight") for name, row in areas.items()}
    if all(mean is None for mean in means.values()):
        return None
    ordered = sorted(areas, key=lambda name: (-(means[name] or 0), name))
    rows = [_mean_row(name, means[name], words) for name in ordered]
    if within.is_council:
        rows.append(_mean_row(within.name(words), figure_of(within.councils[limit], "mean_weight"), words, strong=True))
    title = words.say("means_title", place=within.name(words))
    chart = rows_chart(rows, words, [Rule(Fraction(1), words.say("the_country_is_1"))])
    return Picture(
        name="mean-weights",
        title=title,
        note=words.say(f"means_note_{kind}", **_year(told, words)),
        svg=rows_svg("mean-weights", title, chart, words, words.say("map_weight_column")),
        table=Table(
            caption=words.say("table_of", title=title),
            columns=[
                Column(words.say(f"column_{kind}"), TEXT),
                *(Column(words.say(word)) for word in ("map_weight_column", "column_projected", "column_weighted")),
            ],
            rows=[_mean_cells(name, areas[name], words) for name in ordered],
            sums=[_mean_cells(row["council"], row, words) for row in within.councils.values() if within.is_council],
            note=words.say("dash_is_kept_back") if any(mean is None for mean in means.values()) else "",
        ),
    )


def _mean_row(name: str, mean: Fraction | None, words: Wording, strong: bool = False) -> Row:
    return Row(name, NONE if mean is None else words.number(mean, PLACES), mean, strong=strong)


def _mean_cells(name: str, row: ToldRow, words: Wording) -> list[Cell]:
    return [
        Cell(name),
        number_cell(figure_of(row, "mean_weight"), words, PLACES),
        number_cell(figure_of(row, "projected_citizens"), words),
        number_cell(figure_of(row, "weighted_citizens"), words),
    ]
