"""The first sections: the idea, who is counted, and what counts as consumption."""

from collections.abc import Iterator

from fordel_dask.report.method.blocks import Block, Items, Paragraph, Section
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import term_name

UNCHANGED = 100
"""Percent of the chronic-care fee that leave it as it is."""


def idea(reading: Reading) -> Section:
    """Give the idea in ten lines."""
    by_time = reading.value("consumption.prices") == "time"
    told = {
        "measured": reading.say("idea_measured_time" if by_time else "idea_measured"),
        "terms": reading.listed([term_name(reading.words, term) for term in reading.traits]),
        "lives": reading.say("idea_lives_off" if lives_are_off(reading) else "idea_lives"),
        "floor": _floor(reading),
        "rounding": reading.chosen("capacity.rounding"),
    }
    lines = [reading.say(f"idea_{n}", **told).strip() for n in range(1, 11)]
    return Section("idea", reading.say("idea"), [Items(lines, numbered=True)])


def _floor(reading: Reading) -> str:
    if not reading.value("capacity.floor"):
        return ""
    if reading.value("capacity.floor_level") == "council":
        return reading.say("idea_floor_council")
    everywhere = reading.value("capacity.floor_where") == "everywhere"
    return reading.say("idea_floor" if everywhere else "idea_floor_without_two_offers")


def lives_are_off(reading: Reading) -> bool:
    """Tell whether nothing is corrected for life expectancy."""
    return str(reading.value("life_expectancy.exponent")).strip("-0.") == ""


def counted(reading: Reading) -> Section:
    """Say who is counted, on which day and in which clinic."""
    citizens = [row["citizens"] for row in reading.run.councils.values()]
    number, by_clinic = "", reading.value("capacity.area_by") == "clinic"
    if citizens and all(citizens):
        number = reading.say("counted_number", citizens=reading.words.number(sum(map(int, citizens))))
    blocks = [
        Paragraph(f"{reading.chosen('population.groups')} {number}".strip()),
        Paragraph(reading.say("counted_day")),
        Paragraph(reading.say("counted_where_clinic" if by_clinic else "counted_where")),
        Paragraph(reading.say("counted_clinic")),
    ]
    return Section("counted", reading.say("counted"), blocks)


def consumption(reading: Reading) -> Section:
    """Say which services count, at which price, and which do not."""
    return Section("consumption", reading.say("consumption"), list(_consumption(reading)))


def _consumption(reading: Reading) -> Iterator[Block]:
    yield Paragraph(f"{reading.say('consumption_lead')} {_specialities(reading)}")
    counts = [reading.say("consumption_contacts")]
    if reading.value("consumption.left_out"):
        counts.append(reading.say("consumption_left_out", services=reading.plain("consumption.left_out")))
    counts += [reading.chosen("consumption.prevention"), reading.chosen("consumption.other_services")]
    yield Items([*counts, _chronic_care(reading)])
    yield Paragraph(f"{reading.chosen('consumption.prices')} {reading.chosen('consumption.home_visits')}")
    yield Paragraph(reading.say("consumption_not"))


def _specialities(reading: Reading) -> str:
    if reading.knows("consumption_specialities__" + "_".join(reading.value("consumption.specialities"))):
        return reading.chosen("consumption.specialities")
    return reading.say("consumption_specialities_other", codes=reading.plain("consumption.specialities"))


def _chronic_care(reading: Reading) -> str:
    said = reading.chosen("consumption.chronic_care")
    percent = reading.value("consumption.chronic_care_percent")
    if percent != UNCHANGED and reading.value("consumption.chronic_care") in ("fee", "share"):
        said += " " + reading.say("consumption_chronic_percent", percent=reading.words.number(percent))
    return said
