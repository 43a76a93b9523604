"""The code books of the nation: every code that a kept row uses, sorted as text."""

from collections.abc import Iterable, Mapping
from typing import Any

from fordel_dask.errors import SchemaError

LARGEST = dict.fromkeys(("service", "medicine", "civil_status", "country", "origin_type", "area"), 2**15)
"""Books whose numbers are kept in 16 bits."""


def union(summaries: Iterable[Mapping[str, Any]], book: str, more: Iterable[str] = ()) -> list[str]:
    """Give the codes of a book over all summaries of tasks, sorted as text."""
    found = {text for summary in summaries for text in summary["codes"].get(book, ()) if text}
    return sorted(found.union(more) - {""})


def checked(books: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Refuse books that are too long for their column.

    Raises
    ------
    SchemaError
        A column of codes has too many different values to be one.
    """
    for name, entries in books.items():
        if len(entries) >= LARGEST.get(name, 2**31):
            raise SchemaError(
                f"{name}: {len(entries):,} different codes; a code list has fewer than {LARGEST[name]:,}. "
                f"Check that the right column was delivered."
            )
    return dict(books)
