"""The whole job by everybody: fresh processes in turns, measured from outside, equal numbers or no results.

python -m benchmarks.peers.run --name NAME [--citizens 6000000] [--data DIR] [--peers duckdb polars]
python -m benchmarks.peers.run --name NAME --registers DIR --store STORE

Writes steps.csv, nation.json, machine.json and config.toml to benchmarks/peers/results/NAME, after every process,
so that a run that is broken off keeps what it has. What is measured, and how, stands in benchmarks/README.md.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measured.commands import leave_out
from benchmarks.measured.nations import warm_kernels
from benchmarks.measured.places import (
    claim,
    environment_of,
    environment_with,
    fordel_program,
    place_of_results,
    remove,
    snapshot,
)
from benchmarks.measured.processes import (
    DidNotFitError,
    Limits,
    Usage,
    lines_of,
    machine,
    measure,
    write_csv,
    write_json,
)
from benchmarks.scale.run import citizens_of, rows_of_tables

HERE = Path(__file__).parent
OURS = "ours"
RAW, OWN, STORE, FACTS = "raw", "own", "ours", "facts"
PREPARATION = ""  # stands in the place of a model
HEADER = (
    *("case", "peer", "layout", "model", "round", "seconds", "cpu_seconds", "peak_mib"),
    *("read_mib", "written_mib", "disk_read_mib", "disk_written_mib", "stages", "note"),
)
Stages = dict[str, float]


def printed_stages(printed: str) -> Stages:
    """Give the seconds of stages as ``benchmarks.peers.one`` prints them."""
    return dict(json.loads(printed))


@dataclass(frozen=True)
class Step:
    """One process: whose, from which layout, by which model (none: a preparation), and how to start it.

    ``leaves`` is removed before; ``stages`` tells seconds by stage from what it printed; ``numbers`` is where it
    leaves numbers to hold against ours; ``cold`` are directories whose files leave the page cache before it starts.
    """

    peer: str
    layout: str
    model: str
    command: tuple[str, ...]
    leaves: tuple[Path, ...] = ()
    stages: Callable[[str], Stages] = printed_stages
    numbers: Path | None = None
    cold: tuple[Path, ...] = ()
    fresh_cache: bool = False


Turn = Sequence[Step]


@dataclass
class Bench:
    """The configuration, the places, who takes part, what was measured so far, and who did not fit."""

    config: dict[str, Any]
    data: Path
    results: Path
    registers: Path
    store: Path
    offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    unfit: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def threads(self) -> str:
        return str(self.config["threads"])

    @property
    def limits(self) -> Limits:
        return Limits(self.config["memory_gib"] * 1024, self.config["step_seconds"])

    def own(self, peer: str) -> Path:
        return self.data / "own" / peer

    def expected(self, model: str) -> Path:
        """Give the file of our numbers by a model."""
        return self.data / f"ours-{model}.json"

    def start(self, step: Step) -> tuple[Usage, str]:
        """Start a process and wait for its end, unmeasured or not."""
        for left in step.leaves:
            remove(left)
        for folder in step.cold:
            leave_page_cache(folder)
        with tempfile.TemporaryDirectory(dir=self.data) as spare:
            environment = environment_with(Path(spare) / "cache") if step.fresh_cache else environment_of(self.data)
            return measure(step.command, {**environment, "TMPDIR": spare}, limits=self.limits)

    def measure(self, case: str, step: Step, number: int) -> None:
        """Measure a process, note it, and hold its numbers against ours.

        Raises
        ------
        DidNotFitError
            It needed more memory or time than there is.
        """
        usage, printed = self.start(step)
        if step.numbers:
            self.compare(step)
        moved = (usage.moved.read, usage.moved.written, usage.moved.disk_read, usage.moved.disk_written)
        figures = (f"{usage.seconds:.3f}", f"{usage.cpu_seconds:.3f}", f"{usage.peak_mib:.1f}")
        stages = json.dumps({stage: round(seconds, 4) for stage, seconds in step.stages(printed).items()})
        self.note(case, step, number, (*figures, *(f"{mib:.1f}" for mib in moved), stages, ""))

    def note(self, case: str, step: Step, number: int, figures: Sequence[str]) -> None:
        """Keep a line, say it, and write all lines so far."""
        self.steps.append((case, step.peer, step.layout, step.model, number, *figures))
        seconds, cpu, peak, *_, note = figures
        what = f"{case:<15}{step.peer:<11}{step.layout:<7}{step.model:<22}{number:>3}"
        print(what, note or f"{seconds:>9} s {cpu:>9} cpu s {peak:>8} MiB", flush=True)
        write_csv(self.results / "steps.csv", HEADER, self.steps)

    def compare(self, step: Step) -> None:
        """End everything if numbers are not ours, to the last digit."""
        assert step.numbers is not None
        found, ours = (json.loads(path.read_text("utf-8")) for path in (step.numbers, self.expected(step.model)))
        wrong = [name for name in ours if found.get(name) != ours[name]]
        if wrong:
            remove(self.results)
            raise SystemExit(
                f"{step.peer} from the layout '{step.layout}' gives other {', '.join(wrong)} than ours by the model "
                f"'{step.model}'. No results are kept."
            )

    def fits(self, peer: str, layout: str) -> bool:
        return (peer, layout) not in self.unfit

    def medians(self, case: str, peer: str, model: str) -> dict[str, float]:
        """Give the median seconds of a peer's processes in a case, by layout."""
        seconds: dict[str, list[float]] = {}
        for step in self.steps:
            if (step[0], step[1], step[3]) == (case, peer, model) and step[5]:
                seconds.setdefault(step[2], []).append(float(step[5]))
        return {layout: statistics.median(found) for layout, found in seconds.items()}


