"""What may be told of several years: each beside the one before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fordel_dask.law.rounding import half_even
from fordel_dask.privacy import redacted
from fordel_dask.report.changes import KEPT_BACK, change_of
from fordel_dask.report.told import Row, Told, ToldRun

NUMBER, WEIGHT, PER_CAPACITY = "maximum_capacities", "weight", "minimum_per_capacity"


@redacted
@dataclass(frozen=True)
class Year:
    """A RUN of the series, and the one before it, if there is one."""

    run: ToldRun
    before: ToldRun | None

    @property
    def named(self) -> str:
        """Name the year; with its model where the year before is of the same."""
        return self._name(self.run)

    @property
    def named_before(self) -> str:
        """Name the year before in the same way."""
        return self._name(self.before) if self.before else ""

    def _name(self, run: ToldRun) -> str:
        alike = self.before is not None and self.before.model.year == self.run.model.year
        return f"{run.model.year} ({run.model.name})" if alike else str(run.model.year)

    @property
    def of_both(self) -> dict[str, str]:
        """The years and the model of a row."""
        before = str(self.before.model.year) if self.before else ""
        return {"year": str(self.run.model.year), "model": self.run.model.name, "earlier_year": before}


def years_of(told: Told, series: Sequence[Told]) -> tuple[Year, ...]:
    """Give the RUNs by planning year, oldest first, each with the one before it."""
    runs = sorted((one.run for one in (*series, told)), key=lambda run: run.model.year)
    return tuple(Year(run, before) for run, before in zip(runs, (None, *runs[:-1]), strict=True))


def series_rows(years: Sequence[Year]) -> list[Row]:
    """Give the councils' need and numbers, year by year."""
    return [
        {**row, **year.of_both, **change_of(row, year.before.councils.get(council_id) if year.before else None, NUMBER)}
        for year in years
        for council_id, row in year.run.councils.items()
    ]


def weight_rows(years: Sequence[Year]) -> list[Row]:
    """Give the weights, year by year."""
    return [
        {**row, **year.of_both, **change_of(row, year.before.weights.get(level) if year.before else None, WEIGHT)}
        for year in years
        for level, row in year.run.weights.items()
    ]


def clinic_rows(years: Sequence[Year]) -> list[Row]:
    """Give the clinics' minimum, year by year, with the rounding steps that it moved."""
    return [row for year in years for row in _clinics(year)]


def _clinics(year: Year) -> Iterator[Row]:
    for ydernummer, row in year.run.clinics.items():
        before = year.before.clinics.get(ydernummer) if year.before else None
        change = change_of(row, before, PER_CAPACITY)
        moved = change[f"{PER_CAPACITY}_change"]
        steps = str(half_even(int(moved), year.run.model.step)) if moved else ""
        kept = change[KEPT_BACK]
        untold = f"{kept} steps" if f"{PER_CAPACITY}_change" in kept.split() else kept
        yield {**row, **year.of_both, **change, "steps": steps, KEPT_BACK: untold}


def step_rows(years: Sequence[Year]) -> list[Row]:
    """Count the clinics by how many rounding steps they moved, from each year to the next."""
    return [row for year in years if year.before for row in _steps(year)]


def _steps(year: Year) -> Iterator[Row]:
    counted = Counter(int(row["steps"]) for row in _clinics(year) if row["steps"])
    for steps in sorted({abs(moved) for moved in counted}):
        up, down = (counted[steps], counted[-steps]) if steps else (0, 0)
        yield {
            **year.of_both,
            "steps": str(steps),
            "clinics": str(up + down if steps else counted[0]),
            "clinics_up": str(up),
            "clinics_down": str(down),
        }
