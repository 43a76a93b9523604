"""Why a case changes nothing, or was not run, in a sentence."""

from collections.abc import Callable

from fordel_dask.law.words import plain_value
from fordel_dask.scenarios.asked import DANISH, Asked
from fordel_dask.scenarios.comparison import (
    NO_EFFECT,
    NOT_BINDING,
    SAME_CONSUMPTION,
    SAME_ESTIMATE,
    SAME_LEVELS,
    SAME_MODEL,
    CaseEffects,
)
from fordel_dask.scenarios.figures import NotRun

SENTENCES = {
    SAME_MODEL: (
        "The model is the same as the base: it changes no parameter.",
        "Modellen er den samme som grundmodellen: Ingen parametre ændres.",
    ),
    SAME_LEVELS: (
        "No citizen of these data comes to another level because of {keys}.",
        "Ingen borger i disse data kommer på et andet niveau på grund af {keys}.",
    ),
    SAME_CONSUMPTION: (
        "No service of these data counts otherwise because of {keys}.",
        "Ingen ydelse i disse data tæller anderledes på grund af {keys}.",
    ),
    SAME_ESTIMATE: (
        "The same weights are estimated; {keys} bears on nothing that is published here.",
        "De samme vægte estimeres; {keys} har ikke betydning for noget, der offentliggøres her.",
    ),
    NOT_BINDING: (
        "The rule is never met in these data, so that {keys} makes no difference.",
        "Reglen kommer aldrig i spil i disse data, så {keys} gør ingen forskel.",
    ),
    NO_EFFECT: (
        "Together, {keys} make no difference in these data.",
        "Tilsammen gør {keys} ingen forskel i disse data.",
    ),
}
NO_NUMBER = (
    "No council's and no clinic's number changes; this does: {moved}.",
    "Intet sundhedsråds og ingen kliniks tal ændres; det gør til gengæld: {moved}.",
)
MOVED: tuple[tuple[Callable[[CaseEffects], bool], str, str], ...] = (
    (lambda one: one.citizens.differs, "citizens counted", "talte borgere"),
    (lambda one: any(place.need.differs for place in one.municipalities), "need", "behov"),
    (lambda one: any(place.before_rounding.differs for place in one.councils), "need with the floor", "behov med gulv"),
    (lambda one: any(place.existing.differs for place in one.councils), "existing capacities", "nuværende kapaciteter"),
    (lambda one: any(weight.weight.differs for weight in one.weights), "weights", "vægte"),
)
"""What may change though no number of a council or clinic does, in English and Danish."""


def why_unchanged(one: CaseEffects, lang: str) -> str:
    """Say why no published number changes, or why no number of a council or clinic does; blank where one does."""
    danish = lang == DANISH
    if one.why_unchanged:
        keys = plain_value([change.key for change in one.changes])
        return f"{_unchanged(danish)} {SENTENCES[one.why_unchanged][danish].format(keys=keys)}"
    if not one.moves_no_number:
        return ""
    moved = [words[danish] for moves, *words in MOVED if moves(one)]
    return NO_NUMBER[danish].format(moved=", ".join(moved) or ("andre tal" if danish else "other figures"))


def _unchanged(danish: bool) -> str:
    return "Intet offentliggjort tal ændres." if danish else "No published number changes."


def why_not_run(one: NotRun, asked: Asked, lang: str) -> str:
    """Say why a case was not run, and which command shows what was asked for."""
    why = asked.missing_da if lang == DANISH and asked.missing_da and asked.missing == one.why else one.why
    label = "Vises af" if lang == DANISH else "Shown by"
    return f"{why} {label}: {asked.shown_by}" if asked.shown_by and asked.shown_by not in why else why
