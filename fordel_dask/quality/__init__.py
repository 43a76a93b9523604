"""Quality of a delivery: what is wrong with it, counted, before anything is made of it."""

from fordel_dask.quality.findings import judge

__all__ = ["judge"]
