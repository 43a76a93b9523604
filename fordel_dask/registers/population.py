"""The population: who is counted, in the order of their keys or of what hides them; here citizens get their numbers."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.files import DEFAULT_PORTION, Piece, Portion, read_rows
from fordel_dask.extracts.gathering import every
from fordel_dask.registers.canonical import LocalCodes, counted_municipality
from fordel_dask.registers.collisions import lengths_met
from fordel_dask.registers.hidden import HIDDEN_WORDS, hidden_words
from fordel_dask.registers.numbered import CitizenFiles
from fordel_dask.registers.people import Words, person_keys
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.repeated import key_order, repeats
from fordel_dask.registers.rules import Columns, status_day
from fordel_dask.registers.runs import SortedRuns
from fordel_dask.registers.spread import few_values
from fordel_dask.registers.tally import (
    KEPT,
    Tally,
    days_met,
    days_refused,
    fates,
    merged,
    never_days,
    quarantined,
    tally,
)
from fordel_dask.registers.work import task
from fordel_dask.schema.prepared import BLANK
from fordel_dask.store import even_grid

WANTED = (
    Wanted("PNR", few_values=False),
    Wanted("KOEN"),
    Wanted("FOED_DAG", few_values=False, holds="day"),
    Wanted("CIVST"),
    Wanted("KOM"),
    Wanted("OPR_LAND"),
    Wanted("IE_TYPE"),
)
CODES = {"civil_status": "CIVST", "country": "OPR_LAND", "origin_type": "IE_TYPE"}
SEXES = {"1": 1, "2": 2}
NO_MUNICIPALITY = -1
NOT_IN_TABLE = -2
CITIZENS_A_PARTITION = 100_000


@dataclass(frozen=True)
class Census:
    """The task that numbers the citizens.

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


@dataclass
class Seen:
    """What was seen of all rows: how many, how many repeat a person, who lives where the table does not reach.

    ``counted`` is the account of rows, ``days`` what could be read as a day of birth, ``used`` the codes of
    the rows kept.
    """

    rows: int = 0
    twice: int = 0
    lacking: int = 0
    counted: Tally = field(default_factory=dict)
    days: Tally = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in CODES})

    @property
    def kept(self) -> int:
        """Rows kept: the citizens."""
        return self.counted.get("rows", {}).get(KEPT, 0)

    def add(self, columns: Columns, reasons: Columns) -> np.ndarray:
        """Take note of rows, and give the fate of each."""
        fate = fates(reasons)
        self.rows += fate.size
        self.lacking += int(np.count_nonzero(columns["municipality"] == NOT_IN_TABLE))
        self.counted = merged([self.counted, tally(fate, list(reasons))])
        self.days = merged([self.days, days_met({"FOED_DAG": columns["birth_day"]})])
        for name, used in self.used.items():
            met = np.bincount(columns[name][fate == 0] - BLANK)  # a blank is the lowest
            used.update((np.flatnonzero(met) + BLANK).tolist())
        return fate

    def count_repeated(self, high: Words, low: Words, order: np.ndarray) -> None:
        """Take note of keys that stand twice; ``order`` sorts them."""
        self.twice += int(np.count_nonzero(repeats(high, low, order)))


