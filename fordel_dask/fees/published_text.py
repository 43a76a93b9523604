"""A fee table as it is published, read line by line: what each service is called, where it stands and what it costs.

The text is made of pages: headings, lines that end in an amount, notes, footnotes. A line's meaning follows from the
headings above it, so the reader goes through the text once and remembers where it is (``law/fees/layout.toml``).
"""

import datetime
import functools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources

from fordel_dask.errors import SchemaError

AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+),(\d{2})\s*$")
PRICE_LIKE = re.compile(r"\d,\d{1,3}\s*$")
LEADING_CODE = re.compile(r"^(\d{4})(?:\s+|$)")
CODE = re.compile(r"(?<![\d.,/])\b(\d{4})\b(?![\d.,/])")
SUPERSCRIPT = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\^\{[\d,\s]+\}")
DIGITS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
LEADERS = re.compile(r"\s*\.{2,}\s*$")
MARKUP = re.compile(r"<[^>]*>")
RULED = re.compile(r"^[\s-]*$")
FOOTNOTE = re.compile(r"^(?:(\d+)\)|(\*))\s+(.+)$")
INCOME = re.compile(r"^Indtægt (\d{4}) \(kalenderår\)\s+(\d+),(\d)\s*%\s*$")
AS_OF = re.compile(r"^Korrektionsfaktor .*\bpr\. (\d{1,2}\. \w+ \d{4})\s*$")
PERIOD = re.compile(r"^(\d{1,2}\. \w+ \d{4}) til (\d{1,2}\. \w+ \d{4})\s*$")
BULLET = "•"
PER_SERVICE = "pr. ydelse"
MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
          "december")  # fmt: skip
DUTY, DUTY_OF_A_KIND = "vagttid_faelles", ("vagttid_A", "vagttid_B")
COMMON_GROUPS = ("koersel", "tillaeg", "lab", "attest", "tillaeg_ikke_tilmeldt")
"""Groups that stand behind both kinds of duty and are common to them."""

