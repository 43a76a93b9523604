"""Which columns the blocks of further covariates have: the key of each, and its covariates."""

from collections.abc import Mapping, Sequence

from fordel_dask.errors import SchemaError
from fordel_dask.extracts.aliases import COVARIATES, canonical_of, folded
from fordel_dask.extracts.columns import Wanted, delivered_names
from fordel_dask.extracts.covariate_blocks import KEYS, NAME, NAME_FORM, CovariateBlock
from fordel_dask.extracts.files import Extract
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.gathering import Faults

MOST_NAMED = 5


def wanted_columns(block: CovariateBlock, extracts: Sequence[Extract]) -> tuple[Wanted, ...]:
    """Give the columns of a block, the key first; all files must have the same.

    Raises
    ------
    SchemaError
        It is not told which column is the key, or a column has no name that a covariate may have.
    """
    by = block.by or _told_by_columns(block, extracts)
    names = block.names or _others(block, extracts)
    return (Wanted(by, few_values=by != "PNR"), *(Wanted(name, holds="number") for name in names))


def covariates_of(wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """Give the names of the covariates of a block, without its key."""
    return tuple(column.name for column in wanted[1:])


def _told_by_columns(block: CovariateBlock, extracts: Sequence[Extract]) -> str:
    told = [key for key in KEYS if any(delivered_names(block.source, extract, key) for extract in extracts)]
    if len(told) != 1:
        found = f"has {' and '.join(told)}" if told else f"has no column {', '.join(KEYS[:-1])} or {KEYS[-1]}"
        advice = f'Say which one covariates are by, as in by = "{(told or KEYS)[0]}", at the block in {FILE_NAME}.'
        raise SchemaError(f"{block.source.register}: {_spoken(extracts)} {found}. {advice}")
    return told[0]


def _others(block: CovariateBlock, extracts: Sequence[Extract]) -> tuple[str, ...]:
    """Give the names of all columns that are no key, nor known to be of no use."""
    declared = {folded(given): name for name, given in block.source.columns}
    named = [declared.get(folded(name), folded(name)) for extract in extracts for name in extract.names]
    names = [name for name in dict.fromkeys(named) if canonical_of(COVARIATES, name) is None]
    strange = [name for name in names if not NAME.fullmatch(name)]
    if strange or not names:
        found = f"has the columns {', '.join(strange[:MOST_NAMED])}" if strange else "has no column besides its key"
        raise SchemaError(
            f"{block.source.register}: {_spoken(extracts)} {found}. The name of a covariate is {NAME_FORM}. Name "
            f'those that are meant in names, and others as in columns = {{ HOME_CARE = "their name" }}, at the block '
            f"in {FILE_NAME}."
        )
    return tuple(names)


def _spoken(extracts: Sequence[Extract]) -> str:
    return extracts[0].path.name if extracts else "it"


def note_repeated_names(blocks: Mapping[str, Sequence[Wanted]], faults: Faults) -> None:
    """Note every covariate that two blocks deliver: a covariate has one key."""
    owner: dict[str, str] = {}
    for register, wanted in blocks.items():
        for name in covariates_of(wanted):
            first = owner.setdefault(name, register)
            if first != register:
                faults.add(
                    SchemaError(
                        f"covariates: {name} is delivered by two blocks, {first} and {register} of {FILE_NAME}. A "
                        f"covariate has one key: leave it out of names in one of them, or give it another name there."
                    )
                )
