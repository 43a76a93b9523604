"""Local workers on a machine where others may log in: with certificates nobody else is let in."""

import contextlib
import socket
import ssl
from urllib.parse import urlsplit

import dask
import pytest
import yaml

from fordel_dask.graph.certificates import make_certificates
from fordel_dask.graph.executor import Place, open_executor

ANSWER_SECONDS = 10


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Give the address of the scheduler of local workers that were started with certificates."""
    folder = tmp_path_factory.mktemp("local") / "certificates"
    make_certificates(folder, days=1)
    settings = yaml.safe_load((folder / "dask.yaml").read_text("utf-8"))
    with dask.config.set(dask.config.merge(dask.config.config, settings)), open_executor(Place(workers=1)) as executor:
        assert executor.total(len, ["abc", "de"], "counting") == 5
        yield urlsplit(executor.client.scheduler.address)


def answer(scheduler, secured):
    """Give what a scheduler sends to somebody without certificates, encrypted or not; nothing if it hangs up."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        contextlib.suppress(ssl.SSLError, ConnectionError),
        socket.create_connection((scheduler.hostname, scheduler.port), ANSWER_SECONDS) as plain,
        context.wrap_socket(plain) if secured else plain as line,
    ):
        line.sendall(b"\0" * 64)
        return line.recv(64)
    return b""


@pytest.mark.parametrize("secured", [True, False], ids=["encrypted", "in clear"])
def test_local_workers_with_certificates_answer_nobody_who_has_none(scheduler, secured, evidence):
    assert scheduler.scheme == "tls"
    assert answer(scheduler, secured) == b""
    evidence.note("S2", "somebody without certificates speaks to local workers that have them", 1, "no answer")
