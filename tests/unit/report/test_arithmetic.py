"""The steps to a number: they add up, name what is kept back, and round as the number does."""

from dataclasses import replace
from fractions import Fraction

import pytest

from fordel_dask.report.arithmetic import (
    OTHER,
    RULES,
    START,
    TO_STEP,
    clinic_steps,
    council_steps,
    municipality_steps,
    patients_per_capacity,
    step_label,
)
from fordel_dask.report.told import ToldRun
from fordel_dask.report.wording import Wording
from tests.lib.small_told import PARTS, clinic, model, small_run, traits

RUN = small_run()


def run_of(row, kept_back=()):
    tables = {
        "minimum_patients_by_clinic": [row],
        "citizens_by_trait": traits("clinic", row["ydernummer"], PARTS, kept_back),
    }
    return ToldRun(model(), tables)


def test_the_steps_of_every_clinic_add_up_to_its_number():
    for code in ("000111", "000222"):
        assert sum(step.patients for step in clinic_steps(RUN, code)) == int(RUN.clinics[code]["minimum_patients"])


@pytest.mark.parametrize("code", ["000333", "000444"])
def test_a_clinic_without_a_number_has_no_steps(code):
    assert clinic_steps(RUN, code) is None


def test_the_first_step_is_the_norm_times_the_capacities():
    assert [clinic_steps(RUN, code)[0].patients for code in ("000111", "000222")] == [3200, 800]


def test_a_step_is_the_told_parts_of_its_term_in_patients():
    told = {step.term: step for step in clinic_steps(RUN, "000222")}
    exact = -800 * sum(Fraction(str(part)) for part in PARTS[2:6]) / 3100
    assert abs(told["age_sex"].patients - exact) < 1
    assert (told["age_sex"].told, told["age_sex"].levels) == (4, 6)
    assert "origin" not in told


def test_what_is_left_over_is_named_by_whether_something_is_kept_back():
    assert [step.term for step in clinic_steps(RUN, "000111")][-2] == "life_expectancy"
    assert [step.term for step in clinic_steps(RUN, "000222")][-2] == OTHER
    assert [step.term for step in council_steps(RUN, "nord")][-1] == OTHER


def test_the_rounding_is_never_more_than_the_number_was_rounded_by():
    coarse = clinic("000111", "461", "fyn", patients="150", weighted_patients="160", weighted_step="20",
                    minimum_per_capacity="1550", minimum_patients="3100")  # fmt: skip
    steps = clinic_steps(run_of(coarse), "000111")
    assert sum(step.patients for step in steps) == 3100
    assert abs(steps[-1].patients) <= 2 * 25
    assert steps[-1].term == TO_STEP


def test_municipalities_lead_to_the_rounded_and_councils_to_the_whole_number():
    steps = municipality_steps(RUN, "461")
    assert sum(step.patients for step in steps) == 1550
    assert steps[-1].term == TO_STEP
    assert municipality_steps(RUN, "851") is None
    whole = council_steps(RUN, "fyn")
    assert sum(step.patients for step in whole) == patients_per_capacity(RUN, RUN.councils["fyn"]) == 1569
    assert TO_STEP not in {step.term for step in whole}


def test_steps_are_named_in_danish():
    words = Wording("da")
    labels = [step_label(step, words, RUN.model, Fraction(1, 2)) for step in clinic_steps(RUN, "000222")]
    assert labels == [
        "landsgennemsnittet: 1.600 patienter pr. lægekapacitet × 0,5 lægekapaciteter",
        "alder og køn (4 af 6 grupper kan vises)",
        "somatisk sygdom (1 af 2 grupper kan vises)",
        "andet, som ikke kan vises enkeltvis",
        "afrunding til nærmeste 50 pr. lægekapacitet",
    ]
    assert clinic_steps(RUN, "000222")[0].term == START


def test_what_further_rules_change_is_a_step_of_its_own():
    phased = clinic("000111", "461", "fyn", minimum_patients="2999")
    steps = {step.term: step.patients for step in clinic_steps(run_of(phased), "000111")}
    alone = {step.term: step.patients for step in clinic_steps(RUN, "000111")}
    assert steps == alone | {RULES: 2999 - 3100}


def test_a_limit_is_a_rule_and_no_rounding():
    row = clinic("000111", "461", "fyn", minimum_per_capacity="1500", minimum_patients="3000")
    found = run_of(row)
    limited = {"clinics.highest_per_capacity": {"value": 1500}}
    run = ToldRun(replace(found.model, parameters=found.model.parameters | limited), found.tables)
    steps = clinic_steps(run, "000111")
    assert [step.patients for step in steps if step.term == RULES] == [-100]
    assert sum(step.patients for step in steps) == 3000
