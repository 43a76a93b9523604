"""Sums of services turned into what clinics earn: every service at its fee, every clinic with its parts."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from fordel_dask.errors import AccountingError
from fordel_dask.fee_work.services_pass import ServiceSums
from fordel_dask.fees.fee_table import Fee, FeeTable
from fordel_dask.fees.income import (
    BASIC_FEE,
    INSIDE,
    OTHER_SPECIALITY,
    OUTSIDE,
    PRACTICE_COST_FEE,
    Readings,
    basic_fee_oere,
    definitions,
    fee_of_service,
    part_of,
    practice_cost_oere,
    service_parts,
)
from fordel_dask.published import Clinic, Published

AREAS = (OUTSIDE, INSIDE)
PRICED, NO_CLINIC = "priced", "no_clinic"
ALL = "all"
"""What all parts of income together are called."""

K = TypeVar("K")


@dataclass(frozen=True)
class Amount:
    """Services added up: how many rows and services, at the fee table and as paid, and rows without what was paid."""

    rows: int = 0
    services: int = 0
    table_oere: int = 0
    paid_oere: int = 0
    unpaid: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


NOTHING = Amount()


@dataclass(frozen=True)
class FixedFees:
    """What prices that are for no service: the fee table, and how it is read."""

    table: FeeTable
    readings: Readings


@dataclass(frozen=True)
class PriceList:
    """The fee of every service of a code book, by area of chronic care, or the reason why it has none.

    ``place_of_service`` tells at which place a service counts: those of other specialities together at the last one.
    """

    services: tuple[str, ...]
    fees: Mapping[str, Sequence[Fee | str]]
    place_of_service: tuple[int, ...]

    @property
    def places(self) -> int:
        """Places of services, with the last one for other specialities."""
        return len(self.services) + 1


def price_list(codes: Sequence[str], table: FeeTable, day_specialities: Sequence[str], duty: str) -> PriceList:
    """Look up the fee of every service of a code book."""
    found = {area: [fee_of_service(code, table, day_specialities, area, duty) for code in codes] for area in AREAS}
    own = [n for n, fee in enumerate(found[OUTSIDE]) if fee != OTHER_SPECIALITY]
    place = {n: at for at, n in enumerate(own)}
    return PriceList(
        services=tuple(codes[n] for n in own),
        fees={area: tuple(fees[n] for n in own) for area, fees in found.items()},
        place_of_service=tuple(place.get(n, len(own)) for n in range(len(codes))),
    )


@dataclass(frozen=True)
class ClinicIncome:
    """A year's income of one clinic: fees for being there, and services by part and by definition of a contact."""

    clinic: Clinic
    basic_oere: int
    practice_cost_oere: int
    parts: Mapping[str, Amount]
    contacts: Mapping[str, Amount]

    @cached_property
    def services(self) -> Amount:
        """All its services."""
        return sum(self.parts.values(), NOTHING)

    @property
    def oere(self) -> int:
        """All its income, services at the fee table."""
        return self.basic_oere + self.practice_cost_oere + self.services.table_oere

    def part_oere(self, part: str) -> int:
        """Give one part of its income, or ALL of it."""
        if part == ALL:
            return self.oere
        fixed = {BASIC_FEE: self.basic_oere, PRACTICE_COST_FEE: self.practice_cost_oere}
        return fixed[part] if part in fixed else self.parts[part].table_oere


@dataclass(frozen=True)
class Earned:
    """What was found: clinics by ydernummer, every fee of the country, and where every service went.

    ``services`` is by fate and service (none for other specialities together).
    """

    clinics: Sequence[ClinicIncome]
    fees: Mapping[Fee, Amount]
    services: Mapping[tuple[str, str], Amount]

    def fate(self, fate: str) -> Amount:
        """Give all services of one fate."""
        return sum((amount for (found, _), amount in self.services.items() if found == fate), NOTHING)


