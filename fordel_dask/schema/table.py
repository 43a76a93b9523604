"""What a table is: named columns of one type each, none of them null."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One column: its NumPy type, unit and meaning, and how its values are packed in Parquet.

    ``packing`` is ``dictionary`` for columns of few different values, ``delta`` for sorted
    ones, ``plain`` for the rest.
    """

    name: str
    type: str
    unit: str
    doc: str
    packing: str = "dictionary"


@dataclass(frozen=True)
class Table:
    """A table of the prepared store or of facts: required columns of integers.

    ``dense`` tables have exactly one row per citizen of the partition, in order; the
    others have a column ``citizen`` (position in the partition, sorted).
    """

    name: str
    doc: str
    columns: tuple[Column, ...]
    dense: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))

    def arrow_schema(self) -> "pa.Schema":
        """Give the Arrow schema, every field required: nullable ones read at half the speed."""
        import pyarrow as pa

        return pa.schema([pa.field(c.name, pa.type_for_alias(c.type), nullable=False) for c in self.columns])
