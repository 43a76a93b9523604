"""The reference's capacities and exact numbers against answers worked out by hand."""

import math
from fractions import Fraction

import pytest

from fordel_dask import law
from tests.reference.capacity import (
    Area,
    maximum_capacities,
    need,
    need_before_rounding,
    patients_per_capacity,
)
from tests.reference.clinics import Facts, clinic, minimum_patients
from tests.reference.explanation import Part, whole_patients
from tests.reference.floors import floor_capacities
from tests.reference.model import DEFAULTS
from tests.reference.rounding import decimals, half_even, half_even_root, half_up, half_up_to_step, shortest

NORM, FLOOR_KM2 = 1600, 35

COUNCILS = {
    "memo 4.6.4: 718,720 weighted citizens need 449.2, so 450": ([(718_720, 690)], None, 450),
    "1,600 weighted citizens are one capacity": ([(1_600, 10)], None, 1),
    "one citizen more is a second capacity": ([(1_601, 10)], None, 2),
    "exactly 450 stays 450": ([(720_000, 10)], None, 450),
    "48,000 citizens of weight 0.7 are 21": ([(33_600, 0)], None, 21),
    "fractions of two municipalities meet before rounding": ([(800, 1), (800, 1)], None, 1),
    "the floor lifts a large, thin municipality": ([(1_600, 350)], FLOOR_KM2, 10),
    "the floor works inside each municipality, not on the council": ([(1_600, 350), (160_000, 35)], FLOOR_KM2, 110),
    "the floor is not rounded by itself": ([(0, 36), (0, 34)], FLOOR_KM2, 2),
    "nobody and no land need nothing": ([(0, 0)], FLOOR_KM2, 0),
}


def area(weighted: int, km2: object, floor_km2: int | None) -> Area:
    weight = Fraction(weighted)
    return Area(weighted, weight, weight, need(weight, NORM), floor_capacities(Fraction(km2), floor_km2))


@pytest.mark.parametrize(("municipalities", "floor_km2", "expected"), COUNCILS.values(), ids=COUNCILS)
def test_council_maximum(municipalities, floor_km2, expected):
    areas = [area(weighted, km2, floor_km2) for weighted, km2 in municipalities]
    assert maximum_capacities(need_before_rounding(areas)) == expected


def denmark(floor_km2: int | None) -> dict[str, tuple[str, Area]]:
    """Give council and area of every municipality when everyone weighs 1."""
    return {
        row["navn"]: (row["sundhedsraad_id"], area(int(row["folketal_2026"]), row["areal_km2"], floor_km2))
        for row in law.rows("geography/municipalities")
    }


def national_sum(floor_km2: int | None) -> int:
    councils: dict[str, list[Area]] = {}
    for council, own in denmark(floor_km2).values():
        councils.setdefault(council, []).append(own)
    return sum(maximum_capacities(need_before_rounding(areas)) for areas in councils.values())


def test_floor_binds_in_exactly_ten_municipalities_when_everyone_weighs_one():
    binding = {name for name, (_, own) in denmark(FLOOR_KM2).items() if own.floor_addition > 0}
    assert binding == {
        *("Lolland", "Langeland", "Tønder", "Varde", "Lemvig", "Samsø", "Ringkøbing-Skjern"),
        *("Thisted", "Læsø", "Jammerbugt"),
    }


def test_floor_adds_38_328_when_everyone_weighs_one():
    added = sum((own.floor_addition for _, own in denmark(FLOOR_KM2).values()), Fraction(0))
    assert decimals(added, 3) == "38.328"


def test_councils_sum_to_3774_without_and_3812_with_the_floor():
    assert (national_sum(None), national_sum(FLOOR_KM2)) == (3_774, 3_812)


def test_healthier_patients_mean_more_of_them_per_capacity():
    assert patients_per_capacity(NORM, Fraction(1_000), Fraction(800)) == 2_000


def test_no_ratio_where_nobody_weighs_anything():
    assert patients_per_capacity(NORM, Fraction(3), Fraction(0)) is None


