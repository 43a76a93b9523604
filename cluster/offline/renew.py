"""Makes ``constraints.txt`` anew: ``python cluster/offline/renew.py [--upgrade]``, on a machine with internet.

Exact versions of everything that the program needs in production (its dependencies, with the extras ``report``,
``letters`` and ``cluster``), with the SHA-256 of every wheel that the registry has of them: Python 3.11 and later,
Linux (x86_64, aarch64), macOS and Windows in one file. Versions that stand there are kept as long as they are
allowed; with ``--upgrade`` the newest are taken. ``uv`` does it, in an environment of its own that is thrown away.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONSTRAINTS = HERE / "constraints.txt"
EXTRAS = ("report", "letters", "cluster")
OLDEST_PYTHON = "3.11"
UV = "uv>=0.9"
HEADER = """\
# Exact versions and hashes of all that production needs: see README.md beside this file.
# Made by: python cluster/offline/renew.py
"""


def resolve(uv: Path, out: Path, upgrade: bool) -> None:
    """Write all versions with the hashes of their wheels, for every system and Python at once."""
    options = [f"--extra={extra}" for extra in EXTRAS]
    options += ["--universal", "--python-version", OLDEST_PYTHON, "--fork-strategy", "fewest"]
    options += ["--generate-hashes", "--only-binary", ":all:", "--no-header", "--quiet"]
    options += ["--upgrade"] if upgrade else []
    subprocess.run([uv, "pip", "compile", "pyproject.toml", *options, "--output-file", out], cwd=ROOT, check=True)


def main() -> None:
    """Install uv into an environment that is thrown away, resolve, and put the file in its place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that are allowed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fordel-constraints-") as folder:
        environment, out = Path(folder) / "environment", Path(folder) / CONSTRAINTS.name
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin" / "python", "-m", "pip", "install", "--quiet", UV], check=True)
        if CONSTRAINTS.exists():
            out.write_text(CONSTRAINTS.read_text("utf-8"), "utf-8")
        resolve(environment / "bin" / "uv", out, options.upgrade)
        CONSTRAINTS.write_text(HEADER + out.read_text("utf-8").removeprefix(HEADER), "utf-8")
    pins = [line for line in CONSTRAINTS.read_text("utf-8").splitlines() if "==" in line and not line.startswith("#")]
    print(f"{CONSTRAINTS.relative_to(ROOT)}: {len(pins)} packages")


if __name__ == "__main__":
    main()
