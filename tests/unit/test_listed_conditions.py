"""What the finest facts hold beyond the default model: code lists, and one named case a branch."""

import itertools
import re
from datetime import date

import numpy as np
import pytest

from fordel_dask import law
from fordel_dask.covariates.disease import condition_columns, disease_levels
from fordel_dask.facts import FactRules
from fordel_dask.facts.definition import (
    EVER,
    LOOKBACK_YEARS,
    NORDIC_YEARS,
    charlson,
    conditions,
    facts_table,
    family_bits,
    listed_conditions,
    mark_column,
    nordic_column,
    nordic_index,
    psychiatric_asked_for,
    read_with,
)
from fordel_dask.facts.derive import bits_of_codes, facts_of_partition
from fordel_dask.fees import schedule_in_force
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.registers import ingest
from fordel_dask.registers.listed import listed_prefixes
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS
from fordel_dask.store import open_store
from tests.lib.deliveries import REGISTERS, write_delivery

SPRING = date(2025, 4, 2)
RULES = FactRules(2026, ("80",))


def test_every_listed_condition_has_a_bit_of_its_own_and_the_models_family_comes_first():
    assert [one.bit for one in listed_conditions()] == list(range(60))
    assert listed_conditions()[:39] == conditions()
    assert family_bits() == (1 << 39) - 1
    assert [one.bit for one in nordic_index()] == list(range(29))


def test_the_store_keeps_the_diagnoses_of_every_list():
    prefixes = [prefix for one in (*listed_conditions(), *nordic_index()) for prefix in one.prefixes]
    assert [prefix for prefix in prefixes if not prefix.startswith(listed_prefixes())] == []


@pytest.mark.parametrize(("name", "index"), [("charlson", charlson()), ("nmi", nordic_index())])
def test_the_prefixes_that_a_store_keeps_name_the_index_they_are_of(name, index):
    named = {row["prefix"] for row in law.rows("codes/diagnosis_prefixes") if name in row["lists"].split()}
    assert named == {prefix for one in index for prefix in one.prefixes}


def test_the_prefixes_of_the_nordic_index_are_its_patterns_written_out():
    letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
    codes = ["".join(signs) for signs in itertools.product(letters, digits, digits, digits)]
    for row in law.rows("codes/nordic_index"):
        pattern, prefixes = re.compile(row["pattern"]), tuple(row["icd10_prefixes"].split())
        assert [code for code in codes if pattern.match(code)] == [code for code in codes if code.startswith(prefixes)]


def test_what_a_lighter_category_gives_way_to_is_a_heavier_one():
    weight = {one.name: one.weight for one in charlson()}
    given_way = {one.name: one.not_if for one in charlson() if one.not_if}
    assert set(given_way) == {"mild_liver", "diabetes", "tumour"}
    assert all(weight[heavier] > weight[lighter] for lighter, heavier in given_way.items())


def test_psychiatric_groups_asked_for_cover_two_blocks_of_the_classification():
    other_psychosis, personality_disorder = psychiatric_asked_for()
    assert other_psychosis.prefixes == tuple(f"F{n}" for n in range(21, 30))
    assert personality_disorder.prefixes == tuple(f"F{n}" for n in range(60, 70))
    assert {other_psychosis.kind, personality_disorder.kind} == {"psychiatric"}


def test_the_bits_of_a_code_are_those_of_every_prefix_that_it_begins_with():
    codes = ("F200", "F259", "I130", "Z000", "")
    expected = [[one.bit for one in listed_conditions() if code.startswith(one.prefixes)] for code in codes]
    found = bits_of_codes(codes, listed_conditions())
    assert [[bit for bit in range(64) if int(bits) >> bit & 1] for bits in found] == [*expected, []]
    assert list(map(len, expected)) == [1, 1, 3, 0, 0]


