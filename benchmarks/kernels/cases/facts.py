"""Kernels that make the facts of a partition: spells, services, diagnoses, benefits."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import FEE_YEAR, STATUS_DAY, Rng, few_often, read_only, rows_of_citizens, spells
from fordel_dask.kernels import enrolment, events
from fordel_dask.kernels.enrolment import NOT_ENROLLED
from fordel_dask.kernels.events import CONTACT, IGNORED, MONTHS, OTHER, PREVENTION, book_entry

SERVICES, SLOTS = 65, 23
DIAGNOSES, DIAGNOSIS_KINDS = 3_320, 3
LISTS = ((60, 0.2), (29, 0.68))
"""What diagnoses are marked for, in every window and in the shortest: how many bits, what share of codes has none."""

WINDOWS = ((STATUS_DAY - 36_525, STATUS_DAY - 5479, STATUS_DAY - 3652, STATUS_DAY - 1826), STATUS_DAY)
BENEFIT_GROUPS, BENEFIT_CODES = 19, 1_000
MISSING = np.iinfo(np.int64).min


def spells_and_citizens(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return spells(rng, citizens), citizens


def exposure(run: As, spells_of: Any, citizens: int) -> Any:
    citizen, group, _clinic, first, last = spells_of
    days = np.zeros(citizens, np.int32)
    run(enrolment.exposure_days)(citizen, group, first, last, FEE_YEAR, days)
    return days


def numpy_exposure(spells_of: Any, citizens: int) -> Any:
    """Clip spells to the year, and let each begin after all that came before: a running maximum by citizen."""
    citizen, group, _clinic, first, last = spells_of
    start, end = FEE_YEAR
    who = group == 1
    citizen = citizen[who].astype(np.int64)
    last = np.clip(last[who], start - 1, end)
    reached = np.maximum.accumulate((citizen << 32) + last)
    before = np.full(citizen.size, start - 1)
    same = citizen[1:] == citizen[:-1]
    before[1:][same] = reached[:-1][same] & 0xFFFFFFFF
    days = np.maximum(last - np.maximum(first[who], before + 1) + 1, 0)
    return np.bincount(citizen, weights=days, minlength=citizens).astype(np.int32)


def pandas_exposure(spells_of: Any, citizens: int) -> Any:
    citizen, group, _clinic, first, last = spells_of
    start, end = FEE_YEAR
    rows = pd.DataFrame({"citizen": citizen, "group": group, "first": first, "last": last}, copy=False)
    rows = rows[rows["group"] == 1]
    rows = rows.assign(last=rows["last"].clip(start - 1, end), first=rows["first"].clip(lower=start))
    reached = rows.groupby("citizen")["last"].cummax().groupby(rows["citizen"]).shift(fill_value=start - 1)
    days = (rows["last"] - np.maximum(rows["first"], reached + 1) + 1).clip(lower=0)
    total = days.groupby(rows["citizen"]).sum()
    return total.reindex(range(citizens), fill_value=0).to_numpy(np.int32)


def clinics(run: As, spells_of: Any, citizens: int) -> Any:
    citizen, group, clinic, first, last = spells_of
    result = np.full(citizens, NOT_ENROLLED, np.int32)
    return result, run(enrolment.clinic_on)(citizen, group, clinic, (first, last), STATUS_DAY, result)


def numpy_clinics(spells_of: Any, citizens: int) -> Any:
    """Of rows that cover the day the last one written stays; only those of one citizen have to be sorted."""
    citizen, group, clinic, first, last = spells_of
    rows = np.flatnonzero((group == 1) & (first <= STATUS_DAY) & (last >= STATUS_DAY))
    who = citizen[rows]
    competing = np.zeros(rows.size, np.bool_)
    competing[1:] = who[1:] == who[:-1]
    lost = np.count_nonzero(competing)
    competing[:-1] |= competing[1:]
    result = np.full(citizens, NOT_ENROLLED, np.int32)
    result[who] = clinic[rows]
    several = rows[competing]
    several = several[np.lexsort((clinic[several], first[several]))]
    result[citizen[several]] = clinic[several]
    return result, lost


def pandas_clinics(spells_of: Any, citizens: int) -> Any:
    citizen, group, clinic, first, last = spells_of
    columns = {"citizen": citizen, "group": group, "clinic": clinic, "first": first, "last": last}
    rows = pd.DataFrame(columns, copy=False)
    rows = rows[(rows["group"] == 1) & (rows["first"] <= STATUS_DAY) & (rows["last"] >= STATUS_DAY)]
    best = rows.sort_values(["citizen", "first", "clinic"]).drop_duplicates("citizen", keep="last")
    result = best.set_index("citizen")["clinic"].reindex(range(citizens), fill_value=NOT_ENROLLED)
    return result.to_numpy(np.int32), len(rows) - len(best)


def services(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give citizen, (service, quantity, fee paid), book and citizens: 15.6 rows a citizen."""
    citizen = rows_of_citizens(rng, citizens, 15.6, 147.6)
    rows = citizen.size
    service = few_often(rng, SERVICES, rows).astype(np.int16)
    quantity = rng.choice(np.array([1, 2, -1], np.int32), rows, p=(0.977, 0.019, 0.004))
    paid = np.rint(np.exp(rng.normal(9.3, 0.9, rows))).astype(np.int64) * quantity
    paid[rng.random(rows) < 0.001] = MISSING
    kinds = [*[CONTACT, OTHER, OTHER] * 19, *[MONTHS] * 3, *[PREVENTION] * 3, *[IGNORED] * 2]
    book, slot = [], 0
    for kind in kinds:
        own = kind in (CONTACT, MONTHS)
        book.append(book_entry(kind, slot if own else SLOTS - 1, 0 if own else int(rng.integers(2_000, 20_000))))
        slot += own
    return (*read_only(citizen), read_only(service, quantity, paid), np.array(book), citizens)


