"""A run is repeated from its manifest alone, and the same extracts give the same store (goal S9)."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from fordel_dask import seals
from fordel_dask.store import open_store, read_sealed, sealed
from tests.lib.commands import call, done, refused
from tests.lib.nations import write_nation

CITIZENS = 1500
OWN_MODEL = 'id = "mine"\nbased_on = "V31.double"\n[capacity]\ncitizens_per_capacity = 1500\n'
QUIET = ("--quiet", "--threads", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A nation, its store, and a RUN by a scenario file that is gone by now."""
    at = tmp_path_factory.mktemp("repeated")
    write_nation(at / "registers", seed=9, citizens=CITIZENS)
    done("ingest", at / "registers", "--store", at / "store", "--partitions", 3, *QUIET)
    (at / "mine.toml").write_text(OWN_MODEL, "utf-8")
    model = ("--model", at / "mine.toml", "--seed", 5, "--replicates", 20)
    done("--alias", "team north", "run", at / "store", "--out", at / "run", *model, *QUIET)
    (at / "mine.toml").unlink()
    return at


@pytest.fixture(autouse=True)
def without_alias(monkeypatch):
    monkeypatch.setenv("FORDEL_ALIAS", "")


def results(run):
    return {path.name: path.read_bytes() for path in run.iterdir() if path.name != "manifest.json"}


def again(folder, tmp_path, manifest=None, *more):
    return ("run", folder / "store", "--out", tmp_path / "again", "--from-manifest", manifest or folder / "run", *more)


def changed_manifest(folder, tmp_path, change):
    """Write the manifest of the RUN with a change, sealed anew, to another place."""
    content = read_sealed(folder / "run")
    del content["seal"]
    change(content)
    path = tmp_path / "changed.json"
    path.write_text(seals.manifest_text(sealed(content)), "utf-8")
    return path


def test_a_run_is_repeated_to_the_byte_with_nothing_but_its_manifest_and_store(folder, tmp_path, evidence):
    shutil.copy(folder / "run" / "manifest.json", tmp_path / "carried.json")
    told = json.loads(done(*again(folder, tmp_path, tmp_path / "carried.json", "--json", "--threads", "2")))
    first, second = (read_sealed(run) for run in (folder / "run", tmp_path / "again"))
    assert results(folder / "run") == results(tmp_path / "again")
    assert told["repetition"] == {"repeats": first["seal"], "same_files": len(first["files"]), "program_differs": []}
    assert second["repeats"] == first["seal"]
    assert second["configuration"] == first["configuration"]
    assert (second["model"], second["store"]) == (first["model"], first["store"])
    assert second["uncertainty"] == first["uncertainty"]
    evidence.note("S9", "a run repeated from its manifest: scenario file gone, other threads", 1, "the same bytes")


def test_what_is_said_of_a_repetition(folder, tmp_path):
    assert (
        "result files have the same bytes, by the same program and packages"
        in call(*again(folder, tmp_path, None, "--fresh", *QUIET)).output
    )


def test_another_store_is_refused_and_what_differs_is_named(folder, tmp_path, evidence):
    shutil.copytree(folder / "registers", tmp_path / "registers")
    clinics = next(path for path in (tmp_path / "registers").iterdir() if path.name.startswith("clinics"))
    pq.write_table(pq.read_table(clinics).slice(1), clinics)
    done("ingest", tmp_path / "registers", "--store", tmp_path / "store", "--partitions", 2, *QUIET)
    code, message = refused("run", tmp_path / "store", "--out", tmp_path / "again", "--from-manifest", folder / "run")
    assert code == 13
    assert f"clinics: {clinics.name} has another content" in message
    assert "the grid of partitions" in message
    assert not (tmp_path / "again").exists()
    evidence.note("S9", "a repetition on another store", 1, "refused (13), with the files and rows that differ")


def test_other_versions_are_told_and_do_not_hinder(folder, tmp_path):
    older = changed_manifest(folder, tmp_path, lambda content: content["packages"].update(numpy="1.0"))
    output = done(*again(folder, tmp_path, older, *QUIET))
    assert "though the program differs: numpy 1.0 → " in output


