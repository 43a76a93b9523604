"""What a kernel is held against: one answer, found by it, by plain NumPy and, where its users would, by pandas."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

Arguments = tuple[Any, ...]
Answer = tuple[np.ndarray, ...]
As = Callable[[Any], Callable[..., Any]]
"""How a kernel is called: as it is, compiled, or as the Python function it was made from."""


def compiled(kernel: Any) -> Callable[..., Any]:
    return kernel


def interpreted(kernel: Any) -> Callable[..., Any]:
    return kernel.py_func


def as_given(*answer: Any) -> Answer:
    return tuple(map(np.asarray, answer))


@dataclass(frozen=True)
class Comparison:
    """One kernel, or several as a task calls them, and the other ways to its answer.

    ``make`` gives the arguments of all ways for a partition of so many citizens; ``ours`` takes, before them, how
    kernels are called. ``rows`` is the size of the argument of this number. ``bytes_a_row`` are those that a row
    touches where not all arguments are read from end to end. ``alike`` brings answers into one order where theirs
    says nothing. ``prepared`` makes what NumPy needs beforehand where the kernel has its own among the arguments.
    """

    name: str
    kernels: tuple[Any, ...]
    make: Callable[[int, np.random.Generator], Arguments]
    ours: Callable[..., Any]
    numpy: Callable[..., Any]
    pandas: Callable[..., Any] | None = None
    rows: int = 0
    bytes_a_row: int | None = None
    alike: Callable[..., Any] = as_given
    prepared: Callable[..., Arguments] | None = None

    def ways(self, arguments: Arguments) -> dict[str, Callable[[], Any]]:
        """Give the calls to measure, by the name of the way."""
        others = arguments if self.prepared is None else self.prepared(*arguments)
        ways = {"kernel": partial(self.ours, compiled, *arguments), "numpy": partial(self.numpy, *others)}
        return ways if self.pandas is None else {**ways, "pandas": partial(self.pandas, *others)}

    def answer(self, call: Callable[[], Any]) -> Answer:
        """Call, and give the answer in the order in which it can be compared."""
        found = call()
        return as_given(*self.alike(*(found if isinstance(found, tuple) else (found,))))

    def rows_of(self, arguments: Arguments) -> int:
        """Give how many rows a call goes over."""
        return max(next(arrays_in(arguments[self.rows])).shape)

    def bytes_of(self, arguments: Arguments, answer: Any) -> int:
        """Give the bytes that a call cannot but read or write: its arguments and its answer, each once."""
        if self.bytes_a_row is not None:
            return self.bytes_a_row * self.rows_of(arguments)
        return sum(array.nbytes for array in (*arrays_in(arguments), *arrays_in(answer)))


def arrays_in(something: Any) -> Iterator[np.ndarray]:
    """Give the arrays in nested tuples and lists."""
    if isinstance(something, np.ndarray):
        yield something
    elif isinstance(something, tuple | list):
        for part in something:
            yield from arrays_in(part)
