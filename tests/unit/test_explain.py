"""The arithmetic from the national mean to a number: it adds up, and it is told in plain words."""

import json
import re
import subprocess
import sys
from fractions import Fraction
from math import floor

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.cli.reading import explain, explain_number
from fordel_dask.errors import AccountingError, IntegrityError, UsageError
from fordel_dask.explanation.patients import WeightedPart, by_term, in_patients, national_counts, whole_patients
from fordel_dask.law.rounding import NANO, decimals, half_up, scaled
from fordel_dask.manifest import model_description
from fordel_dask.model import load_model
from fordel_dask.rundir import write_run
from fordel_dask.schema.results import RESULT_TABLES
from tests.reference import explanation as reference

NORM = 1600
MEN, WOMEN = ("age_sex", "M 0-4"), ("age_sex", "F 90+")
WIDOWED, LIFE, ROUNDING = ("civil_status", "widowed_or_divorced"), ("life_expectancy", ""), ("rounding", "")

WHOLE = {
    "whole numbers stay": (["3", "-5"], -2, (3, -5)),
    "the largest remainder gets the missing patient": (["1.4", "2.7"], 4, (1, 3)),
    "equal remainders are served in order": (["0.5", "0.5", "0.5"], 2, (1, 1, 0)),
    "a negative part is floored downwards first": (["-0.6", "-0.6"], -1, (0, -1)),
    "the total was rounded up": (["0.25", "0.25"], 1, (1, 0)),
    "the total was rounded down": (["0.2", "0.2"], 0, (0, 0)),
    "nothing to share out": ([], 0, ()),
}


@pytest.mark.parametrize(("parts", "total", "expected"), WHOLE.values(), ids=WHOLE)
def test_whole_patients(parts, total, expected):
    assert whole_patients([Fraction(part) for part in parts], total) == expected


def test_parts_that_do_not_belong_to_the_total_are_refused():
    with pytest.raises(AccountingError, match="do not belong together"):
        whole_patients([Fraction(1), Fraction(2)], 9)


def test_parts_lead_from_the_norm_to_the_number():
    parts = [WeightedPart(*MEN, 40, Fraction(7)), WeightedPart(*WOMEN, 60, Fraction(3))]
    explained = in_patients(parts, 100, Fraction(110), NORM)
    assert [part.exact for part in explained] == [Fraction(-1120, 11), Fraction(-480, 11)]
    assert [part.whole for part in explained] == [-102, -43]  # 1,600 − 145 = 1,455, and 1,454.5 rounds up to it


def test_citizens_of_weight_zero_have_no_number():
    assert in_patients([WeightedPart(*MEN, 5, Fraction(-5))], 5, Fraction(0), NORM) == ()


def test_a_term_holds_its_levels_in_order():
    rows = in_patients([WeightedPart(*MEN, 1, Fraction(1)), WeightedPart(*LIFE, 2, Fraction(-1))], 2, Fraction(2), NORM)
    assert {term: [row.level for row in own] for term, own in by_term(rows).items()} == {
        "age_sex": ["M 0-4"],
        "life_expectancy": [""],
    }


def test_national_counts_are_those_of_all_councils():
    rows = [part_row("council", "a", *MEN, 3, "0"), part_row("council", "a", *ROUNDING, 10, "0")]
    rows += [part_row("council", "b", *MEN, 2, "0"), part_row("council", "b", *ROUNDING, 15, "0")]
    rows += [part_row("clinic", "000001", *MEN, 99, "0")]
    assert national_counts(rows) == {MEN: 5, ROUNDING: 25}


@st.composite
def areas(draw):
    """Citizens, weighted citizens and parts with nine decimals, which add up to their difference but for rounding."""
    citizens = draw(st.integers(1, 10**6))
    exact = draw(st.lists(st.fractions(-1000, 1000, max_denominator=10**12), min_size=1, max_size=50))
    weighted = Fraction(half_up(draw(st.integers(1, 5 * 10**6)) * NANO + draw(st.integers(0, NANO)), 1), NANO)
    exact.append(weighted - citizens - sum(exact))
    parts = [WeightedPart("term", str(n), 1, Fraction(scaled(part), NANO)) for n, part in enumerate(exact)]
    return citizens, weighted, parts


