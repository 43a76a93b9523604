"""What has moved since an earlier RUN: weights, and the mean weights and minimums of clinics."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from fordel_dask import tables
from fordel_dask.diagnostics import Change, correlation, share_moved
from fordel_dask.pass_rules import days_of
from fordel_dask.pipeline import Outcome
from fordel_dask.printing import Row as Printed
from fordel_dask.printing import weight_rows
from fordel_dask.results import weight_levels
from fordel_dask.rundir import read_run_manifest, read_table
from fordel_dask.schema.results import CLINICS, WEIGHTS, ResultTable

Row = Mapping[str, str]
WEIGHT, CLINIC = "weight", "clinic"


def read_earlier(run: Path) -> dict[str, list[dict[str, str]]]:
    """Read weights and clinics of an earlier RUN.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    """
    manifest = read_run_manifest(run)
    return {name: read_table(run, name, manifest) for name in (WEIGHTS.name, CLINICS.name)}


def changes_since(earlier: Mapping[str, Sequence[Row]], outcome: Outcome) -> tuple[Change, ...]:
    """Give what weights and clinics, those that both years have, were then and are now."""
    mean_raw = Fraction(outcome.weighting.raw_total, outcome.weighting.citizens)
    weights = weight_rows(weight_levels(outcome), days_of(outcome.nation.year), mean_raw)
    clinics = tables.clinic_rows(outcome.clinics, outcome.nation, outcome.model)
    return (
        *_weights(earlier[WEIGHTS.name], _named(WEIGHTS, weights)),
        *_clinics(earlier[CLINICS.name], _named(CLINICS, clinics), outcome.model.clinics.rounding_step),
    )


def _named(table: ResultTable, rows: Iterator[Printed]) -> list[Row]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _weights(before: Sequence[Row], now: Sequence[Row]) -> Iterator[Change]:
    known = {(row["term"], row["level"]): row for row in before}
    for row in now:
        name = row["term"], row["level"]
        if name in known:
            yield Change(WEIGHT, *name, Fraction(known[name]["weight"]), Fraction(row["weight"]))


def _clinics(before: Sequence[Row], now: Sequence[Row], step: int) -> Iterator[Change]:
    known = {row["ydernummer"]: row for row in before if row["mean_weight"]}
    for row in now:
        old = known.get(row["ydernummer"])
        if old and row["mean_weight"]:
            numbers = old["minimum_per_capacity"], row["minimum_per_capacity"]
            steps = round((int(numbers[1]) - int(numbers[0])) / step) if all(numbers) else None
            yield Change(
                CLINIC, row["ydernummer"], "", Fraction(old["mean_weight"]), Fraction(row["mean_weight"]), steps
            )


def stability_summary(changes: Sequence[Change]) -> dict[str, Any]:
    """Give how many figures both years have, how they correlate, and the share of clinics that moved far."""
    weights, clinics = ([one for one in changes if one.kind == kind] for kind in (WEIGHT, CLINIC))
    moved = share_moved(clinics)
    return {
        "weights": len(weights),
        "correlation_of_weights": _rounded(correlation(weights)),
        "clinics": len(clinics),
        "correlation_of_clinic_mean_weights": _rounded(correlation(clinics)),
        "clinics_with_a_number_in_both": sum(one.steps is not None for one in clinics),
        "share_of_clinics_moved_by_more_than_one_step": None if moved is None else round(float(moved), 6),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
