"""The tables of scenarios, in Markdown, made from a results folder.

``python -m benchmarks.scenarios.table RESULTS README.md`` writes them between the marker lines ``scenarios`` of
README.md; ``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md
they are printed.
"""

import statistics
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured.goals import Goal, goal_table
from benchmarks.measured.markdown import about_a_nation, plain, spread, table, write_or_check
from benchmarks.measured.processes import lines_of

MARK, BASE = "scenarios", "base"
SLOWEST = 5  # cases that are named
MINUTE = 60


@dataclass(frozen=True)
class Results:
    """What a results folder holds: a line for each process, and the seconds of each case's figures."""

    steps: list[dict[str, str]]
    cases: list[dict[str, str]]
    config: dict[str, Any]

    def of_step(self, step: str, column: str = "seconds") -> list[float]:
        return [float(line[column]) for line in self.steps if line["step"] == step and line[column]]

    def count(self, step: str, column: str) -> int:
        """Give how many cases a step has run, or how often it has gone over all citizens."""
        return int(max(self.of_step(step, column), default=0))

    def a_case(self) -> float:
        """Give the seconds that a case takes when all are run together, on facts that are kept."""
        return statistics.median(self.of_step("all_again")) / self.count("all_again", "cases")


def read_results(folder: Path) -> Results:
    config = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    return Results(lines_of(folder / "steps.csv"), lines_of(folder / "cases.csv"), config)


def goals(results: Results) -> Iterator[Goal]:
    """Hold what was measured against the goals."""
    what = together(results)
    gibibytes = [mib / 1024 for step in ("all_first", "all_again") for mib in results.of_step(step, "peak_mib")]
    yield Goal(f"{what}, the registers read first", 90, "s", results.of_step("all_first"))
    yield Goal("… again, on the facts kept by then", 90, "s", results.of_step("all_again"))
    yield Goal("… peak memory", 3, "GiB", gibibytes, worst=True)
    for kind in ("rules", "estimation"):
        for name in results.config[kind]:
            seconds = results.of_step(f"alone_{name}")
            yield Goal(f"{name} alone (only {kind}), after the first run, the slowest", 3, "s", seconds, worst=True)
    for name in results.config["whole_runs"]:
        ratios = [seconds / results.a_case() for seconds in results.of_step(f"run_{name}")]
        yield Goal(f"whole run of {name} ÷ a case of all together", None, "×", ratios)
    tried = results.count("search", "cases")
    yield Goal(f"break-even of {results.config['search']}, {tried} values tried", None, "s", results.of_step("search"))
    yield Goal("start-up: `fordel scenarios --list`", None, "s", results.of_step("list"))


def together(results: Results) -> str:
    """Name what is run together, and whether these data kept any packaged case from being run."""
    cases, passes = (results.count("all_first", column) for column in ("cases", "passes"))
    named, packaged = results.config["only"], results.count("list", "cases")
    what = f"{', '.join(named)} together" if named else "all runnable variants together"
    of_all = f" of {packaged}" if packaged > cases and not named else ""
    return f"{what}, {cases}{of_all} cases in {passes} passes over all citizens"


def names(results: Results) -> Iterator[tuple[str, str]]:
    """Give every step that was measured, and what it is called."""
    config = results.config
    yield from (("all_first", "together, the registers read first"), ("all_again", "together, on kept facts"))
    yield from ((f"alone_{name}", f"`--only {name}`") for name in (*config["rules"], *config["estimation"]))
    for name in config["whole_runs"]:
        model = "" if name == BASE else f" --model {name}"
        yield f"run_{name}", f"`fordel run{model} --no-intervals`"
    yield from (("search", f"`--search {config['search']} --for {config['search_for']}`"), ("list", "`--list`"))


def step_rows(results: Results) -> Iterator[tuple[str, ...]]:
    """Give what each process took, and for how many cases."""
    for step, name in names(results):
        seconds, cores = results.of_step(step), results.of_step(step, "cpu_seconds")
        if seconds:
            cases = results.count(step, "cases") or int(step.startswith("run_"))
            a_case = plain(statistics.median(seconds) / cases) if cases and step != "list" else "–"
            yield (
                name,
                f"{statistics.median(seconds):.1f}{spread(seconds, '{:.1f}'.format)}",
                f"{statistics.median(cores):.1f}",
                f"{max(results.of_step(step, 'peak_mib')):,.0f}",
                str(cases or "–"),
                " to ".join(passes_of(results, step)) or "–",
                a_case,
            )


def passes_of(results: Results, step: str) -> list[str]:
    """Give the least and the most passes of a step: the first of several may find less that is kept."""
    found = sorted({int(passes) for passes in results.of_step(step, "passes")})
    return [str(found[n]) for n in sorted({0, len(found) - 1})] if found else []


def spared(results: Results) -> str:
    """Say what as many whole runs would take, one after the other, and which cases' figures take longest."""
    variants = [name for name in results.config["whole_runs"] if name != BASE]
    runs = [seconds for name in variants for seconds in results.of_step(f"run_{name}")]
    again, cases = results.of_step("all_again"), results.count("all_again", "cases")
    said = []
    if runs and again:
        minutes, seconds = cases * statistics.median(runs) / MINUTE, statistics.median(again)
        said.append(
            f"A whole run for each of {cases} cases, one after the other, would take {plain(minutes)} minutes where "
            f"all together take {plain(seconds / MINUTE)}. Both ways {' and '.join(variants)} had the same numbers of "
            f"councils and clinics."
        )
    slowest = sorted(results.cases, key=lambda line: -float(line["seconds"]))[:SLOWEST]
    if slowest:
        told = ", ".join(f"{line['case']} {float(line['seconds']):.2f} s" for line in slowest)
        said.append(f"Figures that take longest, without the passes: {told}.")
    return " ".join(said)


def tables(folder: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    results = read_results(folder)
    header = ("", "seconds", "of the cores", "peak MiB", "cases", "passes", "seconds a case")
    about = about_a_nation(folder, results.config["citizens"], "benchmarks.scenarios.run")
    parts = (
        about,
        "\n".join(goal_table(goals(results))),
        "\n".join(table(header, step_rows(results))),
        spared(results),
    )
    return {MARK: "\n\n".join(part for part in parts if part)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
