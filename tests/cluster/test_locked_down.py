"""What the compose file starts, started with what a container gives it, by hand: no Docker is needed.

User 10001 without a name or a home, no capability, a read-only root, tmpfs on /tmp, no network but
its own loopback: the commands and variables are read from ``compose.yaml`` and ``Dockerfile``.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import Manner, run_store
from fordel_dask.graph import Place
from tests.lib.nations import write_nation
from tests.lib.recipes import COMPOSE, DOCKERFILE, ROOT, compose

LOCKED = ROOT / "tests" / "lib" / "locked.sh"
NAMESPACES = ("unshare", "--mount", "--net", "--pid", "--ipc", "--fork")
USER = 10001
SILENT = ProgressLines(quiet=True)
PATIENCE_SECONDS = 600
ASK_EVERY_PORT = """
import socket, ssl
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
rows = [line.split() for line in open("/proc/net/tcp").readlines()[1:]]
for place in [row[1] for row in rows if row[3] == "0A" and not row[1].startswith("0100007F")]:
    with socket.create_connection(("127.0.0.1", int(place[-4:], 16)), 30) as plain:
        context.wrap_socket(plain).close()
    print(place[-4:])
"""


def why_not():
    """Give why no container can be made by hand here, empty if one can."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return "only root can make a container by hand"
    missing = [name for name in ("unshare", "setpriv", "chroot", "ip") if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed (Debian: util-linux, iproute2)"
    allowed = subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode == 0
    return "" if allowed else "this machine allows no namespaces"


pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be made")]


def environment_of_image():
    """Give the variables of the image but its PATH."""
    (line,) = (line for line in DOCKERFILE.read_text("utf-8").splitlines() if line.startswith("ENV "))
    return " ".join(word for word in line.split()[1:] if not word.startswith("PATH="))


def started(service):
    """Give the shell line of a service of the compose file."""
    section = compose()["services"][service]
    variables = [f"{name}={value}" for name, value in section.get("environment", {}).items()]
    return " ".join(["env", *variables, *(shlex.quote(word) for word in section["command"])])


def check_of_readme():
    """Give the preflight that the README tells, as the service of the run would start it."""
    readme = (COMPOSE.parent / "README.md").read_text("utf-8")
    (check,) = re.findall(r"docker compose run --rm fordel (fordel cluster check .*)", readme)
    return f"env DASK_CONFIG={compose()['services']['fordel']['environment']['DASK_CONFIG']} {check}"


def script(commands):
    services = compose()["services"]
    return "\n".join(
        [
            "set -eu",
            f"export PATH={commands}:/usr/bin:/bin PYTHONPATH={ROOT} {environment_of_image()}",
            "cd /data",
            "if touch /written 2>/dev/null; then exit 90; fi",
            f"{started('certs')} > /dev/null",
            f"{started('scheduler')} > /tmp/scheduler.log 2>&1 &",
            f"until {shlex.join(services['scheduler']['healthcheck']['test'][1:])}; do sleep 0.2; done",
            *[f"{started('worker')} > /tmp/worker-{n}.log 2>&1 &" for n in range(services["worker"]["scale"])],
            f"for ask in 1 2 3 4; do {check_of_readme()} && break; done",
            f"{started('fordel')} || {{ code=$?; cat /tmp/*.log; exit $code; }}",
            f"{shlex.join([sys.executable, '-c', ASK_EVERY_PORT])} > ports_with_tls",
        ]
    )


def results(run):
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}


def test_the_services_of_compose_run_with_nothing_but_what_they_are_given(tmp_path, evidence):
    data, commands = tmp_path / "data", tmp_path / "commands"
    data.mkdir()
    commands.mkdir()
    write_nation(tmp_path / "registers", seed=21, citizens=2500)
    ingest_registers(tmp_path / "registers", tmp_path / "nation.store", 8, Place(threads=1), SILENT)
    shutil.copytree(tmp_path / "nation.store", data / "nation.store")
    run_store(
        tmp_path / "nation.store",
        tmp_path / "threads.run",
        "national-2025",
        Manner(fresh=True),
        Place(threads=1),
        SILENT,
    )
    for path in (data, *data.rglob("*")):
        os.chown(path, USER, USER)
    for name, module in {"fordel": "fordel_dask", "dask": "dask"}.items():
        (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', "utf-8")
        (commands / name).chmod(0o755)
    (tmp_path / "script").write_text(script(commands), "utf-8")
    (tmp_path / "script").chmod(0o644)
    (tmp_path / "root").mkdir()
    seen = [ROOT, Path(sys.base_prefix), Path(sys.prefix), commands]
    done = subprocess.run(
        [*NAMESPACES, "sh", LOCKED, tmp_path / "root", data, tmp_path / "script", *seen],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert results(data / "nation.run") == results(tmp_path / "threads.run")
    assert (data / "nation.run").stat().st_uid == USER
    assert len((data / "ports_with_tls").read_text("utf-8").split()) >= 3, "scheduler and workers"
    evidence.note("R5", "scheduler, workers and run as in a locked container, against threads", 1, "the same bytes")
    evidence.note(
        "S10",
        "cluster and run with loopback only: no name, home or capability, system read-only",
        1,
        "the same bytes as outside; every port speaks TLS",
    )
