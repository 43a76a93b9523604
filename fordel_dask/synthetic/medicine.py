"""Dispensed medicine of a block: chronic users by their conditions, everybody else by age, some returns."""

import functools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fordel_dask.synthetic.assumptions import assumed, assumed_numbers, assumed_words
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, day_between, draw, some
from fordel_dask.synthetic.columns import dates, digits, pick, whole, words
from fordel_dask.synthetic.diseases import ANCHOR_AGES, conditions
from fordel_dask.synthetic.enrolment import Enrolment
from fordel_dask.synthetic.nation import Nation, Purpose, day_number, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.places import AGES
from fordel_dask.synthetic.pseudonyms import pseudonyms
from fordel_dask.synthetic.registers import PNR_DIGITS, first_stranger
from fordel_dask.synthetic.services import STRANGERS, stranger_numbers

YEARS = {"light": 1, "full": 2}  # delivered before the status date
PACKAGES = (0.8, 0.15, 0.05)  # one, two or three
RETURNED, OF_STRANGERS = 0.004, 0.001
DAYS_TO_RETURN = 14


@dataclass(frozen=True)
class Dispensings:
    """Rows of dispensed medicine; ``person`` is a position among people and strangers."""

    person: Ints
    medicine: Ints
    day: Ints
    packages: Ints

    def take(self, rows: Ints) -> "Dispensings":
        """Give these rows, in this order."""
        return Dispensings(*(column[rows] for column in vars(self).values()))


@functools.cache
def _users_by_age() -> Floats:
    """Give the share who use each medicine whatever their conditions, by age × medicine."""
    table = assumed_numbers("medicine", tuple(f"at_{age}" for age in ANCHOR_AGES)) / 100
    return np.stack([np.interp(np.arange(AGES), ANCHOR_AGES, row) for row in table], axis=1)


@functools.cache
def _of_conditions() -> tuple[tuple[int, int, float], ...]:
    """Give medicine, condition and share treated of every medicine that belongs to a condition."""
    names = [condition.name for condition in conditions()]
    return tuple(
        (n, names.index(row["condition"]), float(row["treated"]))
        for n, row in enumerate(assumed("medicine"))
        if row["condition"]
    )


def dispensings_of(nation: Nation, block: int, people: People, enrolment: Enrolment, has: Flags) -> Dispensings:
    """Draw the medicine dispensed to the people of a block, in no order."""
    rng = stream(nation, Purpose.MEDICINE, block)
    person, medicine = np.nonzero(rng.random((people.size, len(assumed("medicine")))) < _likely(people, has))
    a_year = assumed_numbers("medicine", ("a_year",))[:, 0]
    number = 1 + rng.poisson(a_year[medicine] * YEARS[nation.history] - 1)
    person, medicine = np.repeat(person, number), np.repeat(medicine, number)
    day = _days(nation, rng, people, enrolment, person)
    rows = Dispensings(person, medicine, day, 1 + draw(rng, np.array(PACKAGES), person.size))
    rows = _with_returns_and_strangers(nation, rng, rows, people.size)
    return rows.take(rng.permutation(rows.person.size))


def _likely(people: People, has: Flags) -> Floats:
    likely = _users_by_age()[people.age].copy()
    for medicine, condition, treated in _of_conditions():
        likely[has[:, condition], medicine] = treated
    return likely


def _days(nation: Nation, rng: Chance, people: People, enrolment: Enrolment, person: Ints) -> Ints:
    """Draw days while people live here, in the years delivered."""
    begin = day_number(nation.year - YEARS[nation.history], 1, 1)
    first = np.maximum(people.birth_day, begin)
    end = np.minimum(enrolment.spells.end_day, nation.status_day)
    return day_between(rng, first[person], np.maximum(end, first + 1)[person], person.size)


def _with_returns_and_strangers(nation: Nation, rng: Chance, rows: Dispensings, people: int) -> Dispensings:
    """Add packages brought back, as negative numbers, and rows of persons who stand in no other register."""
    back, other = rows.take(some(rng, rows.person.size, RETURNED)), rows.take(some(rng, rows.person.size, OF_STRANGERS))
    back_day = np.minimum(back.day + rng.integers(0, DAYS_TO_RETURN, back.day.size), nation.status_day - 1)
    unknown = people + rng.integers(0, STRANGERS, other.person.size)
    parts = (
        rows,
        Dispensings(back.person, back.medicine, back_day, -back.packages),
        Dispensings(unknown, other.medicine, other.day, other.packages),
    )
    return Dispensings(*(np.concatenate(c) for c in zip(*(vars(part).values() for part in parts), strict=True)))


def prescriptions_table(nation: Nation, block: int, people: People, rows: Dispensings) -> pa.Table:
    """Give the register of prescriptions: one row for packages of one medicine on one day."""
    numbers = np.append(people.number, stranger_numbers(first_stranger(nation, block)))
    return pa.table(
        {
            "PNR": pick(digits(pseudonyms(nation, numbers), PNR_DIGITS), rows.person),
            "ATC": pick(words(assumed_words("medicine", "atc")), rows.medicine),
            "EKSD": dates(rows.day),
            "APK": whole(rows.packages),
        }
    )
