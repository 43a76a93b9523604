"""A fee table as it is published, read line by line: what each service is called, where it stands and what it costs.

The text is made of pages: headings, lines that end in an amount, notes, footnotes. A line's meaning follows from the
headings above it, so the reader goes through the text once and remembers where it is (``law/fees/layout.toml``).
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from fordel_dask.errors import SchemaError
from fordel_dask.fees.amount_line import DIGITS, ends_in_amount, fee_line, has_code_within, lacks_amount
from fordel_dask.fees.fee_text import (
    CorrectionLine,
    FeeLine,
    FeeText,
    FootnoteLine,
    Oddity,
    Title,
    UnreadableLineError,
)
from fordel_dask.fees.headings import Place, step
from fordel_dask.fees.oddities import oddities_of
from fordel_dask.fees.rows import refuse, repeated

MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Soft hyphens and joiners, which texts taken out of a PDF hold within words."""

RULED = re.compile(r"^[\s\-–—_=|]*$")
FOOTNOTE = re.compile(r"^(?:([0-9]{1,3})\)|(\*)|([¹²³⁴⁵⁶⁷⁸⁹⁰]+))\s+(.+)$")
INCOME = re.compile(r"^indtægt\s+([0-9]{4})\b.*?([-−]?)([0-9]{1,3})(?:,([0-9]{1,3}))?\s*%$", re.IGNORECASE)
INCOME_BEGINS = re.compile(r"^indtægt\s+[0-9]{4}\b", re.IGNORECASE)
DAY = r"([0-9]{1,2})\.\s*([^\W\d_]+)\s+([0-9]{4})"
AS_OF = re.compile(rf"^korrektionsfaktor\b.*\bpr\.\s+{DAY}$", re.IGNORECASE)
PERIOD = re.compile(rf"^(?:fra\s+)?{DAY}\s*(?:til|-|–)\s*{DAY}$", re.IGNORECASE)
BULLET = "•"
MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
          "december")  # fmt: skip


@dataclass
class _Reading:
    """What was read so far, and where the reader is; ``unknown`` is a line that may be a heading of what comes."""

    place: Place = field(default_factory=Place)
    fees: list[FeeLine] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    footnotes: list[FootnoteLine] = field(default_factory=list)
    corrections: list[CorrectionLine] = field(default_factory=list)
    as_of: datetime.date | None = None
    oddities: list[Oddity] = field(default_factory=list)
    unknown: tuple[int, str] | None = None

    def result(self) -> FeeText:
        """Give all of it, with what is odd about the whole."""
        found = FeeText(
            fees=tuple(self.fees),
            titles=tuple(self.titles),
            footnotes=tuple(self.footnotes),
            corrections=tuple(self.corrections),
            as_of=self.as_of,
            oddities=(),
        )
        oddities = sorted((*self.oddities, *oddities_of(found)), key=lambda one: one.line)
        return replace(found, oddities=tuple(oddities))


def read_fee_text(lines: Sequence[str], name: str = "the fee table") -> FeeText:
    """Read the lines of a published fee table; ``name`` is the file's, to tell lines by.

    Raises
    ------
    SchemaError
        A line with an amount has no code and no name that is known, stands below no heading, or holds an amount
        that cannot be read; or a fee stands twice; or there is none. Every such line is told by its number.
    """
    reading, wrong = _Reading(), list[tuple[int, str]]()
    for number, raw in enumerate(lines, 1):
        line = _plain(raw)
        if RULED.match(line):
            continue
        try:
            _read_line(reading, line, number)
        except UnreadableLineError as fault:
            wrong.append((number, str(fault)))
    refuse(name, sorted([*wrong, *_repeated(reading)]))
    if not reading.fees:
        raise SchemaError(f"{name} holds no fee: no line ends in an amount such as 169,11. Name a fee table's text.")
    return reading.result()


