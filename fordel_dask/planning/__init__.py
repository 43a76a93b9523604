"""What an ingest or a run would cost, said before it begins: rows, memory, disk and time.

Plans of runs stand in ``planning.run``: an ingest need not load what they are made of.
"""

from fordel_dask.planning.ingest import IngestPlan, affordable, plan_ingest
from fordel_dask.planning.sizes import size_in_bytes

__all__ = ["IngestPlan", "affordable", "plan_ingest", "size_in_bytes"]
