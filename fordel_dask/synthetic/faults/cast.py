"""Whom and what planted rows are about: citizens of the nation, persons nobody knows, clinics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import isqrt
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

from fordel_dask.synthetic.clinics import CLINIC_NUMBERS, PLO, clinics_of
from fordel_dask.synthetic.faults.counting import Counts, Rule, part
from fordel_dask.synthetic.faults.gaps import Gaps
from fordel_dask.synthetic.nation import Nation, blocks, day_number
from fordel_dask.synthetic.people import DANISH_CODE
from fordel_dask.synthetic.places import CHRISTIANSOE
from fordel_dask.synthetic.pseudonyms import pseudonyms
from fordel_dask.synthetic.registers import PNR_DIGITS, YDERNR_DIGITS, first_stranger

FEWEST, CITIZENS_ROOT_A_ROW, VARIATION = 3, 20, 4
SETTLED_DAYS = 400  # a citizen of the cast has been with one clinic at least as long before the fee year
Row = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """A file of planted rows, and what it adds to the count of each rule.

    ``beside`` is what it adds to rules it was not made for.
    """

    path: str
    table: pa.Table | bytes
    faults: Mapping[Rule, int]
    beside: Mapping[Rule, int]


def how_many(nation: Nation, register: str, rule: str) -> int:
    """Give how often a fault is planted: at least 3 times, gently more in large nations, not all alike."""
    name = f"{register} {rule}".encode()
    return max(FEWEST, isqrt(nation.citizens) // CITIZENS_ROOT_A_ROW) + crc32(name) % VARIATION


def text_table(rows: Sequence[Row], numbers: frozenset[str] = frozenset()) -> pa.Table:
    """Give rows as a table of text, but for columns of whole numbers."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    types = {name: pa.int64() if name in numbers else pa.large_string() for name in names}
    return pa.table({name: pa.array([row.get(name) for row in rows], type=types[name]) for name in names})


class Cast:
    """Hands out, in one order, whom planted rows are about; citizens come again when all had their turn."""

    def __init__(self, nation: Nation, gaps: Gaps, out: Path) -> None:
        self.nation, self.gaps, self.out = nation, gaps, out
        clinics = clinics_of(nation)
        self._open = [
            f"{number:0{YDERNR_DIGITS}}"
            for number in clinics.ydernr[: clinics.n_open][clinics.kind[: clinics.n_open] == PLO]
        ]
        taken = set(clinics.ydernr.tolist())
        self._unused = (number for number in range(CLINIC_NUMBERS - 1, 0, -1) if number not in taken)
        self._next_stranger = first_stranger(nation, blocks(nation))
        citizens = _steady_citizens(nation, out, set(self._open))
        with_row = set(part(out, "dream", 0, ["PNR"])["PNR"].to_pylist())
        self._citizens = cycle([pnr for pnr in citizens if pnr in with_row])
        self._without_dream = cycle([pnr for pnr in citizens if pnr not in with_row])
        self.largest_home = max((n, kom) for (kind, kom), n in gaps.clean.covers.items() if kind == "home")[1]

    def citizens(self, number: int) -> list[str]:
        """Give citizens who live, are enrolled and stand in DREAM as most do."""
        return [next(self._citizens) for _ in range(number)]

    def without_dream(self, number: int) -> list[str]:
        """Give citizens who have no row in DREAM."""
        return [next(self._without_dream) for _ in range(number)]

    def strangers(self, number: int) -> list[str]:
        """Give keys of persons who stand in no register."""
        first, self._next_stranger = self._next_stranger, self._next_stranger + number
        return [f"{p:0{PNR_DIGITS}}" for p in pseudonyms(self.nation, first + np.arange(number)).tolist()]

    def clinic(self) -> str:
        """Give an ordinary clinic that is open."""
        return self._open[0]

    def clinics(self, number: int) -> list[str]:
        """Give ordinary clinics that are open."""
        return self._open[1 : number + 1]

    def clinic_numbers(self, number: int) -> list[str]:
        """Give numbers that no clinic has."""
        return [f"{next(self._unused):0{YDERNR_DIGITS}}" for _ in range(number)]


def _steady_citizens(nation: Nation, out: Path, clinics: set[str]) -> list[str]:
    """Give the citizens of the first block with one open spell of group 1, and nothing unusual about them."""
    people = part(out, "population", 0).to_pandas()
    usual = people.CIVST.isin(["U", "G", "E", "F"]) & (people.KOM != CHRISTIANSOE) & (people.OPR_LAND == DANISH_CODE)
    spells = part(out, "enrolment", 0).to_pandas()
    once = spells[~spells.PNR.duplicated(keep=False)]
    before = pd.Timestamp(day_number(nation.fee_year, 1, 1) - SETTLED_DAYS, unit="D")
    steady = once.TIL.isna() & (once.SIKGRUP == 1) & once.YDERNR.isin(clinics) & (pd.to_datetime(once.FRA) < before)
    return [str(pnr) for pnr in people.PNR[usual & people.PNR.isin(once.PNR[steady])]]


def rows_of_rules(
    cast: "Cast", register: str, ordinary: Row, changes: Mapping[str, Sequence[Row]], people: Callable[[int], list[str]]
) -> tuple[list[Row], Counts]:
    """Give rows with one fault each, and how many have it, rule by rule.

    They are of ``people``, but strangers where it is the person that nobody knows.
    """
    rows: list[Row] = []
    counts: Counts = Counts()
    for rule, of_rule in changes.items():
        number = how_many(cast.nation, register, rule)
        rows += rows_with((cast.strangers if rule == "unknown_person" else people)(number), ordinary, of_rule)
        counts[register, rule] = number
    return rows, counts


def rows_with(people: Sequence[str], ordinary: Row, changes: Sequence[Row]) -> list[Row]:
    """Give one row a person: the ordinary one, with the changes taking turns."""
    return [{**ordinary, "PNR": pnr, **changes[n % len(changes)]} for n, pnr in enumerate(people)]
