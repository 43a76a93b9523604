"""What the pack holds: its tables with their rows, and which of them were not given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fordel_dask.privacy import redacted
from fordel_dask.report.evaluation import declared
from fordel_dask.report.evaluation.standing import access_rows, assumption_rows, residual_rows
from fordel_dask.report.evaluation.years import Year, clinic_rows, series_rows, step_rows, weight_rows, years_of
from fordel_dask.report.told import Row, Told
from fordel_dask.report.wording import Wording
from fordel_dask.schema import release_cases, release_money
from fordel_dask.schema.results import ResultTable

AS_THEY_ARE = (release_money.INCOME, release_money.DIFFERENTIATED, release_cases.CASES)
FEW_YEARS = 2
ABSENT = {
    "series": (declared.STEPS,),
    "diagnosis": (declared.RESIDUALS,),
    "capacity": (declared.ACCESS,),
    "fees": (release_money.INCOME, release_money.DIFFERENTIATED),
    "scenarios": (release_cases.CASES,),
}
"""What may be missing, by the word that says how to give it; absent if all these tables have no rows."""


@redacted
@dataclass(frozen=True)
class Contents:
    """The tables of the pack with their rows, in order; and the years that they are of."""

    tables: Sequence[tuple[ResultTable, Sequence[Row]]]
    years: Sequence[Year]

    @property
    def rows(self) -> Mapping[str, Sequence[Row]]:
        """The rows by the name of their table."""
        return {table.name: rows for table, rows in self.tables}

    @property
    def present(self) -> list[tuple[ResultTable, Sequence[Row]]]:
        """The tables that have rows."""
        return [(table, rows) for table, rows in self.tables if rows]

    @property
    def absent(self) -> list[str]:
        """What was not given."""
        rows = self.rows
        absent = [name for name, tables in ABSENT.items() if not any(rows[table.name] for table in tables)]
        return [name for name in absent if name != "series" or len(self.years) < FEW_YEARS]


def contents_of(told: Told, series: Sequence[Told], words: Wording) -> Contents:
    """Gather the tables of the pack; ``series`` are further years."""
    years = years_of(told, series)
    return Contents(
        [
            (declared.SERIES, series_rows(years)),
            (declared.WEIGHTS, weight_rows(years)),
            (declared.CLINICS, clinic_rows(years)),
            (declared.STEPS, step_rows(years)),
            (declared.RESIDUALS, residual_rows(told.calibration)),
            (declared.ACCESS, access_rows(told)),
            *((table, {**told.money, **told.cases}.get(table.name, ())) for table in AS_THEY_ARE),
            (declared.ASSUMPTIONS, assumption_rows(told, words)),
        ],
        years,
    )
