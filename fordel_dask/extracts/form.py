"""How the files of a register are written, as far as ``registers.toml`` says so."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import Codings, declared_codings
from fordel_dask.extracts.toml import FILE_NAME

DAY_NUMBERS = ("sas_days", "sas_seconds", "yyyymmdd")
"""What the numbers of a day column may be: days or seconds since 1960-01-01, or the digits of the day."""

DECIMALS = (",", ".")


@dataclass(frozen=True)
class Form:
    """How text files are written, and how numbers mean days; None where the program is to find out.

    ``codings`` tell what delivered values mean.
    """

    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    days: str | None = None
    codings: Codings = ()


UNSTATED = Form()


def form_of(section: Mapping[str, Any], register: str) -> Form:
    """Give the form that a section of ``registers.toml`` declares.

    Raises
    ------
    SchemaError
        A key holds something that no file can have.
    """
    separator, encoding = section.get("separator"), section.get("encoding")
    if separator is not None and not (isinstance(separator, str) and len(separator) == 1 and separator.isascii()):
        raise _refused("separator", register, 'one character, such as ";"')
    if separator in ('"', "\n", "\r", "\0"):
        raise _refused("separator", register, 'one character that ends no line and quotes nothing, such as ";"')
    if encoding is not None and not _is_known(encoding):
        raise _refused("encoding", register, 'the name of an alphabet, such as "utf-8", "latin-1" or "cp1252"')
    return Form(
        separator=separator,
        encoding=encoding,
        decimal=_chosen(section, "decimal", DECIMALS, register),
        days=_chosen(section, "days", DAY_NUMBERS, register),
        codings=declared_codings(section, register),
    )


def _chosen(section: Mapping[str, Any], key: str, known: tuple[str, ...], register: str) -> str | None:
    value = section.get(key)
    if value is not None and value not in known:
        raise _refused(key, register, " or ".join(f'"{name}"' for name in known))
    return value


def _is_known(encoding: object) -> bool:
    try:
        return isinstance(encoding, str) and isinstance(b"".decode(codecs.lookup(encoding).name), str)
    except (LookupError, ValueError):
        return False


def _refused(key: str, register: str, expected: str) -> SchemaError:
    return SchemaError(f"{FILE_NAME}: {key} of {register} must be {expected}.")
