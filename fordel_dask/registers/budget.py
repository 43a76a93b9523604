"""How much of a delivery is in memory at a time: the numbers that follow from a budget of memory.

The bytes of the store depend on none of them.
"""

from dataclasses import dataclass

from fordel_dask.extracts.files import DEFAULT_PORTION, Portion
from fordel_dask.registers.dealt_file import CHUNK_ROWS

PIECE_ROWS = 4_000_000
"""Rows that one task reads, in whole row groups."""

BUCKET_ROWS = 700_000
"""Contacts and diagnoses that meet in one task."""

MOST_BUCKETS = 256
"""More make many small batches; there are more only where a bucket would not fit."""

KEYS_A_TASK = 2_000_000
"""Keys of DREAM that one task holds in memory, 16 bytes each and as much again to sort them."""


@dataclass(frozen=True)
class Budget:
    """How much is in memory at a time; the default is for machines where memory is no question.

    ``most_bucket_rows`` are the rows of a bucket that fit at all, ``tasks`` the stages of which
    fewer tasks run at a time than could, and how many.
    """

    piece_rows: int = PIECE_ROWS
    chunk_rows: int = CHUNK_ROWS
    bucket_rows: int = BUCKET_ROWS
    most_bucket_rows: int = 6 * BUCKET_ROWS
    keys_a_task: int = KEYS_A_TASK
    portion: Portion = DEFAULT_PORTION
    tasks: tuple[tuple[str, int], ...] = ()

    def tasks_of(self, stage: str, width: int) -> int:
        """Give how many tasks of a stage run at a time, where ``width`` could."""
        return min(dict(self.tasks).get(stage, width), width)

    def buckets(self, rows: int) -> int:
        """Give the number of buckets that contacts and diagnoses of so many rows are dealt to."""
        usual = min(max(1, rows // self.bucket_rows), MOST_BUCKETS)
        return max(usual, -(-rows // self.most_bucket_rows))


DEFAULT_BUDGET = Budget()
