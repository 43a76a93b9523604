"""Faults that are holes in the ordinary files: weeks, months, municipalities and countries that are not there.

The rows are not lost but moved next door, so the nation keeps its sums: a week is settled a week later, a month of
contacts starts in the next month, the citizens of a municipality live in the largest one.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask import law
from fordel_dask.synthetic.faults.counting import (
    Counted,
    Counts,
    Covers,
    count_dream,
    count_enrolment,
    count_population,
    count_services,
    fee_weeks,
    part,
    together,
    weeks_covered,
)
from fordel_dask.synthetic.faults.counting_patients import (
    PAIRS,
    Pair,
    count_pair,
    count_prescriptions,
    count_small_tables,
    months_covered,
)
from fordel_dask.synthetic.files import part_name, write_parquet
from fordel_dask.synthetic.nation import Nation
from fordel_dask.synthetic.people import DANISH_CODE
from fordel_dask.synthetic.places import CHRISTIANSOE, places

EACH = 3  # holes of each kind
WEEKS_MISSING, WEEKS_THIN = (14, 27, 41), (9, 20, 35)
DREAM_MISSING, DREAM_EMPTY = (11, 24, 46), (5, 31, 50)
THIN = 4  # one row of so many stays in a thin week
WINDOW_YEARS = 15
LAST_OF_LPR2 = "2019-02"  # late planning years have no contact of it
OERE = 100
CHANGED = {b"planted": b"gaps"}


@dataclass(frozen=True)
class Gaps:
    """What is taken out of the ordinary files, and where it goes; ``clean`` is what they had before."""

    clean: Counted
    homes: Mapping[str, str]  # municipality emptied → where its citizens live now
    countries: Mapping[str, str]
    months: Mapping[int, tuple[str, ...]]  # by pair
    weeks_missing: tuple[str, ...]
    weeks_thin: tuple[str, ...]
    dream_missing: tuple[str, ...]
    dream_empty: tuple[str, ...]


def count_block(nation: Nation, block: int, out: Path) -> Counted:
    """Count what the written files of one block have of every fault, and what they cover."""
    clean = Counted(Counter(), Counter())
    who = count_population(nation, out, block, clean.rules, clean.covers)
    both = (clean.rules, clean.covers)
    count_enrolment(nation, out, block, who, both)
    count_services(nation, out, block, who, both)
    count_dream(nation, out, block, who, both)
    count_pair(nation, out, block, who, both)
    if nation.extras:
        count_prescriptions(nation, out, block, who, clean.rules)
    return clean


def choose_gaps(nation: Nation, pieces: list[Counted], out: Path) -> Gaps:
    """Choose what is to be missing, given what every block has: the smallest that there are."""
    clean = together(pieces)
    count_small_tables(nation, out, clean.rules)
    menapt = {row["opr_land_code"] for row in law.rows("codes/menapt")} - {DANISH_CODE}
    weeks = fee_weeks(nation)
    return Gaps(
        clean=clean,
        homes=_smallest(clean.covers, "home", set(places().codes) - {CHRISTIANSOE}),
        countries=_smallest(clean.covers, "country", menapt),
        months={pair.number: _months(nation, pair, clean.covers) for pair in PAIRS},
        weeks_missing=tuple(weeks[week - 1] for week in WEEKS_MISSING),
        weeks_thin=tuple(weeks[week - 1] for week in WEEKS_THIN),
        dream_missing=tuple(weeks[week - 1] for week in DREAM_MISSING),
        dream_empty=tuple(weeks[week - 1] for week in DREAM_EMPTY),
    )


def _smallest(covers: Covers, kind: str, known: set[str]) -> dict[str, str]:
    """Give the smallest that have anybody, each with the largest, where its people go."""
    found = sorted((number, name) for (what, name), number in covers.items() if what == kind and name in known)
    return {name: found[-1][1] for _, name in found[:-1][:EACH]}


def window_months(nation: Nation, pair: int, covers: Covers) -> list[str]:
    """Give the months between the first and the last with a row, within 15 years before the status date."""
    found = sorted(month for kind, month in covers if kind == f"month {pair}")
    found = [month for month in found if f"{nation.year - WINDOW_YEARS}-01" <= month < f"{nation.year}-01"]
    every = [f"{year}-{month:02}" for year in range(nation.year - WINDOW_YEARS, nation.year) for month in range(1, 13)]
    return [month for month in every if found and found[0] <= month <= found[-1]]


def _months(nation: Nation, pair: Pair, covers: Covers) -> tuple[str, ...]:
    """Choose months inside a pair, not at a year's end, where windows begin; none of a pair too short for it."""
    inner = [month for month in window_months(nation, pair.number, covers)[1:-1] if month[5:] not in ("12", "02")]
    inner = [month for month in inner if covers[f"month {pair.number}", month]]
    apart = len(inner) // (EACH + 1)
    return tuple(inner[apart * n] for n in range(1, EACH + 1)) if apart > 1 else ()


