"""Quality of a delivery: what is wrong with it, counted and judged, before anything is made of it.

``quality.check`` counts; it is not imported here, because rules and texts need neither kernels nor readers.
"""

from fordel_dask.quality.findings import judge

__all__ = ["judge"]
