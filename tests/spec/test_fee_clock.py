"""When is it day time, A duty and B duty? Every boundary of the fee table's clock, and the Danish holidays."""

import datetime

import pytest

from fordel_dask.fees.clock import DAY_TIME, DUTY_A, DUTY_B, easter, public_holidays, section_at

NONE = None
MONDAY, FRIDAY, SATURDAY, SUNDAY = (datetime.date(2025, 10, day) for day in (6, 10, 11, 12))
CONSTITUTION_DAY_THURSDAY, CONSTITUTION_DAY_SATURDAY = datetime.date(2025, 6, 5), datetime.date(2027, 6, 5)
CONSTITUTION_DAY_SUNDAY = datetime.date(2022, 6, 5)  # Whit Sunday too
CHRISTMAS_EVE, NEW_YEARS_EVE = datetime.date(2025, 12, 24), datetime.date(2025, 12, 31)
CHRISTMAS_EVE_SUNDAY, NEW_YEARS_EVE_SATURDAY = datetime.date(2028, 12, 24), datetime.date(2022, 12, 31)
CHRISTMAS_DAY, GOOD_FRIDAY, NEW_YEARS_DAY = (
    datetime.date(2025, 12, 25), datetime.date(2026, 4, 3), datetime.date(2026, 1, 1),
)  # fmt: skip

CASES = {
    "weekday_midnight_has_no_line": (MONDAY, "00:00", NONE),
    "weekday_last_minute_of_the_night": (MONDAY, "07:59", NONE),
    "weekday_opens_at_eight": (MONDAY, "08:00", DAY_TIME),
    "weekday_last_minute_of_day_time": (FRIDAY, "15:59", DAY_TIME),
    "weekday_a_duty_from_four": (FRIDAY, "16:00", DUTY_A),
    "weekday_last_minute_of_a_duty": (MONDAY, "21:59", DUTY_A),
    "weekday_b_duty_from_ten": (MONDAY, "22:00", DUTY_B),
    "weekday_last_minute_of_the_day": (MONDAY, "23:59", DUTY_B),
    "saturday_night_has_no_line": (SATURDAY, "07:59", NONE),
    "saturday_a_duty_from_eight": (SATURDAY, "08:00", DUTY_A),
    "saturday_last_minute_of_a_duty": (SATURDAY, "19:59", DUTY_A),
    "saturday_b_duty_from_eight_in_the_evening": (SATURDAY, "20:00", DUTY_B),
    "saturday_last_minute": (SATURDAY, "23:59", DUTY_B),
    "sunday_night_has_no_line": (SUNDAY, "07:59", NONE),
    "sunday_b_duty_from_eight": (SUNDAY, "08:00", DUTY_B),
    "sunday_last_minute": (SUNDAY, "23:59", DUTY_B),
    "holiday_night_has_no_line": (CHRISTMAS_DAY, "07:59", NONE),
    "holiday_on_a_weekday_is_b_duty_at_ten": (CHRISTMAS_DAY, "10:00", DUTY_B),
    "good_friday_is_b_duty": (GOOD_FRIDAY, "08:00", DUTY_B),
    "new_years_day_is_b_duty": (NEW_YEARS_DAY, "12:00", DUTY_B),
    "constitution_day_night_has_no_line": (CONSTITUTION_DAY_THURSDAY, "07:59", NONE),
    "constitution_day_is_a_duty_from_eight": (CONSTITUTION_DAY_THURSDAY, "08:00", DUTY_A),
    "constitution_day_last_minute_of_a_duty": (CONSTITUTION_DAY_THURSDAY, "19:59", DUTY_A),
    "constitution_day_b_duty_from_eight_in_the_evening": (CONSTITUTION_DAY_THURSDAY, "20:00", DUTY_B),
    "constitution_day_on_a_saturday": (CONSTITUTION_DAY_SATURDAY, "08:00", DUTY_A),
    "constitution_day_on_a_sunday_is_a_sunday": (CONSTITUTION_DAY_SUNDAY, "08:00", DUTY_B),
    "christmas_eve_is_a_duty": (CHRISTMAS_EVE, "19:59", DUTY_A),
    "christmas_eve_b_duty_in_the_evening": (CHRISTMAS_EVE, "20:00", DUTY_B),
    "christmas_eve_on_a_sunday_is_a_sunday": (CHRISTMAS_EVE_SUNDAY, "10:00", DUTY_B),
    "new_years_eve_is_a_duty": (NEW_YEARS_EVE, "08:00", DUTY_A),
    "new_years_eve_b_duty_in_the_evening": (NEW_YEARS_EVE, "20:00", DUTY_B),
    "new_years_eve_on_a_saturday": (NEW_YEARS_EVE_SATURDAY, "10:00", DUTY_A),
    "great_prayer_day_of_2023_is_a_holiday": (datetime.date(2023, 5, 5), "10:00", DUTY_B),
    "great_prayer_day_was_abolished_from_2024": (datetime.date(2024, 4, 26), "10:00", DAY_TIME),
    "1_may_is_a_weekday": (datetime.date(2026, 5, 1), "10:00", DAY_TIME),
}
EASTERS = {1961: (4, 2), 1981: (4, 19), 2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2024: (3, 31), 2025: (4, 20),
           2026: (4, 5), 2038: (4, 25), 2285: (3, 22)}  # fmt: skip
HOLIDAYS_2025 = {
    "Nytårsdag": (1, 1), "Skærtorsdag": (4, 17), "Langfredag": (4, 18), "Påskedag": (4, 20), "2. påskedag": (4, 21),
    "Kristi himmelfartsdag": (5, 29), "Pinsedag": (6, 8), "2. pinsedag": (6, 9), "Juledag": (12, 25),
    "2. juledag": (12, 26),
}  # fmt: skip


@pytest.mark.parametrize(("day", "time", "section"), CASES.values(), ids=CASES)
def test_the_clock_of_the_fee_table(day, time, section):
    hour, minute = map(int, time.split(":"))
    assert section_at(day, 60 * hour + minute) == section


@pytest.mark.parametrize("year", EASTERS)
def test_easter_sunday(year):
    assert easter(year) == datetime.date(year, *EASTERS[year])


def test_the_public_holidays_of_2025():
    assert public_holidays(2025) == {datetime.date(2025, *day): name for name, day in HOLIDAYS_2025.items()}


def test_great_prayer_day_stands_in_2023_and_not_in_2024():
    assert datetime.date(2023, 5, 5) in public_holidays(2023)
    assert "Store bededag" not in public_holidays(2024).values()
