"""First pass, planned: the pieces of every register, read once, and what came of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from fordel_dask.errors import CoverageError, FordelError
from fordel_dask.extracts.estimates import count_of
from fordel_dask.extracts.gathering import Faults
from fordel_dask.graph.executor import Executor
from fordel_dask.registers.budget import DEFAULT_BUDGET, Budget
from fordel_dask.registers.collisions import Comparison, count_collisions, may_collide, refuse_collisions
from fordel_dask.registers.delivery import Delivery, Opened
from fordel_dask.registers.memory import give_back_memory
from fordel_dask.registers.place import Place
from fordel_dask.registers.repeated import count_repeated, refuse_repeated_persons, shares
from fordel_dask.registers.rules import Rules
from fordel_dask.registers.spread import Reading, few_values, spread
from fordel_dask.registers.tally import NOTES, Tally, days_refused, merged, never_days, rows_of
from fordel_dask.registers.work import file_state, name_of

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
        return results


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
        No service was settled in the fee year.
    SchemaError
        Person keys collide once leading zeros are left out, a person stands in DREAM twice, or a
        column of days holds none.
    """
    people = name_of("people", census["first"], census["fingerprint"])
    known = census, people
    readings = [r for opened in delivery.others for r in _readings(opened, delivery, known, place, works.budget)]
    largest_first = sorted(readings, key=lambda reading: reading.piece.rows, reverse=True)
    summaries = works.map("reading extracts", spread, largest_first)
    read = FirstPass(tuple(readings), {r.side: s for r, s in zip(largest_first, summaries, strict=True)})
    faults = Faults()
    for register in read.tallies():
        _judge(register, read, delivery, faults)
    faults.note(partial(_check_repeated, works, delivery, read), None)
    faults.note(partial(_check_keys, works, delivery, census, read, place), None)
    faults.refuse()
    return read


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
        faults.note(partial(_check_fee_year, delivery.declaration.year - 1, counted), None)


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
    )
    if opened.key:
        rules = replace(rules, **_key_rules(opened, delivery, budget))
    return [
        Reading(
            kind=opened.kind,
            piece=piece,
            columns=chosen,
            few_values=few_values(opened.wanted),
            rules=rules,
            side=place.side(opened.kind, piece, file_state(piece.path), chosen, rules, name),
            portion=budget.portion,
            chunk_rows=budget.chunk_rows,
        )
        for piece, chosen in opened.pieces(budget.piece_rows)
    ]


def _key_rules(opened: Opened, delivery: Delivery, budget: Budget) -> dict[str, Any]:
    contacts, diagnoses = delivery.pair(opened.pair)
    rows = sum(count_of(extract).rows for of_pair in (contacts, diagnoses) for extract, _ in of_pair.files)
    kinds = contacts.key_kinds(opened.key) | diagnoses.key_kinds(opened.key)
    return {"buckets": budget.buckets(rows), "strip_keys": len(kinds) > 1}


def _check_fee_year(year: int, services: Tally) -> None:
    if not services.get(NOTES, {}).get("rows_of_fee_year"):
        raise CoverageError(
            f"services: none of {rows_of(services):,} rows was settled in the fee year {year} "
            f"(HONUGE {year % 100:02}01 to {year % 100:02}53). Deliver that year, or correct year in registers.toml."
        )


def _check_repeated(works: Works, delivery: Delivery, read: FirstPass) -> None:
    for opened in delivery.others:
        if opened.kind == "dream":
            rows = rows_of(read.tallies()[opened.source.register])
            pieces = opened.pieces(works.budget.piece_rows)
            parts = works.map("comparing keys", count_repeated, shares(pieces, delivery.strip, rows, works.budget))
            refuse_repeated_persons(opened.source.register, sum(parts))


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
