"""Which delivered column is which canonical one."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import canonical_of, folded, names_of
from fordel_dask.extracts.arrays import DAY_EXAMPLES
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.extract import format_of
from fordel_dask.extracts.files import Extract, find_day_numbers
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.gathering import Faults

Chosen = tuple[tuple[str, str], ...]
"""(canonical, delivered) names of the columns of one file."""

PLAIN = frozenset({"text", "integer", "float", "decimal", "blank"})
HOLDS = {
    "value": (PLAIN, "text or a number"),
    "day": (PLAIN | {"date"}, f"a date, a time, or text such as {DAY_EXAMPLES}"),
    "month": (PLAIN | {"date"}, "a month such as 2025-07, or a date in it"),
    "number": (PLAIN | {"boolean"}, "a number, or true and false"),
    "flag": (PLAIN | {"boolean"}, "1, 0 or blank"),
}
"""What a column may hold: the kinds of values, and how a message names them."""


@dataclass(frozen=True)
class Wanted:
    """A column that is needed, by its canonical name, and whether it may be missing.

    The names it goes by stand in ``law/registers/columns.csv``. ``few_values`` says that a column
    repeats a few values, codes above all; ``holds`` is one of HOLDS. A column that is not ``read``
    must be there all the same: it shows that the file is the register it is said to be.
    """

    name: str
    _: KW_ONLY
    optional: bool = False
    few_values: bool = True
    holds: str = "value"
    read: bool = True


def choose_columns(
    source: Source, extracts: Sequence[Extract], wanted: Sequence[Wanted], faults: Faults
) -> tuple[tuple[Extract, Chosen], ...]:
    """Give the files of a register that can be read, each with its columns.

    Files that lack a column, or have one of another type, are noted as a SchemaError and left out.
    """
    wrong: dict[tuple[str, str], list[Extract]] = {}
    files = []
    for extract in extracts:
        names = [(column, delivered_names(source, extract, column.name)) for column in wanted]
        named = [(column, next(iter(found), None)) for column, found in names]
        complaints = _complaints(source, extract, named) + [told for c, n in names for told in _unclear(extract, c, n)]
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
    """Give the name a file has for a column, or None: the first where it is not clear which one."""
    return next(iter(delivered_names(source, extract, column.name)), None)


def delivered_names(source: Source, extract: Extract, canonical: str) -> tuple[str, ...]:
    """Give the names in a file that may be the column: one, none, or those that cannot be chosen between.

    A declared name goes before all others, then the canonical one, then the aliases by their rank.
    Letter case and blanks around a name do not matter.
    """
    present = _spellings(extract.names)
    declared = dict(source.columns)
    aliases = [a for a in names_of(source.register, canonical) if not a.beside or _has(source, a.beside, present)]
    for name in (canonical, *(a.delivered for a in aliases)):
        if name in declared:
            return _spelled(declared[name], present)
    if own := _spelled(canonical, present):
        return own
    here = [alias for alias in aliases if alias.delivered in present]
    best = [alias for alias in here if alias.rank == here[0].rank]
    return tuple(spelling for alias in best for spelling in _spelled(alias.delivered, present))


def _has(source: Source, canonical: str, present: Mapping[str, list[str]]) -> bool:
    names = (canonical, *(alias.delivered for alias in names_of(source.register, canonical)))
    return any(folded(name) in present for name in names)


@functools.lru_cache(maxsize=64)  # a file of DREAM has 3,000 names, and is asked for 53 of them
def _spellings(names: tuple[str, ...]) -> Mapping[str, list[str]]:
    present: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        present.setdefault(folded(name), []).append(name)
    return present


def _spelled(name: str, present: Mapping[str, list[str]]) -> tuple[str, ...]:
    spellings = present.get(folded(name), [])
    return (name,) if name in spellings else tuple(spellings)


def unknown_columns(source: Source, extract: Extract) -> tuple[str, ...]:
    """Give the columns of a file that no list of names has for its register, and that are not declared."""
    declared = {folded(name) for _, name in source.columns}
    return tuple(
        name for name in extract.names if folded(name) not in declared and canonical_of(source.register, name) is None
    )


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
    looked_for = [_looked_for(source, column.name) for column in lacking]
    found = ", ".join(sorted(extract.names)[:40]) or "no columns"
    if format_of(extract.path) == "csv" and all(canonical_of(source.register, name) is None for name in extract.names):
        found = f"{len(extract.names):,} columns under names that nobody knows, if its first line holds names at all"
    given = ", ".join(f'{column.name} = "its name"' for column in lacking)
    advice = f"If a column has another name, write columns = {{ {given} }} at the register in {FILE_NAME}."
    return f"has no column {', no column '.join(looked_for)}; it has {found}", advice


def _looked_for(source: Source, canonical: str) -> str:
    declared, aliases = dict(source.columns), [a.delivered for a in names_of(source.register, canonical)]
    if canonical in declared or not aliases:
        return declared.get(canonical, canonical)
    return f"{canonical} (or {', '.join(aliases)})"


def _unclear(extract: Extract, column: Wanted, names: Sequence[str]) -> list[tuple[str, str]]:
    """Tell what keeps a column from being read as it is meant: two names for it, or values for a key or a day."""
    told = []
    if len(names) > 1 and column.read:
        advice = f'Say which, as in columns = {{ {column.name} = "{names[0]}" }}, at the register in {FILE_NAME}.'
        told.append((f"has {' and '.join(names)}, and each may be {column.name}", advice))
    if names and not column.few_values and column.name in dict(extract.form.codings):
        told.append((f"is to have other values in {names[0]}", "Values can be named for codes, not for keys and days."))
    return told


def _of_type(extract: Extract, column: Wanted, name: str) -> list[tuple[str, str]]:
    if extract.names.count(name) > 1:
        return [(f"has the column {name} more than once", "Deliver each column once.")]
    kinds, expected = HOLDS[column.holds]
    kind = kind_of(extract, name)
    if kind in kinds:
        return []
    found = "lists or other values that are no plain ones" if kind == "other" else f"values of type {kind}"
    return [(f"has {found} in the column {name}", f"Expected is {expected}.")]
