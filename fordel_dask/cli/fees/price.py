"""``fordel fees price``: services priced by the fee table, and held against what was paid."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking, written
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.working_place import working_place
from fordel_dask.errors import UsageError
from fordel_dask.graph.executor import Threads, default_threads


@click.command(short_help="Services priced by the fee table, against what was paid.")
@click.argument("store", type=PATH, required=False)
@click.option(
    "--services", type=PATH, metavar="PATH", help="Instead of a store: an extract, or a delivery's directory."
)
@click.option("--fees", "directory", type=PATH, metavar="DIR", help="Directory of tables that were read in.")
@click.option(
    "--table-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Price all rows at the table in force on that day. Default: at that of each row's day.",
)
@click.option("--bruhon", type=click.Choice(["kroner", "oere"]), help="Unit of BRUHON in an extract. Default: kroner.")
@written
@placed
@speaking
def price(
    store: Path | None,
    services: Path | None,
    directory: Path | None,
    table_of: datetime.datetime | None,
    **options: Any,
) -> None:
    """Price services by the fee table and hold them against what was paid: coverage and deviation by code.

    Every row is priced or has one reason why not; what a rule asks for and nobody delivered is counted. With
    BEHANDLINGSDATO, TIME, KM and MODULES rows are priced by day, A and B duty, distance, modules, ages and the services
    beside them. A store keeps these where [services] declares detail = "days", else weeks; an extract is also held
    against its clinics' areas and mileage (ages and areas need a directory with population and clinics).

    \b
    Example:
      fordel fees price nation.store --table-of 2025-10-01 --out prices --excel
      fordel fees price --services claims.csv --fees my_fees
    """
    from fordel_dask.fee_work.price_rows import findings_of, price_text
    from fordel_dask.fee_work.pricing import PriceOrder, priced_extract, priced_store
    from fordel_dask.result_place import check_place
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    out, progress = options["out"], ProgressLines(options["quiet"])
    source = _one_of(store, services, options["bruhon"]).absolute()  # a cluster's workers may stand elsewhere
    refuse_alone(options["excel"], out)
    if out is not None:
        check_place(out, (source,), "fees-price")
    order = PriceOrder(directory, table_of.date() if table_of else None, options["bruhon"])
    if store is not None:
        with working_place(place_of(options), source / "manifest.json") as executor:
            priced = priced_store(source, order, executor, progress)
    else:
        priced = priced_extract(source, order, Threads(_threads(options)), progress)
    found = findings_of(priced)
    if out is not None:
        write_findings(found, out, source, options["excel"])
    written_to = {"out": str(out)} if out is not None else {}
    text = price_text(found.summary) + (f"\nTables: {out}" if out is not None else "")
    say(options["as_json"], {**found.summary, **written_to}, text)


def _threads(options: Mapping[str, Any]) -> int:
    """Give the threads that price an extract, which no other process is told of."""
    if any(options[name] for name in ("workers", "scheduler", "scheduler_file")):
        raise UsageError("An extract is priced in threads of this process: give --threads, not --workers or a cluster.")
    return options["threads"] or default_threads()


def _one_of(store: Path | None, services: Path | None, bruhon: str | None) -> Path:
    """Give the one source that was named."""
    named = [path for path in (store, services) if path is not None]
    if len(named) != 1:
        raise UsageError("Name one source of services: a STORE, or --services PATH.")
    if store is not None and bruhon is not None:
        raise UsageError("A store was told the unit of BRUHON when it was made: --bruhon is for --services.")
    return named[0]
