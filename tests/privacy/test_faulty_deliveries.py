"""A person's key where something else belongs, in any column, and files that break a reader beside one: nobody is told.

What the clerk needs to see stands in the quarantine and nowhere else.
"""

import shutil
import traceback

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.privacy import traceback_text
from tests.lib.canaries import KEYS, PERSONS, Search, marked_nation
from tests.lib.commands import call

QUICK = {
    ("population", "FOED_DAG"),
    ("population", "KOM"),
    ("enrolment", "FRA"),
    ("services", "BRUHON"),
    ("services", "HONUGE"),
    ("prescriptions", "EKSD"),
}


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    return marked_nation(tmp_path_factory.mktemp("few") / "registers", citizens=600)


@pytest.fixture
def delivery(few, tmp_path):
    return shutil.copytree(few, tmp_path / "registers")


def file_of(delivery, register):
    return delivery / f"{register}-0.parquet"


def columns():
    """Give every column of every register of persons that a key can be misplaced in."""
    nation = {
        "population": ("PNR", "KOEN", "FOED_DAG", "CIVST", "KOM", "OPR_LAND", "IE_TYPE", "AREA"),
        "enrolment": ("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"),
        "services": ("PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"),
        "dream": ("PNR", "Y_2501", "Y_2533"),
        "lpr2_contacts": ("PNR", "RECNUM", "D_INDDTO"),
        "lpr2_diagnoses": ("RECNUM", "C_DIAG", "C_DIAGTYPE"),
        "lpr3_contacts": ("PNR", "DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT", "LPRINDBERETNINGSSYSTEM"),
        "lpr3_diagnoses": ("DW_EK_KONTAKT", "DIAG_KODE", "DIAG_KODE_TYPE", "SENERE_AFKRAEFTET"),
        "prescriptions": ("PNR", "ATC", "EKSD", "APK"),
        "covariates_persons": ("PNR", "HOME_CARE", "MORTALITY_RISK", "SOCIAL_SUPPORT"),
    }
    return [(register, column) for register, names in nation.items() for column in names]


def as_text(column):
    """Give a column with keys among its values, as text."""
    values = column.cast(pa.string()).to_pylist()
    return pa.array([*KEYS, *values[len(KEYS) :]], pa.string())


def as_numbers(column):
    return pa.array([*map(int, KEYS), *range(len(column) - len(KEYS))], pa.int64())


def only_numbers(column):
    return pa.array([int(KEYS[n % len(KEYS)]) for n in range(len(column))], pa.int64())


def too_long(column):
    return pa.array([f"{key}{KEYS[0]}" for key in KEYS] + [None] * (len(column) - len(KEYS)), pa.string())


HOW = (as_text, as_numbers, only_numbers, too_long)


def misplace(delivery, register, name, how):
    path = file_of(delivery, register)
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.column_names.index(name), name, how(table[name])), path)


def nobody_is_told(delivery, marks=PERSONS):
    """Check and ingest a delivery, whatever comes of it; gives what was looked through."""
    search, folder = Search(), delivery.parent
    for command in (
        ("check", delivery, "--out", folder / "quality", "--threads", 1),
        ("ingest", delivery, "--store", folder / "store", "--threads", 1, "--json"),
        ("plan", delivery, "--store", folder / "store"),
    ):
        result = call(*command)
        search.look(f"words of {command[0]}", result.output, marks)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            search.look(f"error of {command[0]}", repr(result.exception), marks)
            search.look(f"where {command[0]} failed", traceback_text(result.exception), marks)
            chain = "".join(traceback.format_exception(result.exception))
            search.look(f"what led to the error of {command[0]}", chain, marks)
    private = [folder / f"store{more}" for more in ("", ".keys", ".quarantine", ".quarantine.partial")]
    search.look_below(folder, marks, without=(delivery, *private))
    if (folder / "store").exists():
        search.look_below(folder / "store" / "manifest.json", marks)
    return search


CASES = [(register, column, how) for register, column in columns() for how in HOW]


@pytest.mark.parametrize(
    ("register", "column", "how"),
    [pytest.param(*case, marks=() if case[:2] in QUICK and case[2] is as_text else pytest.mark.long) for case in CASES],
    ids=[f"{register} {column} {how.__name__}" for register, column, how in CASES],
)
def test_a_key_where_something_else_belongs_is_never_told(delivery, register, column, how, evidence):
    misplace(delivery, register, column, how)
    search = nobody_is_told(delivery)
    assert search.hits == []
    evidence.note(
        "S1",
        "checks, ingests and plans of deliveries in which keys of persons stand where something else belongs",
        1,
        "0 marks in messages, errors with all that led to them, reports, work directories",
    )


