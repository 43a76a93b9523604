"""Codes of the tables as a reader reads them: areas by name, terms, types, statuses and answers in words."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import Wording

TYPE, TERM = "clinic_type", "term"
IN_WORDS = {
    **dict.fromkeys(("status", "status_before", "status_after"), "code_status_"),
    **dict.fromkeys(("sure", "flag", "need_sure", "maximum_sure", "minimum_sure"), "code_sure_"),
    **dict.fromkeys(("area_kind", "grouping", "kind"), "code_kind_"),
    **dict.fromkeys(("ministry", "only_in", "part"), "code_"),
    **dict.fromkeys(("beyond_a_step", "below_floor", "sureness"), "code_"),
}
"""Columns of codes that have a word each: how it begins."""

SMALL_ISLAND = re.compile(r"island clinic under (\d+) patients: not among existing capacities")
UNREGISTERED = "no row of the clinic register covers the status date"


@dataclass(frozen=True)
class Codes:
    """Codes in the words of a language; areas by the names that the RUN tells."""

    told: Told
    words: Wording

    def read(self, column: str, row: Row) -> str:
        """Give what a reader reads in a column of codes or texts."""
        text = row[column]
        reader = self._readers.get(column)
        return reader(row) if reader else self._word(column, text)

    def council(self, council_id: str) -> str:
        """Name a council; its id where the RUN does not tell it."""
        row = self.told.run.councils.get(council_id)
        return row["council"] if row else council_id

    def municipality(self, code: str) -> str:
        """Name a municipality; its code where the RUN does not tell it."""
        row = self.told.run.municipalities.get(code)
        return row["municipality"] if row else code

    def region_of(self, council_id: str) -> str:
        """Name the region of a council."""
        row = self.told.run.councils.get(council_id)
        return row["region"] if row else ""

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[Row], str]]:
        return {
            TYPE: lambda row: self.words.clinic_type(row[TYPE]) if row[TYPE] else "",
            TERM: lambda row: self.words.term(row[TERM]),
            "level": lambda row: self.words.level(row[TERM], row["level"]) if row["level"] else "",
            "municipality_code": self._of_municipality,
            "council_id": lambda row: self.council(row["council_id"]),
            "residence_council_id": lambda row: self.council(row["residence_council_id"]),
            "clinic_council_id": lambda row: self.council(row["clinic_council_id"]),
            "group": lambda row: self._group(row["grouping"], row["group"]),
            "code": lambda row: self._group(row["area_kind"], row["code"]),
            "title": lambda row: row["title_da"] if self.words.code == "da" and row["title_da"] else row["title"],
            "who": lambda row: self._who(row["who"]),
            "note": lambda row: self._note(row["note"]),
        }

    def _word(self, column: str, text: str) -> str:
        beginning = IN_WORDS.get(column)
        word = f"{beginning}{text}"
        return self.words.say(word) if beginning and text and self.words.knows(word) else text

    def _of_municipality(self, row: Row) -> str:
        """Give the code beside a name, and the name where it stands alone."""
        code = row["municipality_code"]
        return code if "municipality" in row else self.municipality(code)

    def _group(self, kind: str, name: str) -> str:
        if kind == "country":
            return self.words.say("code_denmark")
        if not name:
            return self.words.say("code_unknown")
        readers = {"council": self.council, "municipality": self.municipality, TYPE: self.words.clinic_type}
        return readers.get(kind, str)(name)

    def _who(self, who: str) -> str:
        return _askers().get(who, who) if self.words.code == "da" else who

    def _note(self, note: str) -> str:
        if small := SMALL_ISLAND.fullmatch(note):
            return self.words.say("code_small_island", patients=small[1])
        return "" if note == UNREGISTERED else note  # the status says it


@functools.cache
def _askers() -> dict[str, str]:
    """Give who asked for packaged variants in Danish by the English."""
    return {one.who: one.who_da for one in packaged_scenarios() if one.who_da}
