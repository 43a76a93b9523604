"""A RUN built by hand: two councils in one region, three municipalities, a few clinics."""

import datetime
from dataclasses import replace
from fractions import Fraction

from fordel_dask.published import Area, Clinic, Council, Published, RegisterRow, Rules

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
