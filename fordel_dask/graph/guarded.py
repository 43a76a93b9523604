"""A task that hands its failure back as a value, so that no scheduler keeps or logs an exception of ours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from fordel_dask.errors import FordelError, PlanError
from fordel_dask.graph.unspilled import keep_in_memory_here
from fordel_dask.privacy import seclude

MORE_MEMORY = "Give workers more memory (fewer of them on the same machine), or ingest with more --partitions."


class BugInTaskError(FordelError):
    """A task failed in a way nobody foresaw; only the kind of exception is told, its text may hold a value."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"This is a bug of fordel_dask ({kind}). Nothing was published. Report it without the data.")


@dataclass(frozen=True)
class Failure:
    """What went wrong in a task: the kind of our error, and its message."""

    kind: type[FordelError]
    message: str
    gathered: "tuple[Failure, ...]" = ()

    def error(self) -> FordelError:
        """Give the error to raise."""
        error = self.kind(self.message)
        error.gathered = tuple(failure.error() for failure in self.gathered)
        return error


def failure_of(error: FordelError) -> Failure:
    """Give the failure that stands for an error of ours, with those that it gathers."""
    return Failure(type(error), str(error), tuple(failure_of(one) for one in error.gathered))


@dataclass(frozen=True)
class Guarded:
    """A function that gives a :class:`Failure` where it would have raised."""

    function: Callable[[Any], Any]

    def __call__(self, item: Any) -> Any:
        """Give what the function gives, or how it failed.

        Whoever started this process: from its first task on it may hold rows of persons.
        """
        seclude()
        keep_in_memory_here()
        try:
            return self.function(item)
        except FordelError as error:
            return failure_of(error)
        except MemoryError:
            return Failure(PlanError, f"There was not enough memory for {named(item)}. {MORE_MEMORY}")
        except BaseException as error:  # also what is no Exception: a worker would log it and end
            return Failure(BugInTaskError, f"{type(error).__name__} in {named(item)}")


def add_up(parts: Sequence[Any]) -> Any:
    """Give the sum of parts in order, or the first failure among them."""
    failures = [part for part in parts if isinstance(part, Failure)]
    return failures[0] if failures else reduce(add, parts)


def named(item: Any, otherwise: str = "a task") -> str:
    """Name what a task works on by its partitions, the only thing of an item that may be told."""
    one, several = getattr(item, "partition", None), getattr(item, "partitions", None)
    if isinstance(one, int):
        return f"partition {one}"
    if isinstance(several, tuple) and several:
        return f"partitions {several[0]}-{several[-1]}" if len(several) > 1 else f"partition {several[0]}"
    return otherwise
