"""The job in dask.dataframe on threads: joins within ranges of citizens, or over keys where there are none yet.

Where rows stand in ranges of citizens, a partition is one of them, and all joins stay inside. From extracts, diagnoses
are merged with contacts and every register is shuffled by person, of each row only what the job needs of it; after
that a partition holds all rows of its citizens, and goes the same way. ``threads`` are Dask's; pyarrow has none of its
own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.peers import frames
from benchmarks.peers.frames_extracts import Extracts, Scan, books_of, extracts_of, scans_of
from benchmarks.peers.frames_layout import (
    in_order,
    layout_of,
    ranges_for,
    read_range,
    write_books,
    write_range,
)
from benchmarks.peers.frames_readers import Reader, ReaderForJob, ReaderForLayout, numbered
from benchmarks.peers.job import CellSums, Integers, Job

Columns = Mapping[str, str]
TABLES = ("population", "enrolment", "services", "benefits", "diagnoses")
SUMS_TOGETHER = 8

KEYED_BY_PERSON = {"citizen": "int64"}
CONTACTS = {"key": "int64", "citizen": "int64", "day": "int32"}
VALUED = {
    "population": {"sex": "int8", "birth_day": "int32", "municipality": "int16", "menapt": "bool", "alone": "bool"},
    "enrolment": {"first_day": "int32", "last_day": "int32", "clinic": "int32"},
    "services": {"oere": "int64"},
    "benefits": {"permanent": "int8", "temporary": "int8"},
    "diagnoses": {"bits": "int64"},
}
"""Columns of valued rows, beside the citizen."""


def compute(what: Any, threads: int) -> Any:
    """Compute on threads."""
    return dask.compute(what, scheduler="threads", num_workers=threads)[0]


def empty(columns: Columns) -> pd.DataFrame:
    """Give a frame without rows, from which Dask knows the columns."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def exact(read: Callable[..., pd.DataFrame], columns: Columns) -> Callable[..., pd.DataFrame]:
    """Give a reader whose frames have these columns, in this order and type."""
    return partial(_read_exactly, read, columns)


def _read_exactly(read: Callable[..., pd.DataFrame], kinds: Columns, *whence: Any) -> pd.DataFrame:
    return read(*whence)[list(kinds)].astype(kinds)  # a parameter called "columns" would mean a choice of Dask's


def every(read: Callable[..., pd.DataFrame], files: Sequence[Path], columns: Columns) -> dd.DataFrame:
    """Read files, a partition each."""
    return dd.from_map(exact(read, columns), files, meta=empty(columns), enforce_metadata=False)


@dataclass(frozen=True)
class ByPerson:
    """Registers shuffled by person into so many partitions."""

    extracts: Extracts
    reader: Reader
    columns: Mapping[str, Columns]
    partitions: int

    def tables(self) -> list[dd.DataFrame]:
        """Give all registers; a partition of each holds the same persons."""
        extracts, reader = self.extracts, self.reader
        whole = {
            "population": every(reader.population, extracts.population, self.keyed("population")),
            "enrolment": every(reader.enrolment, extracts.enrolment, self.keyed("enrolment")),
            "services": every(reader.services, extracts.services, self.keyed("services")),
            "benefits": every(reader.benefits, extracts.dream, self.keyed("benefits")),
            "diagnoses": self.diagnoses(),
        }
        return [
            whole[table].shuffle(on="citizen", npartitions=self.partitions, shuffle_method="tasks") for table in TABLES
        ]

    def keyed(self, table: str) -> Columns:
        """Give the columns of a register with the key of the person."""
        return {**self.columns[table], **KEYED_BY_PERSON}

    def diagnoses(self) -> dd.DataFrame:
        """Join diagnoses with their contacts, each pair of registers by its own keys."""
        columns, known = self.keyed("diagnoses"), self.columns["diagnoses"]
        carried = {"key": "int64", **{name: kind for name, kind in known.items() if name not in CONTACTS}}
        pairs = []
        for hospital in self.extracts.hospitals:
            read = partial(self.reader.diagnoses, sks=hospital.sks)
            diagnoses = every(read, hospital.diagnoses, carried)
            contacts = every(self.reader.contacts, hospital.contacts, CONTACTS)
            merged = diagnoses.merge(contacts, on="key", npartitions=self.partitions, shuffle_method="tasks")
            pairs.append(merged.map_partitions(exact(self.reader.joined, columns), meta=empty(columns)))
        return dd.concat(pairs, interleave_partitions=True)


