"""Several things checked, and everything that is wrong told at once."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fordel_dask.errors import FordelError

T = TypeVar("T")


def every(checks: Sequence[Callable[[], T]]) -> list[T]:
    """Give the results of all checks, in order.

    Raises
    ------
    FordelError
        Checks failed: of the kind with the lowest exit code, with all messages.
    """
    results: list[T] = []
    failures: list[FordelError] = []
    for check in checks:
        try:
            results.append(check())
        except FordelError as error:
            failures.append(error)
    if failures:
        lowest_first = sorted(failures, key=lambda error: error.exit_code)
        raise type(lowest_first[0])("\n".join(dict.fromkeys(map(str, lowest_first))))
    return results
