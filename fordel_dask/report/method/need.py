"""From weighted citizens to capacities of municipalities and councils."""

from collections.abc import Iterator
from fractions import Fraction

from fordel_dask.law.rounding import half_up
from fordel_dask.report.method.blocks import Block, Formula, Paragraph, Section, Step, Sum, Sums, Tabled
from fordel_dask.report.method.choosing import CouncilExample, Counts, example_council
from fordel_dask.report.method.formulas import (
    below_each_other,
    figure,
    formula,
    in_brackets,
    named,
    over,
    row,
    sign,
    summed_over,
)
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.picture import NUMBER, TEXT, Cell, Column, Table

NEED = 3
"""Decimals of needs."""
ALL_GROWTH = 100


def need(reading: Reading) -> Section:
    """Say how many capacities an area needs, and what a council may have at most."""
    return Section("need", reading.say("need"), list(_need(reading)))


def _need(reading: Reading) -> Iterator[Block]:
    yield Paragraph(reading.say("need_lead"))
    below = figure(reading.words.number(reading.run.model.norm))
    weighted = named(reading.say("weighted_citizens"))
    yield formula(reading, "need_formula", named(reading.say("need_name")), sign("="), over(weighted, below))
    yield Paragraph(f"{reading.chosen('capacity.area_by')} {_commuters(reading)}".strip())
    yield Paragraph(_projection(reading))
    yield Paragraph(" ".join(_floor(reading)))
    yield _council_formula(reading)
    yield Paragraph(f"{reading.say('council_number')} {reading.chosen('capacity.rounding')}")
    yield Paragraph(reading.say("municipality_guidance"))
    yield from _example(reading)


def _commuters(reading: Reading) -> str:
    percent = reading.value("capacity.commuters_percent")
    return reading.say("commuters", percent=reading.words.number(percent)) if percent else reading.say("no_commuters")


def _projection(reading: Reading) -> str:
    percent = reading.value("capacity.projection_percent")
    if not percent:
        return reading.say("projection_off")
    if not _has_projection(reading):
        return reading.say("projection_none")
    said = reading.say("projection")
    return said if percent == ALL_GROWTH else f"{said} {reading.say('projection_part', percent=percent)}"


def _has_projection(reading: Reading) -> bool:
    rows = (*reading.run.councils.values(), *reading.run.municipalities.values())
    return any(row["projected_citizens"] and row["projected_citizens"] != row["citizens"] for row in rows)


def _floor(reading: Reading) -> Iterator[str]:
    if not reading.value("capacity.floor"):
        yield reading.say("floor_off")
        return
    yield reading.say("floor")
    yield reading.chosen("capacity.floor_level")
    yield reading.chosen("capacity.floor_where")


def _council_formula(reading: Reading) -> Formula:
    before, of, need_of_it = (named(reading.say(word)) for word in ("before_rounding", "floor_name", "need_name"))
    municipalities = reading.say("municipalities_of_council")
    if not reading.value("capacity.floor"):
        total = row(sign("="), summed_over(municipalities, need_of_it))
        return formula(reading, "council_plain", below_each_other([before, total]))
    if reading.value("capacity.floor_level") == "council":
        inner = row(summed_over(municipalities, need_of_it), sign(";"), summed_over(municipalities, of))
        total = row(sign("="), named(reading.say("larger")), in_brackets(inner))
        return formula(reading, "council_floor", below_each_other([before, total]))
    inner = row(named(reading.say("larger")), in_brackets(row(need_of_it, sign(";"), of)))
    total = row(sign("="), summed_over(municipalities, inner))
    return formula(reading, "council_formula", below_each_other([before, total]))


def _example(reading: Reading) -> Iterator[Block]:
    found = example_council(reading)
    if found is None:
        yield Paragraph(reading.say("council_no_example"), soft=True)
        return
    yield Sums([_municipality(reading, found.largest), _council(reading, found)])
    yield Tabled(_table(reading, found))


def _municipality(reading: Reading, one: Counts) -> Sum:
    words = reading.words
    steps = [
        Step(reading.say("weighted_citizens_there"), words.figure(one.row["weighted_citizens"])),
        Step(reading.say("divided_by_norm"), words.number(one.need, NEED)),
    ]
    if reading.value("capacity.floor"):
        area = words.given(one.row["area_km2"])
        steps.append(Step(reading.say("floor_there", area=area), words.number(one.floor, NEED)))
    steps.append(Step(reading.say("counts_for"), words.number(one.counts, NEED), total=True))
    steps += _guidance(reading, one)
    return Sum(reading.say("example_of", name=one.row["municipality"]), reading.say("municipality_text"), steps)


def _guidance(reading: Reading, one: Counts) -> Iterator[Step]:
    """Say how many patients make up a capacity there, where what is told gives the run's number."""
    if not (one.need and one.row["projected_citizens"]):
        return
    exact = Fraction(one.row["projected_citizens"]) / one.need
    told = one.row["patients_per_capacity"]
    if str(half_up(exact.numerator, exact.denominator)) == told:
        citizens = reading.words.figure(one.row["projected_citizens"])
        text = reading.say("patients_per_capacity", citizens=citizens, need=reading.words.number(one.need, NEED))
        yield Step(text, reading.words.figure(told))


def _council(reading: Reading, found: CouncilExample) -> Sum:
    words, rounding = reading.words, reading.value("capacity.rounding")
    number = words.number(len(found.municipalities))
    steps = [
        Step(reading.say("municipalities_summed", number=number), words.number(found.before_rounding, NEED)),
        Step(reading.say(f"council_rounded_{rounding}"), words.shortest(found.number), total=True),
    ]
    return Sum(reading.say("example_of_council", name=found.row["council"]), reading.say("council_text"), steps)


def _table(reading: Reading, found: CouncilExample) -> Table:
    words, has_floor = reading.words, bool(reading.value("capacity.floor"))
    floor_head = ("floor_name",) if has_floor else ()
    heads = ("municipality", "expected_citizens", "weighted_citizens", "need_name", *floor_head, "counts_for")
    columns = [Column(_capital(reading.say(head)), NUMBER if place else TEXT) for place, head in enumerate(heads)]
    rows = []
    for one in found.municipalities:
        counts = [words.figure(one.row[column]) for column in ("projected_citizens", "weighted_citizens")]
        capacities = (one.need, one.floor, one.counts) if has_floor else (one.need, one.counts)
        texts = [one.row["municipality"], *counts, *(words.number(value, NEED) for value in capacities)]
        rows.append([Cell(text) for text in texts])
    empty = [Cell("")] * (len(columns) - 2)
    total = [Cell(reading.say("in_all")), *empty, Cell(words.number(found.before_rounding, NEED))]
    note = reading.say("council_table_note")
    return Table(reading.say("council_table", name=found.row["council"]), columns, rows, [total], note)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
