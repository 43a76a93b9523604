"""Small synthetic figures as a release tells them: two councils, three municipalities, four clinics."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from fordel_dask.law.parameters import parameters
from fordel_dask.report.told import Calibrated, Capacities, Clearance, Model, Standing, Told, ToldRun

LEVELS = [
    *(("age_sex", f"{sex} {band}") for sex in "MF" for band in ("0-4", "5-9", "10+")),
    ("origin", "menapt"),
    ("somatic", "2"),
    ("somatic", "3"),
    ("clamp", ""),
]


def model():
    """Give today's model, with all its parameters."""
    entries = {
        key: {"value": one.value, "unit": one.unit, "kind": one.kind, "source": one.source}
        for key, one in parameters().items()
    }
    return Model("national-2025", "ab" * 32, [], entries, "0.0", 2026, Fraction(9, 10))


def traits(kind, code, parts, kept_back=()):
    """Give rows of traits: parts by position in :data:`LEVELS`, some kept back."""
    rows = []
    for n, (term, level) in enumerate(LEVELS):
        untold = n in kept_back
        part = "" if untold else f"{parts[n]:.9f}"
        back = "citizens weighted_part" if untold else ""
        citizens = "" if untold else str(10 + n)
        rows.append({"area_kind": kind, "code": code, "term": term, "level": level, "citizens": citizens,
                     "weighted_part": part, "kept_back": back})  # fmt: skip
    return rows


def council(council_id, name, region, **other):
    """Give a row of the councils' table."""
    row = {"council_id": council_id, "council": name, "region": region, "citizens": "10000",
           "projected_citizens": "10000", "weighted_citizens": "10200", "weighted_step": "1", "mean_weight": "1.020000",
           "need": "6.375", "floor_addition": "0.200", "need_before_rounding": "6.575", "maximum_capacities": "7",
           "existing_capacities": "6.000000000", "kept_back": ""}  # fmt: skip
    return row | other


def municipality(code, name, council_id, **other):
    """Give a row of the municipalities' table."""
    row = {"municipality_code": code, "municipality": name, "council_id": council_id, "citizens": "5000",
           "projected_citizens": "5000", "weighted_citizens": "5100", "weighted_step": "1", "mean_weight": "1.020000",
           "need": "3.188", "area_km2": "86.9", "floor": "0.109", "patients_per_capacity": "1569",
           "patients_per_capacity_rounded": "1550", "kept_back": ""}  # fmt: skip
    return row | other


def clinic(ydernummer, code, council_id, **other):
    """Give a row of the clinics' table."""
    row = {"ydernummer": ydernummer, "clinic_type": "plo", "municipality_code": code, "council_id": council_id,
           "capacities": "2", "patients": "3000", "weighted_patients": "3100", "weighted_step": "1",
           "mean_weight": "1.033333", "minimum_per_capacity": "1550", "minimum_patients": "3100", "status": "ok",
           "note": "", "kept_back": ""}  # fmt: skip
    return row | other


def weight(term, level, weight, **other):
    """Give a row of the weights' table."""
    row = {"term": term, "level": level, "citizens": "5000", "exposure_years": "4900.000000000",
           "coefficient_kr": f"{weight * 1000:.6f}", "standard_error_kr": "12.000000", "weight": f"{weight:.9f}",
           "kept_back": ""}  # fmt: skip
    return row | other


def interval(kind, code, figure, low, high, **other):
    """Give a row of the intervals' table."""
    row = {"kind": kind, "code": code, "level": "", "figure": figure, "low": low, "high": high, "flag": "robust"}
    return row | other


PARTS = [4.25, -1.5, 20.0, 3.0, -2.25, 30.5, 1.0, 25.0, 15.5, 0.0]


def small_tables(name="Fyn"):
    """Give the tables of a small release; ``name`` is that of a council, a municipality and a region."""
    return {
        "maximum_capacities_by_council": [
            council("fyn", name, "Region Syddanmark"),
            council("nord", "Nord", name, floor_addition="", need_before_rounding="",
                    kept_back="floor_addition need_before_rounding"),
        ],
        "need_by_municipality": [
            municipality("461", name, "fyn"),
            municipality("450", "Nyborg", "fyn"),
            municipality("851", "Aalborg", "nord", citizens="", projected_citizens="", weighted_citizens="",
                         mean_weight="", need="", patients_per_capacity="", patients_per_capacity_rounded="",
                         kept_back="citizens projected_citizens weighted_citizens need"),
        ],
        "minimum_patients_by_clinic": [
            clinic("000111", "461", "fyn"),
            clinic("000222", "450", "fyn", capacities="0.5", minimum_patients="775"),
            clinic("000333", "851", "nord", patients="0", weighted_patients="0", mean_weight="",
                   minimum_per_capacity="", minimum_patients="", status="no_patients"),
            clinic("000444", "", "", clinic_type="", capacities="", minimum_per_capacity="", minimum_patients="",
                   status="unregistered", note="no row of the clinic register covers the status date"),
        ],
        "citizens_by_trait": [
            *traits("clinic", "000111", PARTS),
            *traits("clinic", "000222", PARTS, kept_back=(0, 1, 6, 7)),
            *traits("municipality", "461", PARTS),
            *traits("council", "fyn", PARTS),
            *traits("council", "nord", PARTS, kept_back=(2,)),
        ],
        "weights_by_trait": [weight(*one, 0.5 + n / 10) for n, one in enumerate(LEVELS[:-1])],
        "flows_between_councils": [
            {"residence_council_id": home, "clinic_council_id": there, "citizens": citizens,
             "kept_back": "" if citizens else "citizens"}
            for home, there, citizens in (("fyn", "", "12"), ("fyn", "fyn", "9900"), ("fyn", "nord", "88"),
                                          ("nord", "fyn", ""), ("nord", "nord", "9000"))
        ],
        "intervals": [
            interval("council", "fyn", "need_before_rounding", "6.400", "6.700"),
            interval("council", "fyn", "maximum_capacities", "7", "7"),
            interval("clinic", "000111", "minimum_per_capacity", "1500", "1600", flag="uncertain"),
        ],
        "rows_of_registers": [
            {"register": "population", "what": "read", "reason": "", "rows": "20000", "kept_back": ""},
        ],
    }  # fmt: skip


def small_run(name="Fyn"):
    """Give a small RUN as told."""
    return ToldRun(model(), small_tables(name))


def small_told(name="Fyn", **other):
    """Give a small report's content: a draft of real figures unless something else is given."""
    told = Told(
        run=small_run(name),
        clearance=Clearance(threshold=5, invented=False),
        capacities=Capacities(
            day=date(2026, 3, 1),
            reported=True,
            councils={"fyn": Standing(Fraction(6), Fraction(5)), "nord": Standing(Fraction(6), Fraction(6))},
            municipalities={"461": Standing(Fraction(4), Fraction(3))},
        ),
        calibration=tuple(Calibrated(tenth, 400 + 100 * tenth, 410 + 99 * tenth) for tenth in range(1, 11)),
    )
    return replace(told, **other)
