"""What an ingest or a run would cost, said before it begins: rows, memory, disk and time."""

from fordel_dask.planning.ingest import IngestPlan, affordable, plan_ingest
from fordel_dask.planning.run import RunPlan, plan_run, require_space_of_facts
from fordel_dask.planning.sizes import size_in_bytes

__all__ = [
    "IngestPlan",
    "RunPlan",
    "affordable",
    "plan_ingest",
    "plan_run",
    "require_space_of_facts",
    "size_in_bytes",
]
