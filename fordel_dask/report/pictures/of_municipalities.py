"""Maps of the municipalities: need, mean weight, floor, coverage, changes since an earlier RUN, how sure need is."""

from fractions import Fraction

from fordel_dask.law.language import NO_BREAK
from fordel_dask.report.picture import Cell, Column, Picture
from fordel_dask.report.pictures.classes import about, from_low_to_high, from_none
from fordel_dask.report.pictures.maps import MUNICIPALITY, Figure, map_picture
from fordel_dask.report.pictures.within import Within, capacities_cell, figure_of, is_hidden, number_cell
from fordel_dask.report.told import Told, ToldRun
from fordel_dask.report.wording import Wording

PER = 1000
"""Citizens that need is told for."""

NEED_PLACES, ONE_PLACE, FLOOR_PLACES, WEIGHT_PLACES, PERCENT_PLACES = 2, 1, 3, 3, 1
WHOLE = 100
PERCENT = f"{NO_BREAK}%"
Values = dict[str, Fraction | None]


def municipality_maps(told: Told, words: Wording, limit: str = "") -> tuple[Picture, ...]:
    """Give all maps of municipalities that there is something to show on."""
    within = Within(told.run, limit)
    makers = (_need, _mean_weight, _floor, _coverage, _change_of_need, _change_of_weight, _uncertainty)
    figures = [figure for maker in makers if (figure := maker(told, words)) is not None]
    return tuple(map_picture(figure, within, words) for figure in figures)


def _hidden(run: ToldRun, *columns: str) -> frozenset[str]:
    return frozenset(
        code for code, row in run.municipalities.items() if any(is_hidden(row, column) for column in columns)
    )


def _column(run: ToldRun, column: str) -> Values:
    return {code: figure_of(row, column) for code, row in run.municipalities.items()}


def _known(values: Values) -> list[Fraction]:
    return [value for value in values.values() if value is not None]


def _said(told: Told, words: Wording) -> dict[str, object]:
    return {"day": words.date(told.run.model.status_date), "norm": words.number(told.run.model.norm)}


def _capacities(word: str, words: Wording) -> Column:
    return Column(words.say(word), unit=words.say("unit_capacities"))


def _cells(words: Wording, *columns: tuple[Values, int]) -> dict[str, list[Cell]]:
    """Give cells by code, of columns of numbers with their decimals."""
    codes = columns[0][0]
    return {code: [number_cell(values.get(code), words, places) for values, places in columns] for code in codes}


def _share(part: Values, whole: Values, times: int = 1) -> Values:
    """Divide by code; none where one of the two is not told or nothing is to be divided by."""
    return {code: _divided(value, whole.get(code), times) for code, value in part.items()}


def _divided(part: Fraction | None, whole: Fraction | None, times: int) -> Fraction | None:
    return None if part is None or not whole else times * part / whole


def _less(one: Values, other: Values) -> Values:
    """Subtract by code; none where one of the two is not told."""
    return {code: _difference(value, other.get(code)) for code, value in one.items()}


