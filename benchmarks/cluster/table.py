"""The tables of growth, pairs, scheduler and the model on paper, in Markdown, made from a results folder.

``python -m benchmarks.cluster.table RESULTS README.md`` writes them between the marker lines that README.md has:
``growth``, ``pairs``, ``scheduler`` and ``paper``; ``--check`` changes nothing and ends with exit code 1 if README.md
says something else. Without README.md they are printed. What was not measured has no table.
"""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measured.markdown import kept, spread, table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

GROWTH_GOAL, PAIRS_GOAL = 0.05, 1.6
FROM, TO = 6_000_000, 24_000_000
STAGES_OF = {"run": {"facts": ("registers → facts",), "passes": ("citizens → cells",)}}
REST = "start and end"
Lines = Sequence[dict[str, str]]
Peaks = dict[tuple[int, int], float]


def stages(growth: Lines) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give what is shown: command, its name in the table, and the stages that belong to it (none: all)."""
    for command in dict.fromkeys(line["command"] for line in growth):
        for name, of in STAGES_OF.get(command, {command: ()}).items():
            yield command, name, of


def chosen(growth: Lines, command: str, of: tuple[str, ...]) -> list[dict[str, str]]:
    """Give the lines of processes in the stages of a command."""
    mine = [x for x in growth if x["command"] == command and x["process"] != "all"]
    return [x for x in mine if x["stage"] in of] if of else mine


def peaks(lines: Lines, process: str, column: str) -> Peaks:
    """Give the largest peak of any leader or worker, by citizens and number of workers."""
    found: Peaks = {}
    for line in lines:
        if line["process"].startswith(process):
            at = int(line["citizens"]), int(line["workers"])
            found[at] = max(found.get(at, 0.0), float(line[column]))
    return found


def growth_of(found: Peaks, workers: int) -> tuple[int, int, float] | None:
    """Give by how much the straight line through the peaks from 6 to 24 million rises, as a share of where it begins.

    Of nations of other sizes: from the smallest to the largest. The two sizes come first.
    """
    points = sorted((citizens, peak) for (citizens, crew), peak in found.items() if crew == workers)
    meant = [(citizens, peak) for citizens, peak in points if FROM <= citizens <= TO]
    inside = meant if len(meant) > 1 else points
    if len(inside) < 2:
        return None
    slope, begin = statistics.linear_regression(*zip(*inside, strict=True))
    first, last = inside[0][0], inside[-1][0]
    return first, last, slope * (last - first) / (begin + slope * first)


def growth_tables(growth: Lines) -> Iterator[str]:
    yield from table(("own memory of a worker", "from", "to", "goal", "grows by", ""), goal_rows(growth))
    yield ""
    header = (
        "citizens",
        "workers",
        "what",
        "seconds",
        "of the cores",
        "worker: own",
        "mapped too",
        "shared in part",
        "leader: own",
    )
    yield from table(header, process_rows(growth), "rrlrrrrrr")


def goal_rows(growth: Lines) -> Iterator[tuple[str, ...]]:
    for command, name, of in stages(growth):
        lines = chosen(growth, command, of)
        for workers in sorted({int(line["workers"]) for line in lines}):
            found = growth_of(peaks(lines, "worker", "anonymous_mib"), workers)
            if found is not None:
                first, last, rise = found
                verdict = "met" if rise <= GROWTH_GOAL else f"**missed** by {rise - GROWTH_GOAL:.1%}"
                sizes = f"{first:,}", f"{last:,}"
                yield f"{name}, workers: {workers}", *sizes, f"≤ {GROWTH_GOAL:.0%}", f"{rise:.1%}", verdict


def process_rows(growth: Lines) -> Iterator[tuple[str, ...]]:
    for citizens in sorted({int(line["citizens"]) for line in growth}):
        for command, name, of in stages(growth):
            lines = [x for x in chosen(growth, command, of) if int(x["citizens"]) == citizens]
            for workers in sorted({int(line["workers"]) for line in lines}):
                mine = [line for line in lines if int(line["workers"]) == workers]
                yield f"{citizens:,}", str(workers), name, *figures(growth, mine, bool(of))


def figures(growth: Lines, mine: Lines, staged: bool) -> Iterator[str]:
    """Give seconds of clock and cores, and peaks; of a whole command those of the command, start and end included."""
    if staged:
        yield f"{sum({x['stage']: float(x['seconds']) for x in mine}.values()):,.1f}"
        yield f"{sum(float(x['cpu_seconds']) for x in mine):,.1f}"
    else:
        key = ("citizens", "workers", "command")
        whole = next(x for x in growth if x["process"] == "all" and all(x[k] == mine[0][k] for k in key))
        yield from (f"{float(whole['seconds']):,.1f}", f"{float(whole['cpu_seconds']):,.1f}")
    for process, column in (
        *(("worker", column) for column in ("anonymous_mib", "rss_mib", "pss_mib")),
        ("leader", "anonymous_mib"),
    ):
        yield f"{max(peaks(mine, process, column).values(), default=0):,.0f}"


def pairs_table(pairs: Lines) -> Iterator[str]:
    ratios = {
        kind: [float(pair[f"{kind}_1"]) / float(pair[f"{kind}_2"]) for pair in pairs]
        for kind in ("facts", "threads", "total")
    }
    found = statistics.median(ratios["facts"])
    verdict = "met" if found >= PAIRS_GOAL else f"**missed** by {PAIRS_GOAL - found:.2f} ×"
    citizens = int(pairs[0]["citizens"])
    rows = [
        (f"the register pass, {citizens:,} citizens", f"≥ {PAIRS_GOAL} ×", faster(ratios["facts"]), verdict),
        ("… two threads against one of a single process, without Dask", "", faster(ratios["threads"]), ""),
        ("the whole run, with start and end", "", faster(ratios["total"]), ""),
    ]
    yield from table((f"two workers against one, {len(pairs)} pairs", "goal", "faster", ""), rows)


def faster(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ×{spread(ratios, '{:.2f}'.format)}"


def scheduler_table(scheduler: Lines) -> Iterator[str]:
    header = (
        *("stage", "tasks", "tasks a second", "scheduler, ms a task", "client, ms a task", "sent a task"),
        *("result", "longest answer", "no task ended for", "scheduler", "client"),
    )
    yield from table(header, map(scheduler_row, scheduler))


def scheduler_row(line: dict[str, str]) -> tuple[str, ...]:
    tasks = int(line["tasks"])
    return (
        f"`{line['stage']}`",
        f"{tasks:,}",
        f"{tasks / float(line['seconds']):,.0f}",
        f"{1000 * float(line['scheduler_cpu_seconds']) / tasks:,.2f}",
        f"{1000 * float(line['client_cpu_seconds']) / tasks:,.2f}",
        f"{int(line['argument_bytes']) / 1000:,.1f} kB",
        f"{int(line['result_bytes']) / 1000:,.1f} kB",
        f"{float(line['longest_answer_seconds']):.2f} s",
        f"{float(line['still_seconds']):.2f} s",
        f"{float(line['scheduler_mib']):,.0f} MiB",
        f"{float(line['client_mib']):,.0f} MiB",
    )


def about(results: Path, script: str, more: str) -> str:
    machine = machine_of(results)
    where = (
        f"{machine['cores']} cores of {machine['processor']} with {machine['memory_gib']} GiB; Python "
        f"{machine['python']}, distributed {machine['packages']['distributed']}."
    )
    return f"{more} {where} {kept(results, machine, f'benchmarks.cluster.{script}')}."


def tables(results: Path) -> dict[str, str]:
    """Give the tables of what was measured, by mark."""
    growth, pairs, scheduler = (lines_of(results / f"{name}.csv") for name in ("growth", "pairs", "scheduler"))
    made: dict[str, tuple[str, list[str]]] = {}
    if growth:
        more = "Memory in MiB; *own* is what a process holds itself, *mapped too* counts pages of files as well."
        made["growth"] = about(results, "growth", more), list(growth_tables(growth))
    if pairs:
        more = "Scheduler and client share the cores with the workers; median (smallest–largest)."
        made["pairs"] = about(results, "pairs", more), list(pairs_table(pairs))
    if scheduler:
        first = scheduler[0]
        more = (
            f"The tasks of {int(first['citizens']):,} citizens on {int(first['workers']):,} simulated workers that do "
            f"no work; scheduler, workers and client share one machine."
        )
        made["scheduler"] = about(results, "scheduler", more), list(scheduler_table(scheduler))
    if growth and scheduler:
        made["paper"] = paper_table(results)
    return {mark: "\n".join((text, "", *rows)) for mark, (text, rows) in made.items()}


def paper_table(results: Path) -> tuple[str, list[str]]:
    from benchmarks.cluster import paper  # it needs the program itself, the other tables do not
    from benchmarks.cluster.load import Size

    size = Size(paper.CITIZENS, paper.WORKERS)
    text = (
        f"{size.citizens:,} citizens on {size.workers} workers of one core, reckoned by "
        f"`python -m benchmarks.cluster.paper` from the measurements in `benchmarks/cluster/results/{results.name}`; "
        f"nobody has run this."
    )
    return text, paper.as_markdown(paper.lines_of(size, paper.read_measured(results)))


if __name__ == "__main__":
    write_or_check(__doc__, tables)
