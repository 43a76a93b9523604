"""A small hand-made country of figures, as cases of the model give them: two councils, three towns, some clinics."""

from dataclasses import replace
from fractions import Fraction

from fordel_dask.model import load_model
from fordel_dask.scenarios.figures import (
    CaseFigures,
    ClinicFigures,
    CouncilFigures,
    FitFigures,
    MunicipalityFigures,
    WeightFigures,
)
from fordel_dask.scenarios.places import ClinicPlace, CouncilPlace, MunicipalityPlace, Places

NORM = 1600
COUNCILS = {"c01": CouncilPlace("Østkysten", "Region Øst"), "c02": CouncilPlace("Vestheden", "Region Vest")}
TOWNS = {
    "101": MunicipalityPlace("Ørby", "c01"),
    "147": MunicipalityPlace("Åsted", "c01"),
    "561": MunicipalityPlace("Hedekøbing", "c02"),
}
TOWN_OF = {"000001": "101", "000002": "101", "000003": "147", "000004": "561", "000005": "561"}
CAPACITIES = {"000001": 1, "000002": 3, "000003": 2, "000004": 1, "000005": 2}
KINDS = {"000003": "region"}


def places(**changed):
    """The places of the country; clinic 000005 is in no deprivation tenth."""
    clinics = {
        code: ClinicPlace(KINDS.get(code, "plo"), town, TOWNS[town].council_id, Fraction(CAPACITIES[code]))
        for code, town in TOWN_OF.items()
    }
    tenths = {"000001": 1, "000002": 3, "000003": 7, "000004": 10}
    return Places(**{"year": 2026, "councils": COUNCILS, "municipalities": TOWNS, "clinics": clinics,
                     "tenths": tenths, **changed})  # fmt: skip


def clinic(code, per_capacity=NORM, **changed):
    """A clinic that must have so many patients for each capacity, none if it has no number."""
    capacities = CAPACITIES[code]
    number = None if per_capacity is None else per_capacity * capacities
    status = "ok" if per_capacity else "no_patients"
    exact = None if per_capacity is None else Fraction(per_capacity)
    patients = 1500 * capacities
    return replace(ClinicFigures(code, patients, Fraction(patients), exact, per_capacity, number, status), **changed)


def council(council_id, need, existing=10):
    """A council with so much need, rounded up."""
    need = Fraction(need)
    return CouncilFigures(council_id, need, need, Fraction(-(-need // 1)), Fraction(existing))


def municipality(code, need, **changed):
    """A municipality with so much need."""
    need = Fraction(need)
    one = MunicipalityFigures(code, need * NORM, need * NORM, need, Fraction(1), Fraction(NORM))
    return replace(one, **changed)


def weight(term, level, kroner, citizens=1000):
    """A level that adds so many kroner, and a thousandth of that to the weight."""
    return WeightFigures(term, level, citizens, kroner * 1_000_000, Fraction(kroner, 1000))


FIT = FitFigures(citizens=10_000, clinics=5, coefficients=2, r_squared=0.21, mean_fee_oere=100_000.0)


def case(name="national-2025", model="national-2025", **changed):
    """The figures of a case; what is not given is as in the base."""
    figures = {
        **{"name": name, "model": load_model(model), "citizens": 13_500},
        "councils": (council("c01", "20.4"), council("c02", "9.8")),
        "municipalities": (municipality("101", "12.4"), municipality("147", 8), municipality("561", "9.8")),
        "clinics": tuple(clinic(code) for code in TOWN_OF),
        "weights": (weight("age_sex", "M 0-4", 900), weight("somatic", "2", 400)),
        **{"fit": FIT, "same_pass_as_base": True, "seconds": 0.5},
    }
    return CaseFigures(**{**figures, **changed})


def base_with(**clinics):
    """The clinics of the base, some with another number for each capacity (none for no number)."""
    return tuple(clinic(code, clinics.get(f"c{code}", NORM)) for code in TOWN_OF)
