"""Pictures of what was measured: the same bytes from the same numbers, readable on a light and on a dark page.

SVG by matplotlib without dates and versions, words as text, a white ground, colours that the colour-blind can tell
apart (Okabe and Ito), and every bar and line named where it stands.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

OURS, OTHER, LIMIT = "#0072B2", "#999999", "#E69F00"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LOG_FROM = 30  # from this ratio of the largest to the smallest on, bars would hide the small: dots on a log axis
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fordel_dask",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "path.simplify": False,
}
NO_DATA_ON_MAKING = {"Date": None, "Creator": None}
WIDTH, LINES_HEIGHT, ROW_HEIGHT = 10.0, 4.2, 0.28  # inches
ROOM_FOR_NAMES = 0.45  # right of lines, as a share of what they take
Printed = Callable[[float], str]


@dataclass(frozen=True)
class Bars:
    """One panel of horizontal bars: a title, what the axis says, and several measurements for each bar.

    A bar is their median, with a thin line from the smallest to the largest; without any it says ``missing`` instead.
    """

    title: str
    unit: str
    measured: Sequence[Sequence[float]]
    printed: Printed
    missing: str = "did not fit"


@dataclass(frozen=True)
class Line:
    """Points of one line by size, and what it is called."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Lines:
    """One panel of lines, both axes logarithmic: a title, what the axes say, and the lines."""

    title: str
    along: str
    unit: str
    lines: Sequence[Line]


def draw_bars(path: Path, names: Sequence[str], colours: Sequence[str], panels: Sequence[Bars]) -> Path:
    """Draw panels of bars side by side, one row for each name, the first on top."""
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, 1.1 + ROW_HEIGHT * len(names)), layout="constrained", facecolor="white")
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axis, panel in zip(axes, panels, strict=True):
            _draw_panel(axis, colours, panel)
        axes[0].set_yticks(range(len(names)), names)
        axes[0].invert_yaxis()
        return _save(figure, path)


def _draw_panel(axis: Axes, colours: Sequence[str], panel: Bars) -> None:
    """Draw one panel; a bar must begin at zero, so where values are far apart there are dots instead."""
    rows = [(row, values) for row, values in enumerate(panel.measured) if values]
    places, lowest, highest = [row for row, _ in rows], min(min(v) for _, v in rows), max(max(v) for _, v in rows)
    medians, shades = [statistics.median(values) for _, values in rows], [colours[row] for row in places]
    far_apart = max(medians) > LOG_FROM * min(medians)
    if far_apart:
        axis.set_xscale("log")
        axis.scatter(medians, places, s=40, c=shades, zorder=3)
        axis.set_xlim(lowest / 2, highest * 8)
        axis.xaxis.set_major_formatter(_plain)
    else:
        axis.barh(places, medians, height=0.7, color=shades)
        axis.set_xlim(0, highest * 1.25)
        axis.xaxis.set_major_locator(MaxNLocator(5))
    for row, values in enumerate(panel.measured):
        end = max(values, default=axis.get_xlim()[0])
        text = panel.printed(statistics.median(values)) if values else panel.missing
        axis.plot([min(values, default=end), end], [row, row], color="#333333", linewidth=1, zorder=4)
        axis.annotate(text, (end, row), (6, 0), textcoords="offset points", va="center")
    axis.set_title(panel.title, loc="left", fontsize=11)
    axis.set_xlabel(f"{panel.unit}, logarithmic" if far_apart else panel.unit)
    axis.grid(visible=False, axis="y")


def draw_lines(path: Path, panels: Sequence[Lines], colours: Mapping[str, str]) -> Path:
    """Draw panels of lines side by side, each line named where it runs; ``colours`` are those of lines by name."""
    with mpl.rc_context(STYLE):
        figure = Figure((WIDTH, LINES_HEIGHT), layout="constrained", facecolor="white")
        for axis, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
            _draw_lines(axis, panel, colours)
        return _save(figure, path)


def _draw_lines(axis: Axes, panel: Lines, colours: Mapping[str, str]) -> None:
    axis.set_xscale("log")
    axis.set_yscale("log")
    for line in panel.lines:
        axis.plot(*zip(*line.points, strict=True), marker="o", color=colours[line.name], linewidth=2)
    xs, ys = (sorted({point[n] for line in panel.lines for point in line.points}) for n in (0, 1))
    axis.set_xlim(xs[0] / 1.3, xs[-1] * (xs[-1] / xs[0]) ** ROOM_FOR_NAMES)
    axis.set_ylim(ys[0] / 2, ys[-1] * 2)
    _name_lines(axis, panel, colours)
    axis.set_title(panel.title, loc="left", fontsize=11)
    axis.set_xlabel(panel.along)
    axis.set_ylabel(panel.unit)
    axis.set_xticks(xs, list(map(_short, xs)))
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(_plain)
    axis.minorticks_off()


def _name_lines(axis: Axes, panel: Lines, colours: Mapping[str, str]) -> None:
    """Write the name of each line right of its end; the lowest hangs below it, so that names do not meet."""
    lowest = min(panel.lines, key=lambda line: line.points[-1][1])
    for line in panel.lines:
        axis.annotate(
            line.name,
            line.points[-1],
            (8, 0),
            textcoords="offset points",
            va="top" if line is lowest else "bottom",
            color=colours[line.name],
            fontweight="bold",
        )


def _plain(value: float, _place: int | None = None) -> str:
    return f"{value:,.10g}"


def _short(size: float) -> str:
    return f"{size / 1e6:.3g} M" if size >= 1e6 else f"{size / 1e3:.3g} k"


def _save(figure: Figure, path: Path) -> Path:
    FigureCanvasSVG(figure).print_svg(path, metadata=NO_DATA_ON_MAKING)
    return path
