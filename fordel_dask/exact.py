"""Exact linear algebra on whole numbers: fraction-free elimination (Bareiss), coefficients and their errors.

Nothing is loaded for it, so that weights can be estimated again wherever their sums are (``fordel refit``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fordel_dask.law.rounding import MICRO, half_even, root_half_even

OERE_PER_KRONE = 100
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


def numerators_of(inverse: Inverse, right: Sequence[int]) -> list[int]:
    """Give the solution of A β = ``right``, each over the determinant."""
    return [sum(a * b for a, b in zip(row, right, strict=True)) for row in inverse.adjugate]


def published(inverse: Inverse, numerators: Sequence[int], parts: int = 1) -> tuple[int, ...]:
    """Give coefficients in øre ÷ ``parts``, each over the determinant, as published: 10⁻⁶ kroner, half to even."""
    scale = MICRO // OERE_PER_KRONE
    return tuple(half_even(numerator * scale, inverse.determinant * parts) for numerator in numerators)


def standard_errors(inverse: Inverse, middle: Sequence[Sequence[int]], factor: Fraction) -> list[int]:
    """Give the roots of the diagonal of A⁻¹ M A⁻¹ × ``factor``, half to even.

    ``middle`` is M in squared days × 10⁻⁶ kroner, so that errors are in 10⁻⁶ kroner.
    """
    square = inverse.determinant**2
    found = []
    for row in inverse.adjugate:
        through = [sum(a * m for a, m in zip(row, of_middle, strict=True)) for of_middle in middle]
        value = sum(a * t for a, t in zip(row, through, strict=True))
        found.append(root_half_even(factor * Fraction(value, square)))
    return found
