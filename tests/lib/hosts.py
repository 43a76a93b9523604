"""Machines to test a cluster on: network namespaces with their own addresses and names, one switch between them.

They share the file system, as the machines of a cluster share a directory. Needs root and iproute2.
"""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

ENDING_SECONDS = 20
NUMBERS = itertools.count()


def why_no_hosts():
    """Say why machines cannot be made here, or nothing."""
    if not shutil.which("ip") or not shutil.which("unshare"):
        return "network namespaces need iproute2 and util-linux"
    probe = f"fordel{os.getpid()}p"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return "" if made else "network namespaces need root and CAP_SYS_ADMIN, which this place does not give"


@dataclass
class Processes:
    """Programs that were started, and are ended together, whatever they have started themselves."""

    log: Path
    running: list = field(default_factory=list)

    def start(self, command, env=None, name="process"):
        """Start a program; what it says goes to a log."""
        with (self.log / f"{len(self.running):02}-{name}.log").open("w") as file:
            process = subprocess.Popen(
                list(map(str, command)),
                env={**os.environ, **(env or {})},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def logs(self):
        """Give all that was said, for a message of failure."""
        return "\n".join(f"--- {file.name}\n{file.read_text('utf-8')[-2000:]}" for file in sorted(self.log.iterdir()))

    def end(self):
        """End every process group that was started here."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        end = time.monotonic() + ENDING_SECONDS
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(end - time.monotonic(), 0.1))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Hosts:
    """Machines by name, with addresses 10.77.0.1, 10.77.0.2 … in the order of their names."""

    def __init__(self, names):
        self._tag = f"fo{os.getpid() % 10000}{next(NUMBERS)}"  # several sets of machines may stand at once
        self._switch = f"{self._tag}sw"
        self.address = {name: f"10.77.0.{n}" for n, name in enumerate(names, 1)}

    def __enter__(self):
        try:
            self._ip("netns", "add", self._switch)
            self._ip("-n", self._switch, "link", "add", "switch", "type", "bridge")
            self._ip("-n", self._switch, "link", "set", "switch", "up")
            for name in self.address:
                self._add(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in (*map(self._namespace, self.address), self._switch):
            self._end_processes(name)
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def _end_processes(self, namespace):
        """End what still runs on a machine: programs that were started there to go on by themselves."""
        found = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=False)
        for process in map(int, found.stdout.split()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _namespace(self, name):
        return f"{self._tag}{name}"

    def _ip(self, *words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def _add(self, name):
        namespace, cable = self._namespace(name), f"to-{name}"
        self._ip("netns", "add", namespace)
        self._ip("-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", cable, "netns", self._switch)
        self._ip("-n", self._switch, "link", "set", cable, "master", "switch", "up")
        self._ip("-n", namespace, "address", "add", f"{self.address[name]}/24", "dev", "eth0")
        for link in ("eth0", "lo"):
            self._ip("-n", namespace, "link", "set", link, "up")
        # a machine looks up its own address by asking for the way out
        self._ip("-n", namespace, "route", "add", "default", "dev", "eth0")

    def on(self, name, command):
        """Give the command that runs another one on a machine, which bears its name there."""
        script = 'hostname "$0" && exec "$@"'
        return ["ip", "netns", "exec", self._namespace(name), "unshare", "--uts", "sh", "-c", script, name, *command]

    def write_ssh(self, folder):
        """Write a program ``ssh`` that runs a command on one of these machines, in a home of its own."""
        folder.mkdir()
        script = f'''#!/bin/sh
mkdir -p "{folder}/$1" && cd "{folder}/$1" || exit 1
exec ip netns exec "{self._tag}$1" unshare --uts sh -c 'hostname "$0" && exec sh -c "$1"' "$1" "$2"
'''
        (folder / "ssh").write_text(script, "utf-8")
        (folder / "ssh").chmod(0o755)

    def pull_the_plug(self, name):
        """Cut a machine off from all others."""
        self._ip("-n", self._switch, "link", "set", f"to-{name}", "down")
