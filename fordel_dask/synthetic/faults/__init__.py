"""Known errors planted in an invented nation, each listed with how often a check must find it."""

from fordel_dask.synthetic.faults.gaps import Gaps, alter_block, choose_gaps, count_block
from fordel_dask.synthetic.faults.planting import clear_faults, write_faults

__all__ = ["Gaps", "alter_block", "choose_gaps", "clear_faults", "count_block", "write_faults"]
