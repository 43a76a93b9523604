"""What may be told of a RUN: the tables of a release, in order; everything that a report or letter shows is from here.

No count of persons reaches this room in another way, so that what disclosure control keeps back cannot be shown.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from fordel_dask.privacy import redacted
from fordel_dask.report.naming import is_in_points
from fordel_dask.schema import release

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
UNSURE = ("assumption", "inferred")


@dataclass(frozen=True)
class Model:
    """The model of a RUN and the program that ran it: parameters by key, each with value, unit, kind and source.

    ``confidence`` is that of its intervals, 0 where it has none.
    """

    name: str
    hash: str
    changed: Sequence[str]
    parameters: Mapping[str, Mapping[str, Any]]
    program: str
    year: int
    confidence: Fraction

    def value(self, key: str) -> Any:
        """Give the value of a parameter."""
        return self.parameters[key]["value"]

    @property
    def norm(self) -> int:
        """Citizens per capacity."""
        return int(self.value("capacity.citizens_per_capacity"))

    @property
    def step(self) -> int:
        """The step to which patients per capacity are rounded."""
        return int(self.value("clinics.rounding_step"))

    @property
    def in_points(self) -> bool:
        """Whether somatic disease is measured in points of an index."""
        return is_in_points(self.value("covariates.somatic_measure"))

    @property
    def status_date(self) -> datetime.date:
        """The day on which citizens are counted."""
        return datetime.date(self.year, 1, 1)

    @property
    def unsure(self) -> dict[str, Mapping[str, Any]]:
        """The parameters that are assumed or inferred, by key."""
        return {key: entry for key, entry in self.parameters.items() if entry["kind"] in UNSURE}


@dataclass(frozen=True)
class Clearance:
    """How far the figures have come on the way out.

    ``invented``: no real person is behind them. ``release`` is the number of the release in which these very figures
    have left, with all that stands beside them; none for a draft; ``day`` the day on which it was checked.
    """

    threshold: int
    invented: bool
    release: int | None = None
    day: datetime.date | None = None

    def as_draft(self) -> "Clearance":
        """Give the same of figures beside which stand others that have not left."""
        return replace(self, release=None, day=None)


@dataclass(frozen=True)
class Standing:
    """Capacities of an area on a day: allocated and occupied; small island clinics are left out (R26)."""

    allocated: Fraction
    occupied: Fraction


@dataclass(frozen=True)
class Capacities:
    """Where capacities stand on a day, by council and by municipality.

    ``reported`` tells whether regions have reported what is occupied; if not, every capacity is taken as occupied.
    """

    day: datetime.date
    reported: bool
    councils: Mapping[str, Standing]
    municipalities: Mapping[str, Standing]


@dataclass(frozen=True)
class Calibrated:
    """One tenth of the citizens by predicted consumption: predicted and actual mean, whole kroner a year."""

    tenth: int
    predicted_kr: int
    actual_kr: int


@redacted
@dataclass(frozen=True)
class ToldRun:
    """A RUN as a release tells it: its tables by name (:mod:`fordel_dask.schema.release`), as text."""

    model: Model
    tables: Tables

    @cached_property
    def councils(self) -> dict[str, Row]:
        """Health councils by id, in the order of region and id."""
        rows = sorted(self.tables[release.COUNCILS.name], key=lambda row: (row["region"], row["council_id"]))
        return {row["council_id"]: row for row in rows}

    @cached_property
    def municipalities(self) -> dict[str, Row]:
        """Municipalities by code."""
        return {row["municipality_code"]: row for row in self.tables[release.MUNICIPALITIES.name]}

    @cached_property
    def clinics(self) -> dict[str, Row]:
        """Clinics by ydernummer."""
        return {row["ydernummer"]: row for row in self.tables[release.CLINICS.name]}

    @cached_property
    def traits(self) -> dict[tuple[str, str], tuple[Row, ...]]:
        """What is told of the traits of citizens, by kind and code of the area, in the order of the model."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.tables.get(release.TRAITS.name, ()):
            found.setdefault((row["area_kind"], row["code"]), []).append(row)
        return {area: tuple(rows) for area, rows in found.items()}

    @cached_property
    def weights(self) -> dict[tuple[str, str], Row]:
        """The weights by term and level, in the order of the model."""
        return {(row["term"], row["level"]): row for row in self.tables[release.WEIGHTS.name]}

    @cached_property
    def intervals(self) -> dict[tuple[str, str, str], dict[str, Row]]:
        """Intervals by kind, code and level, and by figure."""
        found: dict[tuple[str, str, str], dict[str, Row]] = {}
        for row in self.tables.get(release.INTERVALS.name, ()):
            found.setdefault((row["kind"], row["code"], row["level"]), {})[row["figure"]] = row
        return found

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions, in order."""
        return tuple(dict.fromkeys(row["region"] for row in self.councils.values()))

    def of_table(self, name: str) -> Sequence[Row]:
        """Give a table of the release; no rows where it has none."""
        return self.tables.get(name, ())


@redacted
@dataclass(frozen=True)
class Told:
    """Everything that a report is made of.

    ``earlier`` is the RUN that changes are measured from, ``cases`` the tables of scenarios by name
    (:mod:`fordel_dask.schema.release_cases`), ``money`` those of fees, ``capacities`` where they stand on a day,
    ``calibration`` the tenths of a diagnosis.
    """

    run: ToldRun
    clearance: Clearance
    capacities: Capacities
    earlier: ToldRun | None = None
    cases: Tables = field(default_factory=dict)
    money: Tables = field(default_factory=dict)
    calibration: Sequence[Calibrated] = ()
