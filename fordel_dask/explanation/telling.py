"""An explanation as lines for a reader who is no statistician."""

import textwrap
from collections.abc import Iterator
from fractions import Fraction

from fordel_dask.explanation.answer import CLINIC, COUNCIL, MUNICIPALITY, Answer
from fordel_dask.explanation.patients import by_term
from fordel_dask.law.words import (
    CLINIC_TYPES,
    STATUSES,
    exactly,
    grouped,
    level_words,
    percent,
    signed,
    term_words,
    whole,
)

WIDTH, NUMBER = 100, 10
AGES = (
    "Ages are to be read together: where one age is rarer than in the country, another is more common. "
    "'here' is the share of these citizens, 'country' that of all citizens counted."
)
RULE = " " * 4 + "─" * (NUMBER - 4)


def tell(answer: Answer) -> Iterator[str]:
    """Give the whole explanation: who is counted, the arithmetic in patients, what follows, the levels behind."""
    yield _heading(answer)
    yield from _wrapped(_who(answer))
    if answer.parts and answer.exact is not None:
        yield ""
        yield from _wrapped(_direction(answer))
        yield ""
        yield from _ladder(answer, answer.exact)
    yield from {CLINIC: _clinic_end, MUNICIPALITY: _municipality_end, COUNCIL: _council_end}[answer.kind](answer)
    if answer.parts:
        yield from _levels(answer)
        yield from ("", *_wrapped(AGES))


def _heading(answer: Answer) -> str:
    where = f", {', '.join(answer.place)}" if answer.place else ""
    if answer.kind == CLINIC:
        kind = CLINIC_TYPES.get(answer.row["clinic_type"], answer.row["clinic_type"])
        return f"{kind.capitalize()} {answer.code}{where}"
    if answer.kind == MUNICIPALITY:
        return f"Municipality {answer.row['municipality']} ({answer.code}){where}"
    return f"Council {answer.row['council']}{where}"


def _who(answer: Answer) -> str:
    day = f"on 1 January {answer.rules.year}"
    verb = "patients were enrolled" if answer.kind == CLINIC else "citizens of group 1 lived here"
    text = f"{answer.citizens:,} {verb} {day}."
    if answer.persons != answer.citizens:
        text += f" At the end of the year {grouped(answer.persons, 1)} are expected; they are what counts below."
    if answer.weighted:
        text += (
            f" Together they need as much care as {grouped(answer.weighted, 1)} average citizens: "
            f"their mean weight is {grouped(answer.weighted / answer.persons, 3)}."
        )
    return text


def _direction(answer: Answer) -> str:
    people = "patients" if answer.kind == CLINIC else "citizens"
    if answer.weighted == answer.persons:
        return f"One capacity covers {answer.rules.norm:,} average citizens, and just as many of these {people}."
    more, fewer = ("more", "fewer") if answer.weighted > answer.persons else ("less", "more")
    return (
        f"One capacity covers {answer.rules.norm:,} average citizens. These {people} need {more} care than average, "
        f"so {fewer} of them fill one capacity. Line by line, minus meaning more care, plus meaning less:"
    )


def _ladder(answer: Answer, exact: Fraction) -> Iterator[str]:
    yield _line(f"{answer.rules.norm:,}", "patients, if they were like the country on average")
    for term, rows in by_term(answer.parts).items():
        yield _line(signed(sum(row.whole for row in rows)), term_words(term))
    yield RULE
    yield _line(whole(exact), "patients fill one capacity here")
    yield from _wrapped(
        f"exactly {exactly(exact)} = {answer.rules.norm:,} × {_count(answer.persons)} ÷ {exactly(answer.weighted)}", 12
    )


def _clinic_end(answer: Answer) -> Iterator[str]:
    row = answer.row
    yield ""
    if row["status"] == "ok" and row["minimum_patients"]:
        yield _line(f"{int(row['minimum_per_capacity']):,}", f"the same, rounded to the nearest {answer.rules.step}")
        yield _line(f"× {row['capacities']}", "capacities of the clinic")
        yield RULE
        yield _line(
            f"{int(row['minimum_patients']):,}", "patients the clinic must have before it may close for new ones"
        )
        yield from ("", *_wrapped("The number is guidance: the region decides."))
    else:
        yield from _wrapped(STATUSES.get(row["status"], "Nobody here has a weight, so there is no minimum number."))
    if row["note"] and row["status"] != "unregistered":
        yield from _wrapped(f"Note: {row['note']}.")