def leave_page_cache(folder: Path) -> None:
    """Ask the kernel to drop the files of a directory from the page cache (it keeps those that others have mapped)."""
    for path in filter(Path.is_file, folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)  # what is not on disk yet would stay
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def fordel(*arguments: object) -> tuple[str, ...]:
    return (fordel_program(), *map(str, arguments), "--json")


def ingest_step(bench: Bench, registers: Path, store: Path) -> Step:
    command = fordel("ingest", registers, "--store", store, "--threads", bench.threads)
    leaves = tuple(store.with_name(store.name + end) for end in ("", ".keys", ".partial", ".quarantine"))
    return Step(OURS, OWN, PREPARATION, command, leaves, lambda _: {})


def run_step(bench: Bench, store: Path, model: str, fresh: bool = False, **how: Any) -> Step:
    """Give ``fordel run``: from the registers of a store, or from the facts that an earlier run has left."""
    out = bench.data / "run"

    def stages(_printed: str) -> Stages:
        seconds: Stages = json.loads((out / "manifest.json").read_text("utf-8"))["machine"]["seconds"]
        return seconds

    options = ("--model", model_file(model), "--threads", bench.threads, *(("--fresh",) if fresh else ()))
    return Step(
        OURS, STORE if fresh else FACTS, model, fordel("run", store, "--out", out, *options), (out,), stages, **how
    )


def model_file(model: str) -> Path:
    return HERE / "models" / f"{model}.toml"


def one(bench: Bench, peer: str, layout: str, source: Path, *options: object) -> tuple[str, ...]:
    given = (peer, layout, source, "--threads", bench.threads, *options)
    return (sys.executable, "-m", "benchmarks.peers.one", *map(str, given))


def job_step(bench: Bench, peer: str, layout: str, model: str, **how: Any) -> Step:
    """Give the job done by a peer from one of its layouts."""
    source = {RAW: bench.registers, STORE: bench.store}.get(layout, bench.own(peer))
    numbers = bench.data / "numbers.json"
    options = ("--store", bench.store, "--model", model_file(model), "--out", numbers)
    return Step(peer, layout, model, one(bench, peer, layout, source, *options), (numbers,), numbers=numbers, **how)


