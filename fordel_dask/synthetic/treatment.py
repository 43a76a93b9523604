"""When services were given: weeks to months before they were settled."""

from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.chance import Chance, Ints
from fordel_dask.synthetic.labour_market import weeks_in
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.services import ServiceRows

SETTLED_AFTER_DAYS, LONGEST_DAYS = 26, 250  # the mean and the most
DELAY_SHAPE = 1.6


@dataclass(frozen=True)
class Treated:
    """Service rows with the day each was given."""

    rows: ServiceRows
    day: Ints


def treated(nation: Nation, block: int, people: People, rows: ServiceRows) -> Treated:
    """Give every row its day of treatment, and add what was treated late in the year and settled after it.

    Whoever counts by settlement counts what they counted without treatment dates. For every row that was treated
    before the fee year a row of the same citizen is treated a year later and settled after the fee year, so a
    citizen uses as much by treatment as by settlement, on other days.
    """
    rng = stream(nation, Purpose.TREATMENT, block)
    day = _days(nation, rng, people, rows)
    weeks = weeks_in(nation.fee_year)
    in_year = (rows.week >= weeks_in(nation.fee_year - 1)) & (rows.week < weeks_in(nation.fee_year - 1) + weeks)
    here = rows.person < people.citizens
    moved = np.flatnonzero(in_year & here & (day < nation.fee_year_start))
    later = vars(rows.take(moved)) | {"week": rows.week[moved] + weeks}
    order = rng.permutation(rows.size + moved.size)
    both = ServiceRows(*(np.append(old, new) for old, new in zip(vars(rows).values(), later.values(), strict=True)))
    return Treated(both.take(order), np.append(day, day[moved] + nation.fee_year_days)[order])


def _days(nation: Nation, rng: Chance, people: People, rows: ServiceRows) -> Ints:
    """Draw days before the week of settlement, none before birth but for rows of the year before birth."""
    settled = nation.fee_year_start + 7 * (rows.week - weeks_in(nation.fee_year - 1))
    delay = rng.gamma(DELAY_SHAPE, SETTLED_AFTER_DAYS / DELAY_SHAPE, rows.size)
    day = settled - 1 - np.minimum(delay, LONGEST_DAYS).astype(np.int64)
    born = np.append(people.birth_day, np.zeros(1, dtype=np.int64))[np.minimum(rows.person, people.size)]
    return np.asarray(np.maximum(day, np.minimum(born, settled + 7)))
