"""``fordel clinics``: every clinic against its number, decisions and notices, on a day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.aligned import aligned
from fordel_dask.cli.options import PATH, say, speaking, written

SHOWN = 10
DIRECTIONS = ("up", "down", "unchanged")


@click.command(short_help="Clinics: numbers, decisions, notices, dialogue, phase-in.")
@click.argument("run", type=PATH)
@click.option("--decisions", type=PATH, help="Register of decisions: CSV, Parquet or Excel, or a delivery's directory.")
@click.option(
    "--policy", type=PATH, metavar="FILE.toml", help="The region's choices; default: none, the law's margins."
)
@click.option("--measures", type=PATH, help="Measures that the region keeps; its permissions are read.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Day asked about. Default: the RUN's status date.",
)
@click.option("--region", metavar="NAME", help="Clinics of one region only.")
@written
@speaking
def clinics(run: Path, day: datetime | None, out: Path | None, excel: bool, **options: Any) -> None:
    """Say where every clinic of a RUN stands on a day, and what the region may decide from when.

    For each clinic: calculated and decided number, present limit, patients, change; whether it may close or opens
    again; where a voluntary agreement comes first; the collective agreement's maximum; clinics nearby; a proposal
    after the region's policy, and the first day it may hold. Decisions are held against the law: if one cannot be, all
    that is wrong is told and nothing is written.

    \b
    A policy may say, for instance:
      dialogue_margin_percent = 10
      cap_per_capacity = 1800
      corridor_percent = 10
      phase_in_years = [2026, 2027, 2028]
      reopening_margin = 50

    \b
    Example:
      fordel clinics nation.run
      fordel clinics nation.run --decisions decisions.xlsx --policy region.toml --on 2026-03-01 --out clinics --excel
    """
    from fordel_dask.yearly.clinic_rows import clinics_of_year
    from fordel_dask.yearly.clinics import Asked
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    refuse_alone(excel, out)
    asked = Asked(
        run=run,
        decisions=options["decisions"],
        policy=options["policy"],
        measures=options["measures"],
        day=None if day is None else day.date(),
        region=options["region"],
    )
    found = clinics_of_year(asked)
    if out is not None:
        write_findings(found, out, run, excel)
    shown = {**found.summary, "inputs": dict(found.inputs), "out": None if out is None else str(out)}
    say(options["as_json"], shown, "\n".join(_lines(found.summary, out)))


def _lines(summary: Mapping[str, Any], out: Path | None) -> Iterator[str]:
    where = summary["region"] or "the country"
    yield f"{_clinics(summary['clinics'])} of {where} on {_spoken(summary['day'])}, {summary['run']}"
    for part in (_changes(summary), _counts(summary), _dialogue(summary["dialogue"]), _places(summary)):
        yield ""
        yield from part
    if out is not None:
        yield f"Written to {out}."


def _spoken(day: str) -> str:
    one = date.fromisoformat(day)
    return f"{one.day} {one:%B %Y}"


def _clinics(number: int) -> str:
    return f"{number:,} clinic{'' if number == 1 else 's'}"


def _changes(summary: Mapping[str, Any]) -> list[str]:
    found = summary["directions"]
    rows = [(f"  {name}", f"{found[name]['clinics']:,}", f"{found[name]['patients']:+,}") for name in DIRECTIONS]
    rows += [("  no present limit", f"{summary['without_limit']:,}", "")]
    rows += [("  no number (table no_number)", f"{summary['without_number']:,}", "")]
    return aligned(("Calculated number against present limit", "clinics", "patients"), rows)


def _counts(summary: Mapping[str, Any]) -> list[str]:
    decided = summary["decisions"]
    counts = {
        "have reached their limit and may close": summary["may_close"],
        "are closed, but so far below that they open again": summary["reopen"],
        "are above the collective agreement's maximum": summary["above_maximum"],
        "have a decided number in force": decided["in_force"],
        "have one that is still to take effect": decided["pending"],
        "wait for a notice of a decision": decided["waiting_for_notice"],
    }
    rows = [(f"  {told}", f"{value:,}") for told, value in counts.items()]
    return [*aligned(("Clinics that", "clinics"), rows), f"Complaints of that day go to: {summary['complaint_body']}"]


def _dialogue(dialogue: Mapping[str, Any]) -> Iterator[str]:
    yield f"Voluntary agreement first, calculated well above both limit and list: {_clinics(dialogue['clinics'])}"
    if dialogue["list"]:
        yield from aligned(
            ("  clinic", "calculated", "limit", "patients"),
            [
                (f"  {one['ydernummer']}", *(_count(one[name]) for name in ("calculated", "limit", "patients")))
                for one in dialogue["list"][:SHOWN]
            ],
        )
    if dialogue["clinics"] > SHOWN:
        yield f"  and {dialogue['clinics'] - SHOWN:,} more (table dialogue_list)"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _places(summary: Mapping[str, Any]) -> Iterator[str]:
    names = ("citizens", "places", "citizens_without_place", "councils_short")
    yield from aligned(
        ("Places if clinics close at their number", "citizens", "places", "citizens without", "in councils"),
        [(f"  {one['year']}", *(_count(one[name]) for name in names)) for one in summary["places"]],
    )
    if summary["steps_after_the_transition"]:
        yield (
            f"{summary['steps_after_the_transition']:,} steps lie after the transition rule's end: they need a "
            f"voluntary agreement."
        )
