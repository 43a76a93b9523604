"""A council's number counted out: from citizens over need and floor to capacities, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.report.arithmetic import Step, step_label
from fordel_dask.report.pages.cells import Cells
from fordel_dask.report.pages.tables import chance_of, draws_of
from fordel_dask.report.told import Model, Row, ToldRun
from fordel_dask.report.wording import Wording

PLACES, MEAN_PLACES = 3, 6
FLOOR = "capacity.floor"


@dataclass(frozen=True)
class Line:
    """A line of arithmetic as read: what it is, and its figure."""

    label: str
    figure: str


@dataclass(frozen=True)
class Bar:
    """A step as read, and its bar in hundredths of the width: where it begins and how long it is."""

    label: str
    figure: str
    left: float
    width: float
    kind: str


def capacity_lines(run: ToldRun, row: Row, words: Wording) -> tuple[Line, ...]:
    """Give the lines from a council's citizens to its number; what is kept back says so."""
    is_projected = row["projected_citizens"] != row["citizens"]
    people = words.say(
        "capacity_citizens_expected" if is_projected else "capacity_citizens",
        citizens=words.figure(row["projected_citizens"]),
        counted=words.figure(row["citizens"]),
        mean=words.figure(row["mean_weight"], MEAN_PLACES),
    )
    need = words.say(
        "capacity_need", weighted=words.figure(row["weighted_citizens"]), norm=words.number(run.model.norm)
    )
    floor = words.say("capacity_floor", km2=words.number(int(run.model.value("capacity.floor_km2"))))
    cells = Cells(words)
    with_floor = [
        Line(floor, cells.change(row, "floor_addition", PLACES).text),
        Line(words.say("capacity_before"), cells.figure(row, "need_before_rounding", PLACES).text),
    ]
    return (
        Line(people, cells.figure(row, "weighted_citizens").text),
        Line(need, cells.figure(row, "need", PLACES).text),
        *(with_floor if run.model.value(FLOOR) else ()),
        Line(words.say("capacity_number"), cells.figure(row, "maximum_capacities").text),
    )


def sure_sentences(run: ToldRun, row: Row, words: Wording) -> tuple[str, ...]:
    """Say between what a council's number may lie, and how often nations drawn again have it."""
    found = run.intervals.get(("council", row["council_id"], ""), {})
    need, most = found.get("need_before_rounding"), found.get("maximum_capacities")
    said = []
    if need and most:
        said.append(
            words.say(
                "arithmetic_sure_same" if most["low"] == most["high"] else "arithmetic_sure",
                percent=words.percent(run.model.confidence, 0),
                low=words.figure(need["low"], PLACES),
                high=words.figure(need["high"], PLACES),
                lowest=words.figure(most["low"]),
                highest=words.figure(most["high"]),
            )
        )
    chance = chance_of(run, row)
    if chance is not None:
        number = words.figure(row["maximum_capacities"])
        word = "arithmetic_chance_always" if chance == 1 else "arithmetic_chance"
        draws = words.number(draws_of(run, row))
        said.append(words.say(word, share=words.percent(chance), draws=draws, number=number))
    return tuple(said)


def bars_of(steps: Sequence[Step], model: Model, words: Wording) -> tuple[Bar, ...]:
    """Give the steps after the first as bars that go on from each other, within the reach of them all."""
    ends, at = [], 0
    for step in steps[1:]:
        ends.append((at, at + step.patients))
        at += step.patients
    low, high = min([0, *(min(end) for end in ends)]), max([0, *(max(end) for end in ends)])
    reach = max(high - low, 1)
    return tuple(
        Bar(
            label=step_label(step, words, model),
            figure=words.signed(step.patients),
            left=round(100 * (min(end) - low) / reach, 2),
            width=round(100 * abs(step.patients) / reach, 2),
            kind="more" if step.patients > 0 else "fewer",
        )
        for step, end in zip(steps[1:], ends, strict=True)
    )
