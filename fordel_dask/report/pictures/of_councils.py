"""Maps of the councils: room for capacities, chance of another number, and change since an earlier RUN."""

from fractions import Fraction

from fordel_dask.law.language import NO_BREAK
from fordel_dask.report.picture import TEXT, Cell, Column, Picture
from fordel_dask.report.pictures.classes import about, from_none, of_capacities
from fordel_dask.report.pictures.maps import COUNCIL, Figure, map_picture
from fordel_dask.report.pictures.within import Within, capacities_cell, figure_of, is_hidden, number_cell
from fordel_dask.report.told import Told, ToldRun
from fordel_dask.report.wording import CAPACITY_PLACES, NONE, Wording
from fordel_dask.schema import release

MAXIMUM = "maximum_capacities"
Values = dict[str, Fraction | None]


def council_maps(told: Told, words: Wording, limit: str = "") -> tuple[Picture, ...]:
    """Give all maps of councils that there is something to show on; none of one council, which would be one colour."""
    within = Within(told.run, limit)
    if within.is_council:
        return ()
    figures = [figure for maker in (_room, _chance, _change) if (figure := maker(told, words)) is not None]
    return tuple(map_picture(figure, within, words) for figure in figures)


def _maximum(run: ToldRun) -> Values:
    return {code: figure_of(row, MAXIMUM) for code, row in run.councils.items()}


def _hidden(run: ToldRun) -> frozenset[str]:
    return frozenset(code for code, row in run.councils.items() if is_hidden(row, MAXIMUM))


def _known(values: Values) -> list[Fraction]:
    return [value for value in values.values() if value is not None]


def _room(told: Told, words: Wording) -> Figure | None:
    """Capacities that may still be allocated: the maximum less those allocated on the day; too many are below zero."""
    maximum, standing = _maximum(told.run), told.capacities.councils
    values = {
        code: None if one is None or code not in standing else one - standing[code].allocated
        for code, one in maximum.items()
    }
    if not _known(values):
        return None
    existing = {code: figure_of(row, "existing_capacities") for code, row in told.run.councils.items()}
    return Figure(
        name="map_room",
        kind=COUNCIL,
        values=values,
        classes=of_capacities(about(_known(values), Fraction(0), CAPACITY_PLACES, unchanged=True)),
        hidden=_hidden(told.run),
        filled={
            "day": words.date(told.run.model.status_date),
            "on": words.date(told.capacities.day),
            "reported": words.say("are_reported" if told.capacities.reported else "are_not_reported"),
        },
        columns=[Column(words.say(f"column_{what}")) for what in ("maximum", "existing", "allocated", "occupied")],
        beside={
            code: [
                number_cell(maximum[code], words),
                capacities_cell(existing[code], words),
                capacities_cell(standing[code].allocated if code in standing else None, words),
                capacities_cell(standing[code].occupied if code in standing else None, words),
            ]
            for code in maximum
        },
        signed=True,
    )


def _chance(told: Told, words: Wording) -> Figure | None:
    """In what share of the nations drawn again a council has another number; none where nothing was drawn."""
    rows = told.run.of_table(release.CHANCES.name)
    maximum = _maximum(told.run)
    same: dict[str, Fraction] = {row["council_id"]: Fraction(0) for row in rows}
    for row in rows:
        if Fraction(row[MAXIMUM]) == maximum.get(row["council_id"]):
            same[row["council_id"]] = Fraction(row["share"])
    values: Values = {
        code: None if one is None or code not in same else 100 * (1 - same[code]) for code, one in maximum.items()
    }
    if not _known(values):
        return None
    likely = {
        code: ", ".join(
            f"{words.figure(row[MAXIMUM])} ({words.percent(Fraction(row['share']), 0)})"
            for row in rows
            if row["council_id"] == code
        )
        for code in maximum
    }
    return Figure(
        name="map_chance",
        kind=COUNCIL,
        values=values,
        classes=from_none(_known(values), 0),
        hidden=_hidden(told.run),
        filled={"day": words.date(told.run.model.status_date)},
        columns=[Column(words.say("column_maximum")), Column(words.say("column_chances"), TEXT)],
        beside={code: [number_cell(one, words), Cell(likely[code] or NONE)] for code, one in maximum.items()},
        unit=f"{NO_BREAK}%",
    )


def _change(told: Told, words: Wording) -> Figure | None:
    """How each council's number changed since the earlier RUN."""
    if told.earlier is None:
        return None
    now, before = _maximum(told.run), _maximum(told.earlier)
    values: Values = {}
    for code, one in now.items():
        other = before.get(code)
        values[code] = None if one is None or other is None else one - other
    if not _known(values):
        return None
    return Figure(
        name="map_number_change",
        kind=COUNCIL,
        values=values,
        classes=about(_known(values), Fraction(0), 0, unchanged=True),
        hidden=_hidden(told.run) | _hidden(told.earlier),
        filled={
            "day": words.date(told.run.model.status_date),
            "before": words.date(told.earlier.model.status_date),
        },
        columns=[Column(words.say("column_before")), Column(words.say("column_now"))],
        beside={code: [number_cell(before.get(code), words), number_cell(one, words)] for code, one in now.items()},
        signed=True,
    )
