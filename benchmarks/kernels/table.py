"""The table of kernels in Markdown, made from a results folder.

``python -m benchmarks.kernels.table RESULTS README.md`` writes it between the two marker lines of
README.md; without README.md it is printed.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured.markdown import kept, plain, table, write_or_check
from benchmarks.measured.processes import MIB, lines_of, machine_of

MARK = "kernels"
INSTRUCTIONS = "instructions.csv"
Line = dict[str, str]
HEADER = (
    "",
    "rows",
    "ns a row",
    "NumPy ÷ kernel",
    "of the least",
    "pandas ÷ kernel",
    "kernel ÷ copy",
    "MiB kernel",
    "MiB NumPy",
    "instructions a row",
    "of NumPy",
)


def rows_of(lines: list[Line], counts: dict[tuple[str, str], str]) -> Iterator[tuple[str, ...]]:
    """Give a row for every comparison."""
    by_way = {(line["name"], line["way"]): line for line in lines}
    for name in dict.fromkeys(line["name"] for line in lines):
        kernel, numpy, pandas = (by_way.get((name, way)) for way in ("kernel", "numpy", "pandas"))
        least = float(numpy["least_seconds"]) / float(kernel["least_seconds"])
        yield (
            f"`{name}`" if kernel["kernels"] == "1" else f"{name} ({kernel['kernels']} kernels)",
            f"{int(kernel['rows']):,}",
            plain(float(kernel["ns_a_row"])),
            times(numpy),
            f"{plain(least)} ×",
            times(pandas),
            f"{plain(float(kernel['times_copy']))} ×",
            f"{int(kernel['peak_bytes']) / MIB:.1f}",
            f"{int(numpy['peak_bytes']) / MIB:.1f}",
            *(counts.get((name, way), "–") for way in ("kernel", "numpy")),
        )


def times(line: Line | None) -> str:
    return "–" if line is None else f"{plain(float(line['times_kernel']))} ×"


def counted(results: Path) -> dict[tuple[str, str], str]:
    """Give instructions a row by comparison and way, if they were counted."""
    return {(line["name"], line["way"]): plain(float(line["a_row"])) for line in lines_of(results / INSTRUCTIONS)}


def markdown(results: Path) -> str:
    """Give what stands between the marker lines."""
    machine = machine_of(results)
    versions = ", ".join(f"{name} {machine['packages'][name]}" for name in ("numba", "numpy", "pandas"))
    about = (
        f"Arrays of a partition of {machine['citizens']:,} citizens, one thread of {machine['processor']}; {versions}. "
        f"Seconds of the core, medians of a run; *of the least* is the ratio of the shortest calls. *Copy* copies "
        f"as many bytes as a call cannot but touch. MiB are the peak that a call adds, its answer among it. "
        f"{kept(results, machine, 'benchmarks.kernels.run')}. All answers are equal."
    )
    return "\n".join((about, "", *table(HEADER, rows_of(lines_of(results / "kernels.csv"), counted(results)))))


def main() -> None:
    write_or_check(__doc__, lambda results: {MARK: markdown(results)})


if __name__ == "__main__":
    main()
