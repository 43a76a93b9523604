"""The invented nation asked for: its size, its dates and its streams of chance."""

import datetime
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fordel_dask.errors import UsageError

CITIZENS_PER_BLOCK = 50_000
NATIONAL_CITIZENS = 6_025_603  # BEF202512; what areas and the number of clinics are scaled by
SMALLEST, LARGEST = 1_000, 60_000_000
FIRST_YEAR, LAST_YEAR = 2021, 2060  # from 2021 the fee year lies wholly after the start of LPR3
HISTORIES = ("light", "full")
DREAMS = ("weeks", "full")
EPOCH = datetime.date(1970, 1, 1)


class Purpose(IntEnum):
    """What a stream of chance is for; streams of different purposes know nothing of each other."""

    CLINICS = 0
    PEOPLE = 1
    ENROLMENT = 2
    CONDITIONS = 3
    LABOUR_MARKET = 4
    CONSUMPTION = 5
    SERVICES = 6
    DIAGNOSES = 7
    POPULATION = 8
    LPR2 = 9
    LPR3 = 10
    DREAM = 11
    AREAS = 12
    TREATMENT = 13
    MEDICINE = 14
    OFFICES = 15
    SERVICE_DETAILS = 16
    COVARIATES = 17


@dataclass(frozen=True)
class Nation:
    """An invented nation, wholly given by these values: the same values give the same bytes.

    Parameters
    ----------
    citizens
        Rows of the population register, 1,000 to 60 million. The model's levels are all
        estimable from 20,000 citizens up.
    seed
        Whole number from 0; another seed is another nation of the same kind.
    year
        Planning year ``Y``; the population is the snapshot of 31 December ``Y − 1``.
    history
        ``"light"``: about 10 diagnosis rows a citizen, ``"full"``: about 70.
    dream
        ``"weeks"``: the weeks of the fee year and of the year before, ``"full"``: all 3,041 columns.
    extras
        Whether the optional tables and columns of the contract are delivered too.

    Raises
    ------
    UsageError
        If a value lies outside these bounds.
    """

    citizens: int
    seed: int
    year: int = 2026
    history: str = "light"
    dream: str = "weeks"
    extras: bool = False

    def __post_init__(self) -> None:
        """Refuse a nation that cannot be made."""
        _refuse_outside("citizens", self.citizens, SMALLEST, LARGEST)
        _refuse_outside("seed", self.seed, 0, 2**63 - 1)
        _refuse_outside("year", self.year, FIRST_YEAR, LAST_YEAR)
        _refuse_unknown("history", self.history, HISTORIES)
        _refuse_unknown("dream", self.dream, DREAMS)

    @property
    def scale(self) -> float:
        """Size beside the Danish nation (1 = Denmark)."""
        return self.citizens / NATIONAL_CITIZENS

    @property
    def fee_year(self) -> int:
        """Calendar year of the fees."""
        return self.year - 1

    @property
    def status_day(self) -> int:
        """Status date, in days since 1970."""
        return day_number(self.year, 1, 1)

    @property
    def fee_year_start(self) -> int:
        """First day of the fee year, in days since 1970."""
        return day_number(self.fee_year, 1, 1)

    @property
    def fee_year_days(self) -> int:
        """Days ``D`` of the fee year."""
        return self.status_day - self.fee_year_start


def _refuse_outside(name: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise UsageError(f"{name}: expected {lowest} to {highest}, found {value}.")


def _refuse_unknown(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{name}: expected one of {', '.join(known)}, found {value!r}.")


def day_number(year: int, month: int, day: int) -> int:
    """Give a date as days since 1970."""
    return (datetime.date(year, month, day) - EPOCH).days


def blocks(nation: Nation) -> int:
    """Give the number of blocks of citizens, each of which can be generated alone."""
    return -(-nation.citizens // CITIZENS_PER_BLOCK)


def block_citizens(nation: Nation, block: int) -> range:
    """Give the citizen numbers of a block.

    Raises
    ------
    UsageError
        If the nation has no such block.
    """
    _refuse_outside("block", block, 0, blocks(nation) - 1)
    first = block * CITIZENS_PER_BLOCK
    return range(first, min(first + CITIZENS_PER_BLOCK, nation.citizens))


def stream(nation: Nation, purpose: Purpose, block: int = 0) -> np.random.Generator:
    """Give the stream of chance of one purpose in one block: counter-based, so independent of all others.

    The nation's seed, the purpose and the block number it; size and year do not.
    """
    numbered = np.random.SeedSequence(nation.seed, spawn_key=(int(purpose), block))
    return np.random.Generator(np.random.Philox(numbered))
