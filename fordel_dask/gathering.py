"""Several things checked, and everything that is wrong told at once."""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from fordel_dask.errors import FordelError

T = TypeVar("T")
U = TypeVar("U")


class Faults:
    """What was found wrong so far; ``refuse`` tells all of it at once."""

    def __init__(self) -> None:
        self._found: list[FordelError] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def found(self) -> tuple[FordelError, ...]:
        """What was noted."""
        return tuple(self._found)

    def add(self, error: FordelError) -> None:
        """Note an error."""
        self._found.append(error)

    def note(self, check: Callable[[], T], otherwise: U) -> T | U:
        """Give the result of a check; if it fails, note its error and give ``otherwise``."""
        try:
            return check()
        except FordelError as error:
            self.add(error)
        return otherwise

    def told(self) -> tuple[FordelError, ...]:
        """Give every error that was noted by itself, also those that were told together."""
        return tuple(part for error in self._found for part in error.gathered or (error,))

    def refuse(self) -> None:
        """Raise what was noted, if anything was.

        Raises
        ------
        FordelError
            Of the kind with the lowest exit code, with all messages.
        """
        if self._found:
            lowest_first = sorted(self._found, key=lambda error: error.exit_code)
            refusal = type(lowest_first[0])("\n".join(dict.fromkeys(map(str, lowest_first))))
            refusal.gathered = self.told()
            raise refusal


def every(checks: Sequence[Callable[[], T]]) -> list[T]:
    """Give the results of all checks, in order.

    Raises
    ------
    FordelError
        Checks failed: of the kind with the lowest exit code, with all messages.
    """
    faults = Faults()
    results = [faults.note(check, None) for check in checks]
    faults.refuse()
    return cast(list[T], results)
