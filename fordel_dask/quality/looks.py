"""What each kind of register is looked at for while its rows are read, beside the account of an ingest.

A look is shown every batch as it was read, with the rows that are kept, and says which columns
of these go on to the next step. What it saw are counts by rule (``measures``) and other counts
that are judged over the whole register.
"""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from fordel_dask import law
from fordel_dask.extracts.arrays import EPOCH, UNREADABLE_DAY, days, encoded, plain_text
from fordel_dask.registers.hospital import START
from fordel_dask.registers.rules import Books, Columns, Rules, status_day
from fordel_dask.registers.tally import Tally

WINDOW_YEARS = 15
DAYS_AHEAD = 366
FIRST_CONTACT = date(1977, 1, 1).toordinal() - EPOCH
FIRST_PRESCRIPTION = date(1995, 1, 1).toordinal() - EPOCH
CODE_FORM = re.compile(r"[A-Z]\d\d[A-Z0-9]*", re.ASCII)
"""An ICD-10 code as the registers write it, without D and dot."""

MEASURES, COVERAGE, CODES, COVERING = "measures", "coverage", "codes", "covering"


class Look:
    """Sees nothing, and lets no rows go on."""

    goes_on: tuple[str, ...] = ()

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._books: Books = {}

    def __call__(self, batch: Any, columns: Columns, books: Books) -> Columns:
        """Look at a batch, and give the columns of its kept rows that go on."""
        self._books = books
        self.look(batch, columns)
        return {name: columns[name] for name in self.goes_on}

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at a batch and its kept rows."""

    def seen(self) -> Tally:
        """Give what was seen, by kind of count."""
        return {}


class CodeCounts:
    """How often each number of a code book of one task was met."""

    def __init__(self) -> None:
        self._counts = np.zeros(0, np.int64)

    def add(self, numbers: np.ndarray) -> None:
        """Count numbers; blank (−1) is none."""
        more = np.bincount(numbers.astype(np.int64) + 1, minlength=self._counts.size + 1)[1:]
        more[: self._counts.size] += self._counts
        self._counts = more

    def by_text(self, texts: Iterable[str]) -> dict[str, int]:
        """Give the counts by code."""
        return {text: int(count) for text, count in zip(texts, self._counts, strict=False) if count}


class EnrolmentLook(Look):
    """Groups nobody knows, and the clinics of spells that cover the status date."""

    goes_on: tuple[str, ...] = ("citizen", "group", "first_day", "last_day")

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._day = status_day(rules.year)
        self._unknown = 0
        self._covering = CodeCounts()

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at spells."""
        self._unknown += int(np.count_nonzero(columns["group"] == 0))
        covers = (columns["first_day"] <= self._day) & (columns["last_day"] >= self._day) & (columns["group"] == 1)
        self._covering.add(columns["clinic"][covers])

    def seen(self) -> Tally:
        """Give unknown groups, and group-1 spells in force by clinic."""
        texts = self._books["clinic"].texts if "clinic" in self._books else []
        return {MEASURES: {"group_unknown": self._unknown}, COVERING: self._covering.by_text(texts)}


class EnrolmentOfOneDayLook(EnrolmentLook):
    """The same of a list of one day, or of groups alone: there are no spells, so nothing goes on to be compared."""

    goes_on = ()

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at rows that all hold at the status date."""
        self._unknown += int(np.count_nonzero(columns["group"] == 0))
        if "clinic" in columns:
            self._covering.add(columns["clinic"][columns["group"] == 1])


class ContactsLook(Look):
    """Days outside what can be, and contacts by month."""

    goes_on = ("high", "low", "citizen")

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._end = status_day(rules.year)
        self._begin = status_day(rules.year - WINDOW_YEARS)
        self._of_day = np.zeros(self._end - self._begin, np.int64)
        self._outside = 0

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at the days of all contacts, also of those that have no key."""
        day = columns["day"] if columns["day"].size == batch.num_rows else days(batch[START.name])
        self._outside += _outside(day, FIRST_CONTACT, self._end)
        inside = day[(day >= self._begin) & (day < self._end)]
        self._of_day += np.bincount(inside - self._begin, minlength=self._of_day.size)

    def seen(self) -> Tally:
        """Give days outside, and contacts by month."""
        months: Counter[str] = Counter()
        for day in np.flatnonzero(self._of_day).tolist():
            months[date.fromordinal(self._begin + day + EPOCH).isoformat()[:7]] += int(self._of_day[day])
        return {MEASURES: {"contact_day_outside": self._outside}, COVERAGE: dict(months)}


