"""An invented nation: every register of the contract, with known true weights, block by block."""

from fordel_dask.synthetic.blocks import block_tables, write_block
from fordel_dask.synthetic.faults import alter_block, choose_gaps, clear_faults, count_block, write_faults
from fordel_dask.synthetic.nation import CITIZENS_PER_BLOCK, SMALLEST, Nation, blocks
from fordel_dask.synthetic.tables import write_tables

__all__ = [
    "CITIZENS_PER_BLOCK",
    "SMALLEST",
    "Nation",
    "alter_block",
    "block_tables",
    "blocks",
    "choose_gaps",
    "clear_faults",
    "count_block",
    "write_block",
    "write_faults",
    "write_tables",
]
