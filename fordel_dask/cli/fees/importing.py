"""``fordel fees import``: a published fee table, read into a table of its own."""

import datetime
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import", short_help="A published fee table, read into a table of its own.")
@click.argument("file", type=PATH)
@click.option("--valid-from", type=DAY, required=True, metavar="DATE", help="First day in force.")
@click.option(
    "--valid-to",
    type=DAY,
    metavar="DATE",
    help="Last day in force. Default: the day before the one that the titles run to.",
)
@click.option("--out", type=PATH, metavar="FILE.csv", help="File of the table.")
@click.option("--into", type=PATH, metavar="DIR", help="Directory of versions, as --fees of other commands takes it.")
@click.option("--against", metavar="FILE.csv|packaged", help="Table to tell the differences from.")
@click.option("--differences", type=PATH, metavar="FILE.csv", help="File of the differences; with --against.")
@click.option(
    "--classification",
    type=PATH,
    metavar="FILE.csv",
    help="Which services are contacts, by section and code. Default: as in the packaged table.",
)
@speaking
def import_command(
    file: Path, valid_from: datetime.datetime, valid_to: datetime.datetime | None, as_json: bool, **options: Any
) -> None:
    """Read the published text of a fee table into a typed table.

    FILE is text, UTF-8 or Windows-1252. Every fee keeps its section, code, area, unit, group, footnotes and line. Which
    services are contacts stands in no such text: it is taken from a classification. What is odd in the text is told, a
    line that cannot be understood is refused by its number, and then nothing is written.

    \b
    Example:
      fordel fees import honorartabel.txt --valid-from 2026-04-01 --against packaged
      fordel fees import honorartabel.txt --valid-from 2026-04-01 --into my_fees
    """
    from fordel_dask.errors import UsageError
    from fordel_dask.fee_work.import_summary import import_content, import_text
    from fordel_dask.fee_work.importing import ImportOrder, import_fees

    if options["differences"] is not None and options["against"] is None:
        raise UsageError("Differences are from another table: give --against FILE.csv or --against packaged.")
    order = ImportOrder(
        file=file,
        valid_from=valid_from.date(),
        valid_to=valid_to.date() if valid_to else None,
        out=options["out"],
        into=options["into"],
        against=options["against"],
        classification=options["classification"],
        differences_out=options["differences"],
    )
    found = import_fees(order)
    say(as_json, import_content(order, found), import_text(order, found))
