"""What goes between the processes of a cluster with certificates cannot be read on the wire; else it could be (S2)."""

import pytest

from tests.cluster.test_this_machine import here  # noqa: F401  # a fixture is found by its name here
from tests.lib.commands import done as carried_out
from tests.lib.nations import write_nation
from tests.lib.recipe import done, environment
from tests.lib.wire import packets, why_not

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be listened to")]
CANARY = "nation-CANARY7f3a9c51"
LEAST_PACKETS = 50
"""Fewer would mean that nothing was listened to."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Give a store whose place, which travels with every task, is a canary."""
    folder = tmp_path_factory.mktemp("wire")
    write_nation(folder / "registers", seed=4, citizens=2500)
    carried_out("ingest", folder / "registers", "--store", folder / CANARY, "--partitions", "8", "--quiet")
    return folder / CANARY


def heard(work):
    """Do some work and count the packets, and those that hold the canary."""
    with packets() as seen:
        ended = work()
    assert ended.returncode == 0, ended.stderr
    wire = list(seen)
    return len(wire), sum(CANARY.encode() in packet for packet in wire)


def test_with_certificates_no_packet_can_be_read(here, store, evidence):  # noqa: F811
    count, in_clear = heard(lambda: here.fordel("run", store, "--out", store.with_name("encrypted.run"), "--quiet"))
    assert count >= LEAST_PACKETS
    assert in_clear == 0
    evidence.note("S2", "a packet of a run on a cluster with certificates, searched for a canary", count, "0 in clear")


def test_the_search_finds_it_where_nothing_is_encrypted(store):
    plain = ["fordel", "run", store, "--out", store.with_name("plain.run"), "--workers", "2", "--quiet"]
    _, in_clear = heard(lambda: done(plain, **environment()))
    assert in_clear > 0
