"""A small hand-made country of figures, as cases of the model give them: two councils, three towns, some clinics."""

import random
from dataclasses import replace
from fractions import Fraction

from fordel_dask import law
from fordel_dask.model import load_model
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.scenarios.compared import Compared
from fordel_dask.scenarios.comparison import compare_cases
from fordel_dask.scenarios.figures import (
    CaseFigures,
    ClinicFigures,
    CouncilFigures,
    FitFigures,
    MunicipalityFigures,
    NotRun,
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
    weighted = Fraction(patients * NORM, per_capacity) if per_capacity else Fraction(0)
    return replace(ClinicFigures(code, patients, weighted, exact, per_capacity, number, status), **changed)


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
        **{"name": name, "model": load_model(model) if isinstance(model, str) else model, "citizens": 13_500},
        "councils": (council("c01", "20.4"), council("c02", "9.8")),
        "municipalities": (municipality("101", "12.4"), municipality("147", 8), municipality("561", "9.8")),
        "clinics": tuple(clinic(code) for code in TOWN_OF),
        "weights": (weight("age_sex", "M 0-4", 900), weight("somatic", "2", 400)),
        **{"fit": FIT, "same_pass_as_base": True, "seconds": 0.5},
    }
    return CaseFigures(**{**figures, **changed})


def compare_all(figures, country, asked=None, intervals=None):
    """Set cases beside the base, which is the first of the figures."""
    base, *rest = figures
    known = intervals or {}
    cases = [one if isinstance(one, NotRun) else compare_cases(base, one, country, known) for one in rest]
    return Compared(base, country, known, cases, asked or {})


def base_with(**clinics):
    """The clinics of the base, some with another number for each capacity (none for no number)."""
    return tuple(clinic(code, clinics.get(f"c{code}", NORM)) for code in TOWN_OF)


def nation(clinics=1900):
    """The base and every packaged variant with invented figures on the real map: to see a page of full size."""
    towns = law.rows("geography/municipalities")
    known = {town["kommunekode"].zfill(3): MunicipalityPlace(town["navn"], town["sundhedsraad_id"]) for town in towns}
    councils = {t["sundhedsraad_id"]: CouncilPlace(t["sundhedsraad"], t["region_2027"]) for t in towns}
    people = {t["kommunekode"].zfill(3): int(t["folketal_2026"]) for t in towns}
    chance = random.Random(9)
    codes = chance.choices(list(people), weights=list(people.values()), k=clinics)
    where = {
        f"{n:06}": ClinicPlace(
            chance.choices(("plo", "region", "tender"), (90, 6, 4))[0],
            code,
            known[code].council_id,
            Fraction(chance.choice((1, 1, 2, 3, 5))),
        )
        for n, code in enumerate(codes, 1000)
    }
    tenths = {code: n * 10 // len(where) + 1 for n, code in enumerate(where)}
    country = Places(2026, dict(sorted(councils.items())), known, where, tenths)
    needs = {code: Fraction(number, NORM) for code, number in people.items()}
    numbers = {code: chance.randrange(1200, 2100, 50) for code in where}
    base = _nation_case(("national-2025", load_model()), country, needs, numbers, 0)
    return country, base, [_moved(one, country, (needs, numbers), chance) for one in packaged_cases()]


def packaged_cases():
    """Every case of the packaged variants."""
    return [one for scenario in packaged_scenarios() for one in scenario.cases]


def _moved(one, country, figures, chance):
    needs, numbers = figures
    reach = chance.choice((0, 0.005, 0.01, 0.03))
    moved = {
        code: need * (1000 + Fraction(round(chance.uniform(-reach, reach) * 1000))) / 1000
        for code, need in needs.items()
    }
    steps = {code: 50 * round(chance.gauss(0, 40 * reach)) for code in numbers}
    after = {code: number + steps[code] for code, number in numbers.items()}
    return _nation_case((one.name, one.model), country, moved, after, round(reach * 1000))


def _nation_case(named, country, needs, numbers, kroner):
    by_council = {code: Fraction(0) for code in country.councils}
    for code, need in needs.items():
        by_council[country.municipalities[code].council_id] += need
    return case(
        *named,
        citizens=6_000_000,
        councils=tuple(council(code, need) for code, need in by_council.items()),
        municipalities=tuple(municipality(code, need) for code, need in needs.items()),
        clinics=tuple(_nation_clinic(code, number, country) for code, number in numbers.items()),
        weights=(weight("age_sex", "M 0-4", 900 + kroner), weight("somatic", "2", 400 - kroner)),
    )


def _nation_clinic(code, per_capacity, country):
    capacities = country.clinics[code].capacities
    in_all, patients = int(per_capacity * capacities), int(1500 * capacities)
    exact = Fraction(per_capacity)
    return ClinicFigures(code, patients, Fraction(patients), exact, per_capacity, in_all, "ok")