CLINICS = {  # patients, weighted, capacities, registered → exact, rounded, patients, status
    "average patients": ((1_600, 1_600, "1", True), (1_600, 1_600, 1_600, "ok")),
    "1,625 is rounded half up to 1,650": ((65, 64, "1", True), (1_625, 1_650, 1_650, "ok")),
    "1,624.9 is rounded down to 1,600": ((16_249, 16_000, "2", True), (Fraction("1624.9"), 1_600, 3_200, "ok")),
    "half a patient counts as a whole one": ((1_000, 1_000, "0.0003125", True), (1_600, 1_600, 1, "ok")),
    "half a capacity": ((800, 1_000, "0.5", True), (1_280, 1_300, 650, "ok")),
    "no capacities: the exact figure only": ((100, 80, "0", True), (2_000, None, None, "no_capacities")),
    "not in the register": ((100, 80, "0", False), (2_000, None, None, "unregistered")),
    "no patients": ((0, 0, "2", True), (None, None, None, "no_patients")),
    "no patients and not in the register": ((0, 0, "0", False), (None, None, None, "no_patients")),
}


@pytest.mark.parametrize(("given", "expected"), CLINICS.values(), ids=CLINICS)
def test_clinic_minimum(given, expected):
    patients, weighted, capacities, registered = given
    figures = clinic(Facts(patients, Fraction(weighted), Fraction(capacities), registered), DEFAULTS)
    assert (figures.exact_minimum, figures.rounded_minimum, figures.minimum_patients, figures.status) == expected


def test_minimum_patients_of_two_and_a_half_capacities():
    assert minimum_patients(Fraction("2.5"), 1_550) == 3_875


def test_whole_patients_share_out_the_minimum_exactly():
    parts = [
        Part("age_sex", "M 0-4", 3, Fraction(1, 3)),
        Part("clamp", "", 0, Fraction(-4, 3)),
        Part("r", "", 9, Fraction(0)),
    ]
    # S = 9 − 1 = 8, N = 9: 1600·9/8 = 1800, so +200: −66⅔, +266⅔, 0 → −67, 267, 0
    assert whole_patients(parts, Fraction(8), Fraction(9), NORM) == [-67, 267, 0]


def test_whole_patients_give_ties_to_the_first_row():
    parts = [Part("a", "", 1, Fraction(-1, 2)), Part("b", "", 1, Fraction(-1, 2))]
    # S = 3200, N = 3201: 1600.5 is rounded up to 1601, and each part is ¼
    assert whole_patients(parts, Fraction(3200), Fraction(3201), NORM) == [1, 0]


def test_roundings_at_the_half():
    assert [half_even(Fraction(n, 2)) for n in (1, 3, -1, 5)] == [0, 2, 0, 2]
    assert [half_up(Fraction(n, 2)) for n in (1, 3, -1, 5)] == [1, 2, 0, 3]
    assert [half_up_to_step(Fraction(n), 50) for n in (1_624, 1_625, 1_674)] == [1_600, 1_650, 1_650]


def test_roots_are_rounded_from_the_exact_fraction():
    assert [half_even_root(Fraction(text)) for text in ("0", "2", "6.25", "12.25", "12.24", "6.26")] == [
        0,
        1,
        2,
        4,
        3,
        3,
    ]
    assert half_even_root(Fraction(10**60 + 1)) == 10**30
    assert half_even_root(Fraction(10**60)) == math.isqrt(10**60)


def test_printing_has_no_negative_nought_and_no_exponent():
    assert decimals(Fraction(-1, 10**10)) == "0.000000000"
    assert decimals(Fraction(1, 2 * 10**9)) == "0.000000000"
    assert decimals(Fraction(3, 2 * 10**9)) == "0.000000002"
    assert decimals(Fraction(-5, 4), 1) == "-1.2"


def test_inputs_are_repeated_as_their_shortest_text():
    given = ("0.2120", "1.0", "100", "0.0", "2,50", "1e-05", "")
    assert [shortest(text) for text in given] == ["0.212", "1", "100", "0", "2.5", "0.00001", ""]
