"""Every number, rule and packaged file has a source, and nothing is listed that is not used."""

import dataclasses
import datetime
import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fordel_dask import law
from fordel_dask.cli.knowledge import sources as command
from fordel_dask.errors import LawError
from fordel_dask.law.parameters import KINDS, parameters
from fordel_dask.law.provisions import in_force, provisions
from fordel_dask.law.rules import KINDS as KINDS_OF_RULES
from fordel_dask.law.rules import all_rules, rules_by_state
from fordel_dask.law.sources import KINDS_UNSURE_FIRST, data_files, parameters_by_kind
from fordel_dask.model.model import GROUPS

LAW = Path(law.__file__).parent


def test_every_packaged_file_has_an_entry_and_every_entry_a_file():
    packaged = {path.relative_to(LAW).as_posix() for kind in ("csv", "geojson") for path in LAW.rglob(f"*.{kind}")}
    listed = [file.path for file in data_files()]
    assert sorted(listed) == sorted(packaged)


@pytest.mark.parametrize("file", data_files(), ids=lambda file: file.path)
def test_a_file_says_where_it_comes_from_and_on_what_terms(file):
    assert file.content
    assert file.origin
    assert file.licence
    assert file.kind in KINDS
    assert file.credit or "CC BY" not in file.licence


def test_every_parameter_is_used_by_the_model_and_the_model_uses_no_other():
    used = {f"{group}.{field.name}" for group, kind in GROUPS.items() for field in dataclasses.fields(kind)}
    assert used == set(parameters())


@pytest.mark.parametrize("parameter", parameters().values(), ids=lambda parameter: parameter.key)
def test_a_parameter_has_unit_source_and_kind(parameter):
    assert all((parameter.unit, parameter.source, parameter.doc))
    assert parameter.kind in KINDS


def test_unsure_parameters_stand_first_and_none_is_lost():
    groups = parameters_by_kind()
    assert list(groups) == [kind for kind in KINDS_UNSURE_FIRST if kind in groups]
    assert sorted(one.key for group in groups.values() for one in group) == sorted(parameters())


def test_the_command_counts_assumptions_and_lists_them_first():
    text = CliRunner().invoke(command, []).output
    assumed = parameters_by_kind()["assumption"]
    assert f"ASSUMPTION ({len(assumed)})" in text
    assert text.index(assumed[-1].key) < text.index("LAW (")
    assert all(f"{key} = " in text for key in parameters())
    assert all(file.path in text for file in data_files())
    assert "Klimadatastyrelsen, DAGI" in text


def test_the_command_gives_everything_as_json():
    content = json.loads(CliRunner().invoke(command, ["--json"]).output)
    assert {one["key"]: one["source"] for one in content["parameters"]} == {
        key: one.source for key, one in parameters().items()
    }
    assert sum(content["counts"].values()) == len(parameters())
    assert [file["path"] for file in content["files"]] == [file.path for file in data_files()]


@pytest.mark.parametrize("one", provisions(), ids=lambda one: f"{one.key} from {one.valid_from}")
def test_a_value_of_the_years_cycle_has_days_rule_source_and_kind_and_is_asked_for(one):
    assert all((one.unit, one.source, one.doc))
    assert one.kind in KINDS
    assert one.rule in {rule.id for rule in all_rules()}
    assert one.valid_until is None or one.valid_from <= one.valid_until
    used = [path for path in LAW.parent.rglob("*.py") if path.name != "provisions.py"]
    assert any(f'"{one.key}"' in path.read_text("utf-8") for path in used)


def test_no_two_values_of_the_years_cycle_are_in_force_on_one_day():
    for one, other in itertools.combinations(provisions(), 2):
        if one.key == other.key:
            assert not (one.holds_on(other.valid_from) or other.holds_on(one.valid_from))


def test_the_complaints_board_takes_over_from_the_region_in_2027():
    days = {"region": datetime.date(2026, 12, 31), "praksisklagenævn": datetime.date(2027, 1, 1)}
    assert {in_force("complaint.body", day).value: day for day in days.values()} == days


def test_a_day_without_law_is_refused_with_the_days_that_have_one():
    with pytest.raises(LawError, match="2025-07-01 to 2026-12-31"):
        in_force("supplement.period", datetime.date(2030, 1, 1))


def test_the_rules_are_54_without_a_gap():
    assert [rule.id for rule in all_rules()] == [f"R{n}" for n in range(1, 55)]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_where_from_and_who_follows_it(rule):
    assert all((rule.title_da, rule.source))
    assert rule.statement.endswith(".")
    assert rule.kind in KINDS_OF_RULES
    assert set(KINDS_OF_RULES) <= set(KINDS)


def test_a_rule_without_a_source_is_called_an_assumption():
    assert [rule.id for rule in all_rules() if rule.source == "not public" and rule.kind != "assumption"] == []


def test_the_command_lists_rules_in_force_first():
    text = CliRunner().invoke(command, ["--rules"]).output
    groups = rules_by_state()
    said = [line.split()[0] for line in text.splitlines() if line.startswith("  R")]
    assert said == [rule.id for group in groups.values() for rule in group]
    assert f"IN FORCE ({len(groups['in force'])})" in text
    assert f"OUT OF REACH ({len(groups['out of reach'])})" in text
    assert sorted(said) == sorted(rule.id for rule in all_rules())


def test_the_command_gives_rules_as_one_json_object():
    content = json.loads(CliRunner().invoke(command, ["--rules", "--json"]).output)
    rules = [rule for group in rules_by_state().values() for rule in group]
    assert [rule["id"] for rule in content["rules"]] == [rule.id for rule in rules]
    assert [rule["tests"] for rule in content["rules"]] == [list(rule.tests) for rule in rules]
    assert list(content["counts"]) == ["in_force", "out_of_reach", "not_yet"]
    assert sum(content["counts"].values()) == len(all_rules())
