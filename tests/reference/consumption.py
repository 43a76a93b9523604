"""Room 3: one fee per citizen in whole øre: contacts, chronic care and more, never below nothing."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from importlib import resources
from typing import Any

import pandas as pd

from fordel_dask import law

from .model import COVERAGE, ESTIMATION, ReferenceError
from .registers import Registers
from .rounding import half_even
from .terms import Term, terms_of

Model = Mapping[str, Any]
Prices = dict[str, int]  # øre, by service code
FEES, FEES_OF_YEAR = "fees/gp_fees_2025-10-01", 2025  # in force on 1 October of that year
HOME_VISITS = {"0411", "0421", "0431", "0441", "0451", "0461", "0491"}
CONSULTATION, STANDARD_VISIT = "0101", "0411"
CHRONIC = {"0130", "0131", "0132"}
OUTSIDE_SHORTAGE = "uden_for_laegedaekningstruet"
NO_SERVICES = {"basis", "kroniker", "koersel", "tidsforbrugstillaeg"}


def add_fees(citizens: pd.DataFrame, registers: Registers, model: Model) -> pd.DataFrame:
    """Give the citizens with their fee of the year (``fee``, øre); needs the covariates for imputing."""
    if registers.fee_year != FEES_OF_YEAR:
        raise ReferenceError(COVERAGE, f"no fee table of 1 October {registers.fee_year}")
    accepted = tuple(model["consumption.specialities"])
    services = registers.services
    services = services[services["speciality"].isin(accepted) & services["pnr"].isin(citizens.index)]
    table = citizens.assign(
        contacts=per_citizen(services, citizens, amounts(services, priced_contacts(model), model)),
        besides=0,
        months=per_citizen(services, citizens, quantities(services, dict.fromkeys(CHRONIC, 1))),
        chronic=per_citizen(services, citizens, quantities(services, chronic_fees())),
    )
    others = per_citizen(services, citizens, amounts(services, other_prices(), model))
    if model["consumption.prevention"]:
        table["besides"] += prevention_amounts(services, citizens, model)
    if model["consumption.other_services"]:
        table["besides"] += others
    rule = model["consumption.chronic_care"]
    services_done = table["contacts"] + table["besides"]
    if rule == "imputed":
        return table.assign(fee=imputed(table.assign(fee=services_done.clip(lower=0)), terms_of(model)))
    if rule == "none":
        return table.assign(fee=services_done.clip(lower=0))
    percent = Fraction(model["consumption.chronic_care_percent"], 100)
    table["chronic"] = [half_even(amount * percent) for amount in table["chronic"]]
    if rule == "share":
        table["chronic"] = shared(table, (table["contacts"] + others).tolist())
    return table.assign(fee=(services_done + table["chronic"]).clip(lower=0))


def day_fees() -> list[dict[str, str]]:
    """Give the rows of the daytime section of the fee table in force on 1 October of the fee year."""
    return [row for row in law.rows(FEES) if row["section"] == "dagtid"]


def contact_prices() -> Prices:
    """Give the price of each service that is a contact (M3)."""
    rows = (row for row in day_fees() if row["group"] == "grundydelse" and row["is_contact"] == "1")
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def service_prices() -> Prices:
    """Give the price of every daytime service outside the groups that are no services."""
    return {row["code"]: int(row["fee_oere"]) for row in day_fees() if row["group"] not in NO_SERVICES}


def other_prices() -> Prices:
    """Give the price of every daytime service that is no contact."""
    return {code: price for code, price in service_prices().items() if code not in contact_prices()}


def prevention_prices() -> Prices:
    """Give the price of each service of the prevention agreement; a code of daytime is none of them."""
    daytime = {row["code"] for row in day_fees()}
    rows = (row for row in law.rows(FEES) if row["section"] == "profylakse" and row["code"] not in daytime)
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def prevention_amounts(services: pd.DataFrame, citizens: pd.DataFrame, model: Model) -> list[int]:
    """Give each citizen's fees for prevention, in øre: at the fee table, or as they were paid."""
    return per_citizen(services, citizens, amounts(services, prevention_prices(), model))


