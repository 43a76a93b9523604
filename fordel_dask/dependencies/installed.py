"""What is installed of all that the program asks for, and of all that these packages ask for in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM = "fordel-dask"
EXTRAS = ("report", "letters", "cluster")
"""Extras of production; those of tests and benchmarks stay out of a closed room."""


@dataclass(frozen=True)
class Package:
    """A package by its name and version, its licence as it says itself, and what it asks for.

    ``files`` are wheels by name with their SHA-256, where they are at hand.
    """

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()


def named(name: str) -> str:
    """Give a package's name as registries write it: small letters, hyphens."""
    return str(canonicalize_name(name))


def installed_packages(extras: Sequence[str] = EXTRAS) -> tuple[Package, ...]:
    """Give the program's packages, by name, as they are installed here; those of absent extras are left out."""
    found: dict[str, Package] = {}
    waiting = [(PROGRAM, tuple(extras))]
    seen = {PROGRAM}
    while waiting:
        name, wanted = waiting.pop()
        try:
            told = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        needed = list(asked_for(told.requires or (), wanted))
        if name != PROGRAM:
            licence = " ".join(told.metadata.get_all("License-Expression") or ())
            found[name] = Package(name, told.version, licence, tuple(sorted(one for one, _ in needed)))
        waiting += [one for one in needed if one[0] not in seen]
        seen |= {one for one, _ in needed}
    return tuple(found[name] for name in sorted(found))


def asked_for(requirements: Sequence[str], extras: Sequence[str] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the packages that requirements name on this machine, with the extras that are asked of them."""
    for text in requirements:
        one = Requirement(text)
        applies = one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        if applies:
            yield named(one.name), tuple(sorted(one.extras))
