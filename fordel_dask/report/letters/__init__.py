"""Letters to clinics: the calculation, the region's decision and the correction of an error, as HTML and as PDF."""

from fordel_dask.report.letters.blocks import Blocks, read_blocks
from fordel_dask.report.letters.html import letter_files
from fordel_dask.report.letters.pdf import pdf_files

__all__ = ["Blocks", "letter_files", "pdf_files", "read_blocks"]
