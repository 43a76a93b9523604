"""What may be told of today: access to doctors, how the model fits, and what it assumes."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from fordel_dask.law.parameters import parameters
from fordel_dask.law.parameters import told as told_of_parameter
from fordel_dask.law.rounding import decimals, scaled, shortest
from fordel_dask.report.changes import KEPT_BACK, kept_with
from fordel_dask.report.naming import source_in_words
from fordel_dask.report.told import Calibrated, Row, Standing, Told
from fordel_dask.report.wording import Wording
from fordel_dask.scenarios.parameter_changes import WITHOUT_UNIT

COUNCIL, MUNICIPALITY = "council", "municipality"


def access_rows(told: Told) -> list[Row]:
    """Give occupied capacities against need, of councils and municipalities; none if nobody has reported them."""
    if not told.capacities.reported:
        return []
    return [*_councils(told), *_municipalities(told)]


def _councils(told: Told) -> Iterator[Row]:
    for council_id, row in told.run.councils.items():
        standing = told.capacities.councils.get(council_id)
        yield _access(told, {**row, "floor": ""}, standing, (COUNCIL, council_id, row["council"]))


def _municipalities(told: Told) -> Iterator[Row]:
    for code, row in told.run.municipalities.items():
        standing = told.capacities.municipalities.get(code)
        yield _access(told, row, standing, (MUNICIPALITY, code, row["municipality"]))


def _access(told: Told, row: Row, standing: Standing | None, area: tuple[str, str, str]) -> Row:
    kind, code, name = area
    occupied = standing.occupied if standing else None
    need, floor = (Fraction(row[figure]) if row[figure] else None for figure in ("need", "floor"))
    untold = sorted({"need", "floor"} & set(row[KEPT_BACK].split()))
    return {
        "day": told.capacities.day.isoformat(),
        "area_kind": kind,
        "area_code": code,
        "place": name,
        "need": row["need"],
        "floor": row["floor"],
        "allocated_capacities": shortest(standing.allocated) if standing else "",
        "occupied_capacities": "" if occupied is None else shortest(occupied),
        "coverage": "" if occupied is None or not need else decimals(scaled(occupied / need)),
        "below_floor": "" if occupied is None or floor is None else "yes" if occupied < floor else "no",
        KEPT_BACK: kept_with(" ".join(untold), {"need": ("coverage",), "floor": ("below_floor",)}),
    }


def residual_rows(calibration: Sequence[Calibrated]) -> list[Row]:
    """Give the tenths of the citizens by predicted consumption, with what they did consume."""
    return [
        {
            "tenth": str(one.tenth),
            "predicted_kr": str(one.predicted_kr),
            "actual_kr": str(one.actual_kr),
            "difference_kr": str(one.actual_kr - one.predicted_kr),
            "ratio": decimals(scaled(Fraction(one.predicted_kr, one.actual_kr))) if one.actual_kr else "",
        }
        for one in calibration
    ]


def assumption_rows(told: Told, words: Wording) -> list[Row]:
    """Give what the model assumes or infers, in the words of a language."""
    return [_assumption(key, told, words) for key in told.run.model.unsure]


def _value(value: object, words: Wording) -> str:
    if isinstance(value, bool):
        return words.say("code_yes" if value else "code_no")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _assumption(key: str, told: Told, words: Wording) -> Row:
    entry = told.run.model.unsure[key]
    said = told_of_parameter(key, words.code) if key in parameters() else None
    value = entry["value"]
    return {
        "parameter": key,
        "value": _value(value, words),
        "parameter_unit": "" if entry["unit"] in WITHOUT_UNIT else said.unit if said else str(entry["unit"]),
        "sureness": str(entry["kind"]),
        "meaning": said.doc if said else "",
        "source": source_in_words(key, words.code) if said else str(entry["source"]),
    }
