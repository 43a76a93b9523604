"""Rows as they were delivered, told apart by 64 bits: which of them stand in more than one file.

Values are hashed in their canonical form, so that a row is the same row whatever the format and the
types of its file. Two different rows of 100 million have the same hash once in some thousand deliveries.
"""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.extracts.arrays import days, encoded, plain_text, whole_numbers
from fordel_dask.extracts.columns import Chosen, Wanted, delivered_name, kind_of
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import Extract, kind_of_type
from fordel_dask.kernels.hashing import blend, deal_words
from fordel_dask.kernels.keys import Words
from fordel_dask.registers.canonical import clinic_code, decimal_text, exact_decimal, service_code, week_text
from fordel_dask.registers.checksums import checksums
from fordel_dask.registers.money import SCALES, paid_oere
from fordel_dask.registers.people import NUMBERS, person_keys
from fordel_dask.registers.rules import Rules
from fordel_dask.registers.work import content_of, damaged, task, write_json

CHUNK_ROWS = 2_000_000
BUCKET_ROWS = 1_500_000
MOST_BUCKETS = 256
WORD = 2**64 - 1


def word_of(text: str) -> int:
    """Give 64 bits that stand for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


BLANK = word_of("")


@functools.lru_cache(maxsize=200_000)
def _number(value: Any) -> int:
    number = exact_decimal(value)
    if number is None:
        return word_of(plain_text(value))
    return int(number) & WORD if number == int(number) else word_of(decimal_text(number))


@functools.lru_cache(maxsize=200_000)
def _clinic(value: Any) -> int:
    return word_of(clinic_code(value))


@functools.lru_cache(maxsize=200_000)
def _service(value: Any) -> int:
    return word_of(service_code(value) or plain_text(value))


@functools.lru_cache(maxsize=200_000)
def _padded(value: Any) -> int:
    return word_of(week_text(value))


@functools.lru_cache(maxsize=200_000)
def _text(value: Any) -> int:
    return word_of(plain_text(value))


CODED: Mapping[str, Callable[[Any], int]] = {
    "YDERNR": _clinic,
    "SPECIALE": _service,
    "YDELSESNR": _padded,
    "HONUGE": _padded,
    "TIME": _text,
    "KM": _number,
    "MODULES": _number,
}
DAY = Wanted("BEHANDLINGSDATO", optional=True, holds="day")
FURTHER = (Wanted("YDERNR"), DAY, *(Wanted(name, optional=True) for name in ("TIME", "KM", "MODULES")))
"""Columns of services that the model does not read, but that tell rows apart."""


def further_columns(source: Source, extract: Extract, chosen: Chosen) -> Chosen:
    """Give the columns that are read only to tell rows apart, as far as a file has them in a form that can be read."""
    taken = {canonical for canonical, _ in chosen}
    named = [(column.name, delivered_name(source, extract, column)) for column in FURTHER if column.name not in taken]
    return tuple(
        (name, given) for name, given in named if given and kind_of(extract, given) not in ("other", "boolean")
    )


def hashes_of_services(batch: Any, rules: Rules) -> Words:
    """Give 64 bits a row, from all columns of the contract that the file has."""
    hashes, low = person_keys(batch["PNR"], rules.strip, "services")
    blend(hashes, low)
    blend(hashes, paid_oere(batch["BRUHON"], SCALES[rules.bruhon])[0].view(np.uint64))
    _blend_numbers(hashes, batch["YDLANT"])
    for name, word in CODED.items():
        if name in batch.schema.names:
            _blend_values(hashes, batch[name], word)
    if DAY.name in batch.schema.names:
        _blend_days(hashes, batch[DAY.name])
    return hashes


def _blend_days(hashes: Words, column: Any) -> None:
    if kind_of_type(column.type) in NUMBERS:  # nobody has said how they are meant, but they tell rows apart
        _blend_numbers(hashes, column)
    else:
        blend(hashes, days(column).astype(np.int64).view(np.uint64))


def _blend_numbers(hashes: Words, column: Any) -> None:
    if not pa.types.is_integer(column.type):
        _blend_values(hashes, column, _number)
        return
    numbers, valid = whole_numbers(column)
    blend(hashes, np.where(valid, numbers.view(np.uint64), np.uint64(BLANK)))


def _blend_values(hashes: Words, column: Any, word: Callable[[Any], int]) -> None:
    values, indices = encoded(column)
    words = np.array([*map(word, values), BLANK], np.uint64)
    blend(hashes, words[indices])


class RowsFile:
    """Takes hashes of rows and writes them chunk by chunk, each chunk sorted by bucket."""

    def __init__(self, path: Path, buckets: int) -> None:
        self._path, self._buckets = path, buckets
        self._waiting: list[Words] = []
        self._chunks: list[dict[str, list[int]]] = []
        path.write_bytes(b"")

    def add(self, hashes: Words) -> None:
        """Take hashes."""
        self._waiting.append(hashes)
        if sum(part.size for part in self._waiting) >= CHUNK_ROWS:
            self._write()

    def _write(self) -> None:
        bounds, dealt = deal_words(np.concatenate(self._waiting), self._buckets)
        begun = self._chunks[-1]["bounds"][-1] if self._chunks else 0
        low, high = checksums([dealt], bounds)
        self._chunks.append({"bounds": (bounds + begun).tolist(), "low": low, "high": high})
        self._waiting = []
        with self._path.open("ab") as file:
            file.write(dealt.tobytes())

    def close(self) -> None:
        """Write what is waiting, and the bounds of the buckets beside it."""
        if self._waiting:
            self._write()
        write_json(self._path.with_suffix(".bounds"), {"chunks": self._chunks})


def buckets_for(rows: int) -> int:
    """Give how many buckets hold this many rows."""
    return min(max(1, rows // BUCKET_ROWS), MOST_BUCKETS)


@dataclass(frozen=True)
class Comparing:
    """One bucket of rows; ``inputs`` lists the hashed pieces, file by file."""

    bucket: int
    inputs: Path


def comparings(place: Path, pieces: Sequence[Sequence[Path]], buckets: int) -> list[Comparing]:
    """Give the tasks that compare the pieces of files."""
    inputs = write_json(place, {"files": [[str(path) for path in of_file] for of_file in pieces]})
    return [Comparing(bucket, inputs) for bucket in range(buckets)]


@task
def count_repeated_rows(comparing: Comparing) -> int:
    """Sum, over the different rows of a bucket, the number of files each stands in, less one."""
    parts, ends = [np.empty(0, np.uint64)], []
    for of_file in content_of(comparing.inputs)["files"]:
        parts += [part for path in of_file for part in _bucket(Path(path), comparing.bucket)]
        ends.append(sum(part.size for part in parts))
    return further_files(np.concatenate(parts), ends)


def further_files(hashes: Words, ends: Sequence[int]) -> int:
    """Count the different hashes of each file, less those of all; file by file each ends at one of ``ends``."""
    return sum(map(_different, np.split(hashes, ends[:-1]))) - _different(hashes)


def _different(hashes: Words) -> int:
    ordered = np.sort(hashes)  # half the time of a hash table, and a fourth of its memory
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + min(ordered.size, 1)


def _bucket(path: Path, bucket: int) -> list[Words]:
    parts = []
    for chunk in _chunks(path):
        begin, end = chunk["bounds"][bucket : bucket + 2].tolist()
        part = np.fromfile(path, np.uint64, end - begin, offset=8 * begin)
        if checksums([part], np.array([0, part.size], np.int64)) != ([chunk["low"][bucket]], [chunk["high"][bucket]]):
            raise damaged(path)
        parts.append(part)
    return parts


@functools.lru_cache(maxsize=4096)
def _chunks(path: Path) -> list[dict[str, np.ndarray]]:
    types = {"bounds": np.int64, "low": np.uint64, "high": np.uint64}
    chunks = content_of(path.with_suffix(".bounds"))["chunks"]
    return [{name: np.array(chunk[name], type_) for name, type_ in types.items()} for chunk in chunks]
