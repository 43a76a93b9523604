"""What of a RUN a picture shows: the country, a region or a council."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import decimals, scaled
from fordel_dask.report.picture import Cell
from fordel_dask.report.told import Row, ToldRun
from fordel_dask.report.wording import NONE, Wording

COUNTRY = ""


@dataclass(frozen=True)
class Within:
    """The areas and clinics of a RUN within a limit: a council's id, a region's name, or nothing for the country."""

    run: ToldRun
    limit: str = COUNTRY

    @property
    def councils(self) -> dict[str, Row]:
        """The councils, by id."""
        return {code: row for code, row in self.run.councils.items() if self.limit in (COUNTRY, code, row["region"])}

    @property
    def municipalities(self) -> dict[str, Row]:
        """Their municipalities, by code."""
        return self._of(self.run.municipalities)

    @property
    def clinics(self) -> dict[str, Row]:
        """Their clinics, by ydernummer; of the country also those that no register places anywhere."""
        return self.run.clinics if self.is_country else self._of(self.run.clinics)

    def _of(self, rows: Mapping[str, Row]) -> dict[str, Row]:
        own = self.councils
        return {code: row for code, row in rows.items() if row["council_id"] in own}

    @property
    def is_country(self) -> bool:
        """Whether nothing is left out."""
        return self.limit == COUNTRY

    @property
    def is_council(self) -> bool:
        """Whether it is one council."""
        return self.limit in self.run.councils

    def name(self, words: Wording) -> str:
        """Name it: the country, the region, or the council."""
        if self.is_country:
            return words.say("country_name")
        return self.run.councils[self.limit]["council"] if self.is_council else self.limit


def is_hidden(row: Row, column: str) -> bool:
    """Tell whether disclosure control keeps a figure back."""
    return column in row["kept_back"].split()


def figure_of(row: Row, column: str) -> Fraction | None:
    """Give a figure of a row; none where it is kept back or there is none."""
    return Fraction(row[column]) if row[column] else None


def in_order(value: Fraction) -> str:
    """Write a number as tables are sorted by it."""
    return decimals(scaled(value))


def number_cell(value: Fraction | None, words: Wording, places: int = 0) -> Cell:
    """Give the cell of a number; a dash where there is none."""
    return Cell(NONE) if value is None else Cell(words.number(value, places), in_order(value))


def capacities_cell(value: Fraction | None, words: Wording) -> Cell:
    """Give the cell of capacities that are given; a dash where there are none."""
    return Cell(NONE) if value is None else Cell(words.capacities(value), in_order(value))


def signed_cell(value: Fraction | None, words: Wording, places: int = 0) -> Cell:
    """Give the cell of a change; a dash where there is none."""
    return Cell(NONE) if value is None else Cell(words.signed(value, places), in_order(value))
