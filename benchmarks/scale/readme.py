"""What the scripts that make tables share: a README with marker lines, and the command that writes between them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


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

    ``markdown`` gives the tables by mark; a README takes those that it has marks for.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("readme", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if the README says otherwise")
    given = parser.parse_args()
    tables = markdown(given.results)
    if given.readme is None:
        print("\n\n".join(tables.values()))
        return
    old = given.readme.read_text("utf-8")
    marked = {mark: content for mark, content in tables.items() if f"<!-- {mark}:begin -->" in old}
    new = old
    for mark, content in (marked or tables).items():
        new = with_tables(new, content, mark)
    if not given.check:
        given.readme.write_text(new, "utf-8")
    elif new != old:
        sys.exit(
            f"{given.readme.name} does not say what {given.results.name} measured. Write it again without --check."
        )
