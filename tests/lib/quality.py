"""Invented observations of a delivery, for tests of the quality report."""

from fordel_dask.quality.observed import FileMeasures, Observed
from fordel_dask.quality.periods import weeks_of

YEAR = 2026
WEEKLY = 1_871_000
SERVICE_FILES = 12


def observed(files=(), registers=None, **more):
    """Give an Observed with only what a test is about; inputs follow from the files."""
    inputs = tuple({"register": one.register, "file": one.file, "bytes": 1000, "rows": one.rows} for one in files)
    given = {"coverage": {}, "units": {}, "refusals": (), "inputs": inputs, "year": YEAR, "program_version": "0.1.0"}
    return Observed(files=tuple(files), registers=registers or {}, **{**given, **more})


def small():
    """Give a delivery of two registers with one finding of each severity but reject."""
    return observed(
        [
            FileMeasures("population", "bef.parquet", 1_000, {"sex": 2, "christiansoe": 1}),
            FileMeasures("services", "sssy_1.parquet", 600, {"other_year": 40, "week_invalid": 0}),
            FileMeasures("services", "sssy_2.parquet", 400, {"other_year": 10}),
        ],
        {"services": {"weeks_missing": 3}},
        coverage={"services": {"2501": 500, "2502": 500}},
        units={"bruhon": {"declared": "kroner", "median_oere": 16911, "fee_table_oere": 16911, "rows": 400}},
    )


def clean():
    """Give a delivery in which nothing is wrong."""
    return observed(
        [FileMeasures("population", "bef.parquet", 1_000, {"sex": 0})],
        coverage={"services": dict.fromkeys(weeks_of(YEAR - 1), 100)},
    )


def rich(rejected=False):
    """Give a national delivery with much that is wrong, for pages to look at."""
    files = [
        FileMeasures(
            "population",
            "bef_2025.parquet",
            6_025_603,
            {
                "unknown_municipality": 812,
                "sex": 3,
                "age_over_120": 17,
                "christiansoe": 92,
                "civil_status_unknown": 1_204,
            },
        ),
        FileMeasures(
            "enrolment", "sikrede.parquet", 11_402_118, {"first_day_missing": 41, "unknown_person": 1_204_331}
        ),
        *(
            FileMeasures(
                "services",
                f"sssy/sssy_2025_{n:02}.parquet",
                8_100_000 + 13_177 * n,
                {
                    "other_year": 51_000 + n,
                    "unknown_person": 160_022 + 7 * n,
                    "week_invalid": 311 * n if n % 3 else 0,
                    "paid_missing": 20_011 * n,
                    "quantity_not_whole": 200_000 if n == 7 else 0,
                },
            )
            for n in range(1, SERVICE_FILES + 1)
        ),
        FileMeasures(
            "lpr 1 contacts", "lpr_adm.parquet", 61_500_000, {"unknown_person": 15_220_101, "contact_day_missing": 12}
        ),
        FileMeasures("lpr 1 diagnoses", "lpr_diag.parquet", 140_600_000, {"other_type": 20_448_120, "no_d": 41_233}),
        FileMeasures(
            "lpr 2 contacts",
            "lpr_a_kontakt.parquet",
            164_200_000,
            {"other_system": 31_200_450, "unknown_person": 22_000_000, "contact_day_outside": 4},
        ),
        FileMeasures(
            "lpr 2 diagnoses",
            "lpr_a_diagnose.parquet",
            284_700_000,
            {"other_type": 31_002_118, "refuted": 1_120_077, "code_blank": 7},
        ),
        FileMeasures("dream", "dream_202606.parquet", 7_197_487, {"unknown_person": 1_330_210, "cells_unreadable": 18}),
        FileMeasures("clinics", "yderregister.csv", 1_911, {"capacities_missing": 12, "predecessor_unknown": 1}),
    ]
    more = {"clinics": {"clinic_twice": 2}, "population": {"person_twice": 4}} if rejected else {}
    registers = {
        "population": {"menapt_without_citizens": 3, **more.get("population", {})},
        "enrolment": {"not_enrolled": 18_442, "clinic_unregistered": 30_114, "clinic_changed_hands": 28_907},
        "services": {
            "weeks_missing": 3,
            "weeks_thin": 1,
            "row_repeated_in_another_file": 411_228,
            "negative_total": 9_331,
        },
        "lpr 1 diagnoses": {"no_contact": 12_004_331},
        "lpr 2 contacts": {"months_missing": 2},
        "lpr 2 diagnoses": {"no_contact": 88_102},
        "clinics": more.get("clinics", {}),
    }
    return observed(
        files,
        registers,
        coverage=_coverage(),
        units={
            "bruhon": {"declared": "kroner", "median_oere": 1_691_100, "fee_table_oere": 16_911, "rows": 18_220_114}
        },
        refusals=_refusals() if rejected else (),
        inputs=tuple(
            {"register": one.register, "file": one.file, "bytes": 11 * one.rows + 4_321, "rows": one.rows}
            for one in files
        ),
    )


def earlier():
    """Give the report's source of a year before ``rich``: one file and one register more, other shares."""
    this = rich()
    files = [
        FileMeasures(
            one.register,
            one.file.replace("2025", "2024"),
            one.rows * 97 // 100,
            {name: count // 40 if name == "unknown_municipality" else count for name, count in one.measures.items()},
        )
        for one in this.files
    ]
    files += [
        FileMeasures("services", "sssy/sssy_2024_13.parquet", 8_000_000, {}),
        FileMeasures("areas", "omraader.csv", 412, {}),
    ]
    inputs = tuple(
        {"register": one.register, "file": one.file, "bytes": 9 * one.rows, "rows": one.rows} for one in files
    )
    units = {"bruhon": {"declared": "kroner", "median_oere": 16_322, "fee_table_oere": 16_322, "rows": 17_000_000}}
    return observed(files, {}, coverage={}, units=units, inputs=inputs, year=YEAR - 1)


def _coverage():
    weeks = {week: WEEKLY - 9_000 * ((7 * n) % 23) for n, week in enumerate(weeks_of(YEAR - 1))}
    for holiday in ("2529", "2530", "2552"):
        weeks[holiday] = weeks[holiday] * 13 // 20
    for gone in ("2533", "2534", "2541"):
        del weeks[gone]
    weeks["2516"] = 402_118
    old = {f"{year}-{month:02}": 470_000 + 1_900 * (month % 5) for year in range(2005, 2020) for month in range(1, 13)}
    old = {month: rows for month, rows in old.items() if month <= "2019-03"}
    new = {
        f"{year}-{month:02}": 1_700_000 + 70_000 * (year - 2019) for year in range(2019, 2026) for month in range(1, 13)
    }
    new = {month: rows for month, rows in new.items() if month >= "2019-02" and month not in ("2022-05", "2022-06")}
    return {
        "services": weeks,
        "lpr 1 contacts": old,
        "lpr 2 contacts": {**new, "2203-01": 4},
        "dream": {week: 781_000 + 311 * n for n, week in enumerate(weeks_of(YEAR - 1))},
    }


def _refusals():
    return (
        (10, "population: 4 of 6,025,603 rows repeat the PNR of another row. One row a person is expected."),
        (10, "clinics: two rows of 2 clinics cover 1 January 2026, the first is 012345. Close one of them with TIL."),
        (11, "dream: Y_2551 and Y_2552 are missing. Deliver the weeks of 2025, or correct year in registers.toml."),
    )