@task
def number_citizens(census: Census) -> dict[str, Any]:
    """Read the population, number the citizens kept, and write their lookup and their rows in order.

    Returns the grid, the code books, the account of rows, and a hash of the citizens in their order.
    ``write_citizens`` makes the table and the keys of what is written. However many persons there are, no more
    than a run of them is in memory.

    Raises
    ------
    SchemaError
        A key stands twice.
    CoverageError
        Nobody is left, or somebody lives in a municipality that the table lacks.
    """
    directory = Path(tempfile.mkdtemp(prefix="numbering-", dir=census.lookup))  # mode 0700
    try:
        return _numbered(census, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _numbered(census: Census, directory: Path) -> dict[str, Any]:
    codes = {name: LocalCodes(plain_text) for name in CODES}
    aside, seen = AsideFile(census.aside, census.strip, census.secret), Seen()
    runs = _sorted_runs(census, codes, seen, (directory / "runs", aside))
    aside.close()
    books, numbers = _renumbered(seen, codes)
    with contextlib.closing(CitizenFiles(directory / "citizens", seen.kept, census.secret is not None)) as files:
        for rows in runs.ranges():
            seen.count_repeated(rows["high"], rows["low"], np.arange(rows["high"].size))
            citizens = {name: values[rows["fate"] == 0] for name, values in rows.items()}
            files.add(citizens | {name: numbers[name][citizens[name]] for name in CODES})
    every(checks_of(seen, census))
    grid = even_grid(seen.kept, census.partitions or max(1, round(seen.kept / CITIZENS_A_PARTITION)))
    return {
        "first": list(grid.first),
        "codebooks": books,
        "tally": seen.counted,
        "fingerprint": files.put_into(census.lookup),
        "aside": aside.rows,
    }


def _sorted_runs(
    census: Census, codes: dict[str, LocalCodes], seen: Seen, places: tuple[Path, AsideFile]
) -> SortedRuns:
    """Read the population into runs, in the order of keys or of what hides them, with the fate of each row."""
    runs, lengths = SortedRuns(places[0], HIDDEN_WORDS if census.secret else ("high", "low")), Tally()
    for columns in _batches(census, codes, lengths, places[1]):
        fate = seen.add(columns, reasons_of(columns, census))
        hidden = hidden_words(census.secret, columns["high"], columns["low"]) if census.secret else {}
        runs.add({**columns, **hidden, "fate": fate})
    if not seen.rows:
        all_rows(())
    seen.counted |= lengths
    return runs


@task
def judge_population(census: Census) -> None:
    """Read the population only to say what is wrong with it, beside what is wrong already.

    Nothing may be written for a delivery that is refused, so here all of it is in memory.

    Raises
    ------
    FordelError
        As ``number_citizens``.
    """
    codes = {name: LocalCodes(plain_text) for name in CODES}
    columns = all_rows(_batches(census, codes, {}))
    order = key_order(columns["high"], columns["low"])
    every(population_checks(columns, order, reasons_of(columns, census), census))


def population_checks(
    columns: Columns, order: np.ndarray, reasons: Columns, census: Census
) -> list[Callable[[], None]]:
    """Give the checks that refuse a population; ``order`` sorts its keys."""
    seen = Seen()
    seen.add(columns, reasons)
    seen.count_repeated(columns["high"], columns["low"], order)
    return checks_of(seen, census)


def checks_of(seen: Seen, census: Census) -> list[Callable[[], None]]:
    """Give the checks that refuse a population of which this was seen."""
    checks: list[Callable[[], None]] = [
        partial(_refuse_repeated, seen, census.strip),
        partial(_refuse_birth_days, seen),
    ]
    if census.municipalities:
        checks += [partial(_refuse_lacking, seen), partial(_refuse_nobody, seen)]
    return checks


def _refuse_birth_days(seen: Seen) -> None:
    for name, values in never_days(seen.days).items():
        raise days_refused("population", name, values)


def _refuse_nobody(seen: Seen) -> None:
    if not seen.kept:
        raise CoverageError(f"population: none of {seen.rows:,} rows is a citizen who counts. Check the delivery.")


def all_rows(batches: Iterable[Columns]) -> Columns:
    """Put batches together, and refuse a population without rows."""
    parts = list(batches)
    if not parts:
        raise CoverageError("population: the delivery has no rows. Check the files of [population].")
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


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
        **{name: codes[name].take(batch[column]) for name, column in CODES.items()},
    }


def places_of(census: Census) -> dict[str, int]:
    """Give the number of every municipality of the table, and a mark for one that only the law knows."""
    places = {code: n for n, code in enumerate(census.municipalities)}
    return dict.fromkeys(census.lawful, NOT_IN_TABLE) | places


def _refuse_repeated(seen: Seen, strip: bool) -> None:
    if seen.twice:
        why = " once leading zeros are left out (PNR is a number in one register, text in another)" if strip else ""
        raise SchemaError(
            f"population: {seen.twice:,} of {seen.rows:,} rows repeat the PNR of another row{why}. "
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


def _renumbered(seen: Seen, codes: Mapping[str, LocalCodes]) -> tuple[dict[str, list[str]], Columns]:
    """Give the code books, and for each the number in it of every code as it was met; the last is of blank."""
    books, numbers = {}, {}
    for name, local in codes.items():
        books[name] = sorted(local.texts[n] for n in seen.used[name] if n >= 0)
        number = {text: n for n, text in enumerate(books[name])}
        numbers[name] = np.array([*(number.get(text, -1) for text in local.texts), -1], np.int16)
    return books, numbers
