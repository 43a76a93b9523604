"""The tables of a report, in Markdown, made from a results folder.

``python -m benchmarks.report.table RESULTS README.md`` writes them between the marker lines ``report`` of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md they are
printed.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measured.goals import Goal, goal_table
from benchmarks.measured.markdown import about_a_nation, table, write_or_check
from benchmarks.measured.processes import lines_of
from benchmarks.report.run import TOGETHER

MARK = "report"
NAMES = {
    "pages": "pages",
    "method": "the method in plain words",
    "letters": "letters as pages",
    "pdf": "letters as PDF",
    "workbooks": "workbooks",
    "evaluation": "pack for the evaluation",
    TOGETHER: "what is written if nothing else is asked for",
}


@dataclass(frozen=True)
class Results:
    """What a results folder holds: a line for each process, and files of each part by kind."""

    steps: list[dict[str, str]]
    files: list[dict[str, str]]
    config: dict[str, Any]

    def of_step(self, step: str) -> list[float]:
        return [float(line["seconds"]) for line in self.steps if line["step"] == step]

    def of_files(self, figure: str, step: str, kind: str) -> list[float]:
        """Give a figure of the files of a kind in a part; nothing where it has none."""
        return [float(line[figure]) for line in self.files if (line["step"], line["kind"]) == (step, kind)]


def goals(results: Results) -> Iterator[Goal]:
    """Hold what was measured against the goals."""
    letters = sum(results.of_files("files", "pdf", "pdf"))
    yield Goal("pages of the country, its regions and councils", 20, "s", results.of_step("pages"))
    yield Goal("letters as pages", None, "s", results.of_step("letters"))
    yield Goal(f"letters as PDF, {letters:,.0f} files", 120, "s", results.of_step("pdf"))
    yield Goal("workbooks", 20, "s", results.of_step("workbooks"))
    yield Goal("the method in plain words", None, "s", results.of_step("method"))
    yield Goal("the pack for the evaluation", None, "s", results.of_step("evaluation"))
    yield Goal(f"{NAMES[TOGETHER]}, in one command", None, "s", results.of_step(TOGETHER))
    yield Goal("the largest page", 5, "MB", results.of_files("largest_megabytes", "pages", "html"), worst=True)
    gibibytes = [float(line["peak_mib"]) / 1024 for line in results.steps]
    yield Goal("peak memory", None, "GiB", gibibytes, worst=True)


def file_rows(results: Results) -> Iterator[tuple[str, ...]]:
    """Give the files of each part by kind: how many, and how large."""
    for line in results.files:
        if line["step"] != TOGETHER:
            all_of, largest = float(line["megabytes"]), float(line["largest_megabytes"])
            yield NAMES[line["step"]], line["kind"], f"{int(line['files']):,}", f"{all_of:.2f}", f"{largest:.2f}"


def tables(folder: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    config = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    results = Results(lines_of(folder / "steps.csv"), lines_of(folder / "files.csv"), config)
    files = table(("part", "kind", "files", "MB in all", "MB of the largest"), file_rows(results), "llrrr")
    about = about_a_nation(folder, results.config["citizens"], "benchmarks.report.run")
    parts = (
        about,
        "\n".join(goal_table(goals(results))),
        "\n".join(files),
    )
    return {MARK: "\n\n".join(parts)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
