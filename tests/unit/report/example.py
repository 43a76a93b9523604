"""A small nation as a release tells it: two regions, three councils, five clinics, with hostile names and gaps."""

import datetime
from dataclasses import replace
from fractions import Fraction

from fordel_dask.law.parameters import parameters
from fordel_dask.report.told import Calibrated, Capacities, Clearance, Model, Standing, Told, ToldRun
from fordel_dask.schema import release

FORMULA, SCRIPT = '=cmd|"/c calc"!A1', "<script>alert(1)</script>"
BACKWARDS, QUOTED = "\u202ednalneerG", 'O\'Brien "Mor" & Søn'
DAY = datetime.date(2026, 1, 10)


def parameter(key):
    one = parameters()[key]
    return {"value": one.value, "unit": one.unit, "kind": one.kind, "source": one.source}


def model(year=2026, confidence=Fraction(9, 10)):
    return Model(
        name="national-2025",
        hash="ab" * 32,
        changed={},
        parameters={key: parameter(key) for key in parameters()},
        program="0.3.0",
        year=year,
        confidence=confidence,
    )


def row(table, *texts, kept_back=""):
    names = [column.name for column in table.columns if column.name != "kept_back"]
    return {**dict(zip(names, texts, strict=True)), "kept_back": kept_back}


COUNCILS = (
    (
        "aa",
        "Aarhus",
        "Region Midtjylland",
        "1600",
        "1600",
        "1680",
        "1",
        "1.050000",
        "1.050",
        "0.005",
        "1.055",
        "2",
        "2",
    ),
    ("bb", FORMULA, "Region Midtjylland", "800", "800", "760", "1", "0.950000", "0.475", "0.000", "0.475", "1", "1.5"),
    ("cc", SCRIPT, "Region Syddanmark", "", "", "", "", "", "", "0.125", "", "3", "3"),
)
NOT_TOLD = "citizens projected_citizens weighted_citizens mean_weight need need_before_rounding"
PLACES = (
    ("751", "Aarhus", "aa", "1600", "1600", "1680", "1", "1.050000", "1.050", "468", "0.125", "1524", "1500", ""),
    ("147", BACKWARDS, "bb", "800", "800", "760", "1", "0.950000", "0.475", "8.77", "0.251", "1684", "1700", ""),
    ("461", QUOTED, "cc", "", "", "", "", "", "", "304", "8.686", "", "1600", NOT_TOLD),
)
WEIGHTS = (
    ("age_sex", "M 0-4", "100", "98.500000000", "700.500000", "10.250000", "0.743126000", ""),
    ("somatic", "2", "", "", "225.614000", "12.112000", "0.239500000", "citizens exposure_years"),
)
CLINICS = {
    "000001": ("plo", "751", "aa", "1", "1650", "1732", "1", "1.050000", "1500", "1500", "ok", "", ""),
    "000002": ("plo", "147", "bb", "0.5", "780", "741", "1", "0.950000", "1700", "850", "ok", "", ""),
    "000003": ("island", "461", "cc", "1", "", "", "", "", "", "", "ok", "",
               "patients minimum_per_capacity minimum_patients"),
    "000004": ("", "", "", "", "12", "12", "1", "1.000000", "", "", "unregistered",
               "no row of the clinic register covers the status date", ""),
    "000005": ("region", "461", "cc", "2", "2400", "2400", "1", "1.000000", "1600", "3200", "ok",
               "island clinic under 500 patients: not among existing capacities", ""),
}  # fmt: skip


def tables():
    clinics = [
        row(release.CLINICS, ydernummer, *texts[:-1], kept_back=texts[-1]) for ydernummer, texts in CLINICS.items()
    ]
    return {
        release.COUNCILS.name: [
            row(release.COUNCILS, *texts, kept_back=NOT_TOLD if texts[0] == "cc" else "") for texts in COUNCILS
        ],
        release.MUNICIPALITIES.name: [
            row(release.MUNICIPALITIES, *texts[:-1], kept_back=texts[-1]) for texts in PLACES
        ],
        release.CLINICS.name: clinics,
        release.WEIGHTS.name: [row(release.WEIGHTS, *texts[:-1], kept_back=texts[-1]) for texts in WEIGHTS],
        release.TRAITS.name: [
            row(release.TRAITS, "council", "aa", "age_sex", "M 0-4", "90", "-12.350000000"),
            row(release.TRAITS, "municipality", "147", "somatic", "2", "", "", kept_back="citizens weighted_part"),
            row(release.TRAITS, "clinic", "000001", "age_sex", "M 0-4", "85", "17.026090039"),
        ],
        release.FLOWS.name: [
            row(release.FLOWS, "aa", "aa", "1500"),
            row(release.FLOWS, "aa", "", "", kept_back="citizens"),
            row(release.FLOWS, "bb", "aa", "30"),
        ],
        release.INTERVALS.name: [
            {"kind": "council", "code": "aa", "level": "", "figure": "maximum_capacities", "low": "2", "high": "3",
             "flag": "uncertain"},
            {"kind": "clinic", "code": "000001", "level": "", "figure": "minimum_per_capacity", "low": "1500",
             "high": "1500", "flag": "robust"},
        ],
    }  # fmt: skip


def told(**changed):
    """Give what is told of the nation; ``changed`` are parts of it that differ."""
    whole = Told(
        run=ToldRun(model(), tables()),
        clearance=Clearance(5, invented=False),
        capacities=Capacities(
            DAY,
            True,
            {"aa": Standing(Fraction(2), Fraction(3, 2)), "bb": Standing(Fraction(1), Fraction(1))},
            {"751": Standing(Fraction(2), Fraction(3, 2)), "461": Standing(Fraction(3), Fraction(5, 2))},
        ),
        calibration=(Calibrated(1, 380, 400), Calibrated(2, 900, 890)),
    )
    return replace(whole, **changed)


def a_year_before(year=2025):
    """Give the nation a year before: a council had one more, a clinic two steps less, a weight was lower."""
    found = tables()
    found[release.COUNCILS.name][0]["maximum_capacities"] = "3"
    found[release.CLINICS.name][0] |= {"minimum_per_capacity": "1400", "minimum_patients": "1400"}
    found[release.CLINICS.name][1] |= {
        "minimum_per_capacity": "",
        "minimum_patients": "",
        "kept_back": "minimum_per_capacity minimum_patients",
    }
    found[release.WEIGHTS.name][0]["weight"] = "0.700000000"
    return told(run=ToldRun(model(year), found))
