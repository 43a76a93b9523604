"""Which schedulers are talked to: those of this machine, and others with TLS only."""

import json

import pytest

from fordel_dask.errors import ClusterError
from fordel_dask.graph import Place, addresses, open_executor

KNOWN = {"scheduler.dst.dk": "10.1.2.3", "here.example": "127.0.0.1", "both.example": "127.0.0.1 10.1.2.3"}


@pytest.fixture(autouse=True)
def names(monkeypatch):
    resolve = addresses.socket.getaddrinfo

    def known(host, *how, **more):
        if host == "nowhere.example":
            raise OSError(host)
        return [found for one in KNOWN.get(host, host).split() for found in resolve(one, *how, **more)]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", known)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.1.2.3:8786", "10.1.2.3:8786", "tcp://scheduler.dst.dk:8786", "ws://10.1.2.3:8786",
     "tcp://[2001:db8::1]:8786", "tcp://0.0.0.0:8786", "tcp://both.example:8786"],
)  # fmt: skip
def test_another_host_without_tls_is_refused_with_what_mends_it(address, evidence):
    mends_it = r"fordel cluster certs --out DIR.*DASK_CONFIG=DIR/dask\.yaml"
    with pytest.raises(ClusterError, match=mends_it) as refused, open_executor(Place(scheduler=address)):
        pass
    assert refused.value.exit_code == 61
    evidence.note(
        "S2",
        "an address of another machine without encryption named as the scheduler",
        1,
        "exit 61 before anything is sent, with what mends it",
    )


def test_the_address_in_a_scheduler_file_is_judged_too(tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": "tcp://10.1.2.3:8786"}))
    with pytest.raises(ClusterError, match="without TLS"), open_executor(Place(scheduler_file=file)):
        pass


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "There is no scheduler file"), ("{", "is no scheduler file"), ("[]", "is no scheduler file"),
     ('{"address": 7}', "holds no address")],
)  # fmt: skip
def test_a_scheduler_file_that_is_none_is_refused_at_once(tmp_path, content, told):
    file = tmp_path / "scheduler.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ClusterError, match=told), open_executor(Place(scheduler_file=file)):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "localhost", "here.example"])
def test_this_machine_alone_needs_no_tls(host):
    addresses.require_safe("tcp", host)


def test_with_tls_any_host_will_do():
    addresses.require_safe("tls", "10.1.2.3")


def test_a_name_that_nobody_knows_is_refused():
    with pytest.raises(ClusterError, match="not known here"):
        addresses.require_safe("tcp", "nowhere.example")
