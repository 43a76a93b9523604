"""What a published fee table says: its fees, titles, footnotes and correction factors, each with its line."""

import datetime
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class FeeLine:
    """One fee of the text.

    ``section`` is day time, duty (A, B or both) or prevention; ``area`` is empty but for chronic care; ``footnotes``
    their signs, with commas; ``notes`` what stands below it line by line; ``line`` the line of the text, from 1.
    """

    section: str
    code: str
    area: str
    text: str
    amount_oere: int
    group: str
    unit: str
    footnotes: str
    notes: tuple[str, ...]
    line: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What a fee is known by: never its code alone, which stands in several sections with several fees."""
        return self.section, self.code, self.area


@dataclass(frozen=True)
class Title:
    """What a title line says of the table's period: its first day, and the day it runs to."""

    begins: datetime.date
    ends: datetime.date
    line: int


@dataclass(frozen=True)
class FootnoteLine:
    """A footnote; ``section`` is where it stands, for numbering begins anew in sections."""

    section: str
    sign: str
    text: str
    line: int


@dataclass(frozen=True)
class CorrectionLine:
    """A correction factor: by what share the income of a calendar year is raised."""

    year: int
    factor: Fraction
    line: int


@dataclass(frozen=True)
class Oddity:
    """Something in the text that was survived, and that a person should know of."""

    line: int
    what: str


@dataclass(frozen=True)
class FeeText:
    """All that was read, in the order of the text; ``as_of`` is the day of the correction factors, none without."""

    fees: tuple[FeeLine, ...]
    titles: tuple[Title, ...]
    footnotes: tuple[FootnoteLine, ...]
    corrections: tuple[CorrectionLine, ...]
    as_of: datetime.date | None
    oddities: tuple[Oddity, ...]


class UnreadableLineError(Exception):
    """A line that cannot be understood; its text says why, without the line's own words: it may be a wrong file."""
