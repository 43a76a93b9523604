"""The letter that tells a clinic what its region has decided, beside what was calculated."""

from dataclasses import replace

from fordel_dask.cycle.decision import Decision
from fordel_dask.cycle.notice import is_raise
from fordel_dask.law.provisions import whole
from fordel_dask.report.letters.addressed import Addressed, Said, letter_to
from fordel_dask.report.letters.content import Headline, Letter, Paragraph, Section, Sum
from fordel_dask.report.letters.law import complaint_about, lowering_sentence
from fordel_dask.report.letters.legible import clean

NAME = "decision"


def decision_letter(to: Addressed, decision: Decision) -> Letter:
    """Write the letter of a decision; its date is the day on which the clinic is told, or that of the region."""
    dated = to.by(replace(to.template, date=decision.notice_decision or to.template.date))
    words = to.words
    said = Said(
        name=NAME,
        title=words.say("letter_decision_title"),
        headline=Headline(
            words.say("letter_decision_label"), words.number(decision.number), words.say("letter_patients")
        ),
        intro=(Paragraph(_decided(dated, decision)),),
        sections=(
            _numbers(dated, decision),
            _reasons(dated, decision),
            _notice(dated, decision),
            _complaint(dated, decision),
        ),
    )
    return letter_to(dated, said)


def _decided(to: Addressed, decision: Decision) -> str:
    words, effective = to.words, decision.effective_from
    day, number = words.date(decision.decided_on), words.number(decision.number)
    decided = (
        words.say("letter_decided_waits", day=day, number=number)
        if effective is None
        else words.say("letter_decided", day=day, number=number, effective=words.date(effective))
    )
    return f"{decided} {words.say('letter_decided_means')}"


def _numbers(to: Addressed, decision: Decision) -> Section:
    """Put the decided number beside the one before it, and beside the calculated one."""
    words, year = to.words, decision.planning_year
    rows = [(words.say("letter_decided_number"), words.number(decision.number))]
    if decision.before is not None:
        rows.append((words.say("letter_number_before"), words.number(decision.before)))
    rows += _calculated(to, decision)
    rests_on = [] if year == to.year else [Paragraph(words.say("letter_of_another_year", year=year))]
    return Section(words.say("letter_numbers"), (_table(to, rows), *rests_on))


def _calculated(to: Addressed, decision: Decision) -> list[tuple[str, str]]:
    """Give the calculated number, and the difference where the decision rests on that very calculation."""
    words, calculated = to.words, to.clinic.get("minimum_patients", "")
    label = words.say("letter_calculated_number", year=to.year)
    if not calculated:
        is_kept_back = bool(to.clinic.get("kept_back"))
        return [(label, words.say("letter_not_shown" if is_kept_back else "letter_not_calculated"))]
    rows = [(label, words.figure(calculated))]
    if decision.planning_year == to.year:
        difference = words.signed(decision.number - int(calculated))
        rows.append((words.say("letter_decided_less_calculated"), difference))
    return rows


def _table(to: Addressed, rows: list[tuple[str, str]]) -> Sum:
    return Sum(to.words.say("letter_decision_label"), to.words.say("letter_steps_unit"), tuple(rows))


def _reasons(to: Addressed, decision: Decision) -> Section:
    reason = clean(decision.reason) or to.words.say("letter_block_reason")
    return Section(to.words.say("letter_reasons"), (Paragraph(reason),))


def _notice(to: Addressed, decision: Decision) -> Section:
    words, day = to.words, decision.decided_on
    if is_raise(decision.number, decision.before):
        days = words.number(whole("notice.raise_days", day))
        word = "letter_none_before" if decision.before is None else "letter_higher_than_before"
        text = f"{words.say(word, days=days)} {_told_on(to, decision)}"
    else:
        text = lowering_sentence("letter_not_higher_than_before", "letter_not_higher_later", day, words)
    return Section(words.say("letter_notice"), (Paragraph(text),))


def _told_on(to: Addressed, decision: Decision) -> str:
    """Say on which days the clinic has been told the decision and the calculation, as far as that is registered."""
    words, days = to.words, (decision.notice_decision, decision.notice_calculation, decision.earliest)
    names = ("decision", "calculation", "earliest")
    shown = {name: words.date(day) for name, day in zip(names, days, strict=True) if day is not None}
    if len(shown) == len(names):
        return words.say("letter_told_both", **shown)
    if "decision" in shown:
        return words.say("letter_told_decision", **shown)
    return words.say("letter_told_calculation" if "calculation" in shown else "letter_told_neither", **shown)


def _complaint(to: Addressed, decision: Decision) -> Section:
    text = complaint_about(decision.decided_on, to.words)
    return Section(to.words.say("letter_how_to_complain"), (Paragraph(text), *map(Paragraph, to.template.complaint)))
