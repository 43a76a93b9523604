"""Every number and every packaged file has a source, and nothing is listed that is not used."""

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fordel_dask import law
from fordel_dask.cli.knowledge import sources as command
from fordel_dask.law.parameters import KINDS, parameters
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
