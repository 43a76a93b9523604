"""A file is cut, empty, missing, exchanged, a link, a directory, or one too many: told by name before any work (R8)."""

import json
import shutil

import pytest

from fordel_dask import pipeline
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.reading import explain_number
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import FordelError, IntegrityError, VerificationError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.planning.run import plan_run
from fordel_dask.registers import ingest
from fordel_dask.store import open_store, sealed, write_manifest
from fordel_dask.verification import verify_path
from tests.functional.test_bit_rot import Interrupted, files_of, ingested, numbers
from tests.lib.nations import write_nation
from tests.lib.rot import CASES, be_a_directory, be_exchanged, get_company

SILENT = ProgressLines(quiet=True)
OF_THE_STORE = {
    "a part of a table": "store/services/part-00001.parquet",
    "a part of the citizens": "store/population/part-00000.parquet",
    "the code books": "store/codebooks.json",
    "a small table": "store/clinics.json",
    "the manifest": "store/manifest.json",
}
OF_FACTS = {"a part of facts": "store/facts/*/part-00001.arrow", "the manifest of facts": "store/facts/*/manifest.json"}
BESIDE = {
    "the table of keys": "store.keys/keys.parquet",
    "quarantined rows": "store.quarantine/enrolment.parquet",
    "the manifest of quarantined rows": "store.quarantine/manifest.json",
}
OF_A_RUN = {
    "a table": "run/councils.csv",
    "a table as Parquet": "run/councils.parquet",
    "the manifest": "run/manifest.json",
}
OF_WORK = {
    "dealt rows": "store.partial/*.dealt",
    "a summary": "store.partial/*.json",
    "a part": "store.partial/store/services/part-*.parquet",
    "rows set aside": "store.quarantine.partial/*/*.parquet",
}
ALONE = {
    "the table of keys",
    "the manifest",
    "the manifest of quarantined rows",
    "the manifest of facts",
    "rows set aside",
}
DONE = "a file cut, empty, missing, exchanged, a link, a directory, or one too many"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write_nation(folder / "registers", seed=4, citizens=2000)
    ingest_registers(folder / "registers", folder / "store", 2, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    return folder


@pytest.fixture
def whole(made, tmp_path):
    return shutil.copytree(made, tmp_path / "whole")


def table(kinds, without=()):
    """Give every case for every kind of file; what has no neighbour cannot be exchanged."""
    cases = [
        (kind, case)
        for kind in kinds
        for case in CASES
        if case not in without and not (case is be_exchanged and kind in ALONE)
    ]
    return pytest.mark.parametrize(("kind", "case"), cases, ids=[f"{k}, {c.__name__}" for k, c in cases])


def befall(case, pattern, folder):
    """Let a case befall a file; gives the name that an error must tell, one of both if they were exchanged."""
    (path, *_) = sorted(files_of(folder, pattern))
    other = case(path, folder)
    if case is be_exchanged:
        return f"{path.name}|{other}"
    return f"copy-of-{path.name}" if case is get_company else path.name


def no_computing(*_):
    raise AssertionError("work was begun")


SEALED = (
    "S9",
    "a file of a store or RUN cut, emptied, taken away, exchanged, linked or put there by somebody else",
    1,
    "named, and nothing computed from it",
)


@table(OF_THE_STORE)
def test_a_run_and_a_plan_refuse_the_store_before_any_work(kind, case, whole, monkeypatch, evidence):
    name = befall(case, OF_THE_STORE[kind], whole)
    monkeypatch.setattr(pipeline, "run_model", no_computing)
    with pytest.raises(IntegrityError, match=name):
        run_store(whole / "store", whole / "out", "national-2025", AS_USUAL, Place(threads=1), SILENT)
    assert not (whole / "out").exists()
    with pytest.raises(IntegrityError, match=name):
        plan_run(whole / "store", load_model("national-2025"), Place(threads=1))
    with pytest.raises((IntegrityError, VerificationError), match=name):
        verify_path(whole / "store")
    evidence.note("R8", DONE, 1, "named before any work")
    evidence.note(*SEALED)


@table(OF_FACTS, without=(be_a_directory,))
def test_facts_that_are_not_whole_are_made_anew(kind, case, whole, evidence):
    befall(case, OF_FACTS[kind], whole)
    run_store(whole / "store", whole / "out", "national-2025", AS_USUAL, Place(threads=1), SILENT)
    assert numbers(whole / "out") == numbers(whole / "run")
    evidence.note("R8", DONE, 1, "made anew to the same bytes")


@table(BESIDE)
def test_verify_names_what_is_wrong_beside_a_store(kind, case, whole, evidence):
    name = befall(case, BESIDE[kind], whole)
    with pytest.raises(VerificationError, match=name):
        verify_path(whole / "store")
    evidence.note("R8", DONE, 1, "named before any work")
    evidence.note(*SEALED)


@table(OF_A_RUN)
def test_verify_names_what_is_wrong_in_a_run_and_nothing_is_explained_from_it(kind, case, whole, evidence):
    name = befall(case, OF_A_RUN[kind], whole)
    with pytest.raises((IntegrityError, VerificationError), match=name):
        verify_path(whole / "run")
    if kind != "a table as Parquet" and case is not get_company:
        with pytest.raises(IntegrityError, match=name):
            explain_number(whole / "run", "council", "fyn")
    evidence.note("R8", DONE, 1, "named before any work")
    evidence.note(*SEALED)


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    folder = tmp_path_factory.mktemp("left")
    nation = write_nation(folder / "registers", 5, 300, patients="both")
    ingest(nation, folder / "undisturbed" / "store", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, folder / "again" / "store", Interrupted("hashing extracts"), partitions=2)
    (folder / "again").rename(folder / "left")  # finished work is taken up only where it was done
    return folder


@table(OF_WORK, without=(be_a_directory,))
def test_an_ingest_that_goes_on_makes_anew_what_is_not_whole(kind, case, left, evidence):
    place = shutil.copytree(left / "left", left / "again")
    try:
        befall(case, OF_WORK[kind], place)
        ingest(left / "registers", place / "store", Threads(1), partitions=2)
        assert ingested(place) == ingested(left / "undisturbed")
    finally:
        shutil.rmtree(place)
    evidence.note("R8", DONE, 1, "made anew to the same bytes")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Give another store and run of the same shape."""
    folder = tmp_path_factory.mktemp("other")
    write_nation(folder / "registers", seed=9, citizens=2000)
    ingest_registers(folder / "registers", folder / "store", 2, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    return folder


FOREIGN = {
    "a part of another store": "store/services/part-00001.parquet",
    "the code books of another store": "store/codebooks.json",
    "the keys of another store": "store.keys/keys.parquet",
    "quarantined rows of another store": "store.quarantine/enrolment.parquet",
    "the manifest of quarantined rows of another store": "store.quarantine/manifest.json",
    "a table of another run": "run/councils.csv",
    "a Parquet table of another run": "run/councils.parquet",
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_nation_is_told(kind, whole, other, evidence):
    file = FOREIGN[kind]
    shutil.copy(other / file, whole / file)
    with pytest.raises((IntegrityError, VerificationError), match=file.rpartition("/")[2]):
        verify_path(whole / ("run" if file.startswith("run") else "store"))
    evidence.note("R8", "a file of another store or RUN in the place of its own", 1, "named")
    evidence.note(*SEALED)


def test_a_manifest_that_leads_out_of_the_store_is_refused_though_it_is_sealed(whole):
    content = json.loads((whole / "store" / "manifest.json").read_bytes())
    content.pop("seal")
    shutil.move(whole / "store" / "services" / "part-00000.parquet", whole / "part-00000.parquet")
    content["tables"]["services"][0]["file"] = "../part-00000.parquet"
    write_manifest(whole / "store", content)
    with pytest.raises(IntegrityError, match="leads elsewhere"):
        open_store(whole / "store")


def test_parquet_tables_of_a_run_hold_what_the_csv_tables_hold(whole, other):
    shutil.copy(other / "run" / "councils.parquet", whole / "run" / "councils.parquet")
    path = whole / "run" / "manifest.json"
    content, theirs = (json.loads((f / "run" / "manifest.json").read_bytes()) for f in (whole, other))
    content.pop("seal")
    content["files"]["councils.parquet"] = theirs["files"]["councils.parquet"]
    path.write_text(json.dumps(sealed(content), indent=1, ensure_ascii=False) + "\n", "utf-8")
    with pytest.raises(VerificationError, match=r"councils\.parquet holds other values than the table beside it"):
        verify_path(whole / "run")


def test_many_wrong_files_are_counted_and_the_first_are_named(whole):
    for path in (whole / "store").glob("*/part-*.parquet"):
        path.write_bytes(b"")
    with pytest.raises(FordelError, match=r"10 files of store are not what the manifest says: .*; and 5 more\."):
        run_store(whole / "store", whole / "out", "national-2025", AS_USUAL, Place(threads=1), SILENT)
