"""The whole way needs no network and asks for none: in a namespace with loopback alone, every attempt noted (S10)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fordel_dask.errors import FordelError
from tests.lib.commands import call, done, refused
from tests.lib.deliveries import write_delivery

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300
WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net")
LOOPBACK_UP = 'ip link set lo up 2>/dev/null; exec "$@"'
ADDRESSES = ["http://localhost:1/x.csv", "https://example.org/x.parquet", "s3://bucket/x.parquet", "gs://b/x.csv"]
ADDRESSES += [
    "hdfs://node/x.parquet",
    "file:///etc/passwd",
    "ftp://node/x.sas7bdat",
    "abfs://c@a/x.parquet",
    "//host/x",
]
THE_WHOLE_WAY = [
    ("synth", "--citizens", "60000", "--seed", "7", "--out", "registers", "--extras"),
    ("check", "registers", "--out", "quality"),
    ("plan", "registers"),
    ("ingest", "registers", "--store", "nation.store"),
    ("run", "nation.store", "--out", "nation.run"),
    ("scenarios", "nation.store", "--only", "V31,V17", "--out", "variants", "--excel"),
    ("diagnose", "nation.store", "--out", "nation.diagnosis"),
    ("explain", "nation.run", "--council", "fyn", "--format", "html", "--out", "fyn.html"),
    ("councils", "nation.run", "--out", "councils", "--on", "2026-03-01"),
    ("report", "nation.run", "--out", "report", "--scenarios", "variants", "--pdf", "--evaluation"),
    ("refit", "nation.run/bundle.json"),
    ("verify", "nation.run"),
]
ON_TWO_WORKERS = ("run", "nation.store", "--out", "workers.run", "--workers", "2")


def why_not():
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return "unshare or ip is not installed (Debian: util-linux, iproute2)"
    allowed = subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True, check=False).returncode == 0
    return "" if allowed else "this machine allows no namespaces"


def fordel(folder, *arguments):
    """Run the program without a network, all its attempts to reach beyond this machine refused and written down."""
    watched = [sys.executable, "-m", "tests.hostile.guarded_sockets", folder / "attempts", *arguments]
    return subprocess.run(
        [*WITHOUT_NETWORK, "sh", "-c", LOOPBACK_UP, "sh", *watched],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


@pytest.mark.long
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be made")
def test_the_whole_way_needs_no_network_and_asks_for_none(tmp_path, evidence):
    for command in (*THE_WHOLE_WAY, ON_TWO_WORKERS):
        ended = fordel(tmp_path, *command)
        assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
    assert (tmp_path / "attempts").read_text("utf-8") == ""
    done("verify", tmp_path / "workers.run")
    evidence.note("S10", "a command without a network, from registers to pages", len(THE_WHOLE_WAY) + 1, "0 attempts")


def test_the_guard_sees_an_attempt(tmp_path):
    code = "import socket; from tests.hostile.guarded_sockets import watch; import os; watch(1)\n" + (
        "try: socket.create_connection(('192.0.2.1', 80), 1)\nexcept PermissionError: print('refused')"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "192.0.2.1" in ended.stdout and "refused" in ended.stdout


@pytest.fixture
def no_sockets(monkeypatch):
    """Refuse every socket of Python; pyarrow's own would be refused by their addresses, none of which is a path."""

    def none(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", none)
    monkeypatch.setattr("socket.getaddrinfo", none)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_is_fetched_from_a_declaration(address, tmp_path, no_sockets, evidence):
    directory = write_delivery(tmp_path / "delivery")
    declaration = directory / "registers.toml"
    text = declaration.read_text("utf-8")
    declaration.write_text(text.replace('"population.parquet"', json.dumps(address)), "utf-8")
    code, message = refused("ingest", directory, "--store", tmp_path / "store", "--quiet")
    assert code in (10, 11) and "population" in message
    evidence.note("S10", "an address on a network given as a path", 1, "refused, nothing fetched")


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_is_fetched_that_a_command_names(address, tmp_path, no_sockets, monkeypatch, evidence):
    monkeypatch.chdir(tmp_path)
    commands = [("check", address), ("refit", address), ("clinics", "run", "--decisions", address)]
    commands += [("synth", "--out", address), ("synth", "--store", address), ("run", "store", "--out", address)]
    for command in commands:
        ended = call(*command)
        assert ended.exit_code in (2, 11, 13) or isinstance(ended.exception, FordelError), (command, ended.output)
    assert list(tmp_path.iterdir()) == []
    evidence.note("S10", "an address on a network given as a path", 1, "refused, nothing fetched")
