"""The prepared store: integer tables on one grid of citizens, and the manifest that vouches for them.

A store is a directory. ``manifest.json`` names every file with its rows, bytes and hashes;
what it does not name is not read. The directory appears whole or not at all.
"""

from fordel_dask.seals import seal_of, sealed
from fordel_dask.store.files import (
    PartFile,
    beside_record,
    describe_file,
    kind_of_file,
    part_records,
    read_facts_part,
    read_part,
    sha256_of_file,
    write_facts_part,
    write_part,
)
from fordel_dask.store.inspection import KEYS, QUARANTINE, check_files
from fordel_dask.store.prepared import (
    FACTS,
    FORMAT_VERSION,
    MANIFEST,
    Grid,
    Store,
    even_grid,
    manifest_text,
    open_same_store,
    open_store,
    partitions_of,
    read_sealed,
    read_sealed_file,
    refuse_replaced,
    same_store,
    write_manifest,
)

__all__ = [
    "FACTS",
    "FORMAT_VERSION",
    "KEYS",
    "MANIFEST",
    "QUARANTINE",
    "Grid",
    "PartFile",
    "Store",
    "beside_record",
    "check_files",
    "describe_file",
    "even_grid",
    "kind_of_file",
    "manifest_text",
    "open_same_store",
    "open_store",
    "part_records",
    "partitions_of",
    "read_facts_part",
    "read_part",
    "read_sealed",
    "read_sealed_file",
    "refuse_replaced",
    "same_store",
    "seal_of",
    "sealed",
    "sha256_of_file",
    "write_facts_part",
    "write_manifest",
    "write_part",
]
