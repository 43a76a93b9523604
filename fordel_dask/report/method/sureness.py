"""How sure the numbers are, what the model does not see, and what was objected to it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from fordel_dask.report.method.blocks import Block, Items, Paragraph, Section, Tabled
from fordel_dask.report.method.first import lives_are_off
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.wording import PACKAGE

ROBUST = "robust"
UNSEEN: tuple[tuple[str, ...], ...] = (
    (),
    ("consumption.prices",),
    ("covariates.counted_covariate", "covariates.disease_definition"),
    ("covariates.extra", "life_expectancy.level"),
    ("covariates.civil_covariate", "covariates.civil_scheme"),
    ("clinics.trainee_percent",),
    (),
)
"""What the model does not see, each with a sentence; not said where one of these choices may let it be seen."""
KINDS = {"council": "maximum_capacities", "clinic": "minimum_per_capacity"}


def sureness(reading: Reading) -> Section:
    """Say what an interval carries and what it does not."""
    return Section("sureness", reading.say("sureness"), list(_sureness(reading)))


def objections(reading: Reading) -> Section:
    """Say what the model does not see, and which objections the program can show the effect of."""
    but = "" if lives_are_off(reading) else reading.say("unseen_but")
    changed = set(reading.different)
    unseen = [reading.say(f"unseen_{n}", but=but) for n, seen_by in enumerate(UNSEEN, 1) if not changed & set(seen_by)]
    blocks: list[Block] = [Paragraph(reading.say("unseen_lead")), Items(unseen)]
    blocks += [Paragraph(reading.say("objections_lead")), Tabled(_table(reading))]
    run = sorted({row["id"] for row in reading.told.cases.get("effects_of_cases", ()) if row["status"] == "run"})
    if run:
        blocks.append(Paragraph(reading.say("objections_run", ids=reading.listed(run))))
    return Section("objections", reading.say("objections"), blocks)


@cache
def themes() -> Mapping[str, Sequence[str]]:
    """Give the themes of the consultation, each with the ids of the variants that show it."""
    found = tomllib.loads(resources.files(PACKAGE).joinpath("method/themes.toml").read_text("utf-8"))
    return {theme: tuple(ids) for theme, ids in found.items()}


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


def _table(reading: Reading) -> Table:
    columns = [Column(reading.say(head), TEXT) for head in ("theme", "what_was_said", "shown_by")]
    rows = [
        [
            Cell(reading.say(f"theme_{theme}")),
            Cell(reading.say(f"theme_{theme}_said")),
            Cell(", ".join(ids)),
        ]
        for theme, ids in themes().items()
    ]
    return Table(reading.say("themes"), columns, rows)
