"""In what form an invented nation would be delivered: how the registers are read, found out on a sample."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from fordel_dask.extracts.declaration import Declaration, declared
from fordel_dask.gathering import Faults
from fordel_dask.registers.covariate_tables import read_keyed
from fordel_dask.registers.delivery import Delivery, open_delivery
from fordel_dask.registers.first_pass import readings_of
from fordel_dask.registers.ingest import read_small_tables
from fordel_dask.registers.municipalities import known_codes, lawful_codes
from fordel_dask.registers.place import Place
from fordel_dask.registers.population import Census
from fordel_dask.registers.small_tables import Row
from fordel_dask.registers.spread import Reading
from fordel_dask.registers.tally import Tally
from fordel_dask.synthetic import SMALLEST, Nation, write_block, write_tables

PACKAGE = Path(__file__).parents[1]
SOURCES = ("invented", "law", "synthetic")
KINDS_OF_FILE = frozenset({".py", ".csv", ".toml"})


@dataclass(frozen=True)
class Form:
    """A delivery of the nation, but for its size: the declaration, the tables kept whole, and how registers are read.

    ``readings`` are by the folder of the register, which is the name its generator gives it; ``keyed`` is the account
    of covariates that are not by person.
    """

    declaration: Declaration
    delivery: Delivery
    small: Mapping[str, list[Row]]
    readings: Mapping[str, Reading]
    census: Census
    keyed: Mapping[str, Tally]


@functools.cache
def generator_version() -> str:
    """Give a hash of all that decides about the invented: the generator, its tables, the law it reads, its chance."""
    digest = hashlib.sha256(f"numpy {np.__version__}, pyarrow {pa.__version__}".encode())
    for folder in SOURCES:
        for source in sorted((PACKAGE / folder).rglob("*")):
            if source.suffix in KINDS_OF_FILE:
                digest.update(source.read_bytes())
    return digest.hexdigest()


def write_sample(nation: Nation, directory: Path) -> None:
    """Write the small tables of the nation, and of its registers of persons those of the smallest nation there is.

    Nobody of the sample goes on: it stands for the form of the files, from which ingests learn how to read them.
    """
    write_block(replace(nation, citizens=SMALLEST), 0, directory)
    write_tables(nation, directory)


@functools.lru_cache(maxsize=2)
def form_of(sample: Path) -> Form:
    """Read the form of the nation from its sample, by the rules of an ingest.

    Raises
    ------
    FordelError
        An ingest could not read it either.
    """
    faults = Faults()
    declaration = declared(sample, faults)
    delivery = open_delivery(declaration, faults)
    small = read_small_tables(declaration, known_codes(declaration.municipalities), faults)
    keyed = read_keyed(delivery, small, faults)
    faults.refuse()
    nobody, place = {"first": (0, 0), "fingerprint": ""}, Place(sample)
    readings = {r.piece.path.parent.name: r for r in readings_of(delivery, nobody, place)}
    census = Census(
        pieces=tuple(delivery.population.pieces()),
        year=declaration.year,
        strip=delivery.strip,
        municipalities=tuple(row["KOM"] for row in small["municipalities"]),
        lawful=lawful_codes(),
        partitions=None,
        lookup=place.lookup,
        store=place.new_store,
        aside=place.aside("population", sample),
    )
    return Form(declaration, delivery, {**small, **keyed.tables}, readings, census, keyed.tallies)
