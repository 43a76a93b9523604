"""Rows of services priced by the fee table, and added up by service; rows of a citizen lie together."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.kernels.jit import kernel

DAY, DUTY_A, DUTY_B, NIGHT, DUTY_UNTIMED = range(5)
SECTIONS, AREAS = 5, 3
"""Times that a fee may differ by, and areas: outside those short of doctors, inside, not known."""

(NEEDED, UNIT, MOST, BEYOND, OVER, UP_TO, AGE_UNIT, AGE_FROM, AGE_TO, BORN_AFTER, DOSES, OFFERS, NEEDS, WITHOUT, CODE,
 CHECKS) = range(16)  # fmt: skip
RULE_FIELDS = 16
"""What is known of a service beyond its fee, a row of numbers each; distances in metres."""

BY_SERVICE, BY_MODULE, BY_KM, BY_STARTED_KM = range(4)
NO_AGE, IN_DAYS, IN_MONTHS = range(3)
CHECK_AMOUNT, CHECK_PERSON, CHECK_DOSES, CHECK_COMPANIONS = 1, 2, 4, 8

DATE, TIME, DISTANCE, MODULES, PERSON, COMPANIONS = 1, 2, 4, 8, 16, 32
PRICED, IMPOSSIBLE_AMOUNT, TOO_MANY_MODULES, OTHER_DISTANCE = 0, 9, 10, 11
OTHER_AGE, BOY_BORN_EARLIER, TOO_MANY_DOSES, NO_ALLOWED_SERVICE, NOT_ALONE = 12, 13, 14, 15, 16
"""The numbers of ``Unknown`` and ``Outcome`` in :mod:`fordel_dask.fees.outcomes`; a test holds them together."""

NOT_GIVEN = -(2**31)
BOY = 1
METRES_A_KM = 1_000
LARGEST = 1 << 40
"""No row is priced above this, in øre, so that no national sum can leave 64 bits."""

USUAL_UNITS, USUAL_PRICE = 1 << 15, 1 << 25
"""Below both of them no product is larger than that."""

OUTCOMES, UNKNOWNS = 18, 8
PRICED_OERE, COMPARED, COMPARED_PAID, COMPARED_FEE, DIFFERING, DEVIATION, UNPAID = range(54, 61)
FIRST_UNKNOWN, LINES = 61, 69
"""Sums of a service: rows, quantity and øre paid of each outcome, those named above, rows by what was not known."""

MISSING_PAID = -(2**63)


@kernel
def price_rows(
    rows: tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]],
    facts: tuple[NDArray[Any], NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]],
    periods: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    persons: tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.int8]],
    book: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int],
    results: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]],
) -> None:
    """Price services row by row into ``results``: outcome, what was not known, and fee in øre.

    ``rows``: citizen, service, quantity. ``facts``: period, minute of the day, metres, modules of each row; the last
    three are empty where nobody delivered them, NOT_GIVEN (minute: −1) in rows that do not tell. ``periods``: version
    of the table (0 for none), kind of day (−1 where only the week is known) and day of each period. ``persons``: area
    of each row, birth day and sex of each citizen, empty if not known. ``book``: entries by version, section, area and
    service (a fee, or −outcome), rules (services, RULE_FIELDS), section without time, section by kind of day and hour,
    and what is known of every row.
    """
    citizen, service, quantity = rows
    period, minute, _, _ = facts
    version, kind, _ = periods
    area, birth_day, sex = persons
    entries, rules, untimed, clock, given = book
    outcome, unknown, fee = results
    services = np.uint64(untimed.size)
    for i in range(citizen.size):
        s, p = np.uint64(service[i]), np.uint64(period[i])
        section, known = untimed[s], np.int64(given)
        if kind[p] >= 0:
            known |= DATE
            if minute.size and minute[i] >= 0:
                known |= TIME
                section = clock[kind[p] * 24 + minute[i] // 60]
        entry = entries[np.uint64((version[p] * SECTIONS + section) * AREAS + area[i]) * services + s]
        result, units = np.int64(PRICED), np.int64(quantity[i])
        if entry < 0:
            result = -entry
        elif rules[s, CHECKS]:
            result, units, told = checked_row(rows, facts, periods, (birth_day, sex), rules, i)
            known |= told
        if result == PRICED and is_beyond_reason(units, entry):
            result = np.int64(IMPOSSIBLE_AMOUNT)
        is_priced = np.int64(result == PRICED)
        amount = units * entry * is_priced
        outcome[i] = result
        unknown[i] = rules[s, NEEDED] & ~known & -is_priced
        fee[i] = by_km(amount) if rules[s, UNIT] == BY_KM else amount


@kernel
def is_beyond_reason(units: np.int64, price: np.int64) -> bool:
    """Tell whether units × price pass the largest amount; usual rows are told without a division."""
    if -USUAL_UNITS < units < USUAL_UNITS and price < USUAL_PRICE:
        return False
    return bool(abs(units) > LARGEST // max(price, np.int64(1)))


@kernel
def checked_row(
    rows: tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]],
    facts: tuple[NDArray[Any], NDArray[np.int16], NDArray[np.int32], NDArray[np.int32]],
    periods: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    citizens: tuple[NDArray[np.int32], NDArray[np.int8]],
    rules: NDArray[np.int64],
    i: int,
) -> tuple[np.int64, np.int64, np.int64]:
    """Hold a row against the rules of its service: gives the outcome, its units, and what was known of it."""
    c, s, p = rows[0][i], np.int64(rows[1][i]), np.int64(facts[0][i])
    checks, dated = rules[s, CHECKS], periods[1][p] >= 0
    result, units, known = np.int64(PRICED), np.int64(rows[2][i]), np.int64(0)
    if checks & CHECK_AMOUNT:
        far = np.int64(facts[2][i]) if facts[2].size else np.int64(NOT_GIVEN)
        count = np.int64(facts[3][i]) if facts[3].size else np.int64(NOT_GIVEN)
        known |= DISTANCE * np.int64(far != NOT_GIVEN) | MODULES * np.int64(count != NOT_GIVEN)
        counted = rules[s, UNIT] == BY_MODULE
        result, units = units_of_modules(rules[s], units, count) if counted else units_of_km(rules[s], units, far)
    if checks & CHECK_PERSON and citizens[0].size and citizens[0][c] > NOT_GIVEN:
        known |= PERSON * np.int64(dated)
        if result == PRICED:
            day = periods[2][p] if dated else np.int64(NOT_GIVEN)
            result = person_outcome(rules[s], np.int64(citizens[0][c]), citizens[1][c], day)
    if checks & CHECK_DOSES and result == PRICED:
        result = doses_outcome(rows, rules, i)
    if checks & CHECK_COMPANIONS and dated:
        known |= COMPANIONS
        if result == PRICED:
            result = companions_outcome(rows, facts[0], rules, i)
    return result, units, known


@kernel
def units_of_modules(rule: NDArray[np.int64], quantity: np.int64, modules: np.int64) -> tuple[np.int64, np.int64]:
    """Give outcome and modules of a row; where they were delivered, the quantity only tells their sign."""
    if modules == NOT_GIVEN:
        return np.int64(PRICED), quantity
    if modules < 0:
        return np.int64(IMPOSSIBLE_AMOUNT), np.int64(0)
    return np.int64(TOO_MANY_MODULES if modules > rule[MOST] else PRICED), signed(modules, quantity)


@kernel
def units_of_km(rule: NDArray[np.int64], quantity: np.int64, metres: np.int64) -> tuple[np.int64, np.int64]:
    """Give outcome and units of a row: services, started km, or metres for mileage.

    Where a distance was delivered, it tells the km, and the quantity only their sign.
    """
    if metres == NOT_GIVEN:
        return np.int64(PRICED), quantity * METRES_A_KM if rule[UNIT] == BY_KM else quantity
    if metres < 0:
        return np.int64(IMPOSSIBLE_AMOUNT), np.int64(0)
    outcome = np.int64(OTHER_DISTANCE if metres <= rule[OVER] or metres > rule[UP_TO] else PRICED)
    if rule[UNIT] == BY_KM:
        return outcome, signed(metres, quantity)
    if rule[UNIT] == BY_STARTED_KM:
        beyond = max(metres - rule[BEYOND], np.int64(0))
        return outcome, signed((beyond + METRES_A_KM - 1) // METRES_A_KM, quantity)
    return outcome, quantity


@kernel
def signed(units: np.int64, quantity: np.int64) -> np.int64:
    """Give units with the sign of a quantity; none for a quantity of 0."""
    return units * (np.int64(quantity > 0) - np.int64(quantity < 0))


@kernel
def by_km(oere_metres: np.int64) -> np.int64:
    """Give øre × metres as øre × km, half to even."""
    whole, rest = oere_metres // METRES_A_KM, oere_metres % METRES_A_KM
    return whole + np.int64(2 * rest > METRES_A_KM or (2 * rest == METRES_A_KM and whole % 2 == 1))


@kernel
def person_outcome(rule: NDArray[np.int64], birth_day: np.int64, sex: np.int8, day: np.int64) -> np.int64:
    """Tell whether a citizen is of the age and sex a service is for; on no day (NOT_GIVEN) its sex alone."""
    if day != NOT_GIVEN and rule[AGE_UNIT] != NO_AGE:
        age = day - birth_day if rule[AGE_UNIT] == IN_DAYS else completed_months(birth_day, day)
        if age < rule[AGE_FROM] or age > rule[AGE_TO]:
            return np.int64(OTHER_AGE)
    if sex == BOY and birth_day <= rule[BORN_AFTER]:
        return np.int64(BOY_BORN_EARLIER)
    return np.int64(PRICED)


@kernel
def completed_months(birth_day: np.int64, day: np.int64) -> np.int64:
    """Give the completed months between two days; those born on the 31st complete one on the next first."""
    born_month, born = month_and_day(birth_day)
    month, now = month_and_day(day)
    return month - born_month - np.int64(now < born)


@kernel
def month_and_day(day: np.int64) -> tuple[np.int64, np.int64]:
    """Give the months since the year 0 and the day of the month of a day since 1970, in the Gregorian calendar.

    Years are begun on 1 March, so that leap days come last, in eras of 400 years.
    """
    shifted = day + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (era * 400 + year) * 12 + month + 2, of_year - (153 * month + 2) // 5 + 1


@kernel
def first_row(citizen: NDArray[np.int32], i: int) -> int:
    """Give the first row of a row's citizen."""
    while i and citizen[i - 1] == citizen[i]:
        i -= 1
    return i