def count_services(run: As, citizen: Any, row: Any, book: Any, citizens: int) -> Any:
    counts, money = np.zeros((SLOTS, citizens), np.int16), np.zeros((5, citizens), np.int64)
    return counts, money, *run(events.count_services)(citizen, row, book, counts, money)


def numpy_services(citizen: Any, row: Any, book: Any, citizens: int) -> Any:
    """Count by bincount, and add money up along the rows of each citizen, which lie together."""
    service, quantity, paid = row
    kind = (book & 7).astype(np.int8)[service]
    rows = np.flatnonzero(kind != IGNORED)
    citizen, service, quantity, paid, kind = citizen[rows], service[rows], quantity[rows], paid[rows], kind[rows]
    place = ((book >> 3) & 0x1FFF)[service] * citizens + citizen
    counts = np.bincount(place, weights=quantity * (kind != PREVENTION), minlength=SLOTS * citizens)
    overflows = np.count_nonzero(np.abs(counts) > np.iinfo(np.int16).max)
    none = paid == MISSING
    missing = np.count_nonzero(none & (kind < PREVENTION))
    fee = np.where(none, 0, paid)
    begins = np.flatnonzero(np.diff(citizen, prepend=-1))
    priced, prevents = (book >> 16)[service] * quantity, kind == PREVENTION
    paid_for = (fee * (kind == CONTACT), fee * (kind == OTHER), fee * prevents)
    money = np.zeros((5, citizens), np.int64)
    for line, amounts in enumerate((*paid_for[:2], priced * ~prevents, paid_for[2], priced * prevents)):
        money[line, citizen[begins]] = np.add.reduceat(amounts, begins) if begins.size else 0
    return counts.astype(np.int16).reshape(SLOTS, citizens), money, overflows, missing


def pandas_services(citizen: Any, row: Any, book: Any, citizens: int) -> Any:
    service, quantity, paid = row
    rows = pd.DataFrame({"citizen": citizen, "service": service, "quantity": quantity, "paid": paid}, copy=False)
    codes = pd.DataFrame({"kind": book & 7, "slot": book >> 3 & 0x1FFF, "price": book >> 16})
    rows = rows.join(codes, on="service")
    rows = rows[rows["kind"] != IGNORED]
    none = rows["paid"] == MISSING
    fee, priced, prevents = rows["paid"].where(~none, 0), rows["price"] * rows["quantity"], rows["kind"] == PREVENTION
    amounts = pd.DataFrame(
        {
            "citizen": rows["citizen"],
            "contacts": fee.where(rows["kind"] == CONTACT, 0),
            "others": fee.where(rows["kind"] == OTHER, 0),
            "priced": priced.where(~prevents, 0),
            "prevention": fee.where(prevents, 0),
            "prevention_priced": priced.where(prevents, 0),
        }
    )
    money = amounts.groupby("citizen", sort=False).sum().reindex(range(citizens), fill_value=0)
    by_slot = rows[~prevents].groupby(["slot", "citizen"], sort=False)["quantity"].sum()
    counts = np.zeros((SLOTS, citizens), np.int64)
    counts[by_slot.index.get_level_values(0), by_slot.index.get_level_values(1)] = by_slot.to_numpy()
    overflows = int((np.abs(counts) > np.iinfo(np.int16).max).sum())
    missing = int((none & (rows["kind"] < PREVENTION)).sum())
    return counts.astype(np.int16), np.ascontiguousarray(money.to_numpy().T), overflows, missing


