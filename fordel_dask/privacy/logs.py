"""Log records of libraries without values: a fixed text of their source may be written, what is filled in may not.

It is done where records are made, not at a handler: whoever keeps, formats or sends them gets no more than that.
"""

import logging
import sys
from types import FrameType
from typing import Any

from fordel_dask.privacy.tracebacks import WITHHELD

OURS = "fordel_dask"


def hide_log_values() -> None:
    """Let every log record that this process makes from now on be one without values."""
    logging.setLogRecordFactory(record_without_values)


def record_without_values(  # noqa: PLR0913, PLR0917  as the standard library calls it
    name: str,
    level: int,
    file: str,
    line: int,
    text: object,
    args: Any,
    exc_info: Any,
    function: str | None = None,
    stack: str | None = None,
    **more: Any,
) -> logging.LogRecord:
    """Give a record with logger, level, place, the fixed text, and the kind of an exception.

    Our own loggers say fixed texts and counts, and are left as they are.
    """
    if name.partition(".")[0] == OURS:
        return logging.LogRecord(name, level, file, line, text, args, exc_info, function, stack, **more)
    said = str(text) if _is_fixed(text, file, line) else f"({WITHHELD})"
    kind = exc_info[0] if isinstance(exc_info, tuple) else None
    said = f"{said} [{kind.__name__}]" if kind else said
    return logging.LogRecord(name, level, file, line, said, (), None, function, None)


def _is_fixed(text: object, file: str, line: int) -> bool:
    """Tell whether a text stands as it is in the code that logs it: nothing was filled in before."""
    frame: FrameType | None = sys._getframe(2)
    while frame and (frame.f_lineno != line or frame.f_code.co_filename != file):
        frame = frame.f_back
    return isinstance(text, str) and frame is not None and text in frame.f_code.co_consts
