"""Exact linear algebra on whole numbers: fraction-free elimination (Bareiss)."""

from collections.abc import Sequence
from dataclasses import dataclass

Row = list[int]


@dataclass(frozen=True)
class Inverse:
    """The inverse of a whole-number matrix as ``adjugate ÷ determinant``, both exact."""

    adjugate: tuple[tuple[int, ...], ...]
    determinant: int


class DependentColumnsError(Exception):
    """The matrix has no inverse; ``columns`` are those that depend on the ones before them."""

    def __init__(self, columns: tuple[int, ...]) -> None:
        super().__init__()
        self.columns = columns


def invert(matrix: Sequence[Sequence[int]]) -> Inverse:
    """Invert a symmetric positive definite matrix of whole numbers, exactly.

    Fraction-free Gauss–Jordan elimination in place: every division leaves no rest. What is left of the
    matrix and what has become of its inverse are symmetric both, and opposite to one another in
    sign, so that what stands on and above the diagonal is all that is worked on. A pivot of such a
    matrix is zero only where a column depends on the columns before it, so no rows are swapped.

    Raises
    ------
    DependentColumnsError
        Columns depend on others.
    """
    size = len(matrix)
    rows: list[Row] = [[*map(int, row)] for row in matrix]
    previous = 1
    for k in range(size):
        pivot = rows[k][k]
        if pivot == 0:
            raise DependentColumnsError(_dependent(matrix))
        pivot_row = [*(-rows[i][k] for i in range(k)), *rows[k][k:]]
        for i in range(size):
            if i != k:
                factor = pivot_row[i] if i > k else -pivot_row[i]
                rows[i][i:] = _eliminated(rows[i][i:], pivot_row[i:], pivot, factor, previous)
        for i in range(k):
            rows[i][k] = pivot_row[i]
        rows[k][k] = previous
        previous = pivot
    return Inverse(tuple(tuple(rows[min(i, j)][max(i, j)] for j in range(size)) for i in range(size)), previous)


def _eliminated(row: Row, pivot_row: Row, pivot: int, factor: int, previous: int) -> Row:
    if factor == 0:
        return [pivot * value // previous for value in row]
    return [(pivot * value - factor * above) // previous for value, above in zip(row, pivot_row, strict=True)]


def _dependent(matrix: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Give the columns that add nothing to the rank, going from first to last."""
    found: list[int] = []
    kept: list[int] = []
    for column in range(len(matrix)):
        trial = [*kept, column]
        if _singular([[int(matrix[i][j]) for j in trial] for i in trial]):
            found.append(column)
        else:
            kept = trial
    return tuple(found)


def _singular(rows: list[Row]) -> bool:
    previous = 1
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot == 0:
            return True
        for i in range(k + 1, len(rows)):
            rows[i] = _eliminated(rows[i], rows[k], pivot, rows[i][k], previous)
        previous = pivot
    return False
