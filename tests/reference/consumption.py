"""Room 3: one fee per citizen in whole øre: contacts and chronic care, never below nothing."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from fordel_dask import law

from .covariates import TERMS
from .model import COVERAGE, ESTIMATION, ReferenceError
from .registers import Registers
from .rounding import half_even

FEES, FEES_OF_YEAR = "fees/gp_fees_2025-10-01", 2025  # in force on 1 October of that year
HOME_VISITS = {"0411", "0421", "0431", "0441", "0451", "0461", "0491"}
STANDARD_VISIT = "0411"
CHRONIC = {"0130", "0131", "0132"}
OUTSIDE_SHORTAGE = "uden_for_laegedaekningstruet"
NO_SERVICES = {"basis", "kroniker", "koersel", "tidsforbrugstillaeg"}


def add_fees(citizens: pd.DataFrame, registers: Registers, model: Mapping[str, Any]) -> pd.DataFrame:
    """Give the citizens with their fee of the year (``fee``, øre); needs the covariates for imputing."""
    if registers.fee_year != FEES_OF_YEAR:
        raise ReferenceError(COVERAGE, f"no fee table of 1 October {registers.fee_year}")
    accepted = tuple(model["consumption.specialities"])
    services = registers.services
    services = services[services["speciality"].isin(accepted) & services["pnr"].isin(citizens.index)]
    table = citizens.assign(
        contacts=per_citizen(services, citizens, amounts(services, contact_prices(), model)),
        months=per_citizen(services, citizens, quantities(services, dict.fromkeys(CHRONIC, 1))),
        chronic=per_citizen(services, citizens, quantities(services, chronic_fees())),
    )
    rule = model["consumption.chronic_care"]
    if rule == "imputed":
        return table.assign(fee=imputed(table.assign(fee=table["contacts"].clip(lower=0))))
    if rule == "none":
        table["chronic"] = 0
    if rule == "share":
        all_services = per_citizen(services, citizens, amounts(services, service_prices(), model))
        table["chronic"] = shared(table, all_services)
    return table.assign(fee=(table["contacts"] + table["chronic"]).clip(lower=0))


def day_fees() -> list[dict[str, str]]:
    """Give the rows of the daytime section of the fee table in force on 1 October of the fee year."""
    return [row for row in law.rows(FEES) if row["section"] == "dagtid"]


def contact_prices() -> dict[str, int]:
    """Give the price in øre of each service that is a contact (M3)."""
    rows = (row for row in day_fees() if row["group"] == "grundydelse" and row["is_contact"] == "1")
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def service_prices() -> dict[str, int]:
    """Give the price in øre of every daytime service outside the groups that are no services."""
    return {row["code"]: int(row["fee_oere"]) for row in day_fees() if row["group"] not in NO_SERVICES}


def chronic_fees() -> dict[str, int]:
    """Give the monthly fee in øre of each chronic-care code, outside areas short of doctors (M5)."""
    rows = (row for row in day_fees() if row["code"] in CHRONIC and row["omraade"] == OUTSIDE_SHORTAGE)
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def prevention_prices() -> dict[str, int]:
    """Give the price in øre of each service of the prevention agreement; a code of daytime is none of them."""
    daytime = {row["code"] for row in day_fees()}
    rows = (row for row in law.rows(FEES) if row["section"] == "profylakse" and row["code"] not in daytime)
    return {row["code"]: int(row["fee_oere"]) for row in rows}


def prevention_amounts(services: pd.DataFrame, citizens: pd.DataFrame, model: Mapping[str, Any]) -> list[int]:
    """Give each citizen's fees for prevention, in øre: at the fee table, or as they were paid."""
    return per_citizen(services, citizens, amounts(services, prevention_prices(), model))


def amounts(services: pd.DataFrame, prices: Mapping[str, int], model: Mapping[str, Any]) -> list[int]:
    """Give what each row counts for, in øre: quantity × table price, or the fee paid for the whole row."""
    if model["consumption.prices"] == "paid":
        rows = zip(services["service"], services["fee"], strict=True)
        return [half_even(fee) if code in prices and isinstance(fee, Fraction) else 0 for code, fee in rows]
    if model["consumption.home_visits"] == "standard":
        prices = {code: prices[STANDARD_VISIT if code in HOME_VISITS else code] for code in prices}
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
    """Scale chronic care by contacts' share of all services among citizens without chronic care."""
    without = citizens["months"] <= 0
    contacts = int(citizens.loc[without, "contacts"].sum())
    services = int(pd.Series(all_services, index=citizens.index, dtype=object)[without].sum())
    if services == 0:
        raise ReferenceError(ESTIMATION, "chronic_care = share: no services without chronic care")
    share = Fraction(contacts, services)
    pairs = zip(citizens["months"], citizens["chronic"], strict=True)
    return [half_even(amount * share) if months > 0 else 0 for months, amount in pairs]


def imputed(citizens: pd.DataFrame) -> list[int]:
    """Give citizens with chronic care the fee a day of their likes without it, for their own days."""
    likes = [daily_fees(citizens, keys) for keys in (list(TERMS), ["age_sex"], [])]
    return [
        citizen.fee if citizen.months <= 0 else half_even(citizen.exposure * first_known(citizen, likes))
        for citizen in citizens.itertuples()
    ]


def daily_fees(citizens: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], Fraction]:
    """Give the fee a day, by the keys, of the sample's citizens without chronic care."""
    rows = citizens[citizens["sample"] & (citizens["months"] <= 0)]
    fees: dict[tuple[str, ...], int] = defaultdict(int)
    days: dict[tuple[str, ...], int] = defaultdict(int)
    for citizen in rows.itertuples():
        alike = tuple(getattr(citizen, key) for key in keys)
        fees[alike] += citizen.fee
        days[alike] += citizen.exposure
    return {alike: Fraction(fees[alike], days[alike]) for alike in fees}


def first_known(citizen: Any, likes: list[dict[tuple[str, ...], Fraction]]) -> Fraction:
    """Give the daily fee of the nearest likes there are: all six terms, age and sex, everyone."""
    terms = tuple(getattr(citizen, term) for term in TERMS)
    for alike, known in zip((terms, terms[:1], ()), likes, strict=True):
        if alike in known:
            return known[alike]
    raise ReferenceError(ESTIMATION, "chronic_care = imputed: nobody without chronic care")
