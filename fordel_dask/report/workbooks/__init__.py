"""Workbooks of a report; and, without them, its tables as CSV with what every column means."""

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

__all__ = ["table_files", "workbook_files", "workbook_names"]


def workbook_names(told: Told) -> dict[str, str]:
    """Give the workbooks that a report has, by what is in them: name within its directory."""
    kinds = ["annexes", "clinics", *(["scenarios"] if told.cases else []), *(["traits"] if told.run.traits else [])]
    return {kind: f"workbooks/{kind}-{told.run.model.year}.xlsx" for kind in kinds}


def workbook_files(told: Told, words: Wording) -> Iterator[tuple[str, bytes]]:
    """Give the workbooks of a report, by name within its directory.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    codes = Codes(told, words)
    makers = {"annexes": annexes, "clinics": clinic_file, "scenarios": scenario_file, "traits": trait_file}
    for kind, name in workbook_names(told).items():
        yield name, book_of(makers[kind](codes))
