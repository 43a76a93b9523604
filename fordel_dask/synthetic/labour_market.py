"""Benefits week by week (DREAM), and what the model makes of them."""

import datetime
import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.synthetic.assumptions import assumed, assumed_numbers
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, happens
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People

ANCHOR_AGES = (16, 25, 35, 45, 55, 65)
WORKING_AGES = (16, 67)
WEEKS_NEEDED = 26
PERMANENT = 783
TEMPORARY_RANGES = ((730, 748), (750, 758), (760, 768), (774, 774), (810, 818), (870, 878), (890, 899))
SICKNESS, PARENTAL_LEAVE, OLD_AGE_PENSION, RESOURCE = 890, 881, 998, 810
LEFT_OR_DEAD = (997, 999)
PENSION_AGE = 67
NEW_PENSIONS = 0.08  # of disability pensions, granted during the fee year
KNOWN_WITHOUT_BENEFIT = 0.6  # adults without benefit who still have a row, from earlier years

Codes = NDArray[np.uint16]


@dataclass(frozen=True)
class LabourMarket:
    """Weekly codes of those with a row, and the status of everybody."""

    people: Ints  # who has a row in DREAM
    codes: Codes  # row × week: the year before, then the fee year; 0 = none
    lasting: Codes  # by row: the code of the years before
    temporarily_outside: Flags
    permanently_outside: Flags


def weeks_in(year: int) -> int:
    """Give the number of ISO weeks of a year, 52 or 53."""
    return datetime.date(year, 12, 28).isocalendar().week


def labour_market_of(nation: Nation, block: int, people: People, somatic: Ints, psychiatric: Flags) -> LabourMarket:
    """Draw the weekly benefits of a block and judge them by the model's rule of 26 weeks."""
    rng = stream(nation, Purpose.LABOUR_MARKET, block)
    lasting, passing = _benefits(rng, people, 1 + 0.6 * np.minimum(somatic, 3) + 2.0 * psychiatric)
    known = happens(rng, KNOWN_WITHOUT_BENEFIT, people.size) & (people.age >= WORKING_AGES[0])
    person = np.flatnonzero((lasting > 0) | (passing > 0) | known)
    codes = _weekly(nation, rng, lasting[person], passing[person])
    _add_short_spells(nation, rng, people, person, codes)
    _add_departures(nation, people, person, codes)
    permanent, temporary = _outside(codes[:, weeks_in(nation.fee_year - 1) :])
    working_age = (people.age >= WORKING_AGES[0]) & (people.age <= WORKING_AGES[1])
    return LabourMarket(
        people=person,
        codes=codes,
        lasting=lasting[person],
        temporarily_outside=_flagged(person, temporary, people.size) & working_age,
        permanently_outside=_flagged(person, permanent, people.size) & working_age,
    )


def _flagged(person: Ints, flag: Flags, size: int) -> Flags:
    flags = np.zeros(size, dtype=np.bool_)
    flags[person] = flag
    return flags


def _benefits(rng: Chance, people: People, illness: Floats) -> tuple[Codes, Codes]:
    """Draw each person's main benefit: a lasting one for all weeks, or a passing one for a spell."""
    column = _drawn_benefit(rng, people.age, illness)
    code = np.array([0, *(int(row["code"]) for row in assumed("labour_market"))], dtype=np.uint16)[column]
    passes = np.array([False, *(row["kind"].endswith("spell") for row in assumed("labour_market"))])[column]
    pension = (people.age > PENSION_AGE) | ((people.age == PENSION_AGE) & happens(rng, 0.5, people.size))
    lasting = np.where(pension, OLD_AGE_PENSION, np.where(passes, 0, code))
    return lasting.astype(np.uint16), np.where(passes & ~pension, code, 0).astype(np.uint16)


def _drawn_benefit(rng: Chance, age: Ints, illness: Floats) -> Ints:
    """Draw the line of the benefit table, 0 for none; illness raises those that follow from it."""
    shares, follows_illness = _benefit_shares()
    by_person = shares[np.minimum(age, shares.shape[0] - 1)]
    by_person = by_person * np.where(follows_illness, illness[:, None], 1.0)
    total = np.maximum(by_person.sum(axis=1), 1.0)
    cumulative = np.cumsum(by_person / total[:, None], axis=1)
    found = (rng.random(age.size)[:, None] >= cumulative).sum(axis=1)
    return np.where(found == cumulative.shape[1], 0, found + 1)


