"""The tables of incomes as rows of text, in the columns of :mod:`fordel_dask.schema.income`."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from fordel_dask.fee_work.areas import COUNCIL, COUNTRY, by_area, region_of
from fordel_dask.fee_work.earned import ALL, NOTHING, Amount, ClinicIncome, per_capacity
from fordel_dask.fee_work.kroner import kroner_per, printed_kroner
from fordel_dask.fees.income import BASIC_FEE, PRACTICE_COST_FEE, all_parts, definitions, part_of, service_parts
from fordel_dask.printing import EMPTY, Row, count, given, number, ratio

if TYPE_CHECKING:
    from fordel_dask.fee_work.income import Incomes

CLINIC = "clinic"
ZERO = Fraction(0)


def rows_of(found: "Incomes") -> dict[str, list[Row]]:
    """Give the rows of every table, sorted."""
    clinics = found.earned.clinics
    areas = by_area(found.published, clinics, lambda one: one.clinic)
    return {
        "clinic_income": [_clinic(one, region_of(one.clinic, found.published)) for one in clinics],
        "income_parts": [row for kind, code, of in areas for row in _parts(kind, code, of)],
        "contact_definitions": [
            *(row for kind, code, of in areas if kind in (COUNTRY, COUNCIL) for row in _contacts(kind, code, of)),
            *(row for one in clinics for row in _contacts(CLINIC, one.clinic.ydernummer, [one])),
        ],
        "income_fees": list(_fees(found)),
        "income_services": [
            (fate, service, count(of.rows), count(of.services), printed_kroner(of.paid_oere))
            for (fate, service), of in sorted(found.earned.services.items())
        ],
    }


def _clinic(one: ClinicIncome, region: str) -> Row:
    clinic = one.clinic
    return (
        *(clinic.ydernummer, clinic.kind, clinic.municipality_code, clinic.council_id, region),
        *(given(clinic.capacities), count(clinic.patients), number(clinic.weighted)),
        *(printed_kroner(one.part_oere(part)) for part in all_parts()),
        printed_kroner(one.oere),
        *(kroner_per(one.oere, of) for of in (clinic.capacities or 0, clinic.patients, clinic.weighted)),
        *(printed_kroner(one.services.table_oere), printed_kroner(one.services.paid_oere), count(one.services.unpaid)),
    )


def amount_of_part(clinics: Sequence[ClinicIncome], part: str) -> Amount:
    """Give the services of a part of some clinics' income, nothing for a part that is for no service."""
    return sum((one.parts[part] for one in clinics), NOTHING) if part in service_parts() else NOTHING


def _parts(kind: str, code: str, clinics: Sequence[ClinicIncome]) -> Iterator[Row]:
    capacities = sum((one.clinic.capacities or ZERO for one in clinics), ZERO)
    patients = sum(one.clinic.patients for one in clinics)
    weighted = sum((one.clinic.weighted for one in clinics), ZERO)
    income = sum(one.oere for one in clinics)
    for part in (*all_parts(), ALL):
        is_fixed = part in (BASIC_FEE, PRACTICE_COST_FEE)
        oere, seated = sum(one.part_oere(part) for one in clinics), per_capacity(clinics, part)
        amount = sum((one.services for one in clinics), NOTHING) if part == ALL else amount_of_part(clinics, part)
        yield (
            *(kind, code, part, count(len(clinics)), number(capacities), count(patients)),
            *(EMPTY if is_fixed else count(amount.services), printed_kroner(oere)),
            *(EMPTY if is_fixed or part == ALL else printed_kroner(amount.paid_oere), number(ratio(oere, income))),
            EMPTY if seated is None else printed_kroner(seated),
            *(kroner_per(oere, of) for of in (patients, weighted)),
        )


def _contacts(kind: str, code: str, clinics: Sequence[ClinicIncome]) -> Iterator[Row]:
    patients = sum(one.clinic.patients for one in clinics)
    for name, amount in contacts_of(clinics).items():
        yield (
            *(kind, code, name, count(amount.services), number(ratio(amount.services, patients))),
            *(
                printed_kroner(amount.table_oere),
                printed_kroner(amount.paid_oere),
                kroner_per(amount.table_oere, patients),
            ),
        )


def contacts_of(clinics: Sequence[ClinicIncome]) -> Mapping[str, Amount]:
    """Give the contacts of some clinics by each definition."""
    return {one.name: sum((clinic.contacts[one.name] for clinic in clinics), NOTHING) for one in definitions()}


def _fees(found: "Incomes") -> Iterator[Row]:
    for fee, of in sorted(found.earned.fees.items(), key=lambda entry: entry[0].key):
        yield (
            *(fee.section, fee.code, fee.area, fee.text, part_of(fee)),
            " ".join(one.name for one in definitions() if one.fits(fee)),
            *(printed_kroner(fee.amount_oere), count(of.rows), count(of.services)),
            *map(printed_kroner, (of.table_oere, of.paid_oere, of.paid_oere - of.table_oere)),
            count(of.unpaid),
        )
