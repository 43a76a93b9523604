"""Which delivered column is which canonical one."""

from collections.abc import Sequence
from dataclasses import dataclass

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract
from fordel_dask.extracts.toml import FILE_NAME


@dataclass(frozen=True)
class Wanted:
    """A column that is read: its name, the register names it goes by, and whether it may be missing.

    ``few_values`` says that a column repeats a few values, codes above all.
    """

    name: str
    aliases: tuple[str, ...] = ()
    optional: bool = False
    few_values: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names to look for, the canonical one first."""
        return (self.name, *self.aliases)


def choose_columns(source: Source, extract: Extract, wanted: Sequence[Wanted]) -> tuple[tuple[str, str], ...]:
    """Give (canonical, delivered) names of the columns of one file.

    Raises
    ------
    SchemaError
        A column that is needed is missing.
    """
    chosen = [(column, delivered_name(source, extract, column)) for column in wanted]
    for column, name in chosen:
        if name is None and not column.optional:
            raise _missing(source, extract, column)
    return tuple((column.name, name) for column, name in chosen if name is not None)


def delivered_name(source: Source, extract: Extract, column: Wanted) -> str | None:
    """Give the name a file has for a column, or None: declared names first, letter case aside."""
    declared = dict(source.columns)
    present = {name.upper(): name for name in reversed(extract.names)}
    for name in column.names:
        if name in declared:
            if declared[name] in extract.names:
                return declared[name]
            return present.get(declared[name].upper())
    return next((present[name] for name in column.names if name in present), None)


def kind_of(extract: Extract, delivered: str) -> str:
    """Give the kind of values of a delivered column: text, integer, float or other."""
    return extract.kinds[extract.names.index(delivered)]


def _missing(source: Source, extract: Extract, column: Wanted) -> SchemaError:
    declared = dict(source.columns)
    looked_for = [declared.get(name, name) for name in column.names]
    found = ", ".join(sorted(extract.names)[:40]) or "no columns"
    return SchemaError(
        f"{source.register}: {extract.path.name} has no column {' or '.join(looked_for)}; it has {found}. "
        f'If the column has another name, write columns = {{ {column.name} = "its name" }} '
        f"at the register in {FILE_NAME}."
    )
