"""An invented nation straight into a prepared store, block by block, without raw files."""

from fordel_dask.invented.making import INVENTED, invent_store

__all__ = ["INVENTED", "invent_store"]
