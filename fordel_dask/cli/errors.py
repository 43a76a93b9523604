"""``fordel errors``: which errors of a published RUN are announced to the regions, and which wait."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.days import DAY, other_year_note
from fordel_dask.cli.options import PATH, say, speaking, written

SHOWN = 5
UNITS = {"council": "capacities", "clinic": "patients"}
REASONS = {
    "fewer_capacities": ("council that may", "councils that may", "have fewer capacities"),
    "higher_minimum": ("clinic", "clinics", "with a higher minimum"),
    "first_number": ("clinic or council that gets", "clinics or councils that get", "a number only now"),
    "lost_number": ("clinic or council that loses its", "clinics or councils that lose their", "number"),
}


@click.command(short_help="Which errors must be announced to the regions, with drafts of the notices.")
@click.argument("published", type=PATH, metavar="PUBLISHED")
@click.argument("corrected", type=PATH, metavar="CORRECTED")
@click.option(
    "--on",
    "day",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Day of the notices: which regions there are, and who decides complaints. Default: the RUN's status date.",
)
@written
@speaking
def errors(
    published: Path, corrected: Path, day: date | None, out: Path | None, excel: bool, as_json: bool, **_: Any
) -> None:
    """Hold a CORRECTED RUN against the PUBLISHED one of the same planning year, by the rule on material errors.

    Announced to the regions is what lets a council have more capacities, or gives a clinic a lower minimum number of
    patients (memo 4.3.5). All else waits for the next annual run. With --out DIR there are also drafts of the notices,
    one for each region concerned, in Danish and English.

    \b
    Example:
      fordel errors nation.run corrected.run
      fordel errors nation.run corrected.run --on 2026-03-01 --out errors
    """
    from fordel_dask.result_place import check_place
    from fordel_dask.yearly.announcing import KIND, announce_errors
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    refuse_alone(excel, out)
    if out is not None:
        check_place(out, (published, corrected), KIND)
    found = announce_errors(published, corrected, day)
    if out is not None:
        write_findings(found, out, published, excel)
    summary = {**found.summary, "notices": sorted(found.texts)}
    say(as_json, summary, "\n".join(_lines(summary, out)))


def _lines(summary: Mapping[str, Any], out: Path | None) -> Iterator[str]:
    yield f"Planning year {summary['year']}: published {summary['published']}, corrected {summary['corrected']}."
    yield from other_year_note(date.fromisoformat(summary["day"]), summary["year"])
    for key, (old, new) in summary["rules_that_differ"].items():
        yield f"Note: the two RUNs have other rules: {key} was {old} and is {new}."
    yield ""
    yield from _announced_lines(summary["announced"])
    yield from _waiting_lines(summary["waits"])
    same = summary["unchanged"]
    yield f"Unchanged: {same['councils']:,} councils and {same['clinics']:,} clinics."
    if out is not None:
        yield f"Tables in {out}: errors.csv, errors_by_region.csv. Drafts of notices: {len(summary['notices'])}."
    elif summary["notices"]:
        yield f"With --out DIR the notices are drafted: {', '.join(summary['notices'])}."


def _announced_lines(announced: list[dict[str, Any]]) -> Iterator[str]:
    if not announced:
        yield "Nothing must be announced."
        return
    yield "To be announced now (more capacities, or a lower minimum):"
    for region in sorted({one["region"] for one in announced}):
        own = [one for one in announced if one["region"] == region]
        councils, clinics = ([one for one in own if one["kind"] == kind] for kind in UNITS)
        yield region
        for one in (*councils, *clinics[:SHOWN]):
            name = one["council"] if one["kind"] == "council" else f"{one['code']} ({one['council']})"
            numbers = f"{one['published']:,} → {one['corrected']:,} {UNITS[one['kind']]}"
            yield f"  {one['kind']:<8} {name:<34} {numbers}"
        if clinics[SHOWN:]:
            more = len(clinics) - SHOWN
            yield f"  … and {more:,} more clinic{'s' * (more > 1)}"


def _waiting_lines(waiting: list[dict[str, Any]]) -> Iterator[str]:
    for why, (one_of_them, many, rest) in REASONS.items():
        own = [one for one in waiting if one["why"] == why]
        if own:
            yield f"Wait for the next annual run: {len(own):,} {one_of_them if len(own) == 1 else many} {rest}."
