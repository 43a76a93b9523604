"""Parts of a number: why a clinic or an area weighs what it weighs."""

from fordel_dask.explanation.parts import AreaGroup, NationalMeans, Part, parts_of

__all__ = ["AreaGroup", "NationalMeans", "Part", "parts_of"]
