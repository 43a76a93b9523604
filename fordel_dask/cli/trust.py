"""``fordel verify`` and ``fordel selftest``: is a directory whole, does this installation count right?"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import IntegrityError

MOST_NAMED = 5
SHOWN = 12
"""Digits of a seal that are shown of a source: enough to tell two apart."""


@click.command(short_help="Is every file as it was written?")
@click.argument("path", type=PATH)
@click.option(
    "--source",
    "sources",
    type=PATH,
    multiple=True,
    help="What it was made from, or that from: a RUN, store, extracts, a file. May be given again.",
)
@speaking
def verify(path: Path, sources: tuple[Path, ...], as_json: bool, **_: Any) -> None:
    """Hold every file of a prepared store, a RUN or another directory of tables against its manifest.

    Manifests name what their directory was made from. With --source these are verified too, and held against their
    names: a source that was changed and sealed anew is found by all that was made from it.

    \b
    Example:
      fordel verify nation.run
      fordel verify clinics --source nation.run --source nation.store --source registers
    """
    from fordel_dask.chain import verify_chain

    if not path.is_dir():
        raise IntegrityError(f"{path} is no directory. Give a prepared store or a RUN.")
    missing = [str(one) for one in sources if not one.exists()]
    if missing:
        raise IntegrityError(f"There is no {', '.join(missing)}: say with --source where the source stands.")
    found = verify_chain(path, sources)
    chain = [{**asdict(one), "of": str(one.of), "found": [*map(str, one.found)]} for one in found["chain"]]
    say(as_json, {"path": str(path), **found, "chain": chain}, "\n".join(_lines(path, found)))


def _lines(path: Path, found: Mapping[str, Any]) -> Iterator[str]:
    """Say that all is as written, and of each source whether it was looked at; extracts of a store as one."""
    yield f"{path}: {found['kind']}, {found['files']} files, all as written. Its seal: {found['seal']}"
    looked_at = [(link, source) for link in found["chain"] for source in link.found]
    for of, source in dict.fromkeys((link.of, source) for link, source in looked_at):
        names = [link.what for link, at in looked_at if (link.of, at) == (of, source)]
        what = names[0] if len(names) == 1 else f"{len(names)} files"
        yield f"{of} was made from {source} ({what}), which is whole and the same."
    unseen = [f"{link.what} {link.hash[:SHOWN]}" for link in found["chain"] if not link.found]
    if unseen:
        more = f" and {len(unseen) - MOST_NAMED} more" if len(unseen) > MOST_NAMED else ""
        yield f"Named and not looked at (--source says where it stands): {', '.join(unseen[:MOST_NAMED])}{more}."


@click.command(short_help="Does this installation count right?")
@speaking
def selftest(quiet: bool, as_json: bool, **_: Any) -> None:
    """Check this installation: known answers of the law, and a small nation counted in two layouts.

    \b
    Example:
      fordel selftest
    """
    from fordel_dask.cli.installation import check_installation

    with tempfile.TemporaryDirectory(prefix="fordel-selftest-") as folder:
        passed = check_installation(Path(folder), ProgressLines(quiet or as_json))
    say(as_json, {"passed": passed}, "\n".join([*(f"passed: {line}" for line in passed), "All passed."]))
