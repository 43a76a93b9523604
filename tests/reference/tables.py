"""Room 1: the small optional tables: planning areas, and what the clinic register says besides."""

from fractions import Fraction
from pathlib import Path

import pandas as pd

from .delivery import Delivery
from .registers import OPEN_END, Registers, codes, days_text, municipality_codes, padded, reject_repeated
from .rounding import exact


def with_tables(registers: Registers, directory: Path) -> Registers:
    """Give the registers with planning areas, present limits and points of clinics, as far as delivered."""
    delivery = Delivery(directory)
    register = delivery.table("clinics")
    clinics = register[in_force(register, registers.status_date)]
    numbers = {name: known_numbers(clinics, name) for name in ("MINIMUM", "E", "N")}
    registers.areas = planning_areas(delivery, registers)
    registers.limits = numbers["MINIMUM"]
    registers.points = {code: (east, numbers["N"][code]) for code, east in numbers["E"].items() if code in numbers["N"]}
    return registers


def in_force(register: pd.DataFrame, day: str) -> list[bool]:
    """Say of each row of the clinic register whether it covers a day."""
    spells = zip(days_text(register["FRA"]), days_text(register["TIL"]), strict=True)
    return [start <= day <= (end or OPEN_END) for start, end in spells]


def known_numbers(clinics: pd.DataFrame, name: str) -> dict[str, Fraction]:
    """Give an optional number by ydernummer; what is no number of at least 0 is none."""
    if name not in clinics:
        return {}
    found = {code: number(text) for code, text in zip(padded(clinics["YDERNR"], 6), clinics[name], strict=True)}
    return {code: value for code, value in found.items() if value is not None and value >= 0}


def number(text: str) -> Fraction | None:
    """Give the number that a text stands for, if any."""
    try:
        return exact(text)
    except ValueError:
        return None


def planning_areas(delivery: Delivery, registers: Registers) -> pd.DataFrame:
    """Give each planning area's municipality, point and years of life; none is None.

    An area in no municipality of the nation is none of its areas.
    """
    columns = ["municipality", "east", "north", "life_expectancy"]
    if not delivery.has("areas"):
        return pd.DataFrame(columns=columns)
    raw = delivery.table("areas")
    table = pd.DataFrame({"municipality": municipality_codes(raw["KOM"])}, index=codes(raw["AREA"]), dtype=object)
    for column, name in zip(columns[1:], ("E", "N", "LIFE_EXPECTANCY"), strict=True):
        texts = raw[name] if name in raw else [""] * len(raw)
        table[column] = pd.Series([number(text) for text in texts], index=table.index, dtype=object)
    reject_repeated(table.index.to_series(), "areas")
    return table[table["municipality"].isin(registers.municipalities.index)].sort_index()
