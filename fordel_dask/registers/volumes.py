"""How much a delivery holds, register by register: what its footers and first megabytes tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fordel_dask.extracts.aliases import COVARIATES
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.estimates import NO_BATCH, Batch, batch_of, count_of, width_and_pages
from fordel_dask.extracts.files import Extract, described
from fordel_dask.gathering import Faults
from fordel_dask.registers.delivery import Delivery, Opened


@dataclass(frozen=True)
class Volume:
    """One register: files, bytes, rows, and what one task of it is made of at most.

    ``most_rows`` and ``most_bytes`` are those of the largest file, ``uncut_rows`` the most rows that
    no task can share; ``columns`` are read, ``row_bytes`` their width, ``line_bytes`` that of a line
    of text, ``page_bytes`` what a Parquet reader holds besides its batch, ``batch`` and ``cells`` (values
    of all rows and columns) what a SAS reader meets. ``keep`` says which diagnoses go on to the join; ``place`` is
    the folder or file it was delivered in.
    """

    register: str
    kind: str
    files: int
    bytes: int
    rows: int
    exact: bool
    most_rows: int = 0
    most_bytes: int = 0
    uncut_rows: int = 0
    columns: int = 0
    row_bytes: int = 0
    line_bytes: int = 0
    page_bytes: int = 0
    is_csv: bool = False
    batch: Batch = NO_BATCH
    cells: int = 0
    keep: str = "listed"
    place: str = ""


def rows_of_kind(volumes: Iterable[Volume], *kinds: str) -> int:
    """Give the rows of all registers of some kinds."""
    return sum(volume.rows for volume in volumes if volume.kind in kinds)


def covariate_values(volumes: Iterable[Volume]) -> int:
    """Give the values of further covariates by person, without the keys of their rows."""
    return sum(volume.rows * (volume.columns - 1) for volume in volumes if volume.kind == COVARIATES)


def volumes_of(delivery: Delivery) -> tuple[Volume, ...]:
    """Give the volume of every register of persons, the population first.

    Files that an ingest would refuse are counted too, as far as they can be opened.
    """
    root = delivery.declaration.root
    return tuple(replace(volume_of(o), place=_place(o.source, root)) for o in (delivery.population, *delivery.others))


def _place(source: Source, root: Path) -> str:
    first = next(iter(source.files), root)
    return first.relative_to(root).parts[0] if first.is_relative_to(root) and first != root else first.name


def volume_of(opened: Opened) -> Volume:
    """Give the volume of one register."""
    chosen = dict(opened.files)
    refused = [path for path in opened.source.files if path not in {extract.path for extract in chosen}]
    unread = Source(opened.source.register, tuple(refused), opened.source.columns, opened.source.form)
    extracts = [*chosen, *described(unread, Faults())]
    counts = [Faults().note(partial(count_of, extract), None) for extract in extracts]
    rows = [count.rows if count else 0 for count in counts]
    volume = Volume(
        register=opened.source.register,
        kind=opened.kind,
        files=len(opened.source.files),
        bytes=sum(path.stat().st_size for path in opened.source.files),
        rows=sum(rows),
        exact=all(count is not None and count.exact for count in counts) and len(counts) == len(opened.source.files),
        keep=opened.keep,
    )
    if not extracts:
        return volume
    return _with_largest(volume, opened, extracts, rows)


def _with_largest(volume: Volume, opened: Opened, extracts: Sequence[Extract], rows: Sequence[int]) -> Volume:
    largest = extracts[max(range(len(rows)), key=rows.__getitem__)]
    chosen = dict(opened.files).get(largest, ())
    delivered = frozenset(given for _, given in chosen)
    row_bytes, page_bytes = width_and_pages(largest, delivered)
    count = count_of(largest)
    is_csv = not largest.group_rows and not count.exact
    batches = [batch_of(extract) for extract in extracts]
    return replace(
        volume,
        most_rows=max(rows),
        most_bytes=_unpacked_bytes(largest, rows, count.row_bytes) if is_csv else largest.path.stat().st_size,
        uncut_rows=max(rows) if is_csv else max((n for e in extracts for n in e.group_rows), default=0),
        columns=len(delivered),
        row_bytes=row_bytes,
        line_bytes=count.row_bytes,
        page_bytes=page_bytes,
        is_csv=is_csv,
        batch=max(batches, key=lambda batch: batch.row_bytes),
        cells=sum(len(e.names) * n for e, n, batch in zip(extracts, rows, batches, strict=True) if batch.row_bytes),
    )


def _unpacked_bytes(largest: Extract, rows: Sequence[int], line_bytes: int) -> int:
    return max(largest.path.stat().st_size, max(rows) * line_bytes)
