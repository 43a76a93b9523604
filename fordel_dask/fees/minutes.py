"""Contact services priced by the time they take (V40): minutes by code, at the price of a minute of consultation."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources

from fordel_dask.fees.schedule import HOME_VISITS, NEAREST_HOME_VISIT
from fordel_dask.law.rounding import half_even

CONSULTATION = "0101"


@functools.cache
def minutes_of_services() -> dict[str, int]:
    """Give the minutes of each contact service by its code; all of them are assumptions."""
    text = resources.files("fordel_dask.law").joinpath("fees/minutes.toml").read_text("utf-8")
    return {entry["code"]: int(entry["minutes"]) for entry in tomllib.loads(text)["service"]}


def by_time(contacts: Mapping[str, int], home_visits: str) -> dict[str, int]:
    """Give the price in øre of each contact service by its minutes; home visits as the nearest, or each its own."""
    minutes, consultation = minutes_of_services(), contacts[CONSULTATION]
    nearest = home_visits == "standard"
    asked = {code: NEAREST_HOME_VISIT if nearest and code in HOME_VISITS else code for code in contacts}
    return {code: half_even(minutes[one] * consultation, minutes[CONSULTATION]) for code, one in asked.items()}
