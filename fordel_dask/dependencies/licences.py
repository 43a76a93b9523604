"""The licence of each package, and the policy: permissive ones and the MPL, no copyleft that reaches our program."""

import csv
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

PERMITTED = (
    *("0BSD", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "ISC", "Zlib", "PSF-2.0", "CC0-1.0", "Unlicense"),
    *("Apache-2.0", "Apache-2.0 WITH LLVM-exception", "MPL-2.0"),
)
"""Licences (SPDX) that a package may have of which this program imports something."""
PERMITTED_LIBRARIES = (
    *(*PERMITTED, "GPL-3.0-or-later WITH GCC-exception-3.1", "LGPL-2.1-or-later"),
    *("OFL-1.1", "LPPL-1.3c", "Bitstream-Vera"),
)
"""Those of what lies inside wheels too: shared libraries (the runtime of a compiler, which anybody may link with or
exchange), and typefaces, whose licences let any document hold them."""


@dataclass(frozen=True)
class Licence:
    """The licence of a package, what needs the package, and the licence of libraries and typefaces in its wheels."""

    package: str
    licence: str
    needed_for: str
    bundled_licence: str
    bundled: str


@functools.cache
def licences() -> tuple[Licence, ...]:
    """Give the licence of every package of production."""
    text = resources.files("fordel_dask.dependencies").joinpath("licences.csv").read_text("utf-8")
    return tuple(
        Licence(row["package"], row["licence"], row["for"], row["bundled_licence"], row["bundled"])
        for row in csv.DictReader(text.splitlines())
    )


def forbidden(packages: Sequence[Licence]) -> Iterator[str]:
    """Say which packages have a licence that the policy does not permit."""
    for one in packages:
        if not _is_permitted(one.licence, PERMITTED):
            yield f"{one.package} is under {one.licence or 'an unknown licence'}"
        if one.bundled_licence and not _is_permitted(one.bundled_licence, PERMITTED_LIBRARIES):
            yield f"{one.bundled} in {one.package} is under {one.bundled_licence}"


def _is_permitted(expression: str, permitted: Sequence[str]) -> bool:
    """Tell whether an expression is permitted: every part joined by AND, and of parts joined by OR one."""
    return all(
        any(choice.strip() in permitted for choice in re.split(r"\bOR\b", part))
        for part in re.split(r"\bAND\b", expression.replace("(", " ").replace(")", " "))
    )
