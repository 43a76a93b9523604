"""Known vulnerabilities of the packages, and the versions that mended them."""

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from packaging.version import Version


@dataclass(frozen=True)
class Mended:
    """A vulnerability, and the version from which on a package is free of it; none if no version mends it yet.

    ``what`` says of one that nobody has mended why it does not reach this program.
    """

    package: str
    mended_in: Version | None
    identifier: str
    what: str
    source: str


@functools.cache
def mended_versions() -> tuple[Mended, ...]:
    """Give every vulnerability of ``mended.csv``."""
    text = resources.files("fordel_dask.dependencies").joinpath("mended.csv").read_text("utf-8")
    return tuple(
        Mended(
            row["package"],
            Version(row["mended_in"]) if row["mended_in"] else None,
            row["identifier"],
            row["what"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def vulnerable(versions: Mapping[str, str]) -> Iterator[str]:
    """Say of each package, by its name, which known vulnerabilities its version still has, and what mends them."""
    for package, version in sorted(versions.items()):
        open_ones = [
            one
            for one in mended_versions()
            if one.package == package and one.mended_in is not None and Version(version) < one.mended_in
        ]
        if open_ones:
            enough = max(one.mended_in for one in open_ones if one.mended_in)
            yield f"{package} {version} has {', '.join(one.identifier for one in open_ones)}: {enough} or later is free"
