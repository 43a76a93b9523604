"""What made a directory: the program to its last source file, the packages, and under which alias somebody asked."""

import functools
import os
import platform
import re
import shutil
import subprocess
from importlib import metadata
from typing import Any

from fordel_dask import __version__
from fordel_dask.errors import UsageError
from fordel_dask.graph.program import PACKAGE, program_hash

PACKAGES = ("numpy", "pyarrow", "numba", "scikit-learn", "dask", "distributed", "pandas")
ALIAS = "FORDEL_ALIAS"
FORM_OF_ALIAS = re.compile(r"[^\W\d_][\w .-]{0,39}")
LIKE_A_PERSON_NUMBER = re.compile(r"\d{6}-?\d{4}")
PATIENCE_SECONDS = 10


def made_by() -> dict[str, Any]:
    """Give program, packages and alias, as they stand in every manifest; nothing of the machine or the moment."""
    return {
        "program": {
            "fordel_dask": __version__,
            "python": platform.python_version(),
            "sources": program_hash(),
            **checkout(),
        },
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "alias": alias(),
    }


def alias() -> str | None:
    """Give what the user wants to be called in manifests (``FORDEL_ALIAS``); none if nobody has said.

    Raises
    ------
    UsageError
        It is no short name, or holds what may be a person's number.
    """
    told = os.environ.get(ALIAS, "").strip()
    if told and (not FORM_OF_ALIAS.fullmatch(told) or LIKE_A_PERSON_NUMBER.search(told)):
        raise UsageError(
            f"The alias of {ALIAS} or --alias is not understood: expected at most 40 letters, digits, blanks and _.-, "
            f"a letter first, no person's number. It stands in every manifest; any name that your team knows will do."
        )
    return told or None


@functools.cache
def checkout() -> dict[str, Any]:
    """Give the commit that the program was started from and whether its sources were changed since.

    Empty where it is installed as a package, or nobody can tell: ``sources`` says which program it is all the same.
    """
    git = shutil.which("git")
    if git is None or not (PACKAGE.parent / ".git").exists():
        return {}
    commit = _answer(git, "rev-parse", "HEAD")
    changed = _answer(git, "status", "--porcelain", "--untracked-files=all", "--", PACKAGE.name)
    return {} if commit is None or changed is None else {"commit": commit, "dirty": bool(changed)}


def _answer(git: str, *asked: str) -> str | None:
    """Ask git about our own sources: it may write nothing there and start no program that the checkout names."""
    command = [git, "-c", "core.fsmonitor=false", "-C", str(PACKAGE.parent), *asked]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
