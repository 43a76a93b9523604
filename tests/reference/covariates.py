"""Room 2: the model's terms for every citizen, at the status date; the reference level of a term is blank."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from math import floor
from typing import Any

import pandas as pd

from fordel_dask import law

from .diagnoses import asked_for_prefixes, condition_prefixes, conditions
from .extra_values import extra_values
from .indices import charlson_score, diagnosed_codes, nordic_score
from .medicine import with_medicine
from .model import NO_LAW, ReferenceError
from .registers import Registers
from .terms import age_bands, age_term, psychiatric_terms, somatic_terms, terms_of
from .traits import civil_statuses, extra_levels, origins

Model = Mapping[str, Any]
NORDIC_YEARS = 5
PENSION_AGES = [(2022, 67), (2030, 68), (2035, 69), (2040, 70)]  # from 1 January of the year on


def add_covariates(citizens: pd.DataFrame, registers: Registers, model: Model) -> pd.DataFrame:
    """Give the citizens with their completed years and a level of each of the model's terms."""
    table = citizens.copy()
    table["years"] = [completed_years(birth, registers.status_date) for birth in table["birth"]]
    found = {
        age_term(model).name: age_levels(table, model),
        "origin": origins(table, model),
        "civil_status": civil_statuses(table, registers, model),
        "labour_market": labour_markets(table, registers, model),
        **disease_levels(table, registers, model),
        **extra_levels(table, registers, model),
    }
    terms = [term.name for term in terms_of(model)]
    taken = set(terms) & set(table)
    if taken:
        raise ValueError(f"terms with the name of a column of citizens: {taken}")
    return table.assign(**{name: found[name] for name in terms})


def completed_years(birth: str, day: str) -> int:
    """Give the age in completed years; one born on the day is 0."""
    born, now = date.fromisoformat(birth), date.fromisoformat(day)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def age_levels(citizens: pd.DataFrame, model: Model) -> list[str]:
    """Give each citizen's level of age, by sex or not."""
    return [age_sex(age, sex, model) for age, sex in zip(citizens["years"], citizens["sex"], strict=True)]


def age_sex(age: int, sex: str, model: Model) -> str:
    """Give the level of an age: bands of equal width up to the oldest, which is open."""
    oldest = model["covariates.oldest_band_from"]
    band = age_bands(model)[-1 if age >= oldest else age // model["covariates.age_band_years"]]
    return f"{'M' if sex == '1' else 'F'} {band}" if model["covariates.sex"] else band


def labour_markets(citizens: pd.DataFrame, registers: Registers, model: Model) -> list[str]:
    """Give each citizen's level of attachment to the labour market; outside its ages everybody is in (M11)."""
    weeks = outside_weeks(registers.dream, model)
    ages = labour_market_ages(registers.year, model)
    return [
        labour_market(*weeks.get(pnr, (0, 0)), model) if age in ages else "" for pnr, age in citizens["years"].items()
    ]


def labour_market_ages(year: int, model: Model) -> range:
    """Give the ages with an attachment; the state pension age itself is above them (V13)."""
    youngest, oldest = model["covariates.labour_market_age_min"], model["covariates.labour_market_age_max"]
    if model["covariates.labour_market_age_rule"] == "pension_age":
        in_force = [age for start, age in PENSION_AGES if start <= year]
        if not in_force:
            raise ReferenceError(NO_LAW, f"no state pension age of {year}")
        oldest = in_force[-1] - 1
    return range(youngest, oldest + 1)


def labour_market(permanent: int, temporary: int, model: Model) -> str:
    """Judge the weeks of the fee year with a code of either kind (M11)."""
    enough = model["covariates.labour_market_weeks"]
    if permanent >= enough:
        return "permanently_outside"
    return "temporarily_outside" if permanent + temporary >= enough else ""


def outside_weeks(dream: pd.DataFrame, model: Model) -> dict[str, tuple[int, int]]:
    """Count each person's weeks with a permanent and with a temporary code."""
    kinds = (benefit_codes(model[f"covariates.{kind}_benefits"]) for kind in ("permanent", "temporary"))
    permanent, temporary = (dream.isin(codes).sum(axis=1) for codes in kinds)
    return dict(zip(dream.index, zip(permanent.tolist(), temporary.tolist(), strict=True), strict=True))


def benefit_codes(groups: list[str]) -> set[str]:
    """Give the DREAM codes of benefit groups."""
    rows = [row for row in law.rows("codes/benefit_groups") if row["group"] in groups]
    return {str(code) for row in rows for code in range(int(row["first"]), int(row["last"]) + 1)}


def disease_levels(citizens: pd.DataFrame, registers: Registers, model: Model) -> dict[str, list[str]]:
    """Give each citizen's level of the terms of disease, by the name of the term."""
    diseases = conditions(registers, model, {**condition_prefixes(), **asked_for_prefixes()})
    if model["covariates.disease_definition"] == "hospital_and_medicine":
        diseases = with_medicine(diseases, registers)
    own = [{condition for _, condition in diseases.get(pnr, set())} for pnr in citizens.index]
    psychiatric = [len(found & set(model["covariates.psychiatric_conditions"])) for found in own]
    found = {condition: ["yes" if condition in one else "" for one in own] for condition in condition_names(model)}
    if model["covariates.somatic_scheme"] == "count":
        numbers = somatic_numbers(citizens, own, registers, model)
        found["somatic"] = [counted(n, model["covariates.somatic_cut_points"], somatic_terms(model)) for n in numbers]
    if model["covariates.psychiatric_scheme"] == "count":
        cut_points = model["covariates.psychiatric_cut_points"]
        found["psychiatric"] = [counted(n, cut_points, psychiatric_terms(model)) for n in psychiatric]
    return found


def condition_names(model: Model) -> list[str]:
    """Give the ids of all conditions that the model counts."""
    return [*model["covariates.somatic_conditions"], *model["covariates.psychiatric_conditions"]]


def counted(number: int, cut_points: list[int], terms: list[Any]) -> str:
    """Give the level of a number; below the first cut point it is the reference."""
    passed = bisect_right(cut_points, number)
    return terms[0].levels[passed - 1] if passed else ""


def somatic_numbers(citizens: pd.DataFrame, own: list[set[str]], registers: Registers, model: Model) -> list[int]:
    """Give each citizen's number of somatic conditions, those of general practice added; or points of an index."""
    if model["covariates.somatic_measure"] != "multimorbidity":
        points = index_points(registers, model)
        return [points.get(pnr, 0) for pnr in citizens.index]
    name = model["covariates.counted_covariate"]
    more = extra_values(registers, "PNR", name) if name else {}
    numbers = [len(found & set(model["covariates.somatic_conditions"])) for found in own]
    return [n + max(floor(more.get(pnr, 0)), 0) for n, pnr in zip(numbers, citizens.index, strict=True)]


def index_points(registers: Registers, model: Model) -> dict[str, int]:
    """Give the points of the Charlson or the Nordic index of everyone with a counted diagnosis."""
    if model["covariates.somatic_measure"] == "charlson":
        score, years = charlson_score, model["covariates.lookback_years"]
    else:
        score, years = nordic_score, NORDIC_YEARS
    codes = diagnosed_codes(registers, years, model["covariates.diagnosis_kinds"])
    return {pnr: score(own) for pnr, own in codes.items()}
