"""What every Dask process of ours is told, whoever starts it: client, local workers, recipes of ``cluster/``."""

from collections.abc import Mapping
from typing import Any

CONNECT_SECONDS = 30
FROZEN_SECONDS = 60
NO_WORKERS_SECONDS = 120
START_SECONDS = 300
"""Local workers: on a machine that does thirty other things, a process takes a minute to start."""
CLOSE_SECONDS = 20
PATIENCE_SECONDS = 1800
"""Without any task ending; a frozen worker, lost workers and a silent scheduler are noticed much sooner."""
ALLOWED_DEATHS = 3
PRELOAD = "fordel_dask.graph.preload"
KEPT_BYTES = str(256 * 1024 * 1024)

SETTINGS: Mapping[str, Any] = {
    # rows of people must never reach a scratch disk, and our results are too small to be worth spilling
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": 0.85,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.daemon": True,
    # every wait has an end: a frozen worker is given up, a task that kills workers too
    "distributed.scheduler.worker-ttl": f"{FROZEN_SECONDS} s",
    "distributed.scheduler.allowed-failures": ALLOWED_DEATHS,
    "distributed.scheduler.no-workers-timeout": f"{NO_WORKERS_SECONDS} s",
    "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS} s",
    "distributed.comm.timeouts.tcp": f"{FROZEN_SECONDS} s",
    # a worker is blamed for what it runs, not for what waits in it: our tasks are long enough to be fetched one by one
    "distributed.scheduler.worker-saturation": 1.0,
    # a killed local worker is started again: on a busy machine that takes longer than the 15 s Dask would wait
    "distributed.deploy.lost-worker-timeout": f"{FROZEN_SECONDS} s",
    # logs and the scheduler's memory of failures hold arguments of tasks: keep little of it
    "distributed.admin.low-level-log-length": 100,
    "distributed.admin.max-error-length": 500,
    "distributed.diagnostics.erred-tasks.max-history": 1,
    # even without a dashboard Dask opens a port for pages about tasks, workers and logs, which ask nobody who they are
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # nobody looks at profiles: looking at every stack a hundred times a second would cost a few hundredths
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "5 s",
    # threads belong to Dask; memory given back at once is asked for again at once, at twice the time
    "distributed.nanny.pre-spawn-environ.OMP_NUM_THREADS": "1",
    "distributed.nanny.pre-spawn-environ.MKL_NUM_THREADS": "1",
    "distributed.nanny.pre-spawn-environ.OPENBLAS_NUM_THREADS": "1",
    "distributed.nanny.pre-spawn-environ.NUMBA_NUM_THREADS": "1",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": KEPT_BYTES,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": KEPT_BYTES,
}
"""Dask settings by dotted name. Certificates are not among them: ``fordel cluster certs`` writes those beside them."""

NEVER_OTHERWISE = frozenset({"distributed.worker.memory.target", "distributed.worker.memory.spill"})
"""Settings that no configuration of an operator changes; all others may be set by DASK_CONFIG or DASK_… variables."""
