"""Which models the reference takes, and which it refuses."""

import pytest

from tests.reference import ReferenceError
from tests.reference.model import DEFAULTS, reference_of, resolve

CONTRADICTIONS = {
    "nobody of group 1": {"population.groups": ["2"]},
    "no age": {"covariates.terms": ["origin"]},
    "paid contacts left out": {"consumption.prices": "paid", "consumption.left_out": ["0411"]},
    "points of each disease": {"covariates.somatic_measure": "charlson", "covariates.somatic_scheme": "each"},
    "points and conditions": {"covariates.somatic_measure": "nordic", "covariates.counted_covariate": "GP_CODED"},
    "somatic and psychiatric": {"covariates.somatic_conditions": ["dementia"]},
    "lives by sex without sex": {"life_expectancy.columns": ["MEN", "WOMEN"], "covariates.sex": False},
    "lives of areas by municipality": {"life_expectancy.columns": ["MEN"], "life_expectancy.level": "area"},
    "need moved twice": {"capacity.area_by": "clinic", "capacity.commuters_percent": 1},
    "an uplift of logarithms": {"weights.estimator": "poisson", "weights.uplift": ["origin menapt 10"]},
    "bounds that cross": {"clinics.lowest_per_capacity": 2, "clinics.highest_per_capacity": 1},
    "a word that is none": {"capacity.rounding": "sideways"},
    "a word in a list that is none": {"clinics.left_out_types": ["plo", "boat"]},
}


@pytest.mark.parametrize("changes", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused(changes):
    with pytest.raises(ReferenceError) as refusal:
        resolve(changes)
    assert refusal.value.exit_code == 20


def test_a_resolved_model_is_taken_with_tuples_and_whole():
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in DEFAULTS.items()}
    del values["year"], values["life_expectancy.national"]
    assert reference_of(values) == DEFAULTS
    del values["clinics.small"]
    with pytest.raises(ReferenceError, match=r"clinics\.small"):
        reference_of(values)
