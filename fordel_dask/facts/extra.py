"""Further covariates of a store, whatever they are by: for the citizens of a partition, or for areas and clinics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fordel_dask.errors import CoverageError, UsageError
from fordel_dask.schema.prepared import (
    COVARIATE_TABLES,
    COVARIATES,
    NO_VALUE,
    THOUSAND,
)
from fordel_dask.store import Store

Thousandths = NDArray[np.int32]
PERSON, AREA, MUNICIPALITY, CLINIC = "PNR", "AREA", "KOM", "YDERNR"
COLUMN_OF_KEY = {AREA: "area", MUNICIPALITY: "municipality"}
"""The column of the population that tells which row of a table holds for a citizen."""


def extra_names(store: Store) -> dict[str, str]:
    """Give the further covariates of a store, sorted, each with what it is by: PNR, AREA, KOM or YDERNR."""
    return {name: str(told["by"]) for name, told in sorted(store.manifest.get(COVARIATES, {}).items())}


def by_area(store: Store, name: str) -> dict[str, Fraction]:
    """Give a covariate by planning area, as far as there is a value; likewise the others."""
    return _table(store, name, AREA)


def by_municipality(store: Store, name: str) -> dict[str, Fraction]:
    """Give a covariate by municipality of three digits."""
    return _table(store, name, MUNICIPALITY)


def by_clinic(store: Store, name: str) -> dict[str, Fraction]:
    """Give a covariate by ydernummer of six digits."""
    return _table(store, name, CLINIC)


@dataclass(frozen=True)
class ExtraCovariates:
    """Further covariates of citizens, as one frozen value that tasks can be given; made by ``extra_covariates``.

    ``by_person`` are the names in the table of the store. ``by_key`` gives, for each other name, the column of
    the population and the thousandths by its codes, the last for blank.
    """

    by_person: tuple[str, ...]
    by_key: tuple[tuple[str, str, tuple[int, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted((*self.by_person, *(name for name, _, _ in self.by_key))))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the population that are needed besides."""
        return tuple(dict.fromkeys(column for _, column, _ in self.by_key))

    def of_citizens(self, name: str, facts: Mapping[str, NDArray[Any]]) -> Thousandths:
        """Give the thousandths of a covariate for each citizen of a partition, −2³¹ where there is no value.

        ``facts`` are what was read of the partition: the covariates by person, and the columns of the population.
        """
        if name in self.by_person:
            return facts[name]
        column, values = next((column, values) for it, column, values in self.by_key if it == name)
        found: Thousandths = np.array(values, np.int32)[facts[column]]
        return found


NO_EXTRA = ExtraCovariates((), ())
"""Where a model looks at none."""


def require_covariates(store: Store, names: Iterable[str]) -> None:
    """Refuse what a store has not: every name at once.

    Raises
    ------
    CoverageError
        The store has none of a name.
    """
    known = extra_names(store)
    missing = [name for name in dict.fromkeys(names) if name not in known]
    if missing:
        there = f"It has {', '.join(known)}." if known else "It has none."
        raise CoverageError(
            f"covariates: {store.root.name} has no covariate {', '.join(missing)}. {there} Deliver it in a "
            f"[[covariates]] block of registers.toml, and ingest again."
        )


def extra_covariates(store: Store, names: Iterable[str]) -> ExtraCovariates:
    """Give the further covariates of citizens that are asked for.

    Raises
    ------
    CoverageError
        The store has none of that name.
    UsageError
        It is by clinic, which is no trait of a citizen.
    """
    known, wanted = extra_names(store), sorted(set(names))
    for name in wanted:
        if _key_of(store, name) == CLINIC:
            raise UsageError(f"covariates: {name} is by clinic (YDERNR), and no trait of a citizen.")
    keyed = [(name, known[name]) for name in wanted if known[name] != PERSON]
    return ExtraCovariates(
        by_person=tuple(name for name in wanted if known[name] == PERSON),
        by_key=tuple((name, COLUMN_OF_KEY[by], _by_code(store, name, by)) for name, by in keyed),
    )


def _by_code(store: Store, name: str, by: str) -> tuple[int, ...]:
    """Give thousandths by code of a code book; the last, which −1 finds, is for blank."""
    values = _table(store, name, by)
    book = store.codebooks[COLUMN_OF_KEY[by]]
    known = (values.get(code) for code in book)
    return (*(NO_VALUE if value is None else int(value * THOUSAND) for value in known), NO_VALUE)


def _table(store: Store, name: str, by: str) -> dict[str, Fraction]:
    if _key_of(store, name) != by:
        raise UsageError(f"covariates: {name} is by {_key_of(store, name)}, and not by {by}.")
    rows = store.small_table(COVARIATE_TABLES[by]) or ()
    return {row[by]: Fraction(row[name]) for row in rows if row[name]}


def _key_of(store: Store, name: str) -> str:
    require_covariates(store, (name,))
    return extra_names(store)[name]
