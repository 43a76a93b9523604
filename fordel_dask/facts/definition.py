"""What the finest facts are: their columns, and the code lists that make them from registers."""

import datetime
import functools
import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import resources

from fordel_dask import law
from fordel_dask.fees import schedule_in_force
from fordel_dask.schema import Column, Table
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS

LOOKBACK_YEARS = (15, 10, 5)
"""Look-back windows of diagnoses, longest first."""

CANCER = "cancer"


@dataclass(frozen=True)
class FactRules:
    """The part of a model that facts depend on; everything else is derived from them later."""

    year: int
    specialities: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One condition: its bit, its kind, and the ICD-10 prefixes of its hospital arm."""

    bit: int
    name: str
    kind: str
    prefixes: tuple[str, ...]


@functools.cache
def conditions() -> tuple[Condition, ...]:
    """Give the conditions that hospital diagnoses can show, schizophrenia as F20 only (M13).

    Source: Danish multimorbidity index (Prior et al. 2016), an inference (M15).
    """
    found = [row for row in law.rows("codes/multimorbidity") if row["icd10_prefixes"]]
    return tuple(
        Condition(
            bit,
            row["condition_id"],
            row["type"],
            ("F20",) if row["condition_id"] == "schizophrenia" else tuple(row["icd10_prefixes"].split()),
        )
        for bit, row in enumerate(found)
    )


def condition_bits(kind: str) -> int:
    """Give the bits of all conditions of a kind (``somatic`` or ``psychiatric``) as one number."""
    return sum(1 << condition.bit for condition in conditions() if condition.kind == kind)


def bit_of(name: str) -> int:
    """Give the bit of one condition as a number."""
    return next(1 << condition.bit for condition in conditions() if condition.name == name)


@functools.cache
def benefit_groups() -> dict[str, tuple[int, int]]:
    """Give the benefit groups with the first and last DREAM code of each."""
    return {row["group"]: (int(row["first"]), int(row["last"])) for row in law.rows("codes/benefit_groups")}


def first_of_october(year: int) -> datetime.date:
    """Give the day whose fee table prices the fee year (model section 3)."""
    return datetime.date(year - 1, 10, 1)


def contact_column(code: str) -> str:
    """Name the column that counts a contact service."""
    return f"services_{code}"


def months_column(code: str) -> str:
    """Name the column that counts months of chronic care."""
    return f"months_{code}"


def mark_column(years: int, kind: str) -> str:
    """Name the column of condition bits of a look-back window and type of diagnosis."""
    return f"conditions_{years}y_{kind}"


def weeks_column(group: str) -> str:
    """Name the column of weeks of a benefit group."""
    return f"weeks_{group}"


@functools.cache
def facts_table(rules: FactRules) -> Table:
    """Declare the facts of a citizen: one row for every person of the population.

    Sex, birth day, civil status, origin and municipality stand in the store's population.
    """
    schedule = schedule_in_force(first_of_october(rules.year))
    return Table(
        name="facts",
        doc="The finest facts of each citizen that any model of the family is derived from.",
        dense=True,
        columns=(
            Column("clinic", "int32", "code book clinic", "Clinic at the status date; −1 blank, −2 not group 1."),
            Column("exposure_days", "int16", "days", "Days of the fee year enrolled in group 1."),
            *(Column(weeks_column(g), "int8", "weeks", f"Weeks of benefit group {g}.") for g in benefit_groups()),
            *(
                Column(mark_column(y, k), "int64", "bits", f"Conditions diagnosed within {y} years as type {k}.")
                for y in LOOKBACK_YEARS
                for k in DIAGNOSIS_KINDS
            ),
            *(Column(contact_column(c), "int16", "services", f"Services {c}.") for c in schedule.contacts),
            *(Column(months_column(c), "int16", "months", f"Months of {c}.") for c in schedule.chronic_months),
            Column("contacts_paid_oere", "int32", "øre", "Fees paid for contacts."),
            Column("others_oere", "int32", "øre", "Other day-time services at the fee table."),
            Column("others_paid_oere", "int32", "øre", "Fees paid for other day-time services."),
        ),
    )


def facts_hash(store_identity: str, rules: FactRules) -> str:
    """Give the hash of everything that facts are made from: store, rules, code lists, fees and this code."""
    schedule = schedule_in_force(first_of_october(rules.year))
    made_from = [
        store_identity,
        asdict(rules),
        [asdict(condition) for condition in conditions()],
        benefit_groups(),
        [schedule.contacts, schedule.chronic_months, schedule.others],
        _code_hash(),
    ]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


@functools.cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    for package in ("fordel_dask.facts", "fordel_dask.kernels"):
        for source in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if source.name.endswith(".py"):
                digest.update(source.read_bytes())
    return digest.hexdigest()
