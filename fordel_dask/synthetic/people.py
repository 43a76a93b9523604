"""The citizens of a block: where they live, age, sex, civil status and origin."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask import law
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, draw, draw_by_row, happens
from fordel_dask.synthetic.nation import CITIZENS_PER_BLOCK, Nation, Purpose, block_citizens, stream
from fordel_dask.synthetic.places import AGES, CIVIL_GROUPS, ages_by_place, places, sex_and_civil_shares

CIVIL_STATUS = ("U", "G", "E", "F", "P", "L", "O", "9")
WIDOWED_OR_DIVORCED = (2, 3, 5, 6)  # E, F, L, O
DANISH, MENAPT, ELSEWHERE = 0, 1, 2
MENAPT_SHARE, ELSEWHERE_SHARE = 0.048, 0.095
MENAPT_BY_AGE = ((0, 15, 30, 45, 60, 75, 110), (1.3, 1.4, 1.35, 1.2, 0.8, 0.4, 0.15))
DEPARTED_SHARE = 0.019  # died or left during the fee year, for every citizen of the snapshot
DANISH_CODE = "5100"
COUNTRY_WEIGHTS = {"TR": 64, "SY": 42, "IQ": 33, "LB": 27, "PK": 26, "SO": 21, "IR": 21, "AF": 19, "MA": 12}


@dataclass(frozen=True)
class People:
    """People of a block, one element each: the citizens first, then those who died or left in the year."""

    number: Ints  # over the whole nation
    citizens: int  # how many are in the population register
    place: Ints
    age: Ints  # completed years at the status date
    woman: Flags
    civil: Ints  # position in CIVIL_STATUS
    birth_day: Ints
    origin: Ints  # DANISH, MENAPT or ELSEWHERE
    ie_type: Ints
    country: Ints  # position in ``countries()``

    @property
    def size(self) -> int:
        """People in the block, the departed included."""
        return self.number.size


@functools.cache
def countries() -> tuple[tuple[str, ...], tuple[Floats, Floats, Floats]]:
    """Give the country codes and their weights for Danish, MENAPT and other origin."""
    menapt = {row["opr_land_code"]: COUNTRY_WEIGHTS.get(row["iso2"], 2) for row in law.rows("codes/menapt")}
    listed = {row["code"] for row in law.rows("codes/countries")} | set(menapt)
    codes = tuple(sorted(listed))
    other = [float(code not in menapt and code != DANISH_CODE) for code in codes]
    return codes, (
        np.array([float(code == DANISH_CODE) for code in codes]),
        np.array([float(menapt.get(code, 0)) for code in codes]),
        np.array(other),
    )


@functools.cache
def origin_shares() -> tuple[Floats, Floats]:
    """Give the shares of MENAPT and of other foreign origin by place and age; their national means are known.

    Denser places and the western suburbs of København have more; the spread itself is invented.
    """
    here = places()
    dense = np.clip((here.density / 600) ** 0.3, 0.4, 2.0)
    dense = np.where(here.council == here.council[here.codes.index("165")], 2.0 * dense, dense)
    menapt = np.minimum(np.outer(dense, np.interp(np.arange(AGES), *MENAPT_BY_AGE)), 4.0)
    elsewhere = np.outer(np.sqrt(dense), np.interp(np.arange(AGES), (0, 30, 60, 110), (0.7, 1.8, 0.8, 0.3)))
    cells = ages_by_place()
    return menapt * (MENAPT_SHARE / (menapt * cells).sum()), elsewhere * (ELSEWHERE_SHARE / (elsewhere * cells).sum())


def departed_per_block() -> int:
    """Give the most people of one block who can have died or left: the room kept for their numbers."""
    return round(CITIZENS_PER_BLOCK * DEPARTED_SHARE)


def people_of(nation: Nation, block: int) -> People:
    """Draw the people of a block: its citizens, then those who died or left during the fee year."""
    rng = stream(nation, Purpose.PEOPLE, block)
    citizens = block_citizens(nation, block)
    departed = round(len(citizens) * DEPARTED_SHARE)
    place, age = _homes_and_ages(rng, len(citizens), departed)
    sex_and_civil = draw_by_row(rng, sex_and_civil_shares(), age)
    origin = _origins(rng, place, age)
    first_departed = nation.citizens + block * departed_per_block()
    return People(
        number=np.concatenate([np.arange(citizens.start, citizens.stop), first_departed + np.arange(departed)]),
        citizens=len(citizens),
        place=place,
        age=age,
        woman=sex_and_civil >= len(CIVIL_GROUPS),
        civil=_rarer_civil_status(rng, sex_and_civil % len(CIVIL_GROUPS)),
        birth_day=_birth_days(nation, rng, age),
        origin=origin,
        ie_type=_ie_types(rng, origin, age),
        country=_countries(rng, origin),
    )


def _homes_and_ages(rng: Chance, citizens: int, departed: int) -> tuple[Ints, Ints]:
    """Draw place and age; half of the departed have the ages of those who die."""
    cells = ages_by_place()
    mortal = cells * np.exp(0.09 * np.arange(AGES))
    leaving = cells / cells.sum() + mortal / mortal.sum()
    cell = np.concatenate([draw(rng, cells.ravel(), citizens), draw(rng, leaving.ravel(), departed)])
    return cell // AGES, cell % AGES


def _rarer_civil_status(rng: Chance, group: Ints) -> Ints:
    """Write a few as registered partnerships or unknown: G as P, E as L, F as O, U as 9."""
    rarer = np.array([7, 4, 5, 6])[group]
    return np.where(rng.random(group.size) < np.array([0.0005, 0.002, 0.002, 0.002])[group], rarer, group)


def _birth_days(nation: Nation, rng: Chance, age: Ints) -> Ints:
    """Draw birth days that give these completed years on the status date, none after the snapshot."""
    year_before = (np.datetime64(f"{nation.fee_year}", "Y") - age).astype("datetime64[D]").astype(np.int64)
    days = np.where(age == 0, nation.fee_year_days - 1, 365)  # from 2 January, to 31 December or 1 January
    return np.asarray(year_before + 1 + np.floor(rng.random(age.size) * days), dtype=np.int64)


def _origins(rng: Chance, place: Ints, age: Ints) -> Ints:
    menapt, elsewhere = origin_shares()
    chance = rng.random(age.size)
    below = menapt[place, age]
    return np.where(chance < below, MENAPT, np.where(chance < below + elsewhere[place, age], ELSEWHERE, DANISH))


def _ie_types(rng: Chance, origin: Ints, age: Ints) -> Ints:
    """Give 1 Danish origin, 2 immigrant, 3 descendant; the young of foreign origin are mostly descendants."""
    descendant = happens(rng, np.interp(age, (0, 15, 30, 50), (0.85, 0.75, 0.35, 0.02)), age.size)
    return np.where(origin == DANISH, 1, np.where(descendant, 3, 2))


def _countries(rng: Chance, origin: Ints) -> Ints:
    """Draw the country; a few of Danish origin have a foreign one, which does not make them MENAPT."""
    danish, menapt, elsewhere = countries()[1]
    tables = np.cumsum([danish + 0.0005 * (menapt + elsewhere) / 300, menapt, elsewhere], axis=1)
    return draw_by_row(rng, tables / tables[:, -1:], origin)
