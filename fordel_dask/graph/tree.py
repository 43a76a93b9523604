"""A tree of sums: eight neighbours become one as soon as there are eight, so that nobody holds all parts."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

S = TypeVar("S")
FAN_IN = 8


class Tree(Generic[S]):
    """Parts added in order; ``merge`` makes one of up to eight neighbours."""

    def __init__(self, merge: Callable[[Sequence[S]], S]) -> None:
        self._merge = merge
        self._levels: list[list[S]] = []

    @property
    def parts(self) -> list[S]:
        """What has not been merged yet, in order."""
        return [part for level in reversed(self._levels) for part in level]

    def add(self, part: S, level: int = 0) -> None:
        """Add the next part."""
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(part)
        if len(self._levels[level]) == FAN_IN:
            eight, self._levels[level] = self._levels[level], []
            self.add(self._merge(eight), level + 1)

    def root(self) -> S:
        """Give the sum of at least one part."""
        parts: list[S] = []
        for level in self._levels:
            parts = [*level, *parts]
            parts = [self._merge(parts)] if len(parts) > 1 else parts
        self._levels = [parts]
        return parts[0]
