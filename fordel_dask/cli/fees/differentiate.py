"""``fordel fees differentiate``: the basic fee by weight from 2027, and who wins and loses."""

from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking, written
from fordel_dask.errors import UsageError


@click.command(short_help="The basic fee by weight from 2027: who wins, who loses?")
@click.argument("run", type=PATH)
@click.option("--rule", type=PATH, metavar="FILE", help="TOML of a rule. Default: all of the basic fee by weight.")
@click.option("--income", type=PATH, metavar="DIR", help="What 'fordel fees income' wrote: effects on all income.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The rule as it is on that day. Default: the RUN's status date, at the earliest 2027-01-01.",
)
@click.option("--fees", "directory", type=PATH, metavar="DIR", help="Directory of tables that were read in.")
@click.option(
    "--capacity",
    type=PATH,
    metavar="PATH",
    help="Capacity register, a file or a delivery's directory. Default: capacities of the RUN, all occupied.",
)
@click.option(
    "--temporary-by",
    type=click.Choice(["room", "shortage"]),
    default="room",
    help="How councils share the temporary supplement of 2025 and 2026: by room for new capacities, or shortage.",
)
@written
@speaking
def differentiate(run: Path, rule: Path | None, income: Path | None, **options: Any) -> None:
    """Share the basic fee of all clinics of a RUN anew, by the weight of their patients, to the øre.

    A rule says what share follows the weight, floor and cap, the years of a phase-in, and money for areas short of
    doctors. Every clinic is shown before and after, at its present list and at its minimum number; winners and losers
    by region, type, size, deprivation and weight. The temporary supplement of 2025 and 2026 is shared over councils.

    \b
    A rule is a TOML file, every key of it optional:
      share = 50            # percent of the basic fee
      floor = 80            # percent of the fee of a patient, of a clinic
      cap = 130
      unit = "clinic"       # one factor a clinic; or "citizen", without floor and cap
      [phase_in]
      2027 = 50             # percent of the share, from that year on
      2028 = 100
      [supplement]
      budget = 50           # million kroner a year
      money = "new"         # or "basic_fee"

    \b
    Example:
      fordel fees differentiate nation.run
      fordel fees differentiate nation.run --rule half.toml --income nation.income --out differentiated --excel
    """
    from fordel_dask.fee_work.differentiate import Asked, differentiate_findings
    from fordel_dask.fee_work.differentiate_text import summary_text
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    out, on = options["out"], options["on"]
    refuse_alone(options["excel"], out)
    if income is not None and options["directory"] is not None:
        raise UsageError("Incomes have the fees they were made at: give --income or --fees, not both.")
    asked = Asked(
        rule=rule,
        income=income,
        fees=options["directory"],
        capacity=options["capacity"],
        on=on.date() if on else None,
        temporary_by=options["temporary_by"],
    )
    found = differentiate_findings(run, asked)
    if out is not None:
        write_findings(found, out, run, options["excel"])
    written_to = {"out": str(out)} if out is not None else {}
    text = summary_text(found.summary) + (f"\nTables: {out}" if out is not None else "")
    say(options["as_json"], {**found.summary, **written_to}, text)
