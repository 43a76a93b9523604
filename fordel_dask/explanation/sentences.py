"""What an explanation says in sentences, the same as lines of text and on a page."""

from collections.abc import Iterator
from fractions import Fraction

from fordel_dask.explanation.answer import OK, Answer
from fordel_dask.explanation.difference import Difference
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY, Row
from fordel_dask.explanation.ladder import IN_A_CAPACITY, PATIENTS, THOUSANDTHS, Ladder, by_step
from fordel_dask.explanation.language import Language
from fordel_dask.explanation.parts import CLAMP, ROUNDING
from fordel_dask.explanation.turning import Turn, turns_of
from fordel_dask.law.words import STATUSES

NUMBER_OF = {CLINIC: "minimum_patients", COUNCIL: "maximum_capacities", MUNICIPALITY: "patients_per_capacity_rounded"}
UNREGISTERED = "unregistered"


def audience(answer: Answer) -> str:
    """Tell whether sentences speak of a clinic's patients or of an area's citizens."""
    return "clinic" if answer.kind == CLINIC else "area"


def heading(answer: Answer, language: Language) -> str:
    """Name a clinic or area."""
    if answer.kind == CLINIC:
        kind = language.clinic_type(answer.row["clinic_type"])
        return language.say("heading_clinic", type=kind[:1].upper() + kind[1:], code=answer.code)
    return language.say(f"heading_{answer.kind}", name=answer.row[answer.kind], code=answer.code)


def place(answer: Answer, language: Language) -> tuple[str, ...]:
    """Name where it lies: its municipality if it is a clinic, its council, its region."""
    municipality, council = answer.around.municipality, answer.around.council
    names = [municipality["municipality"]] if municipality else []
    if council and answer.kind != COUNCIL:
        names.append(language.say("in_council", name=council["council"]))
    return (*names, council["region"]) if council else tuple(names)


def who(answer: Answer, language: Language) -> str:
    """Say who is counted and what they weigh together."""
    say, number, day = language.say, language.number, language.day(answer.rules.year)
    text = [say(f"who_{audience(answer)}", citizens=number(answer.citizens), day=day)]
    if answer.persons != answer.citizens:
        text.append(say("expected", persons=number(answer.persons, 1)))
    if answer.weighted and answer.mean_weight:
        text.append(say("weigh", weighted=number(answer.weighted, 1), mean=number(answer.mean_weight, 3)))
    return " ".join(text)


def direction(answer: Answer, language: Language) -> str:
    """Say whether they need more care than average, and what that does."""
    which = "equal" if answer.weighted == answer.persons else "more" if answer.weighted > answer.persons else "less"
    people = language.say(f"people_{audience(answer)}")
    return language.say(f"direction_{which}", norm=language.number(answer.rules.norm), people=people)


def steps_of(ladder: Ladder) -> dict[str, int]:
    """Give the whole steps by term; the arithmetic's own only where they do anything."""
    return {term: whole for term, whole in by_step(ladder.steps).items() if whole or term not in (CLAMP, ROUNDING)}


def amount(whole: int, unit: str, language: Language) -> str:
    """Write a number of patients or capacities with its unit."""
    if unit == THOUSANDTHS:
        return language.say("capacity_many", n=in_unit(whole, unit, language))
    return language.say("patient_one" if whole == 1 else "patient_many", n=language.number(whole))


