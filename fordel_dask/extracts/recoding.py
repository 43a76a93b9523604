"""Delivered values under the meaning that the declaration gives them, before anything is made of them."""

from typing import Any

import pyarrow as pa

from fordel_dask.extracts.aliases import Codings, canonical_of
from fordel_dask.extracts.arrays import encoded, plain_text


def recoded(batch: Any, codings: Codings, register: str) -> Any:
    """Give a record batch with its values recoded; the same batch where nothing is to be recoded.

    Only the different values of a column are looked at. Values that no coding names stay as they are.
    """
    if not codings:
        return batch
    of_column = dict(codings)
    arrays = [
        _recoded(batch[name], dict(of_column[canonical]))
        if (canonical := canonical_of(register, name)) in of_column
        else batch[name]
        for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _recoded(column: Any, coding: dict[str, str]) -> Any:
    values, indices = encoded(column)
    texts = [plain_text(value) for value in values]
    if not any(text in coding for text in texts):
        return column
    dictionary = pa.array([*(coding.get(text, text) for text in texts), None], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), dictionary)
