"""Workbooks of a report, and its tables as CSV with what every column means."""

from collections.abc import Iterator

from fordel_dask.report.described import Codes
from fordel_dask.report.told import Told
from fordel_dask.report.wording import Wording
from fordel_dask.report.workbooks.annexes import annexes
from fordel_dask.report.workbooks.clinic_file import clinic_file
from fordel_dask.report.workbooks.scenario_file import scenario_file
from fordel_dask.report.workbooks.tables import table_files
from fordel_dask.report.workbooks.trait_file import trait_file
from fordel_dask.workbook import book_of

__all__ = ["workbook_files"]


def workbook_files(told: Told, words: Wording) -> Iterator[tuple[str, bytes]]:
    """Give the workbooks of a report and its tables as CSV, by name within its directory.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    codes, year = Codes(told, words), told.run.model.year
    yield f"workbooks/annexes-{year}.xlsx", book_of(annexes(codes))
    yield f"workbooks/clinics-{year}.xlsx", book_of(clinic_file(codes))
    if told.cases:
        yield f"workbooks/scenarios-{year}.xlsx", book_of(scenario_file(codes))
    if told.run.traits:
        yield f"workbooks/traits-{year}.xlsx", book_of(trait_file(codes))
    yield from table_files(told)
