"""What leaves beside a RUN: cases of scenarios, clinics' money, what a check found. No person and no clinic is seen."""

import csv
import io
import math
import random
from fractions import Fraction

import numpy as np
import pytest

from fordel_dask.disclosure import KEPT_BACK, Rules, told
from fordel_dask.releasing.case_rows import Comparison
from fordel_dask.releasing.case_tables import CaseTables
from fordel_dask.releasing.cases import Cases
from fordel_dask.releasing.counted import read_counted
from fordel_dask.releasing.ledger import Ledger
from fordel_dask.releasing.proposal import propose
from fordel_dask.releasing.protected import CLINICS, MUNICIPALITIES
from fordel_dask.releasing.sources import read_sources
from fordel_dask.releasing.together import with_sources
from fordel_dask.releasing.weighing import factors
from tests.lib.commands import done, refused

CASES = "V01.nearest,V02.left_out,V04,V17,V20,V31.double,V37,V39.none,V47,V59,V64.norm_1400,M19.poisson,R31.step_10"
EXACTLY_GROUPED = ("V31.double", "V37", "V39.none")
"""Cases by the groups of the base, of which a RUN tells the factor of each municipality."""
PERSONS = ("citizens", "projected_citizens", "projected_citizens_before", "projected_citizens_after")
COUNTED = (*PERSONS, "patients", "services", "rows", "count")
DISCLOSURE = 50
RULES = Rules()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A nation with a RUN and everything that may be released beside it; and a second, other nation."""
    at = tmp_path_factory.mktemp("beside")
    for name, seed in (("reg", 7), ("other", 8)):
        citizens = 12_000 if name == "reg" else 3_000
        done("synth", "--citizens", citizens, "--seed", seed, "--extras", "--out", at / name, "--quiet")
        done("ingest", at / name, "--store", at / f"{name}.store", "--quiet")
        done("run", at / f"{name}.store", "--out", at / f"{name}.run", "--quiet")
    store, run = at / "reg.store", at / "reg.run"
    done("scenarios", store, "--only", CASES, "--out", at / "cases", "--quiet")
    done("scenarios", at / "other.store", "--only", "V31.double", "--out", at / "other.cases", "--quiet")
    done("fees", "income", store, "--run", run, "--out", at / "income", "--quiet")
    done("fees", "differentiate", run, "--income", at / "income", "--out", at / "differentiated", "--quiet")
    done("check", at / "reg", "--out", at / "checked", "--quiet")
    return at


SOURCES = ("reg.run", "cases", "income", "differentiated", "checked")


@pytest.fixture(scope="module")
def proposal(place):
    """Everything that may leave, in one proposal."""
    base, others, beside = read_sources([place / name for name in SOURCES])
    return with_sources(propose(base, others, RULES, Ledger(place / "ledger", ())), beside)


@pytest.fixture(scope="module")
def cases(place, proposal):
    _, _, (scenarios, *_) = read_sources([place / name for name in SOURCES])
    return Cases(scenarios, proposal.base)


def rows_of(table):
    return list(csv.DictReader(io.StringIO(table.text(), newline="")))


def table_of(proposal, name):
    (found,) = [table for table in proposal.tables if table.declared.name == name]
    return rows_of(found)


def test_no_table_shows_a_count_of_fewer_persons_than_the_threshold(proposal, evidence):
    looked_at = 0
    for table in proposal.tables:
        for row in rows_of(table):
            shown = [row[name] for name in COUNTED if row.get(name)]
            looked_at += len(shown)
            assert not [text for text in shown if 0 < abs(int(text)) < RULES.threshold], (table.item, row)
    assert looked_at > 1000
    evidence.note("S1", "counts of persons, services and rows in all tables of a release", looked_at, "none is few")


def test_every_field_that_is_kept_back_is_empty_and_named(proposal):
    for table in proposal.tables:
        for row in rows_of(table):
            for name in row.get("kept_back", "").split():
                assert row[name] == "", (table.item, name)


def test_everything_released_beside_a_run_is_told_of(proposal):
    names = {table.declared.name for table in proposal.further}
    assert names == {
        *("effects_of_cases", "council_numbers_by_case", "need_by_municipality_and_case", "weights_by_case"),
        *("minimum_patients_by_clinic_and_case", "clinic_groups_by_case", "clinic_steps_by_case", "fit_by_case"),
        *("income_by_group", "differentiated_income_by_group", "findings_of_check"),
    }
    assert not [one for one in proposal.decisions if one.status == "fail"]


def test_a_change_is_that_of_the_two_figures_that_are_shown(proposal):
    for name in ("council_numbers_by_case", "need_by_municipality_and_case", "minimum_patients_by_clinic_and_case"):
        for row in table_of(proposal, name):
            for column in (name for name in row if name.endswith("_change") and row[name]):
                stem = column.removesuffix("_change")
                assert Fraction(row[column]) == Fraction(row[f"{stem}_after"]) - Fraction(row[f"{stem}_before"])


def test_citizens_of_a_case_that_counts_others_are_not_told(proposal):
    """People in left-out clinics, or of another group, would be the difference."""
    for row in table_of(proposal, "need_by_municipality_and_case"):
        if row["case"] in ("V02.left_out", "V04", "V59"):
            assert row["projected_citizens_change"] in ("", "0")


def test_a_case_that_changes_only_a_rule_is_told_as_exactly_as_the_base(proposal):
    steps = {row["council_id"]: row["weighted_step"] for row in table_of(proposal, "maximum_capacities_by_council")}
    rows = [row for row in table_of(proposal, "council_numbers_by_case") if row["case"] == "V01.nearest"]
    assert rows
    assert all(row["weighted_step"] == steps[row["council_id"]] for row in rows)
    assert all(row["need_after"] == row["need_before"] and row["maximum_capacities_after"] for row in rows)


def test_weights_that_are_no_sum_of_coefficients_leave_no_clinics_number_that_another_nation_could_change(cases):
    case, areas = case_told(cases, "M19.poisson")
    touched = {row for world in cases.base.patterns[CLINICS].worlds for row in (world.row, world.partner)}
    codes = cases.base.patterns[CLINICS].block.rows
    stays = areas.whole_numbers_stay[CLINICS]
    assert touched
    assert not [codes[row] for row in touched if stays[codes[row]] and case.counted.tables]


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
    done("run", place / "reg.store", "--model", name, "--out", run, "--quiet")
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
    pattern, of_base = cases.base.patterns[CLINICS], factors(cases.base.counted)
    rows = {row["ydernummer"]: row for row in case.counted.tables["clinics"]}
    stays, step = how.whole_numbers_stay[CLINICS], case.counted.parameters["clinics.rounding_step"]
    norm, compared = case.counted.parameters["capacity.citizens_per_capacity"], 0
    for world in pattern.worlds:
        for at, sign in ((world.row, 1), (world.partner, -1)):
            row = rows.get(pattern.block.rows[at])
            if row is None or not row["minimum_per_capacity"] or not stays[row["ydernummer"]]:
                continue
            for factor in (of_base.min(), of_base.max()):
                weighted = float(row["weighted_patients"]) + sign * raw_of(case, pattern.block, world) * factor
                exact = norm * int(row["patients"]) / weighted
                assert np.floor(exact / step + 0.5) * step == int(row["minimum_per_capacity"])
                compared += 1
    assert compared


def test_a_case_with_other_groups_bears_any_move_between_them(cases):
    """Multimorbidity is grouped otherwise in V17: whoever is exchanged may go from any of its levels to any other."""
    case, how = case_told(cases, "V17")
    pattern, chance = cases.base.patterns[MUNICIPALITIES], random.Random(4)
    block, figure, factor = pattern.block, how.figures[MUNICIPALITIES], factors(cases.base.counted)
    weights = [0.0, *(float(row["weight"]) for row in case.counted.tables["weights"] if row["term"] == "somatic")]
    worlds = [world for world in pattern.worlds if block.terms[world.term].name == "somatic"]
    assert worlds
    for world in chance.sample(worlds, min(60, len(worlds))):
        for one in weights:
            for other in weights:
                shift = world.moved * (one - other) * factor[world.row]
                assert is_told_alike(figure.sums[world.row], shift, how.steps[MUNICIPALITIES][block.rows[world.row]])


def test_groups_of_clinics_count_those_whose_numbers_are_told(proposal, cases):
    tables = CaseTables(Comparison(cases))
    hidden = {}
    for row in table_of(proposal, "minimum_patients_by_clinic_and_case"):
        hidden[row["case"]] = hidden.get(row["case"], 0) + ("minimum_patients" in row["kept_back"])
    country = {row["case"]: row for row in table_of(proposal, "clinic_groups_by_case") if row["grouping"] == "country"}
    for one in tables.clinics:
        with_number = [clinic for clinic in one.effects if clinic.minimum.amount is not None]
        assert len(with_number) + hidden.get(one.case.name, 0) <= len(one.all)
        if with_number:
            assert int(country[one.case.name]["clinics"]) == len(with_number)


def test_no_clinics_own_money_leaves(proposal, place):
    own = {row["income_kr"] for row in csv.DictReader((place / "income" / "clinic_income.csv").open(encoding="utf-8"))}
    own -= {"0.000000"}
    assert own
    for name in ("income_by_group", "differentiated_income_by_group"):
        for row in table_of(proposal, name):
            assert not own.intersection(row.values()), (name, row)
            if row["clinics"] in ("1", "2"):
                assert "patients" in row["kept_back"].split()


def test_nothing_else_may_be_released(place):
    done("diagnose", "reg.store" and place / "reg.store", "--out", place / "diagnosis", "--quiet")
    code, message = refused("release", place / "reg.run", place / "diagnosis", "--out", place / "p1", "--by", "anna")
    assert code == DISCLOSURE
    assert "stays in the closed room" in message
    assert "fordel scenarios" in message


def test_a_release_begins_with_a_run(place):
    code, message = refused("release", place / "cases", "--out", place / "p2", "--by", "anna")
    assert code == DISCLOSURE
    assert "begins with one" in message


@pytest.mark.parametrize("name", ["cases", "income", "differentiated", "checked"])
def test_what_is_made_of_other_registers_is_refused(place, name):
    code, message = refused("release", place / "other.run", place / name, "--out", place / "p3", "--by", "anna")
    assert code == DISCLOSURE
    assert "other" in message


def test_the_release_leaves_once_another_person_has_judged_it(place):
    sources = [place / name for name in SOURCES]
    ledger = ("--ledger", place / "ledger")
    done("release", *sources, "--out", place / "proposal", *ledger, "--by", "anna")
    accepted = place / "accepted.toml"
    accepted.write_text("".join(exception(line) for line in reviews(place / "proposal")), "utf-8")
    check = ("release", "--check", place / "proposal", "--out", place / "out", *ledger, "--by", "bent")
    done(*check, "--exceptions", accepted)
    assert (place / "out" / "scenarios-cases" / "council_numbers_by_case.csv").exists()
    assert "fees-income-income" in {path.name for path in (place / "out").iterdir()}


def reviews(path):
    import json

    decisions = json.loads((path / "manifest.json").read_text("utf-8"))["decisions"]
    return [one["item"] for one in decisions if one["status"] == "review"]


def exception(item):
    return f'[[exception]]\nitem = "{item}"\nbecause = "the weight is of the sample, not of the few"\n'
