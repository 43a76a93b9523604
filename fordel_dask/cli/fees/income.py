"""``fordel fees income``: what every clinic earns in a year, part by part."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.aligned import aligned
from fordel_dask.cli.options import PATH, place_of, placed, say, speaking, written

MILLION = 1_000_000
SHOWN_CODES = 8


@click.command(short_help="What does a clinic earn? By part, per capacity, per patient.")
@click.argument("store", type=PATH)
@click.option("--run", type=PATH, required=True, metavar="RUN", help="The RUN made of the store: weights, capacities.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Fees in force on that day. Default: 1 October of the year of the services.",
)
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
    from fordel_dask.fee_work.income import KIND, income_findings
    from fordel_dask.fees.income import Readings
    from fordel_dask.gathering import every
    from fordel_dask.rundir import check_place
    from fordel_dask.store import check_files, open_store, same_store
    from fordel_dask.yearly.writing import refuse_alone, write_findings

    out, on = options["out"], options["on"]
    refuse_alone(options["excel"], out)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    readings = Readings(options["basic"], options["practice_cost"], options["duty"])
    opened = open_store(store.absolute())
    checks: list[Callable[[], object]] = [partial(check_files, opened)]
    every([*checks, partial(check_place, out, store, KIND)] if out is not None else checks)
    with same_store(opened), working_place(place_of(options), opened.root / "manifest.json") as executor:
        found = income_findings(opened, run, (on.date() if on else None, readings), executor, progress)
    if out is not None:
        write_findings(found, out, run, options["excel"])
    written_to = {"out": str(out)} if out is not None else {}
    text = summary_text(found.summary) + (f"\nTables: {out}" if out is not None else "")
    say(options["as_json"], {**found.summary, **written_to}, text)


def summary_text(summary: Mapping[str, Any]) -> str:
    """Give the summary as aligned lines: parts, contacts by definition, what is to be known."""
    parts = aligned(
        ("part of income", "million kr", "share", "as paid", "kr per capacity", "kr per patient"),
        [_part(one) for one in summary["parts"]],
    )
    contacts = aligned(
        ("contacts are", "services", "per patient", "million kr", "as paid"),
        [_definition(one) for one in summary["definitions"]],
    )
    return "\n".join(
        [
            f"Income of {summary['clinics']:,} clinics with {summary['capacities']:,.1f} capacities and "
            f"{summary['patients']:,} patients: services of {summary['fee_year']}, fees in force on "
            f"{summary['priced_on']}.",
            *parts,
            "",
            "Contact services, by whose definition:",
            *contacts,
            "",
            *(f"- {line}" for line in _to_be_known(summary)),
        ]
    )


def _part(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        one["part"].replace("_", " "),
        *(f"{one['kr'] / MILLION:,.1f}", _percent(one["share"]), f"{one['as_paid_kr'] / MILLION:,.1f}"),
        *(_kroner(one["per_capacity_kr"]), _kroner(one["per_patient_kr"])),
    )


def _definition(one: Mapping[str, Any]) -> tuple[str, ...]:
    per_patient = "–" if one["per_patient"] is None else f"{one['per_patient']:.2f}"
    millions = (f"{one[name] / MILLION:,.1f}" for name in ("kr", "as_paid_kr"))
    return one["title"], f"{one['services']:,}", per_patient, *millions


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _kroner(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _to_be_known(summary: Mapping[str, Any]) -> Iterator[str]:
    """Give what the figures rest on: readings, limits, and every row that went into no income."""
    readings = summary["readings"]
    yield (
        "A service counts at the clinic its citizen belongs to at the status date: the store does not tell who gave "
        "it. Persons who died or moved away before that day are not in the store."
    )
    once = "for each capacity" if readings["practice_cost"] == "capacity" else "once for each clinic"
    yield f"Practice-cost fee {once}: the fee table says 'pr. praksis/kapacitet'; --practice-cost reads it otherwise."
    yield "Fees of nursing homes, standby and mileage stand in no register of services, unless a row tells them."
    if summary["rows_out_of_hours"]:
        yield (
            f"Out of hours: {summary['rows_out_of_hours']:,} rows without a time of treatment, at the fees of duty "
            f"{readings['duty']}; --duty takes the other."
        )
    if summary["clinics_not_registered"]:
        yield (
            f"{summary['clinics_not_registered']:,} clinics are not in the clinic register at the status date: without "
            f"capacities and practice-cost fee."
        )
    for key, what in (
        ("rows_of_other_specialities", "are of other specialities"),
        ("rows_of_citizens_without_clinic", "are of citizens who belong to no clinic"),
        ("rows_without_paid", "do not tell what was paid"),
    ):
        if summary[key]:
            yield f"Of {summary['rows']:,} rows {summary[key]:,} {what}."
    if summary["unknown_codes"]:
        shown = ", ".join(summary["unknown_codes"][:SHOWN_CODES])
        more = ", …" if len(summary["unknown_codes"]) > SHOWN_CODES else ""
        yield (
            f"Of {summary['rows']:,} rows {summary['rows_with_unknown_code']:,} have codes that this fee table does "
            f"not hold ({shown}{more}), for which {summary['unknown_codes_paid_kr']:,.0f} kr were paid."
        )
