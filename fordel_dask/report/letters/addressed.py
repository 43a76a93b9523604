"""Who writes to whom, and of which figures: what all letters to clinics share."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fordel_dask.law.regions import region_on
from fordel_dask.report.letters.blocks import Blocks, Template
from fordel_dask.report.letters.content import Headline, Letter, Paragraph, Part, Section, Sender
from fordel_dask.report.letters.law import day_of_law
from fordel_dask.report.letters.legible import clean, file_stem
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import Wording

NO_ROW: Row = {}


@dataclass(frozen=True)
class Addressed:
    """A clinic that is written to: its row and those of where it lies, each empty if it is not known.

    ``day`` is the one whose law the letter tells; ``template`` is what its region has written.
    """

    told: Told
    words: Wording
    ydernummer: str
    clinic: Row
    municipality: Row
    council: Row
    template: Template
    day: datetime.date

    @property
    def year(self) -> int:
        """The planning year of the RUN."""
        return self.told.run.model.year

    def place(self, row: Row, column: str) -> str:
        """Give a name of where the clinic lies, as it can be shown."""
        return clean(row.get(column, ""))

    def by(self, template: Template) -> "Addressed":
        """Give the same with other texts."""
        return replace(self, template=template)


def addressed(told: Told, blocks: Blocks, words: Wording, ydernummer: str) -> Addressed:
    """Address a clinic, by what its region has written for the clinics that are its own on the day of the letter."""
    run = told.run
    clinic = run.clinics.get(ydernummer, NO_ROW)
    council = run.councils.get(clinic.get("council_id", ""), NO_ROW)
    regions = _regions_of(council, day_of_law(blocks.date_of(()), run.model.status_date))
    template = blocks.template(regions, words)
    day = day_of_law(template.date, run.model.status_date)
    municipality = run.municipalities.get(clinic.get("municipality_code", ""), NO_ROW)
    return Addressed(told, words, ydernummer, clinic, municipality, council, template, day)


def known_regions(told: Told, day: datetime.date) -> set[str]:
    """Give the regions whose clinics may be written to on a day, by both names where the reform gives a new one."""
    return {name for council in told.run.councils.values() for name in _regions_of(council, day)}


def _regions_of(council: Row, day: datetime.date) -> tuple[str, ...]:
    """Give the region of a council on a day, and the one that the RUN has it in."""
    if not council:
        return ()
    return clean(region_on(council["council_id"], council["region"], day)), clean(council["region"])


@dataclass(frozen=True)
class Said:
    """What a letter says between its head and its foot."""

    name: str
    title: str
    headline: Headline | None
    intro: Sequence[Part]
    sections: Sequence[Section]


def letter_to(to: Addressed, said: Said) -> Letter:
    """Put head and foot around what is said."""
    template = to.template
    return Letter(
        stem=f"{said.name}{'-' if said.name else ''}{file_stem(to.ydernummer)}",
        title=said.title,
        sender=Sender(template.logo, template.name, (*template.address,)),
        facts=_facts(to),
        dated=_dated(to),
        marks=_marks(to),
        opening=template.text(said.name, "opening"),
        headline=said.headline,
        intro=tuple(said.intro),
        sections=(*said.sections, _questions(to)),
        closing=template.text(said.name, "closing"),
        signature=(to.words.say("letter_greeting"), *template.signature),
    )


def _facts(to: Addressed) -> tuple[tuple[str, str], ...]:
    words, unknown = to.words, to.words.say("letter_not_known")
    kind = to.clinic.get("clinic_type", "")
    values = {
        "letter_ydernummer": clean(to.ydernummer),
        "letter_clinic_type": words.clinic_type(kind) if kind else unknown,
        "letter_municipality": to.place(to.municipality, "municipality") or unknown,
        "letter_council": to.place(to.council, "council") or unknown,
    }
    return tuple((words.say(word), value) for word, value in values.items())


def _dated(to: Addressed) -> tuple[tuple[str, str], ...]:
    date = to.template.date
    shown = to.words.say("letter_block_date") if date is None else to.words.date(date)
    return (to.words.say("letter_date"), shown), (to.words.say("letter_reference"), to.template.reference)


def _marks(to: Addressed) -> tuple[str, ...]:
    """Say of figures that are a draft, of nobody, or not of the model in force, that they are."""
    clearance = to.told.clearance
    holds = {
        "letter_invented": clearance.invented,
        "letter_draft": clearance.release is None and not clearance.invented,
        "letter_changed_model": bool(to.told.run.model.changed),
    }
    return tuple(to.words.say(word) for word, is_so in holds.items() if is_so)


def _questions(to: Addressed) -> Section:
    template, say = to.template, to.words.say
    whom = say("letter_whom_to_ask", contact=template.contact, phone=template.phone, email=template.email)
    return Section(say("letter_questions"), (Paragraph(whom),))
