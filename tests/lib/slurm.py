"""A small SLURM of its own: a controller and two nodes, all of them this machine, in a directory that goes again."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scancel", "scontrol")
NODES = ("a", "b")
PATIENCE_SECONDS = 300
ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"})
CONFIGURATION = """\
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=60
PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP
"""


@dataclass(frozen=True)
class Job:
    """A job as the controller knows it."""

    state: str
    exit_code: int
    nodes: int


class Slurm:
    """The commands of a SLURM that runs."""

    def __init__(self, configuration: Path) -> None:
        self.world = {**os.environ, "SLURM_CONF": str(configuration)}

    def say(self, *command: object) -> str:
        """Give what a command of SLURM prints."""
        words = [str(word) for word in command]
        return subprocess.run(
            words, env=self.world, capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS
        ).stdout.strip()

    def submit(self, folder: Path, script: Path, *command: object, options: tuple[str, ...] = ()) -> str:
        """Submit a job from a directory; gives its number."""
        return self.say("sbatch", "--parsable", f"--chdir={folder}", *options, script, *command)

    def job(self, number: str) -> Job:
        """Give the state of a job."""
        words = dict(word.split("=", 1) for word in self.say("scontrol", "show", "job", number).split() if "=" in word)
        return Job(words["JobState"], int(words["ExitCode"].split(":")[0]), int(words["NumNodes"].split("-")[0]))

    def ended(self, number: str) -> Job:
        """Wait until a job has ended and its processes are gone."""
        wait_until(lambda: self.job(number).state in ENDED, f"job {number} ends")
        return self.job(number)


def wait_until(condition, what):
    """Wait until a condition holds, with an end."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < patience, f"waited {PATIENCE_SECONDS} s in vain until {what}"
        time.sleep(0.2)


def missing_programs() -> list[str]:
    """Give the programs of SLURM that are not installed here."""
    places = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
    return [program for program in PROGRAMS if shutil.which(program, path=places) is None]


@contextlib.contextmanager
def running_slurm():
    """Start controller and nodes, and end them and all their jobs after."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as name, contextlib.ExitStack() as daemons:
        folder = Path(name)  # short, because the path of a socket must be
        configuration = configure(folder)
        slurm = Slurm(configuration)
        slurm.world["PATH"] += os.pathsep + "/usr/sbin"
        munged = [f"--{kind}-file={folder}/munge.{kind}" for kind in ("key", "pid", "log", "seed")]
        start(slurm, daemons, "munged", "--foreground", "--force", f"--socket={folder}/munge.socket", *munged)
        wait_until((folder / "munge.socket").exists, "munged answers")
        start(slurm, daemons, "slurmctld", "-D", "-f", configuration)
        for node in NODES:
            start(slurm, daemons, "slurmd", "-D", "-N", node, "-f", configuration)
        wait_until(lambda: idle_nodes(slurm) == len(NODES), "all nodes are idle")
        try:
            yield slurm
        finally:
            slurm.say("scancel", f"--user={getpass.getuser()}")
            wait_until(lambda: idle_nodes(slurm) == len(NODES), "all jobs are gone")


def configure(folder: Path) -> Path:
    """Write a configuration with ports that are free, and a key for munge."""
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    host, (controller, *ports) = socket.gethostname().split(".")[0], free_ports(1 + len(NODES))
    nodes = "".join(
        f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=8 RealMemory=64000 State=UNKNOWN\n"
        for node, port in zip(NODES, ports, strict=True)
    )
    values = {"host": host, "controller": controller, "folder": folder, "user": getpass.getuser()}
    configuration = folder / "slurm.conf"
    configuration.write_text(nodes + CONFIGURATION.format(**values), "utf-8")
    return configuration


def free_ports(count: int) -> list[int]:
    """Give ports of loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def start(slurm: Slurm, daemons: contextlib.ExitStack, *command: object) -> None:
    """Start a daemon that ends with the stack."""
    log = daemons.enter_context((Path(slurm.world["SLURM_CONF"]).parent / "daemons.log").open("ab"))
    process = subprocess.Popen([str(word) for word in command], env=slurm.world, stdout=log, stderr=log)
    daemons.callback(process.wait, PATIENCE_SECONDS)
    daemons.callback(process.terminate)


def idle_nodes(slurm: Slurm) -> int:
    """Give how many nodes wait for work."""
    try:
        return slurm.say("sinfo", "--noheader", "--Node", "--format=%T").split().count("idle")
    except subprocess.CalledProcessError:
        return 0  # the controller does not answer yet