def test_a_repetition_with_other_bytes_is_a_failure_that_names_the_files(folder, tmp_path, evidence):
    def forge(content):
        content["files"]["councils.csv"]["sha256"] = "0" * 64

    code, message = refused(*again(folder, tmp_path, changed_manifest(folder, tmp_path, forge), *QUIET))
    assert code == 71
    assert "1 of" in message and "councils.csv" in message and "Program and packages are the same" in message
    assert (tmp_path / "again" / "councils.csv").exists()
    evidence.note("S9", "a manifest that names another result, repeated", 1, "found, with the name of the file")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content["model"]["parameters"].pop("capacity.floor"), 20),
        (lambda content: content["model"]["parameters"].update({"capacity.roof": {"value": 1}}), 20),
        (lambda content: content["model"]["parameters"]["capacity.floor"].update(value="perhaps"), 20),
        (lambda content: content["model"]["parameters"]["capacity.floor"].update(value=False), 20),
        (lambda content: content.update(kind="clinics"), 13),
        (lambda content: content.pop("configuration"), 13),
    ],
    ids=["parameter gone", "parameter unknown", "value that cannot be", "other model", "other kind", "older program"],
)
def test_a_manifest_that_cannot_be_repeated_is_refused(folder, tmp_path, change, code):
    assert refused(*again(folder, tmp_path, changed_manifest(folder, tmp_path, change), *QUIET))[0] == code


def test_a_changed_manifest_is_refused(folder, tmp_path):
    text = (folder / "run" / "manifest.json").read_text("utf-8")
    (tmp_path / "changed.json").write_text(text.replace('"seed": 5', '"seed": 6'), "utf-8")
    assert refused(*again(folder, tmp_path, tmp_path / "changed.json", *QUIET))[0] == 13
    assert refused(*again(folder, tmp_path, tmp_path / "nowhere.json", *QUIET))[0] == 13


def test_what_the_manifest_says_may_not_be_said_beside_it(folder, tmp_path):
    code, message = refused(*again(folder, tmp_path, None, "--seed", "1", "--no-intervals", *QUIET))
    assert (code, "--intervals, --seed" in message) == (2, True)


def test_the_same_extracts_give_the_same_store_whoever_reads_them_in(folder, tmp_path, evidence):
    """Same files, declaration, partitions, program, pyarrow and numpy; not threads, memory, place or day."""
    shutil.copytree(folder / "registers", tmp_path / "elsewhere")
    done("ingest", tmp_path / "elsewhere", "--store", tmp_path / "other", "--partitions", 3, "--quiet", "--threads", 2)
    first, second = (open_store(path) for path in (folder / "store", tmp_path / "other"))
    assert first.identity == second.identity
    names = sorted(path.relative_to(folder / "store") for path in (folder / "store").rglob("part-*.parquet"))
    assert [(folder / "store" / name).read_bytes() for name in names] == [
        (tmp_path / "other" / name).read_bytes() for name in names
    ]
    evidence.note("S9", "the same extracts read in again elsewhere, on other threads", 1, "the same store identity")


def test_the_alias_stands_in_the_manifest_and_nothing_else_of_the_user(folder, monkeypatch, tmp_path):
    assert read_sealed(folder / "run")["alias"] == "team north"
    monkeypatch.setenv("FORDEL_ALIAS", "søren.2")
    done("compare", folder / "run", folder / "run", "--out", tmp_path / "compared", "--quiet")
    assert read_sealed(tmp_path / "compared")["alias"] == "søren.2"


@pytest.mark.parametrize("alias", ["0101011234", "team 010101-1234", "<b>", "=cmd", "a" * 41, "a/b", "a\nb"])
def test_an_alias_that_is_none_is_refused_before_any_work(alias, tmp_path):
    code, message = refused("--alias", alias, "verify", tmp_path / "nowhere")
    assert (code, alias in message) == (2, False)


def test_an_alias_is_never_taken_from_the_machine(folder, monkeypatch):
    monkeypatch.setenv("USER", "realname")
    monkeypatch.setenv("LOGNAME", "realname")
    assert call("verify", folder / "run").exit_code == 0
    assert b"realname" not in (folder / "run" / "manifest.json").read_bytes()
