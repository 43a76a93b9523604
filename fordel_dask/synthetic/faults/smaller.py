"""Planted rows of DREAM, prescriptions, clinics and areas."""

import csv
import datetime
import io

import pyarrow.parquet as pq

from fordel_dask.synthetic.faults.cast import Cast, Planted, Row, how_many, rows_of_rules, text_table
from fordel_dask.synthetic.faults.counting import Counts, is_benefit
from fordel_dask.synthetic.faults.counting_patients import DAYS_AFTER
from fordel_dask.synthetic.faults.gaps import quiet_week
from fordel_dask.synthetic.files import part_name
from fordel_dask.synthetic.nation import EPOCH

FORMER_CLINICS = 3
UNKNOWN_MUNICIPALITY = "998"
REJECTED = ("clinic_twice", "clinic_type_unknown", "clinic_municipality_unknown", "capacities_impossible")


def planted_dream(cast: Cast) -> list[Planted]:
    """Give rows of DREAM: persons nobody knows, and one odd cell each of citizens who had no row."""
    weeks = [n for n in pq.read_schema(cast.out / "dream" / part_name(0)).names if n.startswith("Y_")]
    near = {f"Y_{year % 100:02}" for year in (cast.nation.fee_year - 1, cast.nation.fee_year)}
    ordinary = dict.fromkeys(["PNR", *(week for week in weeks if week[:4] in near)])
    quiet = f"Y_{quiet_week(cast.nation, cast.gaps)}"
    unknown = next(f"{code:03}" for code in range(455, 600) if not is_benefit(f"{code}"))
    changes: dict[str, list[Row]] = {
        "unknown_person": [{}],
        "cells_unreadable": [{quiet: "syg"}, {quiet: "78A"}],
        "code_unknown": [{quiet: unknown}],
    }
    rows, counts = rows_of_rules(cast, "dream", ordinary, changes, cast.without_dream)
    return [Planted("dream/faults.parquet", text_table(rows), counts, {})]


def planted_prescriptions(cast: Cast) -> list[Planted]:
    """Give dispensing rows with one fault each."""
    year = cast.nation.fee_year
    late = EPOCH + datetime.timedelta(days=cast.nation.status_day + DAYS_AFTER + 30)
    changes: dict[str, list[Row]] = {
        "atc_malformed": [{"ATC": "12AB345"}, {"ATC": ""}, {"ATC": "N0!"}],
        "dispensing_day_missing": [{"EKSD": None}, {"EKSD": "31-31-2020"}],
        "packages_not_whole": [{"APK": "1.5"}, {"APK": ""}],
        "unknown_person": [{}],
        "outside_windows": [{"EKSD": f"{year - 3}-06-01"}],
        "no_listed_medicine": [{"ATC": "J01CA08"}],
        "dispensing_day_outside": [{"EKSD": "1990-01-01"}, {"EKSD": late.isoformat()}],
    }
    ordinary = {"PNR": None, "ATC": "C09AA02", "EKSD": f"{year}-06-01", "APK": "1"}
    rows, counts = rows_of_rules(cast, "prescriptions", ordinary, changes, cast.citizens)
    beside = {("prescriptions", "outside_windows"): counts["prescriptions", "dispensing_day_outside"]}
    return [Planted("prescriptions/faults.parquet", text_table(rows), counts, beside)]


def planted_clinics(cast: Cast, former: list[str], rejected: bool) -> list[Planted]:
    """Give clinics with one fault each, and those that took over the former ones."""
    ordinary: Row = {
        "YDERNR": None, "TYPE": "plo", "KOM": cast.largest_home, "CAPACITIES": "0.1", "FRA": "2012-01-01", "TIL": None,
        "ISLAND": "0", "CHRONIC_AREA": "0", "MINIMUM": "160", "OPEN": "0", "PREDECESSOR": None,
    }  # fmt: skip
    twice = how_many(cast.nation, "clinics", "clinic_twice")
    closed = {"TIL": f"{cast.nation.fee_year}-06-30"}
    changes: dict[str, list[Row]] = {
        "capacities_missing": [{"CAPACITIES": ""}, {"CAPACITIES": None}],
        "predecessor_unknown": [{"PREDECESSOR": number} for number in cast.clinic_numbers(2)],
        "clinic_twice": [{"YDERNR": number} for number in cast.clinics(twice)],
        "clinic_type_unknown": [{"TYPE": "hospital"}, {"TYPE": ""}],
        "clinic_municipality_unknown": [{"KOM": UNKNOWN_MUNICIPALITY}],
        "capacities_impossible": [{"CAPACITIES": "-1"}, {"CAPACITIES": "to"}],
    }
    rows = [{**ordinary, **closed, "YDERNR": number} for number in former]
    successors = zip(cast.clinic_numbers(len(former)), former, strict=True)
    rows += [{**ordinary, "YDERNR": number, "PREDECESSOR": before} for number, before in successors]
    counts: Counts = Counts()
    for rule, of_rule in changes.items():
        if rejected or rule not in REJECTED:
            numbers = cast.clinic_numbers(how_many(cast.nation, "clinics", rule))
            rows += [{**ordinary, "YDERNR": n, **of_rule[i % len(of_rule)]} for i, n in enumerate(numbers)]
            counts["clinics", rule] = len(numbers)
    return [Planted("clinics_faults.parquet", text_table(rows), counts, {})]


def planted_areas(cast: Cast) -> list[Planted]:
    """Give planning areas of no municipality."""
    number = how_many(cast.nation, "areas", "area_without_municipality")
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("AREA", "NAME", "KOM", "KM2", "E", "N", "LIFE_EXPECTANCY"))
    for n in range(number):
        lines.writerow((f"X-{n:02}", f"Nowhere {n}", ("", UNKNOWN_MUNICIPALITY)[n % 2], "0.0010", "", "", ""))
    rule = ("areas", "area_without_municipality")
    return [Planted("areas_faults.csv", text.getvalue().encode(), {rule: number}, {})]
