"""From raw register extracts to a prepared store: the passes, in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from fordel_dask.errors import CoverageError
from fordel_dask.extracts.declaration import Declaration, read_declaration
from fordel_dask.graph.executor import Executor
from fordel_dask.registers import books as codebooks
from fordel_dask.registers.clinics import read_clinics
from fordel_dask.registers.delivery import Delivery, Opened, open_delivery
from fordel_dask.registers.joining import Joining, check_joined, join
from fordel_dask.registers.manifest import accounting, hash_input, input_files, write_store_files
from fordel_dask.registers.municipalities import lawful_codes, read_municipalities
from fordel_dask.registers.place import Place, publish, workplace
from fordel_dask.registers.population import Census, number_citizens
from fordel_dask.registers.projection import read_projection
from fordel_dask.registers.rules import Rules
from fordel_dask.registers.settling import Settling, check_settled, settle
from fordel_dask.registers.small_tables import Row
from fordel_dask.registers.spread import Reading, few_values, spread
from fordel_dask.registers.tally import NOTES, merged, rows_of
from fordel_dask.registers.work import file_state, name_of, write_json

BUCKET_ROWS = 700_000
"""Contacts and diagnoses that meet in one task."""

MOST_BUCKETS = 256
SETTLED = ("services", "diagnoses", "enrolment", "benefits")
Summary = dict[str, Any]
T = TypeVar("T")
R = TypeVar("R")
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Works:
    """Where tasks run, and who is told."""

    executor: Executor
    report: Report | None

    def map(self, name: str, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Run tasks and give their results in order."""
        report = self.report
        told = None if report is None else lambda done, total: report(name, done, total)
        return self.executor.map(function, items, name, told) if items else []


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
    delivery = open_delivery(declaration)
    small = read_small_tables(declaration)
    with workplace(store) as place:
        census = _census(works, delivery, small, place, partitions)
        people = name_of("people", census["first"], census["fingerprint"])
        readings = [reading for o in delivery.others for reading in _readings(o, delivery, census, place, people)]
        read = _first_pass(works, readings)
        _check_fee_year(declaration, readings, read)
        joined = _joined(works, delivery, readings, read, place)
        books = _books(census, small, readings, read, joined)
        parts = _second_pass(works, census, place, _sides(readings, joined), books)
        hashes = works.map("hash", hash_input, input_files(declaration, place.work))
        manifest = write_store_files(
            place.new_store,
            declaration,
            first=census["first"],
            tables={"population": census["parts"], **parts},
            contents=(books, small),
            facts=(hashes, accounting(census, readings, read, joined)),
        )
        publish(place)
    return manifest


def read_small_tables(declaration: Declaration) -> dict[str, list[Row]]:
    """Read and check the tables that are kept whole."""
    municipalities = read_municipalities(declaration.municipalities)
    known = frozenset(row["KOM"] for row in municipalities)
    tables = {
        "municipalities": municipalities,
        "clinics": read_clinics(declaration.clinics, declaration.year, known),
    }
    if declaration.projection:
        tables["projection"] = read_projection(declaration.projection, known)
    return tables


def _census(
    works: Works, delivery: Delivery, small: Mapping[str, list[Row]], place: Place, partitions: int | None
) -> Summary:
    census = Census(
        pieces=tuple(delivery.population.pieces()),
        year=delivery.declaration.year,
        strip=delivery.strip,
        municipalities=tuple(row["KOM"] for row in small["municipalities"]),
        lawful=lawful_codes(),
        partitions=partitions,
        lookup=place.lookup,
        store=place.new_store,
    )
    return works.map("citizens", number_citizens, [census])[0]


def _readings(opened: Opened, delivery: Delivery, census: Summary, place: Place, people: str) -> list[Reading]:
    rules = Rules(
        year=delivery.declaration.year,
        strip=delivery.strip,
        lookup=place.lookup,
        first=tuple(census["first"]),
        bruhon=opened.bruhon,
        codes=opened.codes,
        key=opened.key,
    )
    if opened.key:
        rules = replace(rules, **_key_rules(opened, delivery))
    return [
        Reading(
            kind=opened.kind,
            piece=piece,
            columns=chosen,
            few_values=few_values(opened.wanted),
            rules=rules,
            side=place.work / f"{name_of(opened.kind, piece, file_state(piece.path), chosen, rules, people)}.json",
        )
        for piece, chosen in opened.pieces()
    ]


