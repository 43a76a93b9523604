"""The service register of a block: one row a settled service, with corrections and rows that do not count."""

from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.assumptions import assumed_numbers
from fordel_dask.synthetic.chance import Chance, Flags, Ints, draw, draw_by_row, some
from fordel_dask.synthetic.clinics import CLINIC_NUMBERS, Clinics
from fordel_dask.synthetic.consumption import NOT_CHRONIC, Consumption
from fordel_dask.synthetic.enrolment import NO_CLINIC, Enrolment
from fordel_dask.synthetic.labour_market import weeks_in
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.prices import INSIDE, chronic_fees_oere, contacts_per_krone, service_codes

TWO_IN_A_ROW = 0.1  # of the pairs of equal services, delivered as one row with YDLANT 2
OTHER_CLINIC = 0.04  # services at another clinic than one's own
OTHER_PROVIDERS = 3_000
OTHER_YEARS, CORRECTED, OF_STRANGERS = 0.04, 0.004, 0.001
STRANGERS = 40  # pseudonyms of a block that stand in no other register
CHRONIC_ENDS = 0.3  # of those whose chronic care did not last all year
DAYS_PER_MONTH = 30.4
LATE_WEEKS, EARLY_WEEKS = 13, 4  # rows of the year before and of the year after


@dataclass(frozen=True)
class ServiceRows:
    """Rows of the service register; positions in people, codes, weeks and providers."""

    person: Ints
    code: Ints
    count: Ints  # YDLANT
    week: Ints  # 0 = the first week of the year before the fee year
    provider: Ints  # clinics first, then the providers of other specialities
    paid_oere: Ints  # BRUHON

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.person.size

    def take(self, rows: Ints) -> "ServiceRows":
        """Give these rows, in this order."""
        return ServiceRows(*(column[rows] for column in vars(self).values()))


@dataclass(frozen=True)
class _Used:
    """Services before they are settled: who, what, how many, and on which day of the fee year."""

    person: Ints
    code: Ints
    count: Ints
    day: Ints


def services_of(
    nation: Nation, block: int, people: People, enrolment: Enrolment, used: tuple[Consumption, Clinics]
) -> ServiceRows:
    """Draw the service rows of a block, in no order; ``used`` is what was consumed, and of which clinics."""
    consumption, clinics = used
    rng = stream(nation, Purpose.SERVICES, block)
    services = _together(
        (
            _contacts(rng, people, enrolment, consumption),
            _chronic_care(rng, enrolment, consumption),
            _beside_contacts(rng, enrolment, consumption),
            _other_specialities(nation, rng, people, enrolment),
        )
    )
    rows = _settled(nation, rng, services, _Providers(people, enrolment, clinics))
    rows = _with_rows_that_do_not_count(nation, rng, rows, people.size)
    return rows.take(rng.permutation(rows.size))


def _together(parts: tuple[_Used, ...]) -> _Used:
    return _Used(*(np.concatenate(columns) for columns in zip(*(vars(p).values() for p in parts), strict=True)))


def users_of(people: People) -> Ints:
    """Give the kind of user, a row of the contact mix: child, fertile woman, adult, older, oldest."""
    by_age = np.digitize(people.age, (15, 65, 80))
    kind = np.array([0, 2, 3, 4])[by_age]
    return np.where(people.woman & (people.age >= 15) & (people.age < 50), 1, kind)


