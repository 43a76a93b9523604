"""A small table for a terminal, and figures in it: columns aligned, texts to the left, numbers to the right."""

from collections.abc import Collection, Sequence

ELLIPSIS = "…"


def aligned(heading: Sequence[str], rows: Sequence[Sequence[str]], texts: Collection[int] = (0,)) -> list[str]:
    """Give the lines of a table; the columns numbered in ``texts`` (from 0) go to the left, all others to the right."""
    lines = [heading, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if n in texts else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def shortened(text: str, width: int) -> str:
    """Give a text in at most so many characters."""
    return text if len(text) <= width else text[: width - 1].rstrip() + ELLIPSIS


def decimal(value: float | None, places: int = 1) -> str:
    """Give a number with few decimals; a dash for none."""
    return "–" if value is None else f"{value:,.{places}f}"


def percent(share: float | None) -> str:
    """Give a share in percent; a dash for none."""
    return "–" if share is None else f"{share:.1%}"
