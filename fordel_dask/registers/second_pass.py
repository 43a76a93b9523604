"""Between and after: diagnoses meet contacts, code books are drawn up, parts are written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fordel_dask.registers import books as codebooks
from fordel_dask.registers.delivery import Delivery
from fordel_dask.registers.first_pass import FirstPass, Summary, Works
from fordel_dask.registers.joining import Joining, check_joined, join
from fordel_dask.registers.place import Place
from fordel_dask.registers.prescriptions import listed_prefixes
from fordel_dask.registers.settling import Settling, check_settled, settle
from fordel_dask.registers.small_tables import Row
from fordel_dask.registers.spread import Reading
from fordel_dask.registers.tally import Tally, merged
from fordel_dask.registers.work import write_json
from fordel_dask.schema.prepared import LISTED_MEDICINE

SETTLED = ("services", "diagnoses", "enrolment", "benefits", "prescriptions")
"""Tables of events, the largest first; prescriptions only if they were delivered."""

Books = Mapping[str, list[str]]
Joined = Mapping[str, Mapping[Path, Summary]]
"""Summaries of the join by register of diagnoses and by file."""


def join_diagnoses(works: Works, delivery: Delivery, read: FirstPass, place: Place) -> Joined:
    """Join the diagnoses of every pair with their contacts."""
    joinings = [
        (register, replace(joining, chunk_rows=works.budget.chunk_rows))
        for number, _ in enumerate(delivery.declaration.pairs, 1)
        for register, joining in _joinings(number, read, place)
    ]
    summaries = works.map("joining diagnoses", join, [joining for _, joining in joinings])
    joined: dict[str, dict[Path, Summary]] = {}
    for (register, joining), summary in zip(joinings, summaries, strict=True):
        joined.setdefault(register, {})[joining.side] = summary
    tallies = read.tallies()
    for register, tally in tallies_of_join(joined).items():
        check_joined(register, tallies[register], tally)
    return joined


def tallies_of_join(joined: Joined) -> dict[str, Tally]:
    """Give the account of the join by register of diagnoses."""
    return {register: merged(s["tally"] for s in results.values()) for register, results in joined.items()}


def _joinings(number: int, read: FirstPass, place: Place) -> list[tuple[str, Joining]]:
    register = f"lpr {number} diagnoses"
    contacts = read.of("contacts", f"lpr {number} contacts")
    diagnoses = read.of("diagnosis_rows", register)
    sides = {"contacts": _names(contacts), "diagnoses": _names(diagnoses)}
    codes = {"diagnosis": codebooks.union(read.results("diagnosis_rows", register), "diagnosis")}
    inputs = write_json(place.side("inputs", sides), sides)
    book = write_json(place.side("book", sides), codes)
    rules = diagnoses[0].rules
    done = [place.side("join", sides, bucket) for bucket in range(rules.buckets)]
    return [
        (register, Joining(bucket, inputs, book, rules, side, place.aside(register, side)))
        for bucket, side in enumerate(done)
    ]


def _names(readings: Sequence[Reading]) -> list[str]:
    return [str(reading.side) for reading in readings]


def draw_up_books(
    census: Summary, small: Mapping[str, list[Row]], read: FirstPass, joined: Joined, completed: Mapping[Path, Summary]
) -> Books:
    """Give the code books of the nation, each sorted as text."""
    diagnoses = [*read.results("diagnoses"), *(s for results in joined.values() for s in results.values())]
    prescriptions = read.results("prescriptions")
    codes = {
        "clinic": codebooks.union([*read.results("enrolment"), *completed.values()], "clinic"),
        "service": codebooks.union(read.results("services"), "service"),
        "diagnosis": codebooks.union(diagnoses, "diagnosis"),
        **({"medicine": codebooks.union(prescriptions, "medicine")} if prescriptions else {}),
        **census["codebooks"],
    }
    return national_books(codes, small)


def national_books(codes: Mapping[str, Collection[str]], small: Mapping[str, list[Row]]) -> Books:
    """Give the code books of the nation, from the ``codes`` that kept rows have and the tables that are kept whole.

    Where medicine was delivered there is also the list that said which was kept.
    """
    whole = {"municipality": [row["KOM"] for row in small["municipalities"]]}
    listed = {LISTED_MEDICINE: sorted(listed_prefixes())} if "medicine" in codes else {}
    clinics = {clinic["YDERNR"] for clinic in small["clinics"]}
    known = {**codes, "clinic": clinics.union(codes["clinic"]) - {""}}
    return codebooks.checked({**{book: sorted(texts) for book, texts in known.items()}, **whole, **listed})


def second_pass(
    works: Works, census: Summary, place: Place, sides: Mapping[str, list[Path]], books: Books, by_day: bool = False
) -> dict[str, list[dict[str, Any]]]:
    """Write every partition of every table, services ``by_day`` or week; give the records of the parts by table."""
    book = write_json(place.side("books", books), books)
    tables = [table for table in SETTLED if table in sides]
    drawn_up = (item for table in tables for item in _settlings(table, census, place, sides[table], book))
    items = [replace(item, by_day=by_day) for item in drawn_up]
    settled = works.map("writing the store", settle, items)
    written = {t: [done for done, i in zip(settled, items, strict=True) if i.table == t] for t in tables}
    for table, results in written.items():
        check_settled(table, sides[table], results)
    return {table: [result["part"] for result in results] for table, results in written.items()}


def dealt_files(read: FirstPass, joined: Joined, completed: Mapping[Path, Summary]) -> dict[str, list[Path]]:
    """Give the dealt files that each table of the store is made of."""
    prescriptions = read.of("prescriptions")
    from_join = [side for results in joined.values() for side in results]
    return {
        "enrolment": [*(r.side for r in read.of("enrolment")), *completed],
        "services": [r.side for r in read.of("services")],
        "diagnoses": [*(r.side for r in read.of("diagnoses")), *from_join],
        "benefits": [r.side for r in read.of("dream")],
        **({"prescriptions": [r.side for r in prescriptions]} if prescriptions else {}),
    }


def _settlings(table: str, census: Summary, place: Place, sides: Sequence[Path], book: Path) -> list[Settling]:
    names = sorted(map(str, sides))
    inputs = write_json(place.side("sides", names), {"sides": names})

    def settling(number: int, first: int) -> Settling:
        side = place.side("settle", table, number, inputs.name, book.name)  # whose names stand for all that is in them
        return Settling(table, number, first, inputs, book, place.new_store, side)

    return [settling(number, first) for number, first in enumerate(census["first"][:-1])]
