"""``fordel clinics``: every clinic against its number, decisions and notices, on a day."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from fordel_dask.aligned import aligned
from fordel_dask.cli.days import DAY, other_year_note
from fordel_dask.cli.options import PATH, say, speaking, written

SHOWN = 10
DIRECTIONS = ("up", "down", "unchanged")
STATES = {
    "in_force": "in force",
    "to_come": "still to take effect",
    "waits_for_notice": "wait for a notice",
    "replaced": "replaced by a later one",
    "dated_after_the_day": "dated after the day",
}


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
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Day asked about. Default: the RUN's status date.",
)
@click.option("--region", metavar="NAME", help="Clinics of one region only.")
@written
@speaking
def clinics(run: Path, day: date | None, out: Path | None, excel: bool, **options: Any) -> None:
    """Say where every clinic of a RUN stands on a day, and what the region may decide from when.

    For each clinic: calculated and decided number, present limit, patients, change; whether it may close or open
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
        day=day,
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
    yield from other_year_note(date.fromisoformat(summary["day"]), summary["year"])
    yield _policy(summary["policy"])
    decided, dialogue = _decisions(summary["decisions"]), _dialogue(summary["dialogue"])
    for part in (_changes(summary), _counts(summary), decided, dialogue, _places(summary)):
        yield ""
        yield from part
    if out is not None:
        yield f"Written to {out}."


def _spoken(day: str) -> str:
    one = date.fromisoformat(day)
    return f"{one.day} {one:%B %Y}"


def _clinics(number: int) -> str:
    return f"{number:,} clinic{'' if number == 1 else 's'}"


def _policy(policy: Mapping[str, Any]) -> str:
    """Say which margins and choices were in force."""
    cap, corridor = policy["cap_per_capacity"], policy["corridor_percent"]
    told = (
        f"agreement first from {policy['dialogue_margin_percent']:g} % above limit and list",
        f"may open again from {policy['reopening_margin']:,} below the limit",
        "no cap" if cap is None else f"cap {cap:,} a capacity",
        "no corridor" if corridor is None else f"corridor {corridor:g} %",
        f"years {', '.join(map(str, policy['phase_in_years']))}",
    )
    return f"In force: {'; '.join(told)}."


def _changes(summary: Mapping[str, Any]) -> list[str]:
    found = summary["directions"]
    rows = [(f"  {name}", f"{found[name]['clinics']:,}", f"{found[name]['patients']:+,}") for name in DIRECTIONS]
    rows += [("  a number, but no present limit", f"{summary['number_without_limit']:,}", "")]
    rows += [("  no number (table no_number)", f"{summary['without_number']:,}", "")]
    return aligned(("Calculated number against present limit", "clinics", "patients"), rows)


def _counts(summary: Mapping[str, Any]) -> list[str]:
    counts = {
        "are open, have reached their limit and may close": summary["may_close"],
        "have reached their limit and are closed already": summary["closed_at_limit"],
        "have reached it, and nobody tells if they are open": summary["limit_reached_not_told_if_open"],
        "are closed, but may open again (the region decides)": summary["may_reopen"],
        "have no present limit": summary["without_limit"],
        "are above the collective agreement's maximum": summary["above_maximum"],
    }
    rows = [(f"  {told}", f"{value:,}") for told, value in counts.items()]
    return [*aligned(("Clinics that", "clinics"), rows), f"Complaints of that day go to: {summary['complaint_body']}"]


def _decisions(counts: Mapping[str, int]) -> list[str]:
    """Show where every decision stands; together they are all that were read."""
    if not counts["read"]:
        return ["No decisions were read (--decisions)."]
    rows = [(f"  {told}", f"{counts[state]:,}") for state, told in STATES.items()]
    return aligned((f"Decisions read: {counts['read']:,}", "decisions"), rows)


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
    estimated = summary["estimated_places"]
    if estimated["clinics"]:
        yield (
            f"Of the places {estimated['places']:,} are those of {_clinics(estimated['clinics'])} without a calculated "
            f"number: they rest on an estimate (table no_number)."
        )
    if summary["steps_after_the_transition"]:
        yield (
            f"{summary['steps_after_the_transition']:,} steps lie after the transition rule's end: they need a "
            f"voluntary agreement."
        )