@kernel
def doses_outcome(
    rows: tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]], rules: NDArray[np.int64], i: int
) -> np.int64:
    """Tell whether a citizen got more of a row's service than is given, corrections taken off."""
    citizen, service, quantity = rows
    own, doses, j = service[i], np.int64(0), first_row(citizen, i)
    while j < citizen.size and citizen[j] == citizen[i]:
        if rules[service[j], CODE] == rules[own, CODE]:
            doses += quantity[j]
        j += 1
    return np.int64(TOO_MANY_DOSES if doses > rules[own, DOSES] else PRICED)


@kernel
def companions_outcome(
    rows: tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]],
    period: NDArray[Any],
    rules: NDArray[np.int64],
    i: int,
) -> np.int64:
    """Tell whether the citizen's other services of that day allow a supplement."""
    citizen, service, _ = rows
    own, beside, j = service[i], np.int64(0), first_row(citizen, i)
    while j < citizen.size and citizen[j] == citizen[i]:
        if period[j] == period[i]:
            beside |= rules[service[j], OFFERS]
        j += 1
    if rules[own, NEEDS] and not rules[own, NEEDS] & beside:
        return np.int64(NO_ALLOWED_SERVICE)
    return np.int64(NOT_ALONE if rules[own, WITHOUT] & beside else PRICED)


@kernel
def tally_priced(
    rows: tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]],
    results: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]],
    sums: NDArray[np.int64],
) -> None:
    """Add priced rows to ``sums`` (services, LINES); ``rows``: service, quantity and øre paid of each row."""
    service, quantity, paid = rows
    outcome, unknown, fee = results
    for i in range(service.size):
        s, o = np.int64(service[i]), np.int64(outcome[i])
        has_paid = paid[i] != MISSING_PAID
        sums[s, 3 * o] += 1
        sums[s, 3 * o + 1] += quantity[i]
        sums[s, 3 * o + 2] += paid[i] if has_paid else 0
        if o != PRICED:
            continue
        sums[s, PRICED_OERE] += fee[i]
        if has_paid:
            sums[s, COMPARED] += 1
            sums[s, COMPARED_PAID] += paid[i]
            sums[s, COMPARED_FEE] += fee[i]
            sums[s, DIFFERING] += fee[i] != paid[i]
            sums[s, DEVIATION] += abs(fee[i] - paid[i])
        else:
            sums[s, UNPAID] += 1
        for bit in range(UNKNOWNS):
            if unknown[i] == 0:
                break
            sums[s, FIRST_UNKNOWN + bit] += (unknown[i] >> bit) & 1
