"""A marked nation, and what an ingest and a run leave of it in a closed room."""

import pytest

from tests.lib.canaries import marked_nation
from tests.lib.rooms import Room


@pytest.fixture(scope="session")
def marked(tmp_path_factory):
    """Registers in which four persons, a municipality, an area and a clinic are marked."""
    return marked_nation(tmp_path_factory.mktemp("marked") / "registers")


@pytest.fixture(scope="session")
def store(marked, tmp_path_factory):
    """A store of it, not to be changed."""
    room = Room(tmp_path_factory.mktemp("store"))
    assert room.run("ingest", marked, "--store", room.folder / "store", "--partitions", 3) == 0, room.last_words()
    return room.folder / "store"


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)
