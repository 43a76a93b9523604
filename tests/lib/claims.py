"""Services in memory, as an extract is after it was read: for spec tables and random rows."""

import datetime

import numpy as np

from fordel_dask.fee_work.claims import Claims
from fordel_dask.fee_work.price_claims import mileage_years, price_claims, sessions_of
from fordel_dask.fees.fee_table import packaged_tables
from fordel_dask.fees.outcomes import Outcome
from fordel_dask.fees.price_book import price_book
from fordel_dask.fees.service_rules import service_rules
from fordel_dask.kernels.pricing import NOT_GIVEN

EPOCH = datetime.date(1970, 1, 1)


def claims_of(rows, clinics=None, paid=None):
    """Give rows of :class:`tests.reference.pricing.Row` as columns, sorted by citizen; with the order they came in."""
    order = sorted(range(len(rows)), key=lambda n: rows[n].person)
    ordered = [rows[n] for n in order]
    people = sorted({row.person for row in rows})
    known = tuple(sorted(set(clinics or [])))
    services = tuple(sorted({row.service for row in rows}))
    one_of = {row.person: row for row in ordered}
    born = [NOT_GIVEN if one_of[p].born is None else (one_of[p].born - EPOCH).days for p in people]

    def column(read, dtype):
        return np.array([read(row) for row in ordered], dtype)

    return order, Claims(
        citizen=column(lambda row: people.index(row.person), "i4"),
        service=column(lambda row: services.index(row.service), "i2"),
        quantity=column(lambda row: row.quantity, "i4"),
        paid=np.array([0] * len(rows) if paid is None else [paid[n] for n in order], "i8"),
        day=column(lambda row: (row.day - EPOCH).days, "i4"),
        dated=column(lambda row: row.dated, "?"),
        minute=column(lambda row: -1 if row.minute is None else row.minute, "i2"),
        metres=column(lambda row: NOT_GIVEN if row.km is None else round(1000 * row.km), "i4"),
        modules=column(lambda row: NOT_GIVEN if row.modules is None else row.modules, "i4"),
        clinic=np.array([-1] * len(rows) if clinics is None else [known.index(clinics[n]) for n in order], "i4"),
        area=column(lambda row: row.area, "i1"),
        birth_day=np.array(born, "i4"),
        sex=np.array([1 if one_of[p].boy else 2 for p in people], "i1"),
        services=services,
        clinics=known,
        areas_told=True,
    )  # fmt: skip


def priced(rows, clinics=None, tables=None, only=None):
    """Give outcome, fee and what was not known of every row, in their order, and the mileage."""
    order, claims = claims_of(rows, clinics)
    tables = packaged_tables() if tables is None else tables
    rules = service_rules()
    book = price_book(claims.services, tables, rules, only)
    found = price_claims(claims, book, rules, sessions_of([vars(claims)], claims.services, rules))
    results = {
        n: (Outcome(found.outcome[at]), int(found.fee[at]), int(found.unknown[at])) for at, n in enumerate(order)
    }
    return [results[n] for n in range(len(rows))], mileage_years(found.driven, claims.clinics, book, rules)
