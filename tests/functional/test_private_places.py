"""What stands where, and who can enter: what the page for the data protection officer says, looked at in a nation."""

import os
import re
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from tests.lib.nations import write_nation

PAGE = (Path(__file__).parents[2] / "fordel_dask" / "SECURITY.md").read_text("utf-8")
OF_PERSONS = {
    "population": {"sex", "birth_day", "civil_status", "municipality", "country", "origin_type", "area"},
    "enrolment": {"citizen", "clinic", "group", "first_day", "last_day"},
    "services": {"citizen", "service", "week", "quantity", "paid_oere"},
    "diagnoses": {"citizen", "code", "kind", "day"},
    "benefits": {"citizen", "code", "weeks"},
}
"""What a store holds of persons, by table; optional registers aside."""

IN_FACTS = re.compile(
    r"clinic|exposure_days|group_2|(weeks|services|months|conditions|nordic)_\w+|(contacts|others|prevention)_(paid_)?oere"
)
MADE = {
    "explanations": ["explain", "{}/run", "--all", "--out", "{}/explanations"],
    "councils": ["councils", "{}/run", "--out", "{}/councils"],
    "clinics": ["clinics", "{}/run", "--out", "{}/clinics"],
    "report": ["report", "{}/run", "--out", "{}/report"],
    "comparison": ["compare", "{}/run", "{}/run", "--out", "{}/comparison"],
    "refit": ["refit", "{}/run/bundle.json", "--out", "{}/refit"],
    "scenarios": ["scenarios", "{}/store", "--only", "V31", "--out", "{}/scenarios", "--threads", "1"],
    "diagnosis": ["diagnose", "{}/store", "--out", "{}/diagnosis", "--threads", "1"],
    "quality": ["check", "{}/registers", "--out", "{}/quality", "--threads", "1"],
    "certificates": ["cluster", "certs", "--out", "{}/certificates"],
}


def fordel(folder, *arguments):
    words = [word.format(folder) for word in arguments]
    result = CliRunner().invoke(cli, [*words, "--quiet"] if words[0] not in {"refit", "cluster"} else words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("private")
    write_nation(folder / "registers", seed=2, citizens=2200)
    before = os.umask(0)
    try:
        fordel(folder, "ingest", "{}/registers", "--store", "{}/store", "--partitions", "2", "--threads", "1")
        fordel(folder, "run", "{}/store", "--out", "{}/run", "--threads", "1")
        yield folder
    finally:
        os.umask(before)


def test_a_store_holds_what_the_page_says_and_nothing_else(nation, evidence):
    tables = {path.name for path in (nation / "store").iterdir() if path.is_dir()} - {"facts"}
    assert tables == set(OF_PERSONS)
    for table, columns in OF_PERSONS.items():
        assert table in PAGE
        for part in (nation / "store" / table).iterdir():
            assert set(pq.read_schema(part).names) == columns
    whole = {path.name for path in (nation / "store").iterdir() if path.is_file()}
    assert whole == {"manifest.json", "codebooks.json", "clinics.json", "municipalities.json"}
    evidence.note("S5", "every table and column of a store and its facts", 1, "those that SECURITY.md tells, no others")


def test_facts_hold_no_trait_by_which_a_person_is_recognised(nation):
    (facts,) = (nation / "store" / "facts").iterdir()
    for part in facts.glob("*.arrow"):
        names = pa.ipc.open_file(part).schema.names
        assert [name for name in names if not IN_FACTS.fullmatch(name)] == []


ROWS_OF_A_RUN = {
    "area": "planning areas",
    "area_kind": "clinics, municipalities and councils, and levels of the model",
    "council_id": "councils",
    "estimator": "levels of the model, or councils, by another estimator",
    "kind": "figures and how sure they are",
    "municipality_code": "municipalities",
    "residence_council_id": "pairs of councils",
    "term": "levels of the model",
    "ydernummer": "clinics",
}
"""What a row is about, by the first column of a table."""


def test_a_run_holds_no_table_of_persons(nation):
    tables = list((nation / "run").glob("*.parquet"))
    assert len(tables) > 8
    assert {pq.read_schema(table).names[0] for table in tables} <= set(ROWS_OF_A_RUN)
    assert {path.suffix for path in (nation / "run").iterdir()} == {".csv", ".parquet", ".json"}


@pytest.mark.parametrize("name", ["store", "store.keys", "run", *MADE])
def test_every_directory_that_a_command_makes_is_its_owners_only(nation, name, evidence):
    if name in MADE:
        fordel(nation, *MADE[name])
    assert stat.S_IMODE((nation / name).stat().st_mode) == 0o700
    evidence.note("S5", "a directory made by a command with the widest umask", 1, "0700: its owner's only")


def test_keys_are_in_files_of_their_owner(nation):
    assert {stat.S_IMODE(path.stat().st_mode) for path in (nation / "store.keys").iterdir()} == {0o600}