def per_capacity(clinics: Iterable[ClinicIncome], part: str) -> Fraction | None:
    """Give øre a capacity of a part, or of ALL, over the clinics that have capacities; none where none has any.

    A clinic that is not registered at the status date has income and no capacities: with its income and not its
    doctors the others would look richer.
    """
    seated = [one for one in clinics if one.clinic.capacities]
    capacities = sum((one.clinic.capacities or Fraction(0) for one in seated), Fraction(0))
    return sum(one.part_oere(part) for one in seated) / capacities if seated else None


def earned(
    published: Published, sums: ServiceSums, prices: PriceList, fixed: FixedFees, inside: frozenset[str]
) -> Earned:
    """Price the services of every clinic; ``inside`` are clinics in an area short of doctors.

    The clinics of ``sums`` are those of the RUN in the order of the store's code book, behind citizens without one.

    Raises
    ------
    AccountingError
        A clinic has other patients than in the RUN.
    """
    clinics = list(published.clinics.values())
    if [clinic.patients for clinic in clinics] != sums.citizens[1:].tolist():
        raise AccountingError("Clinics have other patients in the store than in the RUN. Run the model again.")
    fees: dict[Fee, Amount] = {}
    services: dict[tuple[str, str], Amount] = {}
    _add(services, (_fate(one, NO_CLINIC) for one in _of_clinic(sums, 0, prices, OUTSIDE)))
    found = []
    for row, clinic in enumerate(clinics, 1):
        mine = _of_clinic(sums, row, prices, INSIDE if clinic.ydernummer in inside else OUTSIDE)
        priced = [(fee, amount) for _, fee, amount in mine if isinstance(fee, Fee)]
        _add(services, (_fate(one, PRICED) for one in mine))
        _add(fees, priced)
        found.append(_clinic_income(clinic, priced, fixed))
    return Earned(tuple(found), fees, services)


def _of_clinic(sums: ServiceSums, row: int, prices: PriceList, area: str) -> list[tuple[str, Fee | str, Amount]]:
    """Give what one clinic has of every service: service, fee or why it has none, and how much."""
    columns = (sums.rows[row], sums.quantity[row], sums.paid_oere[row], sums.unpaid[row])
    figures = zip(*(column.tolist() for column in columns), strict=True)
    listed = zip((*prices.services, ""), (*prices.fees[area], OTHER_SPECIALITY), figures, strict=True)
    return [
        (service, fee, Amount(rows, many, many * fee.amount_oere if isinstance(fee, Fee) else 0, paid, unpaid))
        for service, fee, (rows, many, paid, unpaid) in listed
        if rows
    ]


def _fate(one: tuple[str, Fee | str, Amount], otherwise: str) -> tuple[tuple[str, str], Amount]:
    service, fee, amount = one
    return (fee if isinstance(fee, str) else otherwise, service), amount


def _add(totals: dict[K, Amount], found: Iterable[tuple[K, Amount]]) -> None:
    for key, amount in found:
        totals[key] = totals.get(key, NOTHING) + amount


def _clinic_income(clinic: Clinic, priced: Iterable[tuple[Fee, Amount]], fixed: FixedFees) -> ClinicIncome:
    parts = dict.fromkeys(service_parts(), NOTHING)
    contacts = {one.name: NOTHING for one in definitions()}
    for fee, amount in priced:
        part, counts_in = _kind(fee)
        parts[part] += amount
        for name in counts_in:
            contacts[name] += amount
    return ClinicIncome(
        clinic=clinic,
        basic_oere=basic_fee_oere(fixed.table, clinic.patients, fixed.readings.basic),
        practice_cost_oere=practice_cost_oere(fixed.table, clinic.capacities, fixed.readings.practice_cost),
        parts=parts,
        contacts=contacts,
    )


@functools.cache
def _kind(fee: Fee) -> tuple[str, tuple[str, ...]]:
    """Give the part of income that a fee belongs to, and the definitions of a contact that it counts in."""
    return part_of(fee), tuple(one.name for one in definitions() if one.fits(fee))
