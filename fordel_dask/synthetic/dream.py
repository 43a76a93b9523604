"""DREAM as delivered: one wide row a person, a few weeks or all columns."""

import datetime
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from fordel_dask.synthetic.chance import Chance, Ints
from fordel_dask.synthetic.columns import dates, digits, pick, words
from fordel_dask.synthetic.labour_market import LabourMarket, weeks_in
from fordel_dask.synthetic.nation import Nation
from fordel_dask.synthetic.people import CIVIL_STATUS, People
from fordel_dask.synthetic.places import places
from fordel_dask.synthetic.pseudonyms import pseudonyms

HIGHEST_CODE = 999
FULL_WEEKS, LAST_WEEK = 1_822, 22  # of the delivery of June in the planning year, back to mid-1991
FULL_COLUMNS = 3_041
MONTHLY = ("BRANCHE", "GRAD", "ARBSTED", "VIRKFORM")
MONTHS, FIRST_MUNICIPALITY_YEAR = 222, 1991
ROWS_AT_A_TIME = 5_000  # of the full file, to bound memory


def week_column(year: int, week: int) -> str:
    """Give the name of a weekly column."""
    return f"Y_{year % 100:02}{week:02}"


def dream_tables(nation: Nation, rng: Chance, people: People, labour: LabourMarket) -> Iterator[pa.Table]:
    """Give DREAM for a block in random order, in pieces of bounded memory."""
    order = rng.permutation(labour.people.size)
    if nation.dream == "weeks":
        yield pa.table(_person(nation, people, labour, order) | _weeks(nation, labour, order))
        return
    for first in range(0, order.size, ROWS_AT_A_TIME):
        yield pa.table(_full(nation, people, labour, order[first : first + ROWS_AT_A_TIME]))


def _person(nation: Nation, people: People, labour: LabourMarket, rows: Ints) -> dict[str, pa.Array]:
    return {"PNR": digits(pseudonyms(nation, people.number[labour.people[rows]]), 12)}


def _code_words() -> pa.LargeStringArray:
    return words([None, *(f"{code:03}" for code in range(1, HIGHEST_CODE + 1))])


def _weeks(nation: Nation, labour: LabourMarket, rows: Ints) -> dict[str, pa.Array]:
    """Give the weeks of the year before and of the fee year."""
    choices = _code_words()
    years = (nation.fee_year - 1, nation.fee_year)
    names = [week_column(year, week) for year in years for week in range(1, weeks_in(year) + 1)]
    codes = labour.codes[rows]
    return {name: pick(choices, codes[:, week].astype(np.int64)) for week, name in enumerate(names)}


def _full(nation: Nation, people: People, labour: LabourMarket, rows: Ints) -> dict[str, pa.Array]:
    """Give all columns: weeks since 1991, monthly work, yearly municipality; most of them are empty.

    Only the two years of ``_weeks`` are drawn week by week; other weeks hold lasting benefits.
    """
    person = labour.people[rows]
    columns = _person(nation, people, labour, rows)
    lasting = pick(_code_words(), labour.lasting[rows].astype(np.int64))
    columns |= dict.fromkeys(_all_weeks(nation), lasting) | _weeks(nation, labour, rows)
    empty = pa.nulls(rows.size, pa.large_string())
    columns |= {f"{name}_{month}": empty for name in MONTHLY for month in _months(nation)}
    home = pick(words(places().codes), people.place[person])
    columns |= {f"NYKOM_{year}": home for year in range(FIRST_MUNICIPALITY_YEAR, nation.year + 1)}
    columns["HERKOMST"] = pick(words(["5", "1", "1"]), people.origin[person])
    columns["STATSBORGERSKAB"] = pick(words(["5100", None, None]), people.origin[person])
    columns["CIVILSTAND"] = pick(words(CIVIL_STATUS), people.civil[person])
    columns["FOEDDT"] = dates(people.birth_day[person])
    unnamed = FULL_COLUMNS - len(columns)
    return columns | {f"UNNAMED_{number:03}": empty for number in range(1, unnamed + 1)}


def _all_weeks(nation: Nation) -> list[str]:
    """Give the names of 1,822 weekly columns, ending in June of the planning year."""
    last = datetime.date.fromisocalendar(nation.year, LAST_WEEK, 1)
    weeks = (last - datetime.timedelta(weeks=back) for back in reversed(range(FULL_WEEKS)))
    return [week_column(iso.year, iso.week) for iso in (week.isocalendar() for week in weeks)]


def _months(nation: Nation) -> list[str]:
    """Give the last 222 months before the planning year's June."""
    last = nation.year * 12 + 5
    return [f"{month // 12}_{month % 12 + 1:02}" for month in range(last - MONTHS + 1, last + 1)]
