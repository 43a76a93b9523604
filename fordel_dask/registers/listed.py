"""Which diagnoses go on to the join: those whose code some packaged disease list may ask for.

A nation has hundreds of millions of diagnoses, and most of them are no disease that any list counts.
What is left out here is neither joined nor stored; a model with a list of its own needs ``keep = "all"``.
"""

import functools
import hashlib

from fordel_dask import law


@functools.cache
def listed_prefixes() -> tuple[str, ...]:
    """Give the shortest prefixes that begin every code of the packaged disease lists, sorted."""
    prefixes: list[str] = []
    for row in sorted(law.rows("codes/diagnosis_prefixes"), key=lambda row: row["prefix"]):
        if not prefixes or not row["prefix"].startswith(prefixes[-1]):
            prefixes.append(row["prefix"])
    return tuple(prefixes)


def prefixes_of(keep: str) -> tuple[str, ...]:
    """Give the prefixes that a register declared ``keep`` is filtered by, none if all codes are kept."""
    return listed_prefixes() if keep == "listed" else ()


def fingerprint_of(prefixes: tuple[str, ...]) -> str:
    """Give the hash by which two filters are compared."""
    return hashlib.sha256("\n".join(prefixes).encode()).hexdigest()
