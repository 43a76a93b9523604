"""A RUN built by hand: two councils in one region, three municipalities, a few clinics."""

import datetime
from dataclasses import replace
from fractions import Fraction

from fordel_dask.printing import count, given, number
from fordel_dask.published import Area, Clinic, Council, Published, RegisterRow, Rules
from fordel_dask.rundir import write_run
from fordel_dask.schema.results import CLINIC_REGISTER, CLINICS, COUNCILS, MUNICIPALITIES, RESULT_TABLES

YEAR = 2026
RULES = Rules(norm=1600, step=50, floor_km2=None, island_threshold=500)


def council(council_id, need=3, maximum=None, **changes):
    need = Fraction(need)
    made = Council(
        council_id=council_id,
        name=council_id.title(),
        region="Region Nord",
        citizens=int(need * 1600),
        projected=need * 1600,
        weighted=need * 1600,
        need=need,
        floor_addition=Fraction(0),
        need_before_rounding=need,
        maximum=-(-need.numerator // need.denominator) if maximum is None else maximum,
        existing=Fraction(0),
    )
    return replace(made, **changes)


def municipality(code, council_id, need=3, **changes):
    need = Fraction(need)
    made = Area(
        code=code,
        name=f"Kommune {code}",
        municipality_code=code,
        council_id=council_id,
        citizens=int(need * 1600),
        projected=need * 1600,
        weighted=need * 1600,
        need=need,
        km2=Fraction(35),
        floor=Fraction(1),
        patients_per_capacity=Fraction(1600),
        patients_per_capacity_rounded=1600,
    )
    return replace(made, **changes)


def clinic(ydernummer, code, council_id, capacities=1, **changes):
    made = Clinic(
        ydernummer=ydernummer,
        kind="plo",
        municipality_code=code,
        council_id=council_id,
        capacities=Fraction(capacities),
        patients=1600,
        weighted=Fraction(1600),
        mean_weight=Fraction(1),
        minimum_exact=Fraction(1600),
        minimum_per_capacity=1600,
        minimum_patients=1600,
        status="ok",
    )
    return replace(made, **changes)


def register_row(of, first_day=datetime.date(2010, 1, 1), last_day=None, **changes):
    made = RegisterRow(
        ydernummer=of.ydernummer,
        kind=of.kind,
        municipality_code=of.municipality_code,
        capacities=of.capacities,
        first_day=first_day,
        last_day=last_day,
        present_limit=1600,
        maximum=None,
        is_open=True,
        predecessor="",
        east=None,
        north=None,
    )
    return replace(made, **changes)


def published(councils, municipalities, clinics, register=None, areas=(), flows=None):
    """Put a RUN together; without a register every clinic has an open row."""
    return Published(
        name="nation.run",
        seal="0" * 64,
        year=YEAR,
        rules=RULES,
        has_projection=False,
        councils={one.council_id: one for one in sorted(councils, key=lambda one: one.council_id)},
        municipalities={one.code: one for one in sorted(municipalities, key=lambda one: one.code)},
        areas=tuple(areas),
        clinics={one.ydernummer: one for one in sorted(clinics, key=lambda one: one.ydernummer)},
        register=tuple(map(register_row, clinics)) if register is None else tuple(register),
        flows=flows or {},
    )


def two_councils():
    """Give council ``north`` (municipalities 810, 820) and ``south`` (830) with four clinics, one a small island's."""
    return published(
        [council("north", 4), council("south", 2)],
        [municipality("810", "north", 3), municipality("820", "north", 1), municipality("830", "south", 2)],
        [
            clinic("000810", "810", "north", 2),
            clinic("000820", "820", "north", 1),
            clinic("000825", "820", "north", 1, kind="island", patients=400),
            clinic("000830", "830", "south", 2),
        ],
    )


def write_published(made, out):
    """Write a RUN of such a nation as far as the year's cycle reads it; its other tables are empty."""
    tables = {table.name: [] for table in RESULT_TABLES}
    tables |= {
        "councils": [_cells(COUNCILS, _council_cells(one)) for one in made.councils.values()],
        "municipalities": [_cells(MUNICIPALITIES, _municipality_cells(one)) for one in made.municipalities.values()],
        "clinics": [_cells(CLINICS, _clinic_cells(one)) for one in made.clinics.values()],
        "clinic_register": [_cells(CLINIC_REGISTER, _register_cells(one)) for one in made.register],
        "flows": [(*pair, str(citizens)) for pair, citizens in sorted(made.flows.items())],
    }
    write_run(out, tables, _manifest(made.rules))
    return out


def _manifest(rules):
    parameters = {
        "capacity.citizens_per_capacity": rules.norm,
        "clinics.rounding_step": rules.step,
        "capacity.floor": rules.floor_km2 is not None,
        "capacity.floor_km2": rules.floor_km2 or 35,
        "clinics.island_threshold": rules.island_threshold,
    }
    return {
        "kind": "run",
        "nation": {"year": YEAR},
        "noticed": {"projection": False},
        "model": {"parameters": {key: {"value": value} for key, value in parameters.items()}},
    }


def _cells(table, known):
    return tuple(known.get(column.name, "") for column in table.columns)


def _council_cells(one):
    figures = {
        "projected_citizens": one.projected,
        "weighted_citizens": one.weighted,
        "need": one.need,
        "floor_addition": one.floor_addition,
        "need_before_rounding": one.need_before_rounding,
        "existing_capacities": one.existing,
    }
    names = {"council_id": one.council_id, "council": one.name, "region": one.region}
    counts = {"citizens": str(one.citizens), "maximum_capacities": str(one.maximum)}
    return names | counts | {key: number(value) for key, value in figures.items()}


def _municipality_cells(one):
    figures = {
        "projected_citizens": one.projected,
        "weighted_citizens": one.weighted,
        "need": one.need,
        "floor": one.floor,
        "patients_per_capacity": one.patients_per_capacity,
    }
    names = {"municipality_code": one.code, "municipality": one.name, "council_id": one.council_id}
    counts = {"citizens": str(one.citizens), "patients_per_capacity_rounded": count(one.patients_per_capacity_rounded)}
    return names | counts | {"area_km2": given(one.km2)} | {key: number(value) for key, value in figures.items()}


def _clinic_cells(one):
    return {
        "ydernummer": one.ydernummer,
        "clinic_type": one.kind,
        "municipality_code": one.municipality_code,
        "council_id": one.council_id,
        "capacities": given(one.capacities),
        "patients": str(one.patients),
        "weighted_patients": number(one.weighted),
        "mean_weight": number(one.mean_weight),
        "minimum_per_capacity_exact": number(one.minimum_exact),
        "minimum_per_capacity": count(one.minimum_per_capacity),
        "minimum_patients": count(one.minimum_patients),
        "status": one.status,
    }


def _register_cells(one):
    return {
        "ydernummer": one.ydernummer,
        "clinic_type": one.kind,
        "municipality_code": one.municipality_code,
        "capacities": given(one.capacities),
        "first_day": "" if one.first_day is None else one.first_day.isoformat(),
        "last_day": "" if one.last_day is None else one.last_day.isoformat(),
        "present_limit": count(one.present_limit),
        "maximum": count(one.maximum),
        "is_open": {True: "1", False: "0", None: ""}[one.is_open],
        "predecessor": one.predecessor,
        "east": given(one.east),
        "north": given(one.north),
    }