@given(areas())
def test_whole_patients_always_add_up(area):
    citizens, weighted, parts = area
    explained = in_patients(parts, citizens, weighted, NORM)
    number = NORM * citizens / weighted
    assert NORM + sum(part.whole for part in explained) == half_up(number.numerator, number.denominator)
    assert all(part.whole - floor(part.exact) in (0, 1) for part in explained)


@given(areas())
def test_whole_patients_equal_their_twin(area):
    citizens, weighted, parts = area
    twin = reference.whole_patients(
        [reference.Part(p.term, p.level, p.citizens, p.weighted) for p in parts], weighted, Fraction(citizens), NORM
    )
    assert [part.whole for part in in_patients(parts, citizens, weighted, NORM)] == twin


def test_the_room_loads_no_tables_and_no_compiler():
    code = (
        "import sys, fordel_dask.explanation.telling, fordel_dask.explanation.answer; "
        "print([m for m in ('pandas', 'pyarrow', 'numba', 'numpy', 'dask') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


# A small RUN, made by hand: two councils, three municipalities, five clinics.


def part_row(kind, code, term, level, citizens, part):
    names = ("area_kind", "code", "term", "level", "citizens", "weighted_part")
    return dict(zip(names, (kind, code, term, level, str(citizens), part), strict=True))


def nine(value) -> str:
    return decimals(scaled(Fraction(value)))


def area_parts(kind, code, citizens, weighted, projection=None):
    """Parts of an area whose citizens weigh ``weighted`` before a projection."""
    rest = Fraction(weighted) - citizens - Fraction(3)
    rows = [(*MEN, citizens // 4, 5), (*WOMEN, citizens // 10, rest), (*WIDOWED, citizens // 5, -3)]
    rows += [("clamp", "", 0, 0), (*LIFE, citizens, 1), (*ROUNDING, citizens, 0)]
    if projection is not None:
        rows.append(("projection", "", citizens, projection))
    return [(kind, code, term, level, str(count), nine(part)) for term, level, count, part in rows]


def municipality_row(code, name, council, weighted, km2, projected="1000"):
    patients = NORM * Fraction(projected) / Fraction(weighted) if Fraction(weighted) else None
    return (
        *(code, name, council, "1000" if Fraction(projected) else "0", projected, nine(weighted)),
        nine(Fraction(weighted) / Fraction(projected)) if patients else "",
        *(nine(Fraction(weighted) / NORM), km2, nine(Fraction(km2) / 35)),
        *((nine(patients), str(50 * half_up(round(patients * 1000), 50_000))) if patients else ("", "")),
    )


def clinic_row(number, about, patients, weighted, end):
    """A clinic: its type, place and capacities; patients and their weight; status and note."""
    (kind, *place, capacities), (status, note) = about, end
    exact = NORM * Fraction(patients) / Fraction(weighted) if weighted else None
    rounded = 50 * half_up(round(exact * 1000), 50_000) if status == "ok" else None
    return (
        *(number, kind, *place, capacities, str(patients), nine(weighted)),
        *((nine(Fraction(weighted) / patients), nine(exact)) if exact else ("", "")),
        *((str(rounded), str(half_up(int(2 * rounded * Fraction(capacities)), 2))) if rounded else ("", "")),
        *(status, note),
    )


def small_run(folder, council_name="Østsjælland og Øerne", projected="1000"):
    """Write the RUN and give its path."""
    lolland = "1100" if projected == "1000" else "1210"
    place = ("360", "oestsjaelland-oerne")
    island = "island clinic under 500 patients: not counted"
    clinics = [
        clinic_row("000011", ("plo", *place, "2.5"), 400, 440, ("ok", "")),
        clinic_row("000012", ("island", *place, "1"), 100, 90, ("ok", island)),
        clinic_row("000013", ("", "", "", ""), 20, 22, ("unregistered", "no row of the clinic register")),
        clinic_row("000014", ("region", "461", "fyn", "0"), 50, 50, ("no_capacities", "")),
        clinic_row("000015", ("tender", "461", "fyn", "1"), 0, 0, ("no_patients", "")),
    ]
    municipalities = [
        municipality_row("360", "Lolland", "oestsjaelland-oerne", lolland, "892", projected),
        municipality_row("461", "Odense", "fyn", "900", "10.5"),
        municipality_row("492", "Ærø", "fyn", "0", "90", "0"),
    ]
    parts = [
        row
        for number in clinics
        if number[5] != "0"
        for row in area_parts("clinic", number[0], int(number[5]), number[6])
    ]
    extra = None if projected == "1000" else 10
    parts += area_parts("municipality", "360", 1000, 1100, extra) + area_parts("municipality", "461", 1000, 900)
    parts += area_parts("council", "fyn", 1000, 900) + area_parts("council", "oestsjaelland-oerne", 1000, 1100, extra)
    need, east = nine(Fraction(lolland) / NORM), ("oestsjaelland-oerne", council_name, "Region Østdanmark")
    fyn = ("0.562500000", "2.571428571", "3.133928571", "4", nine(5))
    councils = [
        (*("fyn", "Fyn", "Region Syddanmark", "1000", "1000", nine(900), nine("0.9")), *fyn),
        (*east, "1000", projected, nine(lolland), nine("1.1"), need, nine(0), need, "1", nine("0.5")),
    ]
    weights = [
        (*MEN, "500", nine(480), "1200.000000", "20.000000", nine("0.8")),
        (*WOMEN, "200", nine(190), "3000.000000", "60.000000", nine(2)),
        (*WIDOWED, "400", nine(390), "-15.000000", "15.000000", nine("-0.01")),
    ]
    tables = {"weights": weights, "municipalities": municipalities, "councils": councils, "clinics": clinics}
    manifest = {
        "kind": "run",
        "program": {"fordel_dask": "0.1.0"},
        "nation": {"year": 2026},
        "noticed": {"projection": False},
        "model": model_description(load_model()),
    }
    empty = {table.name: () for table in RESULT_TABLES}
    write_run(folder / "small.run", {**empty, **tables, "parts": parts}, manifest)
    return folder / "small.run"


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path)


def told(run, *arguments):
    result = CliRunner().invoke(explain, [str(run), *arguments])
    if result.exception:
        raise result.exception
    return result.output


def ladder(text):
    """Give the first number, the steps, and the number below the rule."""
    above, below = text.split("──────", maxsplit=1)
    numbers = re.findall(r"^ {2,9}([+−]?[\d,]+)  \S", above, flags=re.MULTILINE)
    number = re.search(r"^ +([\d,]+)  patients fill", below, flags=re.MULTILINE)
    return [int(n.replace(",", "").replace("−", "-")) for n in numbers], int(number.group(1).replace(",", ""))


@pytest.mark.parametrize("asked", [("--clinic", "000011"), ("--municipality", "360"), ("--council", "fyn")])
def test_the_lines_a_reader_adds_up_are_the_number_below(run, asked):
    steps, number = ladder(told(run, *asked))
    assert steps[0] == NORM
    assert sum(steps) == number


def test_a_clinic_with_a_number_is_told_to_its_end(run):
    text = told(run, "--clinic", "11")
    assert text.startswith("Ordinary clinic 000011, Lolland, council Østsjælland og Øerne, Region Østdanmark")
    assert "400 patients were enrolled on 1 January 2026" in text
    assert "exactly 1,454.545454545 = 1,600 × 400 ÷ 440.000000000" in text
    assert "1,450  the same, rounded to the nearest 50" in text
    assert "× 2.5  capacities" in text
    assert "3,625  patients the clinic must have" in text
    assert "women 90 and older" in text


STATUSES = {
    "no patients": ("000015", "No citizen of group 1 was enrolled", False),
    "unregistered": ("000013", "No row of the clinic register covers the status date", True),
    "no capacities": ("000014", "gives this clinic no capacities", True),
    "an island clinic keeps its number and its note": ("000012", "Note: island clinic under 500 patients", True),
}


@pytest.mark.parametrize(("clinic", "words", "has_figure"), STATUSES.values(), ids=STATUSES)
def test_every_status_is_told_in_words(run, clinic, words, has_figure):
    text = told(run, "--clinic", clinic)
    assert words in " ".join(text.split())
    assert ("patients fill one capacity here" in text) == has_figure


def test_a_municipality_is_told_with_need_and_floor(run):
    text = told(run, "--municipality", "lolland")
    assert "Need: 1,100.0 weighted citizens ÷ 1,600 = 0.688 capacities." in text
    assert "Floor: 892 km² ÷ 35 = 25.486 capacities." in text
    assert "counts in its council: the floor" in text


def test_a_municipality_without_citizens_is_told(run):
    text = told(run, "--municipality", "492")
    assert text.startswith("Municipality Ærø (492), council Fyn")
    assert "fill one capacity" not in text


def test_a_council_is_told_with_floor_and_rounding_up(run):
    text = " ".join(told(run, "--council", "Fyn").split())
    assert "Need: 900.0 weighted citizens ÷ 1,600 = 0.562 capacities." in text
    assert "adds 2.571: Ærø: need 0.000, floor 2.571 (90 km²)" in text
    assert "3.134 becomes 4" in text
    assert "Capacities there already: 5.0; that is 1.0 more than may be." in text


def test_a_projection_is_a_step_of_its_own(tmp_path):
    text = told(small_run(tmp_path, projected="1100.000000000"), "--municipality", "360")
    steps, number = ladder(text)
    assert sum(steps) == number
    assert "At the end of the year 1,100.0 are expected" in text
    assert "population expected at the year's end" in text


def test_everything_as_json(run):
    content = json.loads(told(run, "--clinic", "000011", "--json"))
    assert NORM + sum(part["patients"] for part in content["parts"]) == 1455
    assert NORM + sum(term["patients"] for term in content["terms"]) == 1455
    assert content["patients_per_capacity_exact"] == "1454.545454545"
    assert content["figures"]["minimum_patients"] == "3625"
    assert all(Fraction(part["patients_exact"]) is not None for part in content["parts"])


WRONG = {
    "nothing asked for": ((), "exactly one"),
    "two things asked for": (("--clinic", "000011", "--council", "fyn"), "exactly one"),
    "an unknown clinic": (("--clinic", "000016"), "000011|000012|000013|000014|000015"),
    "a clinic like no other": (("--clinic", "987654"), "The nearest: 0000"),
    "an unknown municipality": (("--municipality", "Loland"), "360"),
    "an unknown council": (("--council", "fynn"), "fyn"),
}


@pytest.mark.parametrize(("arguments", "hint"), WRONG.values(), ids=WRONG)
def test_a_question_that_cannot_be_meant_is_refused(run, arguments, hint):
    with pytest.raises(UsageError, match=hint):
        told(run, *arguments)


def test_a_directory_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(IntegrityError, match="no RUN"):
        explain_number(tmp_path, "council", "fyn")


@pytest.mark.parametrize("name", ["parts.csv", "clinics.csv", "municipalities.csv", "councils.csv", "manifest.json"])
def test_a_changed_run_is_refused(run, name):
    text = (run / name).read_text("utf-8")
    (run / name).write_text(text.replace("1", "2", 1), "utf-8")
    with pytest.raises(IntegrityError, match="changed"):
        explain_number(run, "council", "fyn")


def test_a_table_that_is_missing_is_refused(run):
    (run / "parts.csv").unlink()
    with pytest.raises(IntegrityError, match="missing"):
        explain_number(run, "council", "fyn")
