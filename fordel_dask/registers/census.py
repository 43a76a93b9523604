"""The census: from the pieces of the population to numbered citizens, stage by stage."""

import itertools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from fordel_dask.errors import AccountingError
from fordel_dask.gathering import every
from fordel_dask.registers.citizens import CITIZENS_A_PARTITION, CitizensPart, KeyTable, write_citizens
from fordel_dask.registers.first_pass import Summary, Works, perform
from fordel_dask.registers.numbering import (
    CODES,
    Known,
    Numbered,
    Range,
    Runs,
    cut_ranges,
    order_range,
    write_books,
    write_known,
)
from fordel_dask.registers.place import KEY_TABLE
from fordel_dask.registers.population import LACKING, Census, Sorting, population_checks, seen_in_runs, sort_share
from fordel_dask.registers.tally import KEPT, Tally, merged, rows_of
from fordel_dask.store import Grid, even_grid
from fordel_dask.store.publishing import private_directory

NUMBERING, HASHING, WRITING = "numbering citizens", "numbering citizens, hashing files", "writing citizens"


def number_citizens(works: Works, census: Census, beside: Sequence[Callable[[], Any]]) -> Summary:
    """Read the population, number the citizens kept, write their table, their keys and the table that finds them.

    ``beside`` is work of others for the cores that one task leaves idle. Returns the grid, the code
    books, the account of rows, the files of rows set aside, the records of keys and of the table's parts, and a hash
    of the citizens in their order.

    Raises
    ------
    SchemaError
        A key stands twice.
    CoverageError
        Nobody is left, or somebody lives in a municipality that the table lacks.
    """
    directory = private_directory(census.lookup / f"persons-{secrets.token_hex(8)}")  # of this attempt alone
    shares = census.shares()
    sortings = [Sorting(share, number, directory) for number, share in enumerate(shares)]
    sorted_shares = works.map(NUMBERING, sort_share, sortings)
    runs = Runs(directory, tuple(share["runs"] for share in sorted_shares))
    met = write_books(runs, [share["codes"] for share in sorted_shares])
    counted = merged(share["tally"] for share in sorted_shares)
    ranges = _ranges(works, runs)
    numbered = Numbered(directory, tuple(part["citizens"] for part in ranges))
    citizens, repeated = sum(numbered.citizens), sum(part["repeated"] for part in ranges)
    every(population_checks(seen_in_runs(counted, citizens, repeated), census))
    _check_counted(counted, ranges)
    runs.remove()
    grid = even_grid(citizens, census.partitions or max(1, round(citizens / CITIZENS_A_PARTITION)))
    alone: list[Callable[[], Any]] = [partial(write_known, Known(numbered, census.lookup)), *beside]
    fingerprint: str = works.map(HASHING, perform, alone)[0]
    used = {name: sorted({n for part in ranges for n in part["used"][name]}) for name in CODES}
    keys, *parts = _written(works, census, numbered, (grid, fingerprint, _numbers(met, used)))
    return {
        "first": list(grid.first),
        "codebooks": {name: [met[name][n] for n in numbers] for name, numbers in used.items()},
        "tally": _without_lacking(counted),
        "fingerprint": fingerprint,
        "asides": list(zip(sorted_shares, (share.aside for share in shares), strict=True)),
        "keys": keys,
        "parts": parts,
    }


def _ranges(works: Works, runs: Runs) -> list[dict[str, Any]]:
    if not sum(runs.of_share):
        return []
    number_of_ranges = works.map(NUMBERING, cut_ranges, [runs])[0]
    return works.map(NUMBERING, order_range, [Range(runs, number) for number in range(number_of_ranges)])


def _check_counted(counted: Tally, ranges: Sequence[dict[str, Any]]) -> None:
    """Hold the persons and citizens of all ranges against the account of the shares."""
    persons, citizens = sum(part["persons"] for part in ranges), sum(part["citizens"] for part in ranges)
    if (persons, citizens) != (rows_of(counted), rows_of(counted, KEPT)):
        raise AccountingError(
            f"population: {citizens:,} citizens of {persons:,} persons were numbered, {rows_of(counted, KEPT):,} of "
            f"{rows_of(counted):,} were read. This is an error of the program; please report it."
        )


def _without_lacking(counted: Tally) -> Tally:
    return {measure: sums for measure, sums in counted.items() if measure != LACKING}


def _numbers(met: dict[str, list[str]], used: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    """Give the number in the store of every code that was met; −1 for one that no citizen has."""
    position = {name: {n: at for at, n in enumerate(numbers)} for name, numbers in used.items()}
    return {name: tuple(position[name].get(n, -1) for n in range(len(texts))) for name, texts in met.items()}


def _written(
    works: Works, census: Census, numbered: Numbered, known: tuple[Grid, str, dict[str, tuple[int, ...]]]
) -> list[dict[str, Any]]:
    """Write keys and table of the citizens, and give the records of the keys and of the table's parts."""
    grid, fingerprint, codes = known
    keys = KeyTable(census.lookup / KEY_TABLE, census.secret is not None, fingerprint)
    everybody = CitizensPart(numbered, None, 0, grid.citizens, census.store, keys, codes)
    bounds = enumerate(itertools.pairwise(grid.first))
    parts = [everybody, *(replace(everybody, partition=p, begin=begin, end=end) for p, (begin, end) in bounds)]
    return works.map(WRITING, write_citizens, parts)
