"""What work costs, as data: measured rates with the machine they were measured on."""

import functools
import tomllib
from importlib import resources
from typing import Any

NANO = 1e-9


@functools.cache
def rates() -> dict[str, Any]:
    """Give the rates: seconds of a core and bytes, by kind of work."""
    return tomllib.loads(resources.files("fordel_dask.planning").joinpath("rates.toml").read_text("utf-8"))
