"""Other nations held against the cases of a release: each sum and number formed anew, and told the same."""

import math
import random
import time

import numpy as np
import pytest

from fordel_dask.disclosure import KEPT_BACK, Rules, told
from fordel_dask.releasing.cases import Cases
from fordel_dask.releasing.counted import read_counted
from fordel_dask.releasing.ledger import Ledger
from fordel_dask.releasing.proposal import propose
from fordel_dask.releasing.protected import CLINICS, MUNICIPALITIES
from fordel_dask.releasing.sources import read_sources
from fordel_dask.releasing.together import with_sources
from fordel_dask.releasing.weighing import factors, regrouped
from tests.lib.commands import done

pytestmark = pytest.mark.long

EXACTLY_GROUPED = ("V31.double", "V37", "V39.none")
"""Cases by the groups of the base, of which a RUN tells the factor of each municipality."""
REGROUPED = {"V17": "somatic", "M07.years_10": "age_sex", "V13": "labour_market"}
SECONDS = 30


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A nation large enough to hide its few, with all packaged cases."""
    at = tmp_path_factory.mktemp("worlds")
    done("synth", "--citizens", 60_000, "--seed", 7, "--extras", "--store", at / "nation.store", "--quiet")
    done("run", at / "nation.store", "--out", at / "nation.run", "--quiet")
    done("scenarios", at / "nation.store", "--out", at / "cases", "--quiet")
    return at


@pytest.fixture(scope="module")
def cases(place):
    base, _, (scenarios,) = read_sources([place / "nation.run", place / "cases"])
    return Cases(scenarios, propose(base, [], Rules(), Ledger(place / "ledger", ())).base)


def test_all_packaged_cases_are_released_in_seconds(place, evidence):
    begun = time.perf_counter()
    base, _, beside = read_sources([place / "nation.run", place / "cases"])
    found = with_sources(propose(base, [], Rules(), Ledger(place / "ledger", ())), beside)
    assert sum(len(table.text()) for table in found.tables)
    assert time.perf_counter() - begun < SECONDS
    evidence.note("S4", "a release of a RUN with all packaged cases", 1, f"within {SECONDS} s")


def test_no_trait_of_this_nation_is_without_proof(cases):
    """Else the tests below would ask nothing."""
    assert not [pattern for pattern in cases.base.patterns.values() if pattern.given_up]


def test_weights_that_are_no_sum_of_coefficients_leave_no_clinics_number_that_another_nation_could_change(cases):
    _, areas = case_told(cases, "M19.poisson")
    touched = {row for world in cases.base.patterns[CLINICS].worlds for row in (world.row, world.partner)}
    codes = cases.base.patterns[CLINICS].block.rows
    stays = areas.whole_numbers_stay[CLINICS]
    told_rows = [row for row in touched if cases.base.patterns[CLINICS].block.told[row]]
    assert told_rows
    assert not [codes[row] for row in told_rows if stays[codes[row]]]


def case_told(cases, name):
    (case,) = [one for one in cases.run if one.name == name]
    return case, cases.told(case)


def raw_of(case, block, world):
    """Give by how much raw weight rises in a world, exactly, by a case's weights."""
    weights = {(row["term"], row["level"]): float(row["weight"]) for row in case.counted.tables["weights"]}
    term = block.terms[world.term]
    level, other = (weights.get((term.name, term.levels[at]), 0.0) for at in (world.level, world.other))
    return world.moved * (level - other)


@pytest.mark.parametrize("name", EXACTLY_GROUPED)
def test_every_other_nation_gives_the_same_need_and_the_same_council_numbers(name, place, cases, evidence):
    """The change of each sum is computed anew, with the factors of a RUN of the case."""
    case, how = case_told(cases, name)
    run = place / f"{name}.run"
    done("run", place / "nation.store", "--model", name, "--out", run, "--quiet")
    factor, pattern = factors(read_counted(run)), cases.base.patterns[MUNICIPALITIES]
    block, figure = pattern.block, how.figures[MUNICIPALITIES]
    stays, norm = how.whole_numbers_stay["councils"], case.counted.parameters["capacity.citizens_per_capacity"]
    numbers = [row["need_before_rounding"] for row in case.counted.tables["councils"]]
    for world in pattern.worlds:
        raw, of_groups = raw_of(case, block, world), {}
        for row, sign in ((world.row, 1), (world.partner, -1)):
            shift, group = sign * raw * factor[row], int(block.group[row])
            of_groups.setdefault(group, []).append(shift)
            assert is_told_alike(figure.sums[row], shift, how.steps[MUNICIPALITIES][block.rows[row]])
        for group, shifts in of_groups.items():
            code = block.groups[group]
            assert is_told_alike(figure.group_sums[group], sum(shifts), how.steps["councils"][code])
            for shift in (*shifts, sum(shifts)) if stays[code] else ():
                need = float(numbers[group])
                assert math.ceil(need + shift / norm) == math.ceil(need)
    evidence.note("S3", f"other nations held against the case {name}", len(pattern.worlds), "told alike")


def is_told_alike(value, shift, step):
    return step == KEPT_BACK or told(value, step) == told(value + shift, step)


@pytest.mark.parametrize("name", EXACTLY_GROUPED)
def test_every_other_nation_gives_the_same_clinic_numbers(name, cases):
    case, how = case_told(cases, name)
    pattern, compared = cases.base.patterns[CLINICS], 0
    for world in pattern.worlds:
        raw = raw_of(case, pattern.block, world)
        for at, sign in ((world.row, 1), (world.partner, -1)):
            compared += numbers_bear(case, how, pattern.block.rows[at], sign * raw)
    assert compared


def numbers_bear(case, how, ydernummer, raw):
    """Hold a clinic's told number against one formed anew, with the least and the largest factor of a municipality."""
    (row,) = [one for one in case.counted.tables["clinics"] if one["ydernummer"] == ydernummer] or [None]
    if row is None or not row["minimum_per_capacity"] or not how.whole_numbers_stay[CLINICS][ydernummer]:
        return 0
    parameters, of_base = case.counted.parameters, factors(how.base.counted)
    step = parameters["clinics.rounding_step"]
    for factor in (of_base.min(), of_base.max()):
        weighted = float(row["weighted_patients"]) + raw * factor
        exact = parameters["capacity.citizens_per_capacity"] * int(row["patients"]) / weighted
        assert np.floor(exact / step + 0.5) * step == int(row["minimum_per_capacity"])
    return 1


@pytest.mark.parametrize(("name", "term"), REGROUPED.items())
def test_a_case_with_other_groups_bears_any_move_between_them(name, term, cases):
    """A trait is grouped otherwise: whoever is exchanged may go from any of its levels to any other."""
    case, how = case_told(cases, name)
    pattern, chance, compared = cases.base.patterns[CLINICS], random.Random(4), 0
    weights = [0.0, *(float(row["weight"]) for row in case.counted.tables["weights"] if row["term"] == term)]
    worlds = [world for world in pattern.worlds if pattern.block.terms[world.term].name == term]
    for world in chance.sample(worlds, min(40, len(worlds))):
        raw = world.moved * (max(weights) - min(weights))
        for row in (world.row, world.partner):
            compared += sum(numbers_bear(case, how, pattern.block.rows[row], sign * raw) for sign in (1, -1))
    assert worlds
    assert regrouped(case.counted, cases.base.counted) == {term}
