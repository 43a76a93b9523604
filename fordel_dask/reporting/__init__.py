"""The way of a report: what may be told is collected, rendered by the room of reports, and written whole."""

from fordel_dask.reporting.collecting import Asked, collect, told_of
from fordel_dask.reporting.writing import Request, write_report

__all__ = ["Asked", "Request", "collect", "told_of", "write_report"]
