"""The pages of a report: the country, each region and each council, every one a file that opens without a network."""

from fordel_dask.report.pages.files import page_files

__all__ = ["page_files"]
