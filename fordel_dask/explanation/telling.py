"""An explanation as lines for a reader who is no statistician."""

import textwrap
from collections.abc import Iterator
from fractions import Fraction

from fordel_dask.explanation import sentences
from fordel_dask.explanation.answer import OK, Answer
from fordel_dask.explanation.arithmetic import Arithmetic, arithmetic_of
from fordel_dask.explanation.by_hand import arithmetic_lines
from fordel_dask.explanation.difference import Difference
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY
from fordel_dask.explanation.ladder import Ladder, ladder_of
from fordel_dask.explanation.language import Language
from fordel_dask.explanation.patients import by_term

WIDTH, NUMBER = 100, 10
RULE = " " * 4 + "─" * (NUMBER - 4)


def tell(answer: Answer, language: Language, difference: Difference | None = None) -> Iterator[str]:
    """Give the whole explanation: who is counted, the arithmetic in patients, what follows, the levels behind."""
    places = sentences.place(answer, language)
    yield sentences.heading(answer, language) + (f", {', '.join(places)}" if places else "")
    yield from _wrapped(sentences.who(answer, language))
    if answer.parts and answer.exact is not None:
        yield from ("", *_wrapped(sentences.direction(answer, language)), "")
        yield from _per_capacity(answer, answer.exact, language)
    yield from {CLINIC: _clinic_end, MUNICIPALITY: _municipality_end, COUNCIL: _council_end}[answer.kind](
        answer, language
    )
    ladder = ladder_of(answer)
    if ladder:
        yield from _whole(answer, ladder, language)
        yield from _headed("how_sure", sentences.how_sure(answer, language), language)
        yield from _headed("what_changes", sentences.what_would_change(answer, language), language)
    if difference:
        yield from _since(answer, difference, language)
    if answer.parts:
        yield from _compared(answer, language)
        yield from _levels(answer, language)
        yield from ("", *_wrapped(language.say("ages")))
    arithmetic = arithmetic_of(answer)
    if arithmetic:
        yield from _by_hand(answer, arithmetic, language)


def _per_capacity(answer: Answer, exact: Fraction, language: Language) -> Iterator[str]:
    yield _line(language.number(answer.rules.norm), language.say("as_the_country"))
    for term, rows in by_term(answer.parts).items():
        yield _line(language.signed(sum(row.whole for row in rows)), language.term(term))
    yield RULE
    yield _line(language.whole(exact), language.say("fill_one"))
    text = language.say(
        "exactly",
        exact=language.number(exact, 9),
        norm=language.number(answer.rules.norm),
        persons=language.exactly(answer.persons),
        weighted=language.number(answer.weighted, 9),
    )
    yield from _wrapped(text, 12)


def _clinic_end(answer: Answer, language: Language) -> Iterator[str]:
    row, say = answer.row, language.say
    yield ""
    if answer.row["status"] == OK and answer.has_number:
        step = language.number(answer.rules.step)
        yield _line(language.number(int(row["minimum_per_capacity"])), say("rounded_to_step", step=step))
        yield _line(f"× {language.shortest(Fraction(row['capacities']))}", say("times_capacities"))
        yield RULE
        yield _line(language.number(int(row["minimum_patients"])), say("must_have"))
        yield from ("", *_wrapped(say("guidance_clinic")))
    else:
        yield from _wrapped(sentences.unnumbered(answer, language))
    yield from _wrapped(sentences.note(answer, language))


def _municipality_end(answer: Answer, language: Language) -> Iterator[str]:
    row, rules, say = answer.row, answer.rules, language.say
    yield ""
    if answer.has_number:
        step = language.number(rules.step)
        yield _line(language.number(int(row["patients_per_capacity_rounded"])), say("rounded_to_step", step=step))
        yield ""
    need, floor = Fraction(row["need"]), Fraction(row["floor"])
    yield from _wrapped(_need(answer, need, language))
    if rules.floor:
        counted = say("the_need" if need >= floor else "the_floor")
        area, km2 = language.shortest(Fraction(row["area_km2"])), language.number(rules.floor_km2)
        yield from _wrapped(say("floor", area=area, km2=km2, floor=language.number(floor, 3), counted=counted))
    yield from _wrapped(say("guidance_municipality"))


def _council_end(answer: Answer, language: Language) -> Iterator[str]:
    row, say = answer.row, language.say
    before, number = Fraction(row["need_before_rounding"]), int(row["maximum_capacities"])
    yield ""
    yield from _wrapped(_need(answer, Fraction(row["need"]), language))
    yield from _floor_lines(answer, language)
    yield from _wrapped(say("rounded_up", before=language.number(before, 3), number=language.number(number)))
    existing = Fraction(row["existing_capacities"])
    room = number - existing
    written = {"existing": language.number(existing, 1), "room": language.number(abs(room), 1)}
    yield from _wrapped(say("room" if room >= 0 else "no_room", **written))


