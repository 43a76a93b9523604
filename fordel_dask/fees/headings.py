"""Where in a fee table a line stands: what the headings above it say of its section, group and area."""

import difflib
import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

SUPERSCRIPT = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\^\{[0-9,\s]+\}")
PAGE_LABEL = re.compile(r"^[a-zæøå]+ [0-9]{2}(?:[0-9]{2})?$")
DUTY, DUTY_OF_A_KIND = "vagttid_faelles", ("vagttid_A", "vagttid_B")
BASIC = "grundydelse"
COMMON_GROUPS = ("koersel", "tillaeg", "lab", "attest", "tillaeg_ikke_tilmeldt")
"""Groups that stand behind both kinds of duty and are common to them."""

SHORTEST_MISSPELT = 8
LIKENESS = 0.85
Entry = dict[str, str]
Layout = dict[str, list[Entry]]


@dataclass(frozen=True)
class Place:
    """What the headings above a line say; empty before the first."""

    section: str = ""
    group: str = ""
    area: str = ""


@dataclass(frozen=True)
class Step:
    """A line without amount: the place after it, whether it is a heading, and what is odd about it.

    ``misspelt`` is the heading that was meant; ``unknown`` tells a line that may be a heading and is none we know.
    """

    place: Place
    is_heading: bool = False
    misspelt: str = ""
    unknown: bool = False


@functools.cache
def layout() -> Layout:
    """Give what headings and words of a line mean (``law/fees/layout.toml``)."""
    text = resources.files("fordel_dask.law").joinpath("fees/layout.toml").read_text("utf-8")
    return tomllib.loads(text)


def sections() -> tuple[str, ...]:
    """Give the sections of a fee table, in the order of the text; what both kinds of duty share stands before them."""
    return tuple(dict.fromkeys(entry["section"] for entry in layout()["section"]))


def plain_words(line: str) -> str:
    """Give a line without footnote signs, letter case and runs of blanks."""
    return " ".join(SUPERSCRIPT.sub("", line).casefold().split())


def step(place: Place, line: str) -> Step:
    """Take a line without amount: elsewhere if it is a heading, also a misspelt one, else the same place."""
    words = plain_words(line)
    if entry := _exactly(words):
        return Step(_after(place, entry), is_heading=True)
    if words.endswith(".") or PAGE_LABEL.match(words) or _first_begun(layout()["aside"], words):
        return Step(place)
    if entry := _nearly(words):
        return Step(_after(place, entry), is_heading=True, misspelt=entry["begins"])
    return Step(place, unknown=any(letter.isalpha() for letter in words))


def _exactly(words: str) -> Entry | None:
    section = next((entry for entry in layout()["section"] if words == entry["begins"]), None)
    if section or words.endswith("."):
        return section
    return _first_begun(layout()["heading"], words)


def _first_begun(entries: Sequence[Entry], words: str) -> Entry | None:
    return next((entry for entry in entries if words.startswith(entry["begins"])), None)


def _nearly(words: str) -> Entry | None:
    """Give the heading that a line is most like: letters missing, doubled or turned round, words split or joined.

    Its first letter must be right: to compare every line with every heading would take minutes for a wrong file.
    """
    packed = words.replace(" ", "")
    found: tuple[float, Entry | None] = (LIKENESS, None)
    for entry in layout()["section"] + layout()["heading"]:
        meant = entry["begins"].replace(" ", "")
        beginning = packed if "group" not in entry else packed[: len(meant)]
        if len(meant) >= SHORTEST_MISSPELT and packed[:1] == meant[0] and len(beginning) < 2 * len(meant):
            matcher = difflib.SequenceMatcher(None, meant, beginning, autojunk=False)
            if matcher.quick_ratio() > found[0] and (likeness := matcher.ratio()) > found[0]:
                found = likeness, entry
    return found[1]


def _after(place: Place, entry: Entry) -> Place:
    if "group" not in entry:
        return Place(entry["section"], BASIC if entry["section"] in DUTY_OF_A_KIND else "")
    common = place.section in DUTY_OF_A_KIND and entry["group"] in COMMON_GROUPS
    return Place(DUTY if common else place.section, entry["group"], entry.get("area", ""))
