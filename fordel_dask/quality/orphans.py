"""Diagnoses and their contacts, matched by key and only counted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fordel_dask.kernels.joining import chain_keys, count_fates, count_repeated_keys
from fordel_dask.quality.watching import good
from fordel_dask.registers import books
from fordel_dask.registers.dealt import book_numbers, gather_bucket
from fordel_dask.registers.first_pass import FirstPass, Works
from fordel_dask.registers.place import Place
from fordel_dask.registers.rules import Columns
from fordel_dask.registers.tally import KEPT, NOTES, Tally, merged
from fordel_dask.registers.work import content_of, task, write_json

FATES = (KEPT, "unknown_person", "other_system", "contact_day_missing", "no_contact", "further_matches")
"""What the kernel counts, in its order; contacts that are not kept carry a mark, see ``registers/hospital.py``."""

CONTACT = {"high": np.uint64, "low": np.uint64, "citizen": np.int32}
DIAGNOSIS = {"high": np.uint64, "low": np.uint64, "code": np.int32}
CONTACTS = "contacts"
BY_CODE = "codes"


@dataclass(frozen=True)
class Meeting:
    """One bucket of one pair; ``inputs`` lists the dealt files, ``book`` has all diagnosis codes."""

    bucket: int
    buckets: int
    inputs: Path
    book: Path


def meet(works: Works, read: FirstPass, number: int, place: Place) -> Tally | None:
    """Match the diagnoses of a pair with its contacts, as an ingest does, and give the account of both.

    In it are the fates of diagnoses (``rows``, ``notes``), diagnoses that are kept by code (``codes``) and
    repeated keys (``contacts``). None if the contacts cannot be read: they would all be missing.
    """
    contacts = good(read, read.of("contacts", f"lpr {number} contacts"))
    diagnoses = good(read, read.of("diagnosis_rows", f"lpr {number} diagnoses"))
    if not contacts:
        return None
    codes = books.union((read.summaries[r.side] for r in diagnoses), "diagnosis")
    sides = {"contacts": [str(r.side) for r in contacts], "diagnoses": [str(r.side) for r in diagnoses]}
    inputs = write_json(place.work / f"pair-{number}.json", sides)
    book = write_json(place.work / f"book-{number}.json", {"diagnosis": codes})
    buckets = contacts[0].rules.buckets
    meetings = [Meeting(bucket, buckets, inputs, book) for bucket in range(buckets)]
    return merged(works.map("joining diagnoses", count_matches, meetings))


@task
def count_matches(meeting: Meeting) -> Tally:
    """Match one bucket."""
    sides = content_of(meeting.inputs)
    contacts = _all_rows(meeting, sides["contacts"], CONTACT)
    diagnoses = _all_rows(meeting, sides["diagnoses"], DIAGNOSIS)
    known = contacts["high"], contacts["low"]
    chains = chain_keys(*known, 1 << max(int(known[0].size) - 1, 1).bit_length())
    codes = list(book_numbers(meeting.book, "diagnosis"))
    kept = np.zeros(len(codes), np.int64)
    keys = diagnoses["high"], diagnoses["low"]
    counts = count_fates(keys, diagnoses["code"], known, chains, contacts["citizen"], kept).tolist()
    fates = dict(zip(FATES, counts, strict=True))
    return {
        NOTES: {"further_matches": fates.pop("further_matches")},
        "rows": fates,
        BY_CODE: {codes[n]: int(kept[n]) for n in np.flatnonzero(kept).tolist()},
        CONTACTS: {"contact_twice": int(count_repeated_keys(*known, chains[1]))},
    }


def _all_rows(meeting: Meeting, sides: list[str], types: dict[str, Any]) -> Columns:
    return gather_bucket(sides, meeting.bucket, types, meeting.book, {"code": "diagnosis"})