def in_unit(whole: int, unit: str, language: Language, sign: bool = False) -> str:
    """Write whole patients, or thousandths of a capacity as capacities; whole capacities without decimals."""
    write = language.signed if sign else language.number
    if unit == PATIENTS:
        return write(whole)
    return write(whole // IN_A_CAPACITY) if not whole % IN_A_CAPACITY else write(Fraction(whole, IN_A_CAPACITY), 3)


def effect(answer: Answer, term: str, whole: int, unit: str, language: Language) -> str:
    """Say what one step does to the number: because of the patients' age the minimum is 62 patients lower."""
    because = reason(answer, term, language)
    if not whole:
        return language.say(f"no_effect_{answer.kind}", because=because)
    way = language.say("lower" if whole < 0 else "higher")
    return language.say(
        f"effect_{answer.kind}", because=because, amount=amount(abs(whole), unit, language), direction=way
    )


def reason(answer: Answer, term: str, language: Language) -> str:
    """Say because of what."""
    rules = answer.rules
    filled = {"step": language.number(rules.step), "km2": language.number(rules.floor_km2), "term": language.term(term)}
    for word in (f"because_{audience(answer)}_{term}", f"because_{term}"):
        if language.knows(word):
            return language.say(word, **filled)
    return language.say("because_other", **filled)


def short(answer: Answer, term: str, language: Language) -> str:
    """Name a step in a few words."""
    if not language.knows(f"short_{term}"):
        return language.term(term)
    rules = answer.rules
    return language.say(f"short_{term}", step=language.number(rules.step), km2=language.number(rules.floor_km2))


def published(answer: Answer, language: Language) -> str:
    """Write the published number; nothing for none."""
    text = answer.row[NUMBER_OF[answer.kind]]
    return language.number(int(text)) if text else ""


def unnumbered(answer: Answer, language: Language) -> str:
    """Say why there is no number."""
    status = answer.row.get("status", "")
    return language.status(status) if status in STATUSES or status != OK else language.say("nobody_weighs")


def note(answer: Answer, language: Language) -> str:
    """Say what else is to be known of a clinic; nothing for nothing."""
    text = answer.row.get("note", "")
    if not text or answer.row["status"] == UNREGISTERED:
        return ""
    if text.startswith("island clinic under"):
        text = language.say("note_island", threshold=language.number(answer.rules.island_threshold))
    return language.say("note", note=text)


def how_sure(answer: Answer, language: Language) -> Iterator[str]:
    """Say how sure the number is, or why that is not said."""
    sureness, say = answer.sureness, language.say
    if sureness.unsaid is not None:
        yield say("unsaid_older") if sureness.unsaid.is_older else say("unsaid", reason=sureness.unsaid.reason)
        return
    text = _interval(answer, language)
    if not text:
        yield say("unsaid_figure")
        return
    yield text
    flag = flag_of(answer)
    if flag:
        yield say(flag)
    if sureness.chances:
        listed = (
            say("chance", n=row["maximum_capacities"], share=language.percent(Fraction(row["share"])))
            for row in sureness.chances
        )
        yield say("chances", chances=", ".join(listed))
    yield say("what_interval_means")


def flag_of(answer: Answer) -> str:
    """Give ``robust`` or ``uncertain`` of the published number; nothing where it is not said."""
    row = answer.sureness.intervals.get(NUMBER_OF[answer.kind])
    return row["flag"] if row else ""


def _interval(answer: Answer, language: Language) -> str:
    found, kind = answer.sureness.intervals, answer.kind
    exact = {CLINIC: "minimum_per_capacity_exact", COUNCIL: "need_before_rounding", MUNICIPALITY: "need"}[kind]
    if exact not in found:
        return ""
    places = 3 if kind != CLINIC else 1
    ends = {f"exact_{end}": language.number(Fraction(found[exact][end]), places) for end in ("low", "high")}
    filled = {**ends, "confidence": language.percent(answer.sureness.confidence).replace(f"{_point(language)}0", "")}
    number: Row | None = found.get(NUMBER_OF[kind])
    if kind == MUNICIPALITY:
        return language.say("interval_municipality", low=ends["exact_low"], high=ends["exact_high"], **filled)
    if number is None:
        return language.say("interval_clinic_exact", **filled)
    rounded = {end: language.number(Fraction(number[end])) for end in ("low", "high")}
    return language.say(f"interval_{kind}", **rounded, **filled)


def _point(language: Language) -> str:
    return language.number(Fraction(0), 1)[1]


def what_would_change(answer: Answer, language: Language) -> Iterator[str]:
    """Say how far the number is from the next one, in the weight of the citizens."""
    turns = turns_of(answer)
    for turn in turns:
        yield _turn(answer, turn, language)
    if turns and answer.kind == COUNCIL and answer.rules.floor:
        yield language.say("only_above_floor")
    if turns and answer.kind != COUNCIL and answer.exact is not None:
        write = language.number
        ends = {("down" if turn.is_heavier else "up"): write(turn.distance, 3) for turn in turns}
        borders = {("lower" if turn.is_heavier else "upper"): language.shortest(turn.border) for turn in turns}
        which = "distances" if "down" in ends else "distance_up"
        yield language.say(which, exact=write(answer.exact, 3), **ends, **borders)


def _turn(answer: Answer, turn: Turn, language: Language) -> str:
    write, mean = language.number, answer.mean_weight or Fraction(0)
    which = f"{'heavier' if turn.is_heavier else 'lighter'}_{answer.kind}"
    if answer.kind == COUNCIL:
        distances = {"distance": write(turn.distance, 3), "weighted": write(abs(turn.weighted), 1)}
        return language.say(which, number=write(turn.number), **distances)
    shown = Fraction(round(mean * 10**turn.places), 10**turn.places)
    return language.say(
        which,
        change=write(abs(turn.told), turn.places),
        mean=write(shown, turn.places),
        then=write(shown + turn.told, turn.places),
        number=write(turn.number),
        per=write(turn.per_capacity or 0),
        weighted=write(abs(turn.weighted), 1),
    )


def title(answer: Answer, language: Language) -> str:
    """Head the steps to the published number."""
    if answer.kind != CLINIC:
        return language.say(f"whole_{answer.kind}")
    capacities = Fraction(answer.row["capacities"])
    return language.say(
        "whole_clinic_one" if capacities == 1 else "whole_clinic", capacities=language.shortest(capacities)
    )


def begin(ladder: Ladder, language: Language) -> str:
    """Name where the steps begin."""
    return language.say("start_patients" if ladder.unit == PATIENTS else "start_capacities")


def mean_weights(answer: Answer, language: Language) -> Iterator[tuple[str, str]]:
    """Give the mean weight here, around it, and in the country, where it is 1."""
    yield language.say(f"this_{answer.kind}"), _mean(answer.mean_weight, language)
    around = answer.around
    if around.municipality and around.municipality["mean_weight"]:
        yield language.say("municipality"), _mean(Fraction(around.municipality["mean_weight"]), language)
    if around.council and around.council["mean_weight"] and answer.kind != COUNCIL:
        yield language.say("council"), _mean(Fraction(around.council["mean_weight"]), language)
    yield language.say("country"), _mean(Fraction(1), language)


def _mean(value: Fraction | None, language: Language) -> str:
    return language.number(value or Fraction(0), 3)


def since(answer: Answer, difference: Difference, language: Language) -> Iterator[str]:
    """Say what became of the number since an earlier RUN."""
    earlier, ladder = difference.earlier, difference.ladder
    if earlier is None:
        yield language.say("not_there")
    elif ladder is None:
        if answer.has_number or not earlier.has_number:
            yield language.say("no_earlier_number")
        else:
            yield language.say("no_later_number", earlier=published(earlier, language))
        if not earlier.has_number:
            yield unnumbered(earlier, language)
    else:
        change = ladder.number - ladder.start
        yield language.say(
            "since_text",
            earlier=published(earlier, language),
            later=published(answer, language),
            change=in_unit(change, ladder.unit, language, sign=True),
        )


def then_and_now(answer: Answer, earlier: Answer, language: Language) -> tuple[tuple[str, str, str], ...]:
    """Give the figures behind a number, earlier and now."""
    pairs = [("figure_citizens", *(language.exactly(one.persons) for one in (earlier, answer)))]
    pairs.append(("figure_mean_weight", *(_mean(one.mean_weight, language) for one in (earlier, answer))))
    if answer.kind == CLINIC:
        given = (one.row["capacities"] for one in (earlier, answer))
        pairs.append(("figure_capacities", *(language.shortest(Fraction(text)) if text else "" for text in given)))
    exact = ("" if one.exact is None else language.number(one.exact, 3) for one in (earlier, answer))
    pairs.append(("figure_exact", *exact))
    return tuple((language.say(word), then, now) for word, then, now in pairs)
