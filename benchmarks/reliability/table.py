"""The table of goals R1–R20: what was done to the program, how often, and what came of it.

python benchmarks/reliability/table.py benchmarks/reliability/results/NAME [README.md] [--check]

The lines come from ``pytest -m "long or not long" --evidence FILE``: every test that shows a goal notes what it
has just shown. R16 is measured by ``benchmarks/cluster/growth.py``; its results of the same NAME are taken.
"""

import csv
import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "scale"))  # scripts, not a package: they share the writing of tables

from readme import write_or_check  # noqa: E402

MARK = "reliability"
EVIDENCE = "evidence.jsonl"
Lines = dict[str, dict[str, tuple[int, list[str]]]]


def goals() -> dict[str, str]:
    """Give the goals in order."""
    with (HERE / "goals.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["goal"] for row in csv.DictReader(file)}


def evidence_in(results: Path) -> Lines:
    """Give, by goal and by what was done, how often it was done and the different results."""
    lines: Lines = {}
    for text in (results / EVIDENCE).read_text("utf-8").splitlines():
        line = json.loads(text)
        times, told = lines.setdefault(line["goal"], {}).get(line["done"], (0, []))
        further = [] if line["result"] in told else [line["result"]]
        lines[line["goal"]][line["done"]] = times + line["times"], [*told, *further]
    return lines


def growth_in(name: str) -> dict[str, tuple[int, list[str]]]:
    """Give what the growth benchmark of this name has shown of memory, as lines of evidence, if there is one."""
    cluster = HERE.parent / "cluster"
    spec = importlib.util.spec_from_file_location("cluster_table", cluster / "table.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rows = script.goal_rows(script.lines_of(cluster / "results" / name / "growth.csv"))
    return {
        f"own memory of a worker from {first} to {last} citizens, {what}": (1, [f"grows by {rise}: {verdict}"])
        for what, first, last, _, rise, verdict in rows
    }


def table(evidence: Lines) -> Iterator[str]:
    """Give the table; a goal without evidence says so."""
    yield "|  | goal | what was done | times | result |"
    yield "|---|---|---|---:|---|"
    for goal, text in goals().items():
        shown = evidence.get(goal, {})
        if not shown:
            yield f"| {goal} | {text} | not shown in this run | – | – |"
        for n, (done, (times, results)) in enumerate(shown.items()):
            yield f"| {goal if not n else ''} | {text if not n else ''} | {done} | {times:,} | {told(results)} |"


def told(results: Sequence[str], most: int = 2) -> str:
    more = len(results) - most
    return " · ".join(results[:most]) + (f" · … ({more} more)" if more > 0 else "")


def about(results: Path) -> str:
    machine = json.loads((results / "machine.json").read_text("utf-8"))
    return (
        f"Shown on {machine['measured_on'][:10]} on {machine['cores']} cores, Python {machine['python']}, distributed "
        f"{machine['packages']['distributed']}; kept in `benchmarks/reliability/results/{results.name}`, made by "
        f'`pytest -m "long or not long" --evidence FILE` and `benchmarks/reliability/table.py`.'
    )


def tables(results: Path) -> dict[str, str]:
    """Give the table by its mark."""
    evidence = evidence_in(results) | {"R16": growth_in(results.name)}
    return {MARK: "\n".join((about(results), "", *table(evidence)))}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
