"""Tables for a terminal: columns under their headings, words to the left and numbers to the right."""

from collections.abc import Collection, Sequence

ELLIPSIS = "…"


def aligned(heading: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[str] = ()) -> list[str]:
    """Give a table as lines; ``numbers`` are the headings of columns that stand to the right."""
    columns = list(zip(heading, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [name in numbers for name in heading]
    return [
        "  ".join(
            cell.rjust(width) if to_the_right else cell.ljust(width)
            for cell, width, to_the_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in (heading, *rows)
    ]


def shortened(text: str, width: int) -> str:
    """Give a text in at most so many characters."""
    return text if len(text) <= width else text[: width - 1].rstrip() + ELLIPSIS
