"""The annual fee of each citizen, in whole øre: contacts and chronic care, never below 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.consumption.chronic_care import chronic_fees
from fordel_dask.facts.definition import contact_column, first_of_october, months_column
from fordel_dask.fees import Schedule, schedule_in_force
from fordel_dask.fees.minutes import by_time
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
    months = tuple(map(months_column, rules.schedule.chronic_months))
    others, prevention = other_columns(rules)
    more = (others, prevention) if rules.choices.prevention else (others,)
    if rules.choices.prices == "paid":
        return ("contacts_paid_oere", *more, *months)
    return (*more, *map(contact_column, contact_prices(rules)), *months)


def other_columns(rules: FeeRules) -> tuple[str, str]:
    """Name the amounts of other services by day, and of prevention, at the prices that count."""
    paid = "paid_" if rules.choices.prices == "paid" else ""
    return f"others_{paid}oere", f"prevention_{paid}oere"


def contact_prices(rules: FeeRules) -> dict[str, int]:
    """Give the price in øre of each contact service that counts."""
    prices = rules.schedule.contact_prices(rules.choices.home_visits)
    if rules.choices.prices == "time":
        prices = by_time(rules.schedule.contacts, rules.choices.home_visits)
    return {code: price for code, price in prices.items() if code not in rules.choices.left_out}


def contact_fees(facts: Facts, rules: FeeRules) -> NDArray[np.int64]:
    """Give the amount of each citizen's contacts, in øre, corrections included."""
    if rules.choices.prices == "paid":
        return facts["contacts_paid_oere"].astype(np.int64)
    return sum_of_products(facts, {contact_column(code): price for code, price in contact_prices(rules).items()})


def count_fees(facts: Facts, rules: FeeRules) -> NDArray[np.int64]:
    """Give each citizen's fee before the floor at 0, in øre (model section 3)."""
    fees = contact_fees(facts, rules) + chronic_fees(facts, rules.schedule, rules.choices, rules.share)
    others, prevention = other_columns(rules)
    if rules.choices.other_services:
        fees += facts[others]
    if rules.choices.prevention:
        fees += facts[prevention]
    return fees


def sum_of_products(facts: Facts, prices: Mapping[str, int]) -> NDArray[np.int64]:
    """Give Σ count × price over columns, in øre."""
    total = np.zeros(next(iter(facts.values())).size, dtype=np.int64)
    for name, price in prices.items():
        total += facts[name].astype(np.int64) * price
    return total
