"""The reference model: a slow, independent second implementation of the model `national-2025` and its variants.

Plain pandas, integers and fractions, one short file a room, written from the specification alone. It
imports nothing of ``fordel_dask`` but the packaged tables (parameters, fees, codes, geography), and is the best
explanation of the method: read ``run.py`` first.
"""

from .model import ReferenceError
from .run import run_reference

__all__ = ["ReferenceError", "run_reference"]
