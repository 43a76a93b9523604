"""The search for marked persons finds them, in whatever form and file they lie: so that finding none says something."""

import base64
import gzip
import io
import struct
import urllib.parse
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from fordel_dask.kernels.keys import pack_texts
from tests.lib.canaries import ALL, BORN, KEYS, ORIGIN, PERSON_KEYS, PLACE, Search, found, marked_nation

KEY = KEYS[0]


def packed(key):
    high, low = np.empty(1, np.uint64), np.empty(1, np.uint64)
    pack_texts(np.array([0, len(key)], np.int32), np.frombuffer(key.encode(), np.uint8), False, high, low)
    return np.concatenate((high, low)).tobytes()


FORMS = {
    "as text": f"person {KEY} here".encode(),
    "as UTF-16": KEY.encode("utf-16-le"),
    "in hexadecimal": KEY.encode().hex().encode(),
    "in base64": base64.b64encode(f"x{KEY}y".encode()),
    "in base64 elsewhere": base64.b64encode(f"xyz12{KEY}".encode()),
    "percent-encoded": "".join(f"%{byte:02X}" for byte in KEY.encode()).encode(),
    "as eight bytes": struct.pack("<q", int(KEY)),
    "as a float": struct.pack("<d", int(KEY)),
    "packed as the program packs keys": packed(KEY),
    "with commas": f"{int(KEY):,}".encode(),
    "turned round": KEY[::-1].encode(),
    "a place in a URL": urllib.parse.quote(PLACE).encode(),
    "a place in JSON": rb"Kanarieborg-p\u00e5-\u00d8",
    "a place in HTML": b"Kanarieborg-p&#229;-&#216;",
    "a day": b"born 27.02.1913",
    "a day in a traceback": b"datetime.date(1913, 2, 27)",
    "a code": ORIGIN.encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_mark_is_found_in_every_form(content):
    assert found(b"before " + content + b" after")


def test_nothing_is_found_where_nothing_is():
    assert not found("0101011234 5100 DJ449 1980-05-05 København 010101", bytes(range(256)) * 100)


def in_a_zip(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed_file:
        packed_file.writestr("sheet.xml", content)
    return file.getvalue()


def in_a_table(write):
    file = io.BytesIO()
    write(pa.table({"key": pa.array([KEY, "other"] * 1000).dictionary_encode(), "born": [BORN] * 2000}), file)
    return file.getvalue()


FILES = {
    "plain": KEY.encode(),
    "gzip": gzip.compress(KEY.encode() * 9),
    "zlib": zlib.compress(KEY.encode() * 9),
    "zip": in_a_zip(KEY * 9),
    "gzip in a zip": in_a_zip(gzip.compress(KEY.encode() * 9)),
    "Parquet": in_a_table(lambda table, file: pq.write_table(table, file, compression="zstd")),
    "Arrow": in_a_table(lambda table, file: feather.write_feather(table, file, compression="lz4")),
    "numbers in Parquet": in_a_table(lambda _, file: pq.write_table(pa.table({"n": [int(KEY)] * 99}), file)),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_mark_is_found_in_every_kind_of_file(content, tmp_path):
    (tmp_path / "deep" / "below").mkdir(parents=True)
    (tmp_path / "deep" / "below" / "file").write_bytes(content)
    search = Search().look_below(tmp_path)
    assert search.files == 1 and "person key 1" in {hit.mark for hit in search.hits}


def test_a_mark_is_found_in_the_name_of_a_file(tmp_path):
    (tmp_path / f"person-{KEY}.tmp").touch()
    assert Search().look_below(tmp_path, PERSON_KEYS).hits


def test_every_mark_stands_in_the_marked_delivery(tmp_path, evidence):
    search = Search().look_below(marked_nation(tmp_path / "registers"))
    assert {hit.mark for hit in search.hits} == {mark.name for mark in ALL}
    evidence.note(
        "S1",
        "the search itself: marks planted in every form (text, number, packed, base64 …) and kind of file",
        len(FORMS) + len(FILES) + len(ALL),
        "all found; every mark stands in the delivery that the tests work on",
    )
