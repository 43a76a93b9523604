"""The tables of a release, in Markdown, made from a results folder.

``python -m benchmarks.release.table RESULTS README.md`` writes them between the marker lines ``release`` of README.md;
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
from benchmarks.release.run import COUNCILS

MARK = "release"


@dataclass(frozen=True)
class Results:
    """What a results folder holds: a line for each process, and counts that are shown and kept back."""

    steps: list[dict[str, str]]
    shown: list[dict[str, str]]
    config: dict[str, Any]

    def of_step(self, step: str) -> list[float]:
        return [float(line["seconds"]) for line in self.steps if line["step"] == step]

    def share_shown(self, *names: str) -> list[float]:
        """Give how many percent of some counts are shown."""
        lines = [line for line in self.shown if line["counts"] in names]
        cells, hidden = (sum(int(line[column]) for line in lines) for column in ("in_all", "kept_back"))
        return [100 * (cells - hidden) / cells] if cells else []


def goals(results: Results) -> Iterator[Goal]:
    """Hold what was measured against the goals."""
    variants = " and ".join(results.config["variants"])
    yield Goal("disclosure control of the base, proposal written", 30, "s", results.of_step("base"))
    yield Goal(f"… with {variants} beside it", 30, "s", results.of_step("variants"))
    yield Goal("the second person's check, folder and ledger written", None, "s", results.of_step("check"))
    yield Goal(
        "counts of municipalities and councils shown",
        90,
        "%",
        results.share_shown("municipalities", "councils"),
        at_least=True,
    )
    yield Goal("numbers of councils shown", 100, "%", results.share_shown(COUNCILS), at_least=True)
    gibibytes = [float(line["peak_mib"]) / 1024 for line in results.steps]
    yield Goal("peak memory", None, "GiB", gibibytes, worst=True)


def count_rows(results: Results) -> Iterator[tuple[str, ...]]:
    """Give the counts of persons by table: in all, kept back, shown."""
    for line in results.shown:
        (share,) = results.share_shown(line["counts"]) or [100.0]
        yield line["counts"], f"{int(line['in_all']):,}", f"{int(line['kept_back']):,}", f"{share:.1f} %"


def tables(folder: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    config = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    results = Results(lines_of(folder / "steps.csv"), lines_of(folder / "shown.csv"), config)
    counts = table(("counts", "in all", "kept back", "shown"), count_rows(results), "lrrr")
    about = about_a_nation(folder, results.config["citizens"], "benchmarks.release.run")
    parts = (
        about,
        "\n".join(goal_table(goals(results))),
        "\n".join(counts),
    )
    return {MARK: "\n\n".join(parts)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
