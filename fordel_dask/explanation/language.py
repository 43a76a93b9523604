"""Words and numbers of an explanation, in English and Danish."""

from dataclasses import dataclass
from typing import ClassVar

from fordel_dask.law.language import DANISH, ENGLISH, LANGUAGES, NO_BREAK
from fordel_dask.law.language import Language as AnyLanguage
from fordel_dask.law.words import STATUSES, STATUSES_DA

__all__ = ["DANISH", "ENGLISH", "LANGUAGES", "NO_BREAK", "Language"]


@dataclass(frozen=True)
class Language(AnyLanguage):
    """English or Danish, with the sentences of explanations."""

    package: ClassVar[str] = "fordel_dask.explanation"

    def day(self, year: int) -> str:
        """Write the status date of a year."""
        return self.say("day", year=year)

    def status(self, status: str) -> str:
        """Say why a clinic has no number."""
        known = STATUSES_DA if self.code == DANISH else STATUSES
        return known.get(status, self.say("nobody_weighs"))
