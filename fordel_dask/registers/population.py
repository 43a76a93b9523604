"""The population: who is counted, in the order of their keys or of what hides them; here citizens get their numbers."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.extracts.arrays import UNREADABLE_DAY, days, decoded, mapped, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.files import DEFAULT_PORTION, Piece, Portion, read_rows
from fordel_dask.extracts.gathering import every
from fordel_dask.registers.canonical import LocalCodes, counted_municipality
from fordel_dask.registers.collisions import lengths_met
from fordel_dask.registers.hidden import hidden_order
from fordel_dask.registers.people import person_keys, write_lookup
from fordel_dask.registers.place import FINGERPRINT, KEY_TABLE
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.repeated import key_order, repeats
from fordel_dask.registers.rules import Columns, status_day
from fordel_dask.registers.spread import few_values
from fordel_dask.registers.tally import Tally, days_met, days_refused, fates, merged, never_days, quarantined, tally
from fordel_dask.registers.work import task
from fordel_dask.schema.prepared import POPULATION
from fordel_dask.store import even_grid, part_records, write_part
from fordel_dask.store.publishing import private_directory

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
"""Ties the key table to the store: the same value stands in the manifest."""

HIDDEN_KEYS = "hidden.npy"
NOT_ASCII = np.uint64(0x8080808080808080)
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


@task
def number_citizens(census: Census) -> dict[str, Any]:
    """Read the population, number the citizens kept, and write their lookup and their rows in order.

    Returns the grid, the code books, the account of rows, and a hash of the citizens in their order.
    ``write_citizens`` makes the table and the keys of what is written.

    Raises
    ------
    SchemaError
        A key stands twice.
    CoverageError
        Nobody is left, or somebody lives in a municipality that the table lacks.
    """
    codes = {name: LocalCodes(plain_text) for name in CODES}
    lengths: Tally = {}
    aside = AsideFile(census.aside, census.strip, census.secret)
    columns = all_rows(_batches(census, codes, lengths, aside))
    aside.close()
    order, reasons = _judged(columns, census)
    fate = fates(reasons)
    kept = order[fate[order] == 0]
    names = None
    if census.secret:
        hidden, names = hidden_order(census.secret, columns["high"][kept], columns["low"][kept])
        kept = kept[hidden]
    citizens = {name: values[kept] for name, values in columns.items()}
    books = _renumbered(citizens, codes)
    grid = even_grid(kept.size, census.partitions or max(1, round(kept.size / CITIZENS_A_PARTITION)))
    fingerprint = _write_rows(census, citizens, names)
    return {
        "first": list(grid.first),
        "codebooks": books,
        "tally": {**tally(fate, list(reasons)), **lengths},
        "fingerprint": fingerprint,
        "aside": aside.rows,
    }


@task
def judge_population(census: Census) -> None:
    """Read the population only to say what is wrong with it, beside what is wrong already.

    Raises
    ------
    FordelError
        As ``number_citizens``.
    """
    codes = {name: LocalCodes(plain_text) for name in CODES}
    _judged(all_rows(_batches(census, codes, {})), census)


def _judged(columns: Columns, census: Census) -> tuple[np.ndarray, Columns]:
    order = key_order(columns["high"], columns["low"])
    reasons = reasons_of(columns, census)
    every(population_checks(columns, order, reasons, census))
    return order, reasons


def population_checks(
    columns: Columns, order: np.ndarray, reasons: Columns, census: Census
) -> list[Callable[[], None]]:
    """Give the checks that refuse a population; ``order`` sorts its keys."""
    checks: list[Callable[[], None]] = [
        partial(_refuse_repeated, repeats(columns["high"], columns["low"], order), census.strip),
        partial(_refuse_birth_days, columns),
    ]
    if census.municipalities:
        checks += [partial(_refuse_lacking, columns), partial(_refuse_nobody, reasons)]
    return checks


def _refuse_birth_days(columns: Columns) -> None:
    for name, values in never_days(days_met({"FOED_DAG": columns["birth_day"]})).items():
        raise days_refused("population", name, values)


def _refuse_nobody(reasons: Columns) -> None:
    fate = fates(reasons)
    if not np.count_nonzero(fate == 0):
        raise CoverageError(f"population: none of {fate.size:,} rows is a citizen who counts. Check the delivery.")


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


def _refuse_repeated(same: np.ndarray, strip: bool) -> None:
    twice = int(np.count_nonzero(same))
    if twice:
        why = " once leading zeros are left out (PNR is a number in one register, text in another)" if strip else ""
        raise SchemaError(
            f"population: {twice:,} of {same.size + 1:,} rows repeat the PNR of another row{why}. "
            f"One row a person is expected; deliver the snapshot of one day, each person once."
        )


def _refuse_lacking(columns: Columns) -> None:
    lacking = int(np.count_nonzero(columns["municipality"] == NOT_IN_TABLE))
    if lacking:
        raise CoverageError(
            f"population: {lacking:,} persons live in municipalities that the municipalities table lacks. "
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


def _renumbered(citizens: Columns, codes: dict[str, LocalCodes]) -> dict[str, list[str]]:
    books = {}
    for name, local in codes.items():
        texts = [local.texts[n] for n in np.unique(citizens[name]).tolist() if n >= 0]
        books[name] = sorted(texts)
        number = {text: n for n, text in enumerate(books[name])}
        citizens[name] = np.array([*(number.get(t, -1) for t in local.texts), -1], np.int16)[citizens[name]]
    return books


def _write_rows(census: Census, citizens: Columns, names: pa.Array | None) -> str:
    known = np.column_stack((citizens["high"], citizens["low"]))
    fingerprint = hashlib.sha256(known.tobytes()).hexdigest()
    directory = private_directory(census.lookup / fingerprint)
    write_lookup(directory, known)
    for name in POPULATION.names:
        np.save(directory / f"{name}.npy", citizens[name])
    if names is not None:
        np.save(directory / HIDDEN_KEYS, names.to_numpy(zero_copy_only=False).astype("S"))
    return fingerprint


@dataclass(frozen=True)
class CitizensPart:
    """What one task writes of the citizens in order: one part of their table, or the table of their keys.

    ``directory`` holds their rows, beside the lookup.
    """

    directory: Path
    first: tuple[int, ...]
    partition: int | None
    store: Path


@task
def write_citizens(part: CitizensPart) -> dict[str, Any]:
    """Write a part of the table of citizens and give its record; of the keys there is none."""
    if part.partition is None:
        _write_keys(part.directory)
        return {}
    rows = slice(part.first[part.partition], part.first[part.partition + 1])
    columns = {n: np.load(part.directory / f"{n}.npy", mmap_mode="r")[rows] for n in POPULATION.names}
    file = f"population/part-{part.partition:05}.parquet"
    return part_records([write_part(part.store, file, POPULATION, columns)])[0]


def _write_keys(directory: Path) -> None:
    known = np.load(directory / "known.npy", mmap_mode="r")
    hidden = directory / HIDDEN_KEYS
    keys = pa.array(np.load(hidden)).cast(pa.string()) if hidden.exists() else _key_texts(known)
    table = pa.table({"citizen": pa.array(np.arange(len(known), dtype=np.int32)), "key": keys})
    path = directory.parent / KEY_TABLE
    path.touch(mode=0o600)
    pq.write_table(table.replace_schema_metadata({FINGERPRINT: directory.name}), path, compression="lz4")
    path.chmod(0o600)


def _key_texts(known: np.ndarray) -> pa.Array:
    keys = known.astype(">u8").view("S16").ravel()
    if known.size and not (known & NOT_ASCII).any():
        return pa.array(keys).cast(pa.string())
    return pa.array([decoded(key) for key in keys.tolist()], pa.string())
