"""The tables of goals, R1–R20 of reliability and S1–S12 of security: what was tried, how often, what came of it.

python -m benchmarks.reliability.table benchmarks/reliability/results/NAME [README.md] [--check]

The lines come from ``pytest -m "long or not long" --evidence FILE``: every test that shows a goal notes what it
has just shown. R16 is measured by ``benchmarks.cluster.growth``; its results of the same NAME are taken.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.cluster.table import goal_rows
from benchmarks.measured.markdown import table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

HERE = Path(__file__).parent
MARK, SECURITY = "reliability", "security"
LETTERS = {MARK: "R", SECURITY: "S"}
"""Which goals stand in the table of a mark, by the letter of their ids."""

EVIDENCE = "evidence.jsonl"
Lines = dict[str, dict[str, tuple[int, list[str]]]]


def goals(mark: str = MARK) -> dict[str, str]:
    """Give the goals of a table in order."""
    return {row["id"]: row["goal"] for row in lines_of(HERE / "goals.csv") if row["id"].startswith(LETTERS[mark])}


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
    rows = goal_rows(lines_of(HERE.parent / "cluster" / "results" / name / "growth.csv"))
    return {
        f"own memory of a worker from {first} to {last} citizens, {what}": (1, [f"grows by {rise}: {verdict}"])
        for what, first, last, _, rise, verdict in rows
    }


def goal_table(evidence: Lines, mark: str = MARK) -> Iterator[str]:
    yield from table(("", "goal", "what was done", "times", "result"), evidence_rows(evidence, mark), "lllrl")


def evidence_rows(evidence: Lines, mark: str) -> Iterator[tuple[str, ...]]:
    """Give the rows of the table; a goal without evidence says so."""
    for goal, text in goals(mark).items():
        shown = evidence.get(goal, {})
        if not shown:
            yield goal, text, "not shown in this run", "–", "–"
        for n, (done, (times, results)) in enumerate(shown.items()):
            first = ("", "") if n else (goal, text)
            yield *first, done, f"{times:,}", told(results)


def told(results: Sequence[str], most: int = 2) -> str:
    more = len(results) - most
    return " · ".join(results[:most]) + (f" · … ({more} more)" if more > 0 else "")


def about(results: Path) -> str:
    machine = machine_of(results)
    return (
        f"Shown on {machine['measured_on'][:10]} on {machine['cores']} cores, Python {machine['python']}, distributed "
        f"{machine['packages']['distributed']}; kept in `benchmarks/reliability/results/{results.name}`, made by "
        f'`pytest -m "long or not long" --evidence FILE` and `python -m benchmarks.reliability.table`.'
    )


def tables(results: Path) -> dict[str, str]:
    """Give the tables by their marks."""
    evidence = evidence_in(results) | {"R16": growth_in(results.name)}
    return {mark: "\n".join((about(results), "", *goal_table(evidence, mark))) for mark in LETTERS}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
