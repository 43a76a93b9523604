"""What the model does not see, what was objected to it, and what that would change."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib import resources

from fordel_dask.law.language import DANISH
from fordel_dask.report.method.blocks import Block, Items, Paragraph, Section, Tabled
from fordel_dask.report.method.first import lives_are_off
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.need_changes import need_change
from fordel_dask.report.picture import TEXT, Cell, Column, Table
from fordel_dask.report.told import Row
from fordel_dask.report.wording import NONE, PACKAGE, Wording
from fordel_dask.schema.release_cases import CASES

RUN = "run"
MOST_SHOWN = 10
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


def objections(reading: Reading) -> Section:
    """Say what the model does not see, and which objections the program can show the effect of."""
    but = "" if lives_are_off(reading) else reading.say("unseen_but")
    changed = set(reading.different)
    unseen = [reading.say(f"unseen_{n}", but=but) for n, seen_by in enumerate(UNSEEN, 1) if not changed & set(seen_by)]
    blocks: list[Block] = [Paragraph(reading.say("unseen_lead")), Items(unseen)]
    blocks += [Paragraph(reading.say("objections_lead")), Tabled(_table(reading))]
    blocks += _effects(reading)
    return Section("objections", reading.say("objections"), blocks)


@cache
def themes() -> Mapping[str, Sequence[str]]:
    """Give the themes of the consultation, each with the ids of the variants that show it."""
    found = tomllib.loads(resources.files(PACKAGE).joinpath("method/themes.toml").read_text("utf-8"))
    return {theme: tuple(ids) for theme, ids in found.items()}


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


def _effects(reading: Reading) -> Iterator[Block]:
    """Tell of the variants that were computed beside the run: those that move most numbers of clinics."""
    run = [row for row in reading.told.cases.get(CASES.name, ()) if row["status"] == RUN]
    if not run:
        return
    furthest = {row["id"]: row for row in sorted(run, key=_moved)}
    shown = sorted(furthest.values(), key=_moved, reverse=True)[:MOST_SHOWN]
    computed, number = reading.words.number(len(furthest)), reading.words.number(len(shown))
    yield Paragraph(reading.say("effects_lead", computed=computed, number=number))
    columns = [Column(reading.say("variant"), TEXT)]
    columns += [Column(reading.say(head)) for head in ("effect_need", "effect_capacities", "effect_clinics")]
    yield Tabled(Table(reading.say("effects"), columns, [_effect(reading, row) for row in shown]))


def _moved(row: Row) -> tuple[int, Fraction, str]:
    clinics = sum(int(row[column] or 0) for column in ("clinics_up", "clinics_down"))
    return clinics, abs(Fraction(row["need_change"] or 0)), row["case"]


def _effect(reading: Reading, row: Row) -> list[Cell]:
    words = reading.words
    title = row["title_da"] if words.code == DANISH and row["title_da"] else row["title"]
    need = need_change(Fraction(row["need_change"]), row, words) if row["need_change"] else NONE
    number = words.signed(int(row["maximum_capacities_change"])) if row["maximum_capacities_change"] else NONE
    told = bool(row["clinics_up"] and row["clinics_down"])
    clinics = _clinics(row, words) if told else NONE
    return [Cell(f"{row['id']} {title}"), Cell(need), Cell(number), Cell(clinics)]


def _clinics(row: Row, words: Wording) -> str:
    """Say how many clinics a case moves, of those whose number is shown."""
    moved = words.number(int(row["clinics_up"]) + int(row["clinics_down"]))
    return words.say("share_of_shown", part=moved, shown=words.figure(row["clinics_told"]))
