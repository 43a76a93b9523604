"""The prepared store: integer tables on one grid of citizens, and the manifest that vouches for them.

A store is a directory. ``manifest.json`` names every file with its rows, bytes and hashes;
what it does not name is not read. The directory appears whole or not at all.
"""

from fordel_dask.store.files import (
    PartFile,
    describe_file,
    part_records,
    read_facts_part,
    read_part,
    sha256_of_file,
    write_facts_part,
    write_part,
)
from fordel_dask.store.prepared import (
    FORMAT_VERSION,
    Grid,
    Store,
    even_grid,
    open_same_store,
    open_store,
    refuse_replaced,
    same_store,
    seal_of,
    write_manifest,
)

__all__ = [
    "FORMAT_VERSION",
    "Grid",
    "PartFile",
    "Store",
    "describe_file",
    "even_grid",
    "open_same_store",
    "open_store",
    "part_records",
    "read_facts_part",
    "read_part",
    "refuse_replaced",
    "same_store",
    "seal_of",
    "sha256_of_file",
    "write_facts_part",
    "write_manifest",
    "write_part",
]
