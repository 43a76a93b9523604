"""The golden numbers under the oldest and the newest libraries: ``python tests/golden/versions.py``.

For each set of versions a fresh virtual environment is made in a temporary directory, the package installed
into it, and there, away from this directory, ``fordel selftest`` and the tests of ``tests/golden`` are run (the golden
nation in 13 models, and on two worker processes). Libraries come from the package index that pip is set to.

The oldest versions are those that ``pyproject.toml`` allows. ``--python`` names interpreters besides this one; they are
given the newest versions. With ``--evidence FILE`` a line for each set that passed is appended.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOLD = ("numpy", "pandas", "pyarrow", "numba", "scikit-learn", "dask", "distributed", "click", "jinja2")
TESTED_WITH = ("pytest>=8", "hypothesis>=6.100")  # never older: they are no part of the program
LINES_OF_A_FAILURE = 40


@dataclass(frozen=True)
class Versions:
    """An interpreter, and whether libraries are the oldest allowed or the newest there are."""

    python: str
    oldest: bool

    @property
    def name(self) -> str:
        """What the set is called in a table."""
        return "oldest allowed" if self.oldest else "newest"


def requirements(oldest: bool) -> list[str]:
    """Give the dependencies of the package, pinned to the oldest that are allowed or free."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [pinned(text) if oldest else text for text in project["dependencies"]]


def pinned(requirement: str) -> str:
    """Give ``name==version`` for ``name>=version``."""
    oldest, found = re.subn(r"^([\w.\-\[\]]+)>=([\d.]+)$", r"\1==\2", requirement)
    if not found:
        raise SystemExit(f"{requirement} in pyproject.toml names no oldest version.")
    return oldest


def try_out(versions: Versions, folder: Path) -> str:
    """Install the package with these versions, run what is to hold, and tell the versions.

    Raises
    ------
    subprocess.CalledProcessError
        Something could not be installed, or did not hold.
    """
    copy_tests(folder)
    call(folder, versions.python, "-m", "venv", "venv")
    python = str(folder / "venv" / "bin" / "python")
    install = (python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check")
    call(folder, *install, "--upgrade", *requirements(versions.oldest), *TESTED_WITH)
    call(folder, *install, "--no-deps", "./source")
    call(folder, python, "-m", "pip", "check")
    call(folder, python, "-m", "fordel_dask", "selftest", "--quiet")
    call(folder, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "long or not long", "tests/golden")
    return ", ".join(installed(folder, python))


def copy_tests(folder: Path) -> None:
    """Copy source and tests, so that neither the build nor the tests touch, or read, this directory."""
    left_out = shutil.ignore_patterns("__pycache__", ".*", "versions.py")
    for part in ("fordel_dask", "README.md", "LICENSE", "pyproject.toml"):
        source, target = ROOT / part, folder / "source" / part
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=left_out)
        else:
            shutil.copy(source, target)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", folder)  # the settings of pytest


def call(folder: Path, *command: str) -> str:
    """Run a command in a folder and give what it printed; its kernels are compiled anew, for its own numba."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(("PIP_", "SSL_", "HTTP"))}
    done = subprocess.run(command, cwd=folder, env=env | kept, capture_output=True, text=True, check=False)
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).splitlines()[-LINES_OF_A_FAILURE:]), file=sys.stderr)
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout


def installed(folder: Path, python: str) -> Iterator[str]:
    """Tell the interpreter and the libraries that matter, with their versions."""
    yield call(folder, python, "--version").strip()
    for package in json.loads(call(folder, python, "-m", "pip", "list", "--format", "json")):
        if package["name"].lower() in TOLD:
            yield f"{package['name']} {package['version']}"


def note(file: Path | None, versions: Versions, told: str) -> None:
    """Append a line of evidence, in the form of tests/lib/evidence.py."""
    done = "fresh environment with the oldest allowed or the newest libraries: golden numbers, selftest, 2 workers"
    line = {"goal": "R19", "done": done, "times": 1, "result": f"the same bytes; {versions.name}: {told}"}
    if file:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    """Try the oldest and the newest versions on this interpreter, the newest on others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["oldest", "newest"], help="one of the two on this interpreter")
    parser.add_argument("--python", action="append", default=[], help="another interpreter, may be given again")
    parser.add_argument("--evidence", type=Path, help="file that takes what was shown")
    options = parser.parse_args()
    here = [Versions(sys.executable, kind == "oldest") for kind in ("oldest", "newest") if options.only in (None, kind)]
    failed = 0
    for versions in [*here, *(Versions(python, oldest=False) for python in options.python)]:
        with tempfile.TemporaryDirectory(prefix="fordel-versions-") as folder:
            try:
                told = try_out(versions, Path(folder))
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"FAILED  {versions.name} on {versions.python}: {' '.join(error.cmd[:6])} …", flush=True)
            else:
                print(f"passed  {versions.name}: {told}", flush=True)
                note(options.evidence, versions, told)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
