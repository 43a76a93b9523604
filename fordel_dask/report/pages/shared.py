"""What every page of a report has: its banners, sources and where it came from."""

from collections.abc import Sequence
from typing import Any

from fordel_dask.report.credits import OF_PAGES, credits_in_words
from fordel_dask.report.pages.headline import banners, headline
from fordel_dask.report.pages.links import Links
from fordel_dask.report.picture import Picture
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import Wording

INTERVALS = "intervals"


def shared_content(
    told: Told, words: Wording, links: Links, councils: Sequence[Row], clinics: Sequence[Row]
) -> dict[str, Any]:
    """Give what the pages of some councils and their clinics share."""
    model = told.run.model
    return {
        "banners": banners(told, words),
        "headline": headline(told, words, councils, clinics),
        "method": links.method_page(),
        "credits": credits_in_words(OF_PAGES, words),
        "made_by": words.say("made_by", program=model.program, model=model.name),
        "model_hash": model.hash,
        "clinics_lead": words.say("clinics_lead", step=words.number(model.step)),
        "has_intervals": bool(told.run.of_table(INTERVALS)),
        "sureness_lead": words.say("sureness_lead", percent=words.percent(model.confidence, 0)),
    }


def drawn(*pictures: Picture | None) -> tuple[Picture, ...]:
    """Give those of the pictures that there is something to show on."""
    return tuple(one for one in pictures if one is not None)


def contents_of(words: Wording, *sections: tuple[str, str, object]) -> list[tuple[str, str]]:
    """Give the anchors and names of the sections that hold something."""
    return [(anchor, words.say(word)) for anchor, word, held in sections if held]