def prepare_steps(bench: Bench, peer: str, layout: str) -> list[Step]:
    """Give what leads from the extracts to a layout of a peer's own."""
    own = bench.own(peer)
    command = one(bench, peer, OWN, bench.registers, "--prepare", own)
    steps = [Step(peer, OWN, PREPARATION, command, (own,))]
    if layout == FACTS and bench.offers[peer]["facts_apart"]:
        steps.append(Step(peer, FACTS, PREPARATION, one(bench, peer, FACTS, own, "--prepare", own)))
    return steps


def layouts_of(bench: Bench, peer: str) -> list[str]:
    return [layout for layout in bench.offers[peer]["layouts"] if layout in (STORE, OWN, FACTS, RAW)]


def finest_own(bench: Bench, peer: str) -> str:
    """Give the layout of a peer's own that holds most: with facts, if it makes any."""
    return FACTS if FACTS in layouts_of(bench, peer) else OWN


def check(bench: Bench) -> None:
    """Let everybody do the job once from every layout, unmeasured, and hold the numbers against ours."""
    for model in dict.fromkeys((bench.config["model"], *bench.config["models"])):
        options = ("--model", model_file(model), "--out", bench.expected(model))
        measure(one(bench, OURS, STORE, bench.store, *options), environment_of(bench.data))
    bench.start(run_step(bench, bench.store, bench.config["model"]))
    check_published(bench.data / "run" / "clinics.csv", bench.expected(bench.config["model"]))
    for peer in bench.offers:
        for step in prepare_steps(bench, peer, finest_own(bench, peer)):
            attempt(bench, step, bench.start)
        for layout in layouts_of(bench, peer):
            if bench.fits(peer, layout):
                attempt(bench, job_step(bench, peer, layout, bench.config["model"]), lambda s: check_step(bench, s))


def check_published(clinics: Path, numbers: Path) -> None:
    """Hold what the command writes against the numbers that peers are held against."""
    published = {
        line["ydernummer"]: [
            int(line["patients"]),
            int(line["weighted_patients"].replace(".", "")),  # nine decimals
            int(line["minimum_patients"]) if line["minimum_patients"] else None,
        ]
        for line in lines_of(clinics)
    }
    if published != json.loads(numbers.read_text("utf-8"))["clinics"]:
        raise SystemExit("'fordel run' publishes other numbers than its pipeline gives. No results are kept.")


def check_step(bench: Bench, step: Step) -> None:
    bench.start(step)
    bench.compare(step)
    print(f"the same numbers: {step.peer}, {step.layout}", flush=True)


def attempt(bench: Bench, step: Step, work: Callable[[Step], object]) -> bool:
    """Do some work of a step; tell whether it fitted, and remember what did not."""
    try:
        work(step)
    except DidNotFitError as error:
        needs_it = (OWN, FACTS) if step.model == PREPARATION and step.layout == OWN else (step.layout,)
        bench.unfit |= {(step.peer, layout): f"did not fit: {error}" for layout in needs_it}
        print(f"{step.peer}, {step.layout}: did not fit, {error}", flush=True)
        return False
    return True


def measure_case(bench: Bench, case: str, turns: Sequence[Turn]) -> None:
    """Measure turns in rounds, every other round in reverse order; who did not fit is noted once and left out."""
    for number in range(1, bench.config["rounds"][case] + 1):
        for turn in turns if number % 2 else reversed(turns):
            for step in turn:
                fits = bench.fits(step.peer, step.layout)
                if not (fits and attempt(bench, step, lambda step, n=number: bench.measure(case, step, n))):
                    if number == 1 or fits:
                        nothing = ("",) * (len(HEADER) - 6)
                        bench.note(case, step, number, (*nothing, bench.unfit[step.peer, step.layout]))
                    break


def prepare(bench: Bench) -> Iterator[Turn]:
    """Extracts → the layout of one's own; ours is an ingest."""
    yield [ingest_step(bench, bench.registers, bench.data / "another.store")]
    for peer in bench.offers:
        yield prepare_steps(bench, peer, finest_own(bench, peer))


