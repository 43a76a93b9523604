"""What a service costs by the fee table of 1 October 2025, rule by rule: one named case for every boundary."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.fees.fee_table import packaged_tables
from fordel_dask.fees.outcomes import Outcome, Unknown
from fordel_dask.fees.service_rules import service_rules
from tests.lib.claims import priced
from tests.reference.pricing import Row

MONDAY, SATURDAY, SUNDAY = datetime.date(2025, 10, 6), datetime.date(2025, 10, 11), datetime.date(2025, 10, 12)
CHRISTMAS_EVE = datetime.date(2025, 12, 24)
NOON, EVENING, LATE, NIGHT = 12 * 60, 18 * 60, 23 * 60, 3 * 60
INSIDE, NOWHERE = 1, 2
BORN = datetime.date(2025, 3, 6)  # seven months on MONDAY


def service(code, speciality="80", quantity=1, day=MONDAY, minute=NOON, **told):
    told["km"] = Fraction(told["km"]) if "km" in told else None
    return Row(1, speciality + code, quantity, day, minute=minute, **told)


def months_old(months, days=0):
    """Give the birth day of somebody who completed so many months so many days before MONDAY."""
    year, month = divmod(12 * MONDAY.year + MONDAY.month - 1 - months, 12)
    return datetime.date(year, month + 1, MONDAY.day) - datetime.timedelta(days)


P = Outcome.PRICED
PLAIN = {
    "consultation_in_day_time": (service("0101"), P, 16911),
    "consultation_in_a_duty": (service("0101", minute=EVENING), P, 22708),
    "consultation_in_b_duty": (service("0101", minute=LATE), P, 28189),
    "consultation_on_saturday_noon_is_a_duty": (service("0101", day=SATURDAY), P, 22708),
    "consultation_on_sunday_is_b_duty": (service("0101", day=SUNDAY), P, 28189),
    "consultation_on_christmas_eve_is_a_duty": (service("0101", day=CHRISTMAS_EVE), P, 22708),
    "consultation_at_night_has_no_rate": (service("0101", minute=NIGHT), Outcome.NO_RATE_AT_NIGHT, 0),
    "consultation_without_time_is_day_time": (service("0101", minute=None), P, 16911),
    "out_of_hours_with_time_of_a_duty": (service("0101", "81", minute=EVENING), P, 22708),
    "out_of_hours_without_time": (service("0101", "81", minute=None), Outcome.DUTY_WITHOUT_TIME, 0),
    "out_of_hours_certificate_costs_the_same_in_a_and_b": (service("5001", "81", minute=None), P, 154100),
    "home_visit_of_day_time_is_none_of_duty": (service("0411", minute=LATE), Outcome.NOT_AT_THIS_TIME, 0),
    "day_time_service_out_of_hours": (service("0411", "81", minute=None), Outcome.NOT_AT_THIS_TIME, 0),
    "duty_visit_in_day_time": (service("0471"), Outcome.NOT_AT_THIS_TIME, 0),
    "prevention_knows_no_hours": (service("8940", minute=NIGHT), P, 16376),
    "two_services_in_a_row": (service("0101", quantity=2), P, 33822),
    "correction_is_negative": (service("0101", quantity=-1), P, -16911),
    "quantity_of_none": (service("0101", quantity=0), P, 0),
    "number_in_no_table": (service("4321"), Outcome.UNKNOWN_CODE, 0),
    "dentist": (service("0101", "50"), Outcome.NOT_GENERAL_PRACTICE, 0),
    "day_before_the_table": (service("0101", day=datetime.date(2025, 9, 30)), Outcome.NO_TABLE_IN_FORCE, 0),
    "first_day_of_the_table": (service("0101", day=datetime.date(2025, 10, 1)), P, 16911),
    "last_day_of_the_table": (service("0101", day=datetime.date(2026, 3, 31)), P, 16911),
    "day_after_the_table": (service("0101", day=datetime.date(2026, 4, 1)), Outcome.NO_TABLE_IN_FORCE, 0),
    "end_of_chronic_care_costs_nothing": (service("0133"), P, 0),
    "registration_of_no_visit_costs_nothing": (service("0410"), P, 0),
    "chronic_care_outside_areas_short_of_doctors": (service("0132"), P, 25685),
    "chronic_care_inside_such_an_area": (service("0132", area=INSIDE), P, 42583),
    "chronic_care_of_no_known_clinic": (service("0132", area=NOWHERE), Outcome.AREA_UNKNOWN, 0),
    "end_of_chronic_care_of_no_known_clinic": (service("0133", area=NOWHERE), P, 0),
    "certificate_without_tax": (service("5093"), P, 12023),
    "certificate_with_tax": (service("5993"), P, 15028),
    "amount_beyond_all_reason": (service("0101", quantity=2**31 - 1), Outcome.IMPOSSIBLE_AMOUNT, 0),
}
DISTANCES = {
    "visit_next_door": (service("0411", km=0), P, 43954),
    "visit_at_4_km": (service("0411", km=4), P, 43954),
    "visit_just_over_4_km": (service("0411", km="4.001"), Outcome.OTHER_DISTANCE, 0),
    "visit_at_4_km_is_not_in_the_second_band": (service("0421", km=4), Outcome.OTHER_DISTANCE, 0),
    "visit_in_the_started_5th_km": (service("0421", km="4.001"), P, 60464),
    "visit_at_8_km": (service("0421", km=8), P, 60464),
    "visit_in_the_started_9th_km": (service("0431", km="8.5"), P, 69139),
    "visit_at_12_km": (service("0431", km=12), P, 69139),
    "visit_in_the_started_13th_km": (service("0441", km="12.2"), P, 78164),
    "visit_at_16_km": (service("0441", km=16), P, 78164),
    "visit_in_the_started_17th_km": (service("0451", km="16.1"), P, 120811),
    "visit_at_20_km": (service("0451", km=20), P, 120811),
    "visit_at_20_km_is_not_the_farthest": (service("0461", km=20), Outcome.OTHER_DISTANCE, 0),
    "visit_in_the_started_21st_km": (service("0461", km="20.001"), P, 156331),
    "visit_without_km_is_believed": (service("0461"), P, 156331),
    "visit_below_0_km": (service("0411", km=-1), Outcome.IMPOSSIBLE_AMOUNT, 0),
    "visit_on_the_route_whatever_the_distance": (service("0491", km=33), P, 43954),
    "modules_one": (service("0126", modules=1), P, 17914),
    "modules_six": (service("0126", modules=6), P, 6 * 17914),
    "modules_seven": (service("0126", modules=7), Outcome.TOO_MANY_MODULES, 0),
    "modules_of_a_correction": (service("0126", quantity=-1, modules=3), P, -3 * 17914),
    "modules_not_told_are_the_quantity": (service("0126", quantity=4), P, 4 * 17914),
    "modules_below_0": (service("0126", modules=-1), Outcome.IMPOSSIBLE_AMOUNT, 0),
    "meetings_have_no_most_modules": (service("3304", modules=9), P, 9 * 15493),
    "half_hours_in_day_time": (service("2201", modules=3), P, 3 * 15094),
    "half_hours_in_a_duty": (service("2502", modules=2, minute=EVENING), P, 2 * 23902),
    "half_hours_in_b_duty": (service("2502", modules=2, minute=LATE), P, 2 * 29438),
    "hours_of_readiness": (service("1001", modules=2, minute=LATE), P, 2 * 15497),
    "mileage_by_the_metre": (service("9001", km="12.5"), P, 5475),
    "mileage_not_told_is_the_quantity": (service("9001", quantity=10), P, 4380),
    "mileage_at_the_second_rate": (service("9002", km=10), P, 2560),
    "half_an_ore_is_rounded_up_to_even": (service("9001", km="0.25"), P, 110),
    "half_an_ore_is_rounded_down_to_even": (service("9001", km="0.75"), P, 328),
}
CHILD = {
    "5_weeks_too_early": ("8211", MONDAY - datetime.timedelta(20), Outcome.OTHER_AGE),
    "5_weeks_first_day": ("8211", MONDAY - datetime.timedelta(21), P),
    "5_weeks_last_day": ("8211", MONDAY - datetime.timedelta(63), P),
    "5_weeks_too_late": ("8211", MONDAY - datetime.timedelta(64), Outcome.OTHER_AGE),
    "5_months_too_early": ("8212", months_old(4, -1), Outcome.OTHER_AGE),
    "5_months_first_day": ("8212", months_old(4), P),
    "5_months_last_day": ("8212", months_old(7, -1), P),
    "5_months_too_late": ("8212", months_old(7), Outcome.OTHER_AGE),
    "12_months_too_early": ("8213", months_old(11, -1), Outcome.OTHER_AGE),
    "12_months_first_day": ("8213", months_old(11), P),
    "12_months_too_late": ("8213", months_old(15), Outcome.OTHER_AGE),
    "2_years_too_early": ("8214", months_old(22, -1), Outcome.OTHER_AGE),
    "2_years_first_day": ("8214", months_old(22), P),
    "2_years_last_day": ("8214", months_old(36, -1), P),
    "2_years_too_late": ("8214", months_old(36), Outcome.OTHER_AGE),
    "3_years_first_day": ("8215", months_old(34), P),
    "3_years_too_late": ("8215", months_old(48), Outcome.OTHER_AGE),
    "4_years_first_day": ("8216", months_old(46), P),
    "4_years_too_late": ("8216", months_old(60), Outcome.OTHER_AGE),
    "5_years_first_day": ("8217", months_old(58), P),
    "5_years_too_late": ("8217", months_old(72), Outcome.OTHER_AGE),
    "hpv_the_day_before_the_12th_birthday": ("8328", months_old(144, -1), Outcome.OTHER_AGE),
    "hpv_on_the_12th_birthday": ("8328", months_old(144), P),
    "hpv_the_day_before_the_18th_birthday": ("8328", months_old(216, -1), P),
    "hpv_on_the_18th_birthday": ("8328", months_old(216), Outcome.OTHER_AGE),
}
TOGETHER = {
    "blood_sample_beside_a_consultation": ("2101", ["0101"], P),
    "blood_sample_alone": ("2101", [], Outcome.NO_ALLOWED_SERVICE),
    "blood_sample_beside_a_visit": ("2101", ["0411"], P),
    "blood_sample_beside_video": ("2101", ["0125"], Outcome.NO_ALLOWED_SERVICE),
    "blood_sample_beside_a_telephone_consultation": ("2101", ["0201"], Outcome.NO_ALLOWED_SERVICE),
    "psychometric_test_beside_video": ("2149", ["0125"], P),
    "psychometric_test_beside_agreed_telephone": ("2149", ["0204"], P),
    "psychometric_test_beside_plain_telephone": ("2149", ["0201"], Outcome.NO_ALLOWED_SERVICE),
    "interpreter_beside_video": ("2161", ["0125"], P),
    "not_enrolled_2401_beside_video": ("2401", ["0125"], P),
    "not_enrolled_2402_beside_video": ("2402", ["0125"], P),
    "not_enrolled_2401_beside_telephone": ("2401", ["0201"], Outcome.NO_ALLOWED_SERVICE),
    "not_enrolled_2403_beside_telephone": ("2403", ["0201"], P),
    "not_enrolled_2403_beside_consultation": ("2403", ["0101"], Outcome.NO_ALLOWED_SERVICE),
    "death_certificate_page_2_beside_0101": ("2135", ["0101"], P),
    "death_certificate_page_2_beside_a_visit": ("2135", ["0411"], Outcome.NO_ALLOWED_SERVICE),
    "registration_on_video_beside_talk_therapy": ("1003", ["6101"], P),
    "registration_on_video_alone": ("1003", [], Outcome.NO_ALLOWED_SERVICE),
    "time_supplement_beside_outreach_visit": ("3410", ["0121"], P),
    "time_supplement_beside_a_meeting": ("3410", ["3304"], P),
    "time_supplement_beside_a_consultation": ("3410", ["0101"], Outcome.NO_ALLOWED_SERVICE),
    "urine_beside_examination_in_pregnancy": ("8155", ["8110"], P),
    "urine_of_prevention_beside_consultation": ("8155", ["0101"], Outcome.NO_ALLOWED_SERVICE),
    "blood_at_second_examination": ("8151", ["8120"], P),
    "blood_at_first_examination": ("8151", ["8110"], Outcome.NO_ALLOWED_SERVICE),
    "vaccination_supplement_with_vaccination_alone": ("8708", ["8341"], P),
    "vaccination_supplement_without_vaccination": ("8708", [], Outcome.NO_ALLOWED_SERVICE),
    "vaccination_supplement_with_consultation": ("8708", ["8341", "0101"], Outcome.NOT_ALONE),
    "vaccination_supplement_with_child_check": ("8708", ["8341", "8212"], Outcome.NOT_ALONE),
    "vaccination_supplement_with_hpv": ("8708", ["8325", "8328"], Outcome.NOT_ALONE),
    "adult_vaccination_supplement_alone": ("8901", ["8801"], P),
    "adult_vaccination_supplement_with_consultation": ("8901", ["8802", "0101"], Outcome.NOT_ALONE),
    "interpreter_of_prevention_beside_child_check": ("8410", ["8212"], P),
    "interpreter_of_prevention_beside_consultation": ("8410", ["0101"], Outcome.NO_ALLOWED_SERVICE),
    "certificate_needs_no_service": ("5093", [], P),
}
FAR = {
    "2301_at_21_km_has_no_km_beyond": ("2301", "0461", 21, NOON, 0),
    "2301_just_over_21_km_starts_one": ("2301", "0461", "21.001", NOON, 3682),
    "2301_at_22_km": ("2301", "0461", 22, NOON, 3682),
    "2301_just_over_22_km": ("2301", "0461", "22.001", NOON, 2 * 3682),
    "3701_at_21_km_has_no_km_beyond": ("3701", "3460", 21, NOON, 0),
    "3701_just_over_21_km": ("3701", "3460", "21.3", NOON, 1026),
    "2302_at_10_km_has_no_km_beyond": ("2302", "0471", 10, EVENING, 0),
    "2302_in_a_duty": ("2302", "0471", 12, EVENING, 2 * 1945),
    "2302_in_b_duty_a_started_km": ("2302", "0471", "12.1", LATE, 3 * 2360),
}
TRAVEL = {
    "3410_next_door": ("3410", 0, P, 9534),
    "3410_at_4_km": ("3410", 4, P, 9534),
    "3410_just_over_4_km": ("3410", "4.001", Outcome.OTHER_DISTANCE, 0),
    "3420_at_4_km": ("3420", 4, Outcome.OTHER_DISTANCE, 0),
    "3420_just_over_4_km": ("3420", "4.001", P, 13887),
    "3420_at_8_km": ("3420", 8, P, 13887),
    "3420_just_over_8_km": ("3420", "8.001", Outcome.OTHER_DISTANCE, 0),
    "3430_at_8_km": ("3430", 8, Outcome.OTHER_DISTANCE, 0),
    "3430_just_over_8_km": ("3430", "8.001", P, 17973),
    "3430_at_12_km": ("3430", 12, P, 17973),
    "3440_at_12_km": ("3440", 12, Outcome.OTHER_DISTANCE, 0),
    "3440_just_over_12_km": ("3440", "12.001", P, 22091),
    "3440_at_16_km": ("3440", 16, P, 22091),
    "3450_at_16_km": ("3450", 16, Outcome.OTHER_DISTANCE, 0),
    "3450_just_over_16_km": ("3450", "16.001", P, 26240),
    "3450_at_20_km": ("3450", 20, P, 26240),
    "3450_just_over_20_km": ("3450", "20.001", Outcome.OTHER_DISTANCE, 0),
    "3460_at_20_km": ("3460", 20, Outcome.OTHER_DISTANCE, 0),
    "3460_just_over_20_km": ("3460", "20.001", P, 28807),
    "3460_without_km_is_believed": ("3460", None, P, 28807),
}
OF_NO_FEE = {"1003": "6101", "0133": "0101", "0410": "0101"}
DOSES = {"8341": 3, "8344": 3, "8325": 1, "8601": 2, "8328": 3, "8801": 1, "8802": 1}


@pytest.mark.parametrize(("row", "outcome", "fee"), (PLAIN | DISTANCES).values(), ids=PLAIN | DISTANCES)
def test_a_service_alone(row, outcome, fee):
    assert priced([row])[0][0][:2] == (outcome, fee)


@pytest.mark.parametrize(("code", "born", "outcome"), CHILD.values(), ids=CHILD)
def test_a_service_for_an_age(code, born, outcome):
    assert priced([service(code, born=born)])[0][0][0] == outcome


@pytest.mark.parametrize(("code", "beside", "outcome"), TOGETHER.values(), ids=TOGETHER)
def test_a_service_beside_others_of_the_day(code, beside, outcome):
    assert priced([service(one) for one in (code, *beside)])[0][0][0] == outcome


def test_a_service_of_another_day_or_citizen_is_not_beside():
    blood = service("2101")
    others = [service("0101", day=SATURDAY), Row(2, "800101", 1, MONDAY, minute=NOON)]
    assert priced([blood, *others])[0][0][0] == Outcome.NO_ALLOWED_SERVICE


def test_without_a_date_of_treatment_services_beside_it_are_not_looked_for():
    (outcome, fee, unknown), *_ = priced([service("2101", dated=False)])[0]
    assert (outcome, fee) == (Outcome.PRICED, 5611)
    assert Unknown(unknown) == Unknown.DATE | Unknown.COMPANIONS


@pytest.mark.parametrize(("code", "beside", "km", "minute", "fee"), FAR.values(), ids=FAR)
def test_km_beyond_a_distance(code, beside, km, minute, fee):
    rows = [service(code, km=km, minute=minute), service(beside, minute=minute)]
    assert priced(rows)[0][0][:2] == (Outcome.PRICED, fee)


@pytest.mark.parametrize(("code", "km", "outcome", "fee"), TRAVEL.values(), ids=TRAVEL)
def test_the_doctor_s_time_to_a_meeting_is_paid_by_its_band(code, km, outcome, fee):
    told = {} if km is None else {"km": km}
    assert priced([service(code, **told), service("0121")])[0][0][:2] == (outcome, fee)


@pytest.mark.parametrize(("code", "beside"), OF_NO_FEE.items())
def test_a_registration_is_priced_and_costs_nothing(code, beside):
    assert priced([service(code), service(beside)])[0][0][:2] == (P, 0)


@pytest.mark.parametrize("code", DOSES)
def test_a_dose_too_many(code):
    born = months_old(150) if code == "8328" else None
    allowed = [service(code, born=born) for _ in range(DOSES[code])]
    assert {outcome for outcome, *_ in priced(allowed)[0]} == {Outcome.PRICED}
    assert {outcome for outcome, *_ in priced([*allowed, allowed[0]])[0]} == {Outcome.TOO_MANY_DOSES}
    corrected = [*allowed, allowed[0], service(code, quantity=-1, born=born)]
    assert {outcome for outcome, *_ in priced(corrected)[0]} == {Outcome.PRICED}


@pytest.mark.parametrize(
    ("born", "boy", "outcome"),
    [
        (datetime.date(2007, 6, 30), True, Outcome.BOY_BORN_EARLIER),
        (datetime.date(2007, 7, 1), True, Outcome.PRICED),
        (datetime.date(2007, 6, 30), False, Outcome.PRICED),
    ],
    ids=["boy_of_30_june_2007", "boy_of_1_july_2007", "girl_of_30_june_2007"],
)
def test_hpv_of_boys(born, boy, outcome):
    """The table of 2025 meets nobody of 2007 below 18, so the rule is looked at without a date of treatment."""
    assert priced([service("8328", born=born, boy=boy, dated=False)])[0][0][0] == outcome


@pytest.mark.parametrize(
    ("persons", "sessions", "outcome"),
    [(3, 1, P), (4, 1, Outcome.TOO_MANY_PERSONS), (6, 2, P), (1, 0, Outcome.NO_ALLOWED_SERVICE)],
)
def test_talk_therapy_with_further_persons_on_their_own_keys(persons, sessions, outcome):
    further = [Row(10 + n, "806201", 1, MONDAY, minute=NOON) for n in range(persons)]
    first = [Row(n, "806101", 1, MONDAY, minute=NOON) for n in range(sessions)]
    found, _ = priced([*further, *first], clinics=["012345"] * (persons + sessions))
    assert {one for one, *_ in found[:persons]} == {outcome}


def test_talk_therapy_of_another_clinic_is_not_that_of_the_further_person():
    rows = [Row(1, "806201", 1, MONDAY, minute=NOON), Row(2, "806101", 1, MONDAY, minute=NOON)]
    assert priced(rows, clinics=["012345", "054321"])[0][0][0] == Outcome.NO_ALLOWED_SERVICE


@pytest.mark.parametrize(
    ("km", "by_rule"),
    [
        (19_999, 19_999 * 438),
        (20_000, 20_000 * 438),
        (20_001, 20_000 * 438 + 256),
        (30_000, 20_000 * 438 + 10_000 * 256),
    ],
)
def test_mileage_of_a_year_is_paid_at_two_rates(km, by_rule):
    halves = [km // 2, km - km // 2]
    rows = [service("9001", km=half, day=day) for half, day in zip(halves, (MONDAY, SATURDAY), strict=True)]
    (year,) = priced(rows, clinics=["012345"] * 2)[1]
    assert (year.clinic, year.year, year.metres, year.by_rule_oere) == ("012345", 2025, 1000 * km, by_rule)
    assert year.priced_oere == 438 * km


def test_a_table_without_the_second_rate_leaves_mileage_as_its_rows_have_it():
    table = packaged_tables()[0]
    one_rate = replace(table, fees=tuple(fee for fee in table.fees if fee.code != "9002"))
    (year,) = priced([service("9001", km=30_000)], clinics=["012345"], tables=(one_rate,))[1]
    assert year.by_rule_oere == year.priced_oere == 30_000 * 438


def test_mileage_of_two_years_is_two_sums():
    rows = [service("9001", km=15_000, day=day) for day in (MONDAY, datetime.date(2026, 1, 5))]
    assert [one.by_rule_oere - one.priced_oere for one in priced(rows, clinics=["012345"] * 2)[1]] == [0, 0]


def test_a_table_asked_for_prices_every_day():
    table = packaged_tables()[0]
    assert priced([service("0101", day=datetime.date(2019, 5, 6))], only=table)[0][0][:2] == (Outcome.PRICED, 16911)


def test_the_certificate_with_tax_is_the_one_without_and_25_percent():
    fees = packaged_tables()[0].by_key
    without, with_tax = (fees["dagtid", code, ""].amount_oere for code in ("5093", "5993"))
    assert with_tax == without * 125 // 100


def test_every_rule_is_of_a_service_or_group_of_the_table():
    table, rules = packaged_tables()[0], service_rules()
    assert set(rules.by_code) <= {fee.code for fee in table.fees}
    assert set(rules.by_group) <= {fee.group for fee in table.fees}
    named = {name for rule in (*rules.by_code.values(), *rules.by_group.values()) for name in rule.needs + rule.without}
    assert named <= set(rules.sets)
    assert set().union(*rules.sets.values()) <= {fee.code for fee in table.fees}


def test_every_service_of_the_table_is_priced_in_some_section():
    codes = sorted({fee.code for fee in packaged_tables()[0].fees if fee.code.isdigit()})
    for code in codes:
        times = {priced([service(code, minute=minute)])[0][0][0] for minute in (NOON, EVENING, LATE)}
        assert times & {Outcome.PRICED, Outcome.NO_ALLOWED_SERVICE}, code
