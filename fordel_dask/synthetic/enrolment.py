"""Who is enrolled where and when: births, arrivals, departures, change of clinic, group 2."""

from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, day_between, draw_by_row, happens
from fordel_dask.synthetic.clinics import Clinics
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import DANISH, People

NEVER = 2**40  # a day that does not come
NO_CLINIC = -1
CHANGERS = 0.06
GROUP_2 = 0.0047
GROUP_CHANGERS = 0.0006  # between the groups, in the fee year
UNENROLLED = 0.003
IN_A_CLOSED_CLINIC = 0.0008
ARRIVALS_DANISH, ARRIVALS_FOREIGN = 0.003, 0.05
DAYS_AFTER_STATUS = 31  # deliveries hold some changes after the status date
OLDEST_SPELL_YEARS = 22


@dataclass(frozen=True)
class Spells:
    """One or two spells a person: from ``first_day`` to ``change_day − 1``, then to ``end_day − 1``."""

    first_day: Ints
    change_day: Ints  # NEVER = one spell only
    end_day: Ints  # NEVER = open
    clinic: Ints  # by spell × person; position in Clinics or NO_CLINIC
    group: Ints  # by spell × person


@dataclass(frozen=True)
class Enrolment:
    """What the spells mean for each person at the status date and in the fee year."""

    spells: Spells
    clinic: Ints  # of the latest spell begun by the status date
    group_1: Flags  # counted by the model, if a citizen
    exposure: Ints  # days of the fee year in group-1 spells
    use_from: Ints  # when in the fee year services can fall
    use_to: Ints


def enrolment_of(nation: Nation, block: int, people: People, clinics: Clinics) -> Enrolment:
    """Draw the spells of a block and read off clinic, group and exposure."""
    rng = stream(nation, Purpose.ENROLMENT, block)
    spells = _spells(nation, rng, people, clinics)
    second = (spells.change_day <= nation.status_day).astype(np.int64)
    person = np.arange(people.size)
    joined = (spells.group[0] == 2) & (spells.group[1] == 1) & (spells.change_day < NEVER)
    start = np.where(joined, spells.change_day, spells.first_day)
    return Enrolment(
        spells=spells,
        clinic=spells.clinic[second, person],
        group_1=spells.group[second, person] == 1,
        exposure=_exposure(nation, spells),
        use_from=np.maximum(start, nation.fee_year_start),
        use_to=np.minimum(spells.end_day, nation.status_day),
    )


def _exposure(nation: Nation, spells: Spells) -> Ints:
    """Count the days of the fee year in group-1 spells."""
    first = _days_in_fee_year(nation, spells.first_day, np.minimum(spells.change_day, spells.end_day))
    then = _days_in_fee_year(nation, spells.change_day, spells.end_day)
    return np.asarray(first * (spells.group[0] == 1) + then * (spells.group[1] == 1))


def _days_in_fee_year(nation: Nation, first: Ints, end: Ints) -> Ints:
    start = np.maximum(first, nation.fee_year_start)
    return np.asarray(np.maximum(np.minimum(end, nation.status_day) - start, 0))


def _spells(nation: Nation, rng: Chance, people: People, clinics: Clinics) -> Spells:
    first_day, new = _first_days(nation, rng, people)
    home = draw_by_row(rng, clinics.choice, people.place)
    before = draw_by_row(rng, clinics.choice, people.place)
    group = _groups(rng, people.size)
    leaves = np.arange(people.size) >= people.citizens
    switches = group[0] != group[1]
    can_change = ~new & ~leaves
    changes = can_change & (happens(rng, CHANGERS, people.size) | switches)
    group[0] = np.where(can_change, group[0], group[1])
    day = day_between(rng, nation.fee_year_start, nation.status_day + DAYS_AFTER_STATUS, people.size)
    before, day = _from_closed_clinics(rng, people, clinics, before, day)
    end_day = day_between(rng, nation.fee_year_start + 1, nation.status_day, people.size)
    current = _unusual_clinics(rng, clinics, home)
    clinic = np.stack([np.where(changes, before, current), current])
    return Spells(
        first_day=first_day,
        change_day=np.where(changes, day, NEVER),
        end_day=np.where(leaves, end_day, NEVER),
        clinic=np.where(group == 2, NO_CLINIC, clinic),
        group=group,
    )


def _first_days(nation: Nation, rng: Chance, people: People) -> tuple[Ints, Flags]:
    """Give the first day of enrolment, and who was born or came in the fee year.

    The departed were all here before the year; the newborn are enrolled from birth.
    """
    born = people.birth_day >= nation.fee_year_start
    arrival_chance = np.where(people.origin == DANISH, ARRIVALS_DANISH, ARRIVALS_FOREIGN)
    here = np.arange(people.size) < people.citizens
    comes = here & ~born & happens(rng, arrival_chance, people.size)
    oldest = np.maximum(people.birth_day, nation.fee_year_start - round(365.25 * OLDEST_SPELL_YEARS))
    long_ago = day_between(rng, oldest, nation.fee_year_start, people.size)
    arrival = day_between(rng, nation.fee_year_start, nation.status_day, people.size)
    day = np.where(comes, arrival, np.where(born, people.birth_day, long_ago))
    return np.where(here | ~born, day, nation.fee_year_start), (born & here) | comes


def _groups(rng: Chance, size: int) -> Ints:
    """Give the insurance group by spell × person; a few change group at the change of spell."""
    second = np.where(happens(rng, GROUP_2, size), 2, 1)
    switch = happens(rng, GROUP_CHANGERS, size)
    return np.stack([np.where(switch, 3 - second, second), second])


def _from_closed_clinics(rng: Chance, people: People, clinics: Clinics, before: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Let some who changed come from a closed clinic of their place, the day after it closed."""
    closed = rng.integers(clinics.n_open, clinics.ydernr.size, people.size)
    same_place = clinics.place[closed] == people.place
    return np.where(same_place, closed, before), np.where(same_place, clinics.closed_day[closed] + 1, day)


def _unusual_clinics(rng: Chance, clinics: Clinics, home: Ints) -> Ints:
    """Let a few citizens have no clinic, or still stand at one that has closed."""
    chance: Floats = rng.random(home.size)
    closed = rng.integers(clinics.n_open, clinics.ydernr.size, home.size)
    current = np.where(chance < UNENROLLED + IN_A_CLOSED_CLINIC, closed, home)
    return np.where(chance < UNENROLLED, NO_CLINIC, current)
