"""Maps: round classes, what is kept back hatched and counted, and nothing in a name that does harm."""

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from fordel_dask.report import pictures
from fordel_dask.report.pictures import denmark
from fordel_dask.report.pictures.axis import Axis, round_step
from fordel_dask.report.pictures.classes import about, from_low_to_high, from_none
from fordel_dask.report.wording import NONE, Wording
from tests.unit.report.example import BACKWARDS, SCRIPT, a_year_before, told

DANISH, ENGLISH = Wording("da"), Wording("en")


def fractions(*texts):
    return [Fraction(text) for text in texts]


def by_name(shown):
    return {one.name: one for one in shown}


def whole(svg):
    """Read a drawing as XML: what is not closed or escaped raises."""
    return ElementTree.fromstring(f"<div>{svg}</div>")


@pytest.mark.parametrize("value", ["0.57", "0.6", "0.649", "0.65", "0.71", "2"])
def test_a_value_lies_in_the_class_that_its_label_says(value):
    classes = from_low_to_high(fractions("0.57", "0.58", "0.6", "0.62", "0.64", "0.66", "0.7"), 2)
    label = classes.labels(ENGLISH)[classes.of(Fraction(value))]
    shown = round(Fraction(value), 2)
    low, high = {
        "under": lambda text: (None, Fraction(text.removeprefix("under "))),
        "more": lambda text: (Fraction(text.removesuffix(" and more")), None),
        "range": lambda text: tuple(Fraction(end) for end in text.split("–")),
    }["under" if label.startswith("under") else "more" if label.endswith("more") else "range"](label)
    assert low is None or low <= shown
    assert high is None or shown <= high


def test_class_limits_are_round():
    classes = from_low_to_high(fractions(*(f"0.{n}" for n in range(512, 999, 7))), 2)
    steps = {after - before for before, after in zip(classes.limits, classes.limits[1:], strict=False)}
    assert steps == {Fraction(1, 10)}


def test_the_middle_parts_two_hues_and_unchanged_has_its_own():
    classes = about(fractions("0.8", "0.9", "1", "1.1", "1.3"), Fraction(1), 3)
    colours = [classes.colours[classes.of(Fraction(value))] for value in ("0.9994", "0.99949", "1", "1.0001")]
    assert colours == ["d3", "d3", "d5", "d5"]
    changes = about(fractions("-3", "0", "2", "5"), Fraction(0), 0, unchanged=True)
    assert [changes.colours[changes.of(Fraction(value))] for value in (-1, 0, 1)] == ["d3", "d4", "d5"]
    assert "0" in changes.labels(DANISH, signed=True)


def test_nothing_is_a_class_of_its_own():
    classes = from_none(fractions("0", "0", "0.12", "0.31"), 2)
    assert classes.labels(DANISH)[0] == "0,00"
    assert classes.of(Fraction("0.004")) == 0
    assert classes.of(Fraction("0.006")) == 1


@pytest.mark.parametrize("length", ["0.0007", "0.013", "1", "7", "123", "99999"])
def test_round_steps_fill_a_length(length):
    step = round_step(Fraction(length), 5)
    assert step * 5 >= Fraction(length)
    assert str(step.numerator if step >= 1 else step.denominator).strip("0") in ("1", "2", "5")


def test_an_axis_gives_its_round_values_in_place():
    axis = Axis(-0.1, 1.07, 100, 200)
    assert axis.round_values(7) == tuple(Fraction(n, 5) for n in range(6))
    assert axis.at(99) == 200


def test_every_map_that_there_are_figures_for_is_drawn():
    without = by_name(pictures.maps(replace(told(), earlier=None), ENGLISH))
    assert {"map-need", "map-weight", "map-floor", "map-coverage", "map-room"} <= set(without)
    assert not {"map-need-change", "map-weight-change", "map-number-change"} & set(without)
    beside = by_name(pictures.maps(replace(told(), earlier=a_year_before().run), ENGLISH))
    assert {"map-need-change", "map-weight-change", "map-number-change"} <= set(beside)


@pytest.mark.parametrize("words", [ENGLISH, DANISH], ids=["en", "da"])
def test_maps_are_whole_and_say_what_they_are(words):
    nation = replace(told(), earlier=a_year_before().run)
    for one in pictures.maps(nation, words):
        drawing = whole(one.svg).find(".//{*}svg")
        if drawing is None:
            drawing = whole(one.svg).find(".//svg")
        assert drawing.get("role") == "img"
        assert drawing.find("title").text == one.title
        assert drawing.find("desc").text
        assert one.note
        assert len(one.table.rows) in (len(nation.run.municipalities), len(nation.run.councils))
        assert all(len(row) == len(one.table.columns) for row in one.table.rows)


def test_what_is_kept_back_is_hatched_counted_and_a_dash_in_the_table():
    need = by_name(pictures.maps(told(), DANISH))["map-need"]
    hidden = [code for code, row in told().run.municipalities.items() if "need" in row["kept_back"].split()]
    assert hidden
    for code in hidden:
        assert re.search(rf'class="none" data-kind="municipality" data-code="{code}"', need.svg)
    entry = next(li for li in whole(need.svg).iter("li") if li.find(".//rect").get("class") == "none")
    assert entry.find("em").text == str(len(hidden))
    assert DANISH.say("kept_back") in entry.find("span").text
    cells = [row[2] for row in need.table.rows]
    assert sum(cell.text == NONE and not cell.order for cell in cells) == len(hidden)
    assert need.table.note


def test_the_legend_counts_every_area():
    for one in pictures.maps(told(), ENGLISH):
        counts = [int(em.text) for em in whole(one.svg).iter("em")]
        assert sum(counts) == len(one.table.rows)


def test_hostile_names_are_text():
    shown = pictures.maps(told(), ENGLISH)
    assert all(SCRIPT not in one.svg for one in shown)
    assert any("&lt;script&gt;" in one.svg for one in shown)
    assert any(BACKWARDS in one.svg for one in shown)


def test_outlines_are_drawn_once_and_maps_are_small():
    nation = replace(told(), earlier=a_year_before().run)
    outlines = pictures.outlines_svg(nation.run)
    drawn = set(re.findall(r'id="([\w-]+)"', outlines))
    assert {f"m{code}" for code in denmark.outlines()} < drawn
    shown = pictures.maps(nation, ENGLISH)
    assert {link for one in shown for link in re.findall(r'href="#([\w-]+)"', one.svg)} <= drawn
    assert len(outlines) + sum(len(one.svg) for one in shown) < 400_000


def test_maps_of_a_part_show_only_its_areas():
    region = by_name(pictures.maps(told(), ENGLISH, "Region Midtjylland"))
    assert {row[0].text for row in region["map-need"].table.rows} == {
        row["municipality"]
        for row in told().run.municipalities.values()
        if told().run.councils[row["council_id"]]["region"] == "Region Midtjylland"
    }
    council = by_name(pictures.maps(told(), ENGLISH, "aa"))
    assert "map-room" not in council
    assert len(council["map-need"].table.rows) == 1


def test_the_same_figures_give_the_same_bytes():
    assert pictures.maps(told(), DANISH) == pictures.maps(told(), DANISH)