def test_columns_of_a_window_leave_out_what_a_shorter_one_says():
    assert [read_with(years) for years in LOOKBACK_YEARS] == [(EVER, 15, 5), (15, 5), (10, 5), (5,)]
    docs = {column.name: column.doc for column in facts_table(RULES).columns}
    assert docs["conditions_15y_A"].startswith(
        "Conditions diagnosed within 15 years of the status date, but not within 5"
    )
    assert docs["conditions_100y_A"].startswith("Conditions diagnosed at any time before the status date, but not")


def test_the_default_model_reads_marks_of_two_windows_only():
    assert set(condition_columns(load_model().covariates)) == {
        mark_column(years, kind) for years in (15, 5) for kind in DIAGNOSIS_KINDS
    }


CASES = {  # diagnoses (code, type, day); names by window: 5, 10, 15 years, ever
    "on the status date": ([("DF609", "A", date(2026, 1, 1))], (set(),) * 4),
    "the day before": ([("DF609", "A", date(2025, 12, 31))], ({"personality_disorder"},) * 4),
    "exactly five years before": ([("DF229", "B", date(2021, 1, 1))], ({"other_psychosis"},) * 4),
    "a day more": ([("DF229", "B", date(2020, 12, 31))], (set(), *[{"other_psychosis"}] * 3)),
    "eleven years before": ([("DG819", "A", date(2014, 6, 1))], (set(), set(), *[{"paralysis"}] * 2)),
    "fifteen years and a day before": ([("DG819", "A", date(2010, 12, 31))], (*[set()] * 3, {"paralysis"})),
    "in 1990": ([("DG819", "G", date(1990, 1, 1))], (*[set()] * 3, {"paralysis"})),
    "long ago and lately": (
        [("DG819", "A", date(1990, 1, 1)), ("DG819", "A", date(2012, 1, 1)), ("DG819", "A", SPRING)],
        ({"paralysis"},) * 4,
    ),
    "of the Nordic index alone, exactly five years before": ([("DL890", "B", date(2021, 1, 1))], (set(),) * 4),
    "of the Nordic index alone, a day more": ([("DL890", "B", date(2020, 12, 31))], (set(),) * 4),
    "lately of another type": (
        [("DG819", "A", date(2012, 1, 1)), ("DG819", "B", SPRING)],
        ({"paralysis"},) * 4,
    ),
}


def key_of(number):
    return f"CASE{number:08}"


