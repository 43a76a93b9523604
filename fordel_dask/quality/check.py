"""A delivery read once and judged by nobody yet: everything that can be counted in it, in order."""

from functools import partial
from pathlib import Path

from fordel_dask.errors import FordelError
from fordel_dask.extracts.declaration import DEFAULT_YEAR, Declaration, Source, declared
from fordel_dask.extracts.toml import FILE_NAME
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Executor
from fordel_dask.quality.adding import (
    POPULATION,
    add_clinics_of_citizens,
    add_keyed,
    add_population,
    add_registers,
)
from fordel_dask.quality.citizens import look_at_citizens
from fordel_dask.quality.delivered_files import count_unread, look_at_files
from fordel_dask.quality.gathered import Gathered
from fordel_dask.quality.looks import judged_codes
from fordel_dask.quality.observed import Observed
from fordel_dask.quality.orphans import BY_CODE, CONTACTS, meet
from fordel_dask.quality.population import look_at_population
from fordel_dask.quality.scratch import scratch
from fordel_dask.quality.small_tables import look_at_areas, look_at_clinics
from fordel_dask.quality.watching import SERVICES, repeated_rows, watch_all
from fordel_dask.registers import books
from fordel_dask.registers.clinics import successors
from fordel_dask.registers.covariate_tables import read_keyed
from fordel_dask.registers.delivery import Delivery, Opened, open_delivery
from fordel_dask.registers.first_pass import FirstPass, Report, Works, judge_first_pass, readings_of
from fordel_dask.registers.ingest import read_small_tables
from fordel_dask.registers.joining import check_joined
from fordel_dask.registers.listed import prefixes_of
from fordel_dask.registers.municipalities import known_codes, lawful_codes
from fordel_dask.registers.place import Place
from fordel_dask.registers.population import Census
from fordel_dask.registers.tally import KEPT

AREAS = "areas"


def check(registers: Path, executor: Executor, report: Report | None = None) -> Observed:
    """Read a delivery once, tolerantly, and give everything that was seen; nothing is written into it.

    ``report`` is told stage, tasks done and all tasks. Rows without names are dealt out in a private
    directory under TMPDIR, which workers of a cluster must share.

    Raises
    ------
    FordelError
        Something else than the delivery is at fault: no space, a lost cluster, an error of the program.
    """
    found, faults = Gathered(registers), Faults()
    try:
        declaration = declared(registers, faults)
    except FordelError as error:
        found.refuse([*faults.told(), error])
        return found.observed(DEFAULT_YEAR)
    with scratch() as place:
        _look(declaration, Works(executor, report), place, found, faults)
    found.refuse(faults.told())
    return found.observed(declaration.year)


def _look(declaration: Declaration, works: Works, place: Place, found: Gathered, faults: Faults) -> None:
    delivery = open_delivery(declaration, faults)
    for source in (Source("declaration", (declaration.root / FILE_NAME,)), *declaration.sources()):
        found.open_register(source)
    look_at_files(delivery, found)
    places = known_codes(declaration.municipalities)
    small = read_small_tables(declaration, places, faults)
    if declaration.predecessors == "follow":
        faults.note(partial(successors, small["clinics"], declaration.year), ())
    add_keyed(read_keyed(delivery, small, faults).tallies, found)
    clinics = look_at_clinics(declaration.clinics, declaration.year, places, found)
    _look_at_areas(declaration.areas, places or frozenset(lawful_codes()), found)
    census = works.map("looking at the population", look_at_population, [_census(delivery, places, place)])[0]
    add_population(census, found)
    read = watch_all(works, readings_of(delivery, census, place), delivery)
    twice = judge_first_pass(works, delivery, (census, read), place, faults)
    for register, rows in twice.items():
        found.add_register(register, {"person_twice": rows})
    add_registers(delivery, read, found)
    if clinics:
        add_clinics_of_citizens(read, clinics, found)
    for number, _ in enumerate(declaration.pairs, 1):
        _add_pair(works, read, delivery.pair(number), place, found)
    for register, counts in look_at_citizens(works, read, census, declaration.year, place).items():
        found.add_register(register, counts)
    found.add_register(SERVICES, {"row_repeated_in_another_file": repeated_rows(works, read, place)})
    texts = {"service": books.union(read.results(SERVICES), "service"), **census["codebooks"]}
    faults.note(partial(books.checked, texts), None)
    if not census["first"][-1]:
        found.forget("unknown_person")  # without a population everybody is unknown, which says nothing


def _census(delivery: Delivery, places: frozenset[str] | None, place: Place) -> Census:
    return Census(
        pieces=tuple(delivery.population.pieces()),
        year=delivery.declaration.year,
        strip=delivery.strip,
        municipalities=tuple(sorted(places or lawful_codes())),
        lawful=lawful_codes(),
        partitions=None,
        lookup=place.lookup,
        store=place.new_store,
        aside=place.aside(POPULATION, place.new_store),
    )


def _look_at_areas(source: Source | None, places: frozenset[str], found: Gathered) -> None:
    """Look at areas: an ingest leaves out those that lie in no municipality."""
    if source:
        look_at_areas(source, count_unread(source, found), places, found)


def _add_pair(works: Works, read: FirstPass, pair: tuple[Opened, Opened], place: Place, found: Gathered) -> None:
    contacts, diagnoses = (opened.source.register for opened in pair)
    met = meet(works, read, pair[0].pair, place)
    if met is None:
        return
    check_joined(diagnoses, read.tallies().get(diagnoses, {}), met)
    found.add_register(contacts, met[CONTACTS])
    reasons = {fate: count for fate, count in met["rows"].items() if fate != KEPT}
    found.add_register(diagnoses, {**reasons, **judged_codes(met[BY_CODE], prefixes_of(pair[1].keep))})