def alter_block(nation: Nation, gaps: Gaps, block: int, out: Path) -> Covers:
    """Take the gaps out of one block's files; gives what they cover then."""
    _rewrite(out / "population" / part_name(block), partial(_moved, gaps))
    _rewrite(out / "services" / part_name(block), partial(_settled_later, nation, gaps))
    _rewrite(out / "dream" / part_name(block), partial(_without_weeks, gaps))
    for pair in PAIRS:
        months = gaps.months[pair.number]
        if months:
            change = partial(_started_later, pair.day, months)
            _rewrite(out / f"{pair.folder}_contacts" / part_name(block), change)
    return _covers_of(nation, out, block)


def _covers_of(nation: Nation, out: Path, block: int) -> Covers:
    rules: Counts = Counter()
    covers: Covers = Counter()
    who = count_population(nation, out, block, rules, covers)
    count_enrolment(nation, out, block, who, (rules, covers))
    count_dream(nation, out, block, who, (rules, covers))
    covers.update(weeks_covered(nation, part(out, "services", block, ["HONUGE"])["HONUGE"]))
    for pair in PAIRS:
        covers.update(months_covered(pair, part(out, f"{pair.folder}_contacts", block, [pair.day])[pair.day]))
    return covers


def _rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change a file one group of rows at a time, so that wide ones stay small in memory.

    A changed file says so, and a task that is run again leaves it as it is.
    """
    with pq.ParquetFile(path) as file:
        if CHANGED.items() <= (file.schema_arrow.metadata or {}).items():
            return
        groups = (file.read_row_group(group) for group in range(file.num_row_groups))
        write_parquet(path, (change(group).replace_schema_metadata(CHANGED) for group in groups))


def _replaced(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _other_words(column: pa.ChunkedArray, others: Mapping[str, str]) -> pa.Array:
    """Give a column of words with some words changed."""
    encoded = column.combine_chunks().dictionary_encode()
    words = pa.array([others.get(word, word) for word in encoded.dictionary.to_pylist()], type=column.type)
    return words.take(encoded.indices)


def _moved(gaps: Gaps, table: pa.Table) -> pa.Table:
    """Let citizens live elsewhere, and come from another country of the same group."""
    if "AREA" in table.column_names:
        left = pc.is_in(table["KOM"], value_set=pa.array(list(gaps.homes), type=table["KOM"].type))
        table = _replaced(table, "AREA", pc.if_else(left, None, table["AREA"]))
    table = _replaced(table, "KOM", _other_words(table["KOM"], gaps.homes))
    return _replaced(table, "OPR_LAND", _other_words(table["OPR_LAND"], gaps.countries))


def _settled_later(nation: Nation, gaps: Gaps, table: pa.Table) -> pa.Table:
    """Settle some weeks a week later, and write what was paid in øre, though it is declared as kroner."""
    weeks = fee_weeks(nation)
    next_week = dict(pairwise(weeks))
    week = table["HONUGE"].combine_chunks()
    later = _other_words(table["HONUGE"], {w: next_week[w] for w in gaps.weeks_missing + gaps.weeks_thin})
    thin = pc.is_in(week, value_set=pa.array(gaps.weeks_thin, type=week.type))
    stays = pc.and_(thin, pa.array(np.arange(table.num_rows) % THIN == 0))
    table = _replaced(table, "HONUGE", pc.if_else(stays, week, later))
    return _replaced(table, "BRUHON", pa.array(np.round(np.asarray(table["BRUHON"]) * OERE, 0)))


def _without_weeks(gaps: Gaps, table: pa.Table) -> pa.Table:
    """Leave some weeks of DREAM out, and some without anything in them."""
    table = table.drop_columns([f"Y_{week}" for week in gaps.dream_missing])
    for week in gaps.dream_empty:
        table = _replaced(table, f"Y_{week}", pa.nulls(table.num_rows, table[f"Y_{week}"].type))
    return table


def _started_later(name: str, months: tuple[str, ...], table: pa.Table) -> pa.Table:
    """Let contacts of some months start on the first of the next one."""
    type_ = table[name].type
    day = np.asarray(table[name].cast(pa.date32()).cast(pa.int32())).astype(np.int64)
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    gone = np.isin(month, np.array(months, dtype="datetime64[M]"))
    moved = (month + 1).astype("datetime64[D]").astype(np.int64)
    day = np.where(gone, moved, day)
    if pa.types.is_date(type_):
        return _replaced(table, name, pa.array(day.astype(np.int32)).cast(type_))
    times = np.asarray(table[name].cast(pa.int64()))
    second = times % 86_400_000_000
    return _replaced(table, name, pa.array(day * 86_400_000_000 + second).cast(type_))


def quiet_week(nation: Nation, gaps: Gaps) -> str:
    """Give a week of the fee year that has its rows, for planted ones."""
    touched = gaps.weeks_missing + gaps.weeks_thin + gaps.dream_missing + gaps.dream_empty
    return next(week for week in fee_weeks(nation)[1:] if week not in touched)


def quiet_day(nation: Nation, pair: Pair, covers: Covers) -> str:
    """Give a day in the month with most contacts of a pair, for planted ones."""
    months = window_months(nation, pair.number, covers) or [m for k, m in covers if k == f"month {pair.number}"]
    busiest = max(months or [LAST_OF_LPR2], key=lambda month: (covers[f"month {pair.number}", month], month))
    return datetime.date.fromisoformat(f"{busiest}-15").isoformat()
