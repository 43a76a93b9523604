"""Second pass of further covariates: one partition of their table, a row a citizen, filled from all blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.registers.covariate_columns import covariates_of
from fordel_dask.registers.covariates import filled
from fordel_dask.registers.dealt import gather_bucket
from fordel_dask.registers.dealt_file import REMADE
from fordel_dask.registers.delivery import Delivery, Opened
from fordel_dask.registers.first_pass import FirstPass, Summary, Works
from fordel_dask.registers.people import forget_lookups
from fordel_dask.registers.place import Place
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.settling import check_settled, is_written
from fordel_dask.registers.work import content_of, finished, task, write_json
from fordel_dask.schema.prepared import covariates_table
from fordel_dask.store import part_records, write_part

WRITING = "writing the store"


@dataclass(frozen=True)
class Filling:
    """One partition; ``inputs`` lists the dealt files of every block with its ``names``.

    ``names`` are all covariates in the order of the table, ``first`` and ``end`` the citizens of the partition.
    """

    partition: int
    first: int
    end: int
    names: tuple[str, ...]
    inputs: Path
    store: Path
    side: Path


def fill_covariates(
    works: Works, delivery: Delivery, read: FirstPass, census: Summary, place: Place
) -> dict[str, list[dict[str, Any]]]:
    """Write further covariates by person, if there are any, and give the records of their parts by table.

    Raises
    ------
    AccountingError
        Other rows came than left the first pass.
    """
    blocks = {opened.source.register: covariates_of(opened.wanted) for opened in person_blocks(delivery)}
    if not blocks:
        return {}
    sides = {register: sorted(str(r.side) for r in read.of(COVARIATES, register)) for register in blocks}
    fillings = _fillings(blocks, sides, census, place)
    done = works.map(WRITING, fill, fillings)
    check_settled(COVARIATES, [Path(side) for of_block in sides.values() for side in of_block], done)
    return {COVARIATES: [summary["part"] for summary in done]}


def person_blocks(delivery: Delivery) -> list[Opened]:
    """Give the blocks of covariates by person, in the order of the declaration."""
    return [opened for opened in delivery.others if opened.kind == COVARIATES]


def names_by_person(delivery: Delivery) -> tuple[str, ...]:
    """Give the covariates by person in the order of their table."""
    return tuple(sorted(name for opened in person_blocks(delivery) for name in covariates_of(opened.wanted)))


def _fillings(
    blocks: Mapping[str, Sequence[str]], sides: Mapping[str, Sequence[str]], census: Summary, place: Place
) -> list[Filling]:
    listed = [{"names": list(names), "sides": list(sides[register])} for register, names in blocks.items()]
    inputs = write_json(place.side("blocks", listed), {"blocks": listed})
    names = tuple(sorted(name for of_block in blocks.values() for name in of_block))
    bounds = zip(census["first"], census["first"][1:], strict=False)
    return [
        Filling(n, first, end, names, inputs, place.new_store, place.side("fill", n, first, end, inputs.name))
        for n, (first, end) in enumerate(bounds)
    ]


@task
def fill(filling: Filling) -> Summary:
    """Write one part and give its record and the rows that came."""
    forget_lookups()
    again = {REMADE: True} if filling.side.exists() else {}
    done = finished(filling.side)
    if done and is_written(filling.store / done["part"]["file"], done["part"]["sha256"]):
        return done
    parts = [_gathered(filling, block) for block in content_of(filling.inputs)["blocks"]]
    file = f"{COVARIATES}/part-{filling.partition:05}.parquet"
    dense = filled(parts, filling.names, filling.end - filling.first)
    part = write_part(filling.store, file, covariates_table(filling.names), dense)
    summary = {"part": part_records([part])[0], "rows": sum(int(rows["citizen"].size) for rows in parts)}
    write_json(filling.side, summary)
    return summary | again


def _gathered(filling: Filling, block: Mapping[str, Any]) -> Columns:
    types = dict.fromkeys(("citizen", *block["names"]), "int32")
    rows = gather_bucket(block["sides"], filling.partition, types, Path(), {})
    rows["citizen"] -= filling.first
    return rows
