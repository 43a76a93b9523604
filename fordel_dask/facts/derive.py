"""From the rows of one partition of the store to the facts of its citizens, in one pass."""

import datetime
import functools
from dataclasses import dataclass

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.facts.definition import (
    LOOKBACK_YEARS,
    FactRules,
    benefit_groups,
    conditions,
    contact_column,
    first_of_october,
    mark_column,
    months_column,
    weeks_column,
)
from fordel_dask.fees import schedule_in_force
from fordel_dask.kernels.enrolment import NOT_ENROLLED, clinic_on, exposure_days
from fordel_dask.kernels.events import count_services, mark_conditions, sum_paid, sum_priced, sum_weeks
from fordel_dask.schema.prepared import BENEFITS, DIAGNOSES, DIAGNOSIS_KINDS, ENROLMENT, POPULATION, SERVICES
from fordel_dask.store import Store

Facts = dict[str, NDArray[Any]]
EPOCH = datetime.date(1970, 1, 1)
CODES_OF_BENEFIT = 1000


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
        **_person_facts(store, partition, rules.year),
        **_benefit_facts(store, partition, citizens),
        **_diagnosis_facts(store, partition, rules.year, citizens),
        **services,
    }
    return facts, Counted(competing, missing)


def _enrolment_facts(store: Store, partition: int, year: int, citizens: int) -> tuple[Facts, int]:
    rows = store.read(ENROLMENT, partition)
    days = np.zeros(citizens, dtype=np.int32)
    clinic = np.full(citizens, NOT_ENROLLED, dtype=np.int32)
    status_day = day_number(datetime.date(year, 1, 1))
    fee_year = (day_number(datetime.date(year - 1, 1, 1)), status_day - 1)
    exposure_days(rows["citizen"], rows["group"], rows["first_day"], rows["last_day"], fee_year, days)
    spell = (rows["first_day"], rows["last_day"])
    competing = clinic_on(rows["citizen"], rows["group"], rows["clinic"], spell, status_day, clinic)
    return {"clinic": clinic, "exposure_days": days}, int(competing)


def _person_facts(store: Store, partition: int, year: int) -> Facts:
    persons = store.read(POPULATION, partition)
    return {
        "age": completed_years(persons.pop("birth_day"), year),
        **persons,
    }


def completed_years(birth_day: NDArray[np.int32], year: int) -> NDArray[np.int16]:
    """Give the completed years on 1 January ``year`` of persons born on days since 1970."""
    born = birth_day.astype("datetime64[D]")
    birth_year = born.astype("datetime64[Y]")
    on_new_year = born == birth_year.astype("datetime64[D]")
    not_yet = np.where(on_new_year, 0, 1)
    return np.asarray(year - 1970 - birth_year.astype(np.int64) - not_yet, dtype=np.int16)


def _benefit_facts(store: Store, partition: int, citizens: int) -> Facts:
    rows = store.read(BENEFITS, partition)
    group = np.full(CODES_OF_BENEFIT, -1, dtype=np.int8)
    for n, (first, last) in enumerate(benefit_groups().values()):
        group[first : last + 1] = n
    total = np.zeros((len(benefit_groups()), citizens), dtype=np.int16)
    sum_weeks(rows["citizen"], rows["code"], rows["weeks"], group, total)
    return {weeks_column(name): total[n] for n, name in enumerate(benefit_groups())}


@functools.lru_cache(maxsize=4)
def bits_of_codes(codes: tuple[str, ...]) -> NDArray[np.uint64]:
    """Give the condition bits of each ICD-10 code of the code book."""
    bits = np.zeros(len(codes) + 1, dtype=np.uint64)
    for condition in conditions():
        for n, code in enumerate(codes):
            if code.startswith(condition.prefixes):
                bits[n] |= np.uint64(1 << condition.bit)
    return bits


def _diagnosis_facts(store: Store, partition: int, year: int, citizens: int) -> Facts:
    rows = store.read(DIAGNOSES, partition)
    bits = bits_of_codes(store.codebooks["diagnosis"])[rows["code"]]
    windows = [day_number(datetime.date(year - years, 1, 1)) for years in (*LOOKBACK_YEARS, 0)]
    names = [mark_column(years, kind) for years in LOOKBACK_YEARS for kind in DIAGNOSIS_KINDS]
    marks = np.zeros((len(names), citizens), dtype=np.uint64)
    mark_conditions(rows["citizen"], bits, rows["kind"], rows["day"], np.array(windows, dtype=np.int32), marks)
    return {name: marks[n].view(np.int64) for n, name in enumerate(names)}


def _service_facts(store: Store, partition: int, rules: FactRules, citizens: int) -> tuple[Facts, int]:
    rows = store.read(SERVICES, partition)
    schedule = schedule_in_force(first_of_october(rules.year))
    counted = [*schedule.contacts, *schedule.chronic_months]
    codes = [code[2:] if code[:2] in rules.specialities else "" for code in store.codebooks["service"]]
    slot = np.array([counted.index(code) if code in counted else -1 for code in codes] or [-1], dtype=np.int16)
    price = np.array([schedule.others.get(code, 0) for code in codes] or [0], dtype=np.int64)
    kind = np.array(
        [0 if code in schedule.contacts else 1 if code in schedule.others else -1 for code in codes] or [-1],
        dtype=np.int8,
    )
    counts = np.zeros((len(counted), citizens), dtype=np.int32)
    others, contacts_paid, others_paid = (np.zeros(citizens, dtype=np.int64) for _ in range(3))
    count_services(rows["citizen"], rows["service"], rows["quantity"], slot, counts)
    sum_priced(rows["citizen"], rows["service"], rows["quantity"], price, others)
    missing = sum_paid(rows["citizen"], rows["service"], rows["paid_oere"], kind, (contacts_paid, others_paid))
    columns = [*map(contact_column, schedule.contacts), *map(months_column, schedule.chronic_months)]
    return {
        **{name: counts[n] for n, name in enumerate(columns)},
        "contacts_paid_oere": contacts_paid,
        "others_oere": others,
        "others_paid_oere": others_paid,
    }, int(missing)
