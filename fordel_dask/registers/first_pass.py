"""First pass, planned: the pieces of every register, read once, and what came of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from fordel_dask.errors import CoverageError, FordelError
from fordel_dask.extracts.columns import Chosen
from fordel_dask.extracts.declaration import Declaration
from fordel_dask.extracts.estimates import count_of
from fordel_dask.extracts.files import Piece
from fordel_dask.gathering import Faults
from fordel_dask.graph.executor import Executor
from fordel_dask.registers.budget import DEFAULT_BUDGET, Budget
from fordel_dask.registers.collisions import Comparison, count_collisions, may_collide, refuse_collisions
from fordel_dask.registers.dealt_file import REMADE
from fordel_dask.registers.delivery import Delivery, Opened
from fordel_dask.registers.listed import prefixes_of
from fordel_dask.registers.memory import give_back_memory
from fordel_dask.registers.place import Place
from fordel_dask.registers.repeated import count_repeated, refuse_repeated_persons, shares
from fordel_dask.registers.rules import Rules
from fordel_dask.registers.spread import Reading, few_values, spread
from fordel_dask.registers.tally import NOTES, Tally, days_refused, merged, never_days, rows_of
from fordel_dask.registers.work import file_state, name_of

DIAGNOSES = ("diagnosis_rows", "diagnoses")
ONE_ROW_A_PERSON = ("dream", "enrolment_list", "enrolment_groups", "covariates")
"""Kinds of registers in which nobody may stand twice."""

KIND_OF_CODE = {kind.exit_code: kind for kind in FordelError.__subclasses__()}
Summary = dict[str, Any]
Report = Callable[[str, int, int], None]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Works:
    """Where tasks run, who is told, and how much may be in memory."""

    executor: Executor
    report: Report | None
    budget: Budget = DEFAULT_BUDGET

    def map(self, name: str, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Run tasks and give their results in order."""
        report = self.report
        told = None if report is None else lambda done, total: report(name, done, total)
        at_most = self.budget.tasks_of(name, self.executor.width)
        executor = self.executor if at_most == self.executor.width else self.executor.at_most(at_most)
        results = executor.map(function, items, name, told) if items else []
        give_back_memory()
        again = sum(isinstance(result, dict) and result.get(REMADE, False) for result in results)
        if report is not None and again:
            report(f"{name}: finished work that was damaged, made anew", again, again)
        return results


def perform(work: Callable[[], R]) -> R:
    """Do a piece of work: tasks of several kinds may run side by side."""
    return work()


@dataclass(frozen=True)
class FirstPass:
    """What was read, in the order of the delivery, and the summary of each piece."""

    readings: tuple[Reading, ...]
    summaries: Mapping[Path, Summary]

    def of(self, kind: str, register: str | None = None) -> list[Reading]:
        """Give the readings of a kind, and of one register if it is named."""
        return [r for r in self.readings if r.kind == kind and register in (None, r.piece.register)]

    def results(self, kind: str, register: str | None = None) -> list[Summary]:
        """Give the summaries of the readings of a kind."""
        return [self.summaries[reading.side] for reading in self.of(kind, register)]

    def tallies(self) -> dict[str, Tally]:
        """Give the account of rows by register."""
        registers = dict.fromkeys(reading.piece.register for reading in self.readings)
        return {name: merged(self._tallies_of(name)) for name in registers}

    def _tallies_of(self, register: str) -> list[Tally]:
        return [self.summaries[r.side]["tally"] for r in self.readings if r.piece.register == register]


def first_pass(works: Works, delivery: Delivery, census: Summary, place: Place) -> FirstPass:
    """Read every register but the population once, the largest pieces first.

    Raises
    ------
    CoverageError
        No service belongs to the fee year.
    SchemaError
        Person keys collide once leading zeros are left out, a person stands twice in DREAM or in a
        list of one day, or a column of days holds none.
    """
    readings = readings_of(delivery, census, place, works.budget)
    read = read_pieces(readings, partial(works.map, "reading extracts", spread))
    faults = Faults()
    judge_first_pass(works, delivery, (census, read), place, faults)
    faults.refuse()
    return read


def readings_of(delivery: Delivery, census: Summary, place: Place, budget: Budget = DEFAULT_BUDGET) -> list[Reading]:
    """Give the tasks of the first pass, in the order of the delivery."""
    known = census, name_of("people", census["first"], census["fingerprint"])
    return [r for opened in delivery.others for r in _readings(opened, delivery, known, place, budget)]


def read_pieces(readings: Sequence[Reading], read: Callable[[Sequence[Reading]], list[Summary]]) -> FirstPass:
    """Read pieces, the largest first."""
    largest_first = sorted(readings, key=lambda reading: reading.piece.rows, reverse=True)
    summaries = read(largest_first)
    return FirstPass(tuple(readings), {r.side: s for r, s in zip(largest_first, summaries, strict=True)})


def judge_first_pass(
    works: Works, delivery: Delivery, found: tuple[Summary, FirstPass], place: Place, faults: Faults
) -> dict[str, int]:
    """Note what is wrong with the registers that were read, and give the rows that repeat a person by register."""
    census, read = found
    for register in read.tallies():
        _judge(register, read, delivery, faults)
    twice = faults.note(partial(_repeated_persons, works, delivery, read), {})
    for register, rows in twice.items():
        faults.note(partial(refuse_repeated_persons, register, rows), None)
    faults.note(partial(_check_keys, works, delivery, census, read, place), None)
    return twice