def own(register, **columns):
    return {**REGISTERS[register][0], **columns}


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Give the facts of the persons of the cases, in order."""
    folder = tmp_path_factory.mktemp("listed")
    write_delivery(
        folder / "registers",
        population=[own("population", PNR=key_of(n)) for n, _ in enumerate(CASES)],
        enrolment=[own("enrolment", PNR=key_of(n)) for n, _ in enumerate(CASES)],
        diagnoses=[
            {"PNR": key_of(n), "CODE": code, "TYPE": kind, "DATE": day}
            for n, (found, _) in enumerate(CASES.values())
            for code, kind, day in found
        ],
    )
    ingest(folder / "registers", folder / "store", Threads(1), partitions=1)
    found, _ = facts_of_partition(open_store(folder / "store"), 0, RULES)
    return {**found, "age": found["clinic"]}  # only how many persons there are is asked of it


def names_of(bits):
    return {one.name for one in listed_conditions() if int(bits) >> one.bit & 1}


@pytest.mark.parametrize("case", CASES)
def test_a_diagnosis_counts_in_every_look_back_that_it_falls_in(facts, case):
    number, (_, expected) = list(CASES).index(case), CASES[case]
    for years, names in zip((5, 10, 15, EVER), expected, strict=True):
        marks = (facts[mark_column(window, kind)] for window in read_with(years) for kind in DIAGNOSIS_KINDS)
        assert names_of(np.bitwise_or.reduce(list(marks))[number]) == names


def test_a_type_of_diagnosis_alone_has_its_own_look_back(facts):
    number = list(CASES).index("lately of another type")
    within = {
        (years, kind): names_of(np.bitwise_or.reduce([facts[mark_column(w, kind)] for w in read_with(years)])[number])
        for years in (5, 15)
        for kind in "AB"
    }
    assert within == {(5, "A"): set(), (15, "A"): {"paralysis"}, (5, "B"): {"paralysis"}, (15, "B"): {"paralysis"}}


def test_the_default_model_counts_nothing_that_is_not_of_its_family(facts):
    somatic, psychiatric = disease_levels(facts, load_model().covariates)
    assert (somatic.tolist(), psychiatric.tolist()) == ([0] * len(CASES), [0] * len(CASES))


PERSONS = {  # spells (group, first, last), services (code, quantity, paid), group 2, prevention: table and paid
    "group 1, a child's examination": (
        [("1", date(2010, 1, 1), None)],
        [("808213", 1, 100.5), ("800101", 1, 9.0)],
        (0, 23_420, 10_050),
    ),
    "group 2": ([("2", date(2010, 1, 1), None)], [], (1, 0, 0)),
    "group 2 until the day before": ([("2", date(2010, 1, 1), date(2025, 12, 31))], [], (0, 0, 0)),
    "group 2 to the status date": ([("2", date(2010, 1, 1), date(2026, 1, 1))], [], (1, 0, 0)),
    "group 2 from the day after": ([("2", date(2026, 1, 2), None)], [], (0, 0, 0)),
    "both groups: 1 goes first": ([("1", date(2010, 1, 1), None), ("2", date(2025, 1, 1), None)], [], (0, 0, 0)),
    "another group": ([("9", date(2010, 1, 1), None)], [], (0, 0, 0)),
    "a vaccination taken back": (
        [("1", date(2010, 1, 1), None)],
        [("808341", 2, 20.0), ("808341", -1, -10.0)],
        (0, 5_299, 1_000),
    ),
    "prevention that tells no fee": ([("1", date(2010, 1, 1), None)], [("808341", 1, None)], (0, 5_299, 0)),
    "a code of another speciality": ([("1", date(2010, 1, 1), None)], [("508341", 1, 7.0)], (0, 0, 0)),
    "a code of daytime": ([("1", date(2010, 1, 1), None)], [("802101", 1, 7.0)], (0, 0, 0)),
}


@pytest.fixture(scope="module")
def persons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("persons")
    cases = list(enumerate(PERSONS.values()))
    write_delivery(
        folder / "registers",
        population=[own("population", PNR=key_of(n)) for n, _ in cases],
        enrolment=[
            own("enrolment", PNR=key_of(n), SIKGRUP=group, FRA=first, TIL=last)
            for n, (spells, _, _) in cases
            for group, first, last in spells
        ],
        services=[
            own("services", PNR=key_of(n), SPECIALE=code, YDLANT=quantity, BRUHON=paid)
            for n, (_, services, _) in cases
            for code, quantity, paid in services
        ],
    )
    ingest(folder / "registers", folder / "store", Threads(1), partitions=1)
    return facts_of_partition(open_store(folder / "store"), 0, RULES)[0]


@pytest.mark.parametrize("case", PERSONS)
def test_group_2_and_prevention(persons, case):
    number = list(PERSONS).index(case)
    found = tuple(int(persons[name][number]) for name in ("group_2", "prevention_oere", "prevention_paid_oere"))
    assert found == PERSONS[case][2]


def test_prevention_is_told_by_codes_that_are_none_of_daytime():
    schedule = schedule_in_force(date(2025, 10, 1))
    assert len(schedule.prevention) == 31
    assert not set(schedule.prevention) & {*schedule.contacts, *schedule.chronic_months, *schedule.others}


def test_the_nordic_index_looks_back_five_years(facts):
    assert NORDIC_YEARS == min(LOOKBACK_YEARS) == 5
    pressure_ulcer = next(one for one in nordic_index() if one.name == "pressure_ulcer")
    found = {name: facts[nordic_column(name)].tolist() for name in DIAGNOSIS_KINDS}
    case = list(CASES).index("of the Nordic index alone, exactly five years before")
    assert found["B"] == [(n == case) << pressure_ulcer.bit for n, _ in enumerate(CASES)]
    assert not any((*found["A"], *found["G"]))