def _municipality_end(answer: Answer) -> Iterator[str]:
    row, rules = answer.row, answer.rules
    yield ""
    if row["patients_per_capacity_rounded"]:
        yield _line(f"{int(row['patients_per_capacity_rounded']):,}", f"the same, rounded to the nearest {rules.step}")
        yield ""
    need, floor = Fraction(row["need"]), Fraction(row["floor"])
    yield from _wrapped(_need_text(answer, need))
    if rules.floor:
        counted = "the need" if need >= floor else "the floor"
        yield from _wrapped(
            f"Floor: {row['area_km2']} km² ÷ {rules.floor_km2} = {grouped(floor, 3)} capacities. "
            f"The larger of the two counts in its council: {counted}."
        )
    yield from _wrapped("Numbers of a municipality are guidance. Its council's number is the binding one.")


def _council_end(answer: Answer) -> Iterator[str]:
    row = answer.row
    need, before = Fraction(row["need"]), Fraction(row["need_before_rounding"])
    yield ""
    yield from _wrapped(_need_text(answer, need))
    yield from _floor_lines(answer)
    yield from _wrapped(
        f"Rounded up once, {grouped(before, 3)} becomes {int(row['maximum_capacities']):,}, "
        f"the most capacities that the region may allocate here."
    )
    existing = Fraction(row["existing_capacities"])
    room = int(row["maximum_capacities"]) - existing
    left = (
        f"there is room for {grouped(room, 1)} more" if room >= 0 else f"that is {grouped(-room, 1)} more than may be"
    )
    yield from _wrapped(f"Capacities there already: {grouped(existing, 1)}; {left}.")


def _floor_lines(answer: Answer) -> Iterator[str]:
    if not answer.rules.floor:
        return
    lifted = [one for one in answer.members if Fraction(one["floor"]) > Fraction(one["need"])]
    if not lifted:
        yield from _wrapped(f"The floor of one capacity per {answer.rules.floor_km2} km² adds nothing here.")
        return
    added = Fraction(answer.row["floor_addition"])
    yield from _wrapped(
        f"The floor of one capacity per {answer.rules.floor_km2} km² in each municipality adds {grouped(added, 3)}:"
    )
    for one in lifted:
        need, floor = Fraction(one["need"]), Fraction(one["floor"])
        yield f"    {one['municipality']}: need {grouped(need, 3)}, floor {grouped(floor, 3)} ({one['area_km2']} km²)"


def _need_text(answer: Answer, need: Fraction) -> str:
    weighted = f"{grouped(answer.weighted, 1)} weighted citizens"
    return f"Need: {weighted} ÷ {answer.rules.norm:,} = {grouped(need, 3)} capacities."


def _levels(answer: Answer) -> Iterator[str]:
    """Give every level behind the lines: how many have it, how common it is here and in the country."""
    yield from ("", f"{'The lines in detail':<56}{'citizens':>10}{'here':>9}{'country':>9}{'patients':>10}")
    for term, rows in by_term(answer.parts).items():
        detailed = bool(rows[0].level)
        total = signed(sum(row.whole for row in rows))
        own = "" if detailed else f"{rows[0].citizens:,}"
        yield f"{term_words(term):<56}{own:>10}{'':>9}{'':>9}{total:>10}"
        for row in rows if detailed else ():
            here = percent(Fraction(row.citizens, answer.citizens)) if answer.citizens else ""
            country = answer.shares.get((row.term, row.level))
            yield (
                f"    {level_words(row.term, row.level):<52}{row.citizens:>10,}{here:>9}"
                f"{'' if country is None else percent(country):>9}{signed(row.whole):>10}"
            )


def _count(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else exactly(value)


def _line(number: str, text: str) -> str:
    return f"{number:>{NUMBER}}  {text}"


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
