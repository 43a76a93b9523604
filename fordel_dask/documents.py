"""Documents that are held whole (JSON, TOML, small texts): of regular files, of bounded size and depth.

A pipe never ends, ``/dev/zero`` fills memory, ten thousand brackets exhaust the parser's stack, and ``1e999999999``
is a number of a billion digits. Whatever a document is, reading it ends soon, with one of two kinds of errors that
every reader already tells in its own words: ``OSError`` (it cannot be read), ``ValueError`` (it is no such document).
"""

import errno
import json
import os
import stat
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

MOST_JSON_BYTES = 128 * 1024 * 1024
"""The largest JSON that is read: a manifest of a nation has some MiB, the sums of 500 coefficients some 50."""

MOST_TOML_BYTES = 1024 * 1024
"""The largest TOML that is read: what people write by hand has some KiB."""

MOST_DEEP = 64
"""How deep a document may be nested: ours are by six or seven."""

TOO_DEEP = "it is nested too deep"
EACH = "*"
"""In a form, the name that stands for every other."""

MOST_DIGITS = 400
"""The longest number, written out, that a document may hold; a float reaches to 10³⁰⁸."""


def read_whole(path: Path, most_bytes: int) -> bytes:
    """Read a file that is held whole.

    Raises
    ------
    OSError
        It cannot be read, is no regular file (a pipe, a device, a directory), or is larger than ``most_bytes``.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not be waited for
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes:,} bytes, the most that is read")
    return content


def read_json(path: Path) -> Any:
    """Read a JSON document, see :func:`json_of`.

    Raises
    ------
    OSError, ValueError
        It cannot be read, or is no JSON.
    """
    return json_of(read_whole(path, MOST_JSON_BYTES))


def json_of(content: bytes | str) -> Any:
    """Give what a JSON document says; numbers are finite.

    Raises
    ------
    ValueError
        It is no JSON, nested too deep, or holds a number that is none.
    """
    try:
        found = json.loads(content, parse_constant=_no_number)
        if _is_shallow(found):
            return found
    except RecursionError:
        pass
    raise ValueError(TOO_DEEP)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def read_toml(path: Path, parse_float: Callable[[str], Any] = str) -> dict[str, Any]:
    """Read a TOML document in UTF-8, with or without its mark, see :func:`toml_of`.

    Raises
    ------
    OSError, ValueError
        It cannot be read, is no UTF-8 (``UnicodeDecodeError``), or no TOML (``tomllib.TOMLDecodeError``).
    """
    return toml_of(read_whole(path, MOST_TOML_BYTES).decode("utf-8-sig"), parse_float)


def toml_of(text: str, parse_float: Callable[[str], Any] = str) -> dict[str, Any]:
    """Give what a TOML document says; ``parse_float`` makes a number of the text of one with a point or exponent.

    Raises
    ------
    tomllib.TOMLDecodeError
        It is no TOML, nested too deep, or holds a number too long to be read.
    """
    failure = TOO_DEEP
    try:
        found = tomllib.loads(text, parse_float=parse_float)
        if _is_shallow(found):
            return found
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        pass
    except (ValueError, ArithmeticError):  # of numbers of thousands of digits, which have no text of their own
        failure = "a number is too long"
    raise tomllib.TOMLDecodeError(failure)


def _is_shallow(content: object) -> bool:
    """Tell whether a document is nested no deeper than one that people or we write."""
    level = [content]
    for _ in range(MOST_DEEP):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return True
    return False


def can_be_written_out(number: Decimal) -> bool:
    """Tell whether a number is finite and takes no more than some hundred digits; ``1e999999999`` is not."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -MOST_DIGITS <= exponent <= MOST_DIGITS and number.adjusted() <= MOST_DIGITS


def has_form(content: object, form: object) -> bool:
    """Tell whether a document says what a reader relies on; a seal tells that it is whole, not that it makes sense.

    ``form`` is a type; a mapping of names to forms, of which ``EACH`` is that of every entry; or a list of one form.
    """
    if isinstance(form, dict):
        if not isinstance(content, dict):
            return False
        named = [(content[name], own) for name, own in form.items() if name is not EACH and name in content]
        every = [(value, form[EACH]) for value in content.values()] if EACH in form else []
        return form.keys() - {EACH} <= content.keys() and all(has_form(*pair) for pair in (*named, *every))
    if isinstance(form, list):
        return isinstance(content, list) and all(has_form(one, form[0]) for one in content)
    return isinstance(content, form) and not (form is int and isinstance(content, bool))  # type: ignore[arg-type]


def is_below(name: str) -> bool:
    """Tell whether a name, as a manifest has it, is that of a file in or below the manifest's own directory."""
    steps = PurePosixPath(name)
    return not (steps.is_absolute() or ".." in steps.parts or steps.as_posix() != name or "\0" in name)
