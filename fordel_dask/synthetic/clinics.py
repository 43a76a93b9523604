"""The clinics of the nation: where, how large, of which type, and what they do to consumption."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, cumulated, draw, happens
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.places import SMALL_ISLANDS, enrolment_shares, places

NATIONAL_CLINICS = 1_700
FEWEST_CLINICS, FEWEST_FROM = 120, 20_000  # enough clusters for standard errors clustered by clinic
ONE_A_COUNCIL = 17
PATIENTS_PER_CAPACITY = 1_600
MANNED_SHARE = 0.96  # capacities beside one for every 1,600 citizens
UNITS = (1.0, 0.5, 0.25, 0.1)  # the step capacities are counted in; small nations need small ones
UNITS_PER_CLINIC = 2  # on average at least, so that clinics differ in size
SMALLEST_UNIT = 0.01  # below 20,000 citizens
MOST_UNITS = 8
OWN_MUNICIPALITY = 0.935
REGION_SHARE, TENDER_SHARE = 0.017, 0.013
CLINIC_EFFECT_SD = 0.08
PLO, REGION, TENDER = 0, 1, 2
TYPES = ("plo", "region", "tender")
ISLAND_PATIENTS = 320  # of an extra island doctor, at national size
CLINIC_NUMBERS = 900_000  # numbers from here up belong to other specialities


@dataclass(frozen=True)
class Clinics:
    """Every clinic, one element each: first the ``n_open`` of the status date, then the closed ones."""

    n_open: int
    ydernr: Ints
    place: Ints
    capacities: Floats
    kind: Ints  # PLO, REGION or TENDER, at the status date
    was_kind: Ints  # before ``changed_day``
    changed_day: Ints  # 0 = never
    closed_day: Ints  # last day; 0 = open
    island: Flags
    chronic_area: Flags
    effect: Floats  # multiplies contacts, mean 1
    participation: Floats  # in chronic care, mean 1
    choice: Floats  # cumulated shares of open clinics, by place


@dataclass(frozen=True)
class _Sizes:
    """Clinics before they have a type: place, capacities, and how much they attract."""

    place: Ints
    capacities: Floats
    attraction: Floats
    island: Flags


@functools.lru_cache(maxsize=4)
def clinics_of(nation: Nation) -> Clinics:
    """Give the clinics of the nation, the same for every block."""
    rng = stream(nation, Purpose.CLINICS)
    sizes = _with_island_doctors(nation, _ordinary_clinics(nation, rng))
    n_open = sizes.place.size
    n_closed = max(2, round(0.015 * n_open))
    total = n_open + n_closed
    kind = _kinds(rng, sizes)
    changed = np.where(rng.random(total) < 0.012, _quarter_day(nation, rng, total), 0)
    changed[n_open:] = 0
    closed = np.zeros(total, dtype=np.int64)
    closed[n_open:] = _quarter_day(nation, rng, n_closed) - 1
    place = np.append(sizes.place, draw(rng, places().citizens[:-1], n_closed))
    kind = np.append(kind, np.zeros(n_closed, dtype=np.int64))
    return Clinics(
        n_open=n_open,
        ydernr=1 + rng.choice(CLINIC_NUMBERS - 1, total, replace=False).astype(np.int64),
        place=place,
        capacities=np.append(sizes.capacities, rng.choice(sizes.capacities, n_closed)),
        kind=kind,
        was_kind=np.where(changed > 0, np.where(kind == PLO, REGION, PLO), kind),
        changed_day=changed,
        closed_day=closed,
        island=np.append(sizes.island, np.zeros(n_closed, dtype=np.bool_)),
        chronic_area=_chronic_areas(rng)[place],
        effect=np.exp(rng.normal(-(CLINIC_EFFECT_SD**2) / 2, CLINIC_EFFECT_SD, total)),
        participation=rng.uniform(0.5, 1.5, total),
        choice=_choice(sizes),
    )


def _quarter_day(nation: Nation, rng: Chance, size: int) -> Ints:
    """Draw the first day of a quarter: 1 April, 1 July or 1 October of the fee year."""
    first = np.array([90, 181, 273]) + nation.fee_year_days - 365
    return np.asarray(nation.fee_year_start + rng.choice(first, size))


def number_of_clinics(nation: Nation) -> float:
    """Give about how many clinics a nation of this size has."""
    fewest = max(FEWEST_CLINICS * min(1.0, nation.citizens / FEWEST_FROM), ONE_A_COUNCIL)
    return max(NATIONAL_CLINICS * nation.scale, fewest)


def capacity_unit(nation: Nation) -> float:
    """Give the step of capacities: 1 in the whole nation, down to 0.1 where clinics are small."""
    if nation.citizens < FEWEST_FROM:
        return SMALLEST_UNIT
    mean = nation.citizens * MANNED_SHARE / PATIENTS_PER_CAPACITY / number_of_clinics(nation)
    return next((unit for unit in UNITS if unit * UNITS_PER_CLINIC <= mean), UNITS[-1])


def _patients_by_place(nation: Nation, size: Floats) -> Floats:
    citizens = places().citizens * nation.scale
    return np.asarray(citizens @ enrolment_shares(size, OWN_MUNICIPALITY))


def _units_by_place(nation: Nation, patients: Floats) -> Ints:
    """Share the nation's capacities out on places in whole units, the largest remainders first."""
    exact = patients * MANNED_SHARE / PATIENTS_PER_CAPACITY / capacity_unit(nation)
    units = np.floor(exact).astype(np.int64)
    most_due = np.argsort(units - exact, kind="stable")
    units[most_due[: round(exact.sum()) - int(units.sum())]] += 1
    return units


