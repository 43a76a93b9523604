"""The page of the method: its sections in order, as one file."""

from collections.abc import Iterator
from typing import Any

from fordel_dask.report.frame import page
from fordel_dask.report.method.assumptions import assumptions
from fordel_dask.report.method.blocks import Section
from fordel_dask.report.method.clinics import clinics
from fordel_dask.report.method.closing import disclosure, sources, words_used
from fordel_dask.report.method.first import consumption, counted, idea
from fordel_dask.report.method.lives import lives
from fordel_dask.report.method.need import need
from fordel_dask.report.method.objections import objections
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.method.sureness import sureness
from fordel_dask.report.method.traits import traits
from fordel_dask.report.method.weights import weights
from fordel_dask.report.pages.headline import banners
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

FILE = "method.html"
STYLES = ("report.css", "method.css")
SECTIONS = (
    *(idea, counted, consumption, traits, weights, lives, need, clinics),
    *(sureness, objections, assumptions, disclosure, words_used, sources),
)


def method_files(told: Told, words: Wording) -> Iterator[tuple[str, bytes]]:
    """Give the page of the method as the one file it is."""
    yield FILE, page("method.html", words, STYLES, (), content_of(told, words)).encode()


def content_of(told: Told, words: Wording) -> dict[str, Any]:
    """Give what the page says."""
    reading = Reading(told, words)
    return {
        "title": reading.say("title"),
        "over": reading.say("over"),
        "lead": reading.say("lead"),
        "banners": banners(told, words),
        "contents": reading.say("contents"),
        "sections": sections_of(reading),
    }


def sections_of(reading: Reading) -> list[Section]:
    """Give the sections of the page, in order."""
    return [make(reading) for make in SECTIONS]