def _floor_lines(answer: Answer, language: Language) -> Iterator[str]:
    if not answer.rules.floor:
        return
    km2 = language.number(answer.rules.floor_km2)
    lifted = [one for one in answer.members if Fraction(one["floor"]) > Fraction(one["need"])]
    if not lifted:
        yield from _wrapped(language.say("floor_nothing", km2=km2))
        return
    added = language.number(Fraction(answer.row["floor_addition"]), 3)
    yield from _wrapped(language.say("floor_adds", km2=km2, added=added))
    for one in lifted:
        written = {name: language.number(Fraction(one[name]), 3) for name in ("need", "floor")}
        area = language.shortest(Fraction(one["area_km2"]))
        yield "    " + language.say("floor_member", name=one["municipality"], area=area, **written)


def _need(answer: Answer, need: Fraction, language: Language) -> str:
    written = {"weighted": language.number(answer.weighted, 1), "norm": language.number(answer.rules.norm)}
    return language.say("need", need=language.number(need, 3), **written)


def _whole(answer: Answer, ladder: Ladder, language: Language) -> Iterator[str]:
    """Give the steps to the published number, each as a sentence."""
    yield from ("", sentences.title(answer, language))
    yield _line(sentences.in_unit(ladder.start, ladder.unit, language), sentences.begin(ladder, language))
    for term, whole in sentences.steps_of(ladder).items():
        step = sentences.in_unit(whole, ladder.unit, language, sign=True)
        yield _line(step, sentences.effect(answer, term, whole, ladder.unit, language))
    yield RULE
    yield _line(sentences.in_unit(ladder.number, ladder.unit, language), language.say(f"end_{answer.kind}"))


def _since(answer: Answer, difference: Difference, language: Language) -> Iterator[str]:
    """Give the steps from the number of an earlier RUN to that of this one."""
    yield from _headed("since", sentences.since(answer, difference, language), language)
    ladder = difference.ladder
    if not ladder:
        return
    yield _line(sentences.in_unit(ladder.start, ladder.unit, language), language.say("end_earlier"))
    for term, whole in sentences.steps_of(ladder).items():
        step = sentences.in_unit(whole, ladder.unit, language, sign=True)
        yield _line(step, sentences.short(answer, term, language))
    yield RULE
    yield _line(sentences.in_unit(ladder.number, ladder.unit, language), language.say("end_later"))


def _compared(answer: Answer, language: Language) -> Iterator[str]:
    means = "; ".join(f"{name} {mean}" for name, mean in sentences.mean_weights(answer, language))
    yield from ("", *_wrapped(f"{language.say('compared')}: {means}."))


def _levels(answer: Answer, language: Language) -> Iterator[str]:
    """Give every level behind the lines: how many have it, how common it is here, in the council, in the country."""
    say, figures = language.say, {(one.term, one.level): one for one in answer.levels}
    names = [say(word) for word in ("citizens", "here", "council", "country", "patients", "coefficient_short")]
    yield ""
    yield f"{say('detail'):<52}{names[0]:>10}{names[1]:>9}{names[2]:>14}{names[3]:>9}{names[4]:>11}{names[5]:>15}"
    for term, rows in by_term(answer.parts).items():
        total = language.signed(sum(row.whole for row in rows))
        own = "" if rows[0].level else language.number(rows[0].citizens)
        yield f"{language.term(term):<52}{own:>10}{'':>32}{total:>11}"
        for row in rows if rows[0].level else ():
            one = figures.get((row.term, row.level))
            shares = (one.share, one.in_council, one.in_country) if one else (None, None, None)
            here, council, country = map(language.percent, shares)
            kroner = language.number(one.coefficient_kr, 6) if one else ""
            yield (
                f"    {language.level(row.term, row.level):<48}{language.number(row.citizens):>10}{here:>9}"
                f"{council:>14}{country:>9}{language.signed(row.whole):>11}{kroner:>15}"
            )


def _by_hand(answer: Answer, arithmetic: Arithmetic, language: Language) -> Iterator[str]:
    """Give the arithmetic with pen and paper; citizens and coefficients stand in the lines in detail."""
    yield from ("", language.say("by_hand"))
    for number, text in arithmetic_lines(answer, arithmetic, language):
        yield f"{number:>26}  {text}"


def _headed(word: str, texts: Iterator[str], language: Language) -> Iterator[str]:
    told = list(texts)
    if told:
        yield from ("", language.say(word))
        for text in told:
            yield from _wrapped(text)


def _line(number: str, text: str) -> str:
    return f"{number:>{NUMBER}}  {text}"


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
