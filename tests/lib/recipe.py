"""The commands of cluster/README.md, as a reader would copy them."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "cluster" / "README.md").read_text("utf-8")
PATIENCE_SECONDS = 240


def commands(name, shared):
    """Give a block of commands, for a shared directory that lies elsewhere than the reader's."""
    block = re.search(rf"<!-- commands: {name} -->\n```bash\n(.*?)```", README, re.DOTALL).group(1)
    return block.replace("/shared", str(shared))


def bash(script):
    """Give the command that runs a script and stops at its first failure."""
    return ["bash", "-euo", "pipefail", "-c", script]


def environment():
    """Give the environment in which ``fordel`` and ``dask`` are this program's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}", "PYTHONPATH": str(ROOT)}


def done(command, **more):
    """Run a command to its end, within a deadline; gives its exit code and what it printed."""
    return subprocess.run(
        list(map(str, command)),
        env={**environment(), **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def results(run):
    """Give the result files of a RUN, all but its manifest, which holds times."""
    return {path.name: path.read_bytes() for path in sorted(run.iterdir()) if path.name != "manifest.json"}
