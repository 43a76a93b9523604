"""The region's own sender and texts of letters, from a file that people write; visible places to fill in without it."""

import datetime
import difflib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fordel_dask.documents import read_toml
from fordel_dask.errors import UsageError
from fordel_dask.report.letters.legible import clean
from fordel_dask.report.wording import Wording

LINE = ("logo", "name", "phone", "email", "contact", "reference")
LINES = ("address", "signature")
PLACED = tuple(f"{kind}{place}" for kind in ("", "decision_", "correction_") for place in ("opening", "closing"))
"""Texts before and after what a letter says: the letter of a calculation, of a decision, of a correction."""

TEXTS = (*PLACED, "complaint")
DATE, REGION = "date", "region"
OF_A_SENDER = frozenset({*LINE, *LINES})
KEYS = (*LINE, *LINES, *TEXTS, DATE)
MOST_OF_A_LINE = 120
MOST_LINES = 8
MOST_OF_A_TEXT = 1500
YEARS = range(2025, 2100)
"""Of the days of letters: since the law, and no more than anybody can mean."""

SHOWN = 40
EXPECTED = {
    **dict.fromkeys(LINE, f"a text of one line, at most {MOST_OF_A_LINE} characters"),
    **dict.fromkeys(
        LINES, f"a list of at most {MOST_LINES} texts of one line, at most {MOST_OF_A_LINE} characters each"
    ),
    **dict.fromkeys(TEXTS, f"a text of at most {MOST_OF_A_TEXT:,} characters, paragraphs with an empty line between"),
    DATE: f"a day from {YEARS[0]} on, such as 2026-01-15, without quotes",
}
Given = str | tuple[str, ...] | datetime.date
NOTHING: Mapping[str, Given] = {}


@dataclass(frozen=True)
class Template:
    """Sender and texts of a letter as it has them; ``date`` is none where only a place for it is to be seen."""

    logo: str
    name: str
    address: tuple[str, ...]
    phone: str
    email: str
    contact: str
    reference: str
    date: datetime.date | None
    complaint: tuple[str, ...]
    signature: tuple[str, ...]
    placed: Mapping[str, tuple[str, ...]]

    def text(self, kind: str, place: str) -> tuple[str, ...]:
        """Give the paragraphs before or after what a letter of a kind says; the kind of a calculation has no name."""
        return self.placed.get(f"{kind}_{place}" if kind else place, ())


@dataclass(frozen=True)
class Blocks:
    """What a region has written: ``own`` for all letters by key, ``regions`` further for the clinics of single ones."""

    own: Mapping[str, Given] = field(default_factory=dict)
    regions: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)

    def date_of(self, regions: Sequence[str]) -> datetime.date | None:
        """Give the day of a letter, none where none is given; ``regions`` are names of one region, the first counts."""
        day = self._of(regions).get(DATE)
        return day if isinstance(day, datetime.date) else None

    def template(self, regions: Sequence[str], words: Wording) -> Template:
        """Give sender and texts for the clinics of a region, with a visible place for whatever is not given."""
        given = self._of(regions)

        def line(key: str) -> str:
            return str(given.get(key, words.say(f"letter_block_{key}")))

        def lines(key: str) -> tuple[str, ...]:
            found = given.get(key)
            return found if isinstance(found, tuple) else (words.say(f"letter_block_{key}"),)

        return Template(
            logo=line("logo"),
            name=line("name"),
            address=lines("address"),
            phone=line("phone"),
            email=line("email"),
            contact=line("contact"),
            reference=line("reference"),
            date=self.date_of(regions),
            complaint=lines("complaint"),
            signature=lines("signature"),
            placed={key: found for key, found in given.items() if key in PLACED and isinstance(found, tuple)},
        )

    def _of(self, regions: Sequence[str]) -> Mapping[str, Given]:
        own = next((self.regions[name] for name in regions if name in self.regions), NOTHING)
        # a region that has a name of its own has no other region's address, telephone or signature
        common = {key: given for key, given in self.own.items() if key not in OF_A_SENDER or "name" not in own}
        return {**common, **own}

    def refuse_unknown(self, regions: Collection[str]) -> None:
        """Refuse texts of a region that the RUN has not, which nobody would get.

        Raises
        ------
        UsageError
            There are some.
        """
        for name in self.regions:
            if name not in regions:
                hint = _nearest(name, regions) or f"known are {', '.join(sorted(regions))}."
                raise UsageError(
                    f"The file of --blocks has texts of the region '{_short(name)}', not in the RUN; {hint}"
                )


def read_blocks(path: Path | None) -> Blocks:
    """Read the region's texts of letters; nothing for no file.

    A file names what it replaces; a section of a region holds for its clinics alone::

        name = "Region Syddanmark"
        address = ["Damhaven 12", "7100 Vejle"]
        contact = "Afdelingen for almen praksis"
        phone = "76 63 10 00"
        date = 2026-01-15
        complaint = "Send klagen til klage@example.dk inden fire uger."
        signature = ["Anne Hansen", "afdelingschef"]

        [region."Region Nordjylland"]
        name = "Region Nordjylland"

    Raises
    ------
    UsageError
        The file cannot be read, or a key or value in it cannot be.
    """
    if path is None:
        return Blocks()
    content = _content(path)
    regions = content.pop(REGION, {})
    if not isinstance(regions, dict) or not all(isinstance(one, dict) for one in regions.values()):
        raise UsageError(f'{path.name}: expected are sections of regions as [region."Region Syddanmark"].')
    return Blocks(
        own=_entries(path.name, content),
        regions={clean(name): _entries(f"{path.name}, {_short(name)}", own) for name, own in regions.items()},
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except tomllib.TOMLDecodeError as error:
        failure = f"is not valid TOML: {error}"
    except (OSError, ValueError):
        failure = "is not there, or cannot be read as UTF-8 text"
    raise UsageError(f"Texts of letters: {path.name} {failure}. Correct it, or leave --blocks away.")


def _entries(where: str, content: Mapping[str, Any]) -> dict[str, Given]:
    return {key: _entry(where, key, value) for key, value in content.items()}


def _entry(where: str, key: str, value: object) -> Given:
    if key not in KEYS:
        hint = _nearest(key, KEYS) or f"known are {', '.join((*KEYS, REGION))}."
        raise UsageError(f"{where}: '{_short(key)}' is no text of letters; {hint}")
    found = _read(key, value)
    if found is None:
        raise UsageError(f"{where}: '{key}' is not as it must be. Expected is {EXPECTED[key]}.")
    return found


def _read(key: str, value: object) -> Given | None:
    """Give a value of the file as letters need it; none if it is not as expected."""
    if key == DATE:
        return value if type(value) is datetime.date and value.year in YEARS else None
    if key in LINES:
        is_list = isinstance(value, list) and len(value) <= MOST_LINES and all(map(_is_line, value))
        return tuple(map(clean, value)) if is_list and isinstance(value, list) else None
    if key in TEXTS:
        return _paragraphs(value) if isinstance(value, str) and len(value) <= MOST_OF_A_TEXT else None
    return clean(str(value)) if _is_line(value) else None


def _is_line(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MOST_OF_A_LINE and len(value.splitlines()) <= 1


def _paragraphs(text: str) -> tuple[str, ...]:
    """Give the paragraphs of a text: an empty line ends one, and any other end of a line is a space."""
    joined = "\n".join(line.strip() for line in text.splitlines())
    return tuple(clean(one) for one in joined.split("\n\n") if one.strip())


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def _short(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}…"
