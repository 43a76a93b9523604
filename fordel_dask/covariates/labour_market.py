"""Attachment to the labour market (M11)."""

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.definition import weeks_column
from fordel_dask.law.provisions import whole
from fordel_dask.model.model import Covariates

IN, TEMPORARILY_OUTSIDE, PERMANENTLY_OUTSIDE = 0, 1, 2


def benefit_columns(rules: Covariates) -> tuple[str, ...]:
    """Name the facts that the attachment is read from."""
    return tuple(weeks_column(group) for group in (*rules.permanent_benefits, *rules.temporary_benefits))


PENSION_AGE = "pension.age"


def labour_market(facts: Mapping[str, NDArray[Any]], rules: Covariates, year: int) -> NDArray[np.int64]:
    """Give the level of each citizen: 0 in, 1 temporarily, 2 permanently outside the labour market.

    Permanently outside with ``labour_market_weeks`` weeks on permanent benefits; else
    temporarily with as many on either kind; only within the ages of working life.

    Source: memo 4.4.2.2; the week rule is an assumption.
    """
    permanent = _weeks(facts, rules.permanent_benefits)
    either = permanent + _weeks(facts, rules.temporary_benefits)
    level = np.where(either >= rules.labour_market_weeks, TEMPORARILY_OUTSIDE, IN)
    level[permanent >= rules.labour_market_weeks] = PERMANENTLY_OUTSIDE
    age = facts["age"]
    working_age = (age >= rules.labour_market_age_min) & (age <= highest_working_age(rules, year))
    return np.where(working_age, level, IN).astype(np.int64)


def highest_working_age(rules: Covariates, year: int) -> int:
    """Give the oldest completed years with an attachment: fixed, or below the pension age of the year (V13)."""
    if rules.labour_market_age_rule == "fixed":
        return rules.labour_market_age_max
    return whole(PENSION_AGE, datetime.date(year, 1, 1)) - 1


def _weeks(facts: Mapping[str, NDArray[Any]], groups: tuple[str, ...]) -> NDArray[np.int16]:
    weeks = np.zeros(facts["age"].size, dtype=np.int16)
    for group in groups:
        weeks += facts[weeks_column(group)].astype(np.int16)
    return weeks
