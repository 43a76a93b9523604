"""Indices of disease that variants count with: a person's set of ICD-10 codes gives a score."""

from collections.abc import Iterable

from fordel_dask import law

from .diagnoses import counted_diagnoses, years_before
from .registers import Registers

PSYCHIATRIC, CHARLSON, NORDIC = "codes/psychiatric_asked_for", "codes/charlson", "codes/nordic_index"
NAMES = {PSYCHIATRIC: "condition_id", CHARLSON: "category", NORDIC: "predictor"}  # the column that names a row


def diagnosed_codes(registers: Registers, years: int, kinds: Iterable[str] = "ABG") -> dict[str, set[str]]:
    """Give each person's codes of the years before the status date, of the types that count (M14)."""
    rows = counted_diagnoses(registers, kinds)
    rows = rows[rows["day"] >= years_before(registers.status_date, years)]
    codes: dict[str, set[str]] = {}
    for pnr, code in zip(rows["pnr"], rows["code"], strict=True):
        codes.setdefault(pnr, set()).add(code)
    return codes


def shown(codes: set[str], table: str) -> set[str]:
    """Give the names of the rows of a list that some code belongs to."""
    return {
        row[NAMES[table]]
        for row in law.rows(table)
        if any(code.startswith(prefix) for code in codes for prefix in row["icd10_prefixes"].split())
    }


def charlson_score(codes: set[str]) -> int:
    """Add up the weights of 1987; the lighter form of a disease does not count beside its heavier one."""
    found = shown(codes, CHARLSON)
    rows = [row for row in law.rows(CHARLSON) if row["category"] in found and row["not_if"] not in found]
    return sum(int(row["weight"]) for row in rows)


def nordic_score(codes: set[str]) -> int:
    """Add up the weights of the Nordic Multimorbidity Index by diagnosis; its medicine is left out."""
    found = shown(codes, NORDIC)
    return sum(int(row["weight"]) for row in law.rows(NORDIC) if row["predictor"] in found)
