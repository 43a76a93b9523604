"""What the page of the method is made of: sections of paragraphs, lists, formulas, examples and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fordel_dask.report.picture import TEXT, Table


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a ``soft`` one is a remark."""

    text: str
    soft: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    texts: Sequence[str]
    numbered: bool = False
    kind: str = "items"


@dataclass(frozen=True)
class Formula:
    """A formula (MathML), and the same as a sentence."""

    math: Markup
    said: str
    kind: str = "formula"


@dataclass(frozen=True)
class Step:
    """A line of a calculation: what it is, and its figure; ``total`` is drawn below a line."""

    text: str
    figure: str
    total: bool = False


@dataclass(frozen=True)
class Sum:
    """A calculation with what it is of."""

    title: str
    text: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Sums:
    """Calculations beside each other."""

    sums: Sequence[Sum]
    kind: str = "sums"


@dataclass(frozen=True)
class Tabled:
    """A table."""

    table: Table
    kind: str = "table"

    @property
    def is_text(self) -> bool:
        """Whether it holds no numbers, so that its cells may stand below each other on a narrow screen."""
        return all(column.kind == TEXT for column in self.table.columns)


Block = Paragraph | Heading | Items | Formula | Sums | Tabled


@dataclass(frozen=True)
class Section:
    """A numbered section of the page; ``name`` is its anchor."""

    name: str
    title: str
    blocks: Sequence[Block]
