"""Municipalities small enough that need and floor both bind, and the projection."""

from decimal import Decimal
from random import Random

from fordel_dask import law

from .files import Table

NATION = 6_000_000  # citizens the packaged areas belong to


def municipalities(citizens: int, rng: Random) -> Table:
    """Give the packaged table with areas in proportion to the citizens, some life expectancies missing."""
    rows = law.rows("geography/municipalities")
    scale = Decimal(citizens) / NATION
    areas = [Decimal(row["areal_km2"]) * scale * rng.choice([1, 1, 1, 2, 5]) for row in rows]
    years = [row["middellevetid_0aar"] if rng.random() > 0.05 else "" for row in rows]
    return {
        "KOM": [row["kommunekode"] for row in rows],
        "NAME": [row["navn"] for row in rows],
        "COUNCIL_ID": [row["sundhedsraad_id"] for row in rows],
        "COUNCIL": [row["sundhedsraad"] for row in rows],
        "REGION": [row["region_2027"] for row in rows],
        "AREA_KM2": [area.quantize(Decimal("0.0001")) for area in areas],
        "LIFE_EXPECTANCY": [Decimal(text) if text else None for text in years],
    }


def projection(citizens: int, rng: Random) -> Table:
    """Give projected persons: a third of the cells missing, some nought, the oldest pooled; 411 too."""
    codes = [row["kommunekode"] for row in law.rows("geography/municipalities")]
    highest = rng.choice([70, 85, 104])
    mean = citizens / (98 * 2 * 90)
    cells = [
        (code, sex, age)
        for code in [*codes, "411"]
        for sex in "12"
        for age in range(highest + 1)
        if age % 30 == 7 or rng.random() < 0.6
    ]
    return {
        "KOM": [code for code, _, _ in cells],
        "KOEN": [sex for _, sex, _ in cells],
        "ALDER": [age for _, _, age in cells],
        "PERSONS": [
            Decimal(rng.choice([0, rng.expovariate(1 / mean)])).quantize(Decimal(rng.choice(["0.001", "0.01"])))
            for _ in cells
        ],
    }
