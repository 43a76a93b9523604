"""What a clinic is paid, part by part, and which of it counts as contacts by whose definition (R54, M3).

Basic fee and practice-cost fee follow from patients and capacities, everything else from services.
"""

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources

from fordel_dask.fees.fee_table import Fee, FeeTable
from fordel_dask.fees.service_rules import DUTY_WITHOUT_TIME, service_rules
from fordel_dask.law.rounding import half_even

DAY_TIME, PREVENTION, DUTY_OF_BOTH = "dagtid", "profylakse", "vagttid_faelles"
DUTY_OF_KIND = {"A": "vagttid_A", "B": "vagttid_B"}
INSIDE, OUTSIDE = "i_laegedaekningstruet", "uden_for_laegedaekningstruet"
MONTHLY, YEARLY, PRACTICE_COST = "BASIS_MD", "BASIS_AAR", "PRAKSISOMK_AAR"
MONTHS_A_YEAR = 12
BASIC_FEE, PRACTICE_COST_FEE = "basic_fee", "practice_cost_fee"
OTHER_SPECIALITY, UNKNOWN_CODE = "other_speciality", "unknown_code"
PER_CAPACITY, PER_CLINIC, BY_YEAR, BY_MONTHS = "capacity", "clinic", "year", "months"


@dataclass(frozen=True)
class Readings:
    """How the fee table is read where it leaves room.

    ``basic``: the fee of a year as printed, or twelve of a month (two øre less a patient). ``practice_cost``: the
    table has it "pr. praksis/kapacitet", per capacity or once a clinic. ``duty``: the kind of duty whose fee a
    service out of hours has, where no time is told.
    """

    basic: str = BY_YEAR
    practice_cost: str = PER_CAPACITY
    duty: str = "A"


AS_PRINTED = Readings()


@dataclass(frozen=True)
class Pattern:
    """Some of the fees: by sections and groups (none named: all), without some groups, contacts alone or not."""

    name: str
    title: str = ""
    doc: str = ""
    sections: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    without_groups: tuple[str, ...] = ()
    contact: bool = False

    def fits(self, fee: Fee) -> bool:
        """Whether a fee is among them."""
        return (
            (not self.sections or fee.section in self.sections)
            and (not self.groups or fee.group in self.groups)
            and fee.group not in self.without_groups
            and (fee.is_contact or not self.contact)
        )


@functools.cache
def _law() -> dict[str, list[dict[str, object]]]:
    text = resources.files("fordel_dask.law").joinpath("fees/income.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def _patterns(kind: str) -> tuple[Pattern, ...]:
    def typed(entry: dict[str, object]) -> Pattern:
        return Pattern(**{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()})  # type: ignore[arg-type]

    return tuple(typed(entry) for entry in _law()[kind])


def service_parts() -> tuple[str, ...]:
    """Give the names of the parts of income that come from services, in their order."""
    return tuple(pattern.name for pattern in _patterns("part"))


def all_parts() -> tuple[str, ...]:
    """Give the names of all parts of a clinic's income, in their order."""
    return (BASIC_FEE, PRACTICE_COST_FEE, *service_parts())


def part_of(fee: Fee) -> str:
    """Give the part of income that a service's fee belongs to."""
    return next(pattern.name for pattern in _patterns("part") if pattern.fits(fee))


def definitions() -> tuple[Pattern, ...]:
    """Give the definitions of a contact service that stand side by side."""
    return _patterns("definition")


def fee_of_service(service: str, table: FeeTable, day_specialities: Sequence[str], area: str, duty: str) -> Fee | str:
    """Give the fee of a service of six digits (speciality and code), or the reason why it has none.

    Prevention knows no hours: a code that stands in no list of its speciality may be one of prevention. Of day time, a
    code that stands only out of hours is one of those. ``area`` is that of chronic care, ``duty`` A or B.
    """
    speciality, code = service[:2], service[2:]
    out_of_hours = (DUTY_OF_KIND[duty], DUTY_OF_BOTH)
    if speciality in day_specialities:
        sections: tuple[str, ...] = (DAY_TIME, PREVENTION, *out_of_hours)
    elif service_rules().without_time.get(speciality) == DUTY_WITHOUT_TIME:
        sections = (*out_of_hours, PREVENTION)
    else:
        return OTHER_SPECIALITY
    keys = ((section, code, of) for section in sections for of in ("", area))
    return next((table.by_key[key] for key in keys if key in table.by_key), UNKNOWN_CODE)


def basic_fee_oere(table: FeeTable, patients: int, reading: str = BY_YEAR) -> int:
    """Give the basic fee of a year, in øre: a fee for every group-1 patient."""
    return patients * fee_of_patient_oere(table, reading)


def fee_of_patient_oere(table: FeeTable, reading: str = BY_YEAR) -> int:
    """Give the basic fee of one patient and year, in øre, by the year as printed or by twelve months."""
    if reading == BY_YEAR:
        return table.by_key[DAY_TIME, YEARLY, ""].amount_oere
    return MONTHS_A_YEAR * table.by_key[DAY_TIME, MONTHLY, ""].amount_oere


def practice_cost_oere(table: FeeTable, capacities: Fraction | None, reading: str = PER_CAPACITY) -> int:
    """Give the practice-cost fee of a year, in whole øre: by capacity, or once for a clinic that has any."""
    if not capacities:
        return 0
    exact = table.by_key[DAY_TIME, PRACTICE_COST, ""].amount_oere * (capacities if reading == PER_CAPACITY else 1)
    return half_even(exact.numerator, exact.denominator)
