"""Plain words for the groups, predictions and ways of a diagnosis."""

import re
from collections.abc import Mapping

from fordel_dask import law
from fordel_dask.law.words import CLINIC_TYPES, level_words

Row = Mapping[str, str]
THOUSANDS = re.compile(r"\d{4,}")
WORDS_OF_KNOWN = {
    "yes": "in the model",
    "coarser": "the model knows it coarser",
    "no": "not in the model",
    "outcome": "made of the consumption itself",
}
WORDS_OF_PREDICTIONS = {
    "published": "published weights",
    "without_own_fold_of_citizens": "weights from the other four fifths of citizens",
    "without_own_fold_of_clinics": "weights from the other four fifths of clinics",
}
WORDS_OF_WAYS = {
    "published": "the published weights",
    "estimated_anew": "the same model, estimated on the citizens that the trees have",
    "trees_same_traits": "with trees on the model's own traits, combined freely",
    "trees_finer_traits": "with trees on finer traits too: age in years, every disease by itself",
}
TITLES = {
    "age_sex": "Age and sex",
    "origin": "Origin",
    "civil_status": "Civil status",
    "labour_market": "Attachment to the labour market",
    "somatic": "Somatic diseases as the model counts them",
    "psychiatric": "Psychiatric disease",
    "age_band": "Age",
    "sex": "Sex",
    "origin × labour_market": "Origin together with the labour market",
    "predicted_tenth": "Tenths of citizens by prediction",
    "age_year": "Age in years",
    "civil_status_code": "Civil status, code by code",
    "origin_type": "Danish origin, immigrants, descendants",
    "somatic_count": "Number of somatic diseases, also beyond the cut points",
    "somatic_condition": "Each somatic disease by itself",
    "psychiatric_condition": "Each psychiatric disease by itself",
    "benefit": "A week or more of a benefit",
    "enrolment": "How long enrolled in the fee year",
    "chronic_care": "Months of chronic care",
    "any_consumption": "Any consumption at all",
    "consumption_tenth": "Tenths of citizens by actual consumption",
    "municipality": "Municipality of residence",
    "council": "Council of residence",
    "region": "Region of residence",
    "clinic_type": "Type of clinic",
    "clinic_patients": "Clinics by patients",
    "patients_per_capacity": "Clinics by patients per capacity",
    "clinic_weight_tenth": "Tenths of clinics by mean weight of patients",
    "clinic_outside_work_tenth": "Tenths of clinics by share of patients outside the labour market",
    "clinic_unpredicted_tenth": "Tenths of clinics by consumption beyond prediction",
    "outside_sample": "Weighed, but not in the estimation sample",
}
SECTIONS = {
    "missed": (
        *("somatic_condition", "psychiatric_condition", "somatic_count", "benefit", "origin × labour_market"),
        *("origin_type", "civil_status_code", "enrolment"),
    ),
    "known": ("sex", "age_band", "age_sex", "origin", "civil_status", "labour_market", "somatic", "psychiatric"),
    "outcomes": ("consumption_tenth", "chronic_care", "any_consumption"),
    "clinics": (
        *("clinic_weight_tenth", "clinic_outside_work_tenth", "clinic_unpredicted_tenth", "patients_per_capacity"),
        *("clinic_patients", "clinic_type", "outside_sample"),
    ),
    "areas": ("region", "council"),
}
OWN_WORDS = {
    "M": "men",
    "F": "women",
    "U": "unmarried",
    "G": "married",
    "E": "widowed",
    "P": "registered partnership",
    "O": "dissolved partnership",
    "L": "longest living of two partners",
}
CIVIL_WORDS = {**OWN_WORDS, "F": "divorced"}


def name_of(row: Row) -> str:
    """Name the citizens of a group."""
    trait, level = row["trait"], row["level"]
    if row["name"]:
        return f"{row['name']} ({level})" if trait == "municipality" else row["name"]
    own = _own_words(trait)
    if level in own:
        return own[level]
    if trait == "age_year":
        return f"{OWN_WORDS[level[0]]} {level[2:]}"
    if trait.endswith("_tenth"):
        return f"tenth {level}"
    return THOUSANDS.sub(lambda number: f"{int(number[0]):,}", level_words(trait, level)).replace("-", "–")


def _own_words(trait: str) -> Mapping[str, str]:
    """Give the words for levels of a trait that the model has none for."""
    if trait.endswith("_condition"):
        return {row["condition_id"]: row["label_en"].partition(" (")[0] for row in law.rows("codes/multimorbidity")}
    return {"civil_status_code": CIVIL_WORDS, "clinic_type": CLINIC_TYPES, "sex": OWN_WORDS}.get(trait, {})
