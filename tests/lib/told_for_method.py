"""A small country as a release would tell it, under any model: what the page of the method is made of in tests."""

from dataclasses import replace
from fractions import Fraction

from fordel_dask.law.parameters import parameters
from fordel_dask.law.rounding import decimals, half_even, half_up_to_step, scaled
from fordel_dask.model.model import model_with
from fordel_dask.model.terms import design_of
from fordel_dask.report.told import Capacities, Clearance, Model, Told, ToldRun
from fordel_dask.schema import release

MEAN_KRONER = 900
AREAS = (
    # code, name, council, citizens, weighted citizens, km²
    ("101", "Nordby", "vest", 5000, 4700, "35"),
    ("102", "Sønderby", "vest", 800, 850, "70.7"),
    ("201", "Østby", "oest", 9000, 9300, "10"),
)


def told_with(changes=None, **tables):
    """Give a country told under a model with these changes; ``tables`` replace those of the same name."""
    model = model_of(changes or {})
    made = {
        release.COUNCILS.name: councils(model),
        release.MUNICIPALITIES.name: municipalities(model),
        release.CLINICS.name: clinics(model),
        release.WEIGHTS.name: weights(model),
        release.INTERVALS.name: INTERVALS,
    }
    return Told(
        run=ToldRun(model, {**made, **tables}),
        clearance=Clearance(threshold=5, invented=True),
        capacities=Capacities(model.status_date, False, {}, {}),
    )


def model_of(changes):
    entries = {
        key: {"value": changes.get(key, one.value), "unit": one.unit, "kind": one.kind, "source": one.source}
        for key, one in parameters().items()
    }
    return Model("national-2025", "0123456789abcdef", sorted(changes), entries, "0.3.0", 2026, Fraction(9, 10))


def weights(model):
    values = {key: tuple(v) if isinstance(v := model.value(key), list) else v for key in parameters()}
    rules = model_with("tested", values).covariates
    columns = [(term.name, level) for term in design_of(rules).terms for level in term.estimated]
    return [weight_row(term, level, 1000 * (place + 1) % 7013 + 300) for place, (term, level) in enumerate(columns)]


def weight_row(term, level, tenths):
    """Give a row of weights by its coefficient in tenths of a krone; of age and sex larger than of the rest."""
    micro = tenths * 100_000 + 123_457
    return {
        "term": term,
        "level": level,
        "citizens": "",
        "exposure_years": "",
        "coefficient_kr": decimals(micro, 6),
        "standard_error_kr": "1.000000",
        "weight": decimals(half_even(micro * 1000, MEAN_KRONER), 9),
        "kept_back": "citizens exposure_years",
    }


def municipalities(model):
    return [municipality(model, area) for area in AREAS]


def municipality(model, area):
    code, name, council_id, citizens, weighted, km2 = area
    need, floor = Fraction(weighted, model.norm), Fraction(0)
    if model.value("capacity.floor"):
        floor = Fraction(km2) / model.value("capacity.floor_km2")
    per_capacity = citizens / need
    return {
        "municipality_code": code,
        "municipality": name,
        "council_id": council_id,
        "citizens": str(citizens - 10),
        "projected_citizens": str(citizens),
        "weighted_citizens": str(weighted),
        "weighted_step": "1",
        "mean_weight": decimals(scaled(Fraction(weighted, citizens), 10**6), 6),
        "need": decimals(scaled(need, 1000), 3),
        "area_km2": km2,
        "floor": decimals(scaled(floor, 1000), 3),
        "patients_per_capacity": str(half_up_to_step(per_capacity, 1)),
        "patients_per_capacity_rounded": str(half_up_to_step(per_capacity, model.step)),
        "kept_back": "",
    }


def councils(model):
    return [council(model, council_id) for council_id in ("oest", "vest")]


def council(model, council_id):
    members = [area for area in AREAS if area[2] == council_id]
    need = sum(Fraction(area[4], model.norm) for area in members)
    floor = model.value("capacity.floor")
    floors = [Fraction(area[5]) / model.value("capacity.floor_km2") if floor else Fraction(0) for area in members]
    before = sum(max(Fraction(area[4], model.norm), least) for area, least in zip(members, floors, strict=True))
    rounded = {"up": -(-before // 1), "down": before // 1, "nearest": (before + Fraction(1, 2)) // 1}
    number = rounded.get(model.value("capacity.rounding"), before)
    return {
        "council_id": council_id,
        "council": council_id.title(),
        "region": "Region Nord",
        "citizens": str(sum(area[3] - 10 for area in members)),
        "projected_citizens": str(sum(area[3] for area in members)),
        "weighted_citizens": str(sum(area[4] for area in members)),
        "weighted_step": "1",
        "mean_weight": "1.000000",
        "need": decimals(scaled(need, 1000), 3),
        "floor_addition": decimals(scaled(before - need, 1000), 3),
        "need_before_rounding": decimals(scaled(before, 1000), 3),
        "maximum_capacities": decimals(scaled(number, 1000), 3) if number % 1 else str(int(number)),
        "existing_capacities": "3.000000000",
        "kept_back": "",
    }


def clinics(model):
    return [clinic(model, "000001", 3000, 3010), clinic(model, "000002", 3100, 3383)]


def clinic(model, ydernummer, patients, weighted, capacities="2.5"):
    rounded = half_up_to_step(Fraction(model.norm * patients, weighted), model.step)
    return {
        "ydernummer": ydernummer,
        "clinic_type": "plo",
        "municipality_code": "101",
        "council_id": "vest",
        "capacities": capacities,
        "patients": str(patients),
        "weighted_patients": str(weighted),
        "weighted_step": "1",
        "mean_weight": decimals(scaled(Fraction(weighted, patients), 10**6), 6),
        "minimum_per_capacity": str(rounded),
        "minimum_patients": str(half_up_to_step(Fraction(capacities) * rounded, 1)),
        "status": "ok",
        "note": "",
        "kept_back": "",
    }


def interval(kind, code, level, figure, flag=""):
    row = {"kind": kind, "code": code, "level": level, "figure": figure}
    return {**row, "low": "70.5", "high": "90.25", "flag": flag}


INTERVALS = [
    interval("weight", "origin", "menapt", "coefficient_kr"),
    interval("council", "vest", "", "maximum_capacities", "robust"),
    interval("council", "oest", "", "maximum_capacities", "uncertain"),
    interval("clinic", "000001", "", "minimum_per_capacity", "robust"),
]


def without(told, table, column, value):
    """Give what is told without one figure of every row of a table that has a value in its first column."""
    first = next(iter(told.run.tables[table][0]))
    rows = [{**row, column: "", "kept_back": column} if row[first] == value else row for row in told.run.tables[table]]
    return replace(told, run=ToldRun(told.run.model, {**told.run.tables, table: rows}))