CHRONIC = "kroniker"
Layout = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class FeeLine:
    """One fee of the text.

    ``section`` is day time, duty (A, B or both) or prevention; ``area`` is empty but for chronic care; ``footnotes``
    their signs; ``notes`` what stands below it line by line; ``line`` the line of the text, from 1.
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
class Correction:
    """A correction factor: by how many tenths of a percent the income of a calendar year is raised."""

    year: int
    tenths_of_percent: int
    line: int


@dataclass
class FeeText:
    """All that was read, in the order of the text.

    ``periods`` are the first and last days that title lines tell, with their lines; ``footnotes`` section, sign and
    text; ``as_of`` the day of the correction factors, none without them.
    """

    fees: list[FeeLine] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    as_of: datetime.date | None = None
    periods: list[tuple[datetime.date, datetime.date, int]] = field(default_factory=list)
    footnotes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """What the headings above a line say."""

    section: str = ""
    group: str = ""
    area: str = ""


@functools.cache
def layout() -> Layout:
    """Give what headings and words of a line mean."""
    text = resources.files("fordel_dask.law").joinpath("fees/layout.toml").read_text("utf-8")
    return tomllib.loads(text)


def read_fee_text(lines: Sequence[str]) -> FeeText:
    """Read the lines of a published fee table.

    Raises
    ------
    SchemaError
        A line with an amount has no code and no name that is known, stands below no heading, or holds an amount
        that cannot be read; or a fee stands twice; or there is none. Every such line is told by its number.
    """
    found, place, wrong = FeeText(), _Place(), list[str]()
    for number, raw in enumerate(lines, 1):
        line = MARKUP.sub("", raw).strip()
        if RULED.match(line):
            continue
        try:
            place = _read_line(found, place, line, number)
        except _UnreadableLineError as fault:
            wrong.append(f"line {number}: {fault}")
    wrong += _repeated(found.fees)
    if not found.fees and not wrong:
        wrong.append("no line ends in an amount such as 169,11")
    if wrong:
        raise SchemaError(f"The fee table cannot be read, {len(wrong)} lines are wrong: {'; '.join(wrong)}.")
    return found


class _UnreadableLineError(Exception):
    """A line that cannot be understood; its text says why."""


def _read_line(found: FeeText, place: _Place, line: str, number: int) -> _Place:
    """Take one line into what was found, and give the place after it."""
    amount = AMOUNT.search(line)
    if amount:
        found.fees.append(_fee(line[: amount.start()], _oere(amount), place, number))
        return place
    if _take_fact(found, place, line, number):
        return place
    if LEADING_CODE.match(line) or (PRICE_LIKE.search(line) and not line.startswith(BULLET)):
        raise _UnreadableLineError(f"an amount in kroner and øre such as 169,11 is expected at its end, found '{line}'")
    if line.startswith(BULLET) and found.fees:
        notes = tuple(part.strip() for part in line.split(BULLET) if part.strip())
        found.fees[-1] = replace(found.fees[-1], notes=(*found.fees[-1].notes, *notes))
        return place
    return _after_heading(place, line)


def _take_fact(found: FeeText, place: _Place, line: str, number: int) -> bool:
    """Take a line that tells a period, a correction factor or a footnote; tells whether it was one."""
    if match := PERIOD.match(line):
        found.periods.append((_day(match[1]), _day(match[2]), number))
    elif match := INCOME.match(line):
        found.corrections.append(Correction(int(match[1]), 10 * int(match[2]) + int(match[3]), number))
    elif match := AS_OF.match(line):
        found.as_of = _day(match[1])
    elif match := FOOTNOTE.match(line):
        found.footnotes.append((place.section, match[1] or match[2], match[3]))
    else:
        return False
    return True


def _after_heading(place: _Place, line: str) -> _Place:
    """Give the place after a line without amount: elsewhere if it is a heading, else the same."""
    words = " ".join(SUPERSCRIPT.sub("", line).casefold().split())
    for entry in layout()["section"]:
        if words == entry["begins"]:
            return _Place(entry["section"], "grundydelse" if entry["section"] in DUTY_OF_A_KIND else "")
    for entry in layout()["heading"]:
        if words.startswith(entry["begins"]) and not words.endswith("."):
            common = place.section in DUTY_OF_A_KIND and entry["group"] in COMMON_GROUPS
            return _Place(DUTY if common else place.section, entry["group"], entry.get("area", ""))
    return place


def _fee(before: str, oere: int, place: _Place, number: int) -> FeeLine:
    """Give the fee of a line, from what stands before its amount."""
    signs = ",".join(re.findall(r"\d+", " ".join(SUPERSCRIPT.findall(before)).translate(DIGITS)))
    text = LEADERS.sub("", SUPERSCRIPT.sub(" ", before))
    starred = text.rstrip().endswith("*")
    text = " ".join(text.rstrip(" *\t").split())
    code, text, unit = _named(text) or _numbered(text)
    if not place.section or not place.group:
        raise _UnreadableLineError(f"fee {code} stands below no heading that is known")
    own = _own(text)
    group = own.get("group", place.group)
    return FeeLine(
        section=own.get("section", place.section),
        code=code,
        area=place.area if group == CHRONIC else "",
        text=text,
        amount_oere=oere,
        group=group,
        unit=unit or _unit(text),
        footnotes="*" if starred else signs,
        notes=(),
        line=number,
    )


def _named(text: str) -> tuple[str, str, str] | None:
    """Give the name of a fee without number, its text and unit."""
    words = text.casefold()
    named = (entry for entry in layout()["named"] if words.startswith(entry["begins"]))
    return next(((entry["code"], text, entry["unit"]) for entry in named), None)


def _numbered(text: str) -> tuple[str, str, str]:
    """Give the number of a service and its text: the number leads, or stands somewhere in the line alone."""
    leading = LEADING_CODE.match(text)
    if leading:
        return leading[1], text[leading.end() :].strip(), ""
    codes = CODE.findall(text)
    if len(codes) != 1:
        raise _UnreadableLineError(f"a fee without a code of four digits: '{text}'")
    return codes[0], " ".join(CODE.sub(" ", text).split()), ""


def _own(text: str) -> dict[str, str]:
    """Give what a line's own words say against its headings."""
    words, said = text.casefold(), dict[str, str]()
    for entry in layout()["own"]:
        if words.startswith(entry.get("begins", "\0")) or entry.get("contains", "\0") in words:
            said |= {name: entry[name] for name in ("section", "group") if name in entry}
    return said


def _unit(text: str) -> str:
    words = text.casefold()
    return next((entry["unit"] for entry in layout()["unit"] if entry["contains"] in words), PER_SERVICE)


def _oere(amount: re.Match[str]) -> int:
    return 100 * int(amount[1].replace(".", "")) + int(amount[2])


def _day(text: str) -> datetime.date:
    day, month, year = text.split()
    name = month.casefold().rstrip("e")
    if name not in MONTHS:
        raise _UnreadableLineError(f"'{month}' is no month")
    return datetime.date(int(year), 1 + MONTHS.index(name), int(day.rstrip(".")))


def _repeated(fees: Sequence[FeeLine]) -> Iterator[str]:
    """Tell of fees that stand twice: in one section, under one code, for one area."""
    first: dict[tuple[str, str, str], FeeLine] = {}
    for fee in fees:
        earlier = first.setdefault(fee.key, fee)
        if earlier is not fee:
            yield f"line {fee.line}: fee {fee.code} stands in {fee.section} already, in line {earlier.line}"