def _judge(register: str, read: FirstPass, delivery: Delivery, faults: Faults) -> None:
    readings = [reading for reading in read.readings if reading.piece.register == register]
    refused = [read.summaries[r.side]["refused"] for r in readings if "refused" in read.summaries[r.side]]
    for code, message in refused:
        faults.add(KIND_OF_CODE[code](message))
    if refused:
        return
    counted = read.tallies()[register]
    for name, values in never_days(counted).items():
        faults.add(days_refused(register, dict(readings[0].columns)[name], values))
    if register == "services":
        faults.note(partial(_check_fee_year, delivery.declaration, counted), None)


def lookup_of(census: Summary, place: Place) -> Path:
    """Give the directory of the lookup; its name changes with the citizens, so no task takes an old one."""
    return place.lookup / str(census["fingerprint"])


def _readings(
    opened: Opened, delivery: Delivery, people: tuple[Summary, str], place: Place, budget: Budget
) -> list[Reading]:
    census, name = people
    rules = Rules(
        year=delivery.declaration.year,
        strip=delivery.strip,
        lookup=lookup_of(census, place),
        first=tuple(census["first"]),
        bruhon=opened.bruhon,
        codes=opened.codes,
        key=opened.key,
        secret=delivery.secret,
        **_choices(opened, delivery),
    )
    if opened.key:
        rules = replace(rules, **_key_rules(opened, delivery, budget))
    where = name, place, budget
    return [_reading(opened, piece, chosen, rules, where) for piece, chosen in opened.pieces(budget.piece_rows)]


def _reading(opened: Opened, piece: Piece, chosen: Chosen, rules: Rules, where: tuple[str, Place, Budget]) -> Reading:
    name, place, budget = where
    side = place.side(opened.kind, piece, file_state(piece.path), chosen, rules, name)
    return Reading(
        kind=opened.kind,
        piece=piece,
        columns=chosen,
        few_values=few_values(opened.wanted),
        rules=rules,
        side=side,
        aside=place.aside(piece.register, side),
        portion=budget.portion,
        chunk_rows=budget.chunk_rows,
    )


def _choices(opened: Opened, delivery: Delivery) -> dict[str, Any]:
    """Give what is declared of a register's reading, to that register only: the others need not be read again."""
    declaration = delivery.declaration
    grouped = declaration.enrolment_kind == "groups"
    if opened.kind == "services":
        heirs = delivery.successors if grouped else ()
        told = {"year_by": declaration.year_by, "detail": declaration.services_detail}
        return {**told, "with_clinic": grouped, "successors": heirs}
    if opened.kind in DIAGNOSES:
        return {"prefixes": prefixes_of(opened.keep)}
    return {"successors": delivery.successors} if opened.source.register == "enrolment" else {}


def _key_rules(opened: Opened, delivery: Delivery, budget: Budget) -> dict[str, Any]:
    contacts, diagnoses = delivery.pair(opened.pair)
    rows = sum(count_of(extract).rows for of_pair in (contacts, diagnoses) for extract, _ in of_pair.files)
    kinds = contacts.key_kinds(opened.key) | diagnoses.key_kinds(opened.key)
    return {"buckets": budget.buckets(rows), "strip_keys": len(kinds) > 1}


def _check_fee_year(declaration: Declaration, services: Tally) -> None:
    year, weeks = declaration.year - 1, f"{(declaration.year - 1) % 100:02}"
    settled = f"settled in the fee year {year} (HONUGE {weeks}01 to {weeks}53)"
    treated = f"of a treatment in the fee year {year} (BEHANDLINGSDATO)"
    if not services.get(NOTES, {}).get("rows_of_fee_year"):
        raise CoverageError(
            f"services: none of {rows_of(services):,} rows was "
            f"{treated if declaration.year_by == 'treatment' else settled}. "
            f"Deliver that year, or correct year in registers.toml."
        )


def _repeated_persons(works: Works, delivery: Delivery, read: FirstPass) -> dict[str, int]:
    """Count the rows that repeat a person in the files that could be read, by register."""
    repeated = {}
    for opened in delivery.others:
        register = opened.source.register
        readings = [r for r in read.of(opened.kind, register) if "refused" not in read.summaries[r.side]]
        if opened.kind in ONE_ROW_A_PERSON and readings:
            pieces, rows = [(r.piece, r.columns) for r in readings], rows_of(read.tallies()[register])
            parts = shares(pieces, delivery.strip, rows, works.budget)
            repeated[register] = sum(works.map("comparing keys", count_repeated, parts))
    return repeated


def _check_keys(works: Works, delivery: Delivery, census: Summary, read: FirstPass, place: Place) -> None:
    if not delivery.strip or not may_collide([census["tally"], *read.tallies().values()]):
        return
    pieces = [
        (piece, tuple(column for column in chosen if column[0] == "PNR"))
        for opened in (delivery.population, *delivery.others)
        for piece, chosen in opened.pieces(works.budget.piece_rows)
    ]
    comparison = Comparison(
        tuple((piece, columns) for piece, columns in pieces if columns),
        lookup_of(census, place),
        census["first"][-1],
        works.budget.portion,
    )
    refuse_collisions(works.map("comparing keys", count_collisions, [comparison])[0])
