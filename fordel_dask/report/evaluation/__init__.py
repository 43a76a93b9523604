"""The pack for the evaluation of the model in 2028: what the told tables let be said in one archive, and what not."""

from collections.abc import Iterator

from fordel_dask.report.evaluation.pack import NAME, pack_bytes
from fordel_dask.report.parts import Wanted
from fordel_dask.report.told import Told

__all__ = ["evaluation_files"]


def evaluation_files(told: Told, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Give the archive by name; the same figures give the same bytes.

    Raises
    ------
    UsageError
        The library for workbooks is not installed.
    """
    yield NAME, pack_bytes(told, wanted)
