"""What is odd about a published fee table as a whole: its titles, its footnotes, and its period against one asked for.

None of it stops the reading. A person should look at it.
"""

import datetime
import re
from collections.abc import Iterator, Sequence

from fordel_dask.fees.fee_text import FeeText, FootnoteLine, Oddity, Title
from fordel_dask.fees.headings import DUTY, DUTY_OF_A_KIND

CODE = re.compile(r"(?<![\w.,/-])([0-9]{4})(?![\w/-])")
YEARS = range(1990, 2100)
"""Numbers of four digits that are years when they stand in a footnote, unless a fee has them for code."""


def oddities_of(text: FeeText) -> Iterator[Oddity]:
    """Tell what is odd about titles and footnotes, in no order."""
    yield from _of_titles(text.titles)
    yield from _of_footnotes(text)


def oddities_of_period(text: FeeText, first: datetime.date, last: datetime.date) -> Iterator[Oddity]:
    """Tell where a text says another period than the one that it is read in for."""
    for title in text.titles:
        if title.begins != first:
            yield Oddity(title.line, f"the title says from {title.begins}; the table is read in from {first}")
        if title.ends > title.begins and title.ends not in (last, last + datetime.timedelta(1)):
            yield Oddity(title.line, f"the title says until {title.ends}; the table is read in until {last}")
    if text.corrections and text.as_of and text.as_of != first:
        line = text.corrections[0].line
        yield Oddity(line, f"the correction factors are as of {text.as_of}; the table is read in from {first}")


def last_days(titles: Sequence[Title], first: datetime.date) -> tuple[datetime.date, ...]:
    """Give the last days that titles tell for a table in force from ``first``: the day before the one they run to.

    A title says "1. oktober 2025 til 1. april 2026", and the next table's begins on the 1. april. One that ends before
    it begins tells nothing.
    """
    ends = {title.ends for title in titles if title.ends > max(title.begins, first)}
    return tuple(sorted(end - datetime.timedelta(1) for end in ends))


def _of_titles(titles: Sequence[Title]) -> Iterator[Oddity]:
    for title in titles:
        if title.ends <= title.begins:
            yield Oddity(title.line, f"the title says from {title.begins} to {title.ends}, which is no period")
        elif (title.begins, title.ends) != (titles[0].begins, titles[0].ends):
            yield Oddity(title.line, f"the title says another period than that of line {titles[0].line}")


def _of_footnotes(text: FeeText) -> Iterator[Oddity]:
    known = {(note.section, note.sign) for note in text.footnotes}
    for fee in text.fees:
        for sign in filter(None, fee.footnotes.split(",")):
            if not any((section, sign) in known for section in sections_of_notes(fee.section)):
                yield Oddity(fee.line, f"the fee {fee.code} has the footnote {sign}, which stands nowhere")
    codes = {fee.code for fee in text.fees}
    for note in text.footnotes:
        missing = [code for code in _codes_in(note, codes) if code not in codes]
        if missing:
            yield Oddity(note.line, f"footnote {note.sign} names {', '.join(missing)}, which have no fee")


def sections_of_notes(section: str) -> tuple[str, ...]:
    """Give the sections below which a section's footnotes may stand: both kinds of duty share theirs."""
    return (section, DUTY, *DUTY_OF_A_KIND) if section in (DUTY, *DUTY_OF_A_KIND) else (section,)


def _codes_in(note: FootnoteLine, codes: set[str]) -> list[str]:
    return [code for code in CODE.findall(note.text) if code in codes or int(code) not in YEARS]
