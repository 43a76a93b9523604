"""From the rows of one partition of the store to the facts of its citizens, in one pass."""

import datetime
import functools
from dataclasses import dataclass
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import ImpossibleValueError
from fordel_dask.facts.definition import (
    LOOKBACK_YEARS,
    MEDICINE_COLUMN,
    SHORTER,
    Category,
    Condition,
    FactRules,
    benefit_groups,
    contact_column,
    first_of_october,
    listed_conditions,
    mark_column,
    medicine_arms,
    months_column,
    nordic_column,
    nordic_index,
    weeks_column,
)
from fordel_dask.fees import schedule_in_force
from fordel_dask.kernels.enrolment import NOT_ENROLLED, clinic_on, exposure_days
from fordel_dask.kernels.events import (
    CONTACT,
    IGNORED,
    MONTHS,
    OTHER,
    PREVENTION,
    book_entry,
    count_services,
    mark_conditions,
    sum_weeks,
)
from fordel_dask.schema.prepared import BENEFITS, DIAGNOSES, DIAGNOSIS_KINDS, ENROLMENT, PRESCRIPTIONS, SERVICES
from fordel_dask.store import Store

Facts = dict[str, NDArray[Any]]
EPOCH = datetime.date(1970, 1, 1)
CODES_OF_BENEFIT = 1000
MONEY_ROWS = ("contacts_paid_oere", "others_paid_oere", "others_oere", "prevention_paid_oere", "prevention_oere")
"""What the kernel sums in each row of its money: fees paid by kind of service, and what the fee table says."""


@dataclass(frozen=True)
class Counted:
    """What was noticed on the way, for the manifest."""

    competing_spells: int = 0
    contacts_without_paid_fee: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.competing_spells + other.competing_spells,
            self.contacts_without_paid_fee + other.contacts_without_paid_fee,
        )


def day_number(date: datetime.date) -> int:
    """Give the days since 1 January 1970."""
    return (date - EPOCH).days


def facts_of_partition(store: Store, partition: int, rules: FactRules) -> tuple[Facts, Counted]:
    """Read one partition of every register and give the facts of its citizens.

    Source: model sections 2–4.
    """
    citizens = store.grid.size(partition)
    enrolment, competing = _enrolment_facts(store, partition, rules.year, citizens)
    services, missing = _service_facts(store, partition, rules, citizens)
    facts: Facts = {
        **enrolment,
        **_benefit_facts(store, partition, citizens),
        **_diagnosis_facts(store, partition, rules.year, citizens),
        **(_medicine_facts(store, partition, rules.year, citizens) if rules.medicine else {}),
        **services,
    }
    return facts, Counted(competing, missing)


def _enrolment_facts(store: Store, partition: int, year: int, citizens: int) -> tuple[Facts, int]:
    rows = store.read(ENROLMENT, partition)
    days = np.zeros(citizens, dtype=np.int32)
    fee_year = (day_number(datetime.date(year - 1, 1, 1)), day_number(datetime.date(year, 1, 1)) - 1)
    exposure_days(rows["citizen"], rows["group"], rows["first_day"], rows["last_day"], fee_year, days)
    clinic, competing = clinics_at(rows, datetime.date(year, 1, 1), citizens)
    group_2 = _in_group_2(rows, day_number(datetime.date(year, 1, 1)), clinic)
    return {"clinic": clinic, "exposure_days": days, "group_2": group_2}, competing


def clinics_at(enrolment: Facts, day: datetime.date, citizens: int) -> tuple[NDArray[np.int32], int]:
    """Give the clinic of every citizen of a partition on a day, and how many spells lost to another.

    ``enrolment`` are the rows of the partition. A clinic is a position in the code book; −1 blank, −2 not group 1.
    """
    clinic = np.full(citizens, NOT_ENROLLED, dtype=np.int32)
    spell = (enrolment["first_day"], enrolment["last_day"])
    lost = clinic_on(enrolment["citizen"], enrolment["group"], enrolment["clinic"], spell, day_number(day), clinic)
    return clinic, int(lost)


