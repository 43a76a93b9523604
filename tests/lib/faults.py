"""Faults of a cluster: worker processes found and hurt while they work; and how much longer a busy machine may take."""

import os
import random
import signal
import subprocess
import sys
import time

import psutil

from fordel_dask.cli.progress import ProgressLines


def slowness():
    """Give how many times longer things may take now, by the load of this machine."""
    return max(1.0, 2 * os.getloadavg()[0] / os.cpu_count())


def workers_of(pid):
    """Give the local worker processes of a process."""
    children = psutil.Process(pid).children(recursive=True)
    return [child for child in children if is_worker(child)]


def is_worker(process):
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False


class Disturbed(ProgressLines):
    """Progress that hurts a random worker at chosen moments, each while tasks of a stage are still under way."""

    def __init__(self, seed, hurts, among, how=signal.SIGKILL):
        super().__init__(quiet=True)
        self.random = random.Random(seed)
        self.moments = set(self.random.sample(range(among), hurts))
        self.how = how
        self.hurt = []
        self._reports = 0

    def __call__(self, stage):
        report = super().__call__(stage)

        def disturbing(done, total):
            report(done, total)
            if done < total:
                if self._reports in self.moments:
                    self._hurt_one(stage)
                self._reports += 1

        return disturbing

    def _hurt_one(self, stage):
        victim = self.random.choice(workers_of(os.getpid()))
        os.kill(victim.pid, self.how)
        self.hurt.append((stage, victim.pid))


class OwnCluster:
    """A scheduler and workers of this machine in processes of their own, as an operator starts them."""

    def __init__(self, folder, workers=2, **settings):
        self.file = folder / "scheduler.json"
        own = {f"DASK_DISTRIBUTED__{name}": value for name, value in settings.items()}
        environment = {**os.environ, **own}
        self._how = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": (folder / "cluster.log").open("ab")}
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.workers = [self._start("worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]

    def _start(self, role, *options):
        command = [sys.executable, "-m", "dask", role, "--scheduler-file", str(self.file), "--no-dashboard", *options]
        return subprocess.Popen(command, **self._how)

    def __enter__(self):
        wait_until(self.file.is_file)
        return self

    def __exit__(self, *_):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._how["stderr"].close()


def wait_until(condition, seconds=60):
    """Wait until something holds."""
    patience = time.monotonic() + seconds * slowness()
    while not condition() and time.monotonic() < patience:
        time.sleep(0.005)
    assert condition()


def start_run(store, out, *place):
    """Start ``fordel run`` as a terminal does; what it says there is kept."""
    command = [sys.executable, "-m", "fordel_dask", "run", store, "--out", out, "--fresh", "--quiet", *place]
    told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(list(map(str, command)), **told, start_new_session=True)


def facts_in(store):
    """Count the partitions whose facts are there: how far a run is."""
    return sum(1 for _ in store.rglob("part-*.arrow"))
