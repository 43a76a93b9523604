"""A rule of differentiated fees as a file: strict, with the nearest name, everything wrong at once."""

from fractions import Fraction

import pytest

from fordel_dask.errors import ModelError
from fordel_dask.fees.differentiated import Bounds
from fordel_dask.fees.fee_rule import PROPORTIONAL, AreaSupplement, load_rule

WHOLE = """
name = "half"
title = "Half of it"
unit = "clinic"
share = 50
floor = 82.5
cap = 130
[phase_in]
2028 = 100
2027 = 50
[supplement]
budget = 30.25
money = "basic_fee"
"""


@pytest.fixture
def rule(tmp_path):
    def written(text):
        path = tmp_path / "rule.toml"
        path.write_text(text, "utf-8")
        return load_rule(path)

    return written


def refused(rule, text):
    with pytest.raises(ModelError) as refusal:
        rule(text)
    assert refusal.value.exit_code == 20
    return str(refusal.value)


def test_a_whole_rule_is_read_exactly(rule):
    found = rule(WHOLE)
    assert (found.name, found.unit, found.share) == ("half", "clinic", Fraction(1, 2))
    assert found.bounds == Bounds(Fraction(33, 40), Fraction(13, 10))
    assert found.phase_in == ((2027, Fraction(1, 2)), (2028, Fraction(1)))
    assert found.supplement == AreaSupplement(3_025_000_000, "basic_fee")


def test_without_a_file_all_follows_the_weight_at_once():
    assert load_rule(None) is PROPORTIONAL
    assert PROPORTIONAL.share_in(2027) == 1


def test_an_empty_file_is_the_same_by_its_own_name(rule):
    assert rule("").share == 1
    assert rule("").name == "rule"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shares = 50", "'shares' is no key of a fee rule; did you mean 'share'?"),
        ("xyz = 50", "'xyz' is no key of a fee rule; known are:"),
        ("share = 101", "share = 101 is not allowed: expected is a number of percent, 0 to 100"),
        ("share = -1", "share = -1 is not allowed"),
        ("share = true", "share = true is not allowed"),
        ('share = "50"', 'share = "50" is not allowed'),
        ("share = nan", "is not allowed"),
        ("share = [50]", "is not allowed"),
        ("floor = 100.5", "floor = 100.5 is not allowed: expected is a number of percent, 0 to 100"),
        ("cap = 99", "cap = 99 is not allowed: expected is a number of percent, 100 or more"),
        ("cap = inf", "is not allowed"),
        ("cap = 1e999999999", "is not allowed"),
        ("share = 1e-999999999", "is not allowed"),
        ("name = 5", "name = 5 is not allowed: expected is a text"),
        ('unit = "doctor"', "expected is 'clinic' or 'citizen'"),
        ('unit = "citizen"\nfloor = 90', "need every citizen's weight, and no RUN holds that"),
        ("phase_in = 50", "phase_in must be a section of years"),
        ("[phase_in]\n2026 = 50", "'2026' is no year: expected is 2027 to 2099"),
        ("[phase_in]\nlater = 50", "'later' is no year"),
        ("[phase_in]\n2027 = 50\n2028 = 20", "[phase_in] falls"),
        ("[phase_in]\n2027 = 120", "2027 = 120 is not allowed"),
        ("supplement = 5", "supplement must be a section"),
        ("[supplement]", "has no budget"),
        ("[supplement]\nbudget = -1", "budget = -1 is not allowed"),
        ("[supplement]\nbudget = 0.000000001", "in whole øre"),
        ('[supplement]\nbudget = 1\nmoney = "old"', "expected is 'new' or 'basic_fee'"),
        ("[supplement]\nbudgets = 1\nbudget = 1", "did you mean 'budget'?"),
        ("share = ", "is not valid TOML"),
    ],
)
def test_what_a_rule_may_not_say(rule, text, told):
    assert told in refused(rule, text)


def test_everything_that_is_wrong_is_told_at_once(rule):
    told = refused(rule, 'share = 200\nfloor = -3\nunit = "x"\nsupplment = 1\n[phase_in]\n1999 = 1')
    assert all(part in told for part in ("share", "floor", "unit", "supplment", "1999"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelError, match="No file of a fee rule"):
        load_rule(tmp_path / "none.toml")


def test_by_citizen_and_without_bounds_is_a_rule(rule):
    assert rule('unit = "citizen"\nshare = 60').share == Fraction(3, 5)
