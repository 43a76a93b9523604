"""What a file shows before its rows are read: whether it can be opened, and which columns it has."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fordel_dask.extracts.columns import HOLDS, Wanted, delivered_name, kind_of, unknown_columns
from fordel_dask.extracts.declaration import Declaration, Source
from fordel_dask.extracts.files import Extract, count_rows, described
from fordel_dask.gathering import Faults
from fordel_dask.quality.gathered import Counts, Gathered
from fordel_dask.registers import clinics, dream, municipalities, projection
from fordel_dask.registers.delivery import Delivery

SMALL = {"clinics": clinics.WANTED, "municipalities": municipalities.WANTED, "projection": projection.WANTED}
"""The columns of registers that are kept whole."""


def look_at_files(delivery: Delivery, found: Gathered) -> None:
    """Count, file by file, what cannot be read, what is missing and what nobody knows."""
    declaration = delivery.declaration
    for opened in (delivery.population, *delivery.others):
        for path in opened.source.files:
            found.add_file(opened.source.register, path, _seen(opened.source, path, opened.wanted))
    for opened in delivery.keyed:
        for path in opened.source.files:
            seen = _seen(opened.source, path, opened.wanted)
            found.add_file(opened.source.register, path, seen, _rows(opened.source, path))
    for source in small_sources(declaration):
        for path in source.files:
            rows = _rows(source, path)
            found.add_file(source.register, path, _seen(source, path, SMALL[source.register]), rows)


def small_sources(declaration: Declaration) -> list[Source]:
    """Give the registers that are kept whole, as far as they are delivered."""
    given = (declaration.clinics, declaration.municipalities, declaration.projection)
    return [source for source in given if source]


def count_unread(source: Source, found: Gathered) -> list[Path]:
    """Count the files of a register that no room reads row by row, and give those that can be opened."""
    good = []
    for path in source.files:
        seen = _seen(source, path, ())
        found.add_file(source.register, path, seen, _rows(source, path))
        good += [] if "file_unreadable" in seen else [path]
    return good


def _opened(source: Source, path: Path) -> Extract | None:
    return next(iter(described(replace(source, files=(path,)), Faults())), None)


def _rows(source: Source, path: Path) -> int:
    extract = _opened(source, path)
    rows = Faults().note(lambda: count_rows(extract) if extract and extract.names else 0, 0)
    return max(rows, 0)


def _seen(source: Source, path: Path, wanted: Sequence[Wanted]) -> Counts:
    extract = _opened(source, path)
    if extract is None:
        return {"file_unreadable": 1}
    named = [(column, delivered_name(source, extract, column)) for column in _of_file(source, extract, wanted)]
    unknown = {*unknown_columns(source, extract)} - {name for _, name in named}
    return {
        "column_missing": sum(name is None and not column.optional for column, name in named),
        "column_type": sum(_is_wrong(extract, column, name) for column, name in named if name and column.read),
        "column_unknown": len(unknown),
    }


def _of_file(source: Source, extract: Extract, wanted: Sequence[Wanted]) -> Sequence[Wanted]:
    """Give the columns that one file must have: of the weeks of DREAM those that it has."""
    if source.register != "dream":
        return wanted
    return [column for column in wanted if column == dream.PERSON or delivered_name(source, extract, column)]


def _is_wrong(extract: Extract, column: Wanted, name: str) -> bool:
    return extract.names.count(name) > 1 or kind_of(extract, name) not in HOLDS[column.holds][0]
