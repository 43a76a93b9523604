"""Quality of a delivery: what is wrong with it, counted, before anything is made of it."""

from fordel_dask.quality.check import check

__all__ = ["check"]
