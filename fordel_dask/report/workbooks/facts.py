"""What is said of the figures of a workbook: on its first sheet, above every table and in the margin of every page."""

from collections.abc import Iterator, Sequence

from fordel_dask.report.credits import OF_FIGURES, credits_in_words
from fordel_dask.report.described import Codes
from fordel_dask.report.told import Clearance, Told
from fordel_dask.report.wording import Wording

ROBUST = "sure"
INTERVAL_OF = {
    "need": ("need_low", "need_high"),
    "weight": ("weight_low", "weight_high"),
    **{
        figure: (f"{figure}_low", f"{figure}_high", ROBUST) for figure in ("maximum_capacities", "minimum_per_capacity")
    },
}
"""What is kept back with a figure: the ends of its interval, and whether it is sure."""


def clearance_words(clearance: Clearance, words: Wording) -> str:
    """Say how far figures have come on the way out."""
    if clearance.release is None or clearance.day is None:
        return words.say("book_draft")
    return words.say("book_released", day=words.date(clearance.day), number=clearance.release)


def margin_words(clearance: Clearance, words: Wording) -> str:
    """Say in few words what nobody may miss; nothing where figures of real citizens are released."""
    invented = [words.say("book_invented_short")] if clearance.invented else []
    return " ".join([*invented, *([words.say("book_draft_short")] if clearance.release is None else [])])


def lines_of(codes: Codes, *further: str) -> list[str]:
    """Give the lines above a table: what nobody may miss, of which day it is, and what else is to be known."""
    model, words = codes.told.run.model, codes.words
    as_of = words.say("book_as_of", day=words.date(model.status_date), name=model.name)
    return [line for line in (margin_words(codes.told.clearance, words), " ".join([as_of, *further])) if line]


def facts_of(codes: Codes, what: str) -> list[tuple[str, str]]:
    """Give what the first sheet says of all figures, subject by subject."""
    words, told = codes.words, codes.told
    model = told.run.model
    national = words.say("book_model_national", name=model.name)
    changed = words.say("book_model_changed", name=model.name, changed=len(model.changed))
    invented = [("", words.say("book_invented"))] if told.clearance.invented else []
    return [
        (words.say("book_what"), what),
        (words.say("book_state"), clearance_words(told.clearance, words)),
        *invented,
        (words.say("book_counted_on"), words.date(model.status_date)),
        (words.say("book_year"), str(model.year)),
        (words.say("book_model"), changed if model.changed else national),
        (words.say("book_fingerprint"), model.hash),
        (words.say("book_program"), f"fordel_dask {model.program}"),
        (words.say("book_unsure"), words.say("book_unsure_text", unsure=len(model.unsure))),
        *_of_figures(told, words),
        (words.say("book_credits"), "; ".join(credits_in_words(OF_FIGURES, words))),
    ]


def _of_figures(told: Told, words: Wording) -> Iterator[tuple[str, str]]:
    """Say how figures are to be read."""
    confidence, earlier = told.run.model.confidence, told.earlier
    intervals = words.say("book_intervals_text", confidence=words.percent(confidence, 0))
    yield words.say("book_threshold"), words.say("book_threshold_text", threshold=told.clearance.threshold)
    for name in ("book_empty", "book_rounding", "book_step"):
        yield words.say(name), words.say(f"{name}_text")
    yield words.say("book_intervals"), intervals if confidence else words.say("book_no_intervals")
    occupied = words.say("book_occupied_text", day=words.date(told.capacities.day))
    yield words.say("book_occupied"), occupied if told.capacities.reported else words.say("book_no_occupied")
    if earlier:
        day, name = words.date(earlier.model.status_date), earlier.model.name
        yield words.say("book_earlier"), words.say("book_earlier_text", day=day, name=name)


def interval(told: Told, area: tuple[str, str, str], figures: Sequence[str]) -> dict[str, str]:
    """Give the ends of the intervals of figures of an area or weight, by column, and whether they are sure."""
    found = told.run.intervals.get(area, {})
    ends = {
        f"{figure}_{end}": found[figure][end] if figure in found else ""
        for figure in figures
        for end in ("low", "high")
    }
    return {**ends, ROBUST: found[figures[0]]["flag"] if figures[0] in found else ""}
