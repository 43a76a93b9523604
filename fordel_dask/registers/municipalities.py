"""The municipalities: council, region, area and life expectancy of each; packaged unless delivered."""

from typing import Any

from fordel_dask import law
from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.registers.canonical import CHRISTIANSOE, municipality_code
from fordel_dask.registers.small_tables import Row, non_negative, read_small, refuse_repeated

PACKAGED = "geography/municipalities"
PACKAGED_NAMES = {
    "KOM": "kommunekode",
    "NAME": "navn",
    "COUNCIL_ID": "sundhedsraad_id",
    "COUNCIL": "sundhedsraad",
    "REGION": "region_2027",
    "AREA_KM2": "areal_km2",
    "LIFE_EXPECTANCY": "middellevetid_0aar",
}
WANTED = tuple(Wanted(name) for name in PACKAGED_NAMES)
RAW = frozenset({"AREA_KM2", "LIFE_EXPECTANCY"})


def read_municipalities(source: Source | None) -> list[Row]:
    """Read the municipalities as rows of text, sorted by code; Christiansø is none.

    Raises
    ------
    SchemaError
        A municipality stands twice or has no code, council or area.
    ImpossibleValueError
        An area or a life expectancy is negative or no number.
    """
    delivered = read_small(source, WANTED, RAW) if source else _packaged()
    rows = [_municipality(row) for row in delivered]
    rows = sorted((row for row in rows if row["KOM"] != CHRISTIANSOE), key=lambda row: row["KOM"])
    refuse_repeated([row["KOM"] for row in rows], "municipalities", "KOM")
    if not rows:
        raise CoverageError("municipalities: the table has no rows.")
    return rows


def lawful_codes() -> tuple[str, ...]:
    """Give the codes of the municipalities that the packaged table knows."""
    return tuple(row["kommunekode"] for row in law.rows(PACKAGED))


def _packaged() -> list[dict[str, Any]]:
    return [{name: row[given] for name, given in PACKAGED_NAMES.items()} for row in law.rows(PACKAGED)]


def _municipality(row: dict[str, Any]) -> Row:
    code = municipality_code(row["KOM"])
    area = non_negative(row["AREA_KM2"], "municipalities: AREA_KM2", code)
    if not code or not area or not str(row["COUNCIL_ID"]):
        raise SchemaError(f"municipalities: the row of '{code}' lacks KOM, COUNCIL_ID or AREA_KM2.")
    life = non_negative(row["LIFE_EXPECTANCY"], "municipalities: LIFE_EXPECTANCY", code)
    return {name: str(row[name]) for name in PACKAGED_NAMES} | {
        "KOM": code,
        "AREA_KM2": area,
        "LIFE_EXPECTANCY": "" if life == "0" else life,
    }
