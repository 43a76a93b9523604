"""The job in pandas and numpy, in memory, one range of citizens after the other where they come in ranges.

pandas itself has no threads: ``threads`` is how many pyarrow may read with, and all else runs on one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.peers import frames
from benchmarks.peers.frames_extracts import Extracts, books_of, extracts_of, scans_of
from benchmarks.peers.frames_layout import cut, in_order, layout_of, read_range, write_books, write_range
from benchmarks.peers.frames_readers import Reader, ReaderForJob, ReaderForLayout, numbered, with_contacts
from benchmarks.peers.job import CellSums, Integers, Job


def read_whole(extracts: Extracts, reader: Reader) -> dict[str, pd.DataFrame]:
    """Read all registers, diagnoses joined with their contacts, and number the citizens."""
    pairs = []
    for hospital in extracts.hospitals:
        diagnoses = every(partial(reader.diagnoses, sks=hospital.sks), hospital.diagnoses)
        pairs.append(reader.joined(with_contacts(diagnoses, map(reader.contacts, hospital.contacts))))
    return numbered(
        {
            "population": every(reader.population, extracts.population),
            "enrolment": every(reader.enrolment, extracts.enrolment),
            "services": every(reader.services, extracts.services),
            "benefits": every(reader.benefits, extracts.dream),
            "diagnoses": pd.concat(pairs, ignore_index=True),
        }
    )


def every(read: Callable[[Path], pd.DataFrame], files: Sequence[Path]) -> pd.DataFrame:
    """Read files, one below the other."""
    return pd.concat(map(read, files), ignore_index=True)


@dataclass
class PandasSession:
    """Ranges of valued rows, one at a time; of the first pass, it keeps place and clinic of all patients."""

    job: Job
    ranges: Callable[[], Iterator[frames.Frames]]
    patients: list[pd.DataFrame] = field(default_factory=list)

    def cell_sums(self) -> CellSums:
        """Go over the ranges."""
        return frames.cell_sums_of(frames.total(map(self._sums_of_range, self.ranges())), self.job)

    def _sums_of_range(self, rows: frames.Frames) -> frames.Sums:
        people = frames.people_of(rows, self.job)
        self.patients.append(frames.patients_of(people))
        return frames.sums_of(people, self.job)

    def clinic_nano(self, nano: Integers) -> Integers:
        """Add up what the patients of each clinic weigh."""
        return np.sum([frames.nano_of(patients, nano, self.job) for patients in self.patients], axis=0)


class PandasPeer:
    """pandas."""

    layouts = ("raw", "own", "ours")

    def prepare(self, registers: Path, own: Path, threads: int) -> None:
        """Write coded rows by ranges of citizens; all of them are in memory meanwhile."""
        allow(threads)
        extracts = extracts_of(registers)
        books = books_of([(scan.book, scan.texts()) for scan in scans_of(extracts)])
        own.mkdir(parents=True, exist_ok=True)
        write_books(own, books)
        whole = read_whole(extracts, ReaderForLayout(extracts.year, books, threads > 1))
        for number, coded in enumerate(cut(in_order(whole))):
            write_range(own, number, coded)

    def open(self, layout: str, source: Path, job: Job, threads: int) -> PandasSession:
        """Find the files; the first pass reads them."""
        allow(threads)
        if layout == "raw":
            extracts = extracts_of(source)
            return PandasSession(job, lambda: iter([read_whole(extracts, ReaderForJob(job, threads > 1))]))
        found = layout_of(layout, source)
        meanings = frames.Meanings(job, found.books)
        read = partial(read_range, use_threads=threads > 1)
        return PandasSession(job, lambda: (frames.valued(read(files), meanings) for files in found.ranges))


def allow(threads: int) -> None:
    """Let pyarrow read with so many threads."""
    pa.set_cpu_count(threads)


PEER = PandasPeer()