def chronic_fees() -> Prices:
    """Give the monthly fee of each chronic-care code, outside areas short of doctors (M5)."""
    rows = (row for row in day_fees() if row["code"] in CHRONIC and row["omraade"] == OUTSIDE_SHORTAGE)
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def priced_contacts(model: Model) -> Prices:
    """Give what each contact counts for: as listed or by time, home visits alike however far, none left out."""
    prices = contact_prices()
    if model["consumption.prices"] == "time":
        prices = prices_of_time(contact_minutes())
    if model["consumption.home_visits"] == "standard":
        prices = {code: prices[STANDARD_VISIT if code in HOME_VISITS else code] for code in prices}
    return {code: price for code, price in prices.items() if code not in model["consumption.left_out"]}


def prices_of_time(minutes: Mapping[str, int]) -> Prices:
    """Give each contact the price of its minutes: a minute costs what one of a consultation does (V40)."""
    a_minute = Fraction(contact_prices()[CONSULTATION], minutes[CONSULTATION])
    return {code: half_even(minutes[code] * a_minute) for code in contact_prices()}


def contact_minutes() -> dict[str, int]:
    """Give the minutes of each contact."""
    text = resources.files("fordel_dask.law").joinpath("fees/minutes.toml").read_text("utf-8")
    return {row["code"]: row["minutes"] for row in tomllib.loads(text)["service"]}


def amounts(services: pd.DataFrame, prices: Prices, model: Model) -> list[int]:
    """Give what each row counts for: quantity × price, or the fee paid for the whole row; nothing without a price."""
    if model["consumption.prices"] == "paid":
        rows = zip(services["service"], services["fee"], strict=True)
        return [half_even(fee) if code in prices and isinstance(fee, Fraction) else 0 for code, fee in rows]
    return quantities(services, prices)


def quantities(services: pd.DataFrame, prices: Mapping[str, int]) -> list[int]:
    """Give quantity × price of each row; a code without a price counts 0, a correction is negative."""
    return [
        quantity * prices.get(code, 0) for code, quantity in zip(services["service"], services["quantity"], strict=True)
    ]


def per_citizen(services: pd.DataFrame, citizens: pd.DataFrame, values: list[int]) -> list[int]:
    """Sum the values of rows by citizen."""
    totals: dict[str, int] = defaultdict(int)
    for pnr, value in zip(services["pnr"], values, strict=True):
        totals[pnr] += value
    return [totals[pnr] for pnr in citizens.index]


def shared(citizens: pd.DataFrame, all_services: list[int]) -> list[int]:
    """Scale chronic care by contacts' share of all services among group-1 citizens without chronic care."""
    without = (citizens["months"] <= 0) & (citizens["group"] == "1")
    contacts = int(citizens.loc[without, "contacts"].sum())
    services = int(pd.Series(all_services, index=citizens.index, dtype=object)[without].sum())
    if services == 0:
        raise ReferenceError(ESTIMATION, "chronic_care = share: no services without chronic care")
    share = Fraction(contacts, services)
    pairs = zip(citizens["months"], citizens["chronic"], strict=True)
    return [half_even(amount * share) if months > 0 else 0 for months, amount in pairs]


def imputed(citizens: pd.DataFrame, terms: list[Term]) -> list[int]:
    """Give citizens with chronic care the fee a day of their likes without it, for their own days.

    Likes agree in all terms; if there are none, in age and sex (the first term); if none, they are everyone.
    """
    names = [term.name for term in terms]
    keys = [names, names[:1], []]
    likes = [daily_fees(citizens, key) for key in keys]
    return [
        citizen.fee if citizen.months <= 0 else half_even(citizen.exposure * first_known(citizen, keys, likes))
        for citizen in citizens.itertuples()
    ]


def daily_fees(citizens: pd.DataFrame, key: list[str]) -> dict[tuple[str, ...], Fraction]:
    """Give the fee a day, by the key, of the sample's citizens without chronic care."""
    rows = citizens[citizens["sample"] & (citizens["months"] <= 0)]
    fees: dict[tuple[str, ...], int] = defaultdict(int)
    days: dict[tuple[str, ...], int] = defaultdict(int)
    for citizen in rows.itertuples():
        alike = tuple(getattr(citizen, name) for name in key)
        fees[alike] += citizen.fee
        days[alike] += citizen.exposure
    return {alike: Fraction(fees[alike], days[alike]) for alike in fees}


def first_known(citizen: Any, keys: list[list[str]], likes: list[dict[tuple[str, ...], Fraction]]) -> Fraction:
    """Give the daily fee of the nearest likes there are."""
    for key, known in zip(keys, likes, strict=True):
        alike = tuple(getattr(citizen, name) for name in key)
        if alike in known:
            return known[alike]
    raise ReferenceError(ESTIMATION, "chronic_care = imputed: nobody without chronic care")
