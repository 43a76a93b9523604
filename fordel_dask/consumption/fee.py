"""The annual fee of each citizen, in whole øre: contacts and chronic care, never below 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption.chronic_care import chronic_fees
from fordel_dask.facts.definition import contact_column, first_of_october, months_column
from fordel_dask.fees import Schedule, schedule_in_force
from fordel_dask.model.model import Consumption

Facts = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class FeeRules:
    """How fees are counted: the model's choices, the year, and the share where it is asked for.

    ``share`` is A and B of the model's section 3: contact fees over all fees of citizens
    without months of chronic care, in øre.
    """

    choices: Consumption
    year: int
    share: tuple[int, int] | None = None

    @property
    def schedule(self) -> Schedule:
        """The fee table that prices the fee year."""
        return schedule_in_force(first_of_october(self.year))


def consumption_columns(rules: FeeRules) -> tuple[str, ...]:
    """Name the facts that fees are counted from."""
    months = map(months_column, rules.schedule.chronic_months)
    if rules.choices.prices == "paid":
        return ("contacts_paid_oere", "others_paid_oere", *months)
    return ("others_oere", *map(contact_column, rules.schedule.contacts), *months)


def contact_fees(facts: Facts, rules: FeeRules) -> NDArray[np.int64]:
    """Give the amount of each citizen's contacts, in øre, corrections included."""
    if rules.choices.prices == "paid":
        return facts["contacts_paid_oere"].astype(np.int64)
    prices = rules.schedule.contact_prices(rules.choices.home_visits)
    return sum_of_products(facts, {contact_column(code): price for code, price in prices.items()})


def count_fees(facts: Facts, rules: FeeRules) -> NDArray[np.int64]:
    """Give each citizen's fee before the floor at 0, in øre (model section 3)."""
    return contact_fees(facts, rules) + chronic_fees(facts, rules.schedule, rules.choices.chronic_care, rules.share)


def sum_of_products(facts: Facts, prices: Mapping[str, int]) -> NDArray[np.int64]:
    """Give Σ count × price over columns, in øre."""
    total = np.zeros(next(iter(facts.values())).size, dtype=np.int64)
    for name, price in prices.items():
        total += facts[name].astype(np.int64) * price
    return total
