"""What ``registers.toml`` may say: sections, keys, and the nearest name for one that is unknown."""

import difflib
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask import documents
from fordel_dask.errors import CoverageError, SchemaError
from fordel_dask.gathering import every

FILE_NAME = "registers.toml"
FORM_KEYS = frozenset({"columns", "separator", "encoding", "decimal", "days", "family", "values"})
FILE_KEYS = FORM_KEYS | {"path"}
SECTIONS: Mapping[str, Collection[str]] = {
    "nation": frozenset({"year", "life_expectancy", "roots", "invented"}),
    "population": FILE_KEYS,
    "enrolment": FILE_KEYS | {"kind"},
    "services": FILE_KEYS | {"bruhon", "year_by", "detail"},
    "lpr": FORM_KEYS | {"contacts", "diagnoses", "codes", "keep"},
    "diagnoses": FILE_KEYS | {"codes", "keep"},
    "dream": FILE_KEYS,
    "clinics": FILE_KEYS | {"predecessors"},
    "municipalities": FILE_KEYS,
    "projection": FILE_KEYS,
    "areas": FILE_KEYS,
    "prescriptions": FILE_KEYS,
    "covariates": FILE_KEYS | {"by", "key", "name", "names", "kind"},
    "capacity_register": FILE_KEYS,
    "decisions": FILE_KEYS,
    "measures": FILE_KEYS,
}
REPEATED = ("lpr", "covariates")
NOT_USED = ("capacity_register", "decisions", "measures")
"""Registers of the contract that an ingest passes over: allowed, and named as not used."""


def read_toml(registers: Path) -> dict[str, Any]:
    """Read ``registers.toml`` with decimals as text, and refuse what it may not say.

    Raises
    ------
    CoverageError
        There is no such file.
    SchemaError
        It is no TOML, or has an unknown section or key.
    """
    try:
        content = documents.read_toml(registers / FILE_NAME)
    except FileNotFoundError:
        failure = "it is not there"
    except OSError as error:
        failure = error.strerror or "the file system refused"
    except ValueError as error:
        raise SchemaError(f"{FILE_NAME} is not valid TOML: {_told(error)}.") from None
    else:
        _check_names(content)
        return content
    raise CoverageError(
        f"{registers} has no readable {FILE_NAME}: {failure}. "
        f"'fordel check {registers} --init' writes a first one that names the files."
    )


def _told(error: ValueError) -> str:
    """Give what is wrong with a text; where it is no UTF-8 the parser would repeat it."""
    return "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _check_names(content: Mapping[str, Any]) -> None:
    every([partial(_check_section, name, section) for name, section in content.items()])


def _check_section(name: str, section: Any) -> None:
    refuse_unknown(name, SECTIONS, f"section of {FILE_NAME}")
    if isinstance(section, list) and name not in REPEATED:
        raise SchemaError(f"{FILE_NAME}: [{name}] may stand only once; give several files as a list in path.")
    tables = section if isinstance(section, list) else [section]
    if not all(isinstance(table, dict) for table in tables):
        raise SchemaError(f"{FILE_NAME}: '{name}' must be a section, as in [{name}].")
    what = f"key of [{name}] in {FILE_NAME}"
    every([partial(refuse_unknown, key, SECTIONS[name], what) for table in tables for key in table])


def refuse_unknown(name: str, known: Collection[str], what: str) -> None:
    """Refuse a name that is not among the known ones, with the nearest one."""
    if name in known:
        return
    near = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(sorted(known))}."
    raise SchemaError(f"'{name}' is not a known {what}; {hint}")
