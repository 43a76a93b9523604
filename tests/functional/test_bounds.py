"""No kernel reads or writes outside of its arrays, whatever the rows are (R11)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = (
    "tests/property/test_kernels.py",
    "tests/property/test_checksums.py",
    "tests/unit/test_ingest_kernels.py",
    "tests/unit/test_check_kernels.py",
    "tests/unit/test_ingest_rules.py",
    "tests/functional/test_conservation.py",
)


@pytest.mark.long
def test_kernels_keep_to_their_arrays_when_bounds_are_checked(tmp_path, evidence):
    checked = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", *SUITE)
    done = subprocess.run(command, cwd=ROOT, env=checked, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    cases = int(re.search(r"(\d+) passed", done.stdout)[1])
    evidence.note("R11", "a test of kernels or rules run with bounds checked at every index", cases, "no index outside")
