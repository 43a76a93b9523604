"""What the commands of the year's cycle read: a RUN, and tables that regions keep."""

from pathlib import Path

from fordel_dask.errors import CoverageError, IntegrityError
from fordel_dask.extracts.declaration import Source, declared_source
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.published import TABLES, Published, published_in
from fordel_dask.rundir import read_run_manifest, read_table


def read_published(run: Path) -> Published:
    """Read a RUN, each table held against its manifest.

    Raises
    ------
    IntegrityError
        The directory is no RUN, is of an older program, or a table was changed after the run.
    """
    manifest = read_run_manifest(run)
    older = [name for name in TABLES if f"{name}.csv" not in manifest["files"]]
    if older:
        raise IntegrityError(
            f"{run} was written by an older program and lacks {', '.join(f'{name}.csv' for name in older)}. "
            f"Run the model again: 'fordel run STORE --out {run}'."
        )
    tables = {name: read_table(run, name, manifest) for name in TABLES}
    return published_in(run.name, manifest, tables)


def source_of(register: str, path: Path) -> Source:
    """Give the files of a table that regions keep: a file, or what ``registers.toml`` of a directory names.

    Raises
    ------
    CoverageError
        There is no such file, or the directory declares no such register.
    """
    if path.is_dir():
        source = declared_source(path, register)
        if source is None:
            raise CoverageError(f"{FILE_NAME} in {path} has no section [{register}]. Add it, or name the file itself.")
        return source
    if not path.is_file():
        raise CoverageError(f"{register}: there is no file {path}. Correct the name, or name a delivery's directory.")
    return Source(register, (path,))
