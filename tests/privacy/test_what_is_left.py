"""What commands that succeed say, write and leave: marked persons stand in the store's own rooms and nowhere else."""

import pytest

from fordel_dask.kernels.jit import cache_directory
from tests.lib.canaries import ALL, PERSON_KEYS, PERSONS, PLACES, Search
from tests.lib.rooms import Room, open_to_others

DONE = "commands that succeed (check, plan, ingest, run, verify, refit, explain …), from start to end"


class Nation:
    """A marked nation in a closed room, with what its commands made of it."""

    def __init__(self, room, registers):
        self.room, self.registers, self.folder = room, registers, room.folder

    def do(self, *arguments, marks=ALL):
        """Run a command that succeeds, and look through what it says."""
        assert self.room.run(*arguments) == 0, self.room.last_words()
        hits = Search().look(f"words of {arguments[0]}", self.room.last_words(), marks).hits
        assert hits == []

    def searched(self, *names, marks=PERSONS):
        """Look through things that were made."""
        search = Search()
        for name in names:
            assert (self.folder / name).exists()
            search.look_below(self.folder / name, marks)
        return search


@pytest.fixture(scope="module")
def nation(marked, tmp_path_factory):
    made = Nation(Room(tmp_path_factory.mktemp("nation")), marked)
    made.do("check", marked, "--out", made.folder / "quality")
    made.do("plan", marked, "--store", made.folder / "store")
    made.do("ingest", marked, "--store", made.folder / "store", "--partitions", 3)
    made.do("run", made.folder / "store", "--out", made.folder / "run")
    made.do("verify", made.folder / "store")
    made.do("refit", made.folder / "run" / "bundle.json")
    # pages are about places: their names stand in them, persons do not
    page = ("--format", "html", "--out", made.folder / "fyn.html")
    made.do("explain", made.folder / "run", "--council", "fyn", *page, marks=PERSONS)
    made.do("report", made.folder / "run", "--out", made.folder / "report", marks=PERSONS)
    return made


def test_nothing_stands_in_what_is_written_for_readers(nation, evidence):
    search = nation.searched("quality", "run", "fyn.html", "report")
    assert search.hits == []
    manifests = nation.searched("store/manifest.json", "run/manifest.json", marks=ALL)
    assert manifests.hits == []
    evidence.note("S1", f"{DONE}: reports, pages, RUN and manifests", 1, search.told())
    evidence.note("S5", f"{DONE}: reports, pages, RUN and manifests", 1, search.told())


def test_keys_stand_in_the_table_of_keys_alone(nation, evidence):
    store = nation.searched("store", marks=PERSON_KEYS)
    aside = nation.searched("store.quarantine", marks=PERSON_KEYS)
    assert store.hits == aside.hits == []  # no row of the four was set aside
    keys = nation.searched("store.keys", marks=PERSON_KEYS)
    assert {hit.mark for hit in keys.hits} == {mark.name for mark in PERSON_KEYS}
    evidence.note("S12", "stores of marked persons searched for their keys, with all facts of a run", 1, store.told())


def test_nothing_is_left_in_a_home_a_working_directory_or_among_temporary_files(nation, evidence):
    search = nation.room.searched()
    hits = [hit for hit in search.hits if hit.mark not in {mark.name for mark in PLACES}]
    assert hits == []
    left = [path for place in (nation.room.home, nation.room.here, nation.room.temporary) for path in place.rglob("*")]
    assert left == []
    evidence.note("S5", f"{DONE}: home, working directory, temporary files, all words", 1, search.told())


def test_compiled_kernels_hold_nothing(nation, evidence):
    search = Search().look_below(cache_directory())
    assert search.files and search.hits == []
    evidence.note("S1", "the cache of compiled kernels after all of that", 1, search.told())


def test_all_that_was_made_is_open_to_its_owner_only_whatever_the_umask(nation, evidence):
    made = [nation.folder / name for name in ("store", "store.keys", "store.quarantine", "run", "quality", "fyn.html")]
    files = sum(1 for place in made for _ in (place, *place.rglob("*")))
    assert open_to_others(*made) == []
    evidence.note("S5", "files and directories made under umask 000", files, "0600 and 0700, all")


@pytest.mark.long
@pytest.mark.parametrize("place", [("--workers", 2)], ids=["processes"])
def test_the_other_commands_and_places_leave_nothing_either(place, marked, tmp_path, evidence):
    nation = Nation(Room(tmp_path), marked)
    store, run = nation.folder / "store", nation.folder / "run"
    nation.do("check", marked, "--out", nation.folder / "quality", *place)
    nation.do("ingest", marked, "--store", store, "--partitions", 3, *place)
    nation.do("run", store, "--out", run, *place)
    nation.do("diagnose", store, "--out", nation.folder / "diagnosis", *place)
    nation.do("scenarios", store, "--only", "V31", "--out", nation.folder / "scenarios", "--excel", *place)
    nation.do("explain", run, "--all", "--out", nation.folder / "explained")
    nation.do("councils", run, "--out", nation.folder / "councils", "--excel", marks=PERSONS)
    nation.do("clinics", run, "--out", nation.folder / "clinics", "--excel", marks=PERSONS)
    nation.do("compare", run, run, "--out", nation.folder / "compared", "--excel")
    nation.do("report", run, "--out", nation.folder / "report", "--evaluation", "--pdf", marks=PERSONS)
    nation.do("fees", "price", store, "--out", nation.folder / "prices", "--excel", *place)
    nation.do("fees", "price", "--services", marked, "--out", nation.folder / "priced", "--threads", 1)
    made = ("quality", "run", "diagnosis", "scenarios", "explained", "councils", "clinics", "compared", "report")
    written = (*made, "prices", "priced")
    search = nation.searched(*written)
    assert search.hits == []
    assert nation.searched("store", marks=PERSON_KEYS).hits == []
    assert Search().look_below(nation.room.temporary).look_below(nation.room.home).hits == []
    rows = [path for path in nation.room.temporary.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert rows == []
    assert open_to_others(*(nation.folder / name for name in written), store) == []
    evidence.note("S1", "all commands on local processes: all they wrote for readers", 1, search.told())
    evidence.note("S5", "all commands on local processes: all they wrote for readers", 1, search.told())
