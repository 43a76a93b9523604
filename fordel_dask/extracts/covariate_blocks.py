"""What ``[[covariates]]`` of a declaration says: further covariates, each block by one key."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import COVARIATES, canonical_of, folded
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.gathering import Faults

if TYPE_CHECKING:
    from fordel_dask.extracts.declaration import Source

KEYS = ("PNR", "AREA", "KOM", "YDERNR")
"""What a block may be by: persons, planning areas, municipalities, clinics."""

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
NAME_FORM = "a letter A–Z, then letters, digits and _, at most 40 characters in all"
KINDS = ("number",)


@dataclass(frozen=True)
class CovariateBlock:
    """One block: its files (``covariates 1`` …), its key, and its covariates.

    Without ``by`` the key is told by the columns; without ``names`` every other column is a covariate.
    """

    source: "Source"
    by: str = ""
    names: tuple[str, ...] = ()


FindSource = Callable[[Mapping[str, Any], str], "Source"]


def declared_blocks(content: Mapping[str, Any], find: FindSource, faults: Faults) -> tuple[CovariateBlock, ...]:
    """Give the blocks that a declaration has, and note what is wrong with others."""
    sections = content.get(COVARIATES, [])
    sections = sections if isinstance(sections, list) else [sections]
    found = [
        faults.note(partial(_block, section, f"{COVARIATES} {number}", find), None)
        for number, section in enumerate(sections, 1)
    ]
    return tuple(block for block in found if block)


def _block(section: Mapping[str, Any], register: str, find: FindSource) -> CovariateBlock:
    if section.get("kind", KINDS[0]) not in KINDS:
        raise SchemaError(f'{FILE_NAME}: kind of {register} must be "number"; yes and no are 1 and 0.')
    by, names = _key(section, register), _names(section, register)
    columns = section.get("columns", {})
    renamed = {folded(name) for name in columns} if isinstance(columns, dict) else set()
    strange = sorted(name for name in renamed if not _is_column(name, names))
    if strange:
        raise SchemaError(
            f"{FILE_NAME}: columns of {register} name {strange[0]}, which is neither its key nor one of its names."
        )
    if "key" in section and isinstance(columns, dict):
        section = {**section, "columns": {by: section["key"], **columns}}
    return CovariateBlock(find(section, register), by, names)


def _is_column(name: str, names: tuple[str, ...]) -> bool:
    return bool(canonical_of(COVARIATES, name)) or (name in names if names else bool(NAME.fullmatch(name)))


def _key(section: Mapping[str, Any], register: str) -> str:
    """Give what the block is by, blank where only its columns tell."""
    by, key = section.get("by", ""), section.get("key", "")
    if isinstance(by, str) and isinstance(key, str):
        told = folded(by) or (canonical_of(COVARIATES, key) if key else "")
        if told in (*KEYS, "") and told is not None:
            return told
    choices = " or ".join(f'"{name}"' for name in KEYS)
    raise SchemaError(f"{FILE_NAME}: by of {register} must be {choices}, and key the name of that column.")


def _names(section: Mapping[str, Any], register: str) -> tuple[str, ...]:
    given = section.get("names", [])
    given = [*(given if isinstance(given, list) else [given]), *([section["name"]] if "name" in section else [])]
    names = [folded(name) if isinstance(name, str) else "" for name in given]
    wrong = [name for name in names if not NAME.fullmatch(name) or name in KEYS]
    if wrong or ("names" in section and not names):
        raise SchemaError(
            f'{FILE_NAME}: names of {register} must look like ["HOME_CARE", "SOCIAL_SUPPORT"]: each {NAME_FORM}, '
            f"and none of the keys {', '.join(KEYS)}. A column of another name is given as "
            f'columns = {{ HOME_CARE = "its name" }}.'
        )
    return tuple(dict.fromkeys(names))
