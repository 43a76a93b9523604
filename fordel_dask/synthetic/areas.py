"""Planning areas inside municipalities: where they lie, how large they are, and who lives in which."""

import functools
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from fordel_dask import law
from fordel_dask.synthetic.chance import Floats, Ints, cumulated, draw_by_row
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.places import places

CITIZENS_PER_AREA, MOST_AREAS = 15_000, 12  # of the real country
AREA_DECIMALS = 4
BORNHOLM = "400"  # Christiansø's citizens are counted there
WITH_PLACE, WITH_LIFE_EXPECTANCY = 0.95, 0.7
MERIDIAN, FALSE_EAST, SCALE = 9.0, 500_000.0, 0.9996  # UTM zone 32 (ETRS89)
EQUATOR_RADIUS, FLATTENING = 6_378_137.0, 1 / 298.257222101


@dataclass(frozen=True)
class Areas:
    """All areas, one element each, in the order of municipalities."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    place: Ints
    units: Ints  # of 10⁻⁴ km²
    east: tuple[str, ...]
    north: tuple[str, ...]
    life_expectancy: tuple[str, ...]
    shares: Floats  # cumulated shares of areas among the citizens of each place


def scaled_area(nation: Nation, municipality: dict[str, str]) -> str:
    """Give the km² of a municipality, which stand to this nation as the real ones to Denmark."""
    return f"{Decimal(municipality['areal_km2']) * Decimal(repr(nation.scale)):.{AREA_DECIMALS}f}"


@functools.lru_cache(maxsize=4)
def areas(nation: Nation) -> Areas:
    """Give the areas of the nation; their km² add up to those of their municipality, to the last decimal."""
    rng, rows = stream(nation, Purpose.AREAS), law.rows("geography/municipalities")
    number = [int(np.clip(round(int(row["folketal_2026"]) / CITIZENS_PER_AREA), 1, MOST_AREAS)) for row in rows]
    place = np.repeat(np.arange(len(rows)), number)
    within = np.concatenate([np.arange(1, n + 1) for n in number])
    weights = rng.gamma(3.0, 1.0, place.size)
    east, north = _around(rng, rows, place)
    shown = rng.random((2, place.size))
    return Areas(
        codes=tuple(f"{rows[p]['kommunekode']}-{n:02}" for p, n in zip(place, within, strict=True)),
        names=tuple(f"{rows[p]['navn']} {n}" for p, n in zip(place, within, strict=True)),
        place=place,
        units=np.concatenate([_split(nation, rng, row, n) for row, n in zip(rows, number, strict=True)]),
        east=_numbers(east, shown[0] < WITH_PLACE),
        north=_numbers(north, shown[0] < WITH_PLACE),
        life_expectancy=_life_expectancies(rng, rows, place, shown[1] < WITH_LIFE_EXPECTANCY),
        shares=_shares(place, weights),
    )


def areas_of(nation: Nation, block: int, people: People) -> Ints:
    """Draw the area each person of a block lives in, a position in ``areas``."""
    rng = stream(nation, Purpose.AREAS, block + 1)
    return draw_by_row(rng, areas(nation).shares, people.place)


def _split(nation: Nation, rng: np.random.Generator, row: dict[str, str], number: int) -> Ints:
    units = int(Decimal(scaled_area(nation, row)).scaleb(AREA_DECIMALS))
    least = min(1, units // number)
    parts = rng.multinomial(units - least * number, rng.dirichlet(np.full(number, 2.0)))
    return np.asarray(least + parts, dtype=np.int64)


def _shares(place: Ints, weights: Floats) -> Floats:
    by_place = np.zeros((len(places().codes), place.size))
    by_place[place, np.arange(place.size)] = weights
    by_place[-1] = by_place[places().codes.index(BORNHOLM)]
    return cumulated(by_place)


def _numbers(values: Floats, shown: Ints) -> tuple[str, ...]:
    return tuple(f"{value:.0f}" if show else "" for value, show in zip(values, shown, strict=True))


def _life_expectancies(
    rng: np.random.Generator, rows: tuple[dict[str, str], ...], place: Ints, shown: Ints
) -> tuple[str, ...]:
    """Give about what the municipality has; some areas are too small to have their own."""
    more = rng.normal(0.0, 0.8, place.size)
    found = (rows[p]["middellevetid_0aar"] for p in place)
    return tuple(f"{float(y) + m:.1f}" if y and s else "" for y, m, s in zip(found, more, shown, strict=True))


def _around(rng: np.random.Generator, rows: tuple[dict[str, str], ...], place: Ints) -> tuple[Floats, Floats]:
    return points_in(rng, place, np.array([float(row["areal_km2"]) for row in rows]))


def points_in(rng: np.random.Generator, place: Ints, km2: Floats) -> tuple[Floats, Floats]:
    """Draw points near the middle of each element's municipality, metres east and north in UTM zone 32."""
    rows = law.rows("geography/municipalities")
    east, north = utm32(
        np.array([float(row["lon"]) for row in rows])[place], np.array([float(row["lat"]) for row in rows])[place]
    )
    far = 600 * np.sqrt(km2[place] / np.pi) * np.sqrt(rng.random(place.size))
    turn = rng.uniform(0, 2 * np.pi, place.size)
    return east + far * np.cos(turn), north + far * np.sin(turn)


def utm32(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Give metres east and north in UTM zone 32, to a few metres (Redfearn's series)."""
    e2 = FLATTENING * (2 - FLATTENING)
    phi, away = np.radians(latitude), np.radians(longitude - MERIDIAN) * np.cos(np.radians(latitude))
    nu = EQUATOR_RADIUS / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    t, c = np.tan(phi) ** 2, e2 / (1 - e2) * np.cos(phi) ** 2
    arc = EQUATOR_RADIUS * (
        (1 - e2 / 4 - 3 * e2**2 / 64) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32) * np.sin(2 * phi)
        + (15 * e2**2 / 256) * np.sin(4 * phi)
    )
    east = FALSE_EAST + SCALE * nu * (away + (1 - t + c) * away**3 / 6 + (5 - 18 * t + t**2) * away**5 / 120)
    north = SCALE * (arc + nu * np.tan(phi) * (away**2 / 2 + (5 - t + 9 * c) * away**4 / 24))
    return np.asarray(east), np.asarray(north)
