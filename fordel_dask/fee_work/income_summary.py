"""What ``fordel fees income`` shows: the country by part, contacts by definition, and what is to be known."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fordel_dask.exact import OERE_PER_KRONE
from fordel_dask.fee_work.earned import ALL, NO_CLINIC, NOTHING, PRICED, per_capacity
from fordel_dask.fee_work.income_rows import amount_of_part, contacts_of
from fordel_dask.fees.income import (
    BASIC_FEE,
    DUTY_OF_BOTH,
    DUTY_OF_KIND,
    OTHER_SPECIALITY,
    PRACTICE_COST_FEE,
    UNKNOWN_CODE,
    all_parts,
    definitions,
)

if TYPE_CHECKING:
    from fordel_dask.fee_work.income import Incomes

KINDS_OF_DUTY = (*DUTY_OF_KIND.values(), DUTY_OF_BOTH)


def summary_of(found: "Incomes") -> dict[str, Any]:
    """Give the figures of the country; money in kroner."""
    earned, readings = found.earned, found.fixed.readings
    clinics = [one.clinic for one in earned.clinics]
    duty = sum((amount for fee, amount in earned.fees.items() if fee.section in KINDS_OF_DUTY), NOTHING)
    unknown = sorted(service for fate, service in earned.services if fate == UNKNOWN_CODE)
    return {
        "run": found.published.name,
        "fee_year": found.fee_year,
        "priced_on": found.priced_on.isoformat(),
        "readings": vars(readings),
        "clinics": len(clinics),
        "clinics_not_registered": sum(not clinic.registered for clinic in clinics),
        "capacities": float(sum((clinic.capacities or Fraction(0) for clinic in clinics), Fraction(0))),
        "patients": sum(clinic.patients for clinic in clinics),
        "weighted_patients": float(sum((clinic.weighted for clinic in clinics), Fraction(0))),
        "parts": [_part(found, part) for part in (*all_parts(), ALL)],
        "definitions": _definitions(found),
        "rows": sum(amount.rows for amount in earned.services.values()),
        "rows_priced": earned.fate(PRICED).rows,
        "rows_of_other_specialities": earned.fate(OTHER_SPECIALITY).rows,
        "rows_of_citizens_without_clinic": earned.fate(NO_CLINIC).rows,
        "rows_with_unknown_code": earned.fate(UNKNOWN_CODE).rows,
        "unknown_codes": unknown,
        "unknown_codes_paid_kr": _kr(earned.fate(UNKNOWN_CODE).paid_oere),
        "rows_out_of_hours": duty.rows,
        "rows_without_paid": sum(one.services.unpaid for one in earned.clinics),
    }


def _part(found: "Incomes", part: str) -> dict[str, Any]:
    clinics = found.earned.clinics
    oere, seated = sum(one.part_oere(part) for one in clinics), per_capacity(clinics, part)
    fixed = (BASIC_FEE, PRACTICE_COST_FEE)
    if part == ALL:
        paid = sum(one.services.paid_oere + sum(map(one.part_oere, fixed)) for one in clinics)
    else:
        paid = oere if part in fixed else amount_of_part(clinics, part).paid_oere
    return {
        "part": part,
        "kr": _kr(oere),
        "as_paid_kr": _kr(paid),
        "share": _share(oere, sum(one.oere for one in clinics)),
        "per_capacity_kr": None if seated is None else _kr(seated),
        "per_patient_kr": _kr(oere, sum(one.clinic.patients for one in clinics)),
    }


def _definitions(found: "Incomes") -> list[Mapping[str, Any]]:
    clinics = found.earned.clinics
    patients = sum(one.clinic.patients for one in clinics)
    amounts = contacts_of(clinics)
    return [
        {
            "definition": one.name,
            "title": one.title,
            "doc": one.doc,
            "services": amounts[one.name].services,
            "per_patient": _share(amounts[one.name].services, patients),
            "kr": _kr(amounts[one.name].table_oere),
            "as_paid_kr": _kr(amounts[one.name].paid_oere),
        }
        for one in definitions()
    ]


def _kr(oere: int | Fraction, of: Fraction | int = 1) -> float | None:
    return float(Fraction(oere) / OERE_PER_KRONE / of) if of else None


def _share(part: int, whole: int) -> float | None:
    return float(Fraction(part, whole)) if whole else None