def together(work: Callable[[frames.Frames], pd.DataFrame], *tables: pd.DataFrame) -> pd.DataFrame:
    """Work on all rows of the persons of one partition."""
    return work(numbered(dict(zip(TABLES, tables, strict=True))))


def partitions_of(extracts: Extracts, threads: int) -> int:
    """Give how many partitions a shuffle should make: ranges of the usual size, and work for every thread."""
    persons = sum(pq.read_metadata(file).num_rows for file in extracts.population)
    return max(ranges_for(persons), threads)


@dataclass
class DaskSession:
    """Citizens, partition by partition; what the first pass derived stays in memory for the second."""

    job: Job
    people: dd.DataFrame
    threads: int

    def cell_sums(self) -> CellSums:
        """Derive the citizens, and add them up."""
        with dask.config.set(scheduler="threads", num_workers=self.threads):
            self.people = self.people.persist()
        add_up = dask.delayed(partial(frames.sums_of, job=self.job))
        sums = [add_up(part) for part in self.people.to_delayed()]
        while len(sums) > 1:
            sums = [dask.delayed(frames.total)(sums[n : n + SUMS_TOGETHER]) for n in range(0, len(sums), SUMS_TOGETHER)]
        found: frames.Sums = compute(sums[0], self.threads)
        return frames.cell_sums_of(found, self.job)

    def clinic_nano(self, nano: Integers) -> Integers:
        """Add up what the patients of each clinic weigh."""
        weigh = dask.delayed(partial(nano_of_people, nano=nano, job=self.job))
        return np.sum(compute([weigh(part) for part in self.people.to_delayed()], self.threads), axis=0)


def nano_of_people(people: pd.DataFrame, nano: Integers, job: Job) -> Integers:
    """Add up the weights of each clinic's patients among these citizens."""
    return frames.nano_of(frames.patients_of(people), nano, job)


def people_of_range(files: Mapping[str, Path], meanings: frames.Meanings) -> pd.DataFrame:
    """Read a range of citizens and derive all that is asked of them."""
    return frames.people_of(frames.valued(read_range(files, use_threads=False), meanings), meanings.job)


def written(own: Path, number: int, coded: frames.Frames) -> int:
    """Write a range of citizens; gives its number."""
    write_range(own, number, in_order(coded))
    return number


class DaskFramePeer:
    """dask.dataframe with threads."""

    layouts = ("raw", "own", "ours")

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        """Shuffle all registers by person, and write every partition as a range of citizens."""
        extracts = extracts_of(registers)
        scans = [dask.delayed(partial(scanned, scan))() for scan in scans_of(extracts)]
        books = books_of(compute(scans, threads))
        own.mkdir(parents=True, exist_ok=True)
        write_books(own, books)
        reader = ReaderForLayout(extracts.year, books, use_threads=False)
        tables = ByPerson(extracts, reader, frames.CODED, partitions_of(extracts, threads)).tables()
        ranges = zip(*(table.to_delayed() for table in tables), strict=True)
        writes = [dask.delayed(together)(partial(written, own, n), *one) for n, one in enumerate(ranges)]
        compute(writes, threads)

    def open(self, layout: str, source: Path, job: Job, threads: int) -> DaskSession:
        """Say what is to be done; the first pass does it."""
        people = people_of_extracts(source, job, threads) if layout == "raw" else people_of_layout(layout, source, job)
        return DaskSession(job, people, threads)


def people_of_extracts(source: Path, job: Job, threads: int) -> dd.DataFrame:
    """Give the citizens of extracts, in partitions by a hash of their keys."""
    extracts = extracts_of(source)
    reader = ReaderForJob(job, use_threads=False)
    tables = ByPerson(extracts, reader, VALUED, partitions_of(extracts, threads)).tables()
    work = partial(together, partial(frames.people_of, job=job))
    return dd.map_partitions(work, *tables, meta=empty(frames.PEOPLE), enforce_metadata=False, align_dataframes=False)


def people_of_layout(layout: str, source: Path, job: Job) -> dd.DataFrame:
    """Give the citizens of a layout, in its ranges."""
    found = layout_of(layout, source)
    work = partial(people_of_range, meanings=frames.Meanings(job, found.books))
    return dd.from_map(work, found.ranges, meta=empty(frames.PEOPLE), enforce_metadata=False)


def scanned(scan: Scan) -> tuple[str, set[str]]:
    """Give the texts of a column of codes, with the name of their book."""
    return scan.book, scan.texts()


PEER = DaskFramePeer()