def lines_of(delivery, register):
    """Write a register as CSV in the place of Parquet; gives its file, and its lines without their ends."""
    path = file_of(delivery, register)
    table = pq.read_table(path).to_pylist()
    lines = [",".join(table[0]), *(",".join("" if v is None else str(v) for v in row.values()) for row in table)]
    path.unlink()
    declared = delivery / "registers.toml"
    text = declared.read_text("utf-8").replace(f'"{register}-*.parquet"', f'"{register}-*.csv"')
    declared.write_text(text, "utf-8")
    return path.with_suffix(".csv"), [line.encode() for line in lines]


def marked_line(lines):
    return next(n for n, line in enumerate(lines) if any(key.encode() in line for key in KEYS))


def broken(change):
    """Let a line of a marked person break a register in CSV."""

    def break_it(delivery):
        path, lines = lines_of(delivery, "population")
        at = marked_line(lines)
        lines[at] = change(lines[at])
        path.write_bytes(b"\n".join(lines) + b"\n")

    return break_it


def cut(delivery):
    path = file_of(delivery, "population")
    path.write_bytes(path.read_bytes()[:-200])


def rotten(delivery):
    """Flip bits of the pages that hold keys."""
    path = file_of(delivery, "services")
    content = bytearray(path.read_bytes())
    for at in range(100, len(content) // 2, 997):
        content[at] ^= 0x10
    path.write_bytes(content)


def twice(register):
    def repeat(delivery):
        path = file_of(delivery, register)
        table = pq.read_table(path)
        pq.write_table(pa.concat_tables([table, table]), path)

    return repeat


def without_a_column(delivery):
    path = file_of(delivery, "services")
    pq.write_table(pq.read_table(path).drop_columns(["HONUGE"]), path)


def called_after_a_person(delivery):
    """Name a column after a person, as a table turned on its side does."""
    path = file_of(delivery, "dream")
    table = pq.read_table(path)
    pq.write_table(table.rename_columns(["PNR", KEYS[0], *table.column_names[2:]]), path)


def without_a_head(delivery):
    """Leave out the line with the names of columns: a person stands there."""
    path, lines = lines_of(delivery, "population")
    at = marked_line(lines)
    path.write_bytes(b"\n".join([lines[at], *lines[1:at], *lines[at + 1 :]]) + b"\n")


def no_text(delivery):
    """Write bytes that are no UTF-8 into a column of Parquet that says it is text."""
    path = file_of(delivery, "population")
    table = pq.read_table(path)
    raw = [(value or "").encode() for value in table["CIVST"].to_pylist()]
    raw[0] = KEYS[0].encode() + b"\xff\xfe"
    wrong = pa.Array.from_buffers(pa.string(), len(raw), pa.array(raw, pa.binary()).buffers())
    pq.write_table(table.set_column(table.column_names.index("CIVST"), "CIVST", wrong), path)


BROKEN = {
    "a line with too many fields": broken(lambda line: line + b"," + line),
    "a line with too few fields": broken(lambda line: line[:14]),
    "a quote that does not end": broken(lambda line: b'"' + line),
    "bytes of no alphabet": broken(lambda line: line + b"\xff\xfe\x00"),
    "a very long line": broken(lambda line: line * 100_000),
    "a file cut short": cut,
    "a file with flipped bits": rotten,
    "the population twice": twice("population"),
    "the benefits twice": twice("dream"),
    "covariates twice": twice("covariates_persons"),
    "contacts twice": twice("lpr3_contacts"),
    "a column missing": without_a_column,
    "text that is none": no_text,
    "columns called after a person": called_after_a_person,
    "no head": without_a_head,
}


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_a_file_that_breaks_its_reader_beside_a_person_tells_nothing_of_it(delivery, break_it, evidence):
    break_it(delivery)
    search = nobody_is_told(delivery)
    assert search.hits == []
    evidence.note(
        "S1",
        "checks, ingests and plans of deliveries that break their reader in the row of a marked person",
        1,
        "0 marks in messages, errors with all that led to them, reports, work directories",
    )
