"""``fordel councils``: where every council stands against its number, area by area, and where the norm goes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from fordel_dask.cycle.access import OpenClinics, open_clinics, smallest_areas
from fordel_dask.cycle.area_status import AreaStatus, municipality_statuses, not_summing, planning_area_statuses
from fordel_dask.cycle.capacity_report import clinic_counts
from fordel_dask.cycle.council_status import CouncilStatus, council_statuses
from fordel_dask.cycle.moving import JudgedMove, judged_moves
from fordel_dask.cycle.norm_path import NormYear, floor_ends, floor_lifts_no_council, goal_on, norm_path
from fordel_dask.cycle.reach import Reach, reach_of
from fordel_dask.cycle.stand import occupancy_by_council, without_place
from fordel_dask.cycle.supplement import ELIGIBLE, money_on
from fordel_dask.cycle.whereabouts import council_by_clinic, in_regions_of
from fordel_dask.errors import AccountingError, UsageError
from fordel_dask.printing import Row
from fordel_dask.published import Published
from fordel_dask.registers.yearly_projection import REGISTER as PROJECTION
from fordel_dask.registers.yearly_projection import read_growth
from fordel_dask.schema.councils import COUNCIL_STATUS, COUNCIL_TABLES, NORM_PATH, PATH_TABLES
from fordel_dask.yearly.council_rows import (
    access_rows,
    area_rows,
    council_rows,
    flow_rows,
    measure_rows,
    municipality_rows,
    path_council_rows,
    path_rows,
    vacant_rows,
)
from fordel_dask.yearly.reading import read_published, source_of
from fordel_dask.yearly.standing import Kept, fingerprint, read_kept, reports_summary
from fordel_dask.yearly.writing import Findings, as_content

KIND = "councils"


@dataclass(frozen=True)
class PathAsked:
    """A path of the norm that is asked for: the table of persons by year, if there is one, and doctors a capacity."""

    projection: Path | None
    doctors_per_capacity: Fraction


@dataclass(frozen=True)
class Position:
    """Everything of a RUN that councils and placements rest on, on a day."""

    published: Published
    kept: Kept
    councils: tuple[CouncilStatus, ...]
    municipalities: tuple[AreaStatus, ...]
    areas: tuple[AreaStatus, ...]
    moves: tuple[JudgedMove, ...]
    open_clinics: OpenClinics
    reach: Reach

    @property
    def returnable(self) -> dict[str, Fraction]:
        """Capacities that may be taken back on the day, by council (R21); only those that count in it (R26)."""
        return self.kept.returnable(self._of_council_counted)

    @property
    def vacant(self) -> dict[str, Fraction]:
        """Capacities that stand vacant on the day, by council; only those that count in it (R26)."""
        return self.kept.vacant_in(self._of_council_counted)

    @property
    def _of_council_counted(self) -> dict[str, str]:
        known = self.of_council.items()
        return {clinic: council for clinic, council in known if clinic_counts(clinic, self.published)}

    @property
    def of_council(self) -> dict[str, str]:
        """The council of every clinic."""
        return council_by_clinic(self.published, self.kept.stand.counted_on)


def read_position(run: Path, capacity: Path | None, measures: Path | None, on: datetime.date | None) -> Position:
    """Read a RUN and what regions keep, and say where everything stands.

    Raises
    ------
    IntegrityError
        The RUN is none, was changed, or its planning areas do not sum to their municipalities.
    DecisionError
        A table that regions keep holds what cannot be.
    LawError
        No distance for access is in force on the day.
    """
    published = read_published(run)
    require_sums(published)
    kept = read_kept(published, capacity, measures, on)
    return position_of(published, kept)


def position_of(published: Published, kept: Kept) -> Position:
    """Say where everything stands, in the regions of the day."""
    stand = kept.stand
    published = in_regions_of(published, stand.day)
    by_council = occupancy_by_council(published, stand)
    moves = judged_moves(published, by_council, stand)
    clinics = open_clinics(published, stand.day)
    return Position(
        published=published,
        kept=kept,
        councils=council_statuses(published, stand, by_council, moves),
        municipalities=municipality_statuses(published, stand),
        areas=planning_area_statuses(published, stand),
        moves=moves,
        open_clinics=clinics,
        reach=reach_of(smallest_areas(published), clinics),
    )


def require_sums(published: Published) -> None:
    """Refuse a RUN whose planning areas do not sum to their municipalities.

    Raises
    ------
    AccountingError
        They do not: citizens were lost between two tables.
    """
    wrong = not_summing(published)
    if wrong:
        raise AccountingError(
            f"planning_areas.csv of {published.name} does not sum to municipalities.csv in {len(wrong)} of them, "
            f"the first is {wrong[0]}. Run the model again; if it stays so, this is a bug of fordel_dask."
        )


def find_councils(position: Position, asked: PathAsked | None) -> Findings:
    """Give tables and summary of all councils, with the path of the norm if it is asked for."""
    published, kept = position.published, position.kept
    tables: dict[str, Sequence[Row]] = {
        "council_status": [*council_rows(position.councils, position.returnable)],
        "municipality_status": [*municipality_rows(position.municipalities)],
        "area_status": [*area_rows(position.areas)],
        "access": [*access_rows(published, position.reach)],
        "measures": [*measure_rows(kept.stand, position.moves)],
        "vacant": [*vacant_rows(kept.vacant, position.of_council)],
        "council_flows": [*flow_rows(published)],
    }
    summary, inputs = summary_of(position), {"run": published.seal, **kept.inputs}
    if asked is None:
        return Findings(KIND, COUNCIL_TABLES, tables, summary, inputs)
    path = path_of(position, asked)
    tables |= {"norm_path": [*path_rows(path)], "norm_path_councils": [*path_council_rows(path)]}
    if asked.projection:
        inputs[PROJECTION] = fingerprint(PROJECTION, asked.projection)
    goal = goal_on(position.kept.stand.day, asked.doctors_per_capacity)
    summary["path"] = {"goal_doctors": goal.doctors, **path_summary(path, asked)}
    return Findings(KIND, (*COUNCIL_TABLES, *PATH_TABLES), tables, summary, inputs)


def path_of(position: Position, asked: PathAsked) -> tuple[NormYear, ...]:
    """Give the path of the norm.

    Raises
    ------
    UsageError
        The RUN is of the year of the goal, or later.
    """
    published = position.published
    goal = goal_on(position.kept.stand.day, asked.doctors_per_capacity)
    if published.year >= goal.year:
        raise UsageError(f"The goal is for {goal.year}: no path leads there from {published.year}. Leave --path away.")
    source = source_of(PROJECTION, asked.projection) if asked.projection else None
    return norm_path(published, goal, read_growth(source, published, goal.year) if source else None)


def path_summary(path: tuple[NormYear, ...], asked: PathAsked) -> dict[str, Any]:
    """Give the path as a program is shown it."""
    return {
        "projection": asked.projection is not None,
        "doctors_per_capacity": float(asked.doctors_per_capacity),
        "floor_ends": floor_ends(path),
        "floor_lifts_no_council_from": floor_lifts_no_council(path),
        "floor_binds_at_the_end_in": [area.name for area in path[-1].floor_binds_in],
        "years": [as_content(NORM_PATH, row) for row in path_rows(path)],
    }


def summary_of(position: Position) -> dict[str, Any]:
    """Give what a terminal or program is shown of the councils."""
    kept = position.kept
    money = money_on(kept.stand.day)
    return {
        **{"run": position.published.name, "year": position.published.year, "on": str(kept.stand.day)},
        **{"counted_on": str(kept.stand.counted_on), "counted_by": kept.counted_by},
        "councils": [as_content(COUNCIL_STATUS, row) for row in council_rows(position.councils, position.returnable)],
        "maximum": sum(one.council.maximum for one in position.councils),
        "maximum_with_floor": sum(one.number.with_floor for one in position.councils),
        "maximum_without_floor": sum(one.number.without_floor for one in position.councils),
        "draft_with_floor": sum(one.number.draft_with_floor for one in position.councils),
        "floor_addition": float(sum(one.number.floor_addition for one in position.councils)),
        "floor_binds_in": [one.area.name for one in position.municipalities if one.floor_addition],
        "moves_refused": [
            f"{m.measure.council_id} → {m.measure.to_council_id}: {m.reason}" for m in position.moves if m.reason
        ],
        "supplement": {
            "councils": [one.council.council_id for one in position.councils if one.supplement in ELIGIBLE],
            "money": None if money is None else vars(money),
        },
        "access": _access_summary(position),
        "reports": reports_summary(position.kept),
        "not_told": not_told(position),
    }


def _access_summary(position: Position) -> dict[str, Any]:
    access, clinics = position.reach.access(), position.open_clinics
    return {
        **{"citizens": access.citizens, "located": access.located, "reached": access.reached},
        **{"share": None if access.share is None else float(access.share), "clinics": len(clinics.points)},
        **{"metres": clinics.near, "wanted": clinics.wanted},
    }


def not_told(position: Position) -> dict[str, int]:
    """Count what could not be taken into account, by what is lacking."""
    published, kept = position.published, position.kept
    return {
        "clinics_without_place": len(without_place(published, kept.stand)),
        "open_clinics_without_point": position.open_clinics.without_point,
        "clinics_without_open_mark": position.open_clinics.without_mark,
        "planning_areas_not_told": sum(1 for one in position.areas if one.area.code and not one.is_told),
        "clinics_without_area": sum(one.clinics for one in position.areas if not one.area.code),
        "areas_without_point": position.reach.without_point,
        "citizens_without_point": position.reach.access().unlocated,
    }
