"""Columns of numbers between NumPy and Arrow, sharing their memory.

Arrow's own ``to_numpy`` and ``pa.array`` load pandas: a quarter of a second in every process, and most have
no other use for it.
"""

import numpy as np
import pyarrow as pa


def as_numpy(numbers: pa.Array) -> np.ndarray:
    """Give an Arrow array of numbers without gaps as a NumPy array; it cannot be written to."""
    return np.from_dlpack(numbers)


def as_arrow(numbers: np.ndarray, kind: pa.DataType) -> pa.Array:
    """Give a NumPy array of numbers as an Arrow array of a type of the same width, or one they are converted to."""
    values = np.ascontiguousarray(numbers, kind.to_pandas_dtype())
    return pa.Array.from_buffers(kind, values.size, [None, pa.py_buffer(values)])
