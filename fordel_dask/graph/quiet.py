"""Dask's own log lines, kept off the terminal: they hold tracebacks and arguments of tasks.

What was wrong is said by our errors; what a cluster that exists logs stays in its own logs.
"""

import contextlib
import logging
from collections.abc import Iterator

FAMILIES = ("distributed", "tornado", "asyncio", "bokeh")
SILENT = logging.CRITICAL + 1


@contextlib.contextmanager
def quiet_logs() -> Iterator[None]:
    """Log nothing of Dask meanwhile, and nothing after a failure either: what was cut off is still ending."""
    loggers = [logging.getLogger(name) for name in (*FAMILIES, *_levelled())]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def _levelled() -> list[str]:
    """Give the loggers below them that have a level of their own."""
    return [
        name
        for name, logger in logging.root.manager.loggerDict.items()
        if name.split(".")[0] in FAMILIES and isinstance(logger, logging.Logger) and logger.level
    ]
