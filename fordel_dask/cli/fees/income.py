"""``fordel fees income``: what every clinic earns in a year, part by part."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking, written


@click.command(short_help="What does a clinic earn? By part, per capacity, per patient.")
@click.argument("store", type=PATH)
@click.option("--run", type=PATH, required=True, metavar="RUN", help="The RUN made of the store: weights, capacities.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Fees in force on that day. Default: 1 October of the year of the services.",
)
@click.option("--fees", "directory", type=PATH, metavar="DIR", help="Directory of tables that were read in.")
@click.option(
    "--basic", type=click.Choice(["year", "months"]), default="year", help="Basic fee: of a year, or twelve months."
)
@click.option(
    "--practice-cost",
    type=click.Choice(["capacity", "clinic"]),
    default="capacity",
    help="Practice-cost fee: for each capacity, or once a clinic (the table says 'pr. praksis/kapacitet').",
)
@click.option(
    "--duty", type=click.Choice(["A", "B"]), default="A", help="Fees out of hours, as no time of treatment is kept."
)
@written
@placed
@speaking
def income(store: Path, run: Path, **options: Any) -> None:
    """Say what every clinic of a RUN earns in a year, from the services of the prepared STORE.

    Basic fee, practice-cost fee, contacts, chronic care, out of hours, prevention, supplements, laboratory,
    certificates and the rest: at the fee table, beside what was paid; per capacity, patient and weighted patient.
    Contacts are counted by several definitions, side by side.

    \b
    Example:
      fordel fees income nation.store --run nation.run
      fordel fees income nation.store --run nation.run --practice-cost clinic --out nation.income --excel
    """
    from fordel_dask.cli.progress import ProgressLines
    from fordel_dask.cli.working_place import working_place
    from fordel_dask.fee_work.income import KIND, IncomeOrder, income_findings
    from fordel_dask.fee_work.income_text import summary_text
    from fordel_dask.fees.income import Readings
    from fordel_dask.gathering import every
    from fordel_dask.result_place import check_place
    from fordel_dask.store import check_files, open_store, same_store
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    out, on = options["out"], options["on"]
    refuse_alone(options["excel"], out)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    readings = Readings(options["basic"], options["practice_cost"], options["duty"])
    order = IncomeOrder(on.date() if on else None, options["directory"], readings)
    opened = open_store(store.absolute())
    checks: list[Callable[[], object]] = [partial(check_files, opened)]
    every([*checks, partial(check_place, out, (store,), KIND)] if out is not None else checks)
    with same_store(opened), working_place(place_of(options), opened.root / "manifest.json") as executor:
        found = income_findings(opened, run, order, executor, progress)
    if out is not None:
        write_findings(found, out, run, options["excel"])
    written_to = {"out": str(out)} if out is not None else {}
    text = summary_text(found.summary) + (f"\nTables: {out}" if out is not None else "")
    say(options["as_json"], {**found.summary, **written_to}, text)
