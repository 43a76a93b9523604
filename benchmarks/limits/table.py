"""The table of the limits, in Markdown, made from a results folder.

``python -m benchmarks.limits.table RESULTS README.md`` writes it between the marker lines ``limits`` of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md it is printed.
"""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measured.markdown import kept, picture, plain, spread, table, write_or_check
from benchmarks.measured.processes import lines_of, machine_of

MARK = "limits"
JOBS = {
    "decode": "decoding its columns",
    "decode_checked": "… with checksums verified",
    "copy": "copying them in memory",
    "ideal": "one add a row, decoded before",
    "pass": "our pass, facts dropped",
    "pass_kept": "our pass, facts kept",
}
OURS = ("pass", "pass_kept")
FLOOR = ("decode_checked", "ideal")  # whoever reads checked files and touches each row once does both
Lines = Sequence[dict[str, str]]


def of_stores(lines: Lines) -> list[list[dict[str, str]]]:
    """Give the pairs of every store, the smallest nation first."""
    sizes = sorted({int(line["citizens"]) for line in lines})
    return [[line for line in lines if int(line["citizens"]) == size] for size in sizes]


def seconds_of(pairs: Lines, *jobs: str) -> list[float]:
    """Give the seconds of jobs one after the other, pair by pair."""
    return [sum(float(pair[job]) for job in jobs) for pair in pairs]


def times_decoding(results: Path, citizens: int) -> list[float]:
    """Give our pass ÷ merely decoding its columns, pair by pair; nothing if no nation of this size was measured."""
    pairs = [line for line in lines_of(results / "limits.csv") if int(line["citizens"]) == citizens]
    return [ours / theirs for ours, theirs in zip(*(seconds_of(pairs, job) for job in ("pass", "decode")), strict=True)]


def gigabytes_a_second(pairs: Lines, *jobs: str) -> list[float]:
    """Give how many of the decoded bytes are gone over in a second, in 10⁹ bytes, pair by pair."""
    return [int(pairs[0]["bytes"]) / 1e9 / seconds for seconds in seconds_of(pairs, *jobs)]


def rows(pairs: Lines) -> Iterator[tuple[str, ...]]:
    """Give the rows of one store's table: the limits, the floor that two of them make, and ours."""
    limits = [(name, (job,)) for job, name in JOBS.items() if job not in OURS]
    both = ("**floor: checked decoding, then one add a row**", FLOOR)
    ours = [(f"**{JOBS[job]}**", (job,)) for job in OURS]
    for name, jobs in (*limits, both, *ours):
        seconds = seconds_of(pairs, *jobs)
        yield (
            name,
            f"{plain(statistics.median(seconds))}{spread(seconds)}",
            plain(statistics.median(gigabytes_a_second(pairs, *jobs))),
            f"{plain(int(pairs[0]['rows']) / statistics.median(seconds) / 1e6)} M",
            *(distance(pairs, ours, jobs) for ours in OURS),
        )


def distance(pairs: Lines, ours: str, jobs: Sequence[str]) -> str:
    """Give the median of our seconds as a multiple of those of other jobs, pair by pair."""
    if (ours,) == tuple(jobs):
        return "1"
    ratios = [a / b for a, b in zip(seconds_of(pairs, ours), seconds_of(pairs, *jobs), strict=True)]
    return f"{plain(statistics.median(ratios))} ×{spread(ratios)}"


def blocks(results: Path) -> Iterator[str]:
    """Give the table of every store, with what it holds."""
    for pairs in of_stores(lines_of(results / "limits.csv")):
        first = {name: int(pairs[0][name]) for name in ("citizens", "partitions", "rows", "bytes")}
        yield (
            f"{first['citizens']:,} citizens in {first['partitions']} partition(s): {first['rows']:,} rows, "
            f"{first['bytes'] / 1e9:.2g} GB decoded."
        )
        header = ("", "seconds", "GB/s", "rows/s", "our pass ÷ it", "kept ÷ it")
        yield "\n".join(table(header, rows(pairs)))


def about(results: Path) -> str:
    machine = machine_of(results)
    return (
        f"{machine['threads']} threads on {machine['cores']} cores of {machine['processor']}; one process, in turns, "
        f"median (smallest–largest), ratios pair by pair; GB are decoded bytes. "
        f"{kept(results, machine, 'benchmarks.limits.run')}."
    )


def tables(results: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    parts = (about(results), *blocks(results), picture(results / "limits.svg", "our pass beside its limits"))
    return {MARK: "\n\n".join(part for part in parts if part)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
