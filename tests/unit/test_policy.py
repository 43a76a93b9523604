"""A region's policy: what it leaves out is as the law has it, and what cannot be is told all at once."""

import datetime
from fractions import Fraction

import pytest

from fordel_dask.cycle.policy import Policy, policy_of_the_law
from fordel_dask.errors import LawError, ModelError
from fordel_dask.yearly.policy import read_policy

DAY, YEAR = datetime.date(2026, 1, 1), 2026


def policy(tmp_path, text):
    path = tmp_path / "region.toml"
    path.write_text(text, "utf-8")
    return read_policy(path, DAY, YEAR)


@pytest.mark.rule("R35", "R43")
def test_without_a_file_or_with_an_empty_one_the_margins_are_those_of_the_law(tmp_path):
    law = Policy(dialogue_margin=Fraction(1, 10), reopening_margin=50, phase_in_years=(2026,))
    assert read_policy(None, DAY, YEAR) == policy(tmp_path, "") == policy_of_the_law(DAY, YEAR) == law


def test_every_key_is_read_in_its_own_unit(tmp_path):
    text = (
        "dialogue_margin_percent = 7.5\ncap_per_capacity = 1800\ncorridor_percent = 10\n"
        "phase_in_years = [2026, 2028]\nreopening_margin = 0\n"
    )
    expected = Policy(Fraction(75, 1000), 0, (2026, 2028), cap_per_capacity=1800, corridor=Fraction(1, 10))
    assert policy(tmp_path, text) == expected


def test_years_may_be_a_number_from_the_planning_year_on(tmp_path):
    assert policy(tmp_path, "phase_in_years = 3").phase_in_years == (2026, 2027, 2028)


WRONG = {
    "dialog_margin_percent = 10": "did you mean 'dialogue_margin_percent'",
    "cap_per_capacity = 0": "cap_per_capacity = 0 is not allowed",
    "cap_per_capacity = 1600.5": r"cap_per_capacity = 1600\.5 is not allowed",
    'corridor_percent = "10"': 'corridor_percent = "10" is not allowed',
    "corridor_percent = 101": "0 to 100",
    "corridor_percent = nan": "0 to 100",
    "dialogue_margin_percent = -1": "dialogue_margin_percent = -1 is not allowed",
    "phase_in_years = []": "phase_in_years = .. is not allowed",
    "phase_in_years = [2027, 2026]": "rising years from 2026 on",
    "phase_in_years = [2025]": "rising years from 2026 on",
    "phase_in_years = 0": "phase_in_years = 0 is not allowed",
    "phase_in_years = 21": r"1 to 20",
    "reopening_margin = true": "reopening_margin = true is not allowed",
    "[region]": "which no policy has",
    "margin": "is not valid TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_no_policy_has_is_refused(tmp_path, text):
    with pytest.raises(ModelError, match=WRONG[text]):
        policy(tmp_path, text)


def test_everything_wrong_is_told_at_once(tmp_path):
    with pytest.raises(ModelError) as refused:
        policy(tmp_path, "cap = 1\ncorridor_percent = -1\nreopening_margin = 1.5\n")
    assert str(refused.value).count("region.toml") == 3


def test_a_policy_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelError, match="is not there"):
        read_policy(tmp_path / "none.toml", DAY, YEAR)


def test_before_the_law_there_are_no_margins():
    with pytest.raises(LawError, match=r"dialogue\.margin"):
        read_policy(None, datetime.date(2025, 6, 30), 2025)
