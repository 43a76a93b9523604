"""The population: who is counted. It is read in shares, which are sorted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.files import DEFAULT_PORTION, Piece, Portion, read_rows
from fordel_dask.gathering import every
from fordel_dask.registers.canonical import LocalCodes, counted_municipality
from fordel_dask.registers.collisions import lengths_met
from fordel_dask.registers.dealt_file import CHUNK_ROWS
from fordel_dask.registers.numbering import CODES, run_file, write_run
from fordel_dask.registers.people import person_keys
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.repeated import key_order, repeats
from fordel_dask.registers.rules import Columns, status_day
from fordel_dask.registers.spread import few_values
from fordel_dask.registers.tally import (
    Tally,
    days_met,
    days_refused,
    fates,
    merged,
    never_days,
    quarantined,
    rows_of,
    tally,
)
from fordel_dask.registers.work import task
from fordel_dask.schema.prepared import BLANK

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("KOEN"),
    Wanted("FOED_DAG", few_values=False, holds="day"),
    Wanted("CIVST"),
    Wanted("KOM"),
    Wanted("OPR_LAND"),
    Wanted("IE_TYPE"),
    Wanted("AREA", optional=True),
)
SEXES = {"1": 1, "2": 2}
NO_MUNICIPALITY = -1
NOT_IN_TABLE = -2
LACKING = "lacking_municipality"
"""Counted beside the account: rows of a municipality that only the law knows."""


@dataclass(frozen=True)
class Census:
    """The population and how it is read.

    ``municipalities`` are the codes of the nation's table in order (none: the table could not be
    read, and where people live cannot be judged), ``lawful`` those that the law knows; ``lookup``
    is the private directory that alone may hold person keys. ``aside`` is the file that takes quarantined
    rows, ``secret`` that of the secret that hides keys, if there is one.
    """

    pieces: tuple[tuple[Piece, tuple[tuple[str, str], ...]], ...]
    year: int
    strip: bool
    municipalities: tuple[str, ...]
    lawful: tuple[str, ...]
    partitions: int | None
    lookup: Path
    store: Path
    aside: Path
    secret: Path | None = None
    portion: Portion = DEFAULT_PORTION
    chunk_rows: int = CHUNK_ROWS

    def shares(self) -> list["Census"]:
        """Give the census in shares of whole pieces, each about as many rows as a sorted run has."""
        groups: list[list[tuple[Piece, tuple[tuple[str, str], ...]]]] = []
        room = 0
        for piece in self.pieces:
            rows = self.chunk_rows if piece[0].rows < 0 else piece[0].rows  # text: unknown until it is read
            if rows > room or not groups:
                groups.append([])
                room = self.chunk_rows
            groups[-1].append(piece)
            room -= rows
        return [
            replace(self, pieces=tuple(group), aside=self.aside.with_name(f"{self.aside.name}-{number}.parquet"))
            for number, group in enumerate(groups)
        ]


@dataclass(frozen=True)
class Sorting:
    """One share of the population, to be read and sorted into runs in a directory."""

    share: Census
    number: int
    directory: Path


@task
def sort_share(sorting: Sorting) -> dict[str, Any]:
    """Read a share of the population and write its persons in sorted runs.

    Returns the number of runs, the codes met, the account of rows, and how many rows were set aside.
    """
    share = sorting.share
    codes = {name: LocalCodes(plain_text) for name in CODES}
    aside = AsideFile(share.aside, share.strip, share.secret)
    counted: Tally = {}
    runs = 0
    for columns in _chunks(_batches(share, codes, counted, aside), share.chunk_rows):
        reasons = reasons_of(columns, share)
        fate = fates(reasons)
        lacking = {LACKING: {"rows": int(np.count_nonzero(columns["municipality"] == NOT_IN_TABLE))}}
        counted |= merged([counted, tally(fate, list(reasons)), days_met(_days_of(columns)), lacking])
        write_run(run_file(sorting.directory, sorting.number, runs), columns, fate == 0, share.secret)
        runs += 1
    texts = {name: local.texts for name, local in codes.items()}
    return {"runs": runs, "codes": texts, "tally": counted, **aside.close()}


def _chunks(batches: Iterable[Columns], chunk_rows: int) -> Iterator[Columns]:
    waiting: list[Columns] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part["high"].size for part in waiting) >= chunk_rows:
            yield joined_rows(waiting)
            waiting = []
    if waiting:
        yield joined_rows(waiting)


def joined_rows(parts: Sequence[Columns]) -> Columns:
    """Put batches together."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@task
def judge_population(census: Census) -> None:
    """Read the population only to say what is wrong with it, beside what is wrong already.

    Raises
    ------
    FordelError
        As the census.
    """
    codes = {name: LocalCodes(plain_text) for name in CODES}
    parts = list(_batches(census, codes, {}))
    if not parts:
        _refuse_no_rows()
    judged(joined_rows(parts), census)


def judged(columns: Columns, census: Census) -> tuple[np.ndarray, Columns]:
    """Refuse a population that cannot be used; give the order of its keys, and the rows that each reason keeps out.

    Raises
    ------
    FordelError
        As the census.
    """
    order, reasons = key_order(columns["high"], columns["low"]), reasons_of(columns, census)
    every(population_checks(seen_of(columns, order, reasons), census))
    return order, reasons


