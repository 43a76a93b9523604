"""What all tables share: numbers and rows in Markdown, a README with marker lines, the command that writes between."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measured.places import REPOSITORY
from benchmarks.measured.processes import machine_of

NATIONAL_CITIZENS = 6_000_000


def table(header: Sequence[str], rows: Iterable[Sequence[str]], align: str = "") -> Iterator[str]:
    """Give the lines of a table; ``align`` has an l or r for each column, by default only the first is l."""
    sides = align or "l" + "r" * (len(header) - 1)
    yield f"| {' | '.join(header)} |"
    yield f"|{'|'.join('---:' if side == 'r' else '---' for side in sides)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def plain(value: float) -> str:
    """Print a number with three significant figures, or as a whole one from 100 on."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def with_unit(value: float, unit: str) -> str:
    return f"{plain(value)} {unit}"


def spread(values: Sequence[float], printed: Callable[[float], str] = plain) -> str:
    """Give the smallest and largest of several measurements in brackets."""
    return f" ({printed(min(values))}–{printed(max(values))})" if len(values) > 1 else ""


def picture(path: Path, what: str) -> str:
    """Give the line of a picture of the results, found from the root wherever the README stands; none, if not drawn."""
    found = path.resolve()
    shown = found.exists() and found.is_relative_to(REPOSITORY)
    return f"![{what}](/{found.relative_to(REPOSITORY).as_posix()})" if shown else ""


def kept(results: Path, machine: Mapping[str, Any], module: str) -> str:
    """Say when results were measured, where they are kept and what made them; ``module`` is that of a suite."""
    suite = module.split(".")[1]
    return (
        f"Measured {machine['measured_on'][:10]}, kept in `benchmarks/{suite}/results/{results.name}`, "
        f"made by `python -m {module}`"
    )


def about_a_nation(results: Path, citizens: int, module: str) -> str:
    """Say over which invented nation a suite went, on which machine, and where its results are kept."""
    machine = machine_of(results)
    smaller = "; **goals are those of 6,000,000 citizens, this nation is smaller**" * (citizens < NATIONAL_CITIZENS)
    return (
        f"An invented nation of {citizens:,} citizens with all optional tables, {machine['threads']} threads on "
        f"{machine['cores']} cores of {machine['processor']}{smaller}. Median (smallest–largest). "
        f"{kept(results, machine, module)}."
    )


def with_tables(readme: str, content: str, mark: str) -> str:
    """Give the text of a README with new tables between the two marker lines of a name."""
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    before, found, rest = readme.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"README has no lines {begin} and {end} to write between.")
    return f"{before}{begin}\n{content}\n{end}{after}"


def write_or_check(description: str | None, markdown: Callable[[Path], dict[str, str]]) -> None:
    """Be the command of such a script: print the tables of results, write them into a README, or hold it against them.

    ``markdown`` gives the tables by mark; a README takes those that it has marks for. One that has none of them is
    refused, unless ``--marked`` says that it need not.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("readme", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if the README says otherwise")
    parser.add_argument("--marked", action="store_true", help="a README without marks for these tables stays as it is")
    given = parser.parse_args()
    tables = markdown(given.results)
    if given.readme is None:
        print("\n\n".join(tables.values()))
        return
    old = given.readme.read_text("utf-8")
    marked = {mark: content for mark, content in tables.items() if f"<!-- {mark}:begin -->" in old}
    new = old
    for mark, content in (marked if marked or given.marked else tables).items():
        new = with_tables(new, content, mark)
    if not given.check:
        given.readme.write_text(new, "utf-8")
    elif new != old:
        sys.exit(
            f"{given.readme.name} does not say what {given.results.name} measured. Write it again without --check."
        )
