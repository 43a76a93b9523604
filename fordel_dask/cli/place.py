"""``fordel place``: where the next, or a returned, capacity should go."""

import datetime
from pathlib import Path
from typing import Any

import click

from fordel_dask.aligned import aligned, decimal, percent
from fordel_dask.cli.beside import lacking_lines, report_lines
from fordel_dask.cli.councils import DAY_HELP
from fordel_dask.cli.days import DAY, other_year_note
from fordel_dask.cli.options import PATH, say, speaking, written

SHOWN = 10
"""How much of a ranking a terminal is shown."""


@click.command(short_help="Where should the next, or a returned, capacity go?")
@click.argument("run", type=PATH, metavar="RUN")
@click.option("--capacities", type=click.IntRange(1), default=1, metavar="K", help="How many, one after the other.")
@click.option(
    "--by",
    type=click.Choice(["council", "municipality", "area"]),
    default="council",
    help="What is ranked by unmet need; below it, the place with most unmet need is named.",
)
@click.option("--council", metavar="ID|NAME", help="Place within this council alone.")
@click.option(
    "--returned",
    is_flag=True,
    help="They were handed back or taken back in --council (vacant, R21), and leave room there.",
)
@click.option("--capacity", type=PATH, metavar="FILE", help="Capacity register, or a directory with registers.toml.")
@click.option("--measures", type=PATH, metavar="FILE", help="Measures of regions; allowed moves count as made.")
@click.option("--on", type=DAY, metavar="YYYY-MM-DD", help=DAY_HELP)
@written
@speaking
def place(run: Path, out: Path | None, excel: bool, **options: Any) -> None:
    """Rank councils, municipalities or planning areas by unmet need, and place capacities one by one.

    Unmet need is need less occupied capacities. Each capacity goes where it is largest and the council still has room
    within its binding number; then the next is looked at as if the first were filled. Nobody is obliged to follow.

    \b
    Example:
      fordel place nation.run
      fordel place nation.run --capacities 10 --by area --out placed
      fordel place nation.run --council fyn --returned --capacity capacity_register.csv
    """
    from fordel_dask.cycle.whereabouts import council_called
    from fordel_dask.yearly.councils import read_position
    from fordel_dask.yearly.placing import Asked, find_places
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    refuse_alone(excel, out)
    on = options["on"]
    position = read_position(run, options["capacity"], options["measures"], on)
    council_id = options["council"] and council_called(position.published, options["council"])
    found = find_places(position, Asked(options["capacities"], options["by"], council_id, options["returned"]))
    if out is not None:
        write_findings(found, out, run, excel)
    written_to = {"out": None if out is None else str(out)}
    say(options["as_json"], {**found.summary, **written_to}, summary_text(dict(found.summary), out))


def summary_text(summary: dict[str, Any], out: Path | None) -> str:
    """Give the summary: the top of the ranking, the placements, and what limited them."""
    lines = [f"{summary['run']}, on {summary['on']}; capacities by {summary['counted_by']} ({summary['counted_on']})."]
    lines += ["", *_ranking_lines(summary), "", *_placement_lines(summary["placements"])]
    if summary["ended"]:
        lines.append(f"{len(summary['placements'])} of {summary['asked']} placed: {summary['ended']}.")
    lines += [*report_lines(summary["reports"]), *lacking_lines(summary["not_told"])]
    lines += other_year_note(datetime.date.fromisoformat(summary["on"]), summary["year"])
    return "\n".join([*lines, *([f"Tables: {out}"] if out else [])])


def _ranking_lines(summary: dict[str, Any]) -> list[str]:
    ranking = summary["ranking"]
    heading = (summary["by"], "name", "unmet need", "coverage", "room of council", "note")
    rows = [
        (
            *(one["code"], one["name"], decimal(one["unmet_need"], 2), percent(one["coverage"])),
            *(decimal(one["room"]), one["limit"]),
        )
        for one in ranking[:SHOWN]
    ]
    more = [f"… and {len(ranking) - SHOWN:,} more."] if len(ranking) > SHOWN else []
    return [*aligned(heading, rows, texts=(0, 1, 5)), *more]


def _placement_lines(placements: list[dict[str, Any]]) -> list[str]:
    heading = ("no.", "to", "municipality", "area", "unmet need", "coverage", "room", "access", "note")
    rows = [
        (
            *(str(one["number"]), one["name"], one["municipality_code"], one["area"]),
            f"{decimal(one['unmet_before'], 2)} → {decimal(one['unmet_after'], 2)}",
            f"{percent(one['coverage_before'])} → {percent(one['coverage_after'])}",
            f"{decimal(one['room_before'])} → {decimal(one['room_after'])}",
            f"{percent(one['access_before'])} → {percent(one['access_after'])}",
            "; ".join(filter(None, (one["tie"], _passed(one["passed"])))),
        )
        for one in placements
    ]
    return aligned(heading, rows, texts=(0, 1, 2, 3, 8)) if rows else []


def _passed(text: str) -> str:
    count = len(text.split("; ")) if text else 0
    return f"passed over {count}: no room for a whole capacity" if count else ""
