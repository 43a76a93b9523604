"""The page of a RUN: one file, nothing from outside, everything on it that must be."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from fordel_dask import law
from fordel_dask.errors import IntegrityError
from fordel_dask.law.parameters import parameters
from fordel_dask.law.sources import data_file
from fordel_dask.report import charts, write_page
from fordel_dask.report import map as coloured
from fordel_dask.report.pictures import denmark
from tests.unit.test_explain import small_run

NORM, STEP = 1600, 50
VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """Elements in order, and whether each was closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.attributes = [], Counter(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path)


def text_of(run, out, **options):
    return write_page(run, out, **options).read_text("utf-8")


def test_the_page_is_one_private_file(run, tmp_path):
    page = write_page(run, tmp_path / "page")
    assert page == tmp_path / "page" / "index.html"
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]
    assert page.parent.stat().st_mode & 0o777 == 0o700


def test_the_page_is_whole_and_takes_nothing_from_outside(run, tmp_path):
    text = text_of(run, tmp_path / "page")
    page = Page(text)
    assert page.open == []
    assert page.elements["script"] == page.elements["link"] == page.elements["img"] == page.elements["iframe"] == 0
    assert "://" not in text
    assert "url(" not in text
    assert {value for _, name, value in page.attributes if name in ("href", "src")} == {"#denmark"}
    assert "default-src 'none'" in text


def test_names_are_escaped(tmp_path):
    text = text_of(small_run(tmp_path, council_name="<script>Ø & Å</script>"), tmp_path / "page")
    assert "<script>" not in text
    assert "&lt;script&gt;Ø &amp; Å" in text


def test_danish_names_are_right(run, tmp_path):
    text = text_of(run, tmp_path / "page")
    assert all(name in text for name in ("Ærø", "Østsjælland og Øerne", "sundhedsråd", "lægekapaciteter"))


def test_the_page_says_whether_its_data_are_invented(run, tmp_path):
    invented, real = text_of(run, tmp_path / "a", invented=True), text_of(run, tmp_path / "b")
    assert "Invented data." in invented
    assert "Not for release." not in invented
    assert "Invented data." not in real
    assert "Not for release." in real


def test_every_assumption_stands_on_the_page(run, tmp_path):
    text = text_of(run, tmp_path / "page")
    for parameter in parameters().values():
        assert (f"<code>{parameter.key}</code>" in text) == (parameter.kind in ("assumption", "inferred"))


def test_the_figures_are_those_of_the_run(run, tmp_path):
    text = " ".join(text_of(run, tmp_path / "page").split())
    assert "<strong>2,000</strong><span>citizens counted</span>" in text
    assert "<strong>5</strong><span>capacities at most</span>" in text
    assert "<strong>2</strong><span>clinics with a number</span>" in text
    assert '<td class="over-full">−1.0</td>' in text
    assert data_file("geography/municipalities.geojson").credit in text


def test_the_same_run_gives_the_same_page(run, tmp_path):
    assert text_of(run, tmp_path / "a") == text_of(run, tmp_path / "b")


def test_a_changed_run_gives_no_page(run, tmp_path):
    (run / "councils.csv").write_text("changed", "utf-8")
    with pytest.raises(IntegrityError):
        write_page(run, tmp_path / "page")
    with pytest.raises(IntegrityError):
        write_page(tmp_path, tmp_path / "page")
    assert not (tmp_path / "page").exists()


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


def test_the_legend_counts_every_municipality():
    values = [1400.0, 1450.0, 1599.0, 1600.0, 1749.9, 1750.0]
    entries = coloured.legend(values, NORM, STEP)
    assert [entry.municipalities for entry in entries] == [1, 1, 0, 1, 1, 0, 1, 1]
    assert [entries[0].label, entries[4].label, entries[7].label] == ["under 1,450", "1,600–1,649", "1,750 and more"]


@pytest.mark.parametrize("minimums", [[], [1600], [1400, 1450, 1450, 1800], list(range(0, 9000, 50))])
def test_the_histogram_counts_every_clinic(minimums):
    drawn = charts.histogram(minimums, NORM, STEP)
    assert sum(column.clinics for column in drawn.columns) == len(minimums)
    assert len(drawn.columns) <= charts.MOST_BARS + 1
    assert all(0 <= column.left <= column.left + column.width <= drawn.width for column in drawn.columns)