def _ordinary_clinics(nation: Nation, rng: Chance) -> _Sizes:
    """Give the clinics of all places by capacities; places too small for a unit have none."""
    ordinary = places().citizens.copy()
    ordinary[-1] = 0.0  # Christiansø has no clinic
    units = _units_by_place(nation, _patients_by_place(nation, ordinary))
    patients = _patients_by_place(nation, ordinary * (units > 0))
    units = _units_by_place(nation, patients)
    wanted = np.round(number_of_clinics(nation) * patients / patients.sum()).astype(np.int64)
    number = np.clip(wanted, -(-units // (MOST_UNITS - 2)), units)
    number = np.where(units > 0, np.maximum(number, 1), 0)
    size = np.concatenate([_clinic_units(rng, int(n), int(u)) for n, u in zip(number, units, strict=True)])
    capacities = np.round(size * capacity_unit(nation) + _halves(nation, rng, size), 2)
    attraction = capacities * rng.lognormal(0.0, 0.08, size.size)
    place = np.repeat(np.arange(number.size), number)
    return _Sizes(place, capacities, attraction, _islands_of_small_nations(nation, place))


def _clinic_units(rng: Chance, clinics: int, units: int) -> Ints:
    """Divide the units of a place among its clinics, unequally: at least 1 and at most 8 each."""
    if clinics == 0:
        return np.zeros(0, dtype=np.int64)
    weights = rng.lognormal(0.0, 1.0, clinics)
    size = 1 + rng.multinomial(units - clinics, weights / weights.sum()).astype(np.int64)
    while (surplus := int(np.maximum(size - MOST_UNITS, 0).sum())) > 0:
        size = np.minimum(size, MOST_UNITS)
        size[np.argsort(size, kind="stable")[:surplus]] += 1
    return size


def _halves(nation: Nation, rng: Chance, units: Ints) -> Floats:
    """Give a few clinics of a large nation half a capacity more or less."""
    if capacity_unit(nation) < 1:
        return np.zeros(units.size)
    half = np.where(units > 1, rng.choice([-0.5, 0.5], units.size), 0.5)
    return np.where(rng.random(units.size) < 0.06, half, 0.0)


def _islands_of_small_nations(nation: Nation, place: Ints) -> Flags:
    """Mark up to two island doctors where the nation is too small for separate ones."""
    island = np.zeros(place.size, dtype=np.bool_)
    if _has_island_doctors(nation):
        return island
    for code in (*SMALL_ISLANDS, "482", "400"):  # then Langeland and Bornholm
        at = np.flatnonzero(place == places().codes.index(code))[:1]
        island[at[: 2 - int(island.sum())]] = True
    return island


def _has_island_doctors(nation: Nation) -> bool:
    return nation.scale >= 0.5


def _with_island_doctors(nation: Nation, sizes: _Sizes) -> _Sizes:
    """Add a doctor with fewer than 500 patients on each small island of a large nation (rule R26)."""
    if not _has_island_doctors(nation):
        return sizes
    extra = np.array([places().codes.index(code) for code in SMALL_ISLANDS])
    attracts = np.full(extra.size, ISLAND_PATIENTS / PATIENTS_PER_CAPACITY)
    return _Sizes(
        np.append(sizes.place, extra),
        np.append(sizes.capacities, np.full(extra.size, 0.5)),
        np.append(sizes.attraction, attracts),
        np.append(sizes.island, np.ones(extra.size, dtype=np.bool_)),
    )


def _kinds(rng: Chance, sizes: _Sizes) -> Ints:
    """Make about 3 % of capacities regional or tender clinics, at least one of each."""
    order = rng.permutation(np.flatnonzero(~sizes.island))
    before = np.cumsum(sizes.capacities[order]) - sizes.capacities[order]
    share = before / sizes.capacities.sum()
    kind = np.zeros(sizes.place.size, dtype=np.int64)
    region = share < REGION_SHARE
    kind[order[region]] = REGION
    start = share[~region][0]
    kind[order[~region & (share < start + TENDER_SHARE)]] = TENDER
    return kind


def _chronic_areas(rng: Chance) -> Flags:
    """Let some thinly peopled places be areas short of doctors, where chronic care is paid more."""
    return np.asarray((places().density < 80) & happens(rng, 0.6, places().density.size))


def _choice(sizes: _Sizes) -> Floats:
    """Give the shares of clinics among the citizens of each place, cumulated by place."""
    attraction = np.asarray(np.bincount(sizes.place, sizes.attraction, minlength=len(places().codes)), dtype=np.float64)
    shares = enrolment_shares(attraction, OWN_MUNICIPALITY)[:, sizes.place]
    return cumulated(shares * (sizes.attraction / attraction[sizes.place]))