def _key_rules(opened: Opened, delivery: Delivery) -> dict[str, Any]:
    pair = delivery.pair(int(opened.source.register.split()[1]))
    rows = sum(
        extract.rows if extract.rows > 0 else extract.path.stat().st_size // 20 for o in pair for extract, _ in o.files
    )
    kinds = pair[0].key_kinds(opened.key) | pair[1].key_kinds(opened.key)
    return {"buckets": min(max(1, rows // BUCKET_ROWS), MOST_BUCKETS), "strip_keys": len(kinds) > 1}


def _first_pass(works: Works, readings: Sequence[Reading]) -> dict[Path, Summary]:
    largest_first = sorted(readings, key=lambda reading: reading.piece.rows, reverse=True)
    summaries = works.map("read", spread, largest_first)
    return {reading.side: summary for reading, summary in zip(largest_first, summaries, strict=True)}


def _of(readings: Sequence[Reading], kind: str, register: str | None = None) -> list[Reading]:
    return [r for r in readings if r.kind == kind and register in (None, r.piece.register)]


def _joined(
    works: Works, delivery: Delivery, readings: Sequence[Reading], read: Mapping[Path, Summary], place: Place
) -> dict[str, dict[Path, Summary]]:
    tasks: list[tuple[str, Joining]] = []
    for number, _ in enumerate(delivery.declaration.pairs, 1):
        register = f"lpr {number} diagnoses"
        contacts = _of(readings, "contacts", f"lpr {number} contacts")
        diagnoses = _of(readings, "diagnosis_rows", register)
        tasks += [(register, task) for task in _joinings(contacts, diagnoses, read, place)]
    summaries = works.map("join", join, [task for _, task in tasks])
    joined: dict[str, dict[Path, Summary]] = {}
    for (register, task), summary in zip(tasks, summaries, strict=True):
        joined.setdefault(register, {})[task.side] = summary
    for register, results in joined.items():
        left = [read[r.side]["tally"] for r in _of(readings, "diagnosis_rows", register)]
        check_joined(register, merged(left), merged(s["tally"] for s in results.values()))
    return joined


def _joinings(
    contacts: Sequence[Reading], diagnoses: Sequence[Reading], read: Mapping[Path, Summary], place: Place
) -> list[Joining]:
    sides = {"contacts": [str(r.side) for r in contacts], "diagnoses": [str(r.side) for r in diagnoses]}
    codes = {"diagnosis": codebooks.union((read[r.side] for r in diagnoses), "diagnosis")}
    inputs = write_json(place.work / f"{name_of('inputs', sides)}.json", sides)
    book = write_json(place.work / f"{name_of('book', sides)}.json", codes)
    rules = diagnoses[0].rules
    return [
        Joining(bucket, inputs, book, rules, place.work / f"{name_of('join', sides, bucket)}.json")
        for bucket in range(rules.buckets)
    ]


def _books(
    census: Summary,
    small: Mapping[str, list[Row]],
    readings: Sequence[Reading],
    read: Mapping[Path, Summary],
    joined: Mapping[str, Mapping[Path, Summary]],
) -> dict[str, list[str]]:
    def of(kind: str) -> list[Summary]:
        return [read[r.side] for r in _of(readings, kind)]

    from_join = [summary for results in joined.values() for summary in results.values()]
    return codebooks.checked(
        {
            "clinic": codebooks.union(of("enrolment"), "clinic", {row["YDERNR"] for row in small["clinics"]}),
            "service": codebooks.union(of("services"), "service"),
            "diagnosis": codebooks.union([*of("diagnoses"), *from_join], "diagnosis"),
            "municipality": [row["KOM"] for row in small["municipalities"]],
            **census["codebooks"],
        }
    )


def _sides(readings: Sequence[Reading], joined: Mapping[str, Mapping[Path, Summary]]) -> dict[str, list[Path]]:
    sides = {
        "enrolment": [r.side for r in _of(readings, "enrolment")],
        "services": [r.side for r in _of(readings, "services")],
        "diagnoses": [r.side for r in _of(readings, "diagnoses")],
        "benefits": [r.side for r in _of(readings, "dream")],
    }
    sides["diagnoses"] += [side for results in joined.values() for side in results]
    return sides


def _second_pass(
    works: Works,
    census: Summary,
    place: Place,
    sides: Mapping[str, list[Path]],
    books: Mapping[str, list[str]],
) -> dict[str, list[Summary]]:
    first = tuple(census["first"])
    book = write_json(place.work / f"{name_of('books', books)}.json", books)
    items = []
    for table in SETTLED:
        names = sorted(map(str, sides[table]))
        inputs = write_json(place.work / f"{name_of('sides', names)}.json", {"sides": names})
        items += [
            Settling(
                table,
                number,
                first,
                inputs,
                book,
                place.new_store,
                place.work / f"{name_of('settle', table, number, names, book.name)}.json",
            )
            for number in range(len(first) - 1)
        ]
    done = works.map("write", settle, items)
    written = {t: [d for d, i in zip(done, items, strict=True) if i.table == t] for t in SETTLED}
    for table, results in written.items():
        check_settled(table, sides[table], results)
    return {table: [result["part"] for result in results] for table, results in written.items()}


def _check_fee_year(declaration: Declaration, readings: Sequence[Reading], read: Mapping[Path, Summary]) -> None:
    counted = merged(read[r.side]["tally"] for r in _of(readings, "services"))
    if not counted.get(NOTES, {}).get("rows_of_fee_year"):
        raise CoverageError(
            f"services: none of {rows_of(counted):,} rows was settled in the fee year {declaration.year - 1} "
            f"(HONUGE {(declaration.year - 1) % 100:02}01 to {(declaration.year - 1) % 100:02}53). Deliver that "
            f"year, or correct year in registers.toml."
        )