def _in_group_2(enrolment: Facts, day: int, clinic: NDArray[np.int32]) -> NDArray[np.int8]:
    """Give 1 for citizens whom a spell of group 2, and none of group 1, covers on a day (V59)."""
    rows = np.flatnonzero(enrolment["group"] == 2)
    covers = (enrolment["first_day"][rows] <= day) & (day <= enrolment["last_day"][rows])
    citizen = enrolment["citizen"][rows[covers]]
    found = np.zeros(clinic.size, dtype=np.int8)
    found[citizen[clinic[citizen] == NOT_ENROLLED]] = 1
    return found


def _benefit_facts(store: Store, partition: int, citizens: int) -> Facts:
    rows = store.read(BENEFITS, partition)
    group = np.full(CODES_OF_BENEFIT, -1, dtype=np.int8)
    for n, (first, last) in enumerate(benefit_groups().values()):
        group[first : last + 1] = n
    total = np.zeros((len(benefit_groups()), citizens), dtype=np.int8)
    sum_weeks(rows["citizen"], rows["code"], rows["weeks"], group, total)
    return {weeks_column(name): total[n] for n, name in enumerate(benefit_groups())}


@functools.lru_cache(maxsize=8)
def bits_of_codes(codes: tuple[str, ...], listed: tuple[Condition | Category, ...]) -> NDArray[np.uint64]:
    """Give the bits of each ICD-10 code of the code book: of all in a list that it is a diagnosis of."""
    of_prefix: dict[str, int] = {}
    for one in listed:
        for prefix in one.prefixes:
            of_prefix[prefix] = of_prefix.get(prefix, 0) | 1 << one.bit
    beginnings = ((code[:length] for length in range(1, len(code) + 1)) for code in codes)
    bits = (functools.reduce(or_, (of_prefix.get(one, 0) for one in those), 0) for those in beginnings)
    return np.fromiter((*bits, 0), dtype=np.uint64)


def _diagnosis_facts(store: Store, partition: int, year: int, citizens: int) -> Facts:
    rows, codes = store.read(DIAGNOSES, partition), store.codebooks["diagnosis"]
    lists = bits_of_codes(codes, listed_conditions()), bits_of_codes(codes, nordic_index())
    starts = tuple(day_number(datetime.date(year - years, 1, 1)) for years in LOOKBACK_YEARS)
    status_day = day_number(datetime.date(year, 1, 1))
    marks = np.zeros((len(LOOKBACK_YEARS) + 1, len(DIAGNOSIS_KINDS), citizens), dtype=np.uint64)
    diagnosis = (rows["code"], rows["kind"], rows["day"])
    mark_conditions(rows["citizen"], diagnosis, lists, (starts, status_day), marks.reshape(-1, citizens))
    *of_windows, nordic = marks.view(np.int64)
    within = dict(zip(LOOKBACK_YEARS, of_windows, strict=True))
    for years, shorter in SHORTER.items():  # longest first: a shorter one is whole while it is taken away
        within[years] ^= within[shorter]
    marked = {mark_column(y, k): within[y][n] for y in LOOKBACK_YEARS for n, k in enumerate(DIAGNOSIS_KINDS)}
    return {**marked, **{nordic_column(kind): nordic[n] for n, kind in enumerate(DIAGNOSIS_KINDS)}}


@functools.lru_cache(maxsize=4)
def arms_of_codes(codes: tuple[str, ...]) -> NDArray[np.int8]:
    """Give the medicine arms that each ATC code of the code book counts for, filled up with a spare one."""
    arms = medicine_arms()
    found = [[arm for arm, (_, it) in enumerate(arms) if code.startswith(it.prefixes)] for code in codes]
    most = max(map(len, found), default=0)
    filled = [[*mine, *[len(arms)] * (most - len(mine))] for mine in found]
    return np.array(filled, dtype=np.int8).reshape(len(codes), most)


