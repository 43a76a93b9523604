"""CSV as it comes: every file is read right, or refused by name with what to do, and never with its content."""

import csv
import gzip

import pytest

from fordel_dask.errors import FordelError, IntegrityError, SchemaError
from fordel_dask.extracts.arrays import decoded, plain_text
from fordel_dask.extracts.extract import Portion
from fordel_dask.registers.canonical import exact_decimal
from tests.lib.reading import columns_of, extract_of

SECRET = "0101801234"


def written(tmp_path, content, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts(path, *names, **form):
    """Give rows as tuples of text."""
    columns = columns_of(path, *names, **form).values()
    return list(zip(*([decoded(value) for value in column] for column in columns), strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_separators_and_line_ends(tmp_path, separator, line_end):
    content = line_end.join(["PNR;NAVN", "1;Ærø", "2;Fanø", ""]).replace(";", separator)
    assert texts(written(tmp_path, content)) == [("1", "Ærø"), ("2", "Fanø")]


QUOTED = {
    "a separator": '"a;b"',
    "a line end": '"a\nb"',
    "a line end of Windows": '"a\r\nb"',
    "a quote": '"a""b"',
    "nothing": '""',
    "blanks": '" a "',
}


@pytest.mark.parametrize("field", QUOTED.values(), ids=QUOTED)
def test_quoted_fields_hold_anything(tmp_path, field):
    expected = next(csv.reader([field], delimiter=";"))[0] if "\n" not in field else field.strip('"')
    assert texts(written(tmp_path, f"PNR;NAVN\n1;{field}\n2;x\n")) == [("1", expected), ("2", "x")]


def test_quoted_line_ends_at_the_edge_of_a_block(tmp_path):
    rows = [(str(n), "line\n" * (n % 5)) for n in range(200)]
    lines = "".join(f'{key};"{text}"\n' for key, text in rows)
    assert texts(written(tmp_path, f"PNR;NAVN\n{lines}"), portion=Portion(csv_block_bytes=64)) == rows


ALPHABETS = {"utf-8": None, "utf-8-sig": None, "latin-1": None, "cp1252": None, "utf-16": None, "cp865": "cp865"}


@pytest.mark.parametrize(("encoding", "declared"), ALPHABETS.items())
def test_alphabets(tmp_path, encoding, declared):
    path = written(tmp_path, "PNR;KØN\n1;Ærø\n2;Århus\n".encode(encoding))
    assert extract_of(path, encoding=declared).names == ("PNR", "KØN")
    assert texts(path, encoding=declared) == [("1", "Ærø"), ("2", "Århus")]


def test_compressed(tmp_path):
    path = written(tmp_path, gzip.compress(b"PNR;KOEN\r\n1;2\r\n"), "A.CSV.GZ")
    assert texts(path) == [("1", "2")]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_compressed_file_cut_short_is_refused(tmp_path, share):
    lines = "".join(f"{n * 7919 % 100_003};{n}\n" for n in range(20_000))
    whole = gzip.compress(f"PNR;KOEN\n{lines}".encode())
    path = written(tmp_path, whole[: int(len(whole) * share)], "a.csv.gz")
    with pytest.raises(IntegrityError, match=r"a\.csv\.gz"):
        columns_of(path)


RAGGED = {
    "too few": f"{SECRET};1",
    "letters of Windows": f"{SECRET};\xe6",
    "too many": f"{SECRET};1;2;3",
    "one only": SECRET,
}


@pytest.mark.parametrize("row", RAGGED.values(), ids=RAGGED)
def test_a_row_with_another_number_of_fields_is_refused_by_its_line(tmp_path, row):
    path = written(tmp_path, f"PNR;KOEN;KOM\n1;2;3\n{row}\n4;5;6\n".encode("cp1252"))
    with pytest.raises(IntegrityError, match=r"line 3 of a\.csv has a different number of fields") as refusal:
        columns_of(path)
    assert SECRET not in str(refusal.value)
    assert f"{row.count(';') + 1}, where the first line names 3" in str(refusal.value)


def test_thousands_of_rows_with_another_number_of_fields_are_one_refusal(tmp_path):
    path = written(tmp_path, "PNR;KOEN\n" + "1;2\n" * 300_000 + f"{SECRET};1;1\n" * 5000)
    with pytest.raises(IntegrityError, match=r"line 300,002 of a\.csv"):
        columns_of(path)


def test_zero_bytes_are_refused(tmp_path):
    for content in ("P\0NR;KOEN\n1;2\n", f"PNR;KOEN\n{SECRET}\0;2\n"):
        with pytest.raises(FordelError, match="zero bytes") as refusal:
            columns_of(written(tmp_path, content))
        assert SECRET not in str(refusal.value)


def test_an_empty_file_is_refused(tmp_path):
    for content in (b"", b"\n", b"\xef\xbb\xbf"):
        with pytest.raises(IntegrityError, match=r"a\.csv is empty"):
            extract_of(written(tmp_path, content))


@pytest.mark.parametrize("header", ["PNR;KOEN", "PNR;KOEN\n", "PNR;KOEN\r\n", "PNR;KOEN\n\n"])
def test_a_header_alone_is_a_file_without_rows(tmp_path, header):
    assert columns_of(written(tmp_path, header)) == {"PNR": [], "KOEN": []}


def test_the_first_line_holds_no_person_but_names(tmp_path):
    with pytest.raises(SchemaError, match="no line of column names") as refusal:
        extract_of(written(tmp_path, f"{SECRET};1;U\n{SECRET};2;G\n"))
    assert SECRET not in str(refusal.value)


def test_blank_and_repeated_names_that_are_not_needed_do_no_harm(tmp_path):
    path = written(tmp_path, '"";PNR;X;X;\n1;2;3;4;5\n')
    assert extract_of(path).names == ("", "PNR", "X", "X", "")
    assert texts(path, "PNR") == [("2",)]


def test_blank_lines_are_no_rows(tmp_path):
    assert texts(written(tmp_path, "PNR;KOEN\n\n1;2\n\n\n3;4\n\n")) == [("1", "2"), ("3", "4")]


def test_lines_that_end_in_a_return_only(tmp_path):
    assert texts(written(tmp_path, "PNR;KOEN\r1;2\r3;4\r")) == [("1", "2"), ("3", "4")]


def test_a_quote_that_is_never_closed_swallows_nothing_silently(tmp_path):
    for content in ('PNR;KOEN\n1;2\n3;"4\n5;6\n7;8\n', 'PNR;KOEN\n1;2\n"3;4\n5;6\n7;8\n'):
        with pytest.raises(IntegrityError, match=r"a\.csv"):
            columns_of(written(tmp_path, content))


NUMBERS = {
    ("1.234,50", ","): "1234.5",
    ("1.234", ","): "1234",
    ("-1.234.567,8", ","): "-1234567.8",
    ("169,14", ","): "169.14",
    ("2,0", ","): "2",
    ("1,234.50", "."): "1234.5",
    ("1,234", "."): "1234",
    ("169.14", "."): "169.14",
    ("169,14", None): "169.14",
    ("169.14", None): "169.14",
    ("1.234", None): "1.234",
}


@pytest.mark.parametrize(("written_as", "decimal"), NUMBERS)
def test_a_stated_decimal_sign_also_says_what_marks_thousands(tmp_path, written_as, decimal):
    path = written(tmp_path, f'PNR;BRUHON\n1;"{written_as}"\n')
    (value,) = columns_of(path, "BRUHON", decimal=decimal)["BRUHON"]
    assert exact_decimal(plain_text(value)).normalize() == exact_decimal(NUMBERS[written_as, decimal]).normalize()


@pytest.mark.parametrize("text", ["01.02.1970", "DJ44.9", "1.2.3", "a,b", "12,34,56", "", "0101801234"])
def test_a_stated_decimal_sign_leaves_what_is_no_number(tmp_path, text):
    path = written(tmp_path, f'PNR;X\n1;"{text}"\n')
    assert texts(path, "X", decimal=",") == [(text,)]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(tmp_path):
    rows = [f"{n};800101" for n in range(50)]
    rows[10], rows[40] = '10;"800101', '40;"800101'
    with pytest.raises(IntegrityError, match="quotation mark"):
        texts(written(tmp_path, "\n".join(["PNR;SPECIALE", *rows]) + "\n"))


def test_blank_lines_beside_quoted_fields_are_no_fault(tmp_path):
    assert texts(written(tmp_path, 'PNR;NAVN\n\n1;"a b"\n\n2;"c"\n')) == [("1", "a b"), ("2", "c")]
