"""What leaves beside a RUN: cases of scenarios, clinics' money, what a check found. No person and no clinic is seen."""

import csv
import io
from fractions import Fraction

import pytest

from fordel_dask.disclosure import Rules
from fordel_dask.releasing.case_rows import Comparison
from fordel_dask.releasing.case_tables import CaseTables
from fordel_dask.releasing.cases import Cases
from fordel_dask.releasing.ledger import Ledger
from fordel_dask.releasing.proposal import propose
from fordel_dask.releasing.sources import read_sources
from fordel_dask.releasing.together import with_sources
from tests.lib.commands import done, refused

CASES = "V01.nearest,V02.left_out,V04,V17,V31.double,V39.none,V47,V59,V64.norm_1400,M19.poisson"
PERSONS = ("citizens", "projected_citizens", "projected_citizens_before", "projected_citizens_after")
COUNTED = (*PERSONS, "patients", "services", "rows", "count")
DISCLOSURE = 50
RULES = Rules()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A delivery with its RUN and all that may be released beside it; and another nation's RUN."""
    at = tmp_path_factory.mktemp("beside")
    store, run = at / "nation.store", at / "nation.run"
    done("synth", "--citizens", 8_000, "--seed", 7, "--extras", "--out", at / "delivery", "--quiet")
    done("ingest", at / "delivery", "--store", store, "--quiet")
    done("run", store, "--out", run, "--quiet")
    done("scenarios", store, "--only", CASES, "--out", at / "cases", "--quiet")
    done("fees", "income", store, "--run", run, "--out", at / "income", "--quiet")
    done("fees", "differentiate", run, "--income", at / "income", "--out", at / "differentiated", "--quiet")
    done("check", at / "delivery", "--out", at / "checked", "--quiet")
    done("synth", "--citizens", 3_000, "--seed", 8, "--store", at / "other.store", "--quiet")
    done("run", at / "other.store", "--out", at / "other.run", "--quiet")
    return at


SOURCES = ("nation.run", "cases", "income", "differentiated", "checked")


@pytest.fixture(scope="module")
def proposal(place):
    """Everything that may leave."""
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


def test_everything_released_beside_a_run_is_declared(proposal):
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
    text = (place / "income" / "clinic_income.csv").read_text("utf-8")
    own = {row["income_kr"] for row in csv.DictReader(io.StringIO(text, newline=""))} - {"0.000000"}
    assert own
    for name in ("income_by_group", "differentiated_income_by_group"):
        for row in table_of(proposal, name):
            assert not own.intersection(row.values()), (name, row)
            if row["clinics"] in ("1", "2"):
                assert "patients" in row["kept_back"].split()


def test_a_check_tells_no_count_that_the_rows_of_registers_keep_back(proposal):
    """Reasons add up to the rows read: what one table keeps back beside a count of few, the other must not tell."""
    gone = {
        (row["register"], row["reason"])
        for row in table_of(proposal, "rows_of_registers")
        if "rows" in row["kept_back"] and row["reason"]
    }
    found = {(row["register"], row["rule"]): row["count"] for row in table_of(proposal, "findings_of_check")}
    assert len(found) > 20
    assert not [one for one in gone if found.get(one)]


def test_nothing_else_may_be_released(place):
    done("diagnose", place / "nation.store", "--out", place / "diagnosis", "--quiet")
    code, message = refused("release", place / "nation.run", place / "diagnosis", "--out", place / "p1", "--by", "anna")
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
