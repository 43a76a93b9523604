"""Geometry and colours of the maps of the closed room: every municipality is drawn, and the mean parts the colours."""

import re

import pytest

from fordel_dask import law
from fordel_dask.report import map as coloured
from fordel_dask.report.pictures import denmark

NORM, STEP = 1600, 50


def test_every_municipality_is_drawn_inside_the_map():
    codes = {row["kommunekode"].zfill(3) for row in law.rows("geography/municipalities")}
    drawn = {shape.code: shape.path for shape in coloured.shapes({}, NORM, STEP)}
    assert set(drawn) == codes
    for path in drawn.values():
        points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]
        assert points
        assert all(0 <= x <= denmark.WIDTH and 0 <= y <= denmark.HEIGHT for x, y in points)


def test_bornholm_lies_inside_its_frame():
    left, top = denmark.INSET
    width, height = denmark.INSET_SIZE
    for x, y in re.findall(r"([\d.]+) ([\d.]+)", denmark.path_of(denmark.BORNHOLM)):
        assert left <= float(x) <= left + width
        assert top <= float(y) <= top + height


def test_borders_run_only_between_councils():
    one = dict.fromkeys(denmark.outlines(), "all")
    assert denmark.council_borders(one) == ""
    assert denmark.council_borders({**one, "101": "other"}).startswith("M")


CLASSES = {"far below": (900, 0), "just below": (1599.9, 3), "at the mean": (1600, 4), "far above": (2900, 7)}


@pytest.mark.parametrize(("value", "expected"), CLASSES.values(), ids=CLASSES)
def test_the_national_mean_parts_brown_from_green(value, expected):
    assert coloured.class_of(value, NORM, STEP) == expected
