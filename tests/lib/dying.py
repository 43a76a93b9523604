"""Runs ``fordel`` until a given moment of a run, and is killed there by SIGKILL: ``dying.py MOMENT ARGUMENTS``."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from fordel_dask import kept, pipeline, rundir
from fordel_dask.cli import main
from fordel_dask.cli.progress import ProgressLines

MOMENTS = {
    "before the registers are read": (pipeline, "plan_facts"),
    "when all facts are made and not yet listed": (pipeline, "keep_facts"),
    "when the facts are listed": (pipeline, "prepare"),
    "when the sample is summed": (pipeline, "estimate_weights"),
    "before the weights are summed": (pipeline, "area_needs"),
    "when the sums of weights are written": (kept, "write_sums"),
    "before the run is written": (rundir, "_write_files"),
    "before the run is published": (rundir, "put_in_place"),
    "when the run is published": (rundir, "_forget"),
}
HALF = "when half of the facts are made"


def die(*_: Any, **__: Any) -> Any:
    """Be killed: nothing is tidied up, no handler is called."""
    os.kill(os.getpid(), signal.SIGKILL)


def second_time(first: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function do its work once, and be killed when it is called again."""
    calls: list[int] = []

    def called(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        return first(*arguments, **named) if len(calls) == 1 else die()

    return called


def die_when_half_is_done(self: ProgressLines, stage: str) -> Callable[[int, int], None]:
    """Stand for the progress of a stage."""
    return lambda done, of: die() if stage.startswith("registers") and done >= of // 2 else None


if __name__ == "__main__":
    moment = sys.argv.pop(1)
    if moment == HALF:
        ProgressLines.__call__ = die_when_half_is_done  # type: ignore[method-assign]
    else:
        module, name = MOMENTS[moment]
        twice = name in ("_forget", "write_sums")
        setattr(module, name, second_time(getattr(module, name)) if twice else die)
    main()
