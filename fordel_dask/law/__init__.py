"""What is given from outside: codes, geography, fees and parameters, each with its source."""

import csv
import functools
import io
from importlib import resources


@functools.cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a packaged table, every value as text.

    ``name`` is the path below ``law/`` without ending, for instance ``"codes/menapt"``.

    Source: ``law/sources.toml`` names the origin and licence of each table.
    """
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))
