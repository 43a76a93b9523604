"""``python -m tests.reference REGISTERS OUT`` writes the reference's results of the default model as CSV."""

import sys
from pathlib import Path

from .run import run_reference, write_tables

write_tables(run_reference(Path(sys.argv[1])), Path(sys.argv[2]))
