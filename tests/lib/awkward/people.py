"""Persons and their enrolment: every awkward birthday, code and spell."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fordel_dask import law

from .clinics import Clinics
from .files import Table

DAY = timedelta(days=1)
FOR_EVER = date(9999, 12, 31)
LONG_AGO = date(2015, 3, 1)
UNKNOWN_PERSONS = 12


@dataclass(frozen=True)
class Frame:
    """What all registers share: the year, the keys of persons, and keys nobody in the population has."""

    year: int  # planning year
    keys: list[str]
    strangers: list[str]

    @property
    def status(self) -> date:
        """1 January of the planning year."""
        return date(self.year, 1, 1)

    @property
    def first(self) -> date:
        """First day of the fee year."""
        return date(self.year - 1, 1, 1)

    @property
    def last(self) -> date:
        """Last day of the fee year."""
        return date(self.year - 1, 12, 31)

    def anyone(self, rng: Random) -> str:
        """Give a key, now and then a stranger's."""
        return rng.choice(self.strangers if rng.random() < 0.02 else self.keys)


def frame(citizens: int, year: int, rng: Random) -> Frame:
    """Give keys of ten digits, some beginning with noughts."""
    numbers = rng.sample(range(1, 4_000_000_000), citizens + UNKNOWN_PERSONS)
    short = rng.sample(range(citizens), citizens // 10)
    for position in short:  # the remainder keeps them apart
        numbers[position] = numbers[position] % 1_000_000 * 100_000 + position
    keys = [f"{number % 10**10:010}" for number in numbers]
    if len(set(keys)) < len(keys):
        return frame(citizens, year, rng)
    return Frame(year, keys[:citizens], keys[citizens:])


def population(nation: Frame, rng: Random) -> Table:
    """Give the population extract of the status date."""
    places = law.rows("geography/municipalities")
    homes = [row["kommunekode"] for row in places]
    sizes = [int(row["folketal_2026"]) for row in places]
    countries = [row["opr_land_code"] for row in law.rows("codes/menapt")]
    number = len(nation.keys)
    return {
        "PNR": nation.keys,
        "KOEN": [rng.choice("12") if rng.random() > 0.01 else rng.choice(["3", None]) for _ in range(number)],
        "FOED_DAG": [birth(nation, rng) for _ in range(number)],
        "CIVST": [
            rng.choice(["G", "U", "U", "G", "E", "L", "F", "O", "P", "9", "", " E", "F "]) for _ in range(number)
        ],
        "KOM": [home(rng, homes, sizes) for _ in range(number)],
        "OPR_LAND": [
            rng.choice(["5100", "5100", "5120", "5999", None, *rng.sample(countries, 3)]) for _ in range(number)
        ],
        "IE_TYPE": [rng.choice(["1", "1", "2", "3", None]) for _ in range(number)],
    }


def home(rng: Random, homes: list[str], sizes: list[int]) -> str | None:
    """Give a municipality, sometimes Christiansø, an unknown one or none."""
    chance = rng.random()
    if chance < 0.01:
        return "411"
    if chance < 0.02:
        return rng.choice(["999", "000", None])
    return rng.choices(homes, sizes)[0] if chance < 0.7 else rng.choice(homes)


def birth(nation: Frame, rng: Random) -> date | None:
    """Give a birth date: all ages evenly, and the borders of the bands and of working life."""
    chance = rng.random()
    year = nation.year
    if chance < 0.02:
        return rng.choice([None, nation.status + DAY, date(year, 6, 1)])
    if chance < 0.10:
        age = rng.choice([0, 5, 15, 16, 17, 67, 68, 69, 90])
        border = date(year - age, 1, 1)
        return rng.choice([border, border + DAY, border - DAY])
    if chance < 0.13:
        return rng.choice([nation.status, nation.status - DAY, date(2000, 2, 29), date(year - 110, 1, 1)])
    return nation.status - timedelta(days=rng.randint(0, 36_000))


def enrolment(nation: Frame, clinics: Clinics, rng: Random) -> Table:
    """Give the spells of all persons and of some strangers."""
    rows = [(key, *spell) for key in nation.keys for spell in spells(nation, clinics, rng)]
    rows += [(key, clinics.any(rng), "1", LONG_AGO, None) for key in nation.strangers]
    columns = list(zip(*rows, strict=True))
    return {
        name: list(values) for name, values in zip(("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"), columns, strict=True)
    }


Spell = tuple[str | None, str, date | None, date | None]  # clinic, group, from, to


def spells(nation: Frame, clinics: Clinics, rng: Random) -> list[Spell]:
    """Give one person's spells: half of them plain, the others awkward in one of many ways."""
    own, other = clinics.any(rng), clinics.any(rng)
    if rng.random() < 0.5:
        return [(own, "1", LONG_AGO, rng.choice([None, None, FOR_EVER]))]
    turn = nation.first + timedelta(days=rng.randint(1, 360))
    status, last, first = nation.status, nation.last, nation.first
    ways: list[list[Spell]] = [
        [(own, "1", LONG_AGO, turn), (other, "1", turn + DAY, None)],  # adjacent
        [(own, "1", LONG_AGO, turn), (other, "1", turn - 20 * DAY, None)],  # overlapping
        [(own, "1", turn, None), (own, "1", turn, None)],  # doubled
        [(own, "1", turn, None), (other, "1", turn, None)],  # one day, two clinics
        [(own, "1", turn, None), (None, "1", turn, None)],
        [(own, "1", LONG_AGO, first + 40 * DAY), (other, "1", turn + 60 * DAY, None)],  # a gap, or none
        [(own, "1", status, None)],  # no exposure
        [(own, "1", last, None)],  # one day of exposure
        [(own, "1", LONG_AGO, last)],  # gone on the day
        [(own, "1", LONG_AGO, status)],  # still there on the day
        [(own, "1", LONG_AGO, last), (other, "1", status, status)],
        [(own, "1", status + DAY, None)],  # too late
        [(own, "2", LONG_AGO, None)],
        [(own, "2", LONG_AGO, turn), (own, "1", turn, None)],
        [(own, "1", LONG_AGO, turn), (other, "2", turn, None)],
        [(own, "1", LONG_AGO, None), (other, "2", turn, None)],  # both groups
        [(own, "1", None, None), (other, "1", turn, None)],  # no FRA
        [(own, "1", turn, turn - DAY), (other, "1", first, None)],  # the wrong way round
        [(own, "1", turn, turn), (own, "1", turn + DAY, turn + DAY), (other, "1", last - DAY, None)],
        [(None, "1", LONG_AGO, None)],
        [(own, "1", first, last), (own, "1", status, None)],  # renewed at the year's end
        [],
    ]
    return rng.choice(ways)