def diagnoses(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give citizen, (code, kind, day), bits of each code in two lists, and citizens: 8.3 rows a citizen."""
    citizen = rows_of_citizens(rng, citizens, 8.3, 160.0)
    rows = citizen.size
    code = few_often(rng, DIAGNOSES, rows).astype(np.int32)
    kind = rng.choice(np.arange(DIAGNOSIS_KINDS, dtype=np.int8), rows, p=(0.66, 0.29, 0.05))
    day = rng.integers(STATUS_DAY - 6_100, STATUS_DAY + 20, rows).astype(np.int32)
    lists = tuple(some_bits(rng, size, without) for size, without in LISTS)
    return (*read_only(citizen), read_only(code, kind, day), lists, citizens)


def some_bits(rng: Rng, size: int, without: float) -> Any:
    """Give one bit of so many to each code, none to a share of them."""
    bits = np.left_shift(np.uint64(1), rng.integers(0, size, DIAGNOSES).astype(np.uint64))
    bits[rng.random(DIAGNOSES) < without] = 0
    return bits


def mark(run: As, citizen: Any, diagnosis: Any, lists: Any, citizens: int) -> Any:
    marks = np.zeros((3 * len(WINDOWS[0]) + 3, citizens), np.uint64)
    run(events.mark_conditions)(citizen, diagnosis, lists, WINDOWS, marks)
    return marks


def numpy_mark(citizen: Any, diagnosis: Any, lists: Any, citizens: int) -> Any:
    """Take window and kind one by one: the rows of a citizen still lie together, and reduceat needs no sort."""
    code, kind, day = diagnosis
    (starts, end), (conditions, nordic) = WINDOWS, (bits[code] for bits in lists)
    marks = np.zeros((3 * len(starts) + 3, citizens), np.uint64)
    for window, (start, bits) in enumerate([*((start, conditions) for start in starts), (starts[-1], nordic)]):
        inside = (bits != 0) & (day < end) & (day >= start)
        for line in range(DIAGNOSIS_KINDS):
            rows = np.flatnonzero(inside & (kind == line))
            if rows.size:
                who = citizen[rows]
                begins = np.flatnonzero(np.diff(who, prepend=-1))
                marks[3 * window + line, who[begins]] = np.bitwise_or.reduceat(bits[rows], begins)
    return marks


def benefits(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give citizen, code, weeks, group of each code, and citizens: two of five citizens have a row."""
    citizen = rows_of_citizens(rng, citizens, 0.39, 0.42)
    rows = citizen.size
    code = (few_often(rng, 18, rows) * 50 + 111).astype(np.int16)
    weeks = rng.choice(np.array([52, 12, 1], np.int8), rows, p=(0.75, 0.15, 0.1))
    group = rng.integers(-1, BENEFIT_GROUPS, BENEFIT_CODES).astype(np.int8)
    return (*read_only(citizen, code, weeks), group, citizens)


def weeks(run: As, citizen: Any, code: Any, many: Any, group: Any, citizens: int) -> Any:
    total = np.zeros((BENEFIT_GROUPS, citizens), np.int8)
    run(events.sum_weeks)(citizen, code, many, group, total)
    return total


def numpy_weeks(citizen: Any, code: Any, many: Any, group: Any, citizens: int) -> Any:
    mine = group[code]
    counted = np.flatnonzero(mine >= 0)
    total = np.zeros((BENEFIT_GROUPS, citizens), np.int8)
    np.add.at(total.reshape(-1), mine[counted].astype(np.int64) * citizens + citizen[counted], many[counted])
    return total


def pandas_weeks(citizen: Any, code: Any, many: Any, group: Any, citizens: int) -> Any:
    rows = pd.DataFrame({"group": group[code], "citizen": citizen, "weeks": many}, copy=False)
    found = rows[rows["group"] >= 0].groupby(["group", "citizen"], sort=False)["weeks"].sum()
    total = np.zeros((BENEFIT_GROUPS, citizens), np.int8)
    total[found.index.get_level_values(0), found.index.get_level_values(1)] = found.to_numpy()
    return total


def partition(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return (
        services(citizens, rng),
        diagnoses(citizens, rng),
        benefits(citizens, rng),
        spells_and_citizens(citizens, rng),
    )


def facts(run: As, of_services: Any, of_diagnoses: Any, of_benefits: Any, of_spells: Any) -> Any:
    return (
        *count_services(run, *of_services),
        mark(run, *of_diagnoses),
        weeks(run, *of_benefits),
        exposure(run, *of_spells),
        *clinics(run, *of_spells),
    )


def numpy_facts(of_services: Any, of_diagnoses: Any, of_benefits: Any, of_spells: Any) -> Any:
    return (
        *numpy_services(*of_services),
        numpy_mark(*of_diagnoses),
        numpy_weeks(*of_benefits),
        numpy_exposure(*of_spells),
        *numpy_clinics(*of_spells),
    )


SINGLE = (
    Comparison(
        "exposure_days", (enrolment.exposure_days,), spells_and_citizens, exposure, numpy_exposure, pandas_exposure
    ),
    Comparison("clinic_on", (enrolment.clinic_on,), spells_and_citizens, clinics, numpy_clinics, pandas_clinics),
    Comparison("count_services", (events.count_services,), services, count_services, numpy_services, pandas_services),
    Comparison("mark_conditions", (events.mark_conditions,), diagnoses, mark, numpy_mark),
    Comparison("sum_weeks", (events.sum_weeks,), benefits, weeks, numpy_weeks, pandas_weeks),
)
TASKS = (
    Comparison(
        "facts of a partition",
        tuple(kernel for one in SINGLE for kernel in one.kernels),
        partition,
        facts,
        numpy_facts,
    ),
)
