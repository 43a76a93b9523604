"""Kernels that add citizens up: by cell, municipality and clinic."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.kernels.comparison import As, Comparison
from benchmarks.kernels.invented import CLINICS, MUNICIPALITIES, Rng, design, few_often
from fordel_dask.kernels import tallies

LIMB = tallies.SQUARE_LIMB


def people(citizens: int, rng: Rng) -> tuple[Any, ...]:
    """Give clinic, municipality, cell, exposure, fee, who is counted, and a weight of each cell."""
    clinic = rng.integers(0, CLINICS, citizens)
    municipality = few_often(rng, MUNICIPALITIES, citizens)
    cell = few_often(rng, design().cells, citizens)
    exposure = np.where(rng.random(citizens) < 0.9, 365, rng.integers(1, 365, citizens))
    fee = np.rint(np.exp(rng.normal(11.5, 1.0, citizens))).astype(np.int64)
    counted = rng.random(citizens) < 0.98
    return clinic, municipality, cell, exposure, fee, counted, rng.integers(-(10**6), 10**10, design().cells)


def sample(citizens: int, rng: Rng) -> tuple[Any, ...]:
    _, _, cell, exposure, fee, counted, _ = people(citizens, rng)
    return cell, exposure, fee, counted


def tally_sample(run: As, cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    sums = np.zeros((8, design().cells), np.int64)
    run(tallies.tally_sample)(cell, exposure, fee, counted, sums)
    return sums


def numpy_sample(cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    """Add at places, as whole numbers: squares pass 2⁵³, and bincount's floats would not be exact."""
    c, e, y = cell[counted], exposure[counted], fee[counted]
    high, low = y >> LIMB, y & ((1 << LIMB) - 1)
    sums = np.zeros((8, design().cells), np.int64)
    sums[0] = np.bincount(c, minlength=design().cells)
    for line, values in enumerate((e, y, e * e, e * y, high * high, high * low, low * low), 1):
        np.add.at(sums[line], c, values)
    return sums


def pandas_sample(cell: Any, exposure: Any, fee: Any, counted: Any) -> Any:
    high, low = fee >> LIMB, fee & ((1 << LIMB) - 1)
    columns = (np.ones_like(cell), exposure, fee, exposure**2, exposure * fee, high**2, high * low, low**2)
    rows = pd.DataFrame(dict(enumerate(columns)), copy=False)[counted]
    return rows.groupby(cell[counted]).sum().reindex(range(design().cells), fill_value=0).to_numpy().T


def pairs(citizens: int, rng: Rng) -> tuple[Any, ...]:
    _, municipality, cell, _, _, counted, _ = people(citizens, rng)
    return municipality, cell, counted


def tally_pairs(run: As, row: Any, column: Any, counted: Any) -> Any:
    counts = np.zeros((MUNICIPALITIES, design().cells), np.int64)
    run(tallies.tally_pairs)(row, column, counted, counts)
    return counts


def numpy_pairs(row: Any, column: Any, counted: Any) -> Any:
    shape = (MUNICIPALITIES, design().cells)
    return np.bincount((row * shape[1] + column)[counted], minlength=shape[0] * shape[1]).reshape(shape)


def pandas_pairs(row: Any, column: Any, counted: Any) -> Any:
    rows = pd.DataFrame({"row": row, "column": column}, copy=False)[counted]
    found = rows.groupby(["row", "column"]).size()
    counts = np.zeros((MUNICIPALITIES, design().cells), np.int64)
    counts[found.index.get_level_values(0), found.index.get_level_values(1)] = found.to_numpy()
    return counts


def clinics_and_cells(citizens: int, rng: Rng) -> tuple[Any, ...]:
    clinic, _, cell, exposure, fee, counted, prediction = people(citizens, rng)
    return (clinic, cell), (exposure, fee), counted, design().columns_of_cell, prediction


def tally_columns(run: As, who: Any, _money: Any, counted: Any, columns_of_cell: Any, _p: Any) -> Any:
    clinic, cell = who
    counts = np.zeros((CLINICS, len(design().columns)), np.int64)
    run(tallies.tally_columns)(clinic, cell, counted, columns_of_cell, counts)
    return counts


def numpy_columns(who: Any, _money: Any, counted: Any, columns_of_cell: Any, _p: Any) -> Any:
    """Count term by term; each has one column of a citizen, or none, which goes into a spare one."""
    clinic, cell = who
    columns = len(design().columns)
    place = clinic[counted] * (columns + 1)
    counts = np.zeros(CLINICS * (columns + 1), np.int64)
    for of_cell in columns_of_cell.T:
        column = np.where(of_cell < 0, columns, of_cell).astype(np.int64)
        counts += np.bincount(place + column[cell[counted]], minlength=counts.size)
    return counts.reshape(CLINICS, -1)[:, :-1]


def pandas_columns(who: Any, _money: Any, counted: Any, columns_of_cell: Any, _p: Any) -> Any:
    clinic, cell = who
    counts = np.zeros((CLINICS, len(design().columns)), np.int64)
    for of_cell in columns_of_cell.T:
        rows = pd.DataFrame({"clinic": clinic, "column": of_cell[cell]}, copy=False)[counted]
        found = rows[rows["column"] >= 0].groupby(["clinic", "column"], sort=False).size()
        counts[found.index.get_level_values(0), found.index.get_level_values(1)] += found.to_numpy()
    return counts


