"""Where work is done: serial, in threads, or on Dask. No arithmetic lives here."""

from fordel_dask.graph.executor import Executor, Place, open_executor

__all__ = ["Executor", "Place", "open_executor"]
