"""The services of an extract priced: every rule of the fee table that the extract tells enough of."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.fee_work.claims import EPOCH, Claims
from fordel_dask.fee_work.price_pass import empty_results, kernel_book
from fordel_dask.fees.clock import DAY_TIME
from fordel_dask.fees.outcomes import Outcome, Unknown
from fordel_dask.fees.price_book import OUTSIDE, SPECIALITY_DIGITS, PriceBook, entry_of
from fordel_dask.fees.service_rules import ServiceRules
from fordel_dask.kernels.pricing import LINES, METRES_A_KM, NOT_GIVEN, price_rows, tally_priced
from fordel_dask.law.rounding import half_even

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class MileageYear:
    """Mileage of a clinic and calendar year: metres, those at the first rate, and øre by the year's sum and by rows."""

    clinic: str
    year: int
    metres: int
    first_metres: int
    by_rule_oere: int
    priced_oere: int


@dataclass(frozen=True)
class PricedClaims:
    """Outcome, what was not known and fee of every row of an extract, and its mileage by clinic and year."""

    outcome: NDArray[np.uint8]
    unknown: NDArray[np.uint8]
    fee: Longs
    mileage: tuple[MileageYear, ...]

    def sums(self, claims: Claims) -> Longs:
        """Give the sums by service (services, LINES)."""
        sums = np.zeros((len(claims.services), LINES), np.int64)
        rows = (claims.service, claims.quantity, claims.paid)
        tally_priced(rows, (self.outcome, self.unknown, self.fee), sums)
        return sums


def price_claims(claims: Claims, book: PriceBook, rules: ServiceRules) -> PricedClaims:
    """Price every row of an extract."""
    when, period = np.unique(2 * claims.day.astype(np.int64) + claims.dated, return_inverse=True)
    days = [(EPOCH + datetime.timedelta(one // 2), one % 2 == 1) for one in when.tolist()]
    periods = np.array([book.period_of(day, dated) for day, dated in days], np.int64).reshape(-1, 3).T.copy()
    results = empty_results(claims.citizen.size)
    known = int(Unknown.YEARS_KM | (Unknown.CLINIC if claims.areas_told else 0))
    price_rows(
        (claims.citizen, claims.service, claims.quantity),
        (period.astype(np.int32), claims.minute, claims.metres, claims.modules),
        (periods[0], periods[1], periods[2]),
        (claims.area, claims.birth_day, claims.sex),
        kernel_book(book, known),
        results,
    )
    _check_persons(claims, rules, results)
    return PricedClaims(*results, mileage=_mileage(claims, book, rules, results))


def _codes(claims: Claims, code: str) -> NDArray[np.bool_]:
    """Tell which rows are of a service, by its number."""
    is_it = np.array([service[SPECIALITY_DIGITS:] == code for service in claims.services], np.bool_)
    return is_it[claims.service]


def _check_persons(claims: Claims, rules: ServiceRules, results: tuple[Any, ...]) -> None:
    """Hold services on the key of another person against those of the clinic on that day: all rows of a day alike."""
    outcome, unknown, fee = results
    for code, rule in rules.by_code.items():
        if not rule.another_persons:
            continue
        further = _codes(claims, code) & claims.dated & (claims.clinic >= 0) & (outcome == Outcome.PRICED)
        first = _codes(claims, rule.another_persons) & claims.dated
        key = claims.clinic.astype(np.int64) << 32 | claims.day
        asked, beside = _sums(key[further], claims.quantity[further]), _sums(key[first], claims.quantity[first])
        for row in np.flatnonzero(further):
            unknown[row] &= ~np.uint8(Unknown.COMPANIONS)
            persons, sessions = asked[int(key[row])], beside.get(int(key[row]), 0)
            if sessions <= 0 or persons > rule.most_persons * sessions:
                outcome[row] = Outcome.NO_ALLOWED_SERVICE if sessions <= 0 else Outcome.TOO_MANY_PERSONS
                fee[row] = unknown[row] = 0


def _sums(keys: Longs, values: NDArray[np.int32]) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        found[key] += value
    return found


def _mileage(claims: Claims, book: PriceBook, rules: ServiceRules, results: tuple[Any, ...]) -> tuple[MileageYear, ...]:
    """Give the mileage of every clinic and calendar year by the sum of its km, which no order of rows can change."""
    outcome, _, fee = results
    said = rules.mileage
    rows = np.flatnonzero((_codes(claims, said.first_rate) | _codes(claims, said.second_rate)) & (outcome == 0))
    sign = np.sign(claims.quantity[rows]).astype(np.int64)
    told = np.where(claims.metres[rows] == NOT_GIVEN, np.abs(claims.quantity[rows]) * METRES_A_KM, claims.metres[rows])
    by_year: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row, metres in zip(rows.tolist(), (sign * told).tolist(), strict=True):
        day = int(claims.day[row])
        clinic = claims.clinics[claims.clinic[row]] if claims.clinic[row] >= 0 else ""
        by_year[clinic, (EPOCH + datetime.timedelta(day)).year].append((day, metres, int(fee[row])))
    return tuple(
        _mileage_year(clinic, year, of_year, book, rules) for (clinic, year), of_year in sorted(by_year.items())
    )


def _mileage_year(
    clinic: str, year: int, rows: list[tuple[int, int, int]], book: PriceBook, rules: ServiceRules
) -> MileageYear:
    """Price a year's km at the rates of the table of its last day."""
    table = book.tables[book.version_on(EPOCH + datetime.timedelta(max(day for day, _, _ in rows))) - 1]
    first, second = (
        entry_of(table, code, DAY_TIME, OUTSIDE) for code in (rules.mileage.first_rate, rules.mileage.second_rate)
    )
    metres = sum(one for _, one, _ in rows)
    at_first = min(metres, rules.mileage.first_metres)
    oere = half_even(at_first * first + (metres - at_first) * second, METRES_A_KM)
    return MileageYear(clinic, year, metres, at_first, oere, sum(fee for _, _, fee in rows))
