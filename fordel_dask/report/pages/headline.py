"""The first lines of a page: what its figures are, and how far they have come on the way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.report.pages.cells import total
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import NONE, Wording


@dataclass(frozen=True)
class Banner:
    """What stands above everything: a title and a sentence."""

    title: str
    text: str
    kind: str


@dataclass(frozen=True)
class Figure:
    """One headline figure with what it means."""

    value: str
    name: str
    meaning: str


def banners(told: Told, words: Wording) -> tuple[Banner, ...]:
    """Say whether data are invented, whether the figures are a draft or released, and whether the model is another."""
    clearance, threshold = told.clearance, words.number(told.clearance.threshold)
    found = []
    if clearance.invented:
        found.append(Banner(words.say("banner_invented_title"), words.say("banner_invented"), "invented"))
    if clearance.release is not None and clearance.day is not None:
        title = words.say("banner_released_title", number=clearance.release, day=words.date(clearance.day))
        found.append(Banner(title, words.say("banner_released", threshold=threshold), "released"))
    elif not clearance.invented:
        found.append(Banner(words.say("banner_draft_title"), words.say("banner_draft", threshold=threshold), "draft"))
    changed = len(told.run.model.changed)
    if changed:
        found.append(Banner("", words.say("banner_changed", count=words.number(changed)), "changed"))
    return tuple(found)


def headline(told: Told, words: Wording, councils: Sequence[Row], clinics: Sequence[Row]) -> tuple[Figure, ...]:
    """Give the figures of some councils and their clinics: of the country, a region, or one council."""
    model = told.run.model
    numbered = sum(row["status"] == "ok" for row in clinics)
    is_one = len(councils) == 1
    existing = total(councils, "existing_capacities")
    return (
        Figure(
            _sum(words, councils, "citizens"),
            words.say("figure_citizens"),
            words.say("figure_citizens_means", day=words.date(model.status_date)),
        ),
        Figure(
            _sum(words, councils, "need", 1),
            words.say("figure_need"),
            words.say("figure_need_means", norm=words.number(model.norm)),
        ),
        Figure(
            _sum(words, councils, "maximum_capacities"),
            words.say("figure_maximum"),
            words.say(f"figure_maximum_of_{'one' if is_one else 'many'}", councils=len(councils)),
        ),
        Figure(
            NONE if existing is None else words.capacities(existing),
            words.say("figure_existing"),
            _standing(told, words, councils),
        ),
        Figure(
            words.number(numbered),
            words.say("figure_clinics"),
            words.say("figure_clinics_means", clinics=words.number(len(clinics))),
        ),
    )


def _sum(words: Wording, rows: Sequence[Row], column: str, places: int = 0) -> str:
    found = total(rows, column)
    return NONE if found is None else words.number(found, places)


def _standing(told: Told, words: Wording, councils: Sequence[Row]) -> str:
    means = words.say("figure_existing_means")
    standings = [told.capacities.councils.get(row["council_id"]) for row in councils]
    if not told.capacities.reported or not all(standings):
        return means
    occupied = sum((one.occupied for one in standings if one), Fraction(0))
    day = words.date(told.capacities.day)
    return f"{means} {words.say('figure_occupied_means', occupied=words.capacities(occupied), day=day)}"
