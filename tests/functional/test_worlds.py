"""Clock, language, processor, home: ingest, run and synth write the same bytes in any world."""

import pytest

from tests.lib.nations import write_nation
from tests.lib.worlds import WORLDS, NoSuchWorldError, hashes_in

QUICK = ("another processor", "14 hours ahead, no language, another hash seed")


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    """A nation written as text: numbers, dates and codes must be read the same everywhere."""
    folder = tmp_path_factory.mktemp("registers") / "nation"
    return write_nation(folder, seed=18, citizens=1500, suffix="semicolon", dates="text", numbers="text")


@pytest.fixture(scope="module")
def at_home(registers, tmp_path_factory):
    hashes = hashes_in(WORLDS["this one"], registers, tmp_path_factory.mktemp("home") / "here")
    kinds = {name.split("/")[0] for name in hashes}
    assert {"synth", "store", "store.keys", "store.quarantine", "run"} <= kinds
    return hashes


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in WORLDS]
)
def test_the_same_bytes_in_every_world(name, registers, at_home, tmp_path, evidence):
    try:
        hashes = hashes_in(WORLDS[name], registers, tmp_path / "world")
    except NoSuchWorldError as missing:
        pytest.skip(str(missing))
    assert sorted(hashes) == sorted(at_home)
    assert [file for file in hashes if hashes[file] != at_home[file]] == []
    evidence.note(
        "R18",
        "synth, ingest and run in another time zone, clock, language, hash seed, processor, umask, home or directory",
        3,
        "every file of the delivery, the store and the RUN has the same hash",
    )
