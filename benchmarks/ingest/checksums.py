"""SHA-256 of every file that was written, with a manifest: what a store needs before anybody may trust it."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MANIFEST = "checksums.json"


def write_checksums(out: Path, threads: int) -> None:
    """Read all files below a directory once more, on all threads, and write what they are into the manifest."""
    files = sorted(out.rglob("*.parquet"))
    with ThreadPoolExecutor(threads) as pool:  # hashing lets go of the interpreter
        found = dict(zip((str(file.relative_to(out)) for file in files), pool.map(checksum, files), strict=True))
    (out / MANIFEST).write_text(json.dumps(found, indent=1), "utf-8")


def checksum(file: Path) -> dict[str, int | str]:
    with file.open("rb") as content:
        return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}