def _medicine_facts(store: Store, partition: int, year: int, citizens: int) -> Facts:
    rows = store.read(PRESCRIPTIONS, partition)
    arms, status_day = medicine_arms(), day_number(datetime.date(year, 1, 1))
    first_days = np.array([*(status_day - it.window_days for _, it in arms), status_day], dtype=np.int32)
    dispensing = (rows["code"], rows["day"], rows["packages"])
    arms_of_code = arms_of_codes(store.codebooks["medicine"])
    counts = count_dispensings(rows["citizen"], dispensing, arms_of_code, (first_days, status_day), citizens)
    shown = np.zeros(citizens, dtype=np.uint64)
    for arm, (condition, medicine) in enumerate(arms):
        shown |= (counts[:, arm] >= medicine.dispensings).astype(np.uint64) << np.uint64(condition.bit)
    return {MEDICINE_COLUMN: shown.view(np.int64)}


def count_dispensings(
    citizen: NDArray[np.int32],
    dispensing: tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]],
    arms: NDArray[np.int8],
    window: tuple[NDArray[np.int32], int],
    citizens: int,
) -> NDArray[np.int32]:
    """Give dispensings less returns, shape (citizens, arms).

    ``dispensing`` is code, day and packages of each row; ``arms[code]`` the medicine arms of each code, filled up
    with a spare one; ``window`` the first day of each arm, and the day on which all windows end (on which that of
    the spare one begins). A row with packages below 0 is a return; one with 0 is neither.
    """
    code, day, packages = dispensing
    first_days, end = window
    counts = np.zeros((citizens, first_days.size), dtype=np.int32)
    for arm_of_code in arms.T:
        arm = arm_of_code[code]
        inside = np.flatnonzero((first_days[arm] <= day) & (day < end))
        place = citizen[inside].astype(np.int64) * first_days.size + arm[inside]
        np.add.at(counts.reshape(-1), place, np.sign(packages[inside]))
    return counts[:, :-1]


def _service_facts(store: Store, partition: int, rules: FactRules, citizens: int) -> tuple[Facts, int]:
    rows = store.read(SERVICES, partition, ("citizen", "service", "quantity", "paid_oere"))
    schedule = schedule_in_force(first_of_october(rules.year))
    columns = [*map(contact_column, schedule.contacts), *map(months_column, schedule.chronic_months)]
    counts = np.zeros((len(columns) + 1, citizens), dtype=np.int16)
    money = np.zeros((len(MONEY_ROWS), citizens), dtype=np.int64)
    book = service_book(store.codebooks["service"], rules)
    row = (rows["service"], rows["quantity"], rows["paid_oere"])
    overflows, missing = count_services(rows["citizen"], row, book, counts, money)
    facts = dict(zip(MONEY_ROWS, money, strict=True))
    if overflows or any(np.abs(oere).max(initial=0) > np.iinfo(np.int32).max for oere in facts.values()):
        raise ImpossibleValueError(
            f"services: a citizen has more than {np.iinfo(np.int16).max:,} services of one code, or more than "
            f"{np.iinfo(np.int32).max // 100:,} kroner, in the year (partition {partition}). Check YDLANT and the "
            f"unit of BRUHON."
        )
    return {**facts, **{name: counts[n] for n, name in enumerate(columns)}}, int(missing)


@functools.lru_cache(maxsize=4)
def service_book(codes: tuple[str, ...], rules: FactRules) -> NDArray[np.int64]:
    """Give the entry of each service of the code book: what kind it is, where it is counted, what it costs."""
    schedule = schedule_in_force(first_of_october(rules.year))
    counted = {code: n for n, code in enumerate((*schedule.contacts, *schedule.chronic_months))}
    kinds = {
        **dict.fromkeys(schedule.contacts, CONTACT),
        **dict.fromkeys(schedule.others, OTHER),
        **dict.fromkeys(schedule.prevention, PREVENTION),
        **dict.fromkeys(schedule.chronic_months, MONTHS),
    }
    prices = {**schedule.others, **schedule.prevention}
    accepted = [code[2:] if code[:2] in rules.specialities else "" for code in (*codes, "")]
    entries = [
        book_entry(kinds.get(code, IGNORED), counted.get(code, len(counted)), prices.get(code, 0)) for code in accepted
    ]
    return np.array(entries, dtype=np.int64)
