"""Whatever lies in a delivery: rows come out, or one of our own errors; and well-formed CSV loses nothing."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fordel_dask.errors import FordelError
from fordel_dask.extracts import read_declaration
from fordel_dask.extracts.arrays import decoded
from fordel_dask.extracts.extract import Portion
from tests.lib.reading import columns_of
from tests.lib.sas import SasColumn, write_sas

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "sas").glob("*.sas7bdat"))
KEYS = ["path", "columns", "separator", "encoding", "decimal", "days", "bruhon", "codes", "contacts", "diagnoses"]
SECTIONS = ["nation", "population", "enrolment", "services", "lpr", "dream", "clinics", "areas", "prescriptions"]


def rows_or_refusal(path, **how):
    """Read all columns of a file; give the number of rows, or None if it was refused."""
    try:
        read = columns_of(path, **how)
    except FordelError as error:
        assert path.name in str(error) or error.exit_code == 10
        return None
    return len(next(iter(read.values()), []))


def mutated(draw, content):
    """Give bytes with some of them changed, cut out or doubled."""
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        kind = draw(st.sampled_from(["change", "cut", "insert", "end", "double"]))
        size = draw(st.integers(1, 40))
        if kind == "change":
            content[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
        elif kind == "cut":
            del content[at : at + size]
        elif kind == "insert":
            content[at:at] = draw(st.binary(max_size=8))
        elif kind == "end":
            del content[at:]
        else:
            content[at:at] = content[at : at + size]
    return bytes(content)


@st.composite
def mutated_csv(draw):
    cells = st.text('ab1,;"\n\r\0æ ', max_size=5)
    rows = draw(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
    written = io.StringIO()
    csv.writer(written, delimiter=draw(st.sampled_from(",;\t|"))).writerows([["PNR", "KOEN", "KOM"], *rows])
    return mutated(draw, written.getvalue().encode())


@given(content=st.one_of(st.binary(max_size=200), mutated_csv()), name=st.sampled_from(["a.csv", "a.csv.gz"]))
def test_any_bytes_as_csv(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    rows_or_refusal(path)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
TABLES = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=20))


@given(
    rows=TABLES,
    separator=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([256, 1 << 20]),
)
def test_well_formed_csv_loses_and_changes_no_row(tmp_path, rows, separator, quoting, line_end, block):
    width = len(rows[0]) if rows else 2
    returns = any("\r" in cell for row in rows for cell in row)
    assume(not returns or "\r" in line_end or quoting != csv.QUOTE_MINIMAL)  # Python's writer would leave it unquoted
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator=line_end)
        writer.writerows([[f"C{n}" for n in range(width)], *rows])
    read = columns_of(path, portion=Portion(csv_block_bytes=block))
    found = [[decoded(cell) for cell in row] for row in zip(*read.values(), strict=True)]
    assert found == rows


@given(pairs=st.lists(st.tuples(st.integers(-(10**9), 10**9), st.text("abæ\n;,", max_size=4)), max_size=30))
def test_counts_in_csv_are_days_or_unreadable_whatever_they_are(tmp_path, pairs):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["D", "X"], *pairs])
    assert len(columns_of(path, day=("D", "X"))["D"]) == len(pairs)


TOML_VALUES = st.one_of(
    st.text(max_size=6), st.integers(), st.booleans(), st.floats(), st.lists(st.text(max_size=4), max_size=2)
)
SAID = st.dictionaries(
    st.sampled_from(SECTIONS), st.dictionaries(st.sampled_from([*KEYS, "year"]), TOML_VALUES, max_size=4)
)


def as_toml(said):
    def value(given_value):
        if isinstance(given_value, bool | int | float):
            return str(given_value).lower()
        if isinstance(given_value, list):
            return "[" + ", ".join(map(value, given_value)) + "]"
        return '"' + "".join(c if c.isalnum() or c in " .*/-" else f"\\U{ord(c):08X}" for c in given_value) + '"'

    sections = [
        "\n".join([f"[{name}]", *(f"{k} = {value(v)}" for k, v in section.items())]) for name, section in said.items()
    ]
    return "\n".join(sections) + "\n"


@given(text=st.one_of(st.text(max_size=120), SAID.map(as_toml)))
def test_any_text_as_declaration(tmp_path, text):
    (tmp_path / "registers.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(FordelError):  # no text names files that are there
        read_declaration(tmp_path)


def a_sas_file(tmp_path):
    columns = [
        SasColumn("PNR", [f"{n:012d}" for n in range(300)]),
        SasColumn("NAVN", ["Ærø", None, "x"] * 100),
        SasColumn("D", [1.0, None, -5.0] * 100, "DATE"),
    ]
    return write_sas(tmp_path / "made.sas7bdat", columns, page_bytes=1024).read_bytes()


@given(data=st.data(), which=st.integers(0, 2))
def test_a_damaged_sas_file_is_read_or_refused(tmp_path, data, which):
    whole = [*(path.read_bytes() for path in FIXTURES), a_sas_file(tmp_path)][which]
    header = data.draw(st.booleans(), label="in the header and the first page")
    part = whole[:2048] if header else whole
    path = tmp_path / "a.sas7bdat"
    path.write_bytes(mutated(data.draw, part) + whole[len(part) :])
    rows_or_refusal(path, portion=Portion(rows=100))


@given(share=st.floats(0, 1, exclude_max=True), which=st.integers(0, 2))
def test_a_sas_file_that_is_cut_short_is_always_refused(tmp_path, share, which):
    whole = [*(path.read_bytes() for path in FIXTURES), a_sas_file(tmp_path)][which]
    path = tmp_path / "a.sas7bdat"
    path.write_bytes(whole[: int(share * len(whole))])
    assert rows_or_refusal(path) is None


@given(data=st.data())
def test_a_damaged_parquet_file_is_read_or_refused(tmp_path, data):
    table = pa.table({"PNR": [str(n) for n in range(200)], "D": pa.array(range(200)), "X": ["Ærø", None] * 100})
    pq.write_table(table, tmp_path / "whole.parquet", row_group_size=70, write_page_checksum=True)
    whole = (tmp_path / "whole.parquet").read_bytes()
    path = tmp_path / "a.parquet"
    path.write_bytes(mutated(data.draw, whole))
    assume(path.read_bytes() != whole)
    rows_or_refusal(path, day=("D",))
