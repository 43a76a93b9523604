"""How sure the numbers of a run are, by its intervals."""

from collections.abc import Iterator

from fordel_dask.report.method.blocks import Block, Paragraph, Section
from fordel_dask.report.method.reading import Reading

ROBUST = "robust"
KINDS = {"council": "maximum_capacities", "clinic": "minimum_per_capacity"}


def sureness(reading: Reading) -> Section:
    """Say what an interval carries and what it does not."""
    return Section("sureness", reading.say("sureness"), list(_sureness(reading)))


def _sureness(reading: Reading) -> Iterator[Block]:
    if not reading.run.intervals:
        yield Paragraph(reading.say("sureness_none"))
        return
    yield Paragraph(reading.say("sureness_how"))
    yield Paragraph(reading.say("sureness_carries"))
    yield Paragraph(reading.say("sureness_not"))
    for kind, figure in KINDS.items():
        flags = [
            found[figure]["flag"]
            for (of, _, _), found in reading.run.intervals.items()
            if of == kind and figure in found and found[figure]["flag"]
        ]
        if flags:
            sure, number = (reading.words.number(n) for n in (flags.count(ROBUST), len(flags)))
            yield Paragraph(reading.say(f"sureness_{kind}", sure=sure, number=number))
