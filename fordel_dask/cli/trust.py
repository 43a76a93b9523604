"""``fordel verify`` and ``fordel selftest``: is a directory whole, does this installation count right?"""

import tempfile
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import IntegrityError


@click.command(short_help="Is every file as it was written?")
@click.argument("path", type=PATH)
@speaking
def verify(path: Path, as_json: bool, **_: Any) -> None:
    """Hold every file of a prepared store, a RUN or another directory of tables against its manifest.

    \b
    Example:
      fordel verify nation.run
    """
    from fordel_dask.releasing.verifying import verify_if_released
    from fordel_dask.verification import verify_path

    if not path.is_dir():
        raise IntegrityError(f"{path} is no directory. Give a prepared store or a RUN.")
    found = verify_if_released(path) or verify_path(path)
    say(as_json, {"path": str(path), **found}, f"{path}: {found['kind']}, {found['files']} files, all as written.")


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
