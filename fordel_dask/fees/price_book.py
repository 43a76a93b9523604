"""The fee tables laid out for pricing rows by the million: what every service costs, whenever and wherever it is given.

Whatever depends on service, section of the table, area and period alone is decided here, once, not in every row.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fordel_dask.fees.clock import (
    DAY_KINDS,
    DAY_TIME,
    DUTY_A,
    DUTY_B,
    HOURS_A_DAY,
    kind_of_day,
    sections_by_hour,
)
from fordel_dask.fees.fee_table import FeeTable
from fordel_dask.fees.outcomes import Outcome, Unknown
from fordel_dask.fees.service_rules import DAY_WITHOUT_TIME, KM, MODULES, PLAIN, UNITS, ServiceRule, ServiceRules
from fordel_dask.privacy import redacted

Longs = NDArray[np.int64]
COMMON_DUTY, PREVENTION = "vagttid_faelles", "profylakse"
OUTSIDE, INSIDE, UNKNOWN_AREA = range(3)
AREA_NAMES = ("uden_for_laegedaekningstruet", "i_laegedaekningstruet")
SECTIONS = (DAY_TIME, DUTY_A, DUTY_B)
DAY, A, B, NIGHT, DUTY_UNTIMED = range(5)
PLACES_OF_SECTION = {DAY_TIME: (DAY_TIME,), DUTY_A: (DUTY_A, COMMON_DUTY), DUTY_B: (DUTY_B, COMMON_DUTY)}
SPECIALITY_DIGITS = 2
NO_BOUND = 1 << 40
EPOCH = datetime.date(1970, 1, 1)
EARLIEST = -(1 << 31)


@redacted
@dataclass(frozen=True)
class PriceBook:
    """Arrays for the kernel, by the services of a code book.

    ``entries`` (versions + 1, 5 sections, 3 areas, services): a fee in øre, or −outcome; version 0 is none in force.
    ``rules`` (services, 16), ``untimed`` section of each service without time, ``clock`` (4 kinds of day × 24 hours).
    """

    services: tuple[str, ...]
    tables: tuple[FeeTable, ...]
    always: bool
    entries: Longs
    rules: Longs
    untimed: Longs
    clock: Longs

    def version_on(self, day: datetime.date) -> int:
        """Give the number of the table that prices a day, 0 for none; a table asked for prices every day."""
        if self.always:
            return 1
        return next((n for n, table in enumerate(self.tables, 1) if table.holds_on(day)), 0)

    def period_of(self, day: datetime.date, dated: bool) -> tuple[int, int, int]:
        """Give version, kind of day (−1 where only the week is known) and day since 1970 of a period."""
        kind = DAY_KINDS.index(kind_of_day(day)) if dated else -1
        return self.version_on(day), kind, (day - EPOCH).days


def price_book(
    services: Sequence[str], known: Sequence[FeeTable], rules: ServiceRules, only: FeeTable | None = None
) -> PriceBook:
    """Lay out fee tables for the services of a code book (speciality and number, six digits).

    ``known`` are all tables; with ``only`` every row is priced at that one, whatever its day.
    """
    tables = (only,) if only is not None else tuple(known)
    codes = {service[SPECIALITY_DIGITS:] for service in services}
    known_codes = {fee.code for table in known for fee in table.fees}
    versions = [_no_table(codes, known_codes), *(_table_entries(table, codes, known_codes) for table in tables)]
    entries = [_by_service(version, services, rules) for version in versions]
    return PriceBook(
        services=tuple(services),
        tables=tables,
        always=only is not None,
        entries=np.array(entries, np.int64),
        rules=np.array([_rule_row(service, tables, rules) for service in services], np.int64).reshape(-1, 16),
        untimed=np.array([_untimed(service, rules) for service in services], np.int64),
        clock=_clock(),
    )


Entries = Mapping[str, NDArray[np.int64]]
"""By number of the service: fees or −outcomes (5 sections, 3 areas)."""


def _no_table(codes: set[str], known: set[str]) -> Entries:
    return {c: _all(Outcome.NO_TABLE_IN_FORCE if c in known else Outcome.UNKNOWN_CODE) for c in codes}


def _all(outcome: Outcome) -> Longs:
    return np.full((5, 3), -outcome, np.int64)


def _by_service(entries: Entries, services: Sequence[str], rules: ServiceRules) -> Longs:
    """Give the entries of a version by section, area and service; other specialities have none."""
    of_service = [
        entries[service[SPECIALITY_DIGITS:]]
        if service[:SPECIALITY_DIGITS] in rules.without_time
        else _all(Outcome.NOT_GENERAL_PRACTICE)
        for service in services
    ]
    return np.moveaxis(np.array(of_service, np.int64).reshape(-1, 5, 3), 0, -1)


def _table_entries(table: FeeTable, codes: set[str], known: set[str]) -> Entries:
    own = {fee.code for fee in table.fees}
    outside = {c: Outcome.CODE_OUTSIDE_VALIDITY if c in known else Outcome.UNKNOWN_CODE for c in codes - own}
    return {c: _entries_of(table, c) if c in own else _all(outside[c]) for c in codes}


def _entries_of(table: FeeTable, code: str) -> Longs:
    found = np.empty((5, 3), np.int64)
    for area in (OUTSIDE, INSIDE, UNKNOWN_AREA):
        timed = [entry_of(table, code, section, area) for section in SECTIONS]
        found[:DUTY_UNTIMED, area] = [*timed, _night(table, code)]
        found[DUTY_UNTIMED, area] = timed[A] if timed[A] == timed[B] else -Outcome.DUTY_WITHOUT_TIME
    return found


def _night(table: FeeTable, code: str) -> int:
    """Give the entry from 00 to 08: prevention knows no hours, all else has no line in the table."""
    fee = table.by_key.get((PREVENTION, code, ""))
    return fee.amount_oere if fee else -Outcome.NO_RATE_AT_NIGHT


def entry_of(table: FeeTable, code: str, section: str, area: int) -> int:
    """Give the fee of a service in a section (day time, A, B) for an area, in øre, or −outcome.

    A fee of duty may stand in the common list of A and B; the prevention agreement knows no hours.
    """
    for place in (*PLACES_OF_SECTION[section], PREVENTION):
        if fee := table.by_key.get((place, code, "")):
            return fee.amount_oere
        by_area = [table.by_key.get((place, code, name)) for name in AREA_NAMES]
        if any(by_area):
            amounts = [-Outcome.AREA_UNKNOWN if one is None else one.amount_oere for one in by_area]
            same = amounts[0] if len(set(amounts)) == 1 else -Outcome.AREA_UNKNOWN
            return int((*amounts, same)[area])
    return -Outcome.NOT_AT_THIS_TIME


def _untimed(service: str, rules: ServiceRules) -> int:
    return DAY if rules.without_time.get(service[:SPECIALITY_DIGITS]) in (DAY_WITHOUT_TIME, None) else DUTY_UNTIMED


def _clock() -> Longs:
    hours = sections_by_hour()
    sections = [hours.get((kind, hour)) for kind in DAY_KINDS for hour in range(HOURS_A_DAY)]
    return np.array([NIGHT if name is None else SECTIONS.index(name) for name in sections], np.int64)


def _rule_row(service: str, tables: Sequence[FeeTable], rules: ServiceRules) -> list[int]:
    """Give what is known of a service as numbers, in the order of the kernel's fields."""
    speciality, code = service[:SPECIALITY_DIGITS], service[SPECIALITY_DIGITS:]
    if speciality not in rules.without_time:
        return [0] * 16
    fees = [fee for table in tables for fee in table.fees if fee.code == code]
    rule = rules.rule_of(code, fees[0].group if fees else "")
    age = rule.age_days or rule.age_months or (0, 0)
    bits = {name: 1 << n for n, name in enumerate(rules.sets)}
    born = (rule.boys_born_after - EPOCH).days if rule.boys_born_after else EARLIEST
    return [
        _needed(code, tables, rule, rules),
        UNITS.index(rule.unit),
        NO_BOUND if rule.most is None else rule.most,
        rule.beyond_metres,
        rule.over_metres or -1,  # a band from 0 km holds a visit next door
        NO_BOUND if rule.up_to_metres is None else rule.up_to_metres,
        1 if rule.age_days else 2 if rule.age_months else 0,
        *age,
        born,
        rule.doses or 0,
        sum(bits[name] for name, codes in rules.sets.items() if code in codes),
        sum(bits[name] for name in rule.needs),
        sum(bits[name] for name in rule.without),
        int(code) if code.isdigit() else -1,
        _checks(rule),
    ]


