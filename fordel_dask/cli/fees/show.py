"""``fordel fees show``: a fee, or all of a version, looked up."""

import datetime
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking

DAY = click.DateTime(["%Y-%m-%d"])
SECTIONS = ("dagtid", "vagttid_faelles", "vagttid_A", "vagttid_B", "profylakse")


@click.command(short_help="A fee, or all: unit, area, group, contact or not, footnotes.")
@click.argument("code", required=False)
@click.option("--section", type=click.Choice(SECTIONS), help="Fees of one section.")
@click.option("--on", type=DAY, metavar="DATE", help="Table in force on that day. Default: the newest.")
@click.option("--fees", "directory", type=PATH, metavar="DIR", help="Directory of tables that were read in.")
@click.option("--against", type=DAY, metavar="DATE", help="Show what changed since the table in force on that day.")
@click.option("--corrections", is_flag=True, help="Show the correction factors of incomes.")
@click.option(
    "--income",
    "incomes",
    multiple=True,
    metavar="YEAR=KRONER",
    help="An income to bring to the level of the table, such as 2023=1.234.567,00; may be repeated.",
)
@speaking
def show(code: str | None, section: str | None, directory: Path | None, as_json: bool, **options: Any) -> None:
    """Show a fee of the fee table, or all: amount, unit, area, group, contact or not, and footnotes.

    CODE is a service code, or the name of a fee without one, such as BASIS_MD. Amounts are kroner; with --json they
    are øre.

    \b
    Example:
      fordel fees show 0101
      fordel fees show --section profylakse --on 2026-01-15
      fordel fees show --fees my_fees --on 2026-05-01 --against 2026-01-15
      fordel fees show --income 2023=1.234.567,00 --income 2024=1.310.000,00
    """
    from fordel_dask.fee_work.show_summary import show_content, show_text
    from fordel_dask.fee_work.showing import ShowOrder, incomes_of, show_fees

    order = ShowOrder(
        code=code,
        section=section,
        on=_date(options["on"]),
        directory=directory,
        against=_date(options["against"]),
        corrections=options["corrections"],
        incomes=incomes_of(options["incomes"]),
    )
    found = show_fees(order)
    say(as_json, show_content(order, found), show_text(order, found))


def _date(told: datetime.datetime | None) -> datetime.date | None:
    return told.date() if told else None
