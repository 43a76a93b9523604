"""The tables of planted truth, in Markdown, made from a results folder.

``python -m benchmarks.truth.table RESULTS README.md`` writes them between the marker lines ``truth`` of README.md;
``--check`` changes nothing and ends with exit code 1 if README.md says something else. Without README.md they are
printed.
"""

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measured.markdown import kept, table, write_or_check
from benchmarks.measured.processes import lines_of

MARK = "truth"
CONFIDENCE = 0.90
ERRORS = ("hc0", "clustered", "jackknife", "bootstrap")
ESTIMATORS = ("pooled", "clinic_fixed_effects")
FIGURES = {
    ("minimum_per_capacity", "any"): "minimum of a clinic",
    ("minimum_per_capacity", "neediest"): "… of the neediest fifth",
    ("need", ""): "need of a council",
    ("weight", "age_sex"): "weights of age and sex",
    ("weight", "somatic"): "weights of somatic disease",
    ("weight", "psychiatric"): "weight of psychiatric disease",
    ("coefficient_kr", "age_sex"): "coefficients of age and sex",
    ("mean_kr", ""): "mean consumption",
}
WORLDS = {
    "alike": "clinics alike",
    "effects": "clinics differ",
    "supply": "needy clinics supply less, in shares",
    "supply_in_kroner": "… in kroner",
    "under_use": "a group under-uses",
}
CLAIMED_WORLD = "effects"
Line = dict[str, str]
Lines = Sequence[Line]


def found(lines: Lines, **wanted: str) -> Line | None:
    """Give the line of a world, size, estimator, errors, figure and part; none, if it was not judged."""
    return next((line for line in lines if all(line[name] == value for name, value in wanted.items())), None)


def claim(intervals: Lines, citizens: str) -> str:
    """Say how often intervals of the minimum have the truth in them, counted on the intervals themselves."""
    covered = [float(one["low"]) <= float(one["truth"]) <= float(one["high"]) for one in intervals]
    share = sum(covered) / len(covered)
    chance = math.sqrt(CONFIDENCE * (1 - CONFIDENCE) / len(covered))
    return (
        f"**{CONFIDENCE:.0%} intervals of the unrounded minimum have the planted one in them for {sum(covered):,} of "
        f"{len(covered):,} clinics ({share:.1%})**, one drawn from each of as many independent nations of "
        f"{int(citizens):,} citizens whose clinics differ. Chance alone moves that share by ± {chance:.1%}."
    )


def coverage_rows(lines: Lines) -> Iterator[tuple[str, ...]]:
    """Give the shares of intervals that have the truth in them, by size and figure, of the world of the claim."""
    here = [line for line in lines if line["world"] == CLAIMED_WORLD and line["estimator"] == "pooled"]
    for citizens in dict.fromkeys(line["citizens"] for line in here):
        for (figure, part), name in FIGURES.items():
            by_errors = [found(here, citizens=citizens, figure=figure, part=part, errors=errors) for errors in ERRORS]
            first = next(line for line in by_errors if line)
            shares = (f"{float(line['coverage']):.1%}" if line else "–" for line in by_errors)
            chance = f"± {float(first['coverage_error']):.1%}"
            yield f"{int(citizens):,}", f"{int(first['nations']):,}", name, *shares, chance


def bias_rows(lines: Lines) -> Iterator[tuple[str, ...]]:
    """Give bias and root mean square error of what is published and of fixed effects, by world and size."""
    for world, citizens in dict.fromkeys((line["world"], line["citizens"]) for line in lines):
        here = [line for line in lines if (line["world"], line["citizens"]) == (world, citizens)]
        covers = found(here, errors="jackknife", figure="minimum_per_capacity", part="any")
        yield (
            WORLDS[world],
            f"{int(citizens):,}",
            *_off(here, "weight", "psychiatric", 3),
            *_off(here, "minimum_per_capacity", "neediest", 1),
            f"{float(covers['coverage']):.1%}" if covers else "–",
        )


def _off(lines: Lines, figure: str, part: str, digits: int) -> Iterator[str]:
    """Give bias ± its standard error, and the root mean square error, by each estimator."""
    for estimator in ESTIMATORS:
        line = found(lines, estimator=estimator, errors="clustered", figure=figure, part=part)
        bias, error, rmse = (float(line[name]) if line else math.nan for name in ("bias", "bias_error", "rmse"))
        yield f"{bias:+.{digits}f} ± {error:.{digits}f}"
        yield f"{rmse:.{digits}f}"


def tables(results: Path) -> dict[str, str]:
    """Give what stands between the marker lines, by mark."""
    machine = json.loads((results / "machine.json").read_text("utf-8"))
    config = tomllib.loads((results / "config.toml").read_text("utf-8"))
    summary, intervals = lines_of(results / "summary.csv"), lines_of(results / "intervals.csv")
    coverage = ("citizens", "nations", "figure", "HC0", "by clinic", "**jackknife**", "bootstrap", "chance")
    of_both = ("bias, published", "RMSE", "bias, fixed effects", "RMSE")
    bias = (
        "world",
        "citizens",
        *(f"{name} of {what}" for what in ("weight", "minimum") for name in of_both),
        "covered",
    )
    parts = (
        f"{claim(intervals, str(min(config['sizes'])))} {kept(results, machine, 'benchmarks.truth.run')}.",
        "\n".join(table(coverage, coverage_rows(summary), "rrl" + "r" * 5)),
        "\n".join(table(bias, bias_rows(summary))),
    )
    return {MARK: "\n\n".join(parts)}


if __name__ == "__main__":
    write_or_check(__doc__, tables)
