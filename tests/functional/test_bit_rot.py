"""Every kind of file we write loses bits and blocks: nobody ever gets a wrong number from it (goal R7).

A trial damages one file, lets the command that reads it work, and expects an error of ours that names a file, or the
same bytes as ever. ``fordel verify`` finds each of them. Not ours to protect: extracts of registers, those that
``fordel synth`` invents too, have what their own format has; pages are for eyes, and no command reads one.
"""

import shutil
import zlib
from random import Random

import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.cli.check import earlier_report
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.reading import explain_number
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, Manner, run_store
from fordel_dask.errors import FordelError
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.registers import ingest
from fordel_dask.store import prepared
from fordel_dask.verification import verify_path
from tests.lib.nations import write_nation
from tests.lib.rot import rot, rotten

SILENT = ProgressLines(quiet=True)
QUICK, LONG = 3, 26
CODES = {13, 71}
REFUSED, HARMLESS = "refused", "the same bytes"

READ_BY_RUNS = {
    "a part of a table of the store": "store/*/part-*.parquet",
    "the code books of the store": "store/codebooks.json",
    "a small table of the store": "store/[!cm]*.json store/clinics.json store/municipalities.json",
    "the manifest of the store": "store/manifest.json",
    "a part of facts": "store/facts/*/part-*.arrow",
    "the manifest of facts": "store/facts/*/manifest.json",
}
READ_BY_EXPLAIN = {"a table of a RUN": "run/*.csv", "the manifest of a RUN": "run/manifest.json"}
READ_BY_VERIFY = {
    "a table of a RUN as Parquet": "run/*.parquet",
    "the table of keys": "store.keys/keys.parquet",
    "quarantined rows": "store.quarantine/*",
}
WORK = {
    "dealt rows": "store.partial/*.dealt",
    "a summary of finished work": "store.partial/*.json",
    "a part that is written already": "store.partial/store/*/part-*.parquet",
    "rows set aside": "store.quarantine.partial/*/*.parquet",
}
WRITTEN_ANEW_ANYWAY = {"a summary of finished work", "a part that is written already", "rows set aside"}
"""Among them are lists of files, code books, and what is made of the population, which every ingest writes."""

AT_WORK = {
    "the look-up of citizens": ("reading extracts", "store.keys/lookup/*/*.array"),
    "the record of the look-up": ("reading extracts", "store.keys/lookup/*/*.json"),
    "columns of citizens": ("writing citizens", "store.keys/lookup/*/*.array"),
    "dealt rows, before the join": ("joining diagnoses", "store.partial/*.dealt"),
    "summaries, before the join": ("joining diagnoses", "store.partial/*.json"),
    "dealt rows, before they are settled": ("writing the store", "store.partial/*.dealt"),
    "summaries and books, before rows are settled": ("writing the store", "store.partial/*.json"),
}
DONE = "a random bit flipped or a 4 KiB block zeroed in a random file, then read by the command that reads it"
FOUND = "a random bit flipped or a 4 KiB block zeroed in a random file of a store or RUN, then 'fordel verify'"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "of" / "it"
    write_nation(folder / "registers", seed=4, citizens=2000, projection=True)
    ingest_registers(folder / "registers", folder / "store", 3, Place(threads=2), SILENT)
    run_store(folder / "store", folder / "run", "national-2025", AS_USUAL, Place(threads=2), SILENT)
    return folder


def files_of(folder, patterns):
    found = [path for pattern in patterns.split() for path in folder.glob(pattern) if path.is_file()]
    assert found, f"no file is like {patterns}"
    return found


def seed_of(kind, number):
    return zlib.crc32(f"{kind} {number}".encode())


