"""All benchmarks one after the other, then all tables: one command.

python -m benchmarks --name NAME [--citizens 6000000] [--data DIR] [--only scale ingest …]
python -m benchmarks --tiny      # every benchmark at its smallest size, to see that all of them still work
python -m benchmarks --list

Results of NAME are kept in benchmarks/SUITE/results/NAME, tables are written into README.md, benchmarks/README.md and
cluster/README.md, wherever these have marker lines for them. A suite that fails does not keep the others from being
measured; the exit code is 1 then. Nothing else should run on the machine, but for ``--tiny``: it measures nothing that
counts, all suites at once, and leaves nothing behind.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measured.commands import LEFT_OUT, leave_out
from benchmarks.measured.places import REPOSITORY, SHARED_KERNELS, environment_of_modules
from benchmarks.measured.processes import cores, ending_of

HERE = Path(__file__).parent
READMES = (REPOSITORY / "README.md", HERE / "README.md", REPOSITORY / "cluster" / "README.md")
TINY_NAME = "tiny"
TINY_COUNTS = ("--sizes", "100", "200", "--turns", "1", "--only", "exposure_days")  # callgrind takes its time


@dataclass(frozen=True)
class Part:
    """One command of a suite: its module, which takes ``--name`` and ``--results``, and what else it may be told.

    ``sized``: ``--citizens``, the largest nation. ``placed``: ``--data``, where it works. ``needs``: a program without
    which it is left out. ``tiny``: what makes it small; with nothing here, the suite's tiny.toml does.
    """

    module: str
    sized: bool = True
    placed: bool = True
    needs: str = ""
    tiny: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """A directory of benchmarks with a module ``table``, and the commands that fill its results."""

    name: str
    what: str
    parts: tuple[Part, ...] = (Part("run"),)

    def module(self, name: str) -> str:
        return f"benchmarks.{self.name}.{name}"


SUITES = (
    Suite("scale", "the main job at national size, held against its goals"),
    Suite("ingest", "the way in: `fordel ingest` and `fordel check`"),
    Suite("limits", "our pass beside decoding, memory and the least of work"),
    Suite("growth", "slopes of time and memory against citizens, rows, partitions, threads and workers"),
    Suite(
        "kernels",
        "every kernel beside other ways of the same work",
        (
            Part("run", sized=False, placed=False, tiny=("--citizens", "2000", "--seconds", "0.01")),
            Part("instructions", sized=False, placed=False, needs="valgrind", tiny=TINY_COUNTS),
        ),
    ),
    Suite(
        "cluster",
        "memory of workers, two workers against one, the scheduler of a cluster",
        (Part("growth"), Part("pairs"), Part("scheduler", sized=False)),
    ),
    Suite(
        "truth",
        "estimators and intervals held against planted weights, on nations drawn in memory",
        (Part("run", sized=False, placed=False),),
    ),
    Suite("scenarios", "all variants of the consultation together, one alone, break-even, beside whole runs"),
    Suite("release", "disclosure control of a whole release: how long, and how much is shown"),
    Suite("report", "pages, letters and workbooks of `fordel report`: how long, and how large"),
    Suite("peers", "the same job done with other libraries"),
)


@dataclass(frozen=True)
class Order:
    """What is measured under which name, of which size (none: as configured), where, and whether all of it is tiny."""

    name: str
    citizens: int | None
    data: Path | None
    results: Path | None
    tiny: bool

    def results_of(self, suite: Suite) -> Path:
        return self.results / suite.name if self.results else HERE / suite.name / "results"

    def options(self, suite: Suite, part: Part) -> tuple[str, ...]:
        """Give the options that one command of a suite is started with."""
        options = ["--name", self.name, "--results", str(self.results_of(suite))]
        if self.data and part.placed:
            options += ["--data", str(self.data / suite.name)]
        if self.citizens and part.sized:
            options += ["--citizens", str(self.citizens)]
        if self.tiny:
            options += part.tiny or ("--config", str(HERE / suite.name / "tiny.toml"))
        return tuple(options)


def start(module: str, *options: str, tiny: bool) -> str:
    """Run a module of ours in a process of its own; gives what went wrong.

    If all is tiny it shares kernels with the others, and of what it prints only that is told which was left out, and
    the end if it failed.
    """
    heard = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if tiny else {}
    environment = {**environment_of_modules(), **({SHARED_KERNELS: "1"} if tiny else {})}
    command = (sys.executable, "-m", module, *options)
    ended = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, text=True, **heard)
    said = ended.stdout or ""
    print("".join(line for line in said.splitlines(keepends=True) if line.startswith(LEFT_OUT)), end="", flush=True)
    return f"{module} {ending_of(ended.returncode)}\n{said[-2000:]}" if ended.returncode else ""


def present(suite: Suite) -> Iterator[Part]:
    """Give the parts of a suite whose programs are installed, and say which are left out."""
    for part in suite.parts:
        if part.needs and shutil.which(part.needs) is None:
            leave_out(suite.module(part.module), f"{part.needs} is not installed")
        else:
            yield part


def measure(order: Order, suite: Suite) -> str:
    """Measure a suite and make its tables; gives what went wrong first."""
    begun = time.perf_counter()
    results = str(order.results_of(suite) / order.name)
    readmes: tuple[tuple[str, ...], ...] = ((),) if order.tiny else tuple((str(r), "--marked") for r in READMES)
    steps = (
        *((suite.module(part.module), *order.options(suite, part)) for part in present(suite)),
        *((suite.module("table"), results, *readme) for readme in readmes),
    )
    failed = next(filter(None, (start(*step, tiny=order.tiny) for step in steps)), "")
    print(f"{suite.name:<10}{time.perf_counter() - begun:>8.0f} s{' failed' if failed else ''}", flush=True)
    return failed


def measure_all(order: Order, suites: Sequence[Suite]) -> int:
    """Measure suites, one at a time; if all of it is tiny, as many as keep the cores busy. Gives the exit code."""
    at_once = cores() + 1 if order.tiny else 1
    with ThreadPoolExecutor(at_once) as pool:
        failed = dict(zip((suite.name for suite in suites), pool.map(partial(measure, order), suites), strict=True))
    for name, what in failed.items():
        if what:
            print(f"{name} failed: {what}", file=sys.stderr)
    return 1 if any(failed.values()) else 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [suite.name for suite in SUITES]
    parser.add_argument("--name", help="name of the results")
    parser.add_argument("--citizens", type=int, help="the largest nation (each suite's config.toml)")
    parser.add_argument("--data", type=Path, help="directory of what is made and deleted again (config.toml)")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="SUITE", help="only these suites")
    parser.add_argument("--tiny", action="store_true", help="smallest sizes, results into a temporary directory")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    given = parser.parse_args(argv)
    suites = [suite for suite in SUITES if suite.name in given.only]
    if given.list:
        print("\n".join(f"{s.name:<10}{s.what} ({', '.join(s.module(p.module) for p in s.parts)})" for s in suites))
        return 0
    if given.tiny:
        with tempfile.TemporaryDirectory() as folder:
            tiny = Order(TINY_NAME, None, Path(folder) / "data", Path(folder) / "results", True)
            return measure_all(tiny, suites[::-1])  # the last take longest
    if not given.name:
        parser.error("--name is needed: results are kept under it")
    return measure_all(Order(given.name, given.citizens, given.data and given.data.resolve(), None, False), suites)


if __name__ == "__main__":
    sys.exit(main())
