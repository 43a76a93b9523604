"""Options that commands share: where work is done, and how much is said."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from fordel_dask.graph import Place
from fordel_dask.graph.settings import PATIENCE_SECONDS

C = TypeVar("C", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)


def speaking(function: C) -> C:
    """Add ``--quiet``, ``--json`` and ``--debug``."""
    function = click.option(
        "--debug", is_flag=True, help="Show where a failure arose: files, lines, kinds of errors; no texts or values."
    )(function)
    function = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")(function)
    return click.option("--quiet", is_flag=True, help="Show no progress.")(function)


def placed(function: C) -> C:
    """Add ``--threads``, ``--workers``, ``--scheduler``, ``--scheduler-file`` and ``--patience``."""
    function = click.option(
        "--patience",
        type=click.FloatRange(1),
        default=PATIENCE_SECONDS,
        metavar="SECONDS",
        help="How long a cluster may go on without a task ending before the command gives up.",
    )(function)
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


def written(function: C) -> C:
    """Add ``--out`` and ``--excel``: where the tables of a command of the year's cycle go."""
    function = click.option("--excel", is_flag=True, help="A workbook too, in the directory of --out.")(function)
    return click.option(
        "--out",
        type=PATH,
        metavar="DIR",
        help="Directory of the tables (CSV, Parquet); appears whole or not at all. Default: only a summary is shown.",
    )(function)


def place_of(options: Mapping[str, Any]) -> Place:
    """Give the place of work that the options of :func:`placed` name."""
    return Place(**{field.name: options[field.name] for field in fields(Place)})


def say(as_json: bool, content: Mapping[str, Any], text: str) -> None:
    """Print a result: as one JSON object, or as text for a person."""
    click.echo(json.dumps(content, ensure_ascii=False) if as_json else text)
