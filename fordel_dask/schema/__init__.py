"""Every table declared once: columns with type, unit and meaning; from it Arrow schemas and documentation."""

from fordel_dask.schema.table import Column, Table

__all__ = ["Column", "Table"]
