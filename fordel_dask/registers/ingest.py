"""From raw register extracts to a prepared store: the steps, in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.extracts.declaration import Declaration, Source, declared
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Executor
from fordel_dask.registers.areas import read_areas
from fordel_dask.registers.budget import Budget
from fordel_dask.registers.census import number_citizens
from fordel_dask.registers.clinics import read_clinics, successors
from fordel_dask.registers.completing import complete_enrolment
from fordel_dask.registers.covariate_tables import KeyedCovariates, read_keyed, set_keyed_aside
from fordel_dask.registers.delivery import Delivery, open_delivery
from fordel_dask.registers.filling import fill_covariates
from fordel_dask.registers.first_pass import FirstPass, Report, Summary, Works, first_pass
from fordel_dask.registers.manifest import (
    Made,
    accounting,
    choices,
    covariates,
    files_of_store,
    hash_input,
    input_files,
    write_store_files,
)
from fordel_dask.registers.municipalities import known_codes, lawful_codes, read_municipalities
from fordel_dask.registers.place import FINGERPRINT, Place, publish, require_secret, workplace
from fordel_dask.registers.population import Census, judge_population
from fordel_dask.registers.projection import read_projection
from fordel_dask.registers.quarantine import gather, set_aside
from fordel_dask.registers.second_pass import (
    Joined,
    dealt_files,
    draw_up_books,
    join_diagnoses,
    second_pass,
    tallies_of_join,
)
from fordel_dask.registers.service_details import DAYS
from fordel_dask.registers.small_tables import Row


def ingest(  # noqa: PLR0913  the library's way in: what it may be told is named, one by one
    registers: Path,
    store: Path,
    executor: Executor,
    *,
    partitions: int | None = None,
    report: Report | None = None,
    key_secret: Path | None = None,
    afford: Callable[[Delivery], Budget] | None = None,
) -> dict[str, Any]:
    """Make a prepared store of the register extracts in a directory, and give its manifest.

    The store appears whole or not at all; a store that stands there is replaced. Work that
    an interrupted ingest finished is taken up. ``report`` is told stage, tasks done and all
    tasks. ``afford`` judges the delivery before work begins and gives the budget of memory; the
    store is the same bytes whatever it gives. The table from citizen to person key is written
    to ``<store>.keys/``, quarantined rows to ``<store>.quarantine/``. With ``key_secret``, the file
    of a secret, citizens stand in the order of their keyed hash, and both hold the hash in the
    place of the key.

    Raises
    ------
    FordelError
        The delivery cannot be used; the kind of error and the message say why.
    """
    works = Works(executor, report)
    if key_secret is not None:
        require_secret(key_secret, Place(store.absolute()))  # refused before the delivery is read
    declaration, delivery, small, keyed = _checked(registers, works, Place(store.absolute()), key_secret)
    works = replace(works, budget=afford(delivery) if afford else works.budget)
    with workplace(store) as place:
        population = _census(delivery, [row["KOM"] for row in small["municipalities"]], place, partitions, works.budget)
        files = input_files(declaration, place, works.budget.portion)
        early = [partial(hash_input, file) for file in files if not file.is_text]  # numbering leaves cores idle
        census = number_citizens(works, population, early)
        read = first_pass(works, delivery, census, place)
        joined = join_diagnoses(works, delivery, read, place)
        completed = complete_enrolment(works, read, census, place)
        books = draw_up_books(census, small, read, joined, completed)
        by_day = declaration.services_detail == DAYS
        parts = second_pass(works, census, place, dealt_files(read, joined, completed), books, by_day)
        parts |= fill_covariates(works, delivery, read, census, place)
        tallies = {"population": census["tally"], **read.tallies(), **keyed.tallies}
        made = Made(
            first=census["first"],
            citizens=census["fingerprint"],
            tables={"population": census["parts"], **parts},
            books=books,
            small={**small, **keyed.tables},
            inputs=works.map("hashing extracts", hash_input, files),
            accounting=accounting(tallies, tallies_of_join(joined)),
            choices=choices(delivery, tallies, completed.values()),
            keys=census["keys"],
            covariates=covariates(delivery, tallies),
        )
        beside = set_keyed_aside(keyed, delivery, place)
        parts_aside = set_aside([*_asides(census, read, joined, place), *beside])
        gather(place.new_quarantine, parts_aside, made.accounting, {FINGERPRINT: made.citizens})
        manifest = write_store_files(place.new_store, declaration, made)
        publish(place, manifest, files_of_store(manifest))
    return manifest


def _asides(
    census: Summary, read: FirstPass, joined: Joined, place: Place
) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    """Give every task that may have set rows aside: register, summary, file."""
    for summary, file in census["asides"]:
        yield "population", summary, file
    for reading in read.readings:
        yield reading.piece.register, read.summaries[reading.side], reading.aside
    for register, results in joined.items():
        for side, summary in results.items():
            yield register, summary, place.aside(register, side)


def _checked(
    registers: Path, works: Works, place: Place, secret: Path | None
) -> tuple[Declaration, Delivery, dict[str, list[Row]], KeyedCovariates]:
    faults = Faults()
    declaration = declared(registers, faults)
    delivery = replace(open_delivery(declaration, faults), secret=secret)
    places = known_codes(declaration.municipalities)
    small = read_small_tables(declaration, places, faults)
    keyed = read_keyed(delivery, small, faults)
    if faults and delivery.population.is_whole:
        census = _census(delivery, sorted(places or ()), place, None, works.budget)
        faults.note(partial(_judge_population, works, census), None)
    if declaration.predecessors == "follow":
        heirs = faults.note(partial(successors, small["clinics"], declaration.year), ())
        delivery = replace(delivery, successors=heirs)
    faults.refuse()
    return declaration, delivery, small, keyed


def _judge_population(works: Works, census: Census) -> None:
    works.map("checking the population", judge_population, [census])


def read_small_tables(declaration: Declaration, places: frozenset[str] | None, faults: Faults) -> dict[str, list[Row]]:
    """Read and check the tables that are kept whole; ``places`` are the codes of municipalities, if known."""
    checks: dict[str, tuple[Source | None, Callable[[], list[Row]]]] = {
        "clinics": (declaration.clinics, partial(read_clinics, declaration.clinics, declaration.year, places)),
    }
    if declaration.projection:
        checks["projection"] = declaration.projection, partial(read_projection, declaration.projection, places)
    if declaration.areas:
        checks["areas"] = declaration.areas, partial(read_areas, declaration.areas, places)
    given = declaration.municipalities
    checks["municipalities"] = given, partial(read_municipalities, given)
    return {
        name: faults.note(check, []) if source is None or source.files else []
        for name, (source, check) in checks.items()
    }


def _census(delivery: Delivery, places: Sequence[str], place: Place, partitions: int | None, budget: Budget) -> Census:
    return Census(
        pieces=tuple(delivery.population.pieces(budget.piece_rows)),
        year=delivery.declaration.year,
        strip=delivery.strip,
        municipalities=tuple(places),
        lawful=lawful_codes(),
        partitions=partitions,
        lookup=place.lookup,
        store=place.new_store,
        aside=place.aside("population", Path("population")).with_suffix(""),
        secret=delivery.secret,
        portion=budget.portion,
        chunk_rows=budget.chunk_rows,
    )
