"""The types each kernel is called with by the tasks: a worker compiles these before it takes work.

``given`` arrays come straight out of a file and cannot be written to, ``own`` ones can; to the compiler
they are two types. A kernel called with types that are missing here still works: it is compiled then.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fordel_dask.kernels import (
    checksums,
    enrolment,
    events,
    grams,
    hashing,
    joining,
    keys,
    partitioning,
    pricing,
    reading,
    spells,
    strata,
    tallies,
)
from fordel_dask.kernels.jit import numba

Signature = tuple[Any, ...]
int8, int16, int32, int64 = numba.types.int8, numba.types.int16, numba.types.int32, numba.types.int64
uint8, uint16, uint32, uint64 = numba.types.uint8, numba.types.uint16, numba.types.uint32, numba.types.uint64
flag = numba.types.boolean


def _given(kind: Any) -> Any:
    return numba.types.Array(kind, 1, "C", readonly=True)


def _own(kind: Any, dimensions: int = 1) -> Any:
    return numba.types.Array(kind, dimensions, "C")


def _together(*kinds: Any) -> Any:
    return numba.types.BaseTuple.from_types(kinds)


WORDS, PAIR_OF_WORDS = _own(uint64), _together(_own(uint64), _own(uint64))
INTS, PAIR_OF_INTS = _own(int32), _together(_own(int32), _own(int32))
LONGS, LONG_TABLE = _own(int64), _own(int64, 2)
PRICES = _together(_own(uint8), _own(uint8), LONGS)

SIGNATURES: Mapping[Any, Sequence[Signature]] = {
    checksums.add_to_checksums: [(_own(kind), LONGS, WORDS, WORDS) for kind in (uint8, uint16, uint32, uint64)],
    enrolment.exposure_days: [
        (_given(int32), _given(int8), _given(int32), _given(int32), _together(int64, int64), INTS)
    ],
    enrolment.clinic_on: [
        (_given(int32), _given(int8), _given(int32), _together(_given(int32), _given(int32)), int64, INTS)
    ],
    events.count_services: [
        (
            _given(int32),
            _together(_given(int16), _given(int32), _given(int64)),
            LONGS,
            _own(int16, 2),
            LONG_TABLE,
        )
    ],
    events.mark_conditions: [
        (
            _given(int32),
            _together(_given(int32), _given(int8), _given(int32)),
            PAIR_OF_WORDS,
            _together(_together(int64, int64, int64, int64), int64),
            _own(uint64, 2),
        )
    ],
    events.sum_weeks: [(_given(int32), _given(int16), _given(int8), _own(int8), _own(int8, 2))],
    grams.tally_grams: [(LONGS, LONGS, LONGS, _own(int16, 2), int64, LONG_TABLE)],
    hashing.blend: [(WORDS, WORDS)],
    hashing.deal_words: [(WORDS, int64)],
    joining.chain_keys: [(WORDS, WORDS, int64)],
    joining.count_matches: [(WORDS, WORDS, PAIR_OF_WORDS, PAIR_OF_INTS)],
    joining.list_matches: [(WORDS, WORDS, PAIR_OF_WORDS, PAIR_OF_INTS, int64)],
    joining.count_repeated_keys: [(WORDS, WORDS, INTS)],
    joining.count_fates: [(PAIR_OF_WORDS, INTS, PAIR_OF_WORDS, PAIR_OF_INTS, INTS, LONGS)],
    keys.pack_texts: [(offsets, _own(uint8), flag, WORDS, WORDS) for offsets in (INTS, LONGS)],
    keys.trimmed_lengths: [(offsets, _own(uint8)) for offsets in (INTS, LONGS)],
    keys.count_other_lengths: [(INTS, LONGS, _own(int8))],
    keys.place_keys: [(_own(uint64, 2), int64, INTS)],
    keys.look_up: [(WORDS, WORDS, INTS, _own(uint64, 2))],
    partitioning.dealt_order: [(INTS, int64)],
    pricing.price_rows: [
        (
            _together(_given(int32), _given(int16), _given(int32)),
            _together(_given(int8), _own(int16), INTS, INTS),
            _together(LONGS, LONGS, LONGS),
            _together(_own(int8), INTS, _own(int8)),
            _together(LONGS, LONG_TABLE, LONGS, LONGS, int64),
            PRICES,
        ),
        (
            _together(_given(int32), _given(int16), _given(int32)),
            _together(INTS, _given(int16), _given(int32), _given(int32)),
            _together(LONGS, LONGS, LONGS),
            _together(_own(int8), _given(int32), _given(int8)),
            _together(LONGS, LONG_TABLE, LONGS, LONGS, int64),
            PRICES,
        ),
        (
            _together(INTS, _own(int16), INTS),
            _together(INTS, _own(int16), INTS, INTS),
            _together(LONGS, LONGS, LONGS),
            _together(_own(int8), INTS, _own(int8)),
            _together(LONGS, LONG_TABLE, LONGS, LONGS, int64),
            PRICES,
        ),
    ],
    pricing.tally_priced: [
        (_together(_given(int16), _given(int32), _given(int64)), PRICES, LONG_TABLE),
        (_together(_own(int16), INTS, LONGS), PRICES, LONG_TABLE),
    ],
    reading.count_weeks: [(_own(int16, 2), INTS)],
    spells.look_at_spells: [(INTS, _own(int8), PAIR_OF_INTS, int64, _own(flag), _own(int8))],
    strata.merge_strata: [(LONGS, LONG_TABLE, LONGS, LONG_TABLE, LONGS, LONG_TABLE)],
    tallies.tally_sample: [(LONGS, LONGS, LONGS, _own(flag), LONG_TABLE)],
}