def rows(bench: Bench) -> Iterator[Turn]:
    """One model, from every layout that was prepared; ours from the registers and from facts."""
    model = bench.config["model"]
    yield [run_step(bench, bench.store, model, fresh=True)]
    yield [run_step(bench, bench.store, model)]
    for peer in bench.offers:
        for layout in layouts_of(bench, peer):
            if layout != RAW:
                yield [job_step(bench, peer, layout, model)]


def ten(bench: Bench) -> Iterator[Turn]:
    """One preparation and then ten models, from the layout of one's own that takes the least time in all."""
    store, models = bench.data / "another.store", bench.config["models"]
    yield [ingest_step(bench, bench.registers, store), *(run_step(bench, store, model) for model in models)]
    for peer in bench.offers:
        layout = best_for_many(bench, peer)
        jobs = (job_step(bench, peer, layout, model) for model in models)
        yield [*prepare_steps(bench, peer, layout), *jobs]


def best_for_many(bench: Bench, peer: str) -> str:
    """Give the layout that many models take the least time from, by what was measured; facts must be made first."""
    runs = bench.medians("rows", peer, bench.config["model"])
    made = bench.medians("prepare", peer, PREPARATION)
    layouts = [layout for layout in (FACTS, OWN) if layout in layouts_of(bench, peer) and bench.fits(peer, layout)]
    if not layouts or not all(layout in runs for layout in layouts):
        return finest_own(bench, peer)

    def all_in_all(layout: str) -> float:
        making = made.get(FACTS, 0.0) if layout == FACTS else 0.0
        return making + len(bench.config["models"]) * runs[layout]

    return min(layouts, key=all_in_all)


def one_shot(bench: Bench) -> Iterator[Turn]:
    """From extracts to published numbers, once; ours ingests and runs."""
    store, model = bench.data / "another.store", bench.config["model"]
    yield [ingest_step(bench, bench.registers, store), run_step(bench, store, model, fresh=True)]
    for peer in bench.offers:
        if RAW in layouts_of(bench, peer):
            yield [job_step(bench, peer, RAW, model)]


def cold_files(bench: Bench) -> Iterator[Turn]:
    """The same from files that are not in the page cache."""
    model = bench.config["model"]
    yield [run_step(bench, bench.store, model, fresh=True, cold=(bench.store,))]
    yield [run_step(bench, bench.store, model, cold=(bench.store,))]
    for peer in bench.config["cold_peers"]:
        for layout in layouts_of(bench, peer) if peer in bench.offers else ():
            if layout != RAW:
                folder = bench.store if layout == STORE else bench.own(peer)
                yield [job_step(bench, peer, layout, model, cold=(folder,))]


def cold_kernels(bench: Bench) -> Iterator[Turn]:
    """Ours with nothing compiled, and with files that are not in the page cache."""
    yield [run_step(bench, bench.store, bench.config["model"], fresh=True, cold=(bench.store,), fresh_cache=True)]


def small_store(bench: Bench) -> Path:
    """Make the store of the smallest nation, unmeasured, if it is missing."""
    registers, store = bench.data / "small", bench.data / "small.store"
    if not store.exists():
        invent(bench, bench.config["small_citizens"], registers)
        bench.start(ingest_step(bench, registers, store))
    return store


def start_up(bench: Bench) -> Iterator[Turn]:
    """Ours on the smallest nation, its files not in the page cache."""
    small = small_store(bench)
    yield [run_step(bench, small, bench.config["model"], fresh=True, cold=(small,))]


def cold_start_up(bench: Bench) -> Iterator[Turn]:
    """Start-up with nothing compiled."""
    small = small_store(bench)
    yield [run_step(bench, small, bench.config["model"], fresh=True, cold=(small,), fresh_cache=True)]


CASES = {
    case.__name__: case for case in (prepare, rows, one_shot, cold_files, cold_kernels, start_up, cold_start_up, ten)
}
"""In this order: the last one may leave peers without their facts."""


