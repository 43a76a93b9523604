"""Kernels that price services by the fee table: the year of a partition as a store knows it, week by week."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import Rng, few_often, read_only, rows_of_citizens
from fordel_dask.kernels import pricing

SERVICES, WEEKS, WITH_DOSES = 65, 54, (40, 41)
NOBODY = (np.zeros(0, np.int32), np.zeros(0, np.int8))
NO_MINUTES, NO_AMOUNTS = np.zeros(0, np.int16), np.zeros(0, np.int32)
MISSING = np.iinfo(np.int64).min


def book_of(rng: Rng) -> tuple[Any, ...]:
    """Give entries, rules, sections and clock of 65 services, of which 12 are of other specialities."""
    entries = rng.integers(1_500, 60_000, (2, pricing.SECTIONS, pricing.AREAS, SERVICES))
    entries[..., -12:] = -1
    entries[:, :, 2, 20:23] = -8
    rules = np.zeros((SERVICES, pricing.RULE_FIELDS), np.int64)
    rules[:, pricing.NEEDED] = 1 + 2 * rng.integers(0, 2, SERVICES)
    rules[:, pricing.CODE] = np.arange(SERVICES)
    rules[WITH_DOSES, pricing.DOSES] = 3
    rules[WITH_DOSES, pricing.CHECKS] = pricing.CHECK_DOSES
    untimed = np.zeros(SERVICES, np.int64)
    untimed[50:53] = pricing.DUTY_UNTIMED
    return entries.ravel(), rules, untimed, np.zeros(96, np.int64), 0


def rows_and_book(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give citizen, service, quantity; week; area of each row; what weeks are priced at; and the price book."""
    citizen = rows_of_citizens(rng, citizens, 15.6, 147.6)
    rows = citizen.size
    service = few_often(rng, SERVICES, rows).astype(np.int16)
    quantity = rng.choice(np.array([1, 2, -1], np.int32), rows, p=(0.977, 0.019, 0.004))
    week = rng.integers(1, WEEKS, rows).astype(np.int8)
    area = rng.choice(np.array([0, 1, 2], np.int8), citizens, p=(0.85, 0.14, 0.01))[citizen]
    periods = (np.ones(WEEKS, np.int64), np.full(WEEKS, -1), np.arange(WEEKS) * 7 + 20_089)
    return read_only(citizen, service, quantity), *read_only(week), area, periods, book_of(rng)


def room(rows: int) -> tuple[Any, ...]:
    return np.empty(rows, np.uint8), np.empty(rows, np.uint8), np.empty(rows, np.int64)


def price(run: As, rows: Any, week: Any, area: Any, periods: Any, book: Any) -> Any:
    results = room(week.size)
    facts = (week, NO_MINUTES, NO_AMOUNTS, NO_AMOUNTS)
    run(pricing.price_rows)(rows, facts, periods, (area, *NOBODY), book, results)
    return results


def numpy_price(rows: Any, week: Any, area: Any, periods: Any, book: Any) -> Any:
    """Look every row's entry up, multiply, and count the doses of those citizens that have any."""
    citizen, service, quantity = rows
    entries, rules, untimed, _, given = book
    version = periods[0].astype(np.int8)[week]
    section = untimed[service]
    entry = entries[((version * pricing.SECTIONS + section) * pricing.AREAS + area) * SERVICES + service]
    outcome = np.where(entry < 0, -entry, 0).astype(np.uint8)
    for limited in WITH_DOSES:
        own = np.flatnonzero(service == limited)
        doses = np.bincount(citizen[own], weights=quantity[own])
        outcome[own[(doses[citizen[own]] > rules[limited, pricing.DOSES]) & (outcome[own] == 0)]] = (
            pricing.TOO_MANY_DOSES
        )
    is_priced = outcome == 0
    unknown = (rules[:, pricing.NEEDED] & ~given).astype(np.uint8)[service] * is_priced
    return outcome, unknown, entry * quantity * is_priced


def pandas_price(rows: Any, week: Any, area: Any, periods: Any, book: Any) -> Any:
    citizen, service, quantity = rows
    entries, rules, untimed, _, given = book
    table = pd.DataFrame({"citizen": citizen, "service": service, "quantity": quantity, "week": week, "area": area})
    of_week = pd.Series(periods[0])
    place = (table["week"].map(of_week) * pricing.SECTIONS + table["service"].map(pd.Series(untimed))) * pricing.AREAS
    entry = pd.Series(entries).reindex((place + table["area"]) * SERVICES + table["service"]).to_numpy()
    outcome = np.where(entry < 0, -entry, 0)
    doses = table[table["service"].isin(WITH_DOSES)]
    many = doses.groupby(["citizen", "service"])["quantity"].transform("sum") > 3
    refused = many.index[many]
    outcome[refused] = np.where(outcome[refused] == 0, pricing.TOO_MANY_DOSES, outcome[refused])
    is_priced = outcome == 0
    unknown = table["service"].map(pd.Series(rules[:, pricing.NEEDED] & ~given)).to_numpy() * is_priced
    return outcome.astype(np.uint8), unknown.astype(np.uint8), entry * quantity * is_priced


def priced_rows(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give service, quantity and fee paid, and what pricing gave of each row."""
    rows, week, area, periods, book = rows_and_book(citizens, rng)
    results = price(lambda kernel: kernel, rows, week, area, periods, book)
    paid = results[2] + np.where(rng.random(week.size) < 0.01, 100, 0)
    paid[rng.random(week.size) < 0.001] = MISSING
    return (*rows[1:], *read_only(paid)), results


def tally(run: As, rows: Any, results: Any) -> Any:
    sums = np.zeros((SERVICES, pricing.LINES), np.int64)
    run(pricing.tally_priced)(rows, results, sums)
    return sums


def summed(key: Any, values: Any, size: int) -> Any:
    """Add whole numbers up by key; bincount adds in floats, exact below 2⁵³."""
    return np.bincount(key, weights=values, minlength=size).astype(np.int64)


def numpy_tally(rows: Any, results: Any) -> Any:
    service, quantity, paid = rows
    outcome, unknown, fee = results
    sums = np.zeros((SERVICES, pricing.LINES), np.int64)
    key, cells = service.astype(np.int64) * pricing.OUTCOMES + outcome, SERVICES * pricing.OUTCOMES
    told = paid != MISSING
    for place, values in enumerate((np.ones_like(quantity), quantity, np.where(told, paid, 0))):
        sums[:, place : 3 * pricing.OUTCOMES : 3] = summed(key, values, cells).reshape(SERVICES, -1)
    is_priced, both = outcome == 0, (outcome == 0) & told
    own, difference = service[both], fee[both] - paid[both]
    sums[:, pricing.PRICED_OERE] = summed(service[is_priced], fee[is_priced], SERVICES)
    lines = (np.ones(own.size), paid[both], fee[both], difference != 0, np.abs(difference))
    for line, values in enumerate(lines, pricing.COMPARED):
        sums[:, line] = summed(own, values, SERVICES)
    sums[:, pricing.UNPAID] = np.bincount(service[is_priced & ~told], minlength=SERVICES)
    for bit in range(pricing.UNKNOWNS):
        noted = service[(unknown >> bit & 1 == 1) & is_priced]
        sums[:, pricing.FIRST_UNKNOWN + bit] = np.bincount(noted, minlength=SERVICES)
    return sums


SINGLE = (
    Comparison("price_rows", (pricing.price_rows,), rows_and_book, price, numpy_price, pandas_price),
    Comparison("tally_priced", (pricing.tally_priced,), priced_rows, tally, numpy_tally),
)
TASKS: tuple[Comparison, ...] = ()
