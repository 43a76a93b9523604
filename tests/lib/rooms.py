"""A closed room to run ``fordel`` in: a home, a place for temporary files and a working directory of its own.

Whatever a command leaves outside what it was told to write is found there.
"""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

from fordel_dask.kernels.jit import cache_directory
from tests.lib.canaries import Search

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 240


class Room:
    """Runs commands, and keeps all that they said."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.home, self.temporary, self.here, self.said = (folder / name for name in ("home", "tmp", "cwd", "said"))
        for place in (self.home, self.temporary, self.here, self.said):
            place.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables of a command; compiled kernels stay where they are, they take seconds to make."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
        own = {"HOME": self.home, "TMPDIR": self.temporary, "XDG_CACHE_HOME": cache_directory().parents[1]}
        return {**kept, "PYTHONPATH": str(ROOT), **{name: str(place) for name, place in own.items()}}

    def start(self, *arguments, module="fordel_dask", **more: str) -> subprocess.Popen:
        """Start a command under the most generous umask and limits; its words go to two files of ``said``."""
        number = len(list(self.said.iterdir())) // 2
        out, error = (self.said / f"{number:03}.{stream}" for stream in ("out", "err"))
        with out.open("wb") as to_out, error.open("wb") as to_error:
            return subprocess.Popen(
                [sys.executable, "-m", module, *map(str, arguments)],
                env={**self.environment, **more},
                cwd=self.here,
                stdout=to_out,
                stderr=to_error,
                start_new_session=True,
                preexec_fn=generous,  # noqa: PLW1509  no thread of ours is in the way
            )

    def run(self, *arguments, module="fordel_dask", **more: str) -> int:
        """Run a command to its end and give its exit code."""
        return self.start(*arguments, module=module, **more).wait(PATIENCE_SECONDS)

    def last_words(self) -> str:
        """Give what the last command said."""
        *_, error, out = sorted(self.said.iterdir())
        return out.read_text("utf-8", "replace") + error.read_text("utf-8", "replace")

    def searched(self, *more: Path) -> Search:
        """Look through all that was said, and through what stands in the room beside what was asked for."""
        search = Search()
        for place in (self.said, self.home, self.temporary, self.here, *more):
            search.look_below(place)
        return search


def generous() -> None:
    """Let a process open its files to all, dump its memory, and hear Ctrl-C though a shell began us behind itself."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.umask(0)
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def open_to_others(*places: Path) -> list[str]:
    """Name what others than the owner may read, write or enter."""
    paths = [path for place in places for path in (place, *place.rglob("*")) if not path.is_symlink()]
    return [str(path) for path in paths if path.stat().st_mode & 0o077]