def numbers(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


def outcome(work, expected):
    """Give what came of work on a damaged file: an error of ours, or what always comes of it."""
    try:
        result = work()
    except FordelError as error:
        assert error.exit_code in CODES, str(error)
        assert len(str(error)) < 900
        return REFUSED
    assert result == expected, "a wrong result"
    return HARMLESS


def run_again(whole, fresh):
    out = whole / "again"
    try:
        run_store(whole / "store", out, "national-2025", Manner(fresh=fresh), Place(threads=1), SILENT)
        return numbers(out)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def found_by_verify(whole, path):
    directory = next(whole / name for name in ("run", "store") if path.relative_to(whole).parts[0].startswith(name))
    with pytest.raises(FordelError) as found:
        verify_path(directory)
    assert found.value.exit_code in CODES
    return True


def hold_runs(whole, kind, trials, evidence):
    facts = shutil.copytree(whole / "store" / "facts", whole / "facts-kept", dirs_exist_ok=True)
    expected, outcomes = numbers(whole / "run"), []
    for number in range(trials):
        with rotten(files_of(whole, READ_BY_RUNS[kind]), seed_of(kind, number)) as path:
            assert found_by_verify(whole, path)
            prepared._open_store.cache_clear()  # every run is a process of its own, that has read nothing yet
            outcomes.append(outcome(lambda: run_again(whole, "part of a table" in kind), expected))
        shutil.rmtree(whole / "store" / "facts")
        shutil.copytree(facts, whole / "store" / "facts")
    note(evidence, outcomes)
    evidence.note("R7", FOUND, trials, "every one is found")


def note(evidence, outcomes):
    evidence.note(
        "R7", DONE, len(outcomes), "each is refused with the name of the file, or made anew to the same bytes"
    )


@pytest.mark.parametrize("kind", READ_BY_RUNS)
def test_a_run_never_counts_from_damaged_files(kind, whole, evidence):
    hold_runs(whole, kind, QUICK, evidence)


@pytest.mark.long
@pytest.mark.parametrize("kind", READ_BY_RUNS)
def test_a_run_never_counts_from_damaged_files_long(kind, whole, evidence):
    hold_runs(whole, kind, LONG, evidence)


def hold_readers(whole, kind, trials, evidence):
    def explained():
        return explain_number(whole / "run", "council", "fyn")

    expected, outcomes = explained(), []
    for number in range(trials):
        with rotten(files_of(whole, READ_BY_EXPLAIN[kind]), seed_of(kind, number)) as path:
            assert found_by_verify(whole, path)
            outcomes.append(outcome(explained, expected))
    note(evidence, outcomes)
    evidence.note("R7", FOUND, trials, "every one is found")


@pytest.mark.parametrize("kind", READ_BY_EXPLAIN)
def test_no_explanation_is_given_from_a_damaged_run(kind, whole, evidence):
    hold_readers(whole, kind, QUICK, evidence)


@pytest.mark.long
@pytest.mark.parametrize("kind", READ_BY_EXPLAIN)
def test_no_explanation_is_given_from_a_damaged_run_long(kind, whole, evidence):
    hold_readers(whole, kind, 3 * LONG, evidence)


def hold_verified(whole, kind, trials, evidence):
    for number in range(trials):
        with rotten(files_of(whole, READ_BY_VERIFY[kind]), seed_of(kind, number)) as path:
            assert found_by_verify(whole, path)
    evidence.note("R7", FOUND, trials, "every one is found")


@pytest.mark.parametrize("kind", READ_BY_VERIFY)
def test_verify_finds_what_only_it_reads(kind, whole, evidence):
    hold_verified(whole, kind, QUICK, evidence)


@pytest.mark.long
@pytest.mark.parametrize("kind", READ_BY_VERIFY)
def test_verify_finds_what_only_it_reads_long(kind, whole, evidence):
    hold_verified(whole, kind, 3 * LONG, evidence)


class Interrupted(Threads):
    """Is interrupted before a stage."""

    def __init__(self, stage):
        super().__init__(1)
        self._stage = stage

    def map(self, function, items, name, report=None):
        if name == self._stage:
            raise KeyboardInterrupt
        return super().map(function, items, name, report)


class Damaging(Threads):
    """Damages a file before a stage."""

    def __init__(self, stage, paths, seed):
        super().__init__(1)
        self._stage, self._paths, self._seed = stage, paths, seed

    def map(self, function, items, name, report=None):
        if name == self._stage:
            rot_one(self._paths(), self._seed)
        return super().map(function, items, name, report)


def rot_one(paths, seed):
    chance = Random(seed)
    rot(chance.choice(sorted(path for path in paths if any(path.read_bytes()))), chance)


def everything_below(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def ingested(folder):
    return [everything_below(folder / name) for name in ("store", "store.keys", "store.quarantine")]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    nation = write_nation(folder / "registers", 5, 300, patients="both")
    (folder / "undisturbed").mkdir()
    ingest(nation, folder / "undisturbed" / "store", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, folder / "again" / "store", Interrupted("hashing extracts"), partitions=2)
    (folder / "again").rename(folder / "left")  # finished work is taken up only where it was done
    return folder


def hold_resumed(interrupted, kind, trials, evidence):
    expected, again = ingested(interrupted / "undisturbed"), 0
    for number in range(trials):
        place = shutil.copytree(interrupted / "left", interrupted / "again")
        rot_one(files_of(place, WORK[kind]), seed_of(kind, number))
        told = set()
        ingest(
            interrupted / "registers",
            place / "store",
            Threads(1),
            partitions=2,
            report=lambda stage, *_, told=told: told.add(stage),
        )
        assert ingested(place) == expected
        again += any("made anew" in stage for stage in told)
        shutil.rmtree(place)
    assert again >= (0 if kind in WRITTEN_ANEW_ANYWAY else trials)
    note(evidence, trials * [HARMLESS])


@pytest.mark.parametrize("kind", WORK)
def test_an_ingest_that_goes_on_makes_damaged_work_anew_and_says_so(kind, interrupted, evidence):
    hold_resumed(interrupted, kind, QUICK, evidence)


@pytest.mark.long
@pytest.mark.parametrize("kind", WORK)
def test_an_ingest_that_goes_on_makes_damaged_work_anew_and_says_so_long(kind, interrupted, evidence):
    hold_resumed(interrupted, kind, LONG, evidence)


def hold_at_work(interrupted, kind, trials, evidence):
    stage, pattern = AT_WORK[kind]
    expected, place, outcomes = ingested(interrupted / "undisturbed"), interrupted / "again", []

    def work(executor):
        ingest(interrupted / "registers", place / "store", executor, partitions=2)
        return ingested(place)

    for number in range(trials):
        damaging = Damaging(stage, lambda: files_of(place, pattern), seed_of(kind, number))
        outcomes.append(outcome(lambda executor=damaging: work(executor), expected))
        assert work(Threads(1)) == expected, "started again, the same command makes it anew"
        shutil.rmtree(place)
    note(evidence, outcomes)


@pytest.mark.parametrize("kind", AT_WORK)
def test_an_ingest_whose_work_is_damaged_under_its_hands_stops_and_can_be_started_again(kind, interrupted, evidence):
    hold_at_work(interrupted, kind, 1, evidence)


@pytest.mark.long
@pytest.mark.parametrize("kind", AT_WORK)
def test_an_ingest_whose_work_is_damaged_under_its_hands_stops_long(kind, interrupted, evidence):
    hold_at_work(interrupted, kind, LONG // 2, evidence)


def test_last_years_quality_report_is_held_against_its_seal(tmp_path, evidence):
    registers = write_nation(tmp_path / "registers", 5, 300)
    command = ["check", str(registers), "--quiet", "--threads", "1", "--out"]
    CliRunner().invoke(cli, [*command, str(tmp_path / "before")])
    report = tmp_path / "before" / "quality.json"
    expected, outcomes = earlier_report(report), []

    def compared_with():
        found = earlier_report(report)
        return {name: found[name] for name in expected}  # a flip in the word "seal" is one of many

    for number in range(40):
        with rotten([report], seed_of("quality", number)):
            outcomes.append(outcome(compared_with, expected))
    assert outcomes.count(REFUSED) > 35
    note(evidence, outcomes)
