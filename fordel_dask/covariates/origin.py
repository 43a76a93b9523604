"""Origin (M8, M9), in the groups that the model or a variant asks for (V07, V08)."""

import functools

import numpy as np

from fordel_dask import law
from fordel_dask.covariates.coding import CodeBooks, Facts, Integers, is_among, read_with
from fordel_dask.model.model import Covariates

DESCENDANT = "3"
GROUPS_BY_TYPE = {"menapt_by_type": 1, "by_type": 1, "standard": 2}
"""Schemes in which descendants have levels of their own, after so many groups of immigrants."""


def origin(facts: Facts, rules: Covariates, books: CodeBooks) -> Integers:
    """Give the level of origin of each citizen: 0 for everybody without a weight."""
    counted = is_among(facts["origin_type"], books.origin_type, rules.origin_types)
    descendant = is_among(facts["origin_type"], books.origin_type, (DESCENDANT,))
    group = read_with(facts["country"], books.country, lambda code: group_of(code, rules), group_of("", rules))
    level = group + descendant * GROUPS_BY_TYPE.get(rules.origin_scheme, 0)
    return np.asarray(np.where((counted == 1) & (group > 0), level, 0))


def group_of(country: str, rules: Covariates) -> int:
    """Give the group of a country in the model's scheme, 0 for one without a weight."""
    match rules.origin_scheme:
        case "menapt" | "menapt_by_type":
            return int(country in menapt_countries())
        case "western" | "standard":
            return 1 if country in western_countries() else 2
        case "countries":
            return rules.origin_countries.index(country) + 1 if country in rules.origin_countries else 0
        case _:
            return 1


@functools.cache
def menapt_countries() -> frozenset[str]:
    """Give the codes of MENAPT countries (M9)."""
    return frozenset(row["opr_land_code"] for row in law.rows("codes/menapt"))


@functools.cache
def western_countries() -> frozenset[str]:
    """Give the codes of western countries, as Statistics Denmark groups them."""
    return frozenset(row["code"] for row in law.rows("codes/countries") if row["western"] == "1")
