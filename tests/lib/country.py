"""A published RUN built by hand from its municipalities: councils, needs and numbers follow from them."""

from fractions import Fraction

from fordel_dask.published import Area, Clinic, Council, Published, RegisterRow, Rules

NORM, STEP, ISLAND_THRESHOLD, FLOOR_KM2 = 1600, 50, 500, 35


def municipality(code, council_id, need, floor=0, citizens=None, **changed):
    """A municipality whose citizens weigh what makes up the need."""
    need, floor = Fraction(need), Fraction(floor)
    citizens = round(need * NORM) if citizens is None else citizens
    return Area(
        **{
            **{"code": code, "name": f"Municipality {code}", "municipality_code": code, "council_id": council_id},
            **{"citizens": citizens, "projected": Fraction(citizens), "weighted": need * NORM, "need": need},
            **{"km2": floor * FLOOR_KM2, "floor": floor},
            **{"patients_per_capacity": None, "patients_per_capacity_rounded": None},
            **changed,
        }
    )


def planning_area(code, of, need, **changed):
    """A planning area of a municipality."""
    return municipality(of.code, of.council_id, need, **{"code": code, "name": f"Area {code}", "km2": None, **changed})


def clinic(ydernummer, of, capacities=1, patients=1600, **changed):
    """A clinic of the register in a municipality."""
    return Clinic(
        **{
            **{"ydernummer": ydernummer, "kind": "plo", "municipality_code": of.code, "council_id": of.council_id},
            **{"capacities": Fraction(capacities), "patients": patients, "weighted": Fraction(patients)},
            **{"mean_weight": Fraction(1), "minimum_exact": Fraction(NORM), "minimum_per_capacity": NORM},
            **{"minimum_patients": round(NORM * Fraction(capacities)), "status": "ok"},
            **changed,
        }
    )


def register_row(of, **changed):
    """The row of the clinic register of a clinic, in force for good."""
    return RegisterRow(
        **{
            **{"ydernummer": of.ydernummer, "kind": of.kind, "municipality_code": of.municipality_code},
            **{"capacities": of.capacities, "first_day": None, "last_day": None, "present_limit": None},
            **{"maximum": None, "is_open": None, "predecessor": "", "east": None, "north": None},
            **changed,
        }
    )


def published(municipalities, clinics=(), **changed):
    """A RUN of municipalities and clinics; its councils follow from them."""
    rows = changed.pop("register", [register_row(one) for one in clinics if one.registered])
    region_of = changed.pop("region_of", {})
    ids = sorted({one.council_id for one in municipalities})
    councils = {i: _council(i, municipalities, clinics, region_of.get(i, "Region Syddanmark")) for i in ids}
    return Published(
        **{
            **{"name": "nation.run", "seal": "seal", "year": 2026, "has_projection": False},
            **{"rules": Rules(NORM, STEP, FLOOR_KM2, ISLAND_THRESHOLD), "councils": councils, "areas": ()},
            **{"municipalities": {one.code: one for one in sorted(municipalities, key=lambda one: one.code)}},
            **{"clinics": {one.ydernummer: one for one in sorted(clinics, key=lambda one: one.ydernummer)}},
            **{"register": tuple(rows), "flows": {}},
            **changed,
        }
    )


def _council(council_id, municipalities, clinics, region):
    own = [one for one in municipalities if one.council_id == council_id]
    with_floor = sum((max(one.need, one.floor) for one in own), Fraction(0))
    need = sum((one.need for one in own), Fraction(0))
    return Council(
        **{"council_id": council_id, "name": council_id.title(), "region": region},
        **{"citizens": sum(one.citizens for one in own), "projected": sum((one.projected for one in own), Fraction(0))},
        **{"weighted": sum((one.weighted for one in own), Fraction(0)), "need": need},
        **{"floor_addition": with_floor - need, "need_before_rounding": with_floor, "maximum": -(-with_floor // 1)},
        existing=sum(
            (one.capacities for one in clinics if one.council_id == council_id and one.capacities), Fraction(0)
        ),
    )