def _contacts(rng: Chance, people: People, enrolment: Enrolment, consumption: Consumption) -> _Used:
    """Draw the contacts: of each code a Poisson number whose price adds up to the expected kroner."""
    expected = contacts_per_krone()[users_of(people)] * consumption.contact_kr[:, None]
    number = rng.poisson(expected)
    person, code = np.nonzero(number)
    times = number[person, code]
    pairs = rng.binomial(times // 2, TWO_IN_A_ROW)
    row = np.repeat(np.arange(times.size), times - pairs)
    place_in_group = np.arange(row.size) - np.repeat(np.cumsum(times - pairs) - (times - pairs), times - pairs)
    count = np.where(place_in_group < pairs[row], 2, 1)
    return _Used(person[row], code[row], count, _any_day(rng, enrolment, person[row]))


def _any_day(rng: Chance, enrolment: Enrolment, person: Ints) -> Ints:
    """Draw a day while the person could use the doctor."""
    first, end = enrolment.use_from[person], enrolment.use_to[person]
    return np.asarray(first + np.floor(rng.random(person.size) * np.maximum(end - first, 1)), dtype=np.int64)


def _chronic_care(rng: Chance, enrolment: Enrolment, consumption: Consumption) -> _Used:
    """Give one service for each month of chronic care, the last months of the year, and some endings."""
    first = service_codes().first_chronic
    person = np.repeat(np.arange(consumption.months.size), consumption.months)
    months = consumption.months
    month = np.arange(person.size) - np.repeat(np.cumsum(months) - months, months)
    day = enrolment.use_to[person] - 1 - np.floor((month + 0.5) * DAYS_PER_MONTH).astype(np.int64)
    day = np.maximum(day, enrolment.use_from[person])
    short = np.flatnonzero((consumption.chronic != NOT_CHRONIC) & (months < 12))
    ended = short[some(rng, short.size, CHRONIC_ENDS)]
    codes = np.append(first + consumption.chronic[person] - 1, np.full(ended.size, first + 3))
    who = np.append(person, ended)
    return _Used(who, codes, np.ones_like(who), np.append(day, enrolment.use_to[ended] - 1))


def _beside_contacts(rng: Chance, enrolment: Enrolment, consumption: Consumption) -> _Used:
    """Draw laboratory, supplements and prevention, in proportion to contacts."""
    rates = assumed_numbers("beside_contacts", ("rows_per_1000_kr",))[:, 0]
    number = rng.poisson(consumption.contact_kr * rates.sum() / 1000)
    person = np.repeat(np.arange(number.size), number)
    code = service_codes().first_beside + draw(rng, rates, person.size)
    return _Used(person, code, np.ones_like(person), _any_day(rng, enrolment, person))


def _other_specialities(nation: Nation, rng: Chance, people: People, enrolment: Enrolment) -> _Used:
    """Draw the rows of dentists, physiotherapists and others, more with age."""
    rates = assumed_numbers("other_specialities", ("rows_per_citizen",))[:, 0]
    present = np.maximum(enrolment.use_to - enrolment.use_from, 0) / nation.fee_year_days
    number = rng.poisson(rates.sum() * (0.55 + people.age / 95) * present)
    person = np.repeat(np.arange(number.size), number)
    code = service_codes().n_general + draw(rng, rates, person.size)
    return _Used(person, code, np.ones_like(person), _any_day(rng, enrolment, person))


@dataclass(frozen=True)
class _Providers:
    """Who gives services: the people, where they are enrolled, and the clinics."""

    people: People
    enrolment: Enrolment
    clinics: Clinics


def _settled(nation: Nation, rng: Chance, services: _Used, given: _Providers) -> ServiceRows:
    """Give each service its week, provider and fee paid."""
    week = (services.day - nation.fee_year_start) // 7
    week = weeks_in(nation.fee_year - 1) + np.minimum(week, weeks_in(nation.fee_year) - 1)
    provider = _providers(rng, services, given)
    paid = services.count * _paid_each(services.code, provider, given.clinics)
    return ServiceRows(services.person, services.code, services.count, week, provider, paid)


def _providers(rng: Chance, services: _Used, given: _Providers) -> Ints:
    """Give the own clinic, now and then another of the place; other specialities have their own numbers."""
    provider = given.enrolment.clinic[services.person]
    chronic = _is_chronic(services.code)
    elsewhere = (rng.random(provider.size) < OTHER_CLINIC) & ~chronic | (provider == NO_CLINIC)
    row = np.flatnonzero(elsewhere)
    provider[row] = draw_by_row(rng, given.clinics.choice, given.people.place[services.person[row]])
    row = np.flatnonzero(services.code >= service_codes().n_general)
    provider[row] = given.clinics.ydernr.size + rng.integers(0, OTHER_PROVIDERS, row.size)
    return provider


def _is_chronic(code: Ints) -> Flags:
    codes = service_codes()
    return np.asarray((code >= codes.first_chronic) & (code < codes.first_chronic + 3))


def _paid_each(code: Ints, provider: Ints, clinics: Clinics) -> Ints:
    """Give the fee of one service; chronic care is paid more by clinics in areas short of doctors."""
    paid = service_codes().paid_oere[code]
    row = np.flatnonzero(_is_chronic(code))
    row = row[clinics.chronic_area[provider[row]]]
    paid[row] = chronic_fees_oere(INSIDE)[code[row] - service_codes().first_chronic]
    return paid


def _with_rows_that_do_not_count(nation: Nation, rng: Chance, rows: ServiceRows, people: int) -> ServiceRows:
    """Add copies that change nothing for a citizen: other years, corrected mistakes, unknown persons."""
    other = rows.take(some(rng, rows.size, OTHER_YEARS))
    stranger = rows.take(some(rng, rows.size, OF_STRANGERS))
    mistake = rows.take(some(rng, rows.size, CORRECTED))
    last_week = weeks_in(nation.fee_year - 1) + weeks_in(nation.fee_year) - 1
    later = np.minimum(mistake.week + rng.integers(0, 4, mistake.size), last_week)
    columns = zip(
        vars(rows).values(),
        vars(_replaced(other, week=_other_weeks(nation, rng, other.size))).values(),
        vars(_replaced(stranger, person=people + rng.integers(0, STRANGERS, stranger.size))).values(),
        vars(mistake).values(),
        vars(_replaced(mistake, week=later, count=-mistake.count, paid_oere=-mistake.paid_oere)).values(),
        strict=True,
    )
    return ServiceRows(*(np.concatenate(column) for column in columns))


def _replaced(rows: ServiceRows, **columns: Ints) -> ServiceRows:
    return ServiceRows(**{**vars(rows), **columns})


def _other_weeks(nation: Nation, rng: Chance, size: int) -> Ints:
    """Draw weeks late in the year before the fee year, some early in the year after it."""
    before, during = weeks_in(nation.fee_year - 1), weeks_in(nation.fee_year)
    late = before - 1 - rng.integers(0, LATE_WEEKS, size)
    early = before + during + rng.integers(0, EARLY_WEEKS, size)
    return np.where(rng.random(size) < 0.9, late, early)


def week_words(nation: Nation) -> list[str]:
    """Give the settlement weeks ``yyww`` by position: the year before, the fee year, the year after."""
    years = (nation.fee_year - 1, nation.fee_year, nation.year)
    return [f"{year % 100:02}{week:02}" for year in years for week in range(1, weeks_in(year) + 1)]


def provider_numbers(clinics: Clinics) -> Ints:
    """Give the six-digit numbers of all providers by position."""
    return np.append(clinics.ydernr, CLINIC_NUMBERS + np.arange(OTHER_PROVIDERS))


def stranger_numbers(first: int) -> Ints:
    """Give the numbers of persons that stand in no other register."""
    return first + np.arange(STRANGERS, dtype=np.int64)
