"""A check that a batch system stops leaves no person key behind."""

import os
import signal
import subprocess
import sys
import time

from tests.lib.nations import write_nation

PATIENCE_SECONDS = 60


def test_a_check_stopped_by_its_batch_system_leaves_nothing_in_the_temporary_directory(tmp_path):
    nation = write_nation(tmp_path / "registers", 5, 2000, patients="both")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = (sys.executable, "-m", "fordel_dask", "check", nation, "--out", tmp_path / "report", "--quiet")
    process = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(scratch)}, stderr=subprocess.DEVNULL)
    patience = time.monotonic() + PATIENCE_SECONDS
    while not list(scratch.glob("fordel-check-*")) and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) in (0, 60)
    assert list(scratch.glob("fordel-check-*")) == []
