"""A RUN as explanations see it: read from disk, each table held against its manifest."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.explanation.found import IF_THERE, NEEDED, Found, found_in
from fordel_dask.rundir import read_run_manifest, read_table
from fordel_dask.seals import seal_of


@dataclass(frozen=True)
class FoundRun:
    """A RUN in order, with its manifest, the hash of that, and what it is called."""

    name: str
    found: Found
    manifest: dict[str, Any]
    seal: str

    @property
    def model(self) -> str:
        """Name of the model it was made by."""
        return str(self.manifest["model"]["name"])


def read_found(run: Path) -> FoundRun:
    """Read what explanations need of a RUN, each table once.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    """
    manifest = read_run_manifest(run)
    names = (*NEEDED, *(name for name in IF_THERE if f"{name}.csv" in manifest["files"]))
    tables = {name: read_table(run, name, manifest) for name in names}
    return FoundRun(run.name, found_in(manifest, tables), manifest, seal_of(manifest))
