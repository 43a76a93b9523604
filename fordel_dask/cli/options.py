"""Options that commands share: where work is done, and how much is said."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)


def speaking(function: C) -> C:
    """Add ``--quiet``, ``--json`` and ``--debug``."""
    function = click.option("--debug", is_flag=True, help="Show the traceback of a failure.")(function)
    function = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")(function)
    return click.option("--quiet", is_flag=True, help="Show no progress.")(function)


def placed(function: C) -> C:
    """Add ``--threads``, ``--workers``, ``--scheduler`` and ``--scheduler-file``."""
    function = click.option("--scheduler-file", type=PATH, help="Scheduler file of an existing Dask cluster.")(function)
    function = click.option("--scheduler", help="Address of an existing Dask cluster.")(function)
    function = click.option("--workers", type=click.IntRange(1), help="Local Dask processes instead of threads.")(
        function
    )
    return click.option(
        "--threads",
        type=click.IntRange(1),
        help="Threads of this process; with --workers, of each. Default: all cores.",
    )(function)


def say(as_json: bool, content: Mapping[str, Any], text: str) -> None:
    """Print a result: as one JSON object, or as text for a person."""
    click.echo(json.dumps(content, ensure_ascii=False) if as_json else text)
