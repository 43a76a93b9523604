"""``fordel councils``: where every council stands against its binding number."""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from fordel_dask.aligned import aligned, decimal, percent
from fordel_dask.cli.beside import lacking_lines, report_lines
from fordel_dask.cli.days import DAY, other_year_note
from fordel_dask.cli.options import PATH, say, speaking, written
from fordel_dask.errors import UsageError

DAY_HELP = "Day asked about. Default: of the last report, else 1 January of the RUN's year."


@click.command(short_help="Councils against their numbers: room, coverage, areas, access.")
@click.argument("run", type=PATH, metavar="RUN")
@click.option("--capacity", type=PATH, metavar="FILE", help="Capacity register, or a directory with registers.toml.")
@click.option("--measures", type=PATH, metavar="FILE", help="Measures of regions: in flight, moves, extraordinary …")
@click.option("--on", type=DAY, metavar="YYYY-MM-DD", help=DAY_HELP)
@click.option("--path", "with_path", is_flag=True, help="The norm, year by year, to what the national goal gives.")
@click.option("--projection", type=PATH, metavar="FILE", help="With --path: persons by YEAR and KOM.")
@click.option("--doctors-per-capacity", default="1", metavar="NUMBER", help="With --path: doctors who make a capacity.")
@written
@speaking
def councils(run: Path, out: Path | None, excel: bool, **options: Any) -> None:
    """Show each council's binding number, what is allocated and occupied against it, and the room that is left.

    With the number under every reading (floor on and off; rounding in force and of the draft), capacities in flight
    and shared practice that are lawful above it on the day, moves, where the temporary supplement may be used,
    coverage by municipality and planning area, access to open clinics, and flows between councils.

    \b
    Example:
      fordel councils nation.run
      fordel councils nation.run --capacity capacity_register.csv --measures measures.csv --on 2026-06-30 --out status
      fordel councils nation.run --path --projection persons_by_year.csv
    """
    from fordel_dask.yearly.councils import PathAsked, find_councils, read_position
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    refuse_alone(excel, out)
    asked = None
    if options["with_path"]:
        asked = PathAsked(options["projection"], doctors_per_capacity(options["doctors_per_capacity"]))
    elif options["projection"]:
        raise UsageError("--projection is for the path of the norm: give --path too.")
    on = options["on"]
    found = find_councils(read_position(run, options["capacity"], options["measures"], on), asked)
    if out is not None:
        write_findings(found, out, run, excel)
    written_to = {"out": None if out is None else str(out)}
    say(options["as_json"], {**found.summary, **written_to}, summary_text(dict(found.summary), out))


def doctors_per_capacity(text: str) -> Fraction:
    """Read how many doctors make a capacity.

    Raises
    ------
    UsageError
        It is no number above 0.
    """
    try:
        given = Fraction(text)
    except (ValueError, ZeroDivisionError):
        given = Fraction(0)
    if given <= 0:
        raise UsageError(f"--doctors-per-capacity {text} is no number above 0, such as 1.1.")
    return given


def summary_text(summary: dict[str, Any], out: Path | None) -> str:
    """Give the summary as a table of the councils and a few lines."""
    lines = [f"{summary['run']}, on {summary['on']}; capacities by {summary['counted_by']} ({summary['counted_on']})."]
    lines += ["", *_council_table(summary), "", *_floor_lines(summary), *_access_lines(summary["access"])]
    names = {one["council_id"]: one["council"] for one in summary["councils"]}
    lines += _supplement_lines(summary["supplement"], names)
    lines += [f"Move refused: {move}." for move in summary["moves_refused"]]
    if "path" in summary:
        lines += ["", *path_lines(summary["path"])]
    lines += [*report_lines(summary["reports"]), *lacking_lines(summary["not_told"])]
    lines += other_year_note(datetime.date.fromisoformat(summary["on"]), summary["year"])
    return "\n".join([*lines, *([f"Tables: {out}"] if out else [])])


def _council_table(summary: dict[str, Any]) -> list[str]:
    heading = ("council", "need", "maximum", "allocated", "occupied", "room", "coverage", "note")
    rows = [
        (
            *(one["council"], decimal(one["need"]), f"{one['maximum']:,}", decimal(one["allocated"])),
            *(decimal(one["occupied"]), decimal(one["room"]), percent(one["coverage"]), one["note"]),
        )
        for one in summary["councils"]
    ]
    return aligned(heading, rows, texts=(0, 7))


def _floor_lines(summary: dict[str, Any]) -> list[str]:
    names = summary["floor_binds_in"]
    places = "municipality" if len(names) == 1 else "municipalities"
    where = f" in {len(names)} {places}: {', '.join(names)}" if names else ""
    return [
        f"Capacities in all, at most: {summary['maximum']:,} (floor on {summary['maximum_with_floor']:,}, off "
        f"{summary['maximum_without_floor']:,}; with the draft's rounding {summary['draft_with_floor']:,}).",
        f"The floor adds {decimal(summary['floor_addition'], 3)}{where}.",
    ]


def _access_lines(access: dict[str, Any]) -> list[str]:
    if not access["located"]:
        return ["Access: nothing can be said, no planning area has a point."]
    near = f"{access['wanted']} open clinics within {access['metres'] / 1000:g} km as the crow flies"
    return [f"{percent(access['share'])} of {access['located']:,} citizens have {near} ({access['clinics']:,} open)."]


def _supplement_lines(supplement: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    money = supplement["money"]
    told = f" {money['million']} million kroner for the country in {money['year']}" if money else ""
    free = f"; {money['region']} may use {_everywhere(money)}" if money else ""
    may = supplement["councils"]
    where = "every council" if len(may) == len(names) else ", ".join(names[one] for one in may) or "no council"
    return [f"The temporary supplement may be agreed in {where}.{told}{free}{'.' if money else ''}"]


def _everywhere(money: Mapping[str, Any]) -> str:
    """Say how much a region may use in all its area, and that it is for all the years together (R53)."""
    years = " and ".join(str(year) for year in range(money["first_year"], money["last_year"] + 1))
    return f"{money['everywhere_million']} million everywhere, for {years} together"


def path_lines(path: dict[str, Any]) -> list[str]:
    """Give the path of the norm as a table."""
    heading = ("year", "citizens a capacity", "need", "floor adds", "maximum", "floor binds in (municipalities)")
    rows = [
        (
            *(str(year["year"]), decimal(year["norm"], 2), decimal(year["need"]), decimal(year["floor_addition"], 3)),
            *(f"{year['maximum']:,}", f"{year['floor_binds_in']:,}"),
        )
        for year in path["years"]
    ]
    ends, last = path["floor_ends"], path["years"][-1]
    left = ", ".join(path["floor_binds_at_the_end_in"])
    lifts = path["floor_lifts_no_council_from"]
    stays = f"The floor does not end by itself: it still binds in {left}."
    growth = "citizens as projected" if path["projection"] else "no projection: citizens stay as they are"
    doctors = f"{path['doctors_per_capacity']:g} doctor{'' if path['doctors_per_capacity'] == 1 else 's'} a capacity"
    assumed = f"the same step every year (assumption), {doctors}"
    return [
        f"The norm on the way to {path['goal_doctors']:,} doctors in {last['year']}, for {last['citizens']:,.0f} "
        "citizens:",
        f"{assumed}, {growth}.",
        *aligned(heading, rows),
        f"The floor ends by itself in {ends}." if ends else stays,
        f"From {lifts} it raises no council's number." if lifts else "It raises a council's number in every year.",
    ]
