"""The letter that tells a clinic that its number was too high: the errors that must be announced (R45)."""

from fordel_dask.cycle.announcement import ANNOUNCED, clinic_verdict
from fordel_dask.report.letters.addressed import Addressed, Said, letter_to
from fordel_dask.report.letters.content import Headline, Letter, Paragraph, Section, Sum
from fordel_dask.report.letters.law import complaint_sentence, lowering_sentence
from fordel_dask.report.told import Told, ToldRun

NAME = "correction"


def corrected_clinics(told: Told) -> list[str]:
    """Give the clinics whose lower number must be announced, where the RUN corrects an earlier one.

    It does where both are of the same planning year and by the same parameters; all else is a comparison.
    """
    earlier = told.earlier
    if earlier is None or not _is_corrected_by(earlier, told.run):
        return []
    return [code for code in told.run.clinics if _verdict(earlier, told.run, code) == ANNOUNCED]


def _is_corrected_by(earlier: ToldRun, run: ToldRun) -> bool:
    return (earlier.model.year, earlier.model.hash) == (run.model.year, run.model.hash)


def _verdict(earlier: ToldRun, run: ToldRun, code: str) -> str:
    return clinic_verdict(_number(earlier, code), _number(run, code))[0]


def _number(run: ToldRun, code: str) -> int | None:
    told = run.clinics[code]["minimum_patients"] if code in run.clinics else ""
    return int(told) if told else None


def correction_letter(to: Addressed, earlier: ToldRun) -> Letter:
    """Write the letter of a corrected error."""
    words, year = to.words, to.year
    corrected = words.figure(to.clinic["minimum_patients"])
    said = Said(
        name=NAME,
        title=words.say("letter_correction_title", year=year),
        headline=Headline(words.say("letter_correction_label", year=year), corrected, words.say("letter_patients")),
        intro=(Paragraph(words.say("letter_error_found", year=year)),),
        sections=(_numbers(to, earlier), _what_follows(to), _complaints(to)),
    )
    return letter_to(to, said)


def _numbers(to: Addressed, earlier: ToldRun) -> Section:
    words, corrected = to.words, int(to.clinic["minimum_patients"])
    issued = int(earlier.clinics[to.ydernummer]["minimum_patients"])
    rows = (
        (words.say("letter_issued"), words.number(issued)),
        (words.say("letter_corrected"), words.number(corrected)),
        (words.say("letter_difference"), words.signed(corrected - issued)),
    )
    table = Sum(words.say("letter_steps_sum"), words.say("letter_steps_unit"), rows)
    return Section(words.say("letter_issued_and_corrected"), (table,))


def _what_follows(to: Addressed) -> Section:
    lower = lowering_sentence("letter_lower_by_then", "letter_lower_by_then_later", to.day, to.words)
    text = f"{to.words.say('letter_region_may_change')} {lower}"
    return Section(to.words.say("letter_what_follows"), (Paragraph(text),))


def _complaints(to: Addressed) -> Section:
    text = complaint_sentence(to.day, to.words)
    return Section(to.words.say("letter_how_to_complain"), (Paragraph(text), *map(Paragraph, to.template.complaint)))
