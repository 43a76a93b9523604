"""The letter that tells a clinic its calculated minimum number of patients, or why there is none."""

from collections.abc import Sequence
from fractions import Fraction

from fordel_dask.law.rounding import half_up, scaled
from fordel_dask.law.words import STATUSES, STATUSES_DA
from fordel_dask.report.arithmetic import OTHER, RULES, START, Step, clinic_steps, step_label
from fordel_dask.report.letters.addressed import Addressed, Said, letter_to
from fordel_dask.report.letters.content import Bar, Bars, Headline, Letter, Paragraph, Part, Section, Sum
from fordel_dask.report.letters.law import complaint_sentence, notice_sentences
from fordel_dask.report.told import Row

PLACES = 3
COUNTRY = Fraction(1)
ROOM = 1000
USUAL_ROOM = Fraction(3, 2)
"""The mean weight at which a bar fills its room, unless one is longer."""

OK = "ok"


def clinic_letter(to: Addressed) -> Letter:
    """Write the letter of a clinic."""
    number = to.clinic["minimum_patients"]
    sections = [_patients(to), *([_arithmetic(to, number), _sureness(to, number)] if number else []), _when(to)]
    said = Said(
        name="",
        title=to.words.say("letter_clinic_title" if number else "letter_clinic_title_without", year=to.year),
        headline=_headline(to, number) if number else None,
        intro=(Paragraph(to.words.say("letter_meaning")),) if number else _without_number(to),
        sections=(*sections, _complaints(to)),
    )
    return letter_to(to, said)


def _headline(to: Addressed, number: str) -> Headline:
    label = to.words.say("letter_clinic_title", year=to.year)
    return Headline(label, to.words.figure(number), to.words.say("letter_patients"))


def _without_number(to: Addressed) -> tuple[Part, ...]:
    """Say why there is no number, or that it is kept back."""
    say, status = to.words.say, to.clinic["status"]
    if status == OK:
        return (Paragraph(say("letter_number_kept_back")),)
    return Paragraph(say("letter_no_number", year=to.year)), Paragraph(_reason(to, status))


def _reason(to: Addressed, status: str) -> str:
    """Say why there is no number: to the clinic itself where there are words for that."""
    own = f"letter_status_{status}"
    if to.words.knows(own):
        return to.words.say(own, day=to.words.date(to.told.run.model.status_date))
    return (STATUSES_DA if to.words.code == "da" else STATUSES)[status]


def _patients(to: Addressed) -> Section:
    """Tell how many patients were counted, and how heavy they are against citizens elsewhere."""
    words, clinic = to.words, to.clinic
    day = words.date(to.told.run.model.status_date)
    patients = words.figure(clinic["patients"])
    counted = (
        words.say("letter_counted", day=day, patients=patients)
        if clinic["patients"]
        else words.say("letter_count_kept_back", day=day)
    )
    text = " ".join([counted, *_against_the_number(to), *_of_weight(to)])
    return Section(words.say("letter_your_patients"), (Paragraph(text), _mean_weights(to)))


def _against_the_number(to: Addressed) -> list[str]:
    """Say by how many the patients are more or fewer than the number; nothing where one of the two is not told."""
    patients, number = to.clinic["patients"], to.clinic["minimum_patients"]
    if not (patients and number):
        return []
    more = int(patients) - int(number)
    word = "letter_more_than_number" if more > 0 else "letter_fewer_than_number" if more else "letter_as_many_as_number"
    return [to.words.say(word, patients=to.words.number(abs(more)))]


def _of_weight(to: Addressed) -> list[str]:
    mean = to.clinic["mean_weight"]
    if not mean:
        return [to.words.say("letter_weight_kept_back")] if to.clinic["kept_back"] else []
    shown, country = (to.words.number(value, PLACES) for value in (Fraction(mean), COUNTRY))
    if shown == country:
        return [to.words.say("letter_as_heavy", mean=shown)]
    word = "letter_heavier" if Fraction(mean) > COUNTRY else "letter_lighter"
    return [to.words.say(word, mean=shown, country=country)]


def _mean_weights(to: Addressed) -> Bars:
    """Put mean weights beside each other: of the clinic, of where it lies, and of the country."""
    say = to.words.say
    rows = [(say("letter_your_clinic"), to.clinic)]
    if to.municipality:
        rows.append((say("letter_in_municipality", name=to.place(to.municipality, "municipality")), to.municipality))
    if to.council:
        rows.append((say("letter_in_council", name=to.place(to.council, "council")), to.council))
    means = [COUNTRY, *(Fraction(row["mean_weight"]) for _, row in rows if row["mean_weight"])]
    room = max(USUAL_ROOM, *means)
    bars = [_bar(to, label, row, room) for label, row in rows]
    bars.append(Bar(say("letter_in_country"), to.words.number(COUNTRY, PLACES), _length(COUNTRY, room)))
    return Bars(say("letter_mean_weights"), tuple(bars), _length(COUNTRY, room))


