"""From raw register extracts to a prepared store: the steps, in order."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.extracts.declaration import Declaration, read_declaration
from fordel_dask.extracts.gathering import every
from fordel_dask.graph.executor import Executor
from fordel_dask.registers.clinics import read_clinics
from fordel_dask.registers.delivery import Delivery, open_delivery
from fordel_dask.registers.first_pass import Report, Works, first_pass
from fordel_dask.registers.manifest import Made, accounting, hash_input, input_files, write_store_files
from fordel_dask.registers.municipalities import lawful_codes, read_municipalities
from fordel_dask.registers.place import Place, publish, workplace
from fordel_dask.registers.population import Census, number_citizens
from fordel_dask.registers.projection import read_projection
from fordel_dask.registers.second_pass import dealt_files, draw_up_books, join_diagnoses, second_pass
from fordel_dask.registers.small_tables import Row


def ingest(
    registers: Path,
    store: Path,
    executor: Executor,
    *,
    partitions: int | None = None,
    report: Report | None = None,
) -> dict[str, Any]:
    """Make a prepared store of the register extracts in a directory, and give its manifest.

    The store appears whole or not at all; a store that stands there is replaced. Work that
    an interrupted ingest finished is taken up. ``report`` is told stage, tasks done and all
    tasks. The table from citizen to person key is written to ``<store>.keys/``.

    Raises
    ------
    FordelError
        The delivery cannot be used; the kind of error and the message say why.
    """
    works = Works(executor, report)
    declaration = read_declaration(registers)
    delivery, small = _checked(declaration)
    with workplace(store) as place:
        census = works.map("numbering citizens", number_citizens, [_census(delivery, small, place, partitions)])[0]
        read = first_pass(works, delivery, census, place)
        joined = join_diagnoses(works, delivery, read, place)
        books = draw_up_books(census, small, read, joined)
        parts = second_pass(works, census, place, dealt_files(read, joined), books)
        made = Made(
            first=census["first"],
            citizens=census["fingerprint"],
            tables={"population": census["parts"], **parts},
            books=books,
            small=small,
            inputs=works.map("hashing extracts", hash_input, input_files(declaration, place)),
            accounting=accounting(census["tally"], read, joined),
        )
        manifest = write_store_files(place.new_store, declaration, made)
        publish(place)
    return manifest


def _checked(declaration: Declaration) -> tuple[Delivery, dict[str, list[Row]]]:
    checks: list[Callable[[], Any]] = [partial(open_delivery, declaration), partial(read_small_tables, declaration)]
    delivery, small = every(checks)
    return delivery, small


def read_small_tables(declaration: Declaration) -> dict[str, list[Row]]:
    """Read and check the tables that are kept whole."""
    municipalities = read_municipalities(declaration.municipalities)
    known = frozenset(row["KOM"] for row in municipalities)
    checks = {"clinics": partial(read_clinics, declaration.clinics, declaration.year, known)}
    if declaration.projection:
        checks["projection"] = partial(read_projection, declaration.projection, known)
    return {"municipalities": municipalities, **dict(zip(checks, every(list(checks.values())), strict=True))}


def _census(delivery: Delivery, small: Mapping[str, list[Row]], place: Place, partitions: int | None) -> Census:
    return Census(
        pieces=tuple(delivery.population.pieces()),
        year=delivery.declaration.year,
        strip=delivery.strip,
        municipalities=tuple(row["KOM"] for row in small["municipalities"]),
        lawful=lawful_codes(),
        partitions=partitions,
        lookup=place.lookup,
        store=place.new_store,
    )
