"""Further covariates of an invented nation: of persons block by block, and of areas, municipalities and clinics.

All of it is invented [assumption]. What it is for is that scenarios have something to read.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.synthetic.areas import areas
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, happens
from fordel_dask.synthetic.clinics import clinics_of
from fordel_dask.synthetic.columns import digits, whole
from fordel_dask.synthetic.diseases import somatic_count
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import CIVIL_STATUS, People
from fordel_dask.synthetic.places import AGES, LIFE_EXPECTANCY, places
from fordel_dask.synthetic.pseudonyms import pseudonyms
from fordel_dask.synthetic.registers import PNR_DIGITS, YDERNR_DIGITS

WITHOUT_ROW = 0.002  # of the citizens
MARRIED = ("G", "P")
ENDED, ENDED_AGES = 0.02, (25, 75)  # of those who are not married
HOME_CARE_BY_AGE = ((0, 17, 18, 64, 65, 90, 110), (0.0, 0.0, 0.004, 0.012, 0.05, 0.45, 0.6))
CARE_SHAPE, CARE_HOURS, QUARTERS, MOST_HOURS = 1.2, 3.5, 4, 60.0  # hours a week, by quarters
HOURS_UNKNOWN = 0.003  # of the citizens
SUPPORT, SUPPORT_AGES = 0.004 / 0.6, (18, 67)  # 0.4 % of everybody; three in five are of these ages
GP_CONDITIONS, GP_BY_AGE = 3, ((0, 20, 45, 70, 110), (0.01, 0.03, 0.09, 0.2, 0.25))
LATE = 0.003
DEATHS_AT_0, DEATHS_GROW, MOST_DEATHS = 0.014, 0.1, 600.0  # per 1,000 a year
WOMEN_DIE, MEN_DIE, OF_HEALTHY, OF_CONDITION = 0.8, 1.2, 0.8, 0.25
DEPRIVED, DEPRIVED_MORE = 0.05, 25.0
INDEX, INDEX_SPREAD, INDEX_BOUNDS, INDEX_UNKNOWN = 32.0, 11.0, (8, 80), 0.02
TOWNS, SPECIALISTS_NEAR = 5, 2.0
AT_65, AT_65_PER_YEAR, AT_65_BOUNDS = 19.7, 0.35, (18.5, 21.0)
SEXES_APART, NOISE = 2.0, 0.15  # years that women live longer, and men shorter, than both
TRAINEES, SPECIAL_HOUSING = 0.25, 0.01
Line = Sequence[str | int]


def covariates_table(nation: Nation, block: int, people: People, has: Flags) -> pa.Table:
    """Give further covariates by person: one row for nearly every citizen of the block, in random order."""
    rng, size = stream(nation, Purpose.COVARIATES, block), people.citizens
    age, woman, civil = people.age[:size], people.woman[:size], people.civil[:size]
    hours = _home_care(rng, age)
    unknown = happens(rng, HOURS_UNKNOWN, size)
    columns = {
        "COHABITATION_ENDED": _ended(rng, age, civil),
        "SOCIAL_SUPPORT": _between(age, SUPPORT_AGES) & happens(rng, SUPPORT, size),
        "GP_CONDITIONS": rng.binomial(GP_CONDITIONS, np.interp(age, *GP_BY_AGE)),
        "LATE_DIAGNOSIS": happens(rng, LATE, size),
    }
    deaths = _deaths(age, woman, somatic_count(has[:size]))
    row = rng.permutation(size)[: size - round(size * WITHOUT_ROW)]
    return pa.table(
        {
            "PNR": digits(pseudonyms(nation, people.number[row]), PNR_DIGITS),
            "HOME_CARE": pa.array(hours[row], mask=unknown[row]),
            **{name: whole(values[row].astype(np.int64)) for name, values in columns.items()},
            "MORTALITY_RISK": pa.array(deaths[row]),
        }
    )


def _between(age: Ints, ages: tuple[int, int]) -> Flags:
    return np.asarray((ages[0] <= age) & (age <= ages[1]))


def _ended(rng: Chance, age: Ints, civil: Ints) -> Flags:
    married = np.isin(civil, [CIVIL_STATUS.index(status) for status in MARRIED])
    return np.asarray(~married & _between(age, ENDED_AGES) & happens(rng, ENDED, age.size))


def _home_care(rng: Chance, age: Ints) -> Floats:
    """Draw hours of home care a week, by quarters of an hour; 0 for most."""
    helped = np.flatnonzero(happens(rng, np.interp(age, *HOME_CARE_BY_AGE), age.size))
    hours = np.zeros(age.size)
    drawn = rng.gamma(CARE_SHAPE, CARE_HOURS / CARE_SHAPE, helped.size)
    hours[helped] = np.clip(np.ceil(drawn * QUARTERS) / QUARTERS, 1 / QUARTERS, MOST_HOURS)
    return hours


def _deaths(age: Ints, woman: Flags, somatic: Ints) -> Floats:
    """Give deaths per 1,000 a year, one decimal, by age, sex and number of somatic conditions."""
    by_age = DEATHS_AT_0 * np.exp(DEATHS_GROW * np.arange(AGES))
    by_illness = OF_HEALTHY + OF_CONDITION * somatic
    deaths = np.minimum(by_age[age] * np.where(woman, WOMEN_DIE, MEN_DIE) * by_illness, MOST_DEATHS)
    return np.asarray(np.round(deaths, 1))


def of_areas(nation: Nation) -> Iterable[Line]:
    """Give for each area whether it has deprived housing, and an index of deprivation, some without."""
    rng, codes = stream(nation, Purpose.COVARIATES, _beside(1)), areas(nation).codes
    deprived = happens(rng, DEPRIVED, len(codes))
    index = np.round(rng.normal(INDEX, INDEX_SPREAD, len(codes)) + DEPRIVED_MORE * deprived).astype(np.int64)
    unknown = happens(rng, INDEX_UNKNOWN, len(codes))
    for n, code in enumerate(codes):
        yield code, int(deprived[n]), "" if unknown[n] else int(np.clip(index[n], *INDEX_BOUNDS))


def of_municipalities(nation: Nation) -> Iterable[Line]:
    """Give SPECIALIST_KM and life expectancy at 65, of men and of women, which small islands do not have."""
    rng, here = stream(nation, Purpose.COVARIATES, _beside(2)), places()
    towns = np.argsort(-here.citizens)[:TOWNS]
    km = here.km[:-1][:, towns].min(axis=1) + SPECIALISTS_NEAR
    noise = rng.normal(0.0, NOISE, (3, km.size))
    for far, row, (at_65, men, women) in zip(km, law.rows("geography/municipalities"), noise.T, strict=True):
        own = float(row["middellevetid_0aar"] or "nan")
        left = np.clip(AT_65 + AT_65_PER_YEAR * (own - LIFE_EXPECTANCY) + at_65, *AT_65_BOUNDS)
        years = (left, own - SEXES_APART + men, own + SEXES_APART + women)
        yield f"{far:.1f}", *("" if np.isnan(own) else f"{value:.1f}" for value in years)


def of_clinics(nation: Nation) -> Iterable[Line]:
    """Give for each clinic its positions of doctors in training, and whether it serves a home of special care."""
    rng, clinics = stream(nation, Purpose.COVARIATES, _beside(3)), clinics_of(nation)
    size = clinics.ydernr.size
    trainees = np.where(happens(rng, TRAINEES, size), rng.integers(1, 3, size), 0)
    special = happens(rng, SPECIAL_HOUSING, size)
    for n, number in enumerate(clinics.ydernr.tolist()):
        yield f"{number:0{YDERNR_DIGITS}}", int(trainees[n]), int(special[n])


def _beside(number: int) -> int:
    """Give a stream that no block has."""
    return 2**31 + number
