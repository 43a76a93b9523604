"""A small table for a terminal: columns aligned, texts to the left, numbers to the right."""

from collections.abc import Sequence


def aligned(heading: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """Give the lines of a table; the first ``texts`` columns, and the last if it is called a note, go to the left."""
    lines = [heading, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heading))]
    left = {*range(texts), *(n for n, name in enumerate(heading) if name == "note")}
    return [
        "  ".join(
            text.ljust(width) if n in left else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def decimal(value: float | None, places: int = 1) -> str:
    """Give a number with few decimals; a dash for none."""
    return "–" if value is None else f"{value:,.{places}f}"


def percent(share: float | None) -> str:
    """Give a share in percent; a dash for none."""
    return "–" if share is None else f"{share:.1%}"
