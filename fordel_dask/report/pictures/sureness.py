"""How sure numbers are: councils' need between whole numbers, and predicted against actual consumption."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.frame import drawn
from fordel_dask.report.picture import TEXT, Cell, Column, Picture, Table
from fordel_dask.report.pictures.axis import Axis
from fordel_dask.report.pictures.rows import Band, Row, Rule, rows_chart, rows_svg
from fordel_dask.report.pictures.scale import Tick, ticks
from fordel_dask.report.pictures.within import Within, figure_of, is_hidden, number_cell
from fordel_dask.report.told import Calibrated, Told
from fordel_dask.report.told import Row as ToldRow
from fordel_dask.report.wording import NONE, Wording

NEED, MAXIMUM = "need_before_rounding", "maximum_capacities"
PLACES = 2


@dataclass(frozen=True)
class Sureness:
    """A council's need before rounding with its interval, and the number it is rounded up to, as far as told."""

    council: str
    need: Fraction | None
    low: Fraction | None
    high: Fraction | None
    number: Fraction | None
    flag: str

    def beside_number(self, value: Fraction | None) -> Fraction | None:
        """Give how far a value lies above the number; none where one of the two is not told."""
        return None if value is None or self.number is None else value - self.number


def council_sureness(told: Told, words: Wording, limit: str = "") -> Picture | None:
    """Give each council's need before rounding, with its interval, on the step that its number comes from."""
    within = Within(told.run, limit)
    found = [_sureness(told, code, row) for code, row in within.councils.items()]
    if all(one.low is None for one in found):
        return None
    title = words.say("how_sure_title", place=within.name(words))
    rules = [Rule(Fraction(-1), words.say("one_less")), Rule(Fraction(0), words.say("the_number"))]
    chart = rows_chart([_row(one, words) for one in found], words, rules, [Band(Fraction(-1), Fraction(0))])
    hidden = sum(is_hidden(row, column) for row in within.councils.values() for column in (NEED,))
    note = words.say(
        "how_sure_note",
        day=words.date(told.run.model.status_date),
        confidence=words.percent(told.run.model.confidence, 0),
    )
    if hidden:
        note += " " + words.say("how_sure_kept_back", hidden=words.number(hidden))
    return Picture(
        name="steps-to-numbers",
        title=title,
        note=note,
        svg=rows_svg("steps-to-numbers", title, chart, words, words.say("how_sure_unit")),
        table=_table(found, words, title),
    )


def _sureness(told: Told, code: str, row: ToldRow) -> Sureness:
    intervals = told.run.intervals.get(("council", code, ""), {})
    ends = intervals.get(NEED)
    return Sureness(
        council=row["council"],
        need=figure_of(row, NEED),
        low=figure_of(ends, "low") if ends else None,
        high=figure_of(ends, "high") if ends else None,
        number=figure_of(row, MAXIMUM),
        flag=intervals[MAXIMUM]["flag"] if MAXIMUM in intervals else "",
    )


def _row(one: Sureness, words: Wording) -> Row:
    if one.need is None or one.number is None:
        return Row(one.council, NONE)
    value = f"{words.number(one.need, PLACES)} → {words.number(one.number)}"
    at, low, high = (one.beside_number(end) for end in (one.need, one.low, one.high))
    return Row(one.council, value, at, low, high)


def _table(found: list[Sureness], words: Wording, title: str) -> Table:
    said = {"robust": words.say("is_sure"), "uncertain": words.say("is_unsure")}
    return Table(
        caption=words.say("table_of", title=title),
        columns=[
            Column(words.say("column_council"), TEXT),
            Column(words.say("column_before_rounding"), unit=words.say("unit_capacities")),
            *(Column(words.say(word), unit=words.say("unit_capacities")) for word in ("column_low", "column_high")),
            Column(words.say("column_maximum"), unit=words.say("unit_capacities")),
            Column(words.say("column_sure"), TEXT),
        ],
        rows=[
            [
                Cell(one.council),
                *(number_cell(value, words, PLACES) for value in (one.need, one.low, one.high)),
                number_cell(one.number, words),
                Cell(said.get(one.flag, NONE)),
            ]
            for one in found
        ],
        note=words.say("dash_is_kept_back") if any(one.need is None or one.low is None for one in found) else "",
    )


@dataclass(frozen=True)
class Diagonal:
    """Tenths of citizens on the plane of predicted and actual consumption, in pixels."""

    points: tuple[tuple[float, float, str], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    ends: tuple[float, float, float, float]
    width: int = 470
    height: int = 400
    left: int = 64
    right: int = 456
    top: int = 14


def calibration(told: Told, words: Wording) -> Picture | None:
    """Give what tenths of citizens consumed against what was predicted, beside the diagonal where both are the same."""
    if not told.calibration:
        return None
    title = words.say("calibration_plot_title")
    return Picture(
        name="calibration-plot",
        title=title,
        note=words.say("calibration_plot_note"),
        svg=drawn(
            "pictures/calibration.svg",
            words,
            name="calibration-plot",
            title=title,
            chart=_diagonal(told.calibration, words),
        ),
        table=Table(
            caption=words.say("table_of", title=title),
            columns=[
                Column(words.say("column_tenth"), TEXT),
                *(Column(words.say(word), unit=words.say("unit_kr")) for word in ("column_predicted", "column_actual")),
                Column(words.say("column_difference"), unit=words.say("unit_kr")),
            ],
            rows=[
                [
                    Cell(words.say("tenth", tenth=one.tenth), str(one.tenth)),
                    number_cell(Fraction(one.predicted_kr), words),
                    number_cell(Fraction(one.actual_kr), words),
                    Cell(words.signed(one.actual_kr - one.predicted_kr), str(one.actual_kr - one.predicted_kr)),
                ]
                for one in told.calibration
            ],
        ),
    )


def _diagonal(tenths: Sequence[Calibrated], words: Wording) -> Diagonal:
    top = max(max(one.predicted_kr, one.actual_kr) for one in tenths) * 1.05 or 1
    across, up = Axis(0, top, Diagonal.left, Diagonal.right), Axis(0, top, Diagonal.height, Diagonal.top)
    return Diagonal(
        points=tuple((across.at(one.predicted_kr), up.at(one.actual_kr), _tip(one, words)) for one in tenths),
        across=ticks(across, words, 6),
        up=ticks(up, words, 6),
        ends=(across.left, up.left, across.right, up.right),
    )


def _tip(one: Calibrated, words: Wording) -> str:
    return words.say(
        "tenth_tip",
        tenth=one.tenth,
        predicted=words.number(one.predicted_kr),
        actual=words.number(one.actual_kr),
    )
