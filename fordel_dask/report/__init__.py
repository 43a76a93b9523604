"""Pages for readers, made from a RUN."""

from fordel_dask.report.page import write_page

__all__ = ["write_page"]
