"""Colours of pictures: told apart by everybody in light and dark, and every figure written on them readable."""

import re
from itertools import pairwise

import pytest

from fordel_dask.report.frame import asset
from fordel_dask.report.pictures.flows import CLASSES, DEEP

LEAST_TEXT, LEAST_STEP = 4.5, 1.12
SCALES = {"scale": range(9), "split below": range(5), "split above": range(4, 9)}


def variables(theme):
    """Give the colours of a theme: those of the page and those of pictures."""
    found = {}
    for name in ("report.css", "pictures.css"):
        light, _, dark = asset(name).partition("@media screen and (prefers-color-scheme: dark) {")
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", light))
        if theme == "dark":
            found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", dark.partition("\n}\n")[0]))
    return found


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SCALES)
def test_neighbouring_classes_differ_in_lightness_and_only_one_way(theme, name):
    colours = [variables(theme)[f"{name.split()[0]}-{n}"] for n in SCALES[name]]
    steps = [luminance(after) - luminance(before) for before, after in pairwise(colours)]
    assert len({step > 0 for step in steps}) == 1
    assert all(contrast(*pair) >= LEAST_STEP for pair in pairwise(colours))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_less_and_more_differ_in_hue_at_every_distance(theme):
    colours = variables(theme)
    for n in range(4):
        less, more = colours[f"split-{n}"], colours[f"split-{8 - n}"]
        assert int(less[1:3], 16) > int(less[5:7], 16)
        assert int(more[1:3], 16) < int(more[5:7], 16)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_lines_stand_out_from_paper(theme):
    colours = variables(theme)
    for paper in ("paper", "card"):
        assert contrast(colours["ink"], colours[paper]) >= LEAST_TEXT
        assert contrast(colours["soft"], colours[paper]) >= LEAST_TEXT
        assert all(contrast(colours[sex], colours[paper]) >= 3 for sex in ("men", "women"))
    assert contrast(colours["hatch"], colours["none"]) >= 1.8


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_in_squares_are_readable(theme):
    colours = variables(theme)
    for number, name in enumerate(CLASSES.colours):
        text = colours["paper" if number >= DEEP else "ink"]
        assert contrast(text, colours[name.replace("s", "scale-")]) >= LEAST_TEXT


def test_every_class_has_a_colour():
    styles = asset("pictures.css")
    for kind in "sd":
        for n in range(9):
            assert re.search(rf"\.{kind}{n} {{ --own: var\(--(scale|split)-{n}\)", styles)
