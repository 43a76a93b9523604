"""What the finest facts are: their columns, and the code lists that make them from registers."""

import datetime
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata

from fordel_dask import law
from fordel_dask.fees import schedule_in_force
from fordel_dask.graph.program import program_hash
from fordel_dask.schema import Column, Table
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS

EVER = 100
"""A look-back window of so many years is one without an end: everything that was delivered, but for unlikely days."""

LOOKBACK_YEARS = (EVER, 15, 10, 5)
"""Look-back windows of diagnoses, longest first."""

SHORTER = {EVER: 15, 15: 5, 10: 5}
"""The shorter window whose column of marks a window is read with: what that one holds its own column leaves out."""

NORDIC_YEARS = 5
"""The look-back window of the Nordic Multimorbidity Index, a part of its definition: the shortest of all."""

CANCER = "cancer"

MEDICINE_COLUMN = "conditions_medicine"
"""The column of condition bits that dispensed medicine shows; only where the model asks for medicine."""


@dataclass(frozen=True)
class FactRules:
    """The part of a model that facts depend on; everything else is derived from them later."""

    year: int
    specialities: tuple[str, ...]
    medicine: bool = False


@dataclass(frozen=True)
class Medicine:
    """The medicine arm of a condition: ATC prefixes, and how many dispensings within how many days show it."""

    prefixes: tuple[str, ...]
    dispensings: int
    window_days: int


@dataclass(frozen=True)
class Condition:
    """One condition: its bit, its kind, the ICD-10 prefixes of its hospital arm, and its medicine arm.

    ``logic`` says which arms show it: ``DX`` the diagnosis, ``RX`` the medicine, ``OR`` either, ``AND`` both.
    """

    bit: int
    name: str
    kind: str
    prefixes: tuple[str, ...]
    medicine: Medicine | None
    logic: str


@dataclass(frozen=True)
class Category:
    """One category of an index of weights: its bit, its weight, the ICD-10 prefixes of its diagnoses.

    It does not count for who has the category ``not_if``, its heavier form; empty if it has none.
    """

    bit: int
    name: str
    weight: int
    prefixes: tuple[str, ...]
    not_if: str = ""


@functools.cache
def conditions() -> tuple[Condition, ...]:
    """Give the model's family of conditions: those that hospital diagnoses can show first, then medicine's alone.

    Schizophrenia is F20 only (M13).

    Source: Danish multimorbidity index (Prior et al. 2016), an inference (M15).
    """
    diagnosed_first = sorted(law.rows("codes/multimorbidity"), key=lambda row: not row["icd10_prefixes"])
    return tuple(_condition(bit, row) for bit, row in enumerate(diagnosed_first))


def _condition(bit: int, row: Mapping[str, str]) -> Condition:
    prefixes = ("F20",) if row["condition_id"] == "schizophrenia" else tuple(row["icd10_prefixes"].split())
    medicine = tuple(row["atc_prefixes"].split())
    return Condition(
        bit,
        row["condition_id"],
        row["type"],
        prefixes,
        Medicine(medicine, int(row["min_prescriptions"]), int(row["rx_window_days"])) if medicine else None,
        row["logic"],
    )


@functools.cache
def psychiatric_asked_for() -> tuple[Condition, ...]:
    """Give the groups of psychiatric diagnoses that no model counts unless it is asked to (V20)."""
    rows = law.rows("codes/psychiatric_asked_for")
    return tuple(
        Condition(bit, row["condition_id"], row["type"], tuple(row["icd10_prefixes"].split()), None, "DX")
        for bit, row in enumerate(rows, len(conditions()))
    )


@functools.cache
def charlson() -> tuple[Category, ...]:
    """Give the categories of the Charlson index, whose bits follow those of all conditions.

    Source: weights of Charlson et al. 1987; prefixes as validated in the Danish register (Thygesen et al. 2011).
    """
    first_bit = len(conditions()) + len(psychiatric_asked_for())
    return tuple(
        Category(bit, row["category"], int(row["weight"]), tuple(row["icd10_prefixes"].split()), row["not_if"])
        for bit, row in enumerate(law.rows("codes/charlson"), first_bit)
    )


@functools.cache
def nordic_index() -> tuple[Category, ...]:
    """Give the predictors of the Nordic Multimorbidity Index by diagnosis; their bits are in columns of their own."""
    return tuple(
        Category(bit, row["predictor"], int(row["weight"]), tuple(row["icd10_prefixes"].split()))
        for bit, row in enumerate(law.rows("codes/nordic_index"))
    )


