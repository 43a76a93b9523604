"""Pricing by the million equals pricing row by row; no order, partition or correction changes what rows cost."""

import datetime
from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.fee_work.price_claims import price_claims
from fordel_dask.fees.fee_table import FeeTable, packaged_tables
from fordel_dask.fees.outcomes import Outcome, Unknown
from fordel_dask.fees.price_book import price_book
from fordel_dask.fees.service_rules import service_rules
from fordel_dask.kernels import pricing as kernels
from tests.lib.claims import claims_of, priced
from tests.reference import twins
from tests.reference.pricing import Row, price

TABLE = packaged_tables()[0]
LATER = FeeTable(
    datetime.date(2026, 4, 1),
    datetime.date(2026, 9, 30),
    (
        *(replace(fee, amount_oere=fee.amount_oere + 7) for fee in TABLE.fees if fee.code not in ("0128", "0471")),
        replace(TABLE.fees[5], code="0999"),
    ),
)
TABLES = (TABLE, LATER)
CODES = [*sorted({fee.code for fee in TABLE.fees if fee.code.isdigit()} - {"6201"}), "0999", "4321"]
OFTEN = ["0101", "0125", "0461", "2301", "2161", "0126", "8211", "8328", "8341", "8708", "9001", "0130", "0411", "3460"]
days = st.dates(datetime.date(2025, 9, 25), datetime.date(2025, 10, 8)) | st.dates(
    datetime.date(2025, 12, 22), datetime.date(2026, 10, 3)
)
rows = st.builds(
    Row,
    person=st.integers(0, 2),
    service=st.builds("".join, st.tuples(st.sampled_from(["80", "80", "81", "89", "50"]),
                                         st.sampled_from(OFTEN) | st.sampled_from(CODES))),
    quantity=st.integers(-2, 5) | st.integers(-(2**31) + 1, 2**31 - 1),
    day=st.sampled_from([datetime.date(2025, 10, 6), datetime.date(2026, 4, 5)]) | days,
    dated=st.booleans(),
    minute=st.none() | st.integers(0, 1439) | st.just(600),
    km=st.none() | st.integers(-1, 30).map(Fraction) | st.integers(0, 30_000).map(lambda n: Fraction(n, 1000)),
    modules=st.none() | st.integers(-1, 8),
    area=st.integers(0, 2),
)  # fmt: skip
persons = st.lists(
    st.tuples(st.none() | st.dates(datetime.date(2006, 1, 1), datetime.date(2026, 3, 1)), st.booleans()),
    min_size=3,
    max_size=3,
)


@st.composite
def extracts(draw):
    people = draw(persons)
    return [
        replace(row, born=people[row.person][0], boy=people[row.person][1]) for row in draw(st.lists(rows, max_size=12))
    ]


@given(extract=extracts())
def test_every_row_is_priced_as_the_obvious_way_does(extract):
    found, _ = priced(extract, tables=TABLES)
    expected = [
        price(row, [one for one in extract if one.person == row.person], TABLES, service_rules()) for row in extract
    ]
    assert [(outcome, fee) for outcome, fee, _ in found] == expected


@given(extract=extracts(), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(extract, seed):
    shuffled = list(range(len(extract)))
    seed.shuffle(shuffled)
    found, mileage = priced(extract, tables=TABLES)
    again, same_mileage = priced([extract[n] for n in shuffled], tables=TABLES)
    assert [again[shuffled.index(n)] for n in range(len(extract))] == found
    assert same_mileage == mileage


@given(extract=extracts())
def test_citizens_priced_apart_cost_what_they_cost_together(extract):
    together, _ = priced(extract, tables=TABLES)
    for person in {row.person for row in extract}:
        own = [n for n, row in enumerate(extract) if row.person == person]
        assert priced([extract[n] for n in own], tables=TABLES)[0] == [together[n] for n in own]


@given(extract=extracts())
def test_no_fee_is_negative_and_a_correction_never_positive(extract):
    for row, (outcome, fee, _) in zip(extract, priced(extract, tables=TABLES)[0], strict=True):
        assert fee >= 0 if row.quantity >= 0 else fee <= 0
        assert fee == 0 or outcome == Outcome.PRICED


@given(extract=extracts(), paid=st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=12, max_size=12))
def test_rows_quantities_and_oere_are_conserved_by_service(extract, paid):
    paid = [twins.MISSING if one is None else one for one in paid]
    _, claims = claims_of(extract, paid=paid)
    found = price_claims(claims, price_book(claims.services, TABLES, service_rules()), service_rules(), {})
    sums = found.sums(claims)
    expected = np.zeros_like(sums)
    results = (found.outcome, found.unknown, found.fee)
    twins.tally_priced((claims.service, claims.quantity, claims.paid), results, expected)
    assert sums.tolist() == expected.tolist()
    told = np.where(claims.paid == twins.MISSING, 0, claims.paid)
    by_outcome = sums[:, : 3 * kernels.OUTCOMES].sum(axis=0)
    assert by_outcome[0::3].sum() == len(extract)
    assert by_outcome[1::3].sum() == claims.quantity.sum(dtype=np.int64)
    assert by_outcome[2::3].sum() == told.sum()
    assert sums[:, kernels.PRICED_OERE].sum() == found.fee.sum()


def test_kernel_and_rules_number_outcomes_alike():
    assert len(Outcome) == kernels.OUTCOMES
    assert len(Unknown) == kernels.UNKNOWNS
    for name in ("PRICED", "IMPOSSIBLE_AMOUNT", "TOO_MANY_MODULES", "OTHER_DISTANCE", "OTHER_AGE", "BOY_BORN_EARLIER",
                 "TOO_MANY_DOSES", "NO_ALLOWED_SERVICE", "NOT_ALONE"):  # fmt: skip
        assert Outcome[name] == getattr(kernels, name)
    for name in ("DATE", "TIME", "DISTANCE", "MODULES", "PERSON", "COMPANIONS"):
        assert Unknown[name] == getattr(kernels, name)
    assert 3 * kernels.OUTCOMES == kernels.PRICED_OERE
    assert kernels.UNPAID + 1 == kernels.FIRST_UNKNOWN == kernels.LINES - kernels.UNKNOWNS


@given(born=st.dates(datetime.date(1900, 1, 1)), days=st.integers(0, 40_000))
def test_completed_months_are_those_of_the_calendar(born, days):
    epoch = datetime.date(1970, 1, 1).toordinal()
    if born.toordinal() + days > datetime.date.max.toordinal():
        return
    on = born + datetime.timedelta(days)
    expected = 12 * (on.year - born.year) + on.month - born.month - (on.day < born.day)
    assert kernels.completed_months(born.toordinal() - epoch, on.toordinal() - epoch) == expected


@given(amount=st.integers(-(10**12), 10**12))
def test_ore_by_the_km_are_rounded_half_to_even(amount):
    assert kernels.by_km(amount) == round(Fraction(amount, 1000))
