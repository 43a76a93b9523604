"""The fee table: what a service code costs, and what kind of service it is."""

from fordel_dask.fees.schedule import Schedule, schedule_in_force

__all__ = ["Schedule", "schedule_in_force"]
