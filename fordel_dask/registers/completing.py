"""Enrolment without spells, completed: days and clinics are told from what else is known of a citizen.

Both are approximations, for deliveries that have no register of spells. Somebody who stood on a list of
one day is taken to have belonged there since the fee year began, or since birth. Where only insurance
groups are known, the clinic is the one that gave a citizen most consultations in the fee year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.errors import AccountingError
from fordel_dask.registers import books as codebooks
from fordel_dask.registers.dealt import UsedCodes, book_numbers, gather_bucket
from fordel_dask.registers.dealt_file import DealtFile, finish, taken_up
from fordel_dask.registers.first_pass import FirstPass, Summary, Works
from fordel_dask.registers.place import Place
from fordel_dask.registers.rules import Columns, Rules, status_day
from fordel_dask.registers.services import CONSULTATION
from fordel_dask.registers.spread import dealing
from fordel_dask.registers.work import content_of, task, write_json
from fordel_dask.schema.prepared import BLANK, OPEN_END
from fordel_dask.store import PartFile, read_part

LIST, GROUPS = "enrolment_list", "enrolment_groups"
WITH_CLINIC = "with_clinic"


@dataclass(frozen=True)
class Completing:
    """One partition; ``inputs`` lists the dealt files of enrolment and services, ``book`` their codes."""

    partition: int
    inputs: Path
    book: Path
    rules: Rules
    store: Path
    population: PartFile
    side: Path


@task
def complete(completing: Completing) -> Summary:
    """Give the citizens of a partition spells, dealt as if a register of spells had been read."""
    return taken_up(completing.side, None, partial(_complete, completing))


def _complete(completing: Completing) -> Summary:
    rules, inputs = completing.rules, content_of(completing.inputs)
    told = ("citizen", "group") if inputs["services"] else ("citizen", "group", "clinic")
    citizens = _gathered(completing, inputs["enrolment"], told)
    born = read_part(completing.store, completing.population, ["birth_day"])["birth_day"]
    position = citizens["citizen"] - rules.first[completing.partition]
    if inputs["services"]:
        used = _consultations(completing, inputs["services"])
        citizens["clinic"] = main_clinics(*used, born.size)[position]
    rows: Columns = {
        "citizen": citizens["citizen"],
        "clinic": citizens["clinic"],
        "group": citizens["group"].astype(np.int8),
        "first_day": np.maximum(born[position], status_day(rules.fee_year)).astype(np.int32),
        "last_day": np.full(position.size, OPEN_END, np.int32),
    }
    return _written(completing, rows)


def _written(completing: Completing, rows: Columns) -> Summary:
    book = content_of(completing.book)["clinic"]
    used, file = UsedCodes(), DealtFile(completing.side, *dealing(False, completing.rules))
    used.add(rows, {"clinic": book})
    file.add(rows)
    dealt_rows = file.close()
    known = {WITH_CLINIC: int(np.count_nonzero(rows["clinic"] != BLANK))}
    return finish(completing.side, {**dealt_rows, **known, "codes": {"clinic": used.texts("clinic", book)}})


def _gathered(completing: Completing, sides: Sequence[str], names: Sequence[str]) -> Columns:
    coded = {"clinic": "clinic", "service": "service"}
    return gather_bucket(sides, completing.partition, dict.fromkeys(names, np.int32), completing.book, coded)


def _consultations(completing: Completing, sides: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = _gathered(completing, sides, ("citizen", "clinic", "service", "quantity"))
    wanted = book_numbers(completing.book, "service").get(CONSULTATION, BLANK)
    mine = (rows["service"] == wanted) & (rows["clinic"] != BLANK)
    position = rows["citizen"][mine] - completing.rules.first[completing.partition]
    return position, rows["clinic"][mine], rows["quantity"][mine]


def main_clinics(citizen: np.ndarray, clinic: np.ndarray, quantity: np.ndarray, citizens: int) -> np.ndarray:
    """Give the clinic that gave each citizen most services, the largest number of those that gave as many.

    Corrections are subtracted; a citizen without a clinic that gave any has none (−1).
    """
    main = np.full(citizens, BLANK, np.int32)
    width = int(clinic.max(initial=0)) + 1
    pairs, inverse = np.unique(citizen.astype(np.int64) * width + clinic, return_inverse=True)
    total = np.zeros(pairs.size, np.int64)
    np.add.at(total, inverse, quantity.astype(np.int64))
    given = total > 0
    who, where = pairs[given] // width, pairs[given] % width
    order = np.lexsort((where, total[given], who))
    main[who[order]] = where[order]  # the last one of each citizen stays: most services, then the largest number
    return main


def complete_enrolment(works: Works, read: FirstPass, census: Summary, place: Place) -> dict[Path, Summary]:
    """Complete what came without spells, and give the dealt files of all partitions; none if spells came."""
    readings = read.of(LIST) or read.of(GROUPS)
    if not readings:
        return {}
    services = read.of("services") if readings[0].kind == GROUPS else []
    sides = {
        "enrolment": [str(reading.side) for reading in readings],
        "services": [str(reading.side) for reading in services],
    }
    told = read.results("services") if services else read.results(LIST)
    book = {name: codebooks.union(told, name) for name in ("clinic", "service")}
    files = write_json(place.side("inputs", sides), sides), write_json(place.side("book of clinics", sides), book)
    items = [
        Completing(
            partition=number,
            inputs=files[0],
            book=files[1],
            rules=readings[0].rules,
            store=place.new_store,
            population=PartFile(**part),
            side=place.side("complete", sides, number, part["sha256"]),
        )
        for number, part in enumerate(census["parts"])
    ]
    summaries = works.map("completing enrolment", complete, items)
    completed = {item.side: summary for item, summary in zip(items, summaries, strict=True)}
    _check(sum(read.summaries[reading.side]["rows"] for reading in readings), completed)
    return completed


def _check(came: int, completed: Mapping[Path, Mapping[str, Any]]) -> None:
    left = sum(summary["rows"] for summary in completed.values())
    if came != left:
        raise AccountingError(
            f"enrolment: {came:,} rows came to be completed, {left:,} left. "
            f"This is an error of the program; please report it."
        )
