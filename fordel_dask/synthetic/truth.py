"""The planted truth: true coefficients, and the yearly fee they expect of each person."""

import json
from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.assumptions import assumed
from fordel_dask.synthetic.chance import Flags, Floats, Ints
from fordel_dask.synthetic.clinics import CLINIC_EFFECT_SD
from fordel_dask.synthetic.nation import Nation
from fordel_dask.synthetic.people import MENAPT, WIDOWED_OR_DIVORCED, People

MODEL = "national-2025"
AGE_BANDS, BAND_YEARS = 19, 5
CITIZEN_SHAPE = 1.0  # gamma with mean 1: how differently alike citizens use their doctor


@dataclass(frozen=True)
class Health:
    """What the model knows of a person beside age, sex, origin and civil status."""

    temporarily_outside: Flags
    permanently_outside: Flags
    somatic: Ints  # number of conditions
    psychiatric: Flags


def coefficient(term: str, level: str) -> float:
    """Give a true coefficient, kroner a year."""
    found = (row for row in assumed("coefficients") if (row["term"], row["level"]) == (term, level))
    return float(next(found)["coefficient_kr"])


def expected_fee(people: People, health: Health) -> Floats:
    """Give ``x'β``: the fee expected of each person in a whole year, kroner, by the model's section 4."""
    band = np.minimum(people.age // BAND_YEARS, AGE_BANDS - 1) + AGE_BANDS * people.woman
    age_sex = [float(row["coefficient_kr"]) for row in assumed("coefficients") if row["term"] == "age_sex"]
    somatic = [0.0, 0.0, *(coefficient("somatic", level) for level in ("2", "3", "4+"))]
    return np.asarray(
        np.array(age_sex)[band]
        + coefficient("origin", "menapt") * (people.origin == MENAPT)
        + coefficient("civil_status", "widowed_or_divorced") * np.isin(people.civil, WIDOWED_OR_DIVORCED)
        + coefficient("labour_market", "temporarily_outside") * health.temporarily_outside
        + coefficient("labour_market", "permanently_outside") * health.permanently_outside
        + np.array(somatic)[np.minimum(health.somatic, 4)]
        + coefficient("psychiatric", "any") * health.psychiatric
    )


def truth_text(nation: Nation) -> str:
    """Give the planted truth as JSON: the coefficients an estimation should find."""
    return json.dumps(
        {
            "model": MODEL,
            "unit": "kroner a year",
            "citizens": nation.citizens,
            "seed": nation.seed,
            "year": nation.year,
            "coefficients": [
                {
                    "term": row["term"],
                    "level": row["level"],
                    "coefficient_kr": float(row["coefficient_kr"]),
                }
                for row in assumed("coefficients")
            ],
            "planted": {
                "expectation": "E[y] = e/D x'beta for every citizen of group 1, at standard prices "
                "with chronic care at its monthly fee outside areas short of doctors",
                "clinic_effect_sd": CLINIC_EFFECT_SD,
                "citizen_gamma_shape": CITIZEN_SHAPE,
                "exact_under": 'prices "standard", home visits "standard", chronic_care "fee"',
            },
        },
        indent=2,
    )
