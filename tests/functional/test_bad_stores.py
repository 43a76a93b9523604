"""What a damaged or foreign store gets: one clear paragraph, exit code 13, and no half-written RUN."""

import shutil

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, Manner, run_store
from fordel_dask.errors import FordelError, IntegrityError, VerificationError
from fordel_dask.graph import Place
from fordel_dask.store import FORMAT_VERSION
from fordel_dask.verification import verify_path
from tests.lib.nations import write_nation

SILENT = ProgressLines(quiet=True)
SERVICES = "services"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    write_nation(folder / "registers", seed=4, citizens=2500)
    ingest_registers(folder / "registers", folder / "store", 3, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    return folder


@pytest.fixture
def store(whole, tmp_path):
    return shutil.copytree(whole / "store", tmp_path / "store")


def part_of(store):
    return sorted(store.rglob(f"*{SERVICES}*/*.parquet"))[1]


def truncate(store):
    path = part_of(store)
    path.write_bytes(path.read_bytes()[:-100])


def lose(store):
    part_of(store).unlink()


def flip_in_the_middle(store):
    path = part_of(store)
    content = bytearray(path.read_bytes())
    content[200] ^= 4  # a data page of the first column
    path.write_bytes(content)


def flip_at_the_end(store):
    path = part_of(store)
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)


def swap(store):
    first, second, *_ = sorted(store.rglob(f"*{SERVICES}*/*.parquet"))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


def change_the_manifest(store):
    path = store / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"year": 2026', '"year": 2027'), "utf-8")


def change_the_code_books(store):
    path = store / "codebooks.json"
    path.write_text(path.read_text("utf-8").replace("800101", "800102"), "utf-8")


def come_from_another_version(store):
    path = store / "manifest.json"
    ours = f'"format_version": {FORMAT_VERSION}'
    path.write_text(path.read_text("utf-8").replace(ours, '"format_version": 99'), "utf-8")


def be_empty(store):
    shutil.rmtree(store)
    store.mkdir()


DAMAGES = [truncate, lose, flip_in_the_middle, flip_at_the_end, swap, change_the_manifest, change_the_code_books]
DAMAGES += [come_from_another_version, be_empty]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_store_is_refused_and_nothing_is_written(damage, store, tmp_path, evidence):
    damage(store)
    with pytest.raises(IntegrityError) as refused:
        run_store(store, tmp_path / "out", "national-2025", Manner(fresh=True), Place(threads=2), SILENT)
    assert len(str(refused.value)) < 500
    assert not (tmp_path / "out").exists()
    if damage in (change_the_code_books, come_from_another_version):
        evidence.note("R9", "a store with changed code books, or of another version", 1, "exit 13, it is named")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_verify_finds_the_damage(damage, store):
    damage(store)
    with pytest.raises((IntegrityError, VerificationError)):
        verify_path(store)


def test_verify_is_content_with_whole_directories(whole):
    assert verify_path(whole / "store")["kind"] == "prepared store"
    assert verify_path(whole / "run")["kind"] == "run"


def test_damaged_facts_are_refused(store, tmp_path):
    path = next(store.rglob("facts/*/part-*.arrow"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 8
    path.write_bytes(content)
    with pytest.raises(FordelError) as refused:
        run_store(store, tmp_path / "out", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    assert refused.value.exit_code == 13
    run_store(store, tmp_path / "out", "national-2025", Manner(fresh=True), Place(threads=2), SILENT)


def test_any_flipped_bit_of_a_part_is_refused_or_harmless(whole, store, tmp_path):
    import random

    path = part_of(store)
    content, chance = path.read_bytes(), random.Random(5)
    expected = {f.name: f.read_bytes() for f in (whole / "run").glob("*.csv")}
    for _ in range(25):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            run_store(store, tmp_path / "out", "national-2025", Manner(fresh=True), Place(threads=1), SILENT)
        except IntegrityError:
            continue
        assert {f.name: f.read_bytes() for f in (tmp_path / "out").glob("*.csv")} == expected


def test_a_run_that_was_changed_is_found(whole, tmp_path):
    run = shutil.copytree(whole / "run", tmp_path / "run")
    councils = run / "councils.csv"
    councils.write_text(councils.read_text("utf-8").replace("1", "2", 1), "utf-8")
    with pytest.raises(VerificationError):
        verify_path(run)