def _checks(rule: ServiceRule) -> int:
    """Give which checks a rule asks for, one bit each: amount, person, doses, services beside it."""
    amount = rule.unit != PLAIN or rule.over_metres is not None
    person = bool(rule.age_days or rule.age_months or rule.boys_born_after)
    companions = bool(rule.needs or rule.without)
    return sum(bit for bit, asked in zip((1, 2, 4, 8), (amount, person, rule.doses, companions), strict=True) if asked)


def _needed(code: str, tables: Sequence[FeeTable], rule: ServiceRule, rules: ServiceRules) -> int:
    """Give what has to be known of a row so that the rules of its service can be held."""
    entries = partial(entry_of, code=code, area=OUTSIDE)
    fees = [{entries(table, section=section) for section in SECTIONS} for table in tables]
    mileage = (rules.mileage.first_rate, rules.mileage.second_rate)
    asked = {
        Unknown.DATE: True,
        Unknown.TIME: any(len({fee for fee in of_table if fee >= 0}) > 1 for of_table in fees),
        Unknown.DISTANCE: rule.over_metres is not None or rule.unit not in (PLAIN, MODULES),
        Unknown.MODULES: rule.unit == MODULES,
        Unknown.PERSON: bool(rule.age_days or rule.age_months or rule.boys_born_after),
        Unknown.COMPANIONS: bool(rule.needs or rule.without or rule.another_persons),
        Unknown.CLINIC: any(fee.area for table in tables for fee in table.fees if fee.code == code),
        Unknown.YEARS_KM: rule.unit == KM and code in mileage,
    }
    return int(sum(unknown for unknown, needed in asked.items() if needed))
