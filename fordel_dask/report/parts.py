"""The parts of a report as files: name within its directory, and content."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fordel_dask.cycle.decision import Decision
from fordel_dask.report import EVALUATION, LETTERS, METHOD, PAGES, PARTS, PDF, TABLES, USUAL, WORKBOOKS
from fordel_dask.report.letters.blocks import Blocks
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True)
class Wanted:
    """What a report is to hold, and in which words.

    ``blocks`` are the region's own texts of letters; ``decisions`` the decided numbers, in the order in which they
    were taken; ``series`` further RUNs for the evaluation, oldest first.
    """

    words: Wording
    parts: Sequence[str] = USUAL
    blocks: Blocks = field(default_factory=Blocks)
    decisions: Sequence[Decision] = ()
    series: Sequence[Told] = ()


def files_of(told: Told, wanted: Wanted, progress: Callable[[str], Callable[[int, int], None]]) -> Files:
    """Give the files of a report, part by part.

    Raises
    ------
    UsageError
        A library that a part needs is not installed.
    """
    makers: dict[str, Callable[[], Files]] = {
        PAGES: lambda: _pages(told, wanted),
        METHOD: lambda: _method(told, wanted),
        LETTERS: lambda: _letters(told, wanted),
        PDF: lambda: _pdf(told, wanted, progress("letters as PDF")),
        TABLES: lambda: _tables(told),
        WORKBOOKS: lambda: _workbooks(told, wanted),
        EVALUATION: lambda: _evaluation(told, wanted),
    }
    for part in PARTS:
        if part in wanted.parts:
            yield from makers[part]()


def _pages(told: Told, wanted: Wanted) -> Files:
    from fordel_dask.report.pages import Beside, page_files
    from fordel_dask.report.workbooks import workbook_names

    beside = Beside(
        letters=frozenset(told.run.clinics if LETTERS in wanted.parts else ()),
        workbooks=workbook_names(told) if WORKBOOKS in wanted.parts else {},
        method=METHOD in wanted.parts,
    )
    yield from page_files(told, wanted.words, beside)


def _method(told: Told, wanted: Wanted) -> Files:
    from fordel_dask.report.method import method_files

    yield from method_files(told, wanted.words)


def _letters(told: Told, wanted: Wanted) -> Files:
    from fordel_dask.report.letters import letter_files

    yield from letter_files(told, wanted)


def _pdf(told: Told, wanted: Wanted, report: Callable[[int, int], None]) -> Files:
    from fordel_dask.report.letters import pdf_files

    yield from pdf_files(told, wanted, report)


def _tables(told: Told) -> Files:
    from fordel_dask.report.workbooks import table_files

    yield from table_files(told)


def _workbooks(told: Told, wanted: Wanted) -> Files:
    from fordel_dask.report.workbooks import workbook_files

    yield from workbook_files(told, wanted.words)


def _evaluation(told: Told, wanted: Wanted) -> Files:
    from fordel_dask.report.evaluation import evaluation_files

    yield from evaluation_files(told, wanted)
