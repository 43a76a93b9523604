"""Which delivered column is which canonical one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.arrays import DAY_EXAMPLES
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract, find_day_numbers
from fordel_dask.extracts.gathering import Faults
from fordel_dask.extracts.toml import FILE_NAME

Chosen = tuple[tuple[str, str], ...]
"""(canonical, delivered) names of the columns of one file."""

PLAIN = frozenset({"text", "integer", "float", "decimal", "blank"})
HOLDS = {
    "value": (PLAIN, "text or a number"),
    "day": (PLAIN | {"date"}, f"a date, a time, or text such as {DAY_EXAMPLES}"),
    "flag": (PLAIN | {"boolean"}, "1, 0 or blank"),
}
"""What a column may hold: the kinds of values, and how a message names them."""


@dataclass(frozen=True)
class Wanted:
    """A column that is needed: its name, the register names it goes by, and whether it may be missing.

    ``few_values`` says that a column repeats a few values, codes above all; ``holds`` is one of
    HOLDS. A column that is not ``read`` must be there all the same: it shows that the file is
    the register it is said to be.
    """

    name: str
    aliases: tuple[str, ...] = ()
    optional: bool = False
    few_values: bool = True
    holds: str = "value"
    read: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names to look for, the canonical one first."""
        return (self.name, *self.aliases)


def choose_columns(
    source: Source, extracts: Sequence[Extract], wanted: Sequence[Wanted], faults: Faults
) -> tuple[tuple[Extract, Chosen], ...]:
    """Give the files of a register that can be read, each with its columns.

    Files that lack a column, or have one of another type, are noted as a SchemaError and left out.
    """
    wrong: dict[tuple[str, str], list[Extract]] = {}
    files = []
    for extract in extracts:
        named = [(column, delivered_name(source, extract, column)) for column in wanted]
        complaints = _complaints(source, extract, named)
        for told in complaints:
            wrong.setdefault(told, []).append(extract)
        if not complaints:
            days = [name for column, name in named if name and column.read and column.holds == "day"]
            judged = faults.note(partial(find_day_numbers, extract, days), extract)
            files.append((judged, tuple((column.name, name) for column, name in named if name and column.read)))
    for (complaint, advice), where in wrong.items():
        faults.add(SchemaError(f"{source.register}: {_spoken(where)} {complaint}. {advice}"))
    return tuple(files)


def delivered_name(source: Source, extract: Extract, column: Wanted) -> str | None:
    """Give the name a file has for a column, or None: declared names first, letter case aside."""
    declared = dict(source.columns)
    present = {name.strip().upper(): name for name in reversed(extract.names)}
    for name in column.names:
        if name in declared:
            if declared[name] in extract.names:
                return declared[name]
            return present.get(declared[name].upper())
    return next((present[name] for name in column.names if name in present), None)


def kind_of(extract: Extract, delivered: str) -> str:
    """Give the kind of values of a delivered column."""
    return extract.kinds[extract.names.index(delivered)]


def _spoken(files: Sequence[Extract]) -> str:
    others = f" (and {len(files) - 1:,} other files)" if len(files) > 1 else ""
    return f"{files[0].path.name}{others}"


def _complaints(source: Source, extract: Extract, named: Sequence[tuple[Wanted, str | None]]) -> list[tuple[str, str]]:
    lacking = [column for column, name in named if name is None and not column.optional]
    complaints = [_missing(source, extract, lacking)] if lacking else []
    for column, name in named:
        if name is not None and column.read:
            complaints += _of_type(extract, column, name)
    return complaints


def _missing(source: Source, extract: Extract, lacking: Sequence[Wanted]) -> tuple[str, str]:
    declared = dict(source.columns)
    looked_for = [" or ".join(declared.get(name, name) for name in column.names) for column in lacking]
    found = ", ".join(sorted(extract.names)[:40]) or "no columns"
    given = ", ".join(f'{column.name} = "its name"' for column in lacking)
    advice = f"If a column has another name, write columns = {{ {given} }} at the register in {FILE_NAME}."
    return f"has no column {', no column '.join(looked_for)}; it has {found}", advice


def _of_type(extract: Extract, column: Wanted, name: str) -> list[tuple[str, str]]:
    if extract.names.count(name) > 1:
        return [(f"has the column {name} more than once", "Deliver each column once.")]
    kinds, expected = HOLDS[column.holds]
    kind = kind_of(extract, name)
    if kind in kinds:
        return []
    found = "lists or other values that are no plain ones" if kind == "other" else f"values of type {kind}"
    return [(f"has {found} in the column {name}", f"Expected is {expected}.")]
