"""Which program a process runs."""

import functools
import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


@functools.cache
def program_hash() -> str:
    """Give the hash of our package: programs, tables and parameters, with their names.

    It is taken once in a process: workers do it before their first task, so that one which was
    started before the files were changed does not pass for the newer program.
    """
    digest = hashlib.sha256()
    for source in sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        content = source.read_bytes()
        digest.update(f"{source.relative_to(PACKAGE).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
