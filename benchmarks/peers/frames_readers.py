"""What becomes of extracts in pandas: rows as one job sees them, or coded for a layout of one's own; then numbered."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from benchmarks.peers.frames import (
    BLANK,
    BOOK_OF,
    CODED,
    DREAM_CODES,
    PERMANENT,
    TEMPORARY,
    Books,
    Frames,
    Meanings,
    valued_enrolment,
    valued_population,
    valued_services,
    with_bits,
    within_windows,
)
from benchmarks.peers.frames_extracts import (
    Coded,
    dream_matrix,
    read_contacts,
    read_diagnoses,
    read_enrolment,
    read_population,
    read_services,
)
from benchmarks.peers.job import Job


class Reader(Protocol):
    """What becomes of the files of each register, one at a time; diagnoses are joined with contacts in between."""

    def population(self, file: Path) -> pd.DataFrame:
        """Read a file of the population."""
        ...

    def enrolment(self, file: Path) -> pd.DataFrame:
        """Read a file of spells."""
        ...

    def services(self, file: Path) -> pd.DataFrame:
        """Read a file of services."""
        ...

    def benefits(self, file: Path) -> pd.DataFrame:
        """Read a file of weekly benefits."""
        ...

    def contacts(self, file: Path) -> pd.DataFrame:
        """Read a file of hospital contacts."""
        ...

    def diagnoses(self, file: Path, sks: bool) -> pd.DataFrame:
        """Read a file of diagnoses."""
        ...

    def joined(self, diagnoses: pd.DataFrame) -> pd.DataFrame:
        """Finish diagnoses that know their citizen and day."""
        ...


@dataclass(frozen=True)
class ReaderForJob:
    """Reads of each file no more than a job asks for: what costs nothing or shows nothing goes no further."""

    job: Job
    use_threads: bool

    def _meanings(self, coded: Coded) -> Meanings:
        return Meanings(self.job, coded.books)

    def population(self, file: Path) -> pd.DataFrame:
        """Give persons as the job sees them."""
        coded = read_population(file, self.use_threads)
        return valued_population(coded.rows, self._meanings(coded)).assign(citizen=coded.rows["citizen"])

    def enrolment(self, file: Path) -> pd.DataFrame:
        """Give spells in group 1."""
        coded = read_enrolment(file, self.use_threads)
        return valued_enrolment(coded.rows, self._meanings(coded))

    def services(self, file: Path) -> pd.DataFrame:
        """Give services with a price."""
        coded = read_services(file, self.job.year, self.use_threads)
        rows = valued_services(coded.rows, self._meanings(coded))
        return rows[rows["oere"] != 0]

    def benefits(self, file: Path) -> pd.DataFrame:
        """Give weeks on benefits that count."""
        citizen, codes = dream_matrix(file, self.job.year, self.use_threads)
        kind_of = Meanings(self.job, {}).benefits
        weeks = np.zeros((PERMANENT + 1, citizen.size), dtype=np.int8)
        for codes_of_week in codes:
            kind = kind_of[codes_of_week]
            weeks[TEMPORARY] += kind == TEMPORARY
            weeks[PERMANENT] += kind == PERMANENT
        rows = pd.DataFrame({"citizen": citizen, "permanent": weeks[PERMANENT], "temporary": weeks[TEMPORARY]})
        return rows[(rows["permanent"] > 0) | (rows["temporary"] > 0)]

    def contacts(self, file: Path) -> pd.DataFrame:
        """Give contacts that no look-back of the job is too short for."""
        rows = read_contacts(file, self.use_threads)
        earliest = min(self.job.since_day, self.job.cancer_since_day)
        return rows[(rows["day"] >= earliest) & (rows["day"] < self.job.status_day)]

    def diagnoses(self, file: Path, sks: bool) -> pd.DataFrame:
        """Give diagnoses with condition bits."""
        coded = read_diagnoses(file, sks, self.use_threads)
        return with_bits(coded.rows, self._meanings(coded))

    def joined(self, diagnoses: pd.DataFrame) -> pd.DataFrame:
        """Leave out bits that are too old."""
        return within_windows(diagnoses, self.job)


@dataclass(frozen=True)
class ReaderForLayout:
    """Reads every row that some job may ask for, coded by common books."""

    year: int
    books: Books
    use_threads: bool

    def _recoded(self, coded: Coded) -> pd.DataFrame:
        rows = coded.rows
        for column in rows.columns:
            name = BOOK_OF.get(column, column)
            if name in coded.books:
                positions = {text: n for n, text in enumerate(self.books[name])}
                table = np.array([*(positions.get(text, BLANK) for text in coded.books[name]), BLANK], dtype=np.int32)
                rows = rows.assign(**{column: table[rows[column].to_numpy()]})
        return rows

    def population(self, file: Path) -> pd.DataFrame:
        """Give persons, coded."""
        return self._recoded(read_population(file, self.use_threads)).astype(CODED["population"])

    def enrolment(self, file: Path) -> pd.DataFrame:
        """Give spells, coded."""
        return self._recoded(read_enrolment(file, self.use_threads))

    def services(self, file: Path) -> pd.DataFrame:
        """Give services of the fee year, coded."""
        rows = self._recoded(read_services(file, self.year, self.use_threads))
        return rows.astype({name: kind for name, kind in CODED["services"].items() if name != "citizen"})

    def benefits(self, file: Path) -> pd.DataFrame:
        """Give weeks by citizen and code."""
        citizen, codes = dream_matrix(file, self.year, self.use_threads)
        both = np.concatenate([np.arange(citizen.size) * DREAM_CODES + codes_of_week for codes_of_week in codes])
        found, weeks = np.unique(both[both % DREAM_CODES != 0], return_counts=True)
        return pd.DataFrame({"citizen": citizen[found // DREAM_CODES], "code": found % DREAM_CODES, "weeks": weeks})

    def contacts(self, file: Path) -> pd.DataFrame:
        """Give all contacts."""
        return read_contacts(file, self.use_threads)

    def diagnoses(self, file: Path, sks: bool) -> pd.DataFrame:
        """Give listed diagnoses, coded."""
        return self._recoded(read_diagnoses(file, sks, self.use_threads))

    def joined(self, diagnoses: pd.DataFrame) -> pd.DataFrame:
        """Leave nothing out."""
        return diagnoses.drop(columns="key")


def numbered(rows: Frames) -> dict[str, pd.DataFrame]:
    """Number citizens from 0 in the order of their keys, and leave out rows of others; sorted as people need them."""
    population = rows["population"].sort_values("citizen", ignore_index=True)
    persons = pd.Index(population["citizen"])
    if not persons.is_unique:
        raise SystemExit("The population has a person twice.")
    found = {"population": population}
    for table in ("enrolment", "services", "diagnoses", "benefits"):
        citizen = persons.get_indexer(rows[table]["citizen"])
        known = rows[table].assign(citizen=citizen.astype(np.int32))
        found[table] = known if (citizen >= 0).all() else known[citizen >= 0]
    found["enrolment"] = found["enrolment"].sort_values(["citizen", "first_day"])
    found["diagnoses"] = found["diagnoses"].sort_values("citizen")
    return found


def with_contacts(diagnoses: pd.DataFrame, contacts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join diagnoses with their contacts; most contacts have none that counts, and are left out beforehand."""
    needed = [some[some["key"].isin(diagnoses["key"])] for some in contacts]
    return diagnoses.merge(pd.concat(needed, ignore_index=True), on="key")
