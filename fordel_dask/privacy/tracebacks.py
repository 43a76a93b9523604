"""Where an error arose, without what it says: texts of libraries' errors hold the values they stumbled over."""

import linecache
import traceback
from collections.abc import Iterator

from fordel_dask.errors import FordelError

WITHHELD = "text withheld, it may hold a value of a person"


def traceback_text(error: BaseException) -> str:
    """Give files, lines and kinds of an error and of those it came from; a text only of our own kind."""
    return "\n".join(_lines(error, set())) + "\n"


def kind_of(error: BaseException) -> str:
    """Give the kind of an error, with its text if that cannot hold a value of a person."""
    return f"{type(error).__name__}: {error if _is_of_program(error) else f'({WITHHELD})'}"


def _is_of_program(error: BaseException) -> bool:
    """Tell whether an error is one of ours, or of an import: what the import system raises names a module."""
    return isinstance(error, FordelError) or (isinstance(error, ImportError) and error.name is not None)


def _lines(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in told:
        yield from _lines(earlier, told)
        yield "\nWhile that was dealt with, or because of it:\n"
    yield "Traceback (innermost last; texts of foreign errors and all values are left out):"
    for frame, number in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        yield f'  File "{file}", line {number}, in {frame.f_code.co_name}'
        line = linecache.getline(file, number).strip()
        if line:
            yield f"    {line}"
    yield kind_of(error)
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _lines(part, told)