@functools.cache
def _benefit_shares() -> tuple[Floats, Flags]:
    """Give the shares with each benefit by age, and which of them follow illness."""
    table = assumed_numbers("labour_market", tuple(f"at_{age}" for age in ANCHOR_AGES)) / 100
    ages = np.arange(PENSION_AGE + 1)
    by_age = np.stack([np.interp(ages, ANCHOR_AGES, row) for row in table], axis=1)
    by_age[: WORKING_AGES[0]] = 0
    follows = np.array([row["kind"].startswith("illness") for row in assumed("labour_market")])
    return by_age, follows


def _weekly(nation: Nation, rng: Chance, lasting: Codes, passing: Codes) -> Codes:
    """Give the code of each week: lasting benefits throughout, passing ones for 15 to 90 weeks."""
    before, during = weeks_in(nation.fee_year - 1), weeks_in(nation.fee_year)
    codes = np.repeat(lasting[:, None], before + during, axis=1)
    start = rng.integers(before - 40, before + 30, lasting.size)
    _overlay(codes, passing, start, start + rng.integers(15, 90, lasting.size))
    is_new = (lasting == PERMANENT) & happens(rng, NEW_PENSIONS, lasting.size)
    granted = rng.integers(before, before + during, lasting.size)
    earlier = np.where(is_new, rng.choice([SICKNESS, RESOURCE], lasting.size), 0).astype(np.uint16)
    _overlay(codes, earlier, np.zeros_like(granted), granted)
    return codes


def _overlay(codes: Codes, code: Codes, start: Ints, stop: Ints) -> None:
    """Write a spell over the weeks of those whose ``code`` is not 0 (in place, for memory)."""
    row = np.flatnonzero(code)
    week = np.arange(codes.shape[1])
    inside = (week >= start[row, None]) & (week < stop[row, None])
    codes[row] = np.where(inside, code[row, None], codes[row])


def _add_short_spells(nation: Nation, rng: Chance, people: People, person: Ints, codes: Codes) -> None:
    """Add short sick leaves and parental leaves of people without other benefit (in place)."""
    free = ~codes.any(axis=1) & (people.age[person] < PENSION_AGE)
    before = weeks_in(nation.fee_year - 1)
    ill = free & happens(rng, 0.11, person.size)
    start = rng.integers(before - 20, before + 52, person.size)
    _overlay(codes, (ill * SICKNESS).astype(np.uint16), start, start + rng.integers(2, 20, person.size))
    parental = np.interp(people.age[person], (20, 25, 31, 38, 45), (0, 0.08, 0.16, 0.05, 0))
    leave = free & ~ill & happens(rng, np.where(people.woman[person], parental, parental * 0.6), person.size)
    length = np.where(people.woman[person], 40, 11)
    _overlay(codes, (leave * PARENTAL_LEAVE).astype(np.uint16), start, start + length)


def _add_departures(nation: Nation, people: People, person: Ints, codes: Codes) -> None:
    """Mark the end of the fee year of those who died or left (in place)."""
    gone = person >= people.citizens
    code = np.where(people.age[person] > PENSION_AGE, LEFT_OR_DEAD[1], LEFT_OR_DEAD[0])
    weeks = codes.shape[1]
    start = np.full(person.size, weeks - weeks_in(nation.fee_year) // 2)
    _overlay(codes, (gone * code).astype(np.uint16), start, np.full(person.size, weeks))


def _outside(codes: Codes) -> tuple[Flags, Flags]:
    """Judge the weeks of the fee year: permanently outside, else temporarily (M11)."""
    temporary_code = np.zeros(1000, dtype=np.bool_)
    for first, last in TEMPORARY_RANGES:
        temporary_code[first : last + 1] = True
    permanent = (codes == PERMANENT).sum(axis=1)
    temporary = temporary_code[codes].sum(axis=1)
    is_permanent = permanent >= WEEKS_NEEDED
    return is_permanent, ~is_permanent & (permanent + temporary >= WEEKS_NEEDED)
