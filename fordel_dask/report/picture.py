"""What a page is made of: pictures with a table under each, and tables that can be sorted."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

TEXT, NUMBER = "text", "number"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and whether it holds texts or numbers; ``unit`` stands under the heading."""

    label: str
    kind: str = NUMBER
    unit: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: what is read; ``order`` is what it is sorted by, its text where that is empty, and ``href`` a page."""

    text: str
    order: str = ""
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row names it, ``sums`` are rows that stay at its end however it is sorted."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sums: Sequence[Sequence[Cell]] = ()
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture for eyes, and its table for everybody else; ``name`` is its anchor on the page.

    ``note`` says in a sentence or two what is seen, and of what day and unit it is.
    """

    name: str
    title: str
    note: str
    svg: Markup
    table: Table