def _plain(raw: str) -> str:
    """Give a line without markup and marks that cannot be seen, its letters composed as they are typed."""
    return MARKUP.sub("", UNSEEN.sub("", unicodedata.normalize("NFC", raw))).strip()


def _read_line(reading: _Reading, line: str, number: int) -> None:
    if _take_fact(reading, line, number):
        reading.unknown = None
    elif line.startswith(BULLET):
        _take_note(reading, line)
    elif ends_in_amount(line):
        _take_fee(reading, line, number)
    elif lacks_amount(line):
        raise UnreadableLineError("an amount in kroner and øre such as 169,11 is expected at its end")
    else:
        _take_heading(reading, line, number)


def _take_fee(reading: _Reading, line: str, number: int) -> None:
    fee = fee_line(line, reading.place, number)
    if has_code_within(line):
        reading.oddities.append(Oddity(number, f"the code {fee.code} stands within the text of the line"))
    if reading.unknown:
        told, heading = reading.unknown
        reading.oddities.append(
            Oddity(told, f"'{heading}' is no known heading; what follows is taken as {fee.section}, {fee.group}")
        )
    reading.unknown = None
    reading.fees.append(fee)


def _take_note(reading: _Reading, line: str) -> None:
    """Take what stands below a fee as its notes.

    Raises
    ------
    UnreadableLineError
        It ends in an amount, and may be a fee.
    """
    if ends_in_amount(line):
        raise UnreadableLineError("a note below a fee ends in an amount; a fee stands on a line of its own, without •")
    if reading.fees:
        notes = tuple(part.strip() for part in line.split(BULLET) if part.strip())
        reading.fees[-1] = replace(reading.fees[-1], notes=(*reading.fees[-1].notes, *notes))


def _take_heading(reading: _Reading, line: str, number: int) -> None:
    after = step(reading.place, line)
    if after.misspelt:
        reading.oddities.append(
            Oddity(number, f"'{' '.join(line.split())}' is taken for the heading '{after.misspelt}'")
        )
    if after.unknown:
        reading.unknown = (number, " ".join(line.split()))
    elif after.is_heading:
        reading.unknown = None
    reading.place = after.place


def _take_fact(reading: _Reading, line: str, number: int) -> bool:
    """Take a line that tells a period, a correction factor or a footnote; tells whether it was one."""
    if match := PERIOD.match(line):
        reading.titles.append(Title(_day(*match.groups()[:3]), _day(*match.groups()[3:]), number))
    elif match := AS_OF.match(line):
        reading.as_of = _day(*match.groups())
    elif INCOME_BEGINS.match(line):
        reading.corrections.append(_correction(line, number))
    elif match := FOOTNOTE.match(line):
        sign = match[1] or match[2] or match[3].translate(DIGITS)
        reading.footnotes.append(FootnoteLine(reading.place.section, sign, match[4], number))
    else:
        return False
    return True


def _correction(line: str, number: int) -> CorrectionLine:
    match = INCOME.match(line)
    if match is None:
        raise UnreadableLineError("a correction factor in percent such as 4,2% is expected at its end")
    sign, whole, part = (-1 if match[2] else 1), match[3], match[4] or ""
    return CorrectionLine(int(match[1]), Fraction(sign * int(whole + part), 100 * 10 ** len(part)), number)


def _day(day: str, month: str, year: str) -> datetime.date:
    name = month.casefold().rstrip("e")
    try:
        return datetime.date(int(year), 1 + MONTHS.index(name), int(day))
    except ValueError:
        raise UnreadableLineError("a day such as 1. oktober 2025 is expected, found one that there is not") from None


def _repeated(reading: _Reading) -> Iterator[tuple[int, str]]:
    """Tell the lines of fees and of years that stand twice."""
    for line, earlier in repeated([(fee.line, fee.key) for fee in reading.fees]):
        yield line, f"a fee of the same section, code and area stands in line {earlier}"
    for line, earlier in repeated([(one.line, one.year) for one in reading.corrections]):
        yield line, f"a correction factor of the same year stands in line {earlier}"
