"""Deleting what the program has made and kept of persons: looked at and shown first, then deleted, then recorded.

Nothing is deleted but what is known to be ours, and no link is ever followed: what else lies there is left and told.
"""

from fordel_dask.purging.caches import find_caches
from fordel_dask.purging.deleting import Left, delete, held_still, refuse_changed
from fordel_dask.purging.finding import find_holdings
from fordel_dask.purging.holding import Holding, Part
from fordel_dask.purging.record import record_of, refuse_record, write_record

__all__ = [
    "Holding",
    "Left",
    "Part",
    "delete",
    "find_caches",
    "find_holdings",
    "held_still",
    "record_of",
    "refuse_changed",
    "refuse_record",
    "write_record",
]
