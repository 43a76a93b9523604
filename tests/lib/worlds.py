"""Worlds a program may find itself in: clocks, languages, processors, homes; and what it writes in each.

``python -m tests.lib.worlds REGISTERS OUT`` invents, ingests and runs a nation in the world it was started in.
"""

import hashlib
import locale
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "synth --citizens 1500 --seed 7 --out {out}/synth --quiet",
    "ingest {registers} --store {out}/store --partitions 4 --threads 2 --quiet",
    "run {out}/store --out {out}/run --threads 2 --fresh --quiet",
)
MAY_DIFFER = {"run/manifest.json"}  # it names the machine and how long each stage took


@dataclass(frozen=True)
class World:
    """How a world differs from this process's own.

    ``options`` are Python's; ``language`` is a locale to be made first, as (source, charset);
    ``relative`` gives paths below the current directory, which is then another one.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    language: tuple[str, str] | None = None
    umask: int = 0o022
    relative: bool = False
    faked_clock: str = ""


def plain_processor() -> dict[str, str]:
    """Ask every library for the instructions that all processors have."""
    import numpy as np

    core = getattr(np, "_core", None) or np.core
    found = core._multiarray_umath
    above = [name for name in found.__cpu_dispatch__ if found.__cpu_features__.get(name)]
    return {
        "NUMBA_CPU_NAME": "generic",
        "OPENBLAS_CORETYPE": "Prescott",
        "ARROW_USER_SIMD_LEVEL": "NONE",
        "NPY_DISABLE_CPU_FEATURES": " ".join(above),
    }


WORLDS = {
    "this one": World(),
    "another processor": World(env=plain_processor()),
    "14 hours ahead, no language, another hash seed": World(
        env={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        | {"PYTHONHASHSEED": "7"}
    ),
    "half past, on Newfoundland": World(env={"TZ": "America/St_Johns", "PYTHONHASHSEED": "0"}),
    "Copenhagen": World(env={"TZ": "Europe/Copenhagen", "PYTHONHASHSEED": "4294967295"}),
    "Danish, decimal comma, Latin-1": World(language=("da_DK", "ISO-8859-1"), env={"PYTHONUTF8": "0"}),
    "Turkish, where I is not the capital of i": World(language=("tr_TR", "UTF-8")),
    "a leap day five years from now": World(faked_clock="@2032-02-29 23:59:58"),
    "the day before the fee year began": World(faked_clock="@2024-12-31 23:59:58"),
    "memory full of rubbish": World(env={"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc"}),
    "files for nobody else": World(umask=0o077),
    "files for everybody": World(umask=0o000),
    "another directory, relative paths": World(relative=True),
    "neither home nor name": World(unset=("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME")),
    "a home that cannot be written": World(env={"HOME": "/proc", "XDG_CACHE_HOME": "/proc/none"}),
    "a narrow terminal without colours": World(env={"COLUMNS": "20", "LINES": "5", "TERM": "dumb", "NO_COLOR": "1"}),
    "no assertions": World(options=("-O",)),
    "neither assertions nor docstrings": World(options=("-OO",)),
    "seven threads in every library": World(env={"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "7"}),
}


class NoSuchWorldError(Exception):
    """This machine lacks what the world is made with; the text says what."""


def hashes_in(world: World, registers: Path, folder: Path) -> dict[str, str]:
    """Invent, ingest and run in a world, in a process of its own; gives the SHA-256 of every file."""
    (folder / "tmp").mkdir(parents=True)
    own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    env = {**os.environ, **own, **world.env, **own_language(world, folder), **own_clock(world)}
    for name in world.unset:
        env.pop(name, None)
    out = folder / "out"
    paths = [Path(os.path.relpath(path, folder)) if world.relative else path for path in (registers, out)]
    command = [sys.executable, *world.options, "-m", "tests.lib.worlds", *map(str, paths), oct(world.umask)]
    done = subprocess.run(command, check=False, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 0, done.stderr[-2000:].decode(errors="replace")
    assert (done.stdout.split()[-1] == b",") == bool(world.language), "the locale did not take effect"
    files = (path for path in out.rglob("*") if path.is_file())
    hashes = {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {name: value for name, value in hashes.items() if name not in MAY_DIFFER}


def own_language(world: World, folder: Path) -> dict[str, str]:
    """Compile the locale of a world, if it has one."""
    if not world.language:
        return {}
    source, charset = world.language
    name = f"{source}.{charset}"
    try:
        subprocess.run(["localedef", "-i", source, "-f", charset, str(folder / name)], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise NoSuchWorldError(f"localedef cannot make {name} (Debian: package locales)") from None
    return {"LOCPATH": str(folder), "LC_ALL": name}


def own_clock(world: World) -> dict[str, str]:
    """Name the library that tells another time, if the world has one."""
    if not world.faked_clock:
        return {}
    found = sorted(map(str, Path("/usr/lib").glob("*/faketime/libfaketime.so.1")))
    library = os.environ.get("LIBFAKETIME") or (found[0] if found else None)
    if not library:
        raise NoSuchWorldError("libfaketime is not installed (Debian: package libfaketime)")
    return {"LD_PRELOAD": library, "FAKETIME": world.faked_clock, "DONT_FAKE_MONOTONIC": "1"}


def main(registers: str, out: str, umask: str) -> None:
    """Do the three commands here, and print the decimal sign of the world's language."""
    from fordel_dask.cli import cli

    os.umask(int(umask, 8))
    locale.setlocale(locale.LC_ALL, "")  # no command does; a library that is loaded might
    for command in COMMANDS:
        arguments = [part.format(registers=registers, out=out) for part in command.split()]
        cli.main(arguments, prog_name="fordel", standalone_mode=False)
    print(locale.localeconv()["decimal_point"])


if __name__ == "__main__":
    main(*sys.argv[1:])
