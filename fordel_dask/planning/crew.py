"""Who would work: threads of this process, local processes, or a cluster that exists; and what they may take."""

from dataclasses import dataclass
from typing import Any

from fordel_dask.graph.executor import Executor, Place, default_threads, open_executor
from fordel_dask.planning.machine import Machine
from fordel_dask.registers.memory import Crew

USUAL_SHARE, MOST_SHARE = 0.5, 0.8
"""Of the machine's memory: what is taken where nobody says, and what is taken rather than refuse."""


@dataclass(frozen=True)
class Allowance:
    """Bytes that may be taken: as was said with ``--memory``, else a share of what there is."""

    memory: int
    most: int
    given: bool
    there: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """What to try, the smallest first."""
        return (self.memory,) if self.given else (self.memory, self.most)

    def taken(self, peak: int) -> int:
        """Give the smallest of the sizes that holds a peak; the largest if none does."""
        return next((size for size in self.sizes if peak <= size), self.sizes[-1])


def allowance_of(given: int | None, machine: Machine, memory_of_worker: int = 0) -> Allowance:
    """Give what may be taken: of this machine, or of one worker of a cluster that exists."""
    there = memory_of_worker or machine.memory
    if given:
        return Allowance(min(given, there), min(given, there), True, there)
    return Allowance(int(there * USUAL_SHARE), int(there * MOST_SHARE), False, there)


def crew_of(place: Place, executor: Executor) -> tuple[Crew, int]:
    """Give who works, and the memory of a worker of a cluster that exists (0: this machine's memory counts)."""
    if place.workers:
        return Crew(place.workers, place.threads or 1, led=True), 0
    cluster: Any = executor
    if place.scheduler or place.scheduler_file:
        machines = cluster.processes
        return Crew(threads=max(cluster.width // machines, 1), machines=machines), cluster.memory_of_worker
    return Crew(threads=executor.width), 0


def crew_beforehand(place: Place) -> tuple[Crew, int]:
    """Give who would work, asking only a cluster that exists."""
    if place.workers:
        return Crew(place.workers, place.threads or 1, led=True), 0
    if not place.scheduler and not place.scheduler_file:
        return Crew(threads=place.threads or default_threads()), 0
    with open_executor(place) as executor:
        return crew_of(place, executor)
