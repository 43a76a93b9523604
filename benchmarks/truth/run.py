"""Do the estimators find what was planted, and do intervals hold it as often as they say? On thousands of nations.

python -m benchmarks.truth.run --name NAME

Writes summary.csv (bias, root mean square error and coverage by world, size, estimator, standard errors and figure),
intervals.csv (one clinic of each nation that the claim is counted on), machine.json and config.toml to
benchmarks/truth/results/NAME. What is planted, and what is asked, stands in benchmarks/README.md.
"""

import argparse
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.measured.commands import write_results
from benchmarks.measured.places import place_of_results
from benchmarks.truth.drawing import Invented, draw_nation
from benchmarks.truth.judging import ANY, JACKKNIFE, MINIMUM, Said, judge_nation
from benchmarks.truth.worlds import WORLDS
from fordel_dask.errors import EstimationError
from fordel_dask.model import load_model

HERE = Path(__file__).parent
CLAIMED_WORLD = "effects"
SUMMARY = (
    *("world", "citizens", "estimator", "errors", "figure", "part", "nations", "truth", "bias", "bias_error", "rmse"),
    *("standard_error", "coverage", "coverage_error"),
)
INTERVALS = ("seed", "truth", "estimate", "low", "high")
Key = tuple[str, str, str, str]


@dataclass
class Group:
    """What was said in the nations of one world and size so far, by estimator, errors, figure and part."""

    world: str
    citizens: int
    refused: int = 0
    said: dict[Key, list[tuple[float, ...]]] = field(default_factory=dict)
    claimed: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, seed: int, said: Said) -> None:
        """Keep the means of a nation: truth, error of the estimate, its square, standard error, coverage."""
        off = said.value - said.truth
        means = [float(values.mean()) for values in (said.truth, off, off**2, said.error, said.covers)]
        self.said.setdefault((said.estimator, said.errors, said.figure, said.part), []).append(tuple(means))
        if (said.errors, said.figure, said.part) == (JACKKNIFE, MINIMUM, ANY):
            [truth], [value], reach = said.truth, said.value, said.reach * said.error[0]
            self.claimed.append((seed, *(f"{x:.4f}" for x in (truth, value, value - reach, value + reach))))

    def lines(self) -> Iterator[tuple[Any, ...]]:
        for key, nations in self.said.items():
            truth, off, squared, error, covers = np.array(nations).T
            found = (
                *(truth.mean(), off.mean(), _of_mean(off), np.sqrt(squared.mean())),
                *(error.mean(), covers.mean(), _of_mean(covers)),
            )
            yield (self.world, self.citizens, *key, len(nations), *map(_printed, found))


def _of_mean(values: np.ndarray) -> float:
    """Give the standard error of a mean over nations, which are independent."""
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else np.nan


def _printed(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def judge_group(world: str, citizens: int, nations: int, config: dict[str, Any]) -> Group:
    """Draw and judge nations; one whose weights cannot be told apart is refused by the program, and counted."""
    group, model, begun = Group(world, citizens), load_model(), time.perf_counter()
    for seed in range(config["seed"], config["seed"] + nations):
        drawn = draw_nation(Invented(citizens, seed), WORLDS[world], model)
        try:
            said = list(judge_nation(drawn, seed, config["replicates"]))
        except EstimationError:
            group.refused += 1
            continue
        for one in said:
            group.add(seed, one)
    seconds = time.perf_counter() - begun
    print(f"{world:<10}{citizens:>10,}{nations:>7,} nations {group.refused:>3} refused {seconds:>7.1f} s", flush=True)
    return group


def judge_all(config: dict[str, Any]) -> list[Group]:
    sizes = list(zip(config["sizes"], config["nations"], strict=True))
    smallest = min(config["sizes"])
    return [
        judge_group(world, citizens, config["claimed"] if claims(world, citizens, smallest) else nations, config)
        for world in config["worlds"]
        for citizens, nations in sizes
    ]


def claims(world: str, citizens: int, smallest: int) -> bool:
    return (world, citizens) == (CLAIMED_WORLD, smallest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the results")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="directory that results are kept in")
    parser.add_argument("--config", type=Path, default=HERE / "config.toml")
    given = parser.parse_args()
    config = tomllib.loads(given.config.read_text("utf-8"))
    results = place_of_results(given.results, given.name)
    with threadpool_limits(1):  # matrices of 46 columns: threads would only wait for one another
        groups = judge_all(config)
    claimed = [
        line for group in groups for line in group.claimed if claims(group.world, group.citizens, min(config["sizes"]))
    ]
    tables = {
        "summary.csv": (SUMMARY, [line for group in groups for line in group.lines()]),
        "intervals.csv": (INTERVALS, claimed),
    }
    write_results(results, config, tables)


if __name__ == "__main__":
    main()