def listed_conditions() -> tuple[Condition | Category, ...]:
    """Give all that have a bit in the columns of :func:`mark_column`, by bit: the model's family first."""
    return (*conditions(), *psychiatric_asked_for(), *charlson())


def family_bits() -> int:
    """Give the bits of the model's family of conditions as one number; those after them are of no default model."""
    return sum(1 << condition.bit for condition in conditions())


@functools.cache
def medicine_arms() -> tuple[tuple[Condition, Medicine], ...]:
    """Give the conditions that medicine can show, each with its medicine arm."""
    return tuple((condition, condition.medicine) for condition in conditions() if condition.medicine)


def is_covered(listed: Sequence[str]) -> bool:
    """Tell whether the rows of some ATC prefixes are all that the medicine arms look at."""
    return all(prefix.startswith(tuple(listed)) for _, medicine in medicine_arms() for prefix in medicine.prefixes)


def condition_bits(kind: str) -> int:
    """Give the bits of all conditions of a kind (``somatic`` or ``psychiatric``) as one number."""
    return sum(1 << condition.bit for condition in conditions() if condition.kind == kind)


def logic_bits(*logics: str) -> int:
    """Give the bits of all conditions of some logics as one number."""
    return sum(1 << condition.bit for condition in conditions() if condition.logic in logics)


def bit_of(name: str) -> int:
    """Give the bit of one condition as a number."""
    return next(1 << one.bit for one in (*conditions(), *psychiatric_asked_for()) if one.name == name)


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
    """Name the column of bits of :func:`listed_conditions` of a look-back window and type of diagnosis."""
    return f"conditions_{years}y_{kind}"


def read_with(years: int) -> tuple[int, ...]:
    """Give the windows whose columns of marks hold, together, all that was diagnosed within a look-back window."""
    shorter = SHORTER.get(years)
    return (years,) if shorter is None else (years, *read_with(shorter))


def nordic_column(kind: str) -> str:
    """Name the column of bits of :func:`nordic_index` of a type of diagnosis."""
    return f"nordic_{NORDIC_YEARS}y_{kind}"


def weeks_column(group: str) -> str:
    """Name the column of weeks of a benefit group."""
    return f"weeks_{group}"


def _doc_of_marks(years: int, kind: str) -> str:
    within = "at any time before" if years == EVER else f"within {years} years of"
    beyond = f", but not within {SHORTER[years]} years" if years in SHORTER else ""
    return f"Conditions diagnosed {within} the status date{beyond} as type {kind}."


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
            Column("group_2", "int8", "flag", "1 if group 2, not group 1, covers the status date (V59), else 0."),
            *(Column(weeks_column(g), "int8", "weeks", f"Weeks of benefit group {g}.") for g in benefit_groups()),
            *(
                Column(mark_column(y, k), "int64", "bits", _doc_of_marks(y, k))
                for y in LOOKBACK_YEARS
                for k in DIAGNOSIS_KINDS
            ),
            *(
                Column(nordic_column(k), "int64", "bits", f"Nordic index, within {NORDIC_YEARS} years as type {k}.")
                for k in DIAGNOSIS_KINDS
            ),
            *(
                [Column(MEDICINE_COLUMN, "int64", "bits", "Conditions of dispensed medicine.")]
                if rules.medicine
                else ()
            ),
            *(Column(contact_column(c), "int16", "services", f"Services {c}.") for c in schedule.contacts),
            *(Column(months_column(c), "int16", "months", f"Months of {c}.") for c in schedule.chronic_months),
            Column("contacts_paid_oere", "int32", "øre", "Fees paid for contacts."),
            Column("others_oere", "int32", "øre", "Other day-time services at the fee table."),
            Column("others_paid_oere", "int32", "øre", "Fees paid for other day-time services."),
            Column("prevention_oere", "int32", "øre", "Services of the prevention agreement at the fee table."),
            Column("prevention_paid_oere", "int32", "øre", "Fees paid for services of the prevention agreement."),
        ),
    )


def facts_hash(store_identity: str, rules: FactRules) -> str:
    """Give the hash of everything that facts are made from: store, rules, code lists, fees and the program."""
    schedule = schedule_in_force(first_of_october(rules.year))
    made_from = [
        store_identity,
        asdict(rules),
        [asdict(one) for one in (*listed_conditions(), *nordic_index())],
        benefit_groups(),
        [schedule.contacts, schedule.chronic_months, schedule.others, schedule.prevention],
        program_hash(),
        metadata.version("pyarrow"),  # whose files another version may write otherwise
    ]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
