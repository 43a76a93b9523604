"""What anybody knows of the real municipalities, for attacks on releases made through the command line."""

import csv
from collections import defaultdict
from importlib.resources import files

from tests.lib.leaves import Known, Leaf

NATIONAL = 81.6
YOUNGEST, OLDEST = 16, 67


def known_of(leaf: Leaf) -> Known:
    """Give life expectancies, as published; islands without one have the mean of their council (M16)."""
    base = leaf.folders()[0]
    text = files("fordel_dask").joinpath("law/geography/municipalities.csv").read_text("utf-8")
    published = {row["kommunekode"]: row["middellevetid_0aar"] for row in csv.DictReader(text.splitlines())}
    citizens: dict[str, dict[str, float]] = defaultdict(dict)
    for row in leaf.table(base, "need_by_municipality"):
        citizens[row["council_id"]][row["municipality_code"]] = float(row["citizens"])
    factors = {}
    for inside in citizens.values():
        told = {code: float(published[code]) for code in inside if published[code]}
        weight = sum(inside[code] for code in told)
        mean = sum(inside[code] * of for code, of in told.items()) / weight
        factors |= {code: NATIONAL / told.get(code, mean) for code in inside}
    levels = [row["level"] for row in leaf.table(base, "weights_by_trait") if row["term"] == "age_sex"]
    return Known(factors, frozenset(level for level in levels if _may_work(level)), {"V31.double": 2.0})


def _may_work(level: str) -> bool:
    youngest, _, oldest = level.split()[1].rstrip("+").partition("-")
    return int(youngest) <= OLDEST and (not oldest or int(oldest) >= YOUNGEST)
