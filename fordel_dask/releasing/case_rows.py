"""Rows of the tables of cases: the base and a case side by side, both as told, and what follows from the two."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from fordel_dask.law.rounding import shortest
from fordel_dask.printing import EMPTY, Row
from fordel_dask.releasing.beside import interval_rows
from fordel_dask.releasing.cases import Case, Cases
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.protected import CLINICS
from fordel_dask.releasing.telling import Areas, council_rows, estimate, municipality_rows, printed, unseen_numbers
from fordel_dask.scenarios.change import Change, Intervals, intervals_in, sureness
from fordel_dask.schema import release, release_cases
from fordel_dask.schema.results import ResultTable

KEPT_BACK = "kept_back"


@dataclass(frozen=True)
class Country:
    """Base or case as told: rows of councils, municipalities and clinics by their codes; ``step`` is told of sums."""

    areas: Areas

    @cached_property
    def councils(self) -> dict[str, TextRow]:
        """Councils by id."""
        rows = council_rows(self.areas, release.COUNCILS)
        return by_code(release.COUNCILS, rows, "council_id")

    @cached_property
    def municipalities(self) -> dict[str, TextRow]:
        """Municipalities by code."""
        rows = municipality_rows(self.areas, release.MUNICIPALITIES)
        return by_code(release.MUNICIPALITIES, rows, "municipality_code")


def by_code(table: ResultTable, rows: Iterator[Row], code: str) -> dict[str, TextRow]:
    """Give rows by the column that names them."""
    found = (named(table, row) for row in rows)
    return {row[code]: row for row in found}


def named(table: ResultTable, row: Row) -> TextRow:
    """Give a row by the names of its columns."""
    return dict(zip((column.name for column in table.columns), row, strict=True))


NEEDS = ("need", "need_before_rounding")


@dataclass
class Beside:
    """A row of base and case side by side, while it is put together; ``hidden`` are columns that are not shown."""

    before: TextRow
    after: TextRow
    values: dict[str, str]
    hidden: list[str] = field(default_factory=list)

    def add(self, *names: str) -> None:
        """Take up figures, each before, after and its change; what one of them keeps back is named."""
        for name in names:
            pair = {side: told[name] for side, told in (("before", self.before), ("after", self.after))}
            gone = [side for side, told in self._sides() if name in told.get(KEPT_BACK, EMPTY).split()]
            self.values |= {f"{name}_{side}": text for side, text in pair.items()}
            self.values[f"{name}_change"] = change_of(pair["before"], pair["after"])
            unsure = _is_within_rounding(name, self.before, self.after)
            self.hidden += [f"{name}_{side}" for side in gone] + [f"{name}_change"] * bool(gone or unsure)

    def _sides(self) -> tuple[tuple[str, TextRow], tuple[str, TextRow]]:
        return ("before", self.before), ("after", self.after)

    def hide_after(self, name: str) -> None:
        """Keep back what a figure is in the case."""
        self.hidden += [f"{name}_after", f"{name}_change"]

    def change(self, name: str) -> Change:
        """Give a figure in base and case, as told."""
        hidden = set(self.hidden)
        sides = (EMPTY if f"{name}_{side}" in hidden else self.values[f"{name}_{side}"] for side in ("before", "after"))
        return Change(*(Fraction(text) if text else None for text in sides))

    def printed(self, table: ResultTable) -> Row:
        """Give the row."""
        return printed(table, self.values, list(dict.fromkeys(self.hidden)))


def _is_within_rounding(name: str, before: TextRow, after: TextRow) -> bool:
    """Tell whether two needs differ by less than the sums behind them are rounded: then not even the sign is known."""
    pair = [told.get(name, EMPTY) for told in (before, after)]
    if name not in NEEDS or not all(pair) or pair[0] == pair[1]:
        return False
    unsure = Fraction(0)
    for told in (before, after):
        weighted, step = (int(told.get(column) or 0) for column in ("weighted_citizens", "weighted_step"))
        if weighted and step > 1:
            unsure += Fraction(told["need"] or 0) * step / (2 * weighted)
    return abs(Fraction(pair[1]) - Fraction(pair[0])) < unsure


def change_of(before: str, after: str) -> str:
    """Print after less before, as exactly as these are printed; nothing where one of them is not told."""
    if not before or not after:
        return EMPTY
    change, places = Fraction(after) - Fraction(before), max(map(places_of, (before, after)))
    return estimate(change, places) if places and places_of(before) == places_of(after) else shortest(change)


def places_of(text: str) -> int:
    """Give how many decimals a number is printed with."""
    return len(text.partition(".")[2])


@dataclass(frozen=True)
class Comparison:
    """All cases beside the base, as they are told."""

    cases: Cases

    @cached_property
    def base(self) -> Country:
        """The base as told."""
        return Country(Areas(self.cases.base.own))

    @cached_property
    def intervals(self) -> Intervals:
        """The intervals that are told of the base."""
        rows = interval_rows(self.base.areas, release.INTERVALS)
        return intervals_in(named(release.INTERVALS, row) for row in rows)

    @cached_property
    def clinics_unseen(self) -> dict[str, list[str]]:
        """By clinic, which of its whole numbers the base does not tell."""
        rows = self.base.areas.of.counted.tables["clinics"]
        return {row["ydernummer"]: unseen_numbers(self.base.areas, row) for row in rows}

    @cached_property
    def patients_told(self) -> dict[str, str]:
        """By clinic, its patients as the base tells them."""
        areas = self.base.areas
        rows = ((row["ydernummer"], row["patients"]) for row in areas.of.counted.tables["clinics"])
        return {code: areas.persons(CLINICS, code, patients) for code, patients in rows}

    @cached_property
    def countries(self) -> tuple[tuple[Case, Country], ...]:
        """Each case, and how it is told."""
        return tuple((case, Country(Areas(self.cases.told(case)))) for case in self.cases.run)

    def council_rows(self) -> Iterator[Row]:
        """Give councils, case by case."""
        for case, country in self.countries:
            for council in self.councils(case, country):
                yield council.printed(release_cases.COUNCILS)

    def councils(self, case: Case, country: Country) -> Iterator[Beside]:
        """Put the councils of base and case side by side."""
        regions = {row["council_id"]: row["region"] for row in case.rows["council_effects"]}
        for code, after in country.councils.items():
            first = {"case": case.name, "council_id": code, "council": after["council"], "region": regions[code]}
            row = _beside(self.base.councils[code], after, {**first, "weighted_step": after["weighted_step"]})
            row.add("need", "need_before_rounding", "maximum_capacities", "existing_capacities")
            for sure, figure in (("need_sure", "need_before_rounding"), ("maximum_sure", "maximum_capacities")):
                row.values[sure] = sureness(self.intervals, ("council", code, figure), row.change(figure))
            yield row

    def municipality_rows(self) -> Iterator[Row]:
        """Give municipalities, case by case."""
        for case, country in self.countries:
            exact = {row["municipality_code"]: row for row in case.rows["municipality_effects"]}
            for code, after in country.municipalities.items():
                first = {name: after[name] for name in ("municipality_code", "municipality", "council_id")}
                step = {"weighted_step": after["weighted_step"]}
                row = _beside(self.base.municipalities[code], after, {"case": case.name, **first, **step})
                row.add("projected_citizens", "need", "floor", "patients_per_capacity")
                if not case.counts_alike and exact[code]["projected_citizens_change"] != "0":
                    row.hide_after("projected_citizens")
                    row.hide_after("patients_per_capacity")
                row.values["need_sure"] = sureness(self.intervals, ("municipality", code, "need"), row.change("need"))
                yield row.printed(release_cases.MUNICIPALITIES)


def _beside(before: TextRow, after: TextRow, first: dict[str, str]) -> Beside:
    return Beside(before, after, first)
