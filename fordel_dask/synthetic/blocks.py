"""One block of citizens: everything drawn, and every register of it, as tables or as part files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fordel_dask.synthetic.areas import areas_of
from fordel_dask.synthetic.chance import Flags, Floats
from fordel_dask.synthetic.clinics import Clinics, clinics_of
from fordel_dask.synthetic.consumption import Consumption, Need, consumption_of
from fordel_dask.synthetic.covariates import covariates_table
from fordel_dask.synthetic.diagnoses import hospital_of
from fordel_dask.synthetic.diseases import any_psychiatric, conditions_of, somatic_count
from fordel_dask.synthetic.dream import dream_tables
from fordel_dask.synthetic.enrolment import Enrolment, enrolment_of
from fordel_dask.synthetic.files import part_name, write_parquet
from fordel_dask.synthetic.labour_market import LabourMarket, labour_market_of
from fordel_dask.synthetic.medicine import dispensings_of, prescriptions_table
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People, people_of
from fordel_dask.synthetic.registers import (
    enrolment_table,
    hospital_tables,
    population_table,
    services_table,
)
from fordel_dask.synthetic.services import services_of
from fordel_dask.synthetic.treatment import treated
from fordel_dask.synthetic.truth import Health, expected_fee


@dataclass(frozen=True)
class Block:
    """Everything drawn for a block's people before rows are made of it."""

    people: People
    clinics: Clinics
    enrolment: Enrolment
    conditions: Flags  # person × condition
    labour: LabourMarket
    yearly_kr: Floats  # x'β
    consumption: Consumption


def block_of(nation: Nation, block: int) -> Block:
    """Draw the people of a block and all that follows from who they are."""
    people, clinics = people_of(nation, block), clinics_of(nation)
    enrolment = enrolment_of(nation, block, people, clinics)
    has = conditions_of(nation, block, people)
    somatic, psychiatric = somatic_count(has), any_psychiatric(has)
    labour = labour_market_of(nation, block, people, somatic, psychiatric)
    health = Health(labour.temporarily_outside, labour.permanently_outside, somatic, psychiatric)
    need = Need(expected_fee(people, health), has)
    consumption = consumption_of(nation, block, people, enrolment, need)
    return Block(people, clinics, enrolment, has, labour, need.yearly_kr, consumption)


def block_tables(nation: Nation, block: int) -> Iterator[tuple[str, Iterable[pa.Table]]]:
    """Give every register of persons of a block, one at a time: its name and its rows, in tables of the same columns.

    They depend on the nation and the block alone. The population comes first, contacts come before their diagnoses.

    Raises
    ------
    UsageError
        If the nation has no such block.
    """
    drawn = block_of(nation, block)
    rng = stream(nation, Purpose.DREAM, block)
    yield from _persons(nation, block, drawn)
    yield "services", [_services(nation, block, drawn)]
    hospital = hospital_of(nation, block, drawn.people, drawn.conditions)
    for name, table in hospital_tables(nation, block, drawn.people, hospital):
        yield name, [table]
    del hospital
    if nation.extras:
        yield "prescriptions", [_prescriptions(nation, block, drawn)]
        yield "covariates_persons", [covariates_table(nation, block, drawn.people, drawn.conditions)]
    yield "dream", dream_tables(nation, rng, drawn.people, drawn.labour)


def write_block(nation: Nation, block: int, out: Path) -> dict[str, int]:
    """Write a block's part file of every register of persons; give the rows by register.

    The bytes depend on the nation and the block alone, and each file appears whole or not
    at all, so a block can be written alone, twice, or by any worker.

    Raises
    ------
    UsageError
        If the nation has no such block.
    SpaceError
        If the files cannot be written.
    """
    registers = block_tables(nation, block)
    return {name: write_parquet(out / name / part_name(block), tables) for name, tables in registers}


def _persons(nation: Nation, block: int, drawn: Block) -> Iterator[tuple[str, list[pa.Table]]]:
    rng = stream(nation, Purpose.POPULATION, block)
    area = areas_of(nation, block, drawn.people) if nation.extras else None
    yield "population", [population_table(nation, rng, drawn.people, area)]
    yield "enrolment", [enrolment_table(nation, rng, drawn.people, drawn.enrolment.spells, drawn.clinics)]


def _services(nation: Nation, block: int, drawn: Block) -> pa.Table:
    rows = services_of(nation, block, drawn.people, drawn.enrolment, (drawn.consumption, drawn.clinics))
    day = None
    if nation.extras:
        settled = treated(nation, block, drawn.people, rows)
        rows, day = settled.rows, settled.day
    return services_table(nation, block, drawn.people, rows, day)


def _prescriptions(nation: Nation, block: int, drawn: Block) -> pa.Table:
    rows = dispensings_of(nation, block, drawn.people, drawn.enrolment, drawn.conditions)
    return prescriptions_table(nation, block, drawn.people, rows)
