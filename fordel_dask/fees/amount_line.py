"""A line that ends in an amount: which service it prices, for which unit, with which footnotes."""

import re

from fordel_dask.fees.fee_text import FeeLine, UnreadableLineError
from fordel_dask.fees.headings import SUPERSCRIPT, Place, layout

AMOUNT = re.compile(
    r"(?<![0-9\-−–])(?<![0-9][.,])(?:([0-9]{1,3}(?:\.[0-9]{3}){1,2})|([0-9]{1,7})),([0-9]{2})$", re.ASCII
)
"""Kroner with or without points between thousands, and øre; below zero there is no fee."""

AMBIGUOUS = re.compile(r"(?<![0-9])[0-9]{1,3}[ \u00a0\u2009\u202f][0-9]{3},[0-9]{2}$")
PRICE_LIKE = re.compile(r"[0-9],[0-9]{1,3}$")
LEADING_CODE = re.compile(r"^([0-9]{4})(?:\s+|$)")
CODE = re.compile(r"(?<![\w.,/-])([0-9]{4})(?![\w.,/-])")
LEADERS = re.compile(r"\s*(?:\.{2,}|(?:\s\.){2,}|…|_{2,})[\s.…_]*$")
DIGITS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
STAR = "*"
PER_SERVICE = "pr. ydelse"
CHRONIC = "kroniker"


def unsigned(line: str) -> str:
    """Give a line without the signs of footnotes, which may be glued to its amount."""
    return SUPERSCRIPT.sub(" ", line).strip().rstrip(STAR).rstrip()


def ends_in_amount(line: str) -> bool:
    """Whether a line prices something.

    Raises
    ------
    UnreadableLineError
        What stands at its end may be two amounts: a blank between thousands, or between text and amount.
    """
    bare = unsigned(line)
    if AMBIGUOUS.search(bare):
        raise UnreadableLineError(
            "its last digits may be one amount or a number and an amount; write thousands with a point (1.563,31), or "
            "put a tab before the amount"
        )
    return AMOUNT.search(bare) is not None


def lacks_amount(line: str) -> bool:
    """Whether a line without amount should have one: it begins with a code or a named fee, or ends much like one."""
    bare = unsigned(line)
    return bool(LEADING_CODE.match(bare) or PRICE_LIKE.search(bare) or _named(" ".join(bare.split())))


def fee_line(line: str, place: Place, number: int) -> FeeLine:
    """Read a line that ends in an amount.

    Raises
    ------
    UnreadableLineError
        It has neither a code of four digits nor a known name, or stands below no heading.
    """
    bare = unsigned(line)
    amount = AMOUNT.search(bare)
    if amount is None:
        raise UnreadableLineError("it ends in no amount")
    if not place.section or not place.group:
        raise UnreadableLineError("a fee stands below no heading that is known (see law/fees/layout.toml)")
    before = LEADERS.sub("", bare[: amount.start()]).rstrip()
    code, text, unit = _told(" ".join(before.rstrip(STAR).split()))
    own = _own(text)
    group = own.get("group", place.group)
    return FeeLine(
        section=own.get("section", place.section),
        code=code,
        area=place.area if group == CHRONIC else "",
        text=text,
        amount_oere=100 * int((amount[1] or amount[2]).replace(".", "")) + int(amount[3]),
        group=group,
        unit=unit or _unit(text),
        footnotes=",".join([*_signs(line), *([STAR] if STAR in (before[-1:], line[-1:]) else [])]),
        notes=(),
        line=number,
    )


def has_code_within(line: str) -> bool:
    """Whether a line's code stands within its text, not before it."""
    bare = unsigned(line)
    return not LEADING_CODE.match(bare) and _named(" ".join(bare.split())) is None


def _signs(line: str) -> list[str]:
    return re.findall("[0-9]+", " ".join(SUPERSCRIPT.findall(line)).translate(DIGITS))


def _told(text: str) -> tuple[str, str, str]:
    """Give code, text and unit (empty where its words tell it) of what stands before an amount."""
    named = _named(text)
    if named:
        return named["code"], text, named["unit"]
    leading = LEADING_CODE.match(text)
    if leading:
        return leading[1], text[leading.end() :].strip(), ""
    codes = CODE.findall(text)
    if len(codes) != 1:
        raise UnreadableLineError(f"a fee has one code of four digits or a known name, found {len(codes)} codes")
    return codes[0], " ".join(CODE.sub(" ", text).split()), ""


def _named(text: str) -> dict[str, str] | None:
    words = text.casefold()
    return next((entry for entry in layout()["named"] if words.startswith(entry["begins"])), None)


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
