"""Files made to break readers end soon, in little memory, in one error that names the file and no value (S8)."""

import gzip
import io
import struct
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.extracts.files import describe, pieces, read_rows
from fordel_dask.registers.small_tables import read_small
from tests.lib.confined import GIB, ending
from tests.lib.sas import SasColumn, write_sas

MIB = 1024 * 1024
SECRET = "0101011234"
HEAD = b"PNR,KOEN\n"
SHEET = "xl/worksheets/sheet1.xml"
DONE = "a file made to break a reader, with 4 GiB of memory and 30 s"


def packed(*parts, level=1):
    written = io.BytesIO()
    with gzip.GzipFile(fileobj=written, mode="wb", mtime=0, compresslevel=level) as file:
        for part in parts:
            file.write(part)
    return written.getvalue()


def parquet(table, **how):
    written = io.BytesIO()
    pq.write_table(table, written, **how)
    return written.getvalue()


def repeated(size, rows=300_000):
    """Give a column of as many times the same long text as there are rows: 300 GB out of a few hundred kilobytes."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * size]))


def with_footer_of(size):
    return parquet(pa.table({"PNR": [SECRET]}))[:-8] + struct.pack("<I", size) + b"PAR1"


def a_sas_file(change):
    columns = [SasColumn("PNR", [SECRET] * 50), SasColumn("D", [1.0] * 50)]
    return lambda path: path.write_bytes(change(bytearray(write_sas(path, columns, page_bytes=1024).read_bytes())))


def patched(content, **at):
    for place, value in at.items():
        content[int(place[1:]) : int(place[1:]) + len(value)] = value
    return bytes(content)


PERSONS = {
    "zero bytes.csv": HEAD + SECRET.encode() + b"\0,1\n",
    "one endless line.csv": HEAD + b"1" * (40 * MIB),
    "an endless first line.csv": b"P" * (40 * MIB),
    "an endless quote.csv": HEAD + b'"' + b"1,1\n" * (10 * MIB),
    "a million columns.csv": b",".join(b"A%d" % n for n in range(400_000)) + b"\n" + b"," * 399_999 + b"\n",
    "commas.csv": b"A" + b"," * (4 * MIB) + b"\n1\n",
    "half a wide character.csv": b"\xff\xfeP\0N\0R\0,\0K\0\n\0\x31",
    "lone surrogates.csv": b"\xff\xfe" + "PNR,KOEN\n1,".encode("utf-16-le") + b"\x00\xd8\x00\xd8\n\0",
    "four bytes a character.csv": "PNR,KOEN\n1,1\n".encode("utf-32"),
    "only a mark.csv": b"\xef\xbb\xbf",
    "commands of a terminal.csv": b"PNR,\x1b]0;owned\x07KOEN\n1,1\n",
    "text turned round.csv": "PNR,\u202eNEOK\n1,1\n".encode(),
    "a name without end.csv": b"PNR," + b"K" * 5000 + b"\n1,1\n",
    "packed zeros.csv.gz": packed(HEAD, *[b"\0" * MIB] * 500),
    "packed line.csv.gz": packed(HEAD, *[b"1" * MIB] * 500),
    "packed first line.csv.gz": packed(*[b"1" * MIB] * 500),
    "packed quote.csv.gz": packed(HEAD, b'"', *[b"1,1\n" * (MIB // 4)] * 200),
    "no end of packing.csv.gz": packed(HEAD, b"1,1\n" * 1000)[:-12],
    "rest behind the packing.csv.gz": packed(HEAD, b"1,1\n") + b"garbage",
    "packed twice.csv.gz": packed(packed(HEAD, b"1,1\n")),
    "a footer of 2 GiB.parquet": with_footer_of(2**31 - 1),
    "a footer of nothing.parquet": with_footer_of(0),
    "a cut file.parquet": parquet(pa.table({"PNR": [SECRET] * 1000}))[:200],
    "encrypted.parquet": parquet(pa.table({"PNR": [SECRET]}))[:-4] + b"PARE",
    "many columns.parquet": parquet(pa.table({f"C{n}": [1] for n in range(20_001)})),
    "one long text, often.parquet": parquet(pa.table({"PNR": repeated(1_000_000)}), store_schema=False),
    "a text of 100 MB.parquet": parquet(pa.table({"PNR": ["x" * (100 * MIB)]}), compression="zstd"),
    "lists in lists.parquet": parquet(pa.table({"PNR": pa.array([[[[SECRET]]]])})),
    "a schema that is none.parquet": parquet(pa.table({"PNR": ["1"]}).replace_schema_metadata({"ARROW:schema": b"!"})),
    "a header of ones.sas7bdat": a_sas_file(lambda content: patched(content, _200=b"\xff" * 40)),
    "pages of 4 GB.sas7bdat": a_sas_file(lambda content: patched(content, _200=struct.pack("<i", 2**31 - 1))),
    "a cut header.sas7bdat": a_sas_file(lambda content: bytes(content[:900])),
    "no pages.sas7bdat": a_sas_file(lambda content: bytes(content[:1024])),
}


def read_persons(path):
    """Read all of a file that could be one of persons."""
    (extract,) = describe(Source("population", (path,)))
    wanted = [(name, name) for name in dict.fromkeys(extract.names)]
    read = (batch for piece in pieces(extract, 100_000) for batch in read_rows(piece, wanted, frozenset()))
    return sum(batch.num_rows for batch in read)


def refusal_of(work, path):
    """Do what must be refused, confined; gives the message."""
    code, message = ending(work, memory=4 * GIB)
    assert code in (10, 13), message
    assert path.name in message and SECRET not in message and len(message) < 600
    assert all(character.isprintable() for character in message)
    return message


@pytest.mark.parametrize("name", PERSONS)
def test_a_register_made_to_break_its_reader_is_refused(name, tmp_path, evidence):
    content = PERSONS[name]
    path = tmp_path / name
    content(path) if callable(content) else path.write_bytes(content)
    if name == "lists in lists.parquet":
        with pytest.raises(Exception, match="lists or other values"):
            read_small(Source("population", (path,)), (Wanted("PNR"),), frozenset())
    else:
        refusal_of(lambda: read_persons(path), path)
    evidence.note("S8", DONE, 1, "one error, the file named, no value")


def test_rows_without_end_out_of_a_small_packed_file_are_refused(tmp_path, evidence):
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(packed(HEAD, *[b"1,1\n" * (MIB // 4)] * 200, level=9))
    assert "times its size" in refusal_of(lambda: read_persons(path), path)
    evidence.note("S8", DONE, 1, "one error, the file named, no value")


HARMLESS = {
    "extension": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"1" * 16], pa.binary(16))),
    "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}'])),
    "structure": pa.array([{"a": SECRET}]),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_values_of_other_types_are_no_keys(kind, tmp_path, evidence):
    path = tmp_path / "clinics.parquet"
    path.write_bytes(parquet(pa.table({"YDERNR": HARMLESS[kind]})))
    code, message = ending(lambda: read_small(Source("clinics", (path,)), (Wanted("YDERNR"),), frozenset()))
    assert code == 10 and "lists or other values" in message
    evidence.note("S8", DONE, 1, "one error, the file named, no value")


@pytest.mark.parametrize("key", ["pandas", "ARROW:extension:metadata", "pickle"])
def test_what_stands_beside_the_values_of_a_parquet_file_is_never_unpickled(key, tmp_path):
    mark = tmp_path / "owned"
    bomb = b"cposix\nsystem\n(S'touch %s'\ntR." % str(mark).encode()
    field = pa.field("YDERNR", pa.string(), metadata={"ARROW:extension:name": "arrow.py_extension_type", key: bomb})
    table = pa.Table.from_arrays([pa.array(["000810"])], schema=pa.schema([field], metadata={key: bomb}))
    (tmp_path / "clinics.parquet").write_bytes(parquet(table))
    source = Source("clinics", (tmp_path / "clinics.parquet",))
    assert ending(lambda: read_small(source, (Wanted("YDERNR"),), frozenset()))[0] in (0, 10)
    assert not mark.exists()


def workbook(path, change=lambda xml: xml, part=SHEET):
    """Write a workbook with one of its parts changed."""
    book, plain = Workbook(), io.BytesIO()
    book.active.append(("YDERNR", "NUMBER"))
    book.active.append(("000810", 2))
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))


def before_the_end(more):
    return lambda xml: xml.replace(b"</sheetData>", more + b"</sheetData>")


def with_document_type(definition, value):
    return lambda xml: xml.replace(b"<worksheet", b"<!DOCTYPE x [" + definition + b"]><worksheet", 1).replace(
        b"<v>2</v>", b"<v>" + value + b"</v>"
    )


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10))
WORKBOOKS = {
    "long rows": before_the_end(b'<row><c r="XFD1"><v>1</v></c></row>' * 200),
    "a row beyond all": before_the_end(b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
    "hundreds of MB of blanks": lambda xml: xml + b" " * (300 * MIB),
    "millions of rows": before_the_end(b"<row><c><v>1</v></c><c><v>1</v></c></row>" * 3_500_000),
    "a billion laughs": with_document_type(LAUGHS, b"&l9;"),
    "a file of the machine": with_document_type(b'<!ENTITY e SYSTEM "file:///etc/passwd">', b"&e;"),
    "an address": with_document_type(b'<!ENTITY e SYSTEM "http://localhost/x">', b"&e;"),
    "one long entity, often": with_document_type(b'<!ENTITY a "' + b"A" * 100_000 + b'">', b"&a;" * 50_000),
    "no XML": lambda xml: b"\0" + xml,
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_made_to_break_its_reader_is_refused(name, tmp_path, evidence):
    path = tmp_path / "decisions.xlsx"
    workbook(path, WORKBOOKS[name])
    wanted = (Wanted("YDERNR"), Wanted("NUMBER"))
    refusal_of(lambda: read_small(Source("decisions", (path,)), wanted, frozenset()), path)
    evidence.note("S8", DONE, 1, "one error, the file named, no value")


SAYS_MORE = {
    "all cells merged": lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + MERGED),
    "a size that lies": lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    "deep": lambda xml: xml.replace(b"<v>2</v>", b"<v>" * 1000 + b"2" + b"</v>" * 1000),
}
MERGED = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'


@pytest.mark.parametrize("change", SAYS_MORE.values(), ids=SAYS_MORE)
def test_a_workbook_that_says_more_than_it_holds_is_read_by_what_it_holds(change, tmp_path):
    path = tmp_path / "decisions.xlsx"
    workbook(path, change)
    wanted = (Wanted("YDERNR"), Wanted("NUMBER"))
    assert ending(lambda: len(read_small(Source("decisions", (path,)), wanted, frozenset()))) == (0, "1")
