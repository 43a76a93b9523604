"""Person keys hidden by a secret: neither their order nor the table of keys tells a person without it.

A key becomes HMAC-SHA256(secret, key). The secret stays in its file: tasks are told the path only, since
a cluster may log what tasks are given.
"""

import hashlib
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fordel_dask.errors import UsageError
from fordel_dask.registers.people import Words, person_keys

LEAST_BYTES = 16
SHOWN_CHARACTERS = 32
METHOD = "hmac_sha256"
CHUNK = 100_000
BLOCK, PADS = 64, (0x36, 0x5C)
"""Of HMAC with SHA-256 (RFC 2104)."""

SIGN_BIT = np.uint64(1 << 63)
HIDDEN_WORDS = ("hidden_high", "hidden_low")


def read_secret(path: Path) -> bytes:
    """Read the secret of a file, without the line end an editor left behind it.

    Raises
    ------
    UsageError
        The file cannot be read, others may read it, or it is too short to be a secret.
    """
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError:
        mode, content = 0, None
    if content is None:
        raise UsageError(f"The key secret cannot be read from {path.name}. Give a file that you can read.")
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(
            f"{path.name} may be read or changed by others, so it keeps no secret. "
            f"Take their rights away ('chmod 600 {path.name}'); if others were there before, draw a new secret."
        )
    secret = content.rstrip(b"\r\n")
    if len(secret) < LEAST_BYTES:
        raise UsageError(f"{path.name} holds {len(secret)} bytes; a key secret has at least {LEAST_BYTES}.")
    return secret


def key_bytes(high: Words, low: Words) -> np.ndarray:
    """Give packed keys as the bytes of their text, as NumPy bytes of up to 16."""
    texts: np.ndarray = np.column_stack((high, low)).astype(">u8").view("S16").ravel()
    return texts


def hidden_words(secret: Path, high: Words, low: Words) -> dict[str, Words]:
    """Give the hash of every key as two words, which sort as whole numbers with a sign in the order of the hashes."""
    words = np.concatenate([np.empty((0, 2), np.uint64), *_hashed(read_secret(secret), key_bytes(high, low))])
    return {name: words[:, n] ^ SIGN_BIT for n, name in enumerate(HIDDEN_WORDS)}


def texts_of_words(words: Words) -> pa.Array:
    """Give hashes, a line of two words each, as text of 32 hexadecimal digits."""
    digests = (words ^ SIGN_BIT).astype(">u8").tobytes().hex()
    step = SHOWN_CHARACTERS
    return pa.array([digests[at : at + step] for at in range(0, len(digests), step)], pa.string())


def hasher(secret: bytes) -> Callable[[bytes], bytes]:
    """Give the function that gives HMAC-SHA256 of a key.

    The hash states after the secret are made once and copied: less than half the time of ``hmac.digest``.
    """
    block = (secret if len(secret) <= BLOCK else hashlib.sha256(secret).digest()).ljust(BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in PADS)

    def digest(key: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(key)
        around.update(within.digest())
        return around.digest()

    return digest


def _hashed(secret: bytes, keys: np.ndarray) -> Iterator[np.ndarray]:
    digest = hasher(secret)
    for begin in range(0, keys.size, CHUNK):
        digests = [digest(key)[:16] for key in keys[begin : begin + CHUNK].tolist()]
        yield np.frombuffer(b"".join(digests), ">u8").reshape(-1, 2).astype(np.uint64)


def hidden_texts(secret: Path, column: Any, strip: bool, register: str) -> pa.Array:
    """Give the hashes of a few keys as text, in their order; a blank key stays blank."""
    digest, keys = hasher(read_secret(secret)), key_bytes(*person_keys(column, strip, register)).tolist()
    texts = [digest(key).hex()[:SHOWN_CHARACTERS] if key else "" for key in keys]
    return pa.array(texts, pa.string())
