"""Room 2: six terms for every citizen, at the status date; the reference level of a term is blank."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from fordel_dask import law

from .medicine import with_medicine
from .registers import Registers

BANDS = [*(f"{low}-{low + 4}" for low in range(0, 90, 5)), "90+"]
TERMS: dict[str, list[str]] = {  # in the model's order, reference levels unlisted
    "age_sex": [f"{sex} {band}" for sex in "MF" for band in BANDS],
    "origin": ["menapt"],
    "civil_status": ["widowed_or_divorced"],
    "labour_market": ["temporarily_outside", "permanently_outside"],
    "somatic": ["2", "3", "4+"],
    "psychiatric": ["any"],
}
LEVELS = [(term, level) for term, levels in TERMS.items() for level in levels]
COUNTED_TYPES = {"A", "B", "G"}
PERMANENT = {"783"}
TEMPORARY_RANGES = ["730-739", "740-748", "750-758", "760-768", "774", "810-818", "870-878", "890-899"]
TEMPORARY = {
    str(code)
    for first, _, last in (text.partition("-") for text in TEMPORARY_RANGES)
    for code in range(int(first), int(last or first) + 1)
}
HALF_A_YEAR = 26  # weeks


def add_covariates(citizens: pd.DataFrame, registers: Registers, model: Mapping[str, Any]) -> pd.DataFrame:
    """Give the citizens with their ages and six terms."""
    diseases = conditions(registers, model)
    if model["covariates.disease_definition"] == "hospital_and_medicine":
        diseases = with_medicine(diseases, registers)
    weeks = outside_weeks(registers.dream)
    table = citizens.copy()
    table["age"] = [completed_years(birth, registers.status_date) for birth in table["birth"]]
    table["age_sex"] = [age_sex(age, sex) for age, sex in zip(table["age"], table["sex"], strict=True)]
    table["origin"] = origins(table)
    table["civil_status"] = ["widowed_or_divorced" if code in set("ELFO") else "" for code in table["civil"]]
    ages = range(model["covariates.labour_market_age_min"], model["covariates.labour_market_age_max"] + 1)
    table["labour_market"] = [
        labour_market(*weeks.get(pnr, (0, 0))) if age in ages else "" for pnr, age in table["age"].items()
    ]
    own = [diseases.get(pnr, set()) for pnr in table.index]
    table["somatic"] = [somatic(sum(kind == "somatic" for kind, _ in found)) for found in own]
    table["psychiatric"] = ["any" if any(kind == "psychiatric" for kind, _ in found) else "" for found in own]
    return table


def completed_years(birth: str, day: str) -> int:
    """Give the age in completed years; one born on the day is 0."""
    born, now = date.fromisoformat(birth), date.fromisoformat(day)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def age_sex(age: int, sex: str) -> str:
    """Give the level of age and sex: five-year bands up to 90."""
    return f"{'M' if sex == '1' else 'F'} {BANDS[min(age // 5, len(BANDS) - 1)]}"


def origins(citizens: pd.DataFrame) -> list[str]:
    """Give ``menapt`` for immigrants and descendants from the listed countries (M8, M9)."""
    countries = {row["opr_land_code"] for row in law.rows("codes/menapt")}
    counted = citizens["descent"].isin(["2", "3"]) & citizens["country"].isin(countries)
    return ["menapt" if yes else "" for yes in counted]


def labour_market(permanent: int, temporary: int) -> str:
    """Judge the weeks of the fee year with a code of either kind (M11)."""
    if permanent >= HALF_A_YEAR:
        return "permanently_outside"
    return "temporarily_outside" if permanent + temporary >= HALF_A_YEAR else ""


def outside_weeks(dream: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Count each person's weeks with a permanent and with a temporary code."""
    permanent, temporary = (dream.isin(codes).sum(axis=1) for codes in (PERMANENT, TEMPORARY))
    return dict(zip(dream.index, zip(permanent.tolist(), temporary.tolist(), strict=True), strict=True))


def somatic(number: int) -> str:
    """Give the level of a number of somatic conditions; none and one are the reference."""
    return "" if number < 2 else "4+" if number >= 4 else str(number)


def years_before(day: str, years: int) -> str:
    """Give the same day some years earlier."""
    return f"{int(day[:4]) - years:04}{day[4:]}"


def conditions(registers: Registers, model: Mapping[str, Any]) -> dict[str, set[tuple[str, str]]]:
    """Give each person's conditions, as pairs of kind and id: a condition counts once (M12–M14)."""
    end = registers.status_date
    lookback = years_before(end, model["covariates.lookback_years"])
    lookback_cancer = years_before(end, model["covariates.cancer_lookback_years"])
    prefixes = condition_prefixes()
    found: dict[str, set[tuple[str, str]]] = {}
    rows = registers.diagnoses
    rows = rows[rows["kind"].isin(COUNTED_TYPES) & (rows["day"] != "") & (rows["day"] < end)]
    for pnr, code, day in zip(rows["pnr"], rows["code"], rows["day"], strict=True):
        for kind, condition in matching(code, prefixes):
            if day >= (lookback_cancer if condition == "cancer" else lookback):
                found.setdefault(pnr, set()).add((kind, condition))
    return found


def matching(code: str, prefixes: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the conditions whose prefix the code begins with."""
    beginnings = {code[:length] for length in range(1, len(code) + 1)}
    return [prefixes[beginning] for beginning in beginnings & set(prefixes)]


def condition_prefixes() -> dict[str, tuple[str, str]]:
    """Give kind and id of the condition of each ICD-10 prefix; schizophrenia is F20 only (M13)."""
    listed = {}
    for row in law.rows("codes/multimorbidity"):
        for prefix in row["icd10_prefixes"].split():
            if row["condition_id"] != "schizophrenia" or prefix == "F20":
                listed[prefix] = (row["type"], row["condition_id"])
    return listed
