"""An invented nation straight into a prepared store, block by block, without raw files."""

from fordel_dask.invented.making import invent_store

__all__ = ["invent_store"]