def tally_scores(run: As, who: Any, money: Any, counted: Any, columns_of_cell: Any, p: Any) -> Any:
    clinic, cell = who
    fees, predicted = (np.zeros((CLINICS, len(design().columns)), np.int64) for _ in range(2))
    run(tallies.tally_scores)(clinic, cell, money, counted, columns_of_cell, (p, fees, predicted))
    return fees, predicted


def numpy_scores(who: Any, money: Any, counted: Any, columns_of_cell: Any, p: Any) -> Any:
    """Add at places, as whole numbers: fees and predictions pass what floats hold exactly."""
    clinic, cell = who
    columns = len(design().columns)
    place, mine = clinic[counted] * (columns + 1), cell[counted]
    exposure, fee = (values[counted] for values in money)
    expected = exposure * p[mine]
    sums = np.zeros((2, CLINICS * (columns + 1)), np.int64)
    for of_cell in columns_of_cell.T:
        at = place + np.where(of_cell < 0, columns, of_cell).astype(np.int64)[mine]
        np.add.at(sums[0], at, fee)
        np.add.at(sums[1], at, expected)
    fees, predicted = sums.reshape(2, CLINICS, -1)[:, :, :-1]
    return fees, predicted


def pandas_scores(who: Any, money: Any, counted: Any, columns_of_cell: Any, p: Any) -> Any:
    clinic, cell = who
    exposure, fee = money
    fees, predicted = (np.zeros((CLINICS, len(design().columns)), np.int64) for _ in range(2))
    rows = pd.DataFrame({"clinic": clinic, "fee": fee, "expected": exposure * p[cell]}, copy=False)
    for of_cell in columns_of_cell.T:
        those = rows.assign(column=of_cell[cell])[counted]
        found = those[those["column"] >= 0].groupby(["clinic", "column"], sort=False).sum()
        at = found.index.get_level_values(0), found.index.get_level_values(1)
        fees[at] += found["fee"].to_numpy()
        predicted[at] += found["expected"].to_numpy()
    return fees, predicted


def values(citizens: int, rng: Rng) -> tuple[Any, ...]:
    clinic, municipality, cell, _, _, counted, prediction = people(citizens, rng)
    return clinic, municipality, prediction[cell], counted


def tally_by(run: As, row: Any, column: Any, value: Any, counted: Any) -> Any:
    sums = np.zeros((CLINICS, MUNICIPALITIES), np.int64)
    run(tallies.tally_by)(row, column, value, counted, sums)
    return sums


def numpy_by(row: Any, column: Any, value: Any, counted: Any) -> Any:
    sums = np.zeros((CLINICS, MUNICIPALITIES), np.int64)
    np.add.at(sums.reshape(-1), (row * MUNICIPALITIES + column)[counted], value[counted])
    return sums


def pandas_by(row: Any, column: Any, value: Any, counted: Any) -> Any:
    rows = pd.DataFrame({"row": row, "column": column, "value": value}, copy=False)[counted]
    found = rows.groupby(["row", "column"], sort=False)["value"].sum()
    sums = np.zeros((CLINICS, MUNICIPALITIES), np.int64)
    sums[found.index.get_level_values(0), found.index.get_level_values(1)] = found.to_numpy()
    return sums


def partition(citizens: int, rng: Rng) -> tuple[Any, ...]:
    return tuple(make(citizens, rng) for make in (sample, pairs, clinics_and_cells, values))


def sums_of_partition(run: As, of_sample: Any, of_pairs: Any, of_clinics: Any, of_values: Any) -> Any:
    return (
        tally_sample(run, *of_sample),
        tally_pairs(run, *of_pairs),
        tally_columns(run, *of_clinics),
        *tally_scores(run, *of_clinics),
        tally_by(run, *of_values),
    )


def numpy_sums(of_sample: Any, of_pairs: Any, of_clinics: Any, of_values: Any) -> Any:
    return (
        numpy_sample(*of_sample),
        numpy_pairs(*of_pairs),
        numpy_columns(*of_clinics),
        *numpy_scores(*of_clinics),
        numpy_by(*of_values),
    )


SINGLE = (
    Comparison("tally_sample", (tallies.tally_sample,), sample, tally_sample, numpy_sample, pandas_sample),
    Comparison("tally_pairs", (tallies.tally_pairs,), pairs, tally_pairs, numpy_pairs, pandas_pairs),
    Comparison(
        "tally_columns", (tallies.tally_columns,), clinics_and_cells, tally_columns, numpy_columns, pandas_columns
    ),
    Comparison("tally_scores", (tallies.tally_scores,), clinics_and_cells, tally_scores, numpy_scores, pandas_scores),
    Comparison("tally_by", (tallies.tally_by,), values, tally_by, numpy_by, pandas_by),
)
TASKS = (
    Comparison(
        "sums of a partition",
        tuple(kernel for one in SINGLE for kernel in one.kernels),
        partition,
        sums_of_partition,
        numpy_sums,
    ),
)
