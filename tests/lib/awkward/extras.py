"""What a nation may deliver besides: planning areas, extra covariates, limits and places of clinics, all with gaps.

Values lie on cut points and just beside them, are blank, negative, no number at all, or of somebody unknown.
"""

from decimal import Decimal
from random import Random
from typing import Any

from fordel_dask import law

from .files import Table
from .people import Frame

BY = {
    "covariates_persons": "PNR",
    "covariates_areas": "AREA",
    "covariates_places": "KOM",
    "covariates_clinics": "YDERNR",
}
YES_OR_NO = ["", "0", "0", "1", "0.001", "-1", "true", "false"]
PERSONS = {
    "HOME_CARE": ["", "0", "0", "0.25", "0.249", "0.2495", "0.2485", "2", "1.999", "7.000", "20", "20.001", "-1"],
    "COHABITATION_ENDED": YES_OR_NO,
    "SOCIAL_SUPPORT": YES_OR_NO,
    "GP_CONDITIONS": ["", "0", "0", "0.999", "1", "1.5", "3"],
    "LATE_DIAGNOSIS": YES_OR_NO,
    "MORTALITY_RISK": ["", "0.2", "1", "0.9995", "4.999", "5", "20", "50", "100", "99.999", "1000", "no number"],
}
AREAS = {
    "DEPRIVED_HOUSING": YES_OR_NO,
    "DEPRIVATION_INDEX": ["", "19", "20", "29.9995", "30", "30.4", "30.5", "40", "49.999", "50", "x"],
}
PLACES = {
    "HOSPITAL_KM": ["", "0", "9.999", "10", "20", "25.5", "40", "40.001"],
    "SPECIALIST_KM": ["", "3", "10", "19.9996", "40"],
    "LIFE_EXPECTANCY_65": ["", "0", "-1", "18.5", "19.4", "20.333", "21"],
    "LIFE_EXPECTANCY_MEN": ["", "77.7", "79.123", "80"],
    "LIFE_EXPECTANCY_WOMEN": ["", "81.5", "83.4567", "85"],
}
CLINICS = {"TRAINEES": ["", "0", "0", "1", "0.5", "2", "9"], "SPECIAL_HOUSING": ["", "0", "0", "0", "0", "1", "-1"]}
YEARS = [None, Decimal(0), *map(Decimal, ("78.5", "80.25", "81.6", "83.333"))]
NO_AREAS = ["", None, "no such area", " "]
SILENT_COUNCIL = 3  # every so many councils deliver nothing of their municipalities


def extras(tables: dict[str, Table], nation: Frame, rng: Random) -> dict[str, Table]:
    """Give the tables of a delivery with the columns and tables that nobody must deliver."""
    areas = planning_areas(rng)
    population, clinics = tables["population"], tables["clinics"]
    known = sorted({code for code in clinics["YDERNR"] if code})
    persons = [*rng.sample(nation.keys, len(nation.keys) * 9 // 10), *nation.strangers]
    return {
        **tables,
        "population": {**population, "AREA": [own_area(code, areas, rng) for code in population["KOM"]]},
        "clinics": {**clinics, **limits_and_places(len(clinics["YDERNR"]), rng)},
        "areas": areas,
        "covariates_persons": valued("PNR", persons, PERSONS, rng),
        "covariates_areas": valued("AREA", [*areas["AREA"][::2], *areas["AREA"][1::4], "nowhere"], AREAS, rng),
        "covariates_places": valued("KOM", speaking_places(), PLACES, rng),
        "covariates_clinics": valued("YDERNR", [*known[::2], *known[1::4], "099999"], CLINICS, rng),
    }


def declared(patterns: dict[str, str]) -> list[dict[str, str]]:
    """Give the sections of the extra covariates."""
    return [{"path": patterns[name], "by": by} for name, by in BY.items() if name in patterns]


def valued(by: str, keys: list[str], choices: dict[str, list[str]], rng: Random) -> Table:
    """Give a block of covariates, a row a key."""
    drawn = {name: [rng.choice(values) for _ in keys] for name, values in choices.items()}
    return {by: keys, **drawn}


def planning_areas(rng: Random) -> Table:
    """Give one to three areas of each municipality, some without a point or years of life; and one of nowhere."""
    places = [row["kommunekode"] for row in law.rows("geography/municipalities") for _ in range(rng.choice([1, 2, 3]))]
    number = len(places)
    points = [point(rng) for _ in range(number)]
    return {
        "AREA": [f"{code}-{n:03}" for n, code in enumerate(places)] + ["far away"],
        "NAME": [f"Area {n}" for n in range(number)] + ["Elsewhere"],
        "KOM": [*places, "999"],
        "KM2": ["1.5"] * (number + 1),
        "E": [*(east for east, _ in points), "600000"],
        "N": [*(north for _, north in points), "6200000"],
        "LIFE_EXPECTANCY": [*(rng.choice(YEARS) for _ in range(number)), Decimal(80)],
    }


def point(rng: Random) -> tuple[str | None, str | None]:
    """Give east and north in metres: of a grid whose neighbours are 15 km apart to the metre, or by next to nothing."""
    east, north = (str(start + 15_000 * rng.randint(0, 9)) for start in (500_000, 6_100_000))
    return rng.choice([(east, north), (east, north), (f"{east}.00001", north), (east, None), (None, None)])


def own_area(place: str | None, areas: Table, rng: Random) -> str | None:
    """Give an area of a municipality, sometimes of another one, or none that there is."""
    if rng.random() < 0.1:
        return rng.choice(NO_AREAS)
    own = [area for area, code in zip(areas["AREA"], areas["KOM"], strict=True) if code == place]
    return rng.choice(own if own and rng.random() < 0.9 else areas["AREA"])


def speaking_places() -> list[str]:
    """Give the municipalities of most councils, but not all of them; Christiansø too."""
    rows = law.rows("geography/municipalities")
    councils = sorted({row["sundhedsraad_id"] for row in rows})
    silent = councils[::SILENT_COUNCIL]
    return [row["kommunekode"] for n, row in enumerate(rows) if n % 7 and row["sundhedsraad_id"] not in silent]


def limits_and_places(rows: int, rng: Random) -> dict[str, list[Any]]:
    """Give each row of the clinic register a present limit and a point, or not."""
    points = [point(rng) for _ in range(rows)]
    return {
        "MINIMUM": [rng.choice([None, "0", "20", "31", "40", "75", "1600"]) for _ in range(rows)],
        "E": [east for east, _ in points],
        "N": [north for _, north in points],
    }
