"""The services of an extract priced: every rule of the fee table that the extract tells enough of."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.fee_work.claims import EPOCH, Claims, Delivered
from fordel_dask.fee_work.price_pass import empty_results, kernel_book, periods_of
from fordel_dask.fees.clock import DAY_TIME
from fordel_dask.fees.outcomes import Outcome, Unknown
from fordel_dask.fees.price_book import OUTSIDE, SPECIALITY_DIGITS, PriceBook, entry_of
from fordel_dask.fees.service_rules import METRES_A_KM, ServiceRules, service_rules
from fordel_dask.graph.executor import Report, Threads
from fordel_dask.kernels.pricing import LINES, NOT_GIVEN, price_rows, tally_priced
from fordel_dask.law.rounding import half_even
from fordel_dask.privacy import redacted

Longs = NDArray[np.int64]


Driven = Mapping[tuple[int, int], tuple[int, int, int]]
"""By clinic and calendar year: the last day with mileage, metres, and øre of the rows."""

Sessions = Mapping[str, tuple[Mapping[int, int], Mapping[int, int]]]
"""By a service that is on the key of another person: how many of it, and of those it belongs to, by clinic and day."""


@dataclass(frozen=True)
class MileageYear:
    """Mileage of a clinic and calendar year: metres, those at the first rate, and øre by the year's sum and by rows."""

    clinic: str
    year: int
    metres: int
    first_metres: int
    by_rule_oere: int
    priced_oere: int


@redacted
@dataclass(frozen=True)
class PricedClaims:
    """Outcome, what was not known and fee of every row of some citizens, and what was driven."""

    outcome: NDArray[np.uint8]
    unknown: NDArray[np.uint8]
    fee: Longs
    driven: Driven

    def sums(self, claims: Claims) -> Longs:
        """Give the sums by service (services, LINES)."""
        sums = np.zeros((len(claims.services), LINES), np.int64)
        rows = (claims.service, claims.quantity, claims.paid)
        tally_priced(rows, (self.outcome, self.unknown, self.fee), sums)
        return sums


def price_delivered(
    delivered: Delivered, book: PriceBook, executor: Threads, report: Report | None = None
) -> tuple[Longs, tuple[MileageYear, ...]]:
    """Price all rows of an extract, one bucket of citizens after the other; gives sums by service, and mileage."""
    rules = service_rules()
    beside = sessions_of(delivered.rows, delivered.services, rules)

    def price_bucket(bucket: int) -> tuple[Longs, Driven]:
        claims = delivered.claims(bucket)
        found = price_claims(claims, book, rules, beside)
        return found.sums(claims), found.driven

    priced = executor.map(price_bucket, range(len(delivered.rows)), "prices", report)
    driven = together([driven for _, driven in priced])
    return np.sum([sums for sums, _ in priced], axis=0), mileage_years(driven, delivered.clinics, book, rules)


