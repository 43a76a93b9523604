"""Faults of a cluster: worker processes found and hurt while they work; and how much longer a busy machine may take."""

import os
import random
import signal

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
