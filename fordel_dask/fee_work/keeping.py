"""Where a fee table that was read in is kept: a file, or a directory of versions that commands price by."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fordel_dask.errors import FordelError, UsageError
from fordel_dask.fees.correction import CorrectionFactor, corrections_text
from fordel_dask.fees.fee_table import FOOTNOTES, FeeTable
from fordel_dask.fees.rows import read_rows, text_of
from fordel_dask.fees.table_file import footnotes_text, table_text
from fordel_dask.fees.versions import (
    CORRECTIONS,
    SCHEDULES,
    FeeVersion,
    Listed,
    listed_in,
    listed_text,
    own_corrections,
    packaged_versions,
    read_listed,
    refuse_overlaps,
)
from fordel_dask.store import sha256_of_file
from fordel_dask.store.publishing import appearing, sync, writing

NAME = "gp_fees_{day}"


def write_file(path: Path, text: str) -> None:
    """Write a small file, whole or not at all.

    Raises
    ------
    SpaceError
        There is no space or no permission.
    """
    with writing(str(path)), appearing(path) as begun:
        begun.write_text(text, encoding="utf-8", newline="\n")
        sync(begun)


def refuse_place(path: Path, columns: Sequence[str], what: str) -> None:
    """Refuse to write over a file that is not what is to be written.

    Raises
    ------
    UsageError
        Something else stands there.
    """
    if not path.exists():
        return
    try:
        read_rows(text_of(path), str(path), columns)
    except FordelError:
        raise UsageError(f"{path} stands there already and is no {what}. Give another name.") from None


def files_of_version(
    directory: Path, table: FeeTable, source: str, corrections: Sequence[CorrectionFactor]
) -> tuple[Mapping[str, str], Listed | None]:
    """Give the files of a user's directory with one more fee table, and what it takes the place of.

    A table of the same first day takes the place of the earlier one; ``schedules.csv`` stands last, for what it does
    not list is not there.

    Raises
    ------
    UsageError
        The directory holds other things.
    LawError
        On a day of the table another one is in force.
    SchemaError
        What is kept there cannot be read.
    """
    if (
        directory.exists()
        and not (directory / SCHEDULES).exists()
        and (directory.is_file() or any(directory.iterdir()))
    ):
        raise UsageError(f"{directory} holds other things than fee tables. Name a new directory, or one of fee tables.")
    name = NAME.format(day=table.valid_from)
    listed = listed_in(directory)
    kept = [one for one in listed if one.file != name]
    new = FeeVersion(table, str(directory / f"{name}.csv"), source)
    refuse_overlaps([*packaged_versions(), *read_listed(directory, kept), new])
    files = {
        f"{name}.csv": table_text(table.fees),
        f"{name}{FOOTNOTES}.csv": footnotes_text(table.footnotes),
        CORRECTIONS: corrections_text([*_other_corrections(directory, table), *corrections]),
        SCHEDULES: listed_text([*kept, Listed(name, table.valid_from, table.valid_to, source)]),
    }
    return files, next((one for one in listed if one.file == name), None)


def inputs_of_tables(directory: Path | None) -> dict[str, str]:
    """Give the files of a user's fee tables with their SHA-256, as manifests name inputs; none without a directory."""
    if directory is None:
        return {}
    return {f"fee table {path.name}": sha256_of_file(path) for path in sorted(directory.glob("*.csv"))}


def _other_corrections(directory: Path, table: FeeTable) -> list[CorrectionFactor]:
    return [one for one in own_corrections(directory) if one.table_from != table.valid_from]


def write_files(directory: Path, files: Mapping[str, str]) -> None:
    """Write files into a directory, which is made if need be, in their order.

    Raises
    ------
    SpaceError
        There is no space or no permission.
    """
    with writing(str(directory)):
        directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_file(directory / name, text)
