"""Year against year: two RUNs in, what changed for whom and why."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from fordel_dask.explanation.change import ROUNDING
from fordel_dask.explanation.drift import Drift, disease_drift
from fordel_dask.explanation.figures_changed import (
    MAXIMUM,
    MINIMUM,
    MINIMUM_PER_CAPACITY,
    NEED,
    FigureChange,
    Pair,
    figure_changes,
    pair_of,
)
from fordel_dask.explanation.found import CLINIC, COUNCIL, MUNICIPALITY
from fordel_dask.explanation.models_changed import ModelChange, model_changes
from fordel_dask.gathering import every
from fordel_dask.schema.comparison import COMPARISON_TABLES
from fordel_dask.yearly.comparison_rows import change_rows, drift_rows, model_rows, part_rows, weight_rows
from fordel_dask.yearly.found import FoundRun, read_found
from fordel_dask.yearly.steadiness import only_one_has, stability_rows, steadiness
from fordel_dask.yearly.writing import Findings

KIND = "compare"
DRIFTS_SHOWN = 3


def compare_runs(before: Path, after: Path) -> Findings:
    """Say what changed between an earlier and a later RUN: tables, and a summary for a terminal.

    Raises
    ------
    IntegrityError
        A directory is no RUN, or a table was changed after its run; both are told at once.
    """
    runs = every([lambda: read_found(before), lambda: read_found(after)])
    pair = pair_of(runs[0].found, runs[1].found)
    changes, drifts = tuple(figure_changes(pair)), disease_drift(pair)
    models = model_changes(runs[0].manifest, runs[1].manifest, pair)
    tables = {
        "council_changes": list(change_rows(pair, changes, COUNCIL)),
        "municipality_changes": list(change_rows(pair, changes, MUNICIPALITY)),
        "clinic_changes": list(change_rows(pair, changes, CLINIC)),
        "change_parts": list(part_rows(changes)),
        "stability": list(stability_rows(pair, changes)),
        "disease_drift": list(drift_rows(drifts)),
        "weight_changes": list(weight_rows(pair)),
        "model_changes": list(model_rows(models)),
    }
    summary = {
        "before": _run(runs[0]),
        "after": _run(runs[1]),
        "in_common": {kind: _in_common(pair, kind) for kind in (COUNCIL, MUNICIPALITY, CLINIC)},
        **_councils(pair, changes),
        "clinics": _clinics(pair, changes),
        "model_changes": [{"key": one.key, "before": one.before, "after": one.after} for one in _told(models)],
        "disease_drift": [_drift(pair, one) for one in drifts if one.kind == COUNCIL][:DRIFTS_SHOWN],
    }
    inputs = {name: run.seal for name, run in zip(("before", "after"), runs, strict=True)}
    return Findings(KIND, COMPARISON_TABLES, tables, summary, inputs)


def _run(run: FoundRun) -> dict[str, Any]:
    return {"run": run.name, "year": run.found.rules.year, "model": run.model}


def _in_common(pair: Pair, kind: str) -> dict[str, int]:
    """Count what both RUNs list, and what either does."""
    before, after = ({*found.rows[kind]} for found in (pair.before, pair.after))
    return {"both": len(before & after), "either": len(before | after)}


def _councils(pair: Pair, changes: Sequence[FigureChange]) -> dict[str, Any]:
    by_figure = {(one.code, one.figure): one for one in changes if one.kind == COUNCIL}
    maxima = [one for one in by_figure.values() if one.figure == MAXIMUM]
    in_all = sum(int(one.before or 0) for one in maxima), sum(int(one.after or 0) for one in maxima)
    return {
        "councils": [_council(pair, one, by_figure[one.code, NEED]) for one in maxima],
        "maximum_capacities": dict(zip(("before", "after"), in_all, strict=True)),
    }


def _council(pair: Pair, maximum: FigureChange, need: FigureChange) -> dict[str, Any]:
    row = pair.after.rows[COUNCIL].get(maximum.code) or pair.before.rows[COUNCIL][maximum.code]
    main = maximum.main_cause
    return {
        "council_id": maximum.code,
        "council": row["council"],
        "status": maximum.status,
        "before": _whole(maximum.before),
        "after": _whole(maximum.after),
        "change": _whole(maximum.change),
        "need_before": _rounded(need.before),
        "need_after": _rounded(need.after),
        "main_cause": main[0] if main else None,
        "main_detail": maximum.main_detail,
        "main_cause_capacities": _rounded(main[1]) if main else None,
    }


def _clinics(pair: Pair, changes: Sequence[FigureChange]) -> dict[str, Any]:
    own = [one for one in changes if one.figure == MINIMUM_PER_CAPACITY]
    found, (new, gone) = steadiness(pair, own), only_one_has(own)
    causes = _moving(own)
    return {
        "numbers": found.numbers,
        "unchanged": found.unchanged,
        "higher": found.higher,
        "lower": found.lower,
        "beyond_a_step": found.beyond_a_step,
        "median_change": None if found.median is None else float(found.median),
        "nine_tenths_within": found.nine_tenths,
        "correlation_of_mean_weights": None if found.correlation is None else round(found.correlation, 6),
        "minimum_patients_changed": sum(one.change != 0 for one in changes if one.figure == MINIMUM and one.change),
        "new": new,
        "gone": gone,
        "main_cause": max(causes, key=lambda cause: causes[cause]) if causes else None,
    }


def _moving(changes: Sequence[FigureChange]) -> Mapping[str, Fraction]:
    """Give how far each cause but rounding moved numbers, in either direction; only those that did."""
    found: dict[str, Fraction] = {}
    for one in changes:
        for cause, amount in one.by_cause().items():
            if amount and cause != ROUNDING:
                found[cause] = found.get(cause, Fraction(0)) + abs(amount)
    return found


def _drift(pair: Pair, one: Drift) -> dict[str, Any]:
    return {
        "council": pair.after.rows[COUNCIL][one.code]["council"],
        "term": one.level[0],
        "level": one.level[1],
        "share_before": _rounded(one.shares[0], 6),
        "share_after": _rounded(one.shares[1], 6),
        "beyond_country": _rounded(one.beyond, 6),
    }


def _told(models: Sequence[ModelChange]) -> Sequence[ModelChange]:
    """Give the changes of the model for a summary, levels left to the table."""
    return [one for one in models if one.kind != "level"]


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(value)


def _rounded(value: Fraction | None, places: int = 3) -> float | None:
    return None if value is None else float(round(value, places))
