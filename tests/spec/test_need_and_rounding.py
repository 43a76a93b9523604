"""Need of areas, the floor's area, rounding, and which table is whose (R2, R4, R5, R16, R18, R31, R32)."""

from fractions import Fraction

import numpy as np
import pytest

from fordel_dask.capacity.area import AreaSums, area_needs, rounded_patients
from fordel_dask.capacity.council import council_numbers
from fordel_dask.extracts.declaration import Source
from fordel_dask.law.capacities import floor_of, need_of
from fordel_dask.law.rounding import NANO
from fordel_dask.model import load_model
from fordel_dask.nation import Municipality, Nation, Projection
from fordel_dask.registers.municipalities import read_municipalities
from fordel_dask.schema.results import CLINICS, COUNCILS, MUNICIPALITIES

RULES = load_model("national-2025").capacity
STEP = load_model("national-2025").clinics.rounding_step
HIGHEST = 2


def municipality(code, km2="35"):
    return Municipality(code, f"By {code}", "raadet", "Rådet", "Regionen", Fraction(km2), Fraction("81.6"))


def nation(*places, projection=None):
    return Nation(2026, Fraction("81.6"), places, (), projection)


def needs(of, citizens, weighted, ages=None, persons=None):
    """Give the need of areas with so many citizens who weigh so much each; ``ages`` by sex and age in one row."""
    cells = 2 * (HIGHEST + 1)
    by_age = np.zeros((len(citizens), cells), np.int64) if ages is None else np.array(ages)
    mean = [w * NANO // max(n, 1) for n, w in zip(citizens, weighted, strict=True)]
    nano = by_age * np.array(mean)[:, None]
    return area_needs(of, AreaSums(citizens, persons or citizens, [w * NANO for w in weighted], nano, by_age), RULES)


CAPACITIES = {
    "1,600 weighted citizens need one capacity": (1_600, Fraction(1)),
    "800 need half of one": (800, Fraction(1, 2)),
    "nobody needs none": (0, Fraction(0)),
    "718,720 need 449.2": (718_720, Fraction("449.2")),
}


@pytest.mark.rule("R2")
@pytest.mark.parametrize(("weighted", "expected"), CAPACITIES.values(), ids=CAPACITIES)
def test_one_capacity_covers_1600_weighted_citizens(weighted, expected):
    assert need_of(weighted, RULES.citizens_per_capacity) == expected


@pytest.mark.rule("R4")
def test_need_is_that_of_the_citizens_expected_at_the_years_end():
    people = {(0, sex, age): Fraction(400) for sex in (1, 2) for age in range(HIGHEST + 1)}
    place = municipality("101")
    (now,) = needs(nation(place), [1_600], [1_600])
    ages = [[300, 300, 200, 300, 300, 200]]
    (then,) = needs(nation(place, projection=Projection(people, HIGHEST)), [1_600], [1_600], ages)
    assert (now.projected, now.need) == (1_600, 1)
    assert (then.projected, then.need) == (2_400, Fraction(3, 2))


@pytest.mark.rule("R5")
def test_expected_persons_count_by_the_share_in_group_1_and_the_mean_weight_of_their_sex_and_age():
    people = {(0, 1, 0): Fraction(100), (0, 1, 1): Fraction(100)}
    of = nation(municipality("101"), projection=Projection(people, 1))
    sums = AreaSums([50], [100], [75 * NANO], np.array([[25 * NANO, 50 * NANO, 0, 0]]), np.array([[25, 25, 0, 0]]))
    (need,) = area_needs(of, sums, RULES)
    assert need.projected == 100  # half of 200 expected, as half of all persons are in group 1
    assert need.projected_nano == Fraction(1, 2) * (100 * 1 + 100 * 2) * NANO


@pytest.mark.rule("R5")
def test_an_age_that_nobody_has_today_takes_the_mean_weight_of_the_municipality():
    people = {(0, 1, 0): Fraction(10), (0, 2, 1): Fraction(10)}
    of = nation(municipality("101"), projection=Projection(people, 1))
    sums = AreaSums([10], [10], [30 * NANO], np.array([[30 * NANO, 0, 0, 0]]), np.array([[10, 0, 0, 0]]))
    (need,) = area_needs(of, sums, RULES)
    assert need.projected_nano == (10 * 3 + 10 * 3) * NANO


@pytest.mark.rule("R16")
def test_neither_floor_nor_need_of_a_municipality_is_rounded_only_the_councils_sum_is():
    thirds = nation(municipality("101", "46.666666666"), municipality("102", "46.666666666"), municipality("103", "1"))
    areas = needs(thirds, [10, 10, 10], [10, 10, 1_600])
    (council,) = council_numbers(thirds, areas, {}, load_model().capacity)
    assert areas[0].floor == Fraction("46.666666666") / 35
    assert council.maximum_capacities == 4  # 1.333… + 1.333… + 1 = 3.666…; rounded one by one it would be 2 + 2 + 1


@pytest.mark.rule("R18")
def test_the_area_of_the_municipality_table_counts_to_its_last_decimal():
    assert floor_of(Fraction("35"), RULES.floor_km2) == 1
    assert floor_of(Fraction("1183.9"), RULES.floor_km2) == Fraction("1183.9") / 35


HEADING = "KOM,NAME,COUNCIL_ID,COUNCIL,REGION,AREA_KM2,LIFE_EXPECTANCY"


@pytest.mark.rule("R18")
def test_the_area_that_is_delivered_counts_before_the_packaged_one(tmp_path):
    packaged = {row["KOM"]: row["AREA_KM2"] for row in read_municipalities(None)}
    path = tmp_path / "municipalities.csv"
    path.write_text(f"{HEADING}\n550,Tønder,soenderjylland,Sønderjylland,Region Syddanmark,1283.97,80.6\n", "utf-8")
    (delivered,) = read_municipalities(Source("municipalities", (path,)))
    assert delivered["AREA_KM2"] == "1283.97" != packaged["550"]


STEPS = {
    "1,425 lies half-way and goes up": (Fraction(1425), 1450),
    "a hair less goes down": (Fraction(1425) - Fraction(1, 10**9), 1400),
    "1,474.9 stays": (Fraction("1474.9"), 1450),
    "1,475 goes up": (Fraction(1475), 1500),
    "Aabenraa's 1,450 is a multiple of the step": (Fraction(1450), 1450),
}


@pytest.mark.rule("R31")
@pytest.mark.parametrize(("patients", "expected"), STEPS.values(), ids=STEPS)
def test_clinic_numbers_are_rounded_to_50_patients_a_capacity(patients, expected):
    assert rounded_patients(patients, STEP) == expected


@pytest.mark.rule("R31")
def test_a_small_change_of_patients_moves_no_number():
    assert len({rounded_patients(Fraction(1600 * n, 1_700), STEP) for n in range(1_690, 1_711)}) == 1


@pytest.mark.rule("R32")
def test_numbers_of_clinics_stand_in_a_table_of_their_own():
    names = {column.name for table in (COUNCILS, MUNICIPALITIES) for column in table.columns}
    assert "ydernummer" not in names
    assert CLINICS.columns[0].name == "ydernummer"
