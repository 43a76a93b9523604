"""A case beside the base: what councils and clinics would win and lose, never without what it is measured from."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fordel_dask.model import load_model
from fordel_dask.scenarios.change import BEYOND, UNKNOWN, WITHIN, Change, intervals_in
from fordel_dask.scenarios.clinic_effects import size_class
from fordel_dask.scenarios.comparison import compare_cases
from fordel_dask.scenarios.figures import NotRun
from fordel_dask.scenarios.parameter_changes import parameter_changes
from fordel_dask.scenarios.places import tenths_by
from fordel_dask.scenarios.reasons import why_unchanged
from tests.lib.figures import TOWN_OF, base_with, case, clinic, compare_all, council, municipality, places, weight


def effects(intervals=None, base=None, **changed):
    """Set a case beside the base."""
    return compare_cases(base or case(), case("V31.double", "V31.double", **changed), places(), intervals or {})


def clinics(**numbers):
    """Set a case beside the base in which clinics get other numbers for each capacity."""
    return effects(clinics=base_with(**numbers))


def group(found, grouping, name=""):
    """Give one group of clinics."""
    return next(one for one in found.groups if (one.grouping, one.group) == (grouping, name))


def test_a_council_that_gets_a_capacity_wins_and_is_told_with_what_it_had():
    found = effects(councils=(council("c01", "21.2"), council("c02", "8.9")))
    [winner], [loser] = found.councils_by_change(up=True), found.councils_by_change(up=False)
    assert (winner.name, winner.maximum.before, winner.maximum.after, winner.maximum.amount) == ("Østkysten", 21, 22, 1)
    assert (loser.name, loser.maximum.before, loser.maximum.amount) == ("Vestheden", 10, -1)
    assert found.maximum == Change(31, 31)
    assert found.need == Change(Fraction("30.2"), Fraction("30.1"))


def test_a_council_may_keep_its_number_though_its_need_changed():
    found = effects(councils=(council("c01", "20.9"), council("c02", "9.8")))
    first = found.councils[0]
    assert first.need.amount == Fraction("0.5")
    assert not first.maximum.differs
    assert found.councils_by_change(up=True) == []
    assert found.moves_no_number
    assert not found.why_unchanged
    assert why_unchanged(found, "en").endswith("clinic's number changes; this does: need with the floor.")


def test_a_clinic_wins_where_its_number_falls_and_loses_where_it_rises():
    found = clinics(c000001=1550, c000002=1700)
    [winner], [loser] = found.clinics_by_change(up=False), found.clinics_by_change(up=True)
    assert (winner.ydernummer, winner.minimum.before, winner.minimum.amount) == ("000001", 1600, -50)
    assert (loser.ydernummer, loser.minimum.before, loser.minimum.amount) == ("000002", 4800, 300)


def test_the_largest_winner_among_clinics_is_that_by_share_of_its_number():
    found = clinics(c000001=1500, c000002=1550)
    assert [one.ydernummer for one in found.clinics_by_change(up=False)] == ["000001", "000002"]
    assert [one.minimum.amount for one in found.clinics_by_change(up=False)] == [-100, -150]


def test_one_step_of_a_large_clinic_is_not_more_than_a_step():
    found = clinics(c000002=1650, c000001=1700)
    moved = {one.ydernummer: one for one in found.clinics}
    assert (moved["000002"].minimum.amount, moved["000002"].steps, moved["000002"].beyond_a_step) == (150, 1, False)
    assert (moved["000001"].minimum.amount, moved["000001"].steps, moved["000001"].beyond_a_step) == (100, 2, True)


def test_a_number_that_moves_though_that_of_a_capacity_does_not_is_seen():
    capped = [clinic(code) for code in TOWN_OF]
    capped[1] = replace(capped[1], minimum_patients=4400)
    found = effects(clinics=tuple(capped))
    [only] = found.clinics
    assert not only.per_capacity.differs
    assert (only.minimum.amount, only.steps, only.beyond_a_step) == (-400, -3, True)


def test_a_clinic_without_a_number_in_one_of_the_two_is_counted_apart():
    found = clinics(c000004=None)
    [only] = found.clinics
    assert (only.minimum.before, only.minimum.after, only.minimum.amount, only.steps) == (1600, None, None, None)
    assert only.status == ("ok", "no_patients")
    every = found.everybody
    assert (every.clinics, every.lost, every.gained, every.up, every.down) == (4, 1, 0, 0, 0)
    assert found.clinics_by_change(up=True) == found.clinics_by_change(up=False) == []


def test_a_clinic_that_only_the_case_gives_a_number_is_gained():
    found = effects(base=case(clinics=base_with(c000004=None)))
    assert (found.everybody.gained, found.everybody.lost) == (1, 0)


def test_clinics_are_told_by_region_type_size_and_deprivation():
    found = clinics(c000001=1550, c000003=1650)
    assert (group(found, "region", "Region Øst").down, group(found, "region", "Region Øst").up) == (1, 1)
    assert group(found, "region", "Region Vest").same == 2
    assert group(found, "clinic_type", "region").up == 1
    assert group(found, "clinic_type", "plo").clinics == 4
    assert [one.group for one in found.groups if one.grouping == "size"] == ["800-1599", "1600-3199", "3200-4799"]


def test_outside_work_tenths_stand_in_order_and_a_clinic_without_one_is_named_by_none():
    found = clinics(c000004=1500)
    tenths = [one for one in found.groups if one.grouping == "outside_work_tenth"]
    assert [one.group for one in tenths] == ["", "1", "3", "7", "10"]
    assert (tenths[-1].down, tenths[-1].clinics) == (1, 1)


@pytest.mark.parametrize(("patients", "name"), [(0, "0-799"), (799, "0-799"), (800, "800-1599"), (4800, "4800+")])
def test_a_class_of_size_begins_where_the_last_ends(patients, name):
    assert size_class(patients) == name


def test_the_distribution_counts_those_that_stay_and_gathers_the_ends():
    found = clinics(c000001=1550, c000002=1650, c000003=2600)
    assert found.steps == {-1: 1, 0: 2, 1: 1, 10: 1}


def test_quantiles_are_changes_of_clinics():
    found = clinics(c000001=1550, c000002=1650)
    assert found.everybody.quantiles == (-50, -50, 0, 0, 0, 150, 150)


def test_a_level_that_only_one_model_has_stands_alone():
    found = effects(weights=(weight("age_sex", "M 0-4", 910), weight("somatic", "3+", 500)))
    assert [(one.level, one.only_in, one.weight.amount) for one in found.weights] == [
        ("M 0-4", "", Fraction(1, 100)),
        ("2", "base", None),
        ("3+", "case", None),
    ]


INTERVALS = {
    ("council", "c01", "maximum_capacities"): (Fraction(20), Fraction(22)),
    ("council", "c02", "maximum_capacities"): (Fraction(10), Fraction(10)),
    ("clinic", "000001", "minimum_per_capacity"): (Fraction(1600), Fraction(1600)),
}


def test_a_change_is_said_to_lie_within_or_beyond_what_the_base_is_unsure_of():
    found = effects(
        INTERVALS,
        councils=(council("c01", "21.2"), council("c02", "10.1")),
        clinics=base_with(c000001=1550, c000002=1550),
    )
    assert [one.sure for one in found.councils] == [WITHIN, BEYOND]
    assert [one.need_sure for one in found.councils] == [UNKNOWN, UNKNOWN]
    assert [one.sure for one in found.clinics] == [BEYOND, UNKNOWN]


def test_intervals_are_read_from_those_of_a_run():
    row = {"kind": "council", "code": "c01", "level": "", "figure": "maximum_capacities", "low": "20", "high": "22.5"}
    weights = {"kind": "weight", "code": "somatic", "level": "2", "figure": "weight", "low": "0.1", "high": "0.2"}
    assert intervals_in([row, weights]) == {("council", "c01", "maximum_capacities"): (Fraction(20), Fraction("22.5"))}


UNCHANGED = {
    "nothing is changed": ("national-2025", "it changes no parameter"),
    "a rule of the covariates": ("V13", "No citizen of these data comes to another level"),
    "a rule of the clinics": ("V02.left_out", "The rule is never met in these data"),
    "a rule of the weights": ("V37", "The same weights are estimated"),
    "a rule of consumption": ("V40", "No service of these data counts otherwise"),
}


@pytest.mark.parametrize(("model", "sentence"), UNCHANGED.values(), ids=UNCHANGED)
def test_a_case_that_changes_nothing_says_so_and_why(model, sentence):
    found = compare_cases(case(), case("own", model), places(), {})
    told = why_unchanged(found, "en")
    assert told.startswith("No published number changes.")
    assert sentence in told
    assert all(key in told for key in load_model(model).changed)
    assert why_unchanged(found, "da").startswith("Intet offentliggjort tal ændres.")


def test_what_differs_between_models_is_told_from_and_to():
    [change] = parameter_changes(load_model(), load_model("V31.double"))
    assert change.words("en") == "life_expectancy.exponent: 1 → 2"
    assert change.doc("da").startswith("Potens")


def test_of_a_long_list_what_is_added_and_removed_is_told():
    changes = {one.key: one for one in parameter_changes(load_model(), load_model("V15"))}
    assert changes["covariates.somatic_conditions"].difference("en") == "+ dementia"
    assert changes["covariates.psychiatric_conditions"].difference("da") == "− dementia"


def test_switches_are_told_in_the_language_of_the_reader():
    [change] = parameter_changes(load_model(), load_model("V56.off"))
    assert (change.difference("en"), change.difference("da")) == ("on → off", "til → fra")


def test_models_are_compared_with_the_base_and_not_with_the_national_model():
    [change] = parameter_changes(load_model("V31.double"), load_model())
    assert change.words("en") == "life_expectancy.exponent: 2 → 1"


def test_cases_not_run_are_kept_with_their_reason():
    compared = compare_all([case(), NotRun("V38", "Several years are missing.")], places())
    assert [one.why for one in compared.not_run] == ["Several years are missing."]
    assert compared.run == []


NUMBERS = st.lists(st.one_of(st.none(), st.integers(20, 44).map(lambda n: 50 * n)), min_size=5, max_size=5)
NEEDS = st.fractions(0, 40, max_denominator=1600)


@settings(max_examples=60, deadline=None)
@given(before=NUMBERS, after=NUMBERS, needs=st.tuples(NEEDS, NEEDS, NEEDS, NEEDS))
def test_sums_of_changes_are_the_change_of_sums(before, after, needs):
    numbers = [tuple(map(clinic, TOWN_OF, own)) for own in (before, after)]
    base = case(clinics=numbers[0], councils=(council("c01", needs[0]), council("c02", needs[1])))
    found = effects(base=base, clinics=numbers[1], councils=(council("c01", needs[2]), council("c02", needs[3])))
    assert sum(one.need.amount for one in found.councils) == found.need.amount == needs[2] + needs[3] - sum(needs[:2])
    assert sum(one.maximum.amount for one in found.councils) == found.maximum.amount
    both = [one.minimum.amount for one in found.clinics if one.minimum.amount is not None]
    for grouping in ("country", "region", "clinic_type", "size", "outside_work_tenth"):
        own = [one for one in found.groups if one.grouping == grouping]
        assert sum(one.minimum.amount for one in own) == sum(both)
        assert sum(one.up + one.down + one.same for one in own) == sum(found.steps.values())
        assert sum(one.gained + one.lost for one in own) == len(found.clinics) - len(both)


def test_municipalities_are_told_too():
    found = effects(municipalities=(municipality("101", 13), municipality("147", 8), municipality("561", "9.8")))
    assert [(one.name, one.need.amount) for one in found.municipalities] == [
        ("Ørby", Fraction("0.6")),
        ("Åsted", 0),
        ("Hedekøbing", 0),
    ]


def test_clinics_are_put_into_tenths_by_a_share_and_equal_ones_by_their_number():
    shares = {f"{n:06}": Fraction(n // 2, 10) for n in range(20, 0, -1)}
    tenths = tenths_by(shares)
    assert [tenths[f"{n:06}"] for n in (1, 2, 3, 4, 19, 20)] == [1, 1, 2, 2, 10, 10]
    assert tenths_by({}) == {}