def _difference(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one - other


def _need(told: Told, words: Wording) -> Figure | None:
    """Need of 1,000 citizens expected at the year's end: those that need is computed of."""
    need, citizens = _column(told.run, "need"), _column(told.run, "projected_citizens")
    values = _share(need, citizens, PER)
    if not _known(values):
        return None
    return Figure(
        name="map_need",
        kind=MUNICIPALITY,
        values=values,
        classes=from_low_to_high(_known(values), NEED_PLACES),
        hidden=_hidden(told.run, "need", "projected_citizens"),
        filled=_said(told, words),
        columns=[Column(words.say("column_projected")), _capacities("column_need", words)],
        beside=_cells(words, (citizens, 0), (need, ONE_PLACE)),
    )


def _mean_weight(told: Told, words: Wording) -> Figure | None:
    weights = _column(told.run, "mean_weight")
    if not _known(weights):
        return None
    weighted = _column(told.run, "weighted_citizens")
    return Figure(
        name="map_weight",
        kind=MUNICIPALITY,
        values=weights,
        classes=about(_known(weights), Fraction(1), WEIGHT_PLACES),
        hidden=_hidden(told.run, "mean_weight"),
        filled=_said(told, words),
        columns=[Column(words.say("column_projected")), Column(words.say("column_weighted"))],
        beside=_cells(words, (_column(told.run, "projected_citizens"), 0), (weighted, 0)),
    )


def _floor(told: Told, words: Wording) -> Figure | None:
    """Where the floor of a municipality binds, and how much it adds; none where there is no such floor."""
    rules = told.run.model
    if not rules.value("capacity.floor") or rules.value("capacity.floor_level") != MUNICIPALITY:
        return None
    need, floor = _column(told.run, "need"), _column(told.run, "floor")
    added = {code: None if one is None else max(one, Fraction(0)) for code, one in _less(floor, need).items()}
    if not _known(added):
        return None
    area = _column(told.run, "area_km2")
    return Figure(
        name="map_floor",
        kind=MUNICIPALITY,
        values=added,
        classes=from_none(_known(added), FLOOR_PLACES),
        hidden=_hidden(told.run, "need", "floor"),
        filled=_said(told, words) | {"km2": words.shortest(Fraction(str(rules.value("capacity.floor_km2"))))},
        columns=[
            *(_capacities("column_need", words), _capacities("column_floor", words)),
            Column(words.say("column_area"), unit=words.say("unit_km2")),
        ],
        beside=_cells(words, (need, FLOOR_PLACES), (floor, FLOOR_PLACES), (area, 0)),
    )


def _coverage(told: Told, words: Wording) -> Figure | None:
    need = _column(told.run, "need")
    occupied: Values = {code: one.occupied for code, one in told.capacities.municipalities.items()}
    values = {code: _divided(occupied.get(code), one, WHOLE) for code, one in need.items()}
    if not _known(values):
        return None
    reported = words.say("are_reported" if told.capacities.reported else "are_not_reported")
    return Figure(
        name="map_coverage",
        kind=MUNICIPALITY,
        values=values,
        classes=about(_known(values), Fraction(WHOLE), 0),
        hidden=_hidden(told.run, "need"),
        filled=_said(told, words) | {"on": words.date(told.capacities.day), "reported": reported},
        columns=[_capacities("column_occupied", words), _capacities("column_need", words)],
        beside={
            code: [capacities_cell(occupied.get(code), words), number_cell(one, words, ONE_PLACE)]
            for code, one in need.items()
        },
        unit=PERCENT,
    )


def _change_of_need(told: Told, words: Wording) -> Figure | None:
    if told.earlier is None:
        return None
    now, before = _column(told.run, "need"), _column(told.earlier, "need")
    return _change("map_need_change", told, words, (now, before), _share(_less(now, before), before, WHOLE))


def _change_of_weight(told: Told, words: Wording) -> Figure | None:
    if told.earlier is None:
        return None
    now, before = _column(told.run, "mean_weight"), _column(told.earlier, "mean_weight")
    return _change("map_weight_change", told, words, (now, before), _less(now, before))


def _change(name: str, told: Told, words: Wording, told_twice: tuple[Values, Values], values: Values) -> Figure | None:
    """Give a change since the earlier RUN beside the two figures that it is of."""
    if told.earlier is None or not _known(values):
        return None
    now, before = told_twice
    is_share = name == "map_need_change"
    places, own = (PERCENT_PLACES, ONE_PLACE) if is_share else (WEIGHT_PLACES, WEIGHT_PLACES)
    column = "need" if is_share else "mean_weight"
    return Figure(
        name=name,
        kind=MUNICIPALITY,
        values=values,
        classes=about(_known(values), Fraction(0), places, unchanged=True),
        hidden=_hidden(told.run, column) | _hidden(told.earlier, column),
        filled=_said(told, words) | {"before": words.date(told.earlier.model.status_date)},
        columns=[Column(words.say("column_before")), Column(words.say("column_now"))],
        beside=_cells(words, ({code: before.get(code) for code in now}, own), (now, own)),
        signed=True,
        unit=PERCENT if is_share else "",
    )


def _uncertainty(told: Told, words: Wording) -> Figure | None:
    """How wide the interval of need is against need itself."""
    need = _column(told.run, "need")
    ends = {code: told.run.intervals.get((MUNICIPALITY, code, ""), {}).get("need") for code in need}
    low: Values = {code: figure_of(row, "low") if row else None for code, row in ends.items()}
    high: Values = {code: figure_of(row, "high") if row else None for code, row in ends.items()}
    values = _share(_less(high, low), need, WHOLE)
    if not _known(values):
        return None
    return Figure(
        name="map_uncertainty",
        kind=MUNICIPALITY,
        values=values,
        classes=from_low_to_high(_known(values), PERCENT_PLACES),
        hidden=_hidden(told.run, "need"),
        filled=_said(told, words) | {"confidence": words.percent(told.run.model.confidence, 0)},
        columns=[_capacities(column, words) for column in ("column_low", "column_need", "column_high")],
        beside=_cells(words, (low, NEED_PLACES), (need, NEED_PLACES), (high, NEED_PLACES)),
        unit=PERCENT,
    )
