"""Holding stores and runs against their manifests, every byte."""

from pathlib import Path
from typing import Any

from fordel_dask.errors import VerificationError
from fordel_dask.facts import kept_facts
from fordel_dask.registers.place import FINGERPRINT, foreign_companions
from fordel_dask.rundir import read_manifest, verify_files
from fordel_dask.store import open_store


def verify_path(path: Path) -> dict[str, Any]:
    """Verify a prepared store or a RUN; gives its kind and number of files.

    Raises
    ------
    VerificationError
        A file is missing or not what the manifest says.
    IntegrityError
        The directory is neither, or its manifest was changed.
    """
    if (path / "codebooks.json").exists():
        return {"kind": "prepared store", "files": _verify_store(path)}
    return {"kind": "run", "files": verify_files(path, read_manifest(path)["files"])}


def _verify_store(path: Path) -> int:
    manifest = open_store(path).manifest
    files = {
        record["file"]: record
        for record in (
            manifest["codebooks"],
            *manifest["small_tables"].values(),
            *(part for parts in manifest["tables"].values() for part in parts),
            *kept_facts(path),
        )
    }
    foreign = foreign_companions(path, manifest.get(FINGERPRINT, ""))
    if foreign:
        raise VerificationError(
            f"{', '.join(foreign[:5])}: they belong to other citizens than those of {path.name}, or cannot be read. "
            f"Look nobody up in them. An ingest was stopped while it published: start it again."
        )
    return verify_files(path, files)
