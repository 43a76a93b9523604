"""Where the columns of a picture of coverage stand. Geometry only; the template draws.

Floats are fine here: nothing that is counted depends on them.
"""

from dataclasses import dataclass

from fordel_dask.quality.language import Language
from fordel_dask.quality.periods import MISSING, Period, Spread, months_before

WIDTH, HEIGHT = 1024, 170
LEFT, RIGHT, TOP, BOTTOM = 84, 78, 14, 26
MOST_TICKS = 4
STEPS = (1, 2, 5)
EVERY_WEEK = 4
JANUARY = "-01"


@dataclass(frozen=True)
class Column:
    """One week or month: its state, its place in pixels, and what it says when pointed at."""

    state: str
    left: float
    top: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Picture:
    """Columns over time, with ticks at the left, names below and the median as a line."""

    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    names: tuple[tuple[float, str], ...]
    median: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def picture(spread: Spread, year: int, language: Language) -> Picture:
    """Draw a register's weeks, or its months on the same fifteen years for every register."""
    months = spread.kind == "months"
    slots = months_before(year) if months else tuple(period.name for period in spread.periods)
    each = (WIDTH - LEFT - RIGHT) / len(slots)
    place = {name: LEFT + each * n for n, name in enumerate(slots)}
    tallest = max((period.rows for period in spread.periods), default=0)
    step = tick_step(tallest)
    high = max(step, -(-tallest // step) * step)
    columns = tuple(_column(one, place[one.name], each, high, _title(one, spread, language)) for one in spread.periods)
    ticks = tuple((_y(value, high), language.number(value)) for value in range(0, high + 1, step))
    return Picture(columns, ticks, _names(slots, place, each), _y(float(spread.level), high) if spread.level else None)


def tick_step(tallest: int) -> int:
    """Give a round step so that few ticks reach the tallest column."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * MOST_TICKS >= tallest:
                return step * power
        power *= 10


def _column(period: Period, left: float, each: float, high: int, title: str) -> Column:
    gap = 0.5 if each < 8 else 3.0
    top = TOP if period.state == MISSING else _y(period.rows, high)
    return Column(
        state=period.state,
        left=round(left + gap / 2, 2),
        top=top,
        width=round(each - gap, 2),
        height=round(HEIGHT - BOTTOM - top, 2),
        title=title,
    )


def _title(period: Period, spread: Spread, language: Language) -> str:
    unit = "cells" if spread.register == "dream" else "rows"
    return f"{period_name(period.name, language)}: {language.counted(period.rows, unit)}"


def _y(value: float, high: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / high, 2)


def _names(slots: tuple[str, ...], place: dict[str, float], each: float) -> tuple[tuple[float, str], ...]:
    """Give the names below: every fourth week, or every year where it begins."""
    if slots and JANUARY in slots[0]:
        return tuple((round(place[name], 1), name[:4]) for name in slots if name.endswith(JANUARY))
    return tuple((round(place[name] + each / 2, 1), str(int(name[2:]))) for name in slots[::EVERY_WEEK])


def period_name(name: str, language: Language) -> str:
    """Name a week or month for a reader."""
    return language.month(name) if "-" in name else f"{language.say('page', 'week')} {int(name[2:])}"


def period_list(periods: tuple[Period, ...], language: Language) -> str:
    """Name periods in a row: runs of weeks from – to."""
    runs: list[list[str]] = []
    for period in periods:
        if runs and _next_to(runs[-1][-1], period.name):
            runs[-1].append(period.name)
        else:
            runs.append([period.name])
    return ", ".join(_run(run, language) for run in runs)


def _next_to(earlier: str, later: str) -> bool:
    if "-" in earlier:
        return 12 * int(later[:4]) + int(later[5:]) == 12 * int(earlier[:4]) + int(earlier[5:]) + 1
    return int(later) == int(earlier) + 1


def _run(run: list[str], language: Language) -> str:
    first, last = run[0], run[-1]
    if first == last:
        return period_name(first, language)
    if "-" in first:
        return f"{period_name(first, language)} – {period_name(last, language)}"
    return language.say("page", "week_run", first=int(first[2:]), last=int(last[2:]))
