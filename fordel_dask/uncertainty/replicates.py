"""Nations drawn again: how often each clinic stands in each, by a stream that belongs to the clinic and the seed.

Poisson bootstrap of clinics: every clinic stands 0, 1, 2 … times with the chances of a Poisson number of mean 1,
whatever other clinics there are. The bits come from a counter (Philox) whose key is a hash of seed and ydernummer,
and are compared with whole-number limits: the same draws on every machine, in any order.
"""

import hashlib
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

BITS = 64
MOST = 20  # a Poisson number of mean 1 is larger once in 10¹⁹ draws


def clinic_counts(ydernumre: Sequence[str], replicates: int, seed: int) -> NDArray[np.int64]:
    """Give how often each clinic stands in each replicate, shape (replicates, clinics)."""
    limits = _limits()
    draws = [np.searchsorted(limits, _bits(name, replicates, seed), side="right") for name in ydernumre]
    return np.ascontiguousarray(np.array(draws, dtype=np.int64).reshape(len(ydernumre), replicates).T)


def _bits(ydernummer: str, many: int, seed: int) -> NDArray[np.uint64]:
    key = hashlib.sha256(f"{seed} {ydernummer}".encode()).digest()[:16]
    return np.random.Philox(key=int.from_bytes(key, "little")).random_raw(many)


def _limits() -> NDArray[np.uint64]:
    """Give 2⁶⁴ times the chance of at most 0, 1, 2 … as whole numbers."""
    e = sum((Fraction(1, math.factorial(n)) for n in range(40)), Fraction(0))
    chances = [sum((1 / (e * math.factorial(n)) for n in range(most + 1)), Fraction(0)) for most in range(MOST)]
    return np.array([min(int(chance * 2**BITS), 2**BITS - 1) for chance in chances], dtype=np.uint64)
