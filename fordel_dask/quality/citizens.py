"""What only all rows of a citizen show: spells that overlap, nobody's patients, corrections that correct nothing."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.kernels.spells import GROUP_2, look_at_spells
from fordel_dask.quality.population import MUNICIPALITIES
from fordel_dask.quality.watching import SERVICES, good
from fordel_dask.registers import books
from fordel_dask.registers.checksums import load_array
from fordel_dask.registers.dealt import gather_bucket
from fordel_dask.registers.first_pass import FirstPass, Summary, Works
from fordel_dask.registers.place import Place
from fordel_dask.registers.rules import Columns, status_day
from fordel_dask.registers.sorting import sorted_rows
from fordel_dask.registers.work import content_of, task, write_json

SPELL = {"citizen": np.int32, "first_day": np.int32, "last_day": np.int32, "group": np.int8}
SERVICE = {"citizen": np.int32, "service": np.int32, "quantity": np.int32}
NORM = 1_600
"""Source: memo 4.6.2: every municipality has fewer citizens in group 2 than one capacity holds."""

ENROLMENT = "enrolment"


@dataclass(frozen=True)
class Looking:
    """One partition of citizens; ``inputs`` lists the dealt files of spells and services and the book of services."""

    partition: int
    first: tuple[int, ...]
    year: int
    inputs: Path
    municipalities: Path


def look_at_citizens(
    works: Works, read: FirstPass, census: Summary, year: int, place: Place
) -> dict[str, Counter[str]]:
    """Look at all citizens, partition by partition, and give counts by register and rule."""
    registers = {name: good(read, read.of(name)) for name in (ENROLMENT, SERVICES)}
    inputs = write_json(
        place.work / "citizens.json",
        {
            **{name: [str(reading.side) for reading in readings] for name, readings in registers.items()},
            "service": books.union((read.summaries[r.side] for r in registers[SERVICES]), "service"),
        },
    )
    first = tuple(census["first"])
    lookings = [Looking(n, first, year, inputs, place.new_store / MUNICIPALITIES) for n in range(len(first) - 1)]
    parts = works.map("looking at citizens", look, lookings)
    found = {name: Counter[str]() for name in registers}
    group_2 = np.zeros(0, np.int64)
    for part in parts:
        for name in registers:
            found[name].update(part[name])
        group_2 = _sum(group_2, np.array(part["group_2"], np.int64))
    found[ENROLMENT]["group_2_municipality"] = int(np.count_nonzero(group_2 >= NORM))
    return {name: counts for name, counts in found.items() if registers[name]}


def _sum(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    size = max(left.size, right.size)
    total: np.ndarray = np.pad(left, (0, size - left.size)) + np.pad(right, (0, size - right.size))
    return total


@task
def look(looking: Looking) -> dict[str, Any]:
    """Look at the spells and services of one partition."""
    inputs = content_of(looking.inputs)
    spells, group_2 = _look_at_spells(looking, inputs[ENROLMENT])
    return {ENROLMENT: spells, SERVICES: _look_at_services(looking, inputs[SERVICES]), "group_2": group_2.tolist()}


def _look_at_spells(looking: Looking, sides: list[str]) -> tuple[dict[str, int], np.ndarray]:
    spells = _rows(looking, sides, SPELL)
    begin, end = looking.first[looking.partition : looking.partition + 2]
    columns: list[Any] = list(sorted_rows([spells[name] for name in SPELL]))
    citizen, first, last, group = columns
    overlapping, covered = np.zeros(end - begin, np.bool_), np.zeros(end - begin, np.int8)
    look_at_spells(citizen - np.int32(begin), group, (first, last), status_day(looking.year), overlapping, covered)
    municipality = load_array(looking.municipalities, looking.partition)
    counts = {
        "overlapping_spells": int(np.count_nonzero(overlapping)),
        "not_enrolled": int(np.count_nonzero(covered == 0)),
    }
    return counts, np.bincount(municipality[(covered & GROUP_2) != 0])


def _look_at_services(looking: Looking, sides: list[str]) -> dict[str, int]:
    """Count pairs of citizen and service with a negative sum; only citizens with a correction can have one."""
    services = _rows(looking, sides, SERVICE)
    begin, end = looking.first[looking.partition : looking.partition + 2]
    corrected = np.zeros(end - begin, np.bool_)
    citizen = services["citizen"] - np.int32(begin)
    corrected[citizen[services["quantity"] < 0]] = True
    among = corrected[citizen]
    pairs = (services["citizen"][among].astype(np.int64) << 32) | services["service"][among]
    _, pair = np.unique(pairs, return_inverse=True)
    sums = np.zeros(pair.max(initial=-1) + 1, np.int64)
    np.add.at(sums, pair, services["quantity"][among])
    return {"negative_total": int(np.count_nonzero(sums < 0))}


def _rows(looking: Looking, sides: list[str], types: dict[str, Any]) -> Columns:
    return gather_bucket(sides, looking.partition, types, looking.inputs, {"service": "service"})
