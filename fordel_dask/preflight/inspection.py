"""Asking a cluster what it is: the essentials before every run, everything for ``fordel cluster check``."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fordel_dask.graph import Executor
from fordel_dask.graph.asking import Answer, Answers, ask_cluster, wait_for_workers
from fordel_dask.preflight.sight import Sight, look, look_closely

ANSWER_SECONDS = 30.0
JOINING_SECONDS = 60.0


@dataclass(frozen=True)
class Survey:
    """What this process sees, what every process of the cluster answered, and when it was asked.

    ``store`` was to be seen and ``expected`` workers to be there; ``local`` ones are processes of this command.
    """

    here: Sight
    answers: Answers
    asked: tuple[float, float]
    store: Path | None = None
    expected: int = 1
    local: bool = False

    @property
    def seeing(self) -> tuple[Answer, ...]:
        """Workers that answered."""
        return tuple(one for one in self.answers.workers if one.failure is None)


def survey_cluster(cluster: Executor, store: Path | None, expected: int, local: bool) -> Survey:
    """Ask every worker for all that a long run needs of it, and the scheduler for the essentials.

    It is waited a while until ``expected`` workers are there.
    """
    landmarks = (str(store / "manifest.json"),) if store else ()
    wait_for_workers(cluster, expected, JOINING_SECONDS)
    of_worker = partial(look_closely, landmarks, str(store) if store else None)
    said = _survey(cluster, of_worker, look_closely(landmarks, None))
    return replace(said, store=store, expected=expected, local=local)


def survey_essentials(cluster: Executor, landmarks: Sequence[Path]) -> Survey:
    """Ask every process for its versions, its program and what it sees of some files: one quick round."""
    names = tuple(map(str, landmarks))
    return _survey(cluster, partial(look, names), look(names))


def _survey(cluster: Executor, of_worker: "partial[Sight]", here: Sight) -> Survey:
    begun = time.time()
    answers = ask_cluster(cluster, of_worker, partial(look, ()), ANSWER_SECONDS)
    return Survey(here, answers, (begun, time.time()))