def price_claims(claims: Claims, book: PriceBook, rules: ServiceRules, beside: Sessions) -> PricedClaims:
    """Price every row of some citizens."""
    when, period = np.unique(2 * claims.day.astype(np.int64) + claims.dated, return_inverse=True)
    days = [(EPOCH + datetime.timedelta(one // 2), one % 2 == 1) for one in when.tolist()]
    periods = periods_of([book.period_of(day, dated) for day, dated in days])
    results = empty_results(claims.citizen.size)
    known = int(Unknown.YEARS_KM | (Unknown.CLINIC if claims.areas_told else 0))
    price_rows(
        (claims.citizen, claims.service, claims.quantity),
        (period.astype(np.int32), claims.minute, claims.metres, claims.modules),
        periods,
        (claims.area, claims.birth_day, claims.sex),
        kernel_book(book, known),
        results,
    )
    _check_persons(claims, rules, beside, results)
    return PricedClaims(*results, driven=_driven(claims, rules, results))


def _of_code(services: Sequence[str], numbers: NDArray[np.int16], code: str) -> NDArray[np.bool_]:
    """Tell which rows are of a service of general practice, by its number."""
    general = service_rules().without_time
    is_it = [one[:SPECIALITY_DIGITS] in general and one[SPECIALITY_DIGITS:] == code for one in services]
    return np.array(is_it, np.bool_)[numbers]


def _clinic_days(rows: Any) -> Longs:
    return np.asarray(rows["clinic"].astype(np.int64) << 32 | rows["day"])


def sessions_of(buckets: Sequence[Any], services: Sequence[str], rules: ServiceRules) -> Sessions:
    """Count services on the key of another person, and those they belong to, by clinic and day of treatment."""
    found: dict[str, tuple[Counter[int], Counter[int]]] = {}
    for code, rule in rules.by_code.items():
        if rule.another_persons:
            found[code] = (Counter(), Counter())
            for rows, (one, counts) in product(buckets, zip((code, rule.another_persons), found[code], strict=True)):
                own = np.flatnonzero(_of_code(services, rows["service"], one) & rows["dated"])
                keys = _clinic_days(rows)[own].tolist()
                for key, quantity in zip(keys, rows["quantity"][own].tolist(), strict=True):
                    counts[key] += quantity
    return found


def _check_persons(claims: Claims, rules: ServiceRules, beside: Sessions, results: tuple[Any, ...]) -> None:
    """Hold services on the key of another person against those of the clinic on that day: all rows of a day alike."""
    outcome, unknown, fee = results
    key = _clinic_days(vars(claims))
    for code, (asked, sessions) in beside.items():
        is_it = _of_code(claims.services, claims.service, code)
        for row in np.flatnonzero(is_it & claims.dated & (claims.clinic >= 0) & (outcome == Outcome.PRICED)):
            unknown[row] &= ~np.uint8(Unknown.COMPANIONS)
            most = rules.by_code[code].most_persons * sessions.get(int(key[row]), 0)
            if most <= 0 or asked[int(key[row])] > most:
                outcome[row] = Outcome.NO_ALLOWED_SERVICE if most <= 0 else Outcome.TOO_MANY_PERSONS
                fee[row] = unknown[row] = 0


def _driven(claims: Claims, rules: ServiceRules, results: tuple[Any, ...]) -> Driven:
    """Add up priced mileage by clinic and calendar year."""
    outcome, _, fee = results
    codes = (rules.mileage.first_rate, rules.mileage.second_rate)
    is_mileage = np.any([_of_code(claims.services, claims.service, code) for code in codes], axis=0)
    rows = np.flatnonzero(is_mileage & (outcome == Outcome.PRICED))
    quantity, day = claims.quantity[rows].astype(np.int64), claims.day[rows]
    metres = np.where(claims.metres[rows] == NOT_GIVEN, np.abs(quantity) * METRES_A_KM, claims.metres[rows])
    year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + EPOCH.year
    columns = (claims.clinic[rows], year, day, np.sign(quantity) * metres, fee[rows])
    told = zip(*(column.tolist() for column in columns), strict=True)
    return together([{(clinic, one): (day, far, oere)} for clinic, one, day, far, oere in told])


def together(parts: Sequence[Driven]) -> Driven:
    """Add up what was driven."""
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for key, (day, metres, oere) in (entry for part in parts for entry in part.items()):
        last, far, paid = found.get(key, (day, 0, 0))
        found[key] = (max(last, day), far + metres, paid + oere)
    return found


def mileage_years(
    driven: Driven, clinics: Sequence[str], book: PriceBook, rules: ServiceRules
) -> tuple[MileageYear, ...]:
    """Price every clinic's km of a year by their sum, which no order of rows can change.

    At the rates of the table of the last day with mileage, as the rows are where it lacks one of the two; an empty
    clinic is that of rows that name none.
    """
    named = {(clinics[clinic] if clinic >= 0 else "", year): told for (clinic, year), told in driven.items()}
    return tuple(_mileage_year(clinic, year, told, book, rules) for (clinic, year), told in sorted(named.items()))


def _mileage_year(
    clinic: str, year: int, told: tuple[int, int, int], book: PriceBook, rules: ServiceRules
) -> MileageYear:
    day, metres, priced = told
    said, table = rules.mileage, book.tables[book.version_on(EPOCH + datetime.timedelta(day)) - 1]
    first, second = (entry_of(table, code, DAY_TIME, OUTSIDE) for code in (said.first_rate, said.second_rate))
    at_first = min(metres, said.first_metres)
    has_both = min(first, second) >= 0
    oere = half_even(at_first * first + (metres - at_first) * second, METRES_A_KM) if has_both else priced
    return MileageYear(clinic, year, metres, at_first, oere, priced)