@dataclass(frozen=True)
class Seen:
    """What was counted of a population: all rows, those kept, and those that a check refuses."""

    rows: int
    kept: int
    repeated: int
    lacking: int
    days: Tally


NOBODY_SEEN = Seen(0, 0, 0, 0, {})


def seen_of(columns: Columns, order: np.ndarray, reasons: Columns) -> Seen:
    """Count what the checks look at, in columns of the whole population; ``order`` sorts its keys."""
    return Seen(
        rows=order.size,
        kept=int(np.count_nonzero(fates(reasons) == 0)),
        repeated=int(np.count_nonzero(repeats(columns["high"], columns["low"], order))),
        lacking=int(np.count_nonzero(columns["municipality"] == NOT_IN_TABLE)),
        days=days_met(_days_of(columns)),
    )


def seen_in_runs(counted: Tally, kept: int, repeated: int) -> Seen:
    """Give what the checks look at, from the account of all runs and what their ranges have shown."""
    return Seen(rows_of(counted), kept, repeated, counted.get(LACKING, {}).get("rows", 0), counted)


def _days_of(columns: Columns) -> Columns:
    return {"FOED_DAG": columns["birth_day"]}


def population_checks(seen: Seen, census: Census) -> list[Callable[[], None]]:
    """Give the checks that refuse a population."""
    if not seen.rows:
        return [_refuse_no_rows]
    checks: list[Callable[[], None]] = [
        partial(_refuse_repeated, seen, census.strip),
        partial(_refuse_birth_days, seen),
    ]
    if census.municipalities:
        checks += [partial(_refuse_lacking, seen), partial(_refuse_nobody, seen)]
    return checks


def _refuse_no_rows() -> None:
    raise CoverageError("population: the delivery has no rows. Check the files of [population].")


def _refuse_birth_days(seen: Seen) -> None:
    for name, values in never_days(seen.days).items():
        raise days_refused("population", name, values)


def _refuse_nobody(seen: Seen) -> None:
    if not seen.kept:
        raise CoverageError(f"population: none of {seen.rows:,} rows is a citizen who counts. Check the delivery.")


def _batches(
    census: Census, codes: dict[str, LocalCodes], lengths: Tally, aside: AsideFile | None = None
) -> Iterator[Columns]:
    places = places_of(census)
    for piece, columns in census.pieces:
        read = 0
        for batch in read_rows(piece, columns, few_values(WANTED), census.portion):
            lengths |= merged([lengths, lengths_met(batch["PNR"])]) if census.strip else {}
            rows = columns_of(batch, census.strip, places, codes)
            if aside is not None:
                aside.add(piece, read, batch, _quarantined(rows, census))
            read += batch.num_rows
            yield rows


def _quarantined(rows: Columns, census: Census) -> Columns:
    reasons = reasons_of(rows, census)
    fate = fates(reasons)
    return quarantined(fate, reasons, tally(fate, list(reasons)))


def columns_of(batch: Any, strip: bool, places: Mapping[str, int], codes: Mapping[str, LocalCodes]) -> Columns:
    """Give a batch of the population as columns: key, sex, day of birth, municipality and codes."""
    high, low = person_keys(batch["PNR"], strip, "population")
    return {
        "high": high,
        "low": low,
        "sex": mapped(batch["KOEN"], lambda value: SEXES.get(plain_text(value), 0), 0, "int8"),
        "birth_day": days(batch["FOED_DAG"]),
        "municipality": mapped(
            batch["KOM"],
            lambda value: places.get(counted_municipality(value), NO_MUNICIPALITY),
            NO_MUNICIPALITY,
            "int16",
        ),
        **{name: _codes(batch, column, codes[name]) for name, column in CODES.items()},
    }


def _codes(batch: Any, column: str, codes: LocalCodes) -> np.ndarray:
    """Give the numbers of a column of codes; a column that was not delivered is blank."""
    if column not in batch.schema.names:
        return np.full(batch.num_rows, BLANK, np.int32)
    return codes.take(batch[column])


def places_of(census: Census) -> dict[str, int]:
    """Give the number of every municipality of the table, and a mark for one that only the law knows."""
    places = {code: n for n, code in enumerate(census.municipalities)}
    return dict.fromkeys(census.lawful, NOT_IN_TABLE) | places


def _refuse_repeated(seen: Seen, strip: bool) -> None:
    if seen.repeated:
        why = " once leading zeros are left out (PNR is a number in one register, text in another)" if strip else ""
        raise SchemaError(
            f"population: {seen.repeated:,} of {seen.rows:,} rows repeat the PNR of another row{why}. "
            f"One row a person is expected; deliver the snapshot of one day, each person once."
        )


def _refuse_lacking(seen: Seen) -> None:
    if seen.lacking:
        raise CoverageError(
            f"population: {seen.lacking:,} persons live in municipalities that the municipalities table lacks. "
            f"Complete the table, or leave [municipalities] out to take the packaged one."
        )


def reasons_of(columns: Columns, census: Census) -> Columns:
    """Give the rows that each reason keeps out, in the order of the reasons."""
    place, birth = columns["municipality"], columns["birth_day"]
    return {
        "no_person_key": (columns["high"] == 0) & (columns["low"] == 0),
        "unknown_municipality": place < 0,
        "sex": columns["sex"] == 0,
        "birth_day_missing": birth <= UNREADABLE_DAY,
        "birth_day_after_status_date": birth > status_day(census.year),
    }