def invent(bench: Bench, citizens: int, registers: Path) -> None:
    """Make the extracts of a nation, unmeasured."""
    remove(registers)
    nation = ("--citizens", citizens, "--seed", bench.config["seed"], "--history", bench.config["history"])
    command = fordel("synth", *nation, "--out", registers, "--threads", bench.threads)
    measure(command, environment_of(bench.data))


def begin(bench: Bench) -> None:
    """Make what is missing, unmeasured: compiled kernels, extracts and store."""
    warm_kernels(environment_of(bench.data))
    if not bench.registers.exists():
        invent(bench, bench.config["citizens"], bench.registers)
    if not bench.store.exists():
        bench.start(ingest_step(bench, bench.registers, bench.store))


def offers_of(bench: Bench, peers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Ask who can take part (in a process of its own: what they load must not be the memory of ours)."""
    command = (sys.executable, "-m", "benchmarks.peers.catalogue", *peers)
    offers: dict[str, dict[str, Any]] = json.loads(measure(command, environment_of(bench.data))[1])
    return offers


def begin_results(bench: Bench, absent: dict[str, str]) -> None:
    """Write what is known before anything is measured; older results of this name are replaced."""
    remove(bench.results)
    bench.results.mkdir(parents=True)
    nation = {"citizens": citizens_of(bench.store), "rows": rows_of_tables(bench.store)}
    write_json(bench.results / "nation.json", nation)
    about = {"threads": bench.config["threads"], "absent": absent}
    write_json(bench.results / "machine.json", {**machine(), **about})
    (bench.results / "config.toml").write_text(snapshot(bench.config), "utf-8")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the results")
    parser.add_argument("--citizens", type=int, help="size of the nation (config.toml)")
    parser.add_argument("--data", type=Path, help="directory of all that is made (config.toml)")
    parser.add_argument("--registers", type=Path, help="extracts that 'fordel synth' has made; only read")
    parser.add_argument("--store", type=Path, help="their prepared store; runs leave facts in it")
    parser.add_argument("--peers", nargs="+", help="only these")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="only these")
    parser.add_argument("--rounds", type=int, help="so many rounds of every case (config.toml)")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="directory that results are kept in")
    parser.add_argument("--config", type=Path, default=HERE / "config.toml")
    parser.add_argument("--keep", action="store_true", help="leave the data")
    return parser.parse_args()


def configured(given: argparse.Namespace) -> dict[str, Any]:
    config = tomllib.loads(given.config.read_text("utf-8"))
    config["citizens"] = given.citizens or config["citizens"]
    config["peers"] = given.peers or config["peers"]
    if given.rounds:
        config["rounds"] = dict.fromkeys(config["rounds"], given.rounds)
    return config


def main() -> None:
    given = options()
    config = configured(given)
    data = (given.data or Path(config["data"])).resolve()
    if given.store and not given.registers:
        raise SystemExit("A store comes with its extracts: give --registers too.")
    if missing := [path for path in (given.registers, given.store) if path and not path.exists()]:
        raise SystemExit(f"There is no {missing[0]}.")
    registers = given.registers or data / f"registers-{config['citizens']}"
    store = given.store or data / f"store-{config['citizens']}"
    bench = Bench(config, data, place_of_results(given.results, given.name), registers.resolve(), store.resolve())
    claim(bench.data)
    offers = offers_of(bench, config["peers"])
    absent = {name: offer["absent"] for name, offer in offers.items() if "absent" in offer}
    bench.offers = {name: offer for name, offer in offers.items() if name not in absent}
    for name, why in absent.items():
        leave_out(name, why)
    begin(bench)
    check(bench)
    begin_results(bench, absent)
    for case, turns in CASES.items():
        if case in given.cases:
            measure_case(bench, case, list(turns(bench)))
    from benchmarks.peers.chart import draw  # only now: a child begins with the memory of its parent

    draw(bench.results)
    if not given.keep:
        remove(bench.data)
    print(f"Results in {bench.results}")


if __name__ == "__main__":
    main()
