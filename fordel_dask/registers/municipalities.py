"""The municipalities: council, region, area and life expectancy of each; packaged unless delivered."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fordel_dask import law
from fordel_dask.errors import CoverageError, FordelError, ImpossibleValueError, SchemaError
from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import CHRISTIANSOE, municipality_code
from fordel_dask.registers.small_tables import (
    Row,
    is_non_negative,
    number_text,
    read_small,
    refuse_repeated,
    refuse_rows,
)

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
LACKING = "municipalities: {rows} without KOM, COUNCIL_ID or AREA_KM2, the first is '{first}'. Fill them in."
NEGATIVE = "municipalities: {} of {{rows}} is no number of at least 0, the first is {{first}}. Correct it."


def read_municipalities(source: Source | None) -> list[Row]:
    """Read the municipalities as rows of text, sorted by code; Christiansø is none.

    Raises
    ------
    SchemaError
        A municipality stands twice or has no code, council or area.
    CoverageError
        There are no rows.
    ImpossibleValueError
        An area or a life expectancy is negative or no number.
    """
    delivered = read_small(source, WANTED, RAW) if source else _packaged()
    every(_checks(delivered))
    rows = [_municipality(row) for row in delivered]
    return sorted((row for row in rows if row["KOM"] != CHRISTIANSOE), key=lambda row: row["KOM"])


def known_codes(source: Source | None) -> frozenset[str] | None:
    """Give the codes that the table has, whatever else is wrong with it; None if there are none to read."""
    if source is None:
        return frozenset(lawful_codes())
    try:
        codes = {municipality_code(row["KOM"]) for row in read_small(source, WANTED[:1], frozenset())}
    except FordelError:
        codes = set()
    return frozenset(codes - {CHRISTIANSOE, ""}) or None


def lawful_codes() -> tuple[str, ...]:
    """Give the codes of the municipalities that the packaged table knows."""
    return tuple(row["kommunekode"] for row in law.rows(PACKAGED))


def _packaged() -> list[dict[str, Any]]:
    return [{name: row[given] for name, given in PACKAGED_NAMES.items()} for row in law.rows(PACKAGED)]


def _checks(delivered: Sequence[dict[str, Any]]) -> list[Callable[[], None]]:
    codes = [municipality_code(row["KOM"]) for row in delivered]
    counted = [code for code in codes if code != CHRISTIANSOE]
    lacking = [
        code
        for code, row in zip(codes, delivered, strict=True)
        if not code or not plain_text(row["AREA_KM2"]) or not row["COUNCIL_ID"]
    ]
    return [
        partial(refuse_rows, SchemaError, lacking, LACKING),
        partial(refuse_repeated, [code for code in counted if code], "municipalities", "KOM"),
        partial(_refuse_empty, counted),
        *(partial(_refuse_negative, codes, delivered, name) for name in sorted(RAW)),
    ]


def _refuse_empty(counted: Sequence[str]) -> None:
    if not counted:
        raise CoverageError("municipalities: the table has no rows. Complete it, or leave [municipalities] out.")


def _refuse_negative(codes: Sequence[str], delivered: Sequence[dict[str, Any]], name: str) -> None:
    wrong = [
        f"{code} with '{row[name]}'"
        for code, row in zip(codes, delivered, strict=True)
        if not is_non_negative(row[name])
    ]
    refuse_rows(ImpossibleValueError, wrong, NEGATIVE.format(name))


def _municipality(row: dict[str, Any]) -> Row:
    life = number_text(row["LIFE_EXPECTANCY"])
    return {name: str(row[name]) for name in PACKAGED_NAMES} | {
        "KOM": municipality_code(row["KOM"]),
        "AREA_KM2": number_text(row["AREA_KM2"]),
        "LIFE_EXPECTANCY": "" if life == "0" else life,
    }
