"""The method in plain words, made of the parameters and the figures of one run."""

from fordel_dask.report.method.page import method_files

__all__ = ["method_files"]
