"""The reference's choices about clinics: their numbers, trainees, lists of a day, existing capacities, by hand."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.lib.reference_people import three_municipalities
from tests.reference import ReferenceError
from tests.reference.clinics import Facts, clinic, clinic_figures, existing_capacities
from tests.reference.model import resolve
from tests.reference.registers import OPEN_END

# two capacities of patients who weigh 1,000 of 1,031: exactly 1,649.6 a capacity, rounded 1,650, so 3,300
OF_TWO = Facts(patients=1_031, weighted=Fraction(1_000), capacities=Fraction(2), limit=Fraction(3_200))
EXACT = Fraction("1649.6")
NUMBERS = {  # changes, facts → minimum per capacity, minimum patients
    "rounded to the step": ({}, {}, (1_650, 3_300)),
    "no less than the lowest (V44)": ({"clinics.lowest_per_capacity": 1_700}, {}, (1_700, 3_400)),
    "no more than the highest (V44)": ({"clinics.highest_per_capacity": 1_600}, {}, (1_600, 3_200)),
    "bounds hold after rounding": ({"clinics.highest_per_capacity": 1_649}, {}, (1_649, 3_298)),
    "within the tolerance the limit stays (V45)": ({"clinics.tolerance_patients": 50}, {}, (1_650, 3_200)),
    "beyond it it does not: 49.6 a capacity": ({"clinics.tolerance_patients": 49}, {}, (1_650, 3_300)),
    "the tolerance itself is within": (
        {"clinics.tolerance_patients": 50},
        {"limit": 2 * EXACT - 100},
        (1_650, 3_199),  # 3,199.2
    ),
    "no tolerance without a limit": ({"clinics.tolerance_patients": 1_000}, {"limit": None}, (1_650, 3_300)),
    "a third of the way (V49)": ({"clinics.phase_in_percent": 33}, {}, (1_650, 3_233)),
    "a quarter of the way down": ({"clinics.phase_in_percent": 25}, {"limit": Fraction(3_302)}, (1_650, 3_302)),
    "no way to go without a limit": ({"clinics.phase_in_percent": 0}, {"limit": None}, (1_650, 3_300)),
    "tolerance comes before the way": (
        {"clinics.tolerance_patients": 50, "clinics.phase_in_percent": 50},
        {},
        (1_650, 3_200),
    ),
    "no more than were on the list (V47)": ({}, {"list_then": 3_100}, (1_650, 3_100)),
    "a longer list changes nothing": ({}, {"list_then": 9_000}, (1_650, 3_300)),
    "the cap comes last": ({"clinics.phase_in_percent": 50}, {"list_then": 3_249}, (1_650, 3_249)),
    "bounds come before the way": (
        {"clinics.lowest_per_capacity": 1_700, "clinics.phase_in_percent": 50},
        {},
        (1_700, 3_300),
    ),
}


@pytest.mark.parametrize(("changes", "facts", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_number_of_a_clinic(changes, facts, expected):
    own = Facts(**{**vars(OF_TWO), **facts})
    found = clinic(own, resolve(changes))
    assert (found.rounded_minimum, found.minimum_patients) == expected
    assert found.exact_minimum == EXACT


def trained(percent, **trainees):
    registers, citizens = three_municipalities()
    registers.covariates = {"YDERNR": {"TRAINEES": {code: Fraction(n) for code, n in trainees.items()}}}
    model = resolve({"clinics.trainee_percent": percent, "clinics.rounding_step": 1})
    found = clinic_figures(citizens, registers, model)
    return found, existing_capacities(registers, found, model)


def test_trainees_take_capacity():
    found, existing = trained(25, a=2, c=1)
    assert found["a"].minimum_patients == 800
    assert found["b"].minimum_patients == 3_200  # one patient who weighs ½
    assert existing == {"x": Fraction(3, 2), "y": Fraction(7, 4)}


def test_a_clinic_of_trainees_has_no_capacities_left():
    found, existing = trained(50, a=3)
    assert (found["a"].status, found["a"].minimum_patients) == ("no_capacities", None)
    assert existing == {"x": 1, "y": 2}


def test_trainee_positions_must_be_delivered():
    registers, citizens = three_municipalities()
    with pytest.raises(ReferenceError) as refusal:
        clinic_figures(citizens, registers, resolve({"clinics.trainee_percent": 25}))
    assert refusal.value.exit_code == 11


def test_a_list_of_a_day_caps_the_numbers_of_its_clinics():
    registers, citizens = three_municipalities()
    registers.spells = pd.DataFrame(
        [
            ("1", "a", "1", "2020-01-01", "2025-07-01"),
            ("2", "a", "2", "2020-01-01", OPEN_END),
            ("3", "a", "1", "2025-07-02", OPEN_END),
            ("4", "gone", "1", "2020-01-01", "2025-12-31"),
        ],
        columns=["pnr", "clinic", "group", "start", "end"],
    )
    found = clinic_figures(citizens, registers, resolve({"clinics.capped_at_list_of": "2025-07-01"}))
    assert [found[code].minimum_patients for code in ("a", "b")] == [1, 3_200]


def test_existing_capacities_are_less_those_left_out():
    registers, citizens = three_municipalities()
    registers.spells = pd.DataFrame(columns=["pnr", "clinic", "group", "start", "end"])
    registers.clinics.loc["b", "kind"] = "tender"
    model = resolve({"clinics.left_out_types": ["tender"]})
    assert existing_capacities(registers, clinic_figures(citizens, registers, model), model) == {"x": 1, "y": 2}
