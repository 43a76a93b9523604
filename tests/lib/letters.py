"""Letters of small reports, as they are asked for and as they are read."""

import io
import re
from datetime import date
from html import unescape

import pypdf

from fordel_dask.cycle.decision import Decision
from fordel_dask.report.letters import Blocks, letter_files, pdf_files
from fordel_dask.report.parts import Wanted
from fordel_dask.report.told import ToldRun
from fordel_dask.report.wording import Wording
from tests.lib.small_told import small_told

DECIDED = Decision(
    ydernummer="000111",
    number=3200,
    decided_on=date(2026, 2, 1),
    notice_decision=date(2026, 2, 3),
    notice_calculation=date(2026, 1, 20),
    effective_from=date(2026, 3, 5),
    reason="Ny læge i klinikken",
    planning_year=2026,
    earliest=date(2026, 3, 5),
    before=3000,
)


def wanted(lang="da", **other):
    """Give what is wanted of letters."""
    return Wanted(words=Wording(lang), **other)


def pages(told=None, **other):
    """Give the letters of a report as text, by name."""
    files = letter_files(small_told() if told is None else told, wanted(**other))
    return {name: content.decode() for name, content in files}


def pdfs(told=None, **other):
    """Give the letters of a report as PDF, by name."""
    return dict(pdf_files(small_told() if told is None else told, wanted(**other), lambda done, whole: None))


def read(page):
    """Give what a page says, as one line of words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.partition("<article")[2])).split())


def read_pdf(content):
    """Give what a PDF says, as one line of words."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def letter(code="000111", **other):
    """Give what the letter with a name says."""
    return read(pages(**other)[f"letters/{code}.html"])


def with_clinic(run, code, **changed):
    """Give a RUN whose row of a clinic is another."""
    rows = [{**row, **changed} if row["ydernummer"] == code else row for row in run.clinics.values()]
    return ToldRun(run.model, {**run.tables, "minimum_patients_by_clinic": rows})


__all__ = ["DECIDED", "Blocks", "letter", "pages", "pdfs", "read", "read_pdf", "wanted", "with_clinic"]
