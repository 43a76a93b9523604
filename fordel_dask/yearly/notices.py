"""Drafts of notices to regions, in Danish and English: which errors are announced, and what a region may do now."""

import datetime
import functools
import textwrap
import unicodedata
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from fordel_dask.cycle.announcement import CLINIC, COUNCIL, Ruling
from fordel_dask.explanation.language import LANGUAGES, Language
from fordel_dask.law.provisions import in_force, whole

BODIES = {
    "region": {"da": "klinikkens egen region", "en": "the clinic's own region"},
    "praksisklagenævn": {"da": "praksisklagenævnet", "en": "the practice complaints board (praksisklagenævnet)"},
}
HEADS = {
    "da": {"council": "Sundhedsråd", "clinic": "Ydernummer", "numbers": ("Udsendt", "Rettet", "Forskel ({unit})")},
    "en": {"council": "Council", "clinic": "Clinic", "numbers": ("Issued", "Corrected", "Difference ({unit})")},
}
UNITS = {
    "da": {"council": "lægekapaciteter", "clinic": "patienter"},
    "en": {"council": "capacities", "clinic": "patients"},
}
ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
GAP = 3
WIDTH = 100
INDENT = "  "
"""Lines of tables begin with it; all others are wrapped."""


def notice_name(region: str, language: str) -> str:
    """Give the file name of a region's notice: ``notice-region-oestdanmark-da.txt``."""
    letters = unicodedata.normalize("NFKD", region.casefold().translate(ASCII)).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return f"notice-{'-'.join(words)}-{language}.txt"


def notices(
    announced: dict[str, tuple[Ruling, ...]], year: int, status_date: datetime.date, day: datetime.date
) -> dict[str, str]:
    """Draft the notices of all regions concerned, by file name.

    ``day`` is the day of the notice: it decides on notice periods and on who decides complaints (R33, R34, R44).

    Raises
    ------
    LawError
        No rule on notice or complaints is in force on that day.
    """
    return {
        notice_name(region, language): _text(region, found, (year, status_date, day), Language(language))
        for region, found in announced.items()
        for language in LANGUAGES
    }


def _text(
    region: str, found: Sequence[Ruling], when: tuple[int, datetime.date, datetime.date], language: Language
) -> str:
    year, status_date, day = when
    councils, clinics = ([one for one in found if (one.kind == COUNCIL) is is_it] for is_it in (True, False))
    text = _template(language.code).render(
        region=region,
        year=year,
        status_date=language.date(status_date),
        day=language.date(day),
        councils=councils,
        clinics=clinics,
        council_lines=_lines(councils, COUNCIL, language),
        clinic_lines=_lines(clinics, CLINIC, language),
        raise_days=language.number(whole("notice.raise_days", day)),
        lower_days=language.number(whole("notice.lower_days", day)),
        **_complaints(day, language),
    )
    return (
        "\n".join(line if line.startswith(INDENT) else textwrap.fill(line, WIDTH) for line in text.split("\n")) + "\n"
    )


@functools.cache
def _template(language: str) -> Template:
    environment = Environment(
        loader=PackageLoader("fordel_dask.yearly", package_path="."),
        autoescape=False,  # a text for a letter, not a page
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(f"notice.{language}.md")


def _complaints(day: datetime.date, language: Language) -> dict[str, str]:
    """Say who decides complaints on a day, and who afterwards if that is known to change (R44)."""
    now = in_force("complaint.body", day)
    said = {"body": BODIES[str(now.value)][language.code], "next_body": "", "next_day": ""}
    if now.valid_until is not None:
        change = now.valid_until + datetime.timedelta(days=1)
        said["next_day"] = language.date(change)
        said["next_body"] = BODIES[str(in_force("complaint.body", change).value)][language.code]
    return said


def _lines(found: Sequence[Ruling], kind: str, language: Language) -> str:
    """Align what is announced: name, number issued, number corrected, difference."""
    heads = HEADS[language.code]
    named = [(one.council if kind == COUNCIL else f"{one.code} ({one.council})", one) for one in found]
    unit = UNITS[language.code][kind]
    rows = [(str(heads[kind]), *(head.format(unit=unit) for head in heads["numbers"]))]
    rows += [(name, *_numbers(one, language)) for name, one in named]
    widths = [max(len(row[column]) for row in rows) + GAP for column in range(len(rows[0]))]
    return "\n".join(INDENT + row[0].ljust(widths[0]) + _right(row[1:], widths[1:]) for row in rows)


def _right(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, widths, strict=True))


def _numbers(one: Ruling, language: Language) -> tuple[str, str, str]:
    published, corrected = one.published or 0, one.corrected or 0
    return language.number(published), language.number(corrected), language.signed(corrected - published)