def _bar(to: Addressed, label: str, row: Row, room: Fraction) -> Bar:
    mean, is_own = row["mean_weight"], row is to.clinic
    if mean:
        return Bar(label, to.words.figure(mean, PLACES), _length(Fraction(mean), room), is_own)
    return Bar(label, to.words.say("letter_not_shown") if row["kept_back"] else to.words.figure(""), None, is_own)


def _length(mean: Fraction, room: Fraction) -> int:
    part = mean / room * ROOM
    return half_up(part.numerator, part.denominator)


def _arithmetic(to: Addressed, number: str) -> Section:
    steps = clinic_steps(to.told.run, to.ydernummer) or ()
    has_rules = any(step.term == RULES for step in steps)
    said = [to.words.say("letter_norm", norm=to.words.number(to.told.run.model.norm))]
    said += [_by_rules(to, number)] if has_rules else _divided_and_times(to, number)
    return Section(to.words.say("letter_arithmetic"), (Paragraph(" ".join(said)), *_steps(to, number, steps)))


def _by_rules(to: Addressed, number: str) -> str:
    return to.words.say("letter_rules", capacities=_capacities(to), number=to.words.figure(number))


def _divided_and_times(to: Addressed, number: str) -> list[str]:
    """Say how norm and mean weight, and then the capacities, lead to the number."""
    words, model, clinic = to.words, to.told.run.model, to.clinic
    each, norm, said = clinic["minimum_per_capacity"], words.number(model.norm), []
    if each and _follows_from_the_mean(to):
        shown, step = words.number(Fraction(clinic["mean_weight"]), PLACES), words.number(model.step)
        said.append(words.say("letter_divided", norm=norm, mean=shown, step=step, each=words.figure(each)))
    elif each:
        said.append(words.say("letter_divided_exactly", each=words.figure(each)))
    if each and clinic["capacities"]:
        said.append(words.say("letter_times", capacities=_capacities(to), number=words.figure(number)))
    return said


def _follows_from_the_mean(to: Addressed) -> bool:
    """Tell whether whoever divides by the mean weight as the letter has it comes to the number that it tells."""
    mean, each = to.clinic["mean_weight"], Fraction(to.clinic["minimum_per_capacity"])
    shown = scaled(Fraction(mean or 0), 10**PLACES)
    if not shown:
        return False
    steps = Fraction(to.told.run.model.norm * 10**PLACES, shown) / to.told.run.model.step
    return half_up(steps.numerator, steps.denominator) * to.told.run.model.step == each


def _capacities(to: Addressed) -> str:
    capacities = Fraction(to.clinic["capacities"])
    is_single = capacities == 1 or (capacities < 1 and to.words.code == "da")
    word = "letter_one_capacity" if is_single else "letter_capacities"
    return to.words.say(word, capacities=to.words.given(to.clinic["capacities"]))


def _steps(to: Addressed, number: str, steps: Sequence[Step]) -> tuple[Part, ...]:
    """Give the steps from the national mean to the number; nothing where they are not told."""
    if not steps:
        return ()
    words, model, capacities = to.words, to.told.run.model, Fraction(to.clinic["capacities"])
    rows = []
    for step in steps:
        label = step_label(step, words, model, capacities)
        figure = words.number(step.patients) if step.term == START else words.signed(step.patients)
        rows.append((label[:1].upper() + label[1:], figure))
    total = words.say("letter_steps_sum"), words.figure(number)
    parts: list[Part] = [Sum(words.say("letter_steps"), words.say("letter_steps_unit"), tuple(rows), total)]
    parts.append(Paragraph(words.say("letter_signs"), quiet=True))
    if any(step.term == OTHER for step in steps):
        parts.append(Paragraph(words.say("letter_kept_back_note"), quiet=True))
    return tuple(parts)


def _sureness(to: Addressed, number: str) -> Section:
    """Tell the interval of the number and what it means; or that there is none."""
    words, run = to.words, to.told.run
    row = run.intervals.get(("clinic", to.ydernummer, ""), {}).get("minimum_patients")
    text = [words.say("letter_interval_unknown")]
    if row is not None and row["low"] and row["high"]:
        confidence = words.percent(run.model.confidence, 0)
        low, high = words.figure(row["low"]), words.figure(row["high"])
        is_same = low == high == words.figure(number)
        word = "letter_robust" if is_same else "letter_interval"
        said = words.say(word, confidence=confidence, number=low, low=low, high=high)
        text = [words.say("letter_unsure"), said, words.say("letter_not_of_errors")]
    return Section(words.say("letter_sureness"), (Paragraph(" ".join(text)),))


def _when(to: Addressed) -> Section:
    has_number = to.clinic["minimum_patients"]
    begin, raising = (
        ("letter_may_differ", "letter_raise") if has_number else ("letter_may_decide", "letter_raise_or_first")
    )
    text = [to.words.say(begin), *notice_sentences(raising, to.template.date, to.day, to.words)]
    return Section(to.words.say("letter_when" if has_number else "letter_when_without"), (Paragraph(" ".join(text)),))


def _complaints(to: Addressed) -> Section:
    text = [to.words.say("letter_tell_before"), complaint_sentence(to.day, to.words)]
    further = to.template.complaint
    return Section(to.words.say("letter_complaints"), (Paragraph(" ".join(text)), *map(Paragraph, further)))
