"""Further covariates in a first ``registers.toml``: files called ``covariates…`` that are no other register."""

import re
from collections.abc import Sequence
from pathlib import Path

from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.columns import delivered_names
from fordel_dask.extracts.covariate_blocks import KEYS
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract
from fordel_dask.registers.placing import Placed

Group = tuple[Path, str, tuple[str, ...]]


def may_be_covariates(extract: Extract, root: Path) -> bool:
    """Tell whether a file, or the folder it lies in, is called so and has one column that can be a key."""
    named = extract.path.relative_to(root).parts[0].lower().startswith(COVARIATES)
    return named and len(extract.names) > 1 and len(_keys(extract)) == 1


def _keys(extract: Extract) -> list[str]:
    return [key for key in KEYS if delivered_names(Source(COVARIATES, ()), extract, key)]


def blocks_of(files: Sequence[Placed]) -> list[tuple[str, list[Placed]]]:
    """Give the blocks that files make up, each with its key: alike in folder, name but digits, and columns."""
    groups: dict[Group, list[Placed]] = {}
    for file in files:
        path = file.extract.path
        groups.setdefault((path.parent, re.sub(r"\d+", "", path.name), file.extract.names), []).append(file)
    return [(_keys(of_block[0].extract)[0], of_block) for of_block in groups.values()]
