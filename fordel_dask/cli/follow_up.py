"""``fordel follow-up``: the regions' monthly reports, and the half-yearly follow-up of coverage."""

import datetime
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.days import DAY
from fordel_dask.cli.options import PATH, say, speaking, written


@click.command("follow-up", short_help="How far are capacities filled? By month and half-year.")
@click.argument("run", type=PATH)
@click.option(
    "--capacity", type=PATH, required=True, metavar="PATH", help="Capacity register: a file, or a delivery's directory."
)
@click.option("--half-year", metavar="YYYY-N", help="Such as 2025-2. Default: the last complete one.")
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="As known on that day: later reports do not count. Default: all reports.",
)
@written
@speaking
def follow_up(run: Path, capacity: Path, half_year: str | None, as_of: datetime.date | None, **options: Any) -> None:
    """Hold the regions' monthly reports of capacities against the need of a RUN.

    Checks the capacity register, then says for councils and municipalities how many capacities are allocated, occupied
    and vacant, what of the need that covers, how it has developed over the half-year, which reports came late or are
    missing, and how later reports revised earlier ones.

    \b
    Example:
      fordel follow-up nation.run --capacity capacity_register.csv
      fordel follow-up nation.run --capacity registers --half-year 2025-2 --as-of 2026-02-01 --out followed --excel
    """
    from fordel_dask.yearly.follow_up import follow_up_findings
    from fordel_dask.yearly.follow_up_summary import summary_text
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    out = options["out"]
    refuse_alone(options["excel"], out)
    found = follow_up_findings(run, capacity, half_year, as_of)
    if out is not None:
        write_findings(found, out, run, options["excel"])
    written_to = {"out": str(out)} if out is not None else {}
    text = summary_text(found.summary) + (f"\nTables: {out}" if out is not None else "")
    say(options["as_json"], {**found.summary, **written_to}, text)
