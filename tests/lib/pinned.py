"""``constraints.txt`` as data: each package's version and the hashes of its wheels."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from fordel_dask.dependencies import named

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "cluster" / "offline" / "constraints.txt"
EXTRAS = ("report", "letters", "cluster")


@dataclass(frozen=True)
class Pin:
    """One package that is pinned; ``condition`` says on which machines it is needed, blank for all."""

    name: str
    version: str
    condition: str
    hashes: tuple[str, ...]


def pins(text=None):
    """Give every pin of the constraints, by name."""
    text = CONSTRAINTS.read_text("utf-8") if text is None else text
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = {}
    for entry in re.sub(r"\\\n", " ", lines).splitlines():
        if entry.strip():
            wanted, *hashes = re.split(r"\s+--hash=", entry.strip())
            one = Requirement(wanted)
            (exact,) = one.specifier
            assert exact.operator == "==", wanted
            assert named(one.name) not in found, f"{one.name} stands twice"
            found[named(one.name)] = Pin(named(one.name), exact.version, str(one.marker or ""), tuple(hashes))
    return found


def project():
    """Give what ``pyproject.toml`` says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def asked(*extras):
    """Give the requirements of the program, with some extras."""
    told = project()["project"]
    texts = [*told["dependencies"], *(one for extra in extras for one in told["optional-dependencies"][extra])]
    return [Requirement(text) for text in texts]
