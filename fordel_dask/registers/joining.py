"""Between the passes: diagnoses meet their contacts, one bucket of contact keys at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.errors import AccountingError
from fordel_dask.extracts.arrays import decoded
from fordel_dask.kernels.joining import chain_keys, count_matches, list_matches
from fordel_dask.kernels.keys import TOP_BIT
from fordel_dask.registers.dealt import UsedCodes, gather_bucket
from fordel_dask.registers.dealt_file import CHUNK_ROWS, DealtFile, finish, taken_up
from fordel_dask.registers.hidden import key_bytes
from fordel_dask.registers.hospital import CODE, NO_START, OTHER_SYSTEM, TYPE, UNKNOWN_PERSON
from fordel_dask.registers.quarantine import AsideFile
from fordel_dask.registers.rules import Columns, Rules
from fordel_dask.registers.spread import dealing
from fordel_dask.registers.tally import KEPT, NOTES, Tally, rows_of
from fordel_dask.registers.work import content_of, task
from fordel_dask.schema.prepared import DIAGNOSIS_KINDS

FATES = {UNKNOWN_PERSON: "unknown_person", OTHER_SYSTEM: "other_system", NO_START: "contact_day_missing"}
CONTACT = {"high": np.uint64, "low": np.uint64, "citizen": np.int32, "day": np.int32}
DIAGNOSIS = {"high": np.uint64, "low": np.uint64, "code": np.int32, "kind": np.int8}


@dataclass(frozen=True)
class Joining:
    """One bucket of one pair; ``inputs`` lists the dealt files, ``book`` all diagnosis codes.

    ``aside`` is the file that takes its quarantined rows.
    """

    bucket: int
    inputs: Path
    book: Path
    rules: Rules
    side: Path
    aside: Path
    chunk_rows: int = CHUNK_ROWS


@task
def join(joining: Joining) -> dict[str, Any]:
    """Join one bucket and deal the diagnoses out to the partitions of their citizens."""
    return taken_up(joining.side, joining.aside, partial(_join, joining))


def _join(joining: Joining) -> dict[str, Any]:
    inputs = content_of(joining.inputs)
    contacts = _all_rows(joining, inputs["contacts"], CONTACT)
    diagnoses = _all_rows(joining, inputs["diagnoses"], DIAGNOSIS)
    rows, tally = matched(contacts, diagnoses)
    book = content_of(joining.book)["diagnosis"]
    used = UsedCodes()
    file = DealtFile(joining.side, *dealing(False, joining.rules), joining.chunk_rows)
    used.add(rows, {"diagnosis": book})
    file.add(rows)
    dealt_rows = file.close()
    codes = {"diagnosis": used.texts("diagnosis", book)}
    aside = _set_aside(joining, contacts, diagnoses, book) if rows_of(tally, FATES[NO_START]) else {}
    return finish(joining.side, {**dealt_rows, **aside, "tally": tally, "codes": codes})


def _set_aside(joining: Joining, contacts: Columns, diagnoses: Columns, book: Sequence[str]) -> dict[str, Any]:
    """Set aside the diagnoses whose contact has no day, as far as they are known here: key, code and type.

    File and row are not known any more; those of the contact stand with the contacts.
    """
    undated = contacts["citizen"] == NO_START
    _, left, _ = _matches({name: values[undated] for name, values in contacts.items()}, diagnoses)
    keys = key_bytes(diagnoses["high"][left], diagnoses["low"][left])
    hashed = diagnoses["high"][left] >= TOP_BIT
    values = {
        joining.rules.key: [None if long else decoded(key) for key, long in zip(keys.tolist(), hashed, strict=True)],
        CODE.name: [book[code] for code in diagnoses["code"][left].tolist()],
        TYPE.name: [DIAGNOSIS_KINDS[kind] for kind in diagnoses["kind"][left].tolist()],
    }
    file = AsideFile(joining.aside, joining.rules.strip, joining.rules.secret)
    texts = {name: pa.array(column, pa.string()) for name, column in values.items()}
    file.write(texts, "", None, FATES[NO_START])
    return file.close()


def _all_rows(joining: Joining, sides: list[str], types: dict[str, Any]) -> Columns:
    return gather_bucket(sides, joining.bucket, types, joining.book, {"code": "diagnosis"})


def matched(contacts: Columns, diagnoses: Columns) -> tuple[Columns, Tally]:
    """Match diagnoses with contacts by key; a key that stands twice matches twice.

    In the account every match counts as a row, and so does a diagnosis without one;
    the note ``further_matches`` is how many more that are than diagnoses.
    """
    matches, left, right = _matches(contacts, diagnoses)
    citizen = contacts["citizen"][right]
    keep = citizen >= 0
    columns = {
        "citizen": citizen[keep],
        "code": diagnoses["code"][left][keep],
        "kind": diagnoses["kind"][left][keep],
        "day": contacts["day"][right][keep],
    }
    without = int(np.count_nonzero(matches == 0))
    rows = {KEPT: int(keep.sum()), "no_contact": without}
    rows |= {name: int(np.count_nonzero(citizen == mark)) for mark, name in FATES.items()}
    further = left.size - (matches.size - without)
    return columns, {"rows": rows, NOTES: {"further_matches": int(further)}}


def _matches(contacts: Columns, diagnoses: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    known, keys = (contacts["high"], contacts["low"]), (diagnoses["high"], diagnoses["low"])
    chains = chain_keys(*known, 1 << max(int(known[0].size) - 1, 1).bit_length())
    matches = count_matches(*keys, known, chains)
    return matches, *list_matches(*keys, known, chains, int(matches.sum()))


def check_joined(register: str, before: Tally, after: Tally) -> None:
    """Hold the matches against the diagnoses that went in: each counts at least once."""
    went_in = rows_of(before, KEPT) + after.get(NOTES, {}).get("further_matches", 0)
    if went_in != rows_of(after):
        raise AccountingError(
            f"{register}: {went_in:,} rows went into the join, {rows_of(after):,} came out. "
            f"This is an error of the program; please report it."
        )
