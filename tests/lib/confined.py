"""Work done in a process of its own, with so much memory and time and no more: how did it end?"""

import multiprocessing
import os
import resource
import signal
import traceback
import warnings
from pathlib import Path

from fordel_dask.errors import FordelError

GIB = 1024**3
PAGE = os.sysconf("SC_PAGE_SIZE")


def ending(work, *, memory=GIB, seconds=30):
    """Do some work in a fork, with ``memory`` bytes beyond what this process has; give exit code and message.

    0 and the text of what it gave; the code and message of one of our errors; 70 and a traceback for anything else;
    −9 where it took too long or was killed.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads; the child starts none
        child = os.fork()
    if child == 0:
        _work(work, there, memory, seconds)
    there.close()
    try:
        told = here.recv() if here.poll(seconds + 5) else (-9, "took too long")
    except EOFError:
        told = (-9, "was killed")
    finally:
        here.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return told


def _work(work, there, memory, seconds):
    """Do the work in the child, tell how it ended, and leave without what the parent does at its end."""
    try:
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * PAGE
        resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
        signal.alarm(seconds)
        try:
            told = (0, str(work()))
        except FordelError as error:
            told = (error.exit_code, str(error))
        except BaseException:
            told = (70, traceback.format_exc())
        there.send(told)
    finally:
        os._exit(0)
