"""Room 2: what a person's diagnoses show: conditions, by the prefixes of their codes and the day."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from fordel_dask import law

from .registers import Registers

Model = Mapping[str, Any]
Prefixes = Mapping[str, tuple[str, str]]  # ICD-10 prefix -> kind and id of its condition
Conditions = dict[str, set[tuple[str, str]]]  # person -> pairs of kind and id
EVER = 100  # years: everything that was delivered


def years_before(day: str, years: int) -> str:
    """Give the same day some years earlier; a day before all others for those who look back for ever."""
    return "0" if years == EVER else f"{int(day[:4]) - years:04}{day[4:]}"


def counted_diagnoses(registers: Registers, kinds: Iterable[str]) -> pd.DataFrame:
    """Give the diagnoses of some kinds made before the status date."""
    rows = registers.diagnoses
    return rows[rows["kind"].isin(list(kinds)) & (rows["day"] != "") & (rows["day"] < registers.status_date)]


def conditions(registers: Registers, model: Model, prefixes: Prefixes | None = None) -> Conditions:
    """Give each person's conditions: a condition counts once (M12–M14).

    Without ``prefixes`` they are those of the Danish multimorbidity index.
    """
    lookback = years_before(registers.status_date, model["covariates.lookback_years"])
    lookback_cancer = years_before(registers.status_date, model["covariates.cancer_lookback_years"])
    prefixes = prefixes or condition_prefixes()
    found: Conditions = {}
    rows = counted_diagnoses(registers, model["covariates.diagnosis_kinds"])
    for pnr, code, day in zip(rows["pnr"], rows["code"], rows["day"], strict=True):
        for kind, condition in matching(code, prefixes):
            if day >= (lookback_cancer if condition == "cancer" else lookback):
                found.setdefault(pnr, set()).add((kind, condition))
    return found


def matching(code: str, prefixes: Prefixes) -> list[tuple[str, str]]:
    """Give the conditions whose prefix the code begins with."""
    beginnings = {code[:length] for length in range(1, len(code) + 1)}
    return [prefixes[beginning] for beginning in beginnings & set(prefixes)]


def condition_prefixes() -> dict[str, tuple[str, str]]:
    """Give the prefixes of the Danish multimorbidity index; schizophrenia is F20 only (M13)."""
    listed = {}
    for row in law.rows("codes/multimorbidity"):
        for prefix in row["icd10_prefixes"].split():
            if row["condition_id"] != "schizophrenia" or prefix == "F20":
                listed[prefix] = (row["type"], row["condition_id"])
    return listed


def asked_for_prefixes() -> dict[str, tuple[str, str]]:
    """Give the prefixes of psychiatric disease that was asked for and is in no default model (V20)."""
    rows = law.rows("codes/psychiatric_asked_for")
    return {prefix: (row["type"], row["condition_id"]) for row in rows for prefix in row["icd10_prefixes"].split()}
