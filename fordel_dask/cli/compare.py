"""``fordel compare``: what changed between two RUNs, for whom, and why."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking, written

NONE = "–"
WIDTH = 100
LEAST_IN_COMMON = 0.5
"""Share of councils, municipalities or clinics below which two RUNs may be of different nations."""

MANY = {"council": "councils", "municipality": "municipalities", "clinic": "clinics"}


@click.command(short_help="What changed between two RUNs, for whom, and why.")
@click.argument("run_a", type=PATH, metavar="RUN_A")
@click.argument("run_b", type=PATH, metavar="RUN_B")
@written
@speaking
def compare(run_a: Path, run_b: Path, out: Path | None, excel: bool, as_json: bool, **_: Any) -> None:
    """Say what changed from RUN_A (earlier) to RUN_B (later), for whom, and why.

    The change of every council, municipality and clinic is taken apart into population, composition, weights, life
    expectancy, rules, capacities, other and rounding; the causes in a row add up to its change exactly. Also: how
    steady the numbers of clinics were, where more citizens have diagnoses, and what differs between the models.

    \b
    Example:
      fordel compare last-year.run nation.run
      fordel compare last-year.run nation.run --out changes --excel
    """
    from fordel_dask.result_place import check_place
    from fordel_dask.yearly.comparing import KIND, compare_runs
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    refuse_alone(excel, out)
    if out is not None:
        check_place(out, (run_a, run_b), KIND)
    found = compare_runs(run_a, run_b)
    if out is not None:
        write_findings(found, out, run_a, excel)
    say(as_json, found.summary, "\n".join(_lines(found.summary, out)))


def _lines(summary: Mapping[str, Any], out: Path | None) -> list[str]:
    before, after = (summary[end] for end in ("before", "after"))
    lines = [f"From {before['run']} ({before['year']}) to {after['run']} ({after['year']})."]
    lines += [*_little_in_common(summary["in_common"]), ""]
    lines += [f"{'health council':<28}{'before':>8}{'after':>8}{'change':>8}   {'need (capacities)':<20}main cause"]
    lines += [_council_line(one) for one in summary["councils"]]
    total = summary["maximum_capacities"]
    change = _signed(total["after"] - total["before"])
    lines += [f"{'in all':<28}{total['before']:>8,}{total['after']:>8,}{change:>8}", ""]
    told = [_clinics_line(summary["clinics"]), _models_line(summary["model_changes"])]
    lines += [textwrap.fill(line, WIDTH) for line in (*told, *_drift_lines(summary["disease_drift"]))]
    return lines if out is None else [*lines, f"Tables in {out}: council_changes.csv, clinic_changes.csv, and others."]


def _little_in_common(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Warn where the two RUNs list mostly different councils, municipalities or clinics."""
    few = [
        f"{one['both']:,} of {one['either']:,} {MANY[kind]}"
        for kind, one in found.items()
        if one["both"] < LEAST_IN_COMMON * one["either"]
    ]
    told = (
        f"Note: the two RUNs have little in common, so that little can be compared: only {', '.join(few)} are in both."
    )
    return textwrap.wrap(told, WIDTH) if few else []


def _council_line(one: dict[str, Any]) -> str:
    before, after = (NONE if one[end] is None else f"{one[end]:,}" for end in ("before", "after"))
    change = NONE if one["change"] is None else _signed(one["change"])
    needs = " → ".join(NONE if one[end] is None else f"{one[end]:,.3f}" for end in ("need_before", "need_after"))
    cause = one["status"] if one["change"] is None else NONE
    if one["main_cause"]:
        detail = f" ({one['main_detail'].replace('_', ' ')})" if one["main_detail"] else ""
        cause = f"{one['main_cause'].replace('_', ' ')}{detail} {_signed(one['main_cause_capacities'], 3)}"
    return f"{one['council']:<28}{before:>8}{after:>8}{change:>8}   {needs:<20}{cause}"


def _clinics_line(clinics: dict[str, Any]) -> str:
    if not clinics["numbers"]:
        return f"No clinic has a number in both; {clinics['new']:,} have one only now, {clinics['gone']:,} no longer."
    cause = (clinics["main_cause"] or "nothing").replace("_", " ")
    correlation = clinics["correlation_of_mean_weights"]
    return (
        f"{clinics['numbers']:,} clinics have a number in both: per capacity {clinics['unchanged']:,} unchanged, "
        f"{clinics['higher']:,} higher, {clinics['lower']:,} lower, {clinics['beyond_a_step']:,} by more than one "
        f"step; 90 % within {clinics['nine_tenths_within']:,} patients; moved most by {cause}; mean weights correlate "
        f"{NONE if correlation is None else f'{correlation:.3f}'}. The clinic's whole number changes in "
        f"{clinics['minimum_patients_changed']:,}. {clinics['new']:,} have a number only now, "
        f"{clinics['gone']:,} no longer."
    )


def _models_line(models: list[dict[str, Any]]) -> str:
    if not models:
        return "The models are the same."
    told = "; ".join(f"{one['key']} {one['before']} → {one['after']}" for one in models)
    return f"What differs between the models: {told}."


def _drift_lines(drifts: list[dict[str, Any]]) -> list[str]:
    """Give the councils in which diagnoses rose most beyond the country, where any did."""
    risen = [one for one in drifts if one["beyond_country"] > 0]
    told = "; ".join(
        f"{one['council']}, {one['term']} {one['level']}: {one['share_before']:.1%} → {one['share_after']:.1%}"
        for one in risen
    )
    return [f"Diagnoses rose most beyond the country in: {told}."] if told else []


def _signed(value: float, places: int = 0) -> str:
    text = f"{abs(value):,.{places}f}"
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else "0"
