"""The first pass of a check: every register read once, as an ingest reads it, and looked at beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fordel_dask.extracts.columns import Chosen
from fordel_dask.quality.looks import LOOKS, Look
from fordel_dask.quality.rows import RowsFile, buckets_for, comparings, count_repeated_rows, further_columns
from fordel_dask.quality.services import ServicesLook
from fordel_dask.registers.delivery import Delivery
from fordel_dask.registers.first_pass import FirstPass, Summary, Works, read_pieces
from fordel_dask.registers.place import Place
from fordel_dask.registers.spread import Reading, deal_out, or_refused
from fordel_dask.registers.tally import Tally, merged
from fordel_dask.registers.work import task

SERVICES = "services"

CSV_BYTES_A_ROW = 20
"""About: only the number of buckets follows from it."""


@dataclass(frozen=True)
class Watching:
    """A task of the first pass of a check; ``buckets`` is how rows are dealt to be compared, 0 for not at all."""

    reading: Reading
    buckets: int = 0


@task
def watch(watching: Watching) -> dict[str, Any]:
    """Read one piece, deal out what the next steps need, and give its summary and what was seen."""
    return or_refused(partial(_watch, watching))


def _watch(watching: Watching) -> dict[str, Any]:
    look = _look(watching)
    summary = deal_out(watching.reading, look)
    return {**summary, "seen": look.seen()}


def _look(watching: Watching) -> Look:
    reading = watching.reading
    if reading.kind == SERVICES:
        compared = RowsFile(rows_path(reading), watching.buckets) if watching.buckets else None
        return ServicesLook(reading.rules, compared)
    return LOOKS.get(reading.kind, Look)(reading.rules)


def rows_path(reading: Reading) -> Path:
    """Give the file of hashed rows of a piece."""
    return reading.side.with_suffix(".rows")


def watch_all(works: Works, readings: Sequence[Reading], delivery: Delivery) -> FirstPass:
    """Read and look at all pieces; the rows of services are compared if they come in several files."""
    further = _further(delivery)
    services = [reading for reading in readings if reading.kind == SERVICES]
    buckets = services_buckets(services)

    def watched(pieces: Sequence[Reading]) -> list[Summary]:
        tasks = [
            Watching(_with_columns(reading, further.get(reading.piece.path, ())), buckets)
            if reading.kind == SERVICES
            else Watching(_unfiltered(reading))
            for reading in pieces
        ]
        return works.map("reading extracts", watch, tasks)

    return read_pieces(readings, watched)


def _unfiltered(reading: Reading) -> Reading:
    """Give the reading with all diagnoses: whether one has its contact is asked of those that nobody lists too."""
    return replace(reading, rules=replace(reading.rules, prefixes=()))


def services_buckets(services: Sequence[Reading]) -> int:
    """Give how many buckets the rows of services are compared in, 0 if there is but one file."""
    if len({reading.piece.path for reading in services}) < 2:
        return 0
    return buckets_for(sum(map(_rows, services)))


def _rows(reading: Reading) -> int:
    """Give the rows of a piece, guessed from its size where only reading would tell."""
    piece = reading.piece
    return piece.rows if piece.rows >= 0 else piece.path.stat().st_size // CSV_BYTES_A_ROW


def _further(delivery: Delivery) -> Mapping[Path, Chosen]:
    return {
        extract.path: further_columns(opened.source, extract, chosen)
        for opened in delivery.others
        if opened.kind == SERVICES
        for extract, chosen in opened.files
    }


def _with_columns(reading: Reading, further: Chosen) -> Reading:
    names = frozenset(name for name, _ in further)
    return replace(reading, columns=(*reading.columns, *further), few_values=reading.few_values | names)


def repeated_rows(works: Works, read: FirstPass, place: Place) -> int:
    """Count the rows of services that stand in more than one file."""
    services = read.of(SERVICES)
    buckets = services_buckets(services)
    by_file: dict[Path, list[Path]] = {}
    for reading in good(read, services):
        by_file.setdefault(reading.piece.path, []).append(rows_path(reading))
    if not buckets or len(by_file) < 2:
        return 0
    tasks = comparings(place.work / "rows.json", list(by_file.values()), buckets)
    return sum(works.map("comparing rows", count_repeated_rows, tasks))


def good(read: FirstPass, readings: Sequence[Reading]) -> list[Reading]:
    """Give the readings that were not refused."""
    return [reading for reading in readings if "refused" not in read.summaries[reading.side]]


def seen(read: FirstPass, register: str) -> dict[Path, Tally]:
    """Give what was seen of a register, file by file."""
    found: dict[Path, Tally] = {}
    for reading in read.readings:
        if reading.piece.register == register:
            more = read.summaries[reading.side].get("seen", {})
            found[reading.piece.path] = merged([found.get(reading.piece.path, {}), more])
    return found
