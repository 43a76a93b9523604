"""Arrow columns out of NumPy arrays, without a Python string for each row."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from fordel_dask.synthetic.chance import Flags, Ints


def digits(numbers: Ints, width: int) -> pa.LargeStringArray:
    """Give whole numbers as text of ``width`` digits with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    letters = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    ends = np.arange(numbers.size + 1, dtype=np.int64) * width
    return pa.LargeStringArray.from_buffers(numbers.size, pa.py_buffer(ends), pa.py_buffer(letters.tobytes()))


def words(values: Sequence[str | None]) -> pa.LargeStringArray:
    """Give a short list of words, to pick from."""
    return pa.array(values, type=pa.large_string())


def pick(choices: pa.Array, position: Ints) -> pa.Array:
    """Give for each row the choice at its position; a negative position is null."""
    index = pa.array(position.astype(np.int32), mask=position < 0)
    return choices.take(index)


def whole(values: Ints) -> pa.Array:
    """Give whole numbers as int64."""
    return pa.array(values, type=pa.int64())


def dates(days: Ints, missing: Flags | None = None) -> pa.Array:
    """Give days since 1970 as dates."""
    return (
        pa.array(np.where(missing, 0, days) if missing is not None else days, mask=missing)
        .cast(pa.int32())
        .cast(pa.date32())
    )


def timestamps(days: Ints, seconds: Ints) -> pa.Array:
    """Give days since 1970 and seconds of the day as local timestamps."""
    return pa.array((days * 86_400 + seconds) * 1_000_000, type=pa.int64()).cast(pa.timestamp("us"))


def table(**columns: pa.Array) -> pa.Table:
    """Give a table of these columns, in this order."""
    return pa.table(columns)
