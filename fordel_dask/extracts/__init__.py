"""Raw register extracts in: what a delivery declares, its files, and their rows as NumPy columns."""

from fordel_dask.extracts.declaration import Declaration, Pair, Source, read_declaration
from fordel_dask.extracts.files import Extract, Piece, describe, pieces, read_rows

__all__ = [
    "Declaration",
    "Extract",
    "Pair",
    "Piece",
    "Source",
    "describe",
    "pieces",
    "read_declaration",
    "read_rows",
]
