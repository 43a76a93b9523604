"""Further covariates by planning area, municipality or clinic: tables that are kept whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.extracts.arrays import plain_text
from fordel_dask.extracts.files import Piece, pieces, read_rows
from fordel_dask.gathering import Faults
from fordel_dask.privacy import redacted
from fordel_dask.registers.canonical import BORNHOLM, CHRISTIANSOE, clinic_code, decimal_text, municipality_code
from fordel_dask.registers.covariate_columns import covariates_of
from fordel_dask.registers.covariates import NOT_A_NUMBER, PLACES, TOO_LARGE, Reading, told_of, values_of
from fordel_dask.registers.delivery import Delivery, Opened
from fordel_dask.registers.place import Place
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.rules import Columns, kept_rows
from fordel_dask.registers.small_tables import WHOLE, Row, refuse_repeated
from fordel_dask.registers.tally import Tally, fates, merged, quarantined, tally
from fordel_dask.schema.prepared import COVARIATE_TABLES, NO_VALUE

CODES: Mapping[str, Callable[[Any], str]] = {"AREA": plain_text, "KOM": municipality_code, "YDERNR": clinic_code}
KNOWN_IN = {"AREA": "areas", "KOM": "municipalities", "YDERNR": "clinics"}
"""The table that tells which keys there are. Where there is none, or it cannot be read, every key is taken."""

REASONS = (NOT_A_NUMBER, TOO_LARGE, "unknown_key", "christiansoe_beside_bornholm")


@redacted
@dataclass(frozen=True)
class _Batch:
    """Rows of a block as they were read: whence, their keys, and their values with how these were read."""

    piece: Piece
    before: int
    batch: Any
    keys: list[str]
    values: Columns
    states: np.ndarray


@redacted
@dataclass(frozen=True)
class KeyedCovariates:
    """The tables by name, the account of rows by register, and the rows that are set aside."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    aside: tuple[tuple[_Batch, Columns], ...] = ()


def read_keyed(delivery: Delivery, small: Mapping[str, Sequence[Row]], faults: Faults) -> KeyedCovariates:
    """Read covariates that are not by person; ``small`` are the tables that tell which keys there are.

    Noted are: SchemaError, a key stands twice; IntegrityError, a file cannot be read.
    """
    by_key: dict[str, dict[str, Row]] = {}
    tallies: dict[str, Tally] = {}
    aside: list[tuple[_Batch, Columns]] = []
    names: dict[str, list[str]] = {}
    for opened in delivery.keyed:
        by = opened.wanted[0].name
        batches = faults.note(partial(_checked, opened), []) if opened.is_whole else []
        counted, kept, apart = _judged(by, batches, _known(by, small))
        names.setdefault(by, []).extend(covariates_of(opened.wanted))
        tallies[opened.source.register] = counted
        aside += apart
        for key, row in kept:
            by_key.setdefault(by, {}).setdefault(key, {}).update(row)
    tables = {COVARIATE_TABLES[by]: _table(by, sorted(names[by]), by_key.get(by, {})) for by in names}
    return KeyedCovariates(tables, tallies, tuple(aside))


def _known(by: str, small: Mapping[str, Sequence[Row]]) -> frozenset[str] | None:
    return frozenset(row[by] for row in small.get(KNOWN_IN[by], ())) or None


def _checked(opened: Opened) -> list[_Batch]:
    batches = list(_batches(opened))
    keys = [key for batch in batches for key in batch.keys if key]
    refuse_repeated(keys, opened.source.register, opened.wanted[0].name)
    return batches


def _batches(opened: Opened) -> Iterator[_Batch]:
    by, names = opened.wanted[0].name, covariates_of(opened.wanted)
    for extract, columns in opened.files:
        for piece in pieces(extract, WHOLE):
            before = 0
            for batch in read_rows(piece, columns, frozenset()):
                read = {name: values_of(batch[name]) for name in names}
                keys = [CODES[by](value) for value in batch[by].to_pylist()]
                values = {name: value for name, (value, _) in read.items()}
                states = np.array([state for _, state in read.values()])
                yield _Batch(piece, before, batch, keys, values, states)
                before += batch.num_rows


def _judged(
    by: str, batches: Sequence[_Batch], known: frozenset[str] | None
) -> tuple[Tally, list[tuple[str, Row]], list[tuple[_Batch, Columns]]]:
    """Give the account of a block, its kept rows by key, and the rows set aside."""
    delivered = frozenset(key for batch in batches for key in batch.keys)
    counted, kept, aside = [tally(np.zeros(0, np.int8), REASONS)], [], []
    for batch in batches:
        keys = [_counted_key(by, key, delivered) for key in batch.keys]
        reasons = dict(zip(REASONS, _faults(batch, keys, known), strict=True))
        fate = fates(reasons)
        values = kept_rows(fate, batch.values)
        rounded = int((batch.states[:, fate == 0] == Reading.ROUNDED).sum())
        told = tally(fate, REASONS) | told_of(values, rounded)
        counted.append(told)
        aside.append((batch, quarantined(fate, REASONS, told)))
        rows = zip(*([_text(value) for value in column.tolist()] for column in values.values()), strict=True)
        of_key = (key for key, its in zip(keys, fate.tolist(), strict=True) if not its)
        kept += [(str(key), dict(zip(values, row, strict=True))) for key, row in zip(of_key, rows, strict=True)]
    return merged(counted), kept, aside


def _counted_key(by: str, key: str, delivered: frozenset[str]) -> str | None:
    """Give the key that a row counts for, None if Bornholm has a row and this is Christiansø's."""
    if by != "KOM" or key != CHRISTIANSOE:
        return key
    return None if BORNHOLM in delivered else BORNHOLM


def _faults(batch: _Batch, keys: Sequence[str | None], known: frozenset[str] | None) -> list[np.ndarray]:
    beside = np.array([key is None for key in keys], np.bool_)
    unknown = np.array([key == "" or (known is not None and key not in known) for key in keys], np.bool_)
    of_values = [(batch.states == state).any(axis=0) for state in (Reading.NOT_A_NUMBER, Reading.TOO_LARGE)]
    return [*of_values, unknown & ~beside, beside]


def _text(thousandths: int) -> str:
    return "" if thousandths == NO_VALUE else decimal_text(Decimal(thousandths).scaleb(-PLACES))


def _table(by: str, names: Sequence[str], rows: Mapping[str, Row]) -> list[Row]:
    return [{by: key, **{name: rows[key].get(name, "") for name in names}} for key in sorted(rows)]


def set_keyed_aside(
    keyed: KeyedCovariates, delivery: Delivery, place: Place
) -> list[tuple[str, Mapping[str, Any], Path]]:
    """Write the rows that are set aside; give register, summary and file of each."""
    written: list[tuple[str, Mapping[str, Any], Path]] = []
    for register in keyed.tallies:
        path = place.aside(register, place.side("keyed covariates", register))
        file = AsideFile(path, delivery.strip, delivery.secret)
        for rows, positions in keyed.aside:
            if rows.piece.register == register:
                file.add(rows.piece, rows.before, rows.batch, positions)
        written.append((register, file.close(), path))
    return written
