"""Room 2: origin, civil status and extra covariates of each citizen; the reference level is blank."""

from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from fordel_dask import law

from .extra_values import extra_of_citizens, extra_values
from .registers import Registers
from .terms import civil_levels, extra_steps

Model = Mapping[str, Any]
IMMIGRANT, DESCENDANT = "2", "3"
KINDS = {IMMIGRANT: "immigrant", DESCENDANT: "descendant"}
SINGLE = {"U", "F", "E", "O", "L"}  # unmarried, divorced, widowed, partnership dissolved, partner dead


def origins(citizens: pd.DataFrame, model: Model) -> list[str]:
    """Give each citizen's level of origin (M8, M9)."""
    types = model["covariates.origin_types"]
    pairs = zip(citizens["descent"], citizens["country"], strict=True)
    return [origin(descent, country, model) if descent in types else "" for descent, country in pairs]


def origin(descent: str, country: str, model: Model) -> str:
    """Give the level of one whose type of origin counts."""
    kind = KINDS.get(descent, "")
    menapt = country in {row["opr_land_code"] for row in law.rows("codes/menapt")}
    listed = country in model["covariates.origin_countries"]
    levels = {
        "menapt": lambda: "menapt" if menapt else "",
        "menapt_by_type": lambda: f"menapt_{kind}" if menapt and kind else "",
        "all": lambda: "immigrant_or_descendant",
        "by_type": lambda: kind,
        "western": lambda: west(country),
        "standard": lambda: f"{west(country)}_{kind}" if kind else "",
        "countries": lambda: f"country_{country}" if listed else "",
    }
    return levels[model["covariates.origin_scheme"]]()


def west(country: str) -> str:
    """Give the half of the world that Statistics Denmark counts a country to."""
    return "western" if country in western_countries() else "non_western"


def western_countries() -> set[str]:
    """Give the codes of countries that Statistics Denmark calls Western; all others are not, known or not."""
    return {row["code"] for row in law.rows("codes/countries") if row["western"] == "1"}


def civil_statuses(citizens: pd.DataFrame, registers: Registers, model: Model) -> list[str]:
    """Give each citizen's level of civil status; ``civil_covariate`` above 0 is another way to have lost a partner."""
    name = model["covariates.civil_covariate"]
    ended = extra_values(registers, "PNR", name) if name else {}
    return [
        civil_status(code, age, ended.get(pnr, Fraction(0)) > 0, model)
        for pnr, code, age in zip(citizens.index, citizens["civil"], citizens["years"], strict=True)
    ]


def civil_status(code: str, age: int, ended: bool, model: Model) -> str:
    """Give the level of a civil status at an age (M10, V09, V10)."""
    single = code in SINGLE
    if model["covariates.civil_scheme"] == "single_by_age":
        starts = model["covariates.single_age_starts"]
        band = bisect_right(starts, age)
        return civil_levels(model)[band - 1] if band and (single or ended) else ""
    if code in model["covariates.civil_status"] or ended:
        return "widowed_or_divorced"
    if model["covariates.civil_scheme"] == "with_single_elderly":
        return "single_elderly" if single and age >= model["covariates.single_elderly_from"] else ""
    return ""


def extra_levels(citizens: pd.DataFrame, registers: Registers, model: Model) -> dict[str, list[str]]:
    """Give each citizen's level of every extra covariate by the name of its term; without a value the reference."""
    cuts = {text.split()[0]: [Fraction(cut) for cut in text.split()[1:]] for text in model["covariates.extra"]}
    found = {}
    for name, steps in extra_steps(model).items():
        values = extra_of_citizens(citizens, registers, name)
        found[name.lower()] = ["" if value is None else step(value, cuts[name], steps) for value in values]
    return found


def step(value: Fraction, cuts: list[Fraction], steps: list[str]) -> str:
    """Give the level that a value is in; a level begins at its cut point."""
    passed = bisect_right(cuts, value)
    return steps[passed] if passed else ""
