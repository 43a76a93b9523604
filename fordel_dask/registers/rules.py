"""What every task of an ingest must know, besides the rows it reads."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.extracts.arrays import EPOCH
from fordel_dask.registers.canonical import LocalCodes
from fordel_dask.registers.people import Lookup
from fordel_dask.registers.tally import Tally

Columns = dict[str, np.ndarray]
Books = dict[str, LocalCodes]
Rows = tuple[Columns, Tally, Columns]
"""What came of a batch: the rows kept, the account, and the positions of the quarantined rows by reason."""


@dataclass(frozen=True)
class Rules:
    """The nation, how this register is written, and the grid its rows are dealt to.

    ``lookup`` is the directory of the table from key to citizen, or that table; ``first`` is the grid of
    citizens; ``buckets`` is how many ranges of contact keys there are, ``key`` the column that holds them.
    ``strip`` leaves out leading zeros of person keys, ``strip_keys`` those of contact keys. ``prefixes`` begin
    the diagnosis codes that go on (none: all do), ``successors`` are pairs of a clinic that changed hands and the
    one that is read in its place, ``with_clinic`` says that services must tell where they were given, ``detail``
    whether they keep "weeks" or "days". ``secret`` is the file of the secret that hides person keys, if there is one.
    """

    year: int
    strip: bool
    lookup: Path | Lookup
    first: tuple[int, ...]
    bruhon: str = "kroner"
    codes: str = "sks"
    buckets: int = 1
    key: str = ""
    strip_keys: bool = False
    year_by: str = "settlement"
    detail: str = "weeks"
    prefixes: tuple[str, ...] = ()
    successors: tuple[tuple[str, str], ...] = ()
    with_clinic: bool = False
    secret: Path | None = None

    @property
    def fee_year(self) -> int:
        """The year before the planning year."""
        return self.year - 1


def status_day(year: int) -> int:
    """Give 1 January of the planning year, as days since 1970."""
    return date(year, 1, 1).toordinal() - EPOCH


def kept_rows(fate: np.ndarray, columns: Columns) -> Columns:
    """Keep the rows of fate 0."""
    keep: Any = fate == 0
    return dict(columns) if keep.all() else {name: values[keep] for name, values in columns.items()}
