"""All letters of a report, in order: of every clinic, of every decision, of every error that must be announced."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fordel_dask.cycle.decision import Decision
from fordel_dask.report.letters.addressed import Addressed, addressed, known_regions
from fordel_dask.report.letters.clinic import clinic_letter
from fordel_dask.report.letters.content import Letter
from fordel_dask.report.letters.correction import corrected_clinics, correction_letter
from fordel_dask.report.letters.decision import decision_letter
from fordel_dask.report.letters.law import day_of_law
from fordel_dask.report.told import Told

if TYPE_CHECKING:  # which imports the letters when they are wanted
    from fordel_dask.report.parts import Wanted


def letters_of(told: Told, wanted: "Wanted") -> Iterator[Letter]:
    """Give all letters.

    Raises
    ------
    UsageError
        The region's texts are for a region that the RUN has not.
    """
    day = day_of_law(wanted.blocks.date_of(()), told.run.model.status_date)
    wanted.blocks.refuse_unknown(known_regions(told, day))
    yield from map(clinic_letter, (_to(code, told, wanted) for code in told.run.clinics))
    yield from _decisions(told, wanted)
    if told.earlier is not None:
        for code in corrected_clinics(told):
            yield correction_letter(_to(code, told, wanted), told.earlier)


def letters_in(told: Told, wanted: "Wanted") -> int:
    """Count all letters."""
    return len(told.run.clinics) + len(wanted.decisions) + len(corrected_clinics(told))


def _to(code: str, told: Told, wanted: "Wanted") -> Addressed:
    return addressed(told, wanted.blocks, wanted.words, code)


def _decisions(told: Told, wanted: "Wanted") -> Iterator[Letter]:
    """Write the letters of decisions; of a clinic's second one on, the file's name says which it is."""
    decisions: Sequence[Decision] = wanted.decisions
    seen = Counter[str]()
    for decision in decisions:
        letter = decision_letter(_to(decision.ydernummer, told, wanted), decision)
        seen[decision.ydernummer] += 1
        count = seen[decision.ydernummer]
        yield letter if count == 1 else replace(letter, stem=f"{letter.stem}-{count}")
