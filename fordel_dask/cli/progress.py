"""Progress of long work: a live bar on a terminal, plain lines in a log, nothing when quiet."""

import sys
import time

from fordel_dask.graph.executor import Report

LOG_EVERY_SECONDS = 10.0
BAR_WIDTH = 24


class ProgressLines:
    """Gives a reporter for each stage, and remembers how long each stage took."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._last = 0.0
        self._reports: dict[str, Report] = {}
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str) -> Report:
        """Begin a stage and give its reporter."""
        begun = time.perf_counter()
        self._last = begun

        def report(done: int, total: int) -> None:
            self.seconds[stage] = time.perf_counter() - begun
            if not self._quiet:
                self._show(stage, done, total, self.seconds[stage])

        return report

    def show(self, stage: str, done: int, total: int) -> None:
        """Report on a stage by name, beginning it if it is new."""
        if stage not in self._reports:
            self._reports[stage] = self(stage)
        self._reports[stage](done, total)

    def say(self, text: str) -> None:
        """Say something beside the stages."""
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)

    def _show(self, stage: str, done: int, total: int, seconds: float) -> None:
        finished = done >= total
        if self._live:
            full = BAR_WIDTH * done // max(total, 1)
            bar = "█" * full + "░" * (BAR_WIDTH - full)
            print(
                f"\r{stage:<28} {bar} {done}/{total}  {seconds:5.1f} s", end="\n" if finished else "", file=sys.stderr
            )
        elif finished or time.perf_counter() - self._last > LOG_EVERY_SECONDS:
            self._last = time.perf_counter()
            print(f"{stage}: {done} of {total}, {seconds:.1f} s", file=sys.stderr)
        sys.stderr.flush()
