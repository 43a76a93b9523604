"""Incomes as a terminal shows them: parts of income, contacts by definition, what is to be known."""

from collections.abc import Iterator, Mapping
from typing import Any

from fordel_dask.aligned import aligned

MILLION = 1_000_000
SHOWN_CODES = 8
PARTS = ("part of income", "million kr", "share", "as paid", "kr per capacity", "kr per patient")
CONTACTS = ("contacts are", "services", "per patient", "million kr", "as paid")


def summary_text(summary: Mapping[str, Any]) -> str:
    """Give the summary as aligned lines: parts, contacts by definition, what is to be known."""
    parts = aligned(PARTS, [_part(one) for one in summary["parts"]])
    contacts = aligned(CONTACTS, [_definition(one) for one in summary["definitions"]])
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
    yield "Services are quantity times fee; 'fordel fees price' holds the fee table's own rules against every row."
    yield "Fees of nursing homes, standby and mileage stand in no register of services, unless a row tells them."
    if summary["rows_out_of_hours"]:
        yield (
            f"Out of hours: {summary['rows_out_of_hours']:,} rows without a time of treatment, at the fees of duty "
            f"{readings['duty']}; --duty takes the other."
        )
    if summary["clinics_not_registered"]:
        yield (
            f"{summary['clinics_not_registered']:,} clinics are not in the clinic register at the status date: without "
            f"capacities and practice-cost fee, and in no figure per capacity."
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
