"""Room 1: raw register extracts become canonical rows on one grid of citizens, the prepared store."""

from fordel_dask.registers.ingest import ingest

__all__ = ["ingest"]
