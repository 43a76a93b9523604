"""Where citizens live: the 98 municipalities and Christiansø, with their ages and neighbours."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask import law
from fordel_dask.synthetic.chance import Floats, Ints, cumulated

CHRISTIANSOE = "411"
AGES = 111  # completed years 0 … 110
CIVIL_GROUPS = ("U", "G", "E", "F")
SMALL_ISLANDS = ("825", "741", "563", "492")  # Læsø, Samsø, Fanø, Ærø
LIFE_EXPECTANCY = 81.6
KM_PER_DEGREE = 111.2
NEIGHBOUR_KM = 12.0
SAME_COUNCIL_PULL = 3.0


@dataclass(frozen=True)
class Places:
    """The places citizens live in, 98 municipalities and last Christiansø; one element a place."""

    codes: tuple[str, ...]
    council: Ints
    citizens: Floats  # of the real country
    density: Floats  # citizens per km²
    burden: Floats  # disease beside the nation, from life expectancy
    km: Floats  # between centres, place × place


@functools.cache
def places() -> Places:
    """Give the places of the country.

    Source: ``law/geography/municipalities``; Christiansø's 92 citizens from the BEF row count.
    """
    rows = law.rows("geography/municipalities")
    councils = sorted({row["sundhedsraad_id"] for row in rows})
    here = [row["sundhedsraad_id"] for row in rows] + ["hovedstaden"]
    expectancy = [float(row["middellevetid_0aar"] or LIFE_EXPECTANCY) for row in rows] + [LIFE_EXPECTANCY]
    return Places(
        codes=(*(row["kommunekode"] for row in rows), CHRISTIANSOE),
        council=np.array([councils.index(name) for name in here]),
        citizens=np.array([*(float(row["folketal_2026"]) for row in rows), 92.0]),
        density=np.array([*(float(row["indb_pr_km2"]) for row in rows), 236.0]),
        burden=(LIFE_EXPECTANCY / np.array(expectancy)) ** 6,
        km=_kilometres(
            np.array([*(float(row["lon"]) for row in rows), 15.19]),
            np.array([*(float(row["lat"]) for row in rows), 55.32]),
        ),
    )


def _kilometres(longitude: Floats, latitude: Floats) -> Floats:
    east = np.subtract.outer(longitude, longitude) * np.cos(np.radians(56))
    north = np.subtract.outer(latitude, latitude)
    return np.asarray(np.hypot(east, north) * KM_PER_DEGREE)


@functools.cache
def civil_grid() -> Floats:
    """Give the population by age × (sex, civil group): men U G E F, then women."""
    grid = np.zeros((AGES, 2 * len(CIVIL_GROUPS)))
    for row in law.rows("calibration/population_age_sex_civil_status_2025q4"):
        column = (int(row["koen"]) - 1) * len(CIVIL_GROUPS) + CIVIL_GROUPS.index(row["civst_gruppe"])
        grid[min(int(row["alder"]), AGES - 1), column] += float(row["antal"])
    return grid + 1e-6  # an age nobody has must still have shares


@functools.cache
def ages_by_place() -> Floats:
    """Give the share of the nation in each place and age; both margins are the real ones.

    Thin places are older and cities younger; raked to the known margins.
    """
    here = places()
    tilt = np.clip(-0.16 * np.log10(here.density / 200), -0.2, 0.3)
    cells = np.exp(np.outer(tilt, (np.arange(AGES) - 42) / 20))
    by_age = civil_grid().sum(axis=1) / civil_grid().sum()
    by_place = here.citizens / here.citizens.sum()
    for _ in range(50):
        cells *= (by_place / cells.sum(axis=1))[:, None]
        cells *= by_age / cells.sum(axis=0)
    return cells


@functools.cache
def sex_and_civil_shares() -> Floats:
    """Give the cumulated shares of sex and civil group, by age."""
    return cumulated(civil_grid())


def enrolment_shares(clinic_size: Floats, own_share: float) -> Floats:
    """Give the share of each place's citizens (row) enrolled at clinics of each place (column).

    Most stay at home; the others go to clinics nearby, mostly of the same council. A place
    without clinics (``clinic_size`` 0) sends everybody away.
    """
    here = places()
    same_council = here.council[:, None] == here.council[None, :]
    away = np.exp(-here.km / NEIGHBOUR_KM) * np.where(same_council, SAME_COUNCIL_PULL, 1.0) * clinic_size
    np.fill_diagonal(away, 0.0)
    shares = (1 - own_share) * away / np.maximum(away.sum(axis=1, keepdims=True), 1e-300)
    shares += np.diag(np.where(clinic_size > 0, own_share, 0.0))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