def _outside(day: np.ndarray, first: int, status: int) -> int:
    return int(np.count_nonzero((day > UNREADABLE_DAY) & ((day < first) | (day > status + DAYS_AHEAD))))


class DiagnosisRowsLook(Look):
    """Nothing yet: diagnoses are looked at when they have met their contacts."""

    goes_on = ("high", "low", "code")


class DiagnosesLook(Look):
    """The codes of diagnoses that came joined."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._codes = CodeCounts()

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at the codes of kept rows."""
        self._codes.add(columns["code"])

    def seen(self) -> Tally:
        """Give kept rows by code."""
        return {CODES: self._codes.by_text(self._books["diagnosis"].texts if self._books else [])}


def judged_codes(codes: Mapping[str, int], prefixes: tuple[str, ...]) -> dict[str, int]:
    """Count rows of diagnosis codes that no list asks for, and of codes that have not the form of one.

    A row may be both: a code of a wrong form is hardly in a list, though the disease it means may be.
    ``prefixes`` begin the codes that are asked for; none if all of them are.
    """
    unlisted = (count for code, count in codes.items() if prefixes and not code.startswith(prefixes))
    return {
        "no_listed_condition": sum(unlisted),
        "code_form": sum(count for code, count in codes.items() if not CODE_FORM.fullmatch(code)),
    }


class DreamLook(Look):
    """Cells of every week: how many say something, and how many a code that stands in no block."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._cells: Counter[str] = Counter()
        self._unknown = 0

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at all cells, also of persons who are not in the population."""
        for name in batch.schema.names:
            if name == "PNR":
                continue
            values, indices = encoded(batch[name])
            counts = np.bincount(indices, minlength=len(values) + 1).tolist()
            for value, count in zip([*values, None], counts, strict=True):
                text = plain_text(value)
                said = count if text.strip("0. ") else 0
                self._cells[name.upper().removeprefix("Y_")] += said
                self._unknown += said if _is_strange(text) else 0

    def seen(self) -> Tally:
        """Give unknown codes, and cells with a code by week."""
        return {MEASURES: {"code_unknown": self._unknown}, COVERAGE: dict(self._cells)}


def _is_strange(text: str) -> bool:
    """Tell whether a cell holds a three-digit code of no block; one that is no code is unreadable, not unknown."""
    readable = text.isascii() and text.isdigit() and int(text) < 1000
    return readable and not any(int(text) in block for block in _blocks())


@functools.cache
def _blocks() -> tuple[range, ...]:
    pairs = [row["code_or_range"].split("-") for row in law.rows("codes/dream_codes") if row["code_or_range"]]
    return tuple(range(int(pair[0]), int(pair[-1]) + 1) for pair in pairs)


class PrescriptionsLook(Look):
    """Days of dispensing outside what can be."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._outside = 0

    def look(self, batch: Any, columns: Columns) -> None:
        """Look at the days of all rows."""
        if "EKSD" in batch.schema.names:
            self._outside += _outside(days(batch["EKSD"]), FIRST_PRESCRIPTION, status_day(self._rules.year))

    def seen(self) -> Tally:
        """Give days outside."""
        return {MEASURES: {"dispensing_day_outside": self._outside}}


LOOKS: dict[str, Callable[[Rules], Look]] = {
    "enrolment": EnrolmentLook,
    "enrolment_list": EnrolmentOfOneDayLook,
    "enrolment_groups": EnrolmentOfOneDayLook,
    "contacts": ContactsLook,
    "diagnosis_rows": DiagnosisRowsLook,
    "diagnoses": DiagnosesLook,
    "dream": DreamLook,
    "prescriptions": PrescriptionsLook,
}
