"""The pages of a report: the country, each region and each council, every one a file that opens without a network."""

from fordel_dask.report.pages.files import page_files
from fordel_dask.report.pages.links import Beside

__all__ = ["Beside", "page_files"]
