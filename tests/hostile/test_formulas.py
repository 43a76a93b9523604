"""No text of ours is a formula where a spreadsheet opens it, and our readers read what was meant (S7, CWE-1236)."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from fordel_dask.formulas import guarded, unguarded
from fordel_dask.printing import csv_rows, csv_text
from fordel_dask.schema.results import ResultTable, columns_of
from fordel_dask.verification import verify_path
from fordel_dask.workbook import workbook_bytes
from fordel_dask.yearly.reading import read_published
from tests.lib.commands import done
from tests.lib.published import clinic, council, municipality, published, write_published

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "+ cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "-Ballerup",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tplain",
    "\rplain",
    " =1+1",
    '=HYPERLINK("http://localhost/?x="&A1;"click")',
    "＝1+1",
    "Fyn;=1+1",
    "Fyn; =cmd|' /C calc'!A0",
    "Fyn\t@SUM(1)",
    'Fyn";=1+1;"',
    "Fyn\n=1+1",
    "'=1+1",
    "''=1+1",
    "'Fyn;'=1+1",
    "=",
    "=-1",
    "-1-1",
    "+1e5",
]
PLAIN = ["", "Fyn", "-5", "-5.000000", "+12", "0.5", "-", "—", "Ærø", "a-b", "x=y", "mail@fyn.dk", "'t Hart", "1;2"]
PLAIN += ["+ pr. påbegyndt km udover 21 km", "O'Neill", "5 - 3", "'", "''", "2026-03-01", "−8"]
DONE = "a text that a spreadsheet would take for a formula, in CSV and in a workbook"


def cells_of(text, separator):
    """Give the cells as a spreadsheet sees them that takes another sign for their end, and quotation marks for text."""
    if separator == ",":
        return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    return [cell.strip('"') for cell in re.split(rf"[{separator}\n\r]", text)]


def is_a_formula(cell):
    number = re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
    return not number and re.match(r"\s*[=@＝]|\s*[+-](?! [\w .,%]*$).|[\t\r\n]", cell) and len(cell.strip()) > 1


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_is_a_formula(text, evidence):
    written = csv_text(["code", "name", "number"], [("1", text, "-5"), ("2", f"Fyn, {text}", "-0.5")])
    for separator in ",;\t|":
        assert [cell for cell in cells_of(written, separator) if is_a_formula(cell)] == []
    assert csv_rows(written)[1:] == [("1", text, "-5"), ("2", f"Fyn, {text}", "-0.5")]
    evidence.note("S7", DONE, 1, "text, and read back as it was")


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_ordinary_names_stay_as_they_are(text):
    assert guarded(text) == text and unguarded(text) == text


TEXTS = st.text("=+-@'\t\r\n ;|,\"aæ1.＝", max_size=12) | st.text(max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_whatever_was_written_is_read_back(rows):
    assert csv_rows(csv_text(["a", "b"], rows))[1:] == rows


@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_only_apostrophes_are_added(text):
    assert not is_a_formula(guarded(text))
    assert guarded(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula_or_becomes_one(text, evidence):
    table = ResultTable("names", "Names.", columns_of("name | text | - | Name.", "change | count | - | Change."))
    book = load_workbook(io.BytesIO(workbook_bytes([table], {"names": [(text, "-5")]})))
    name, change = book["names"][2]
    assert name.data_type == "s" and change.value == -5
    assert name.value.replace("\r\n", "\n").replace("\r", "\n") == text.replace("\r", "\n")
    assert name.quotePrefix or guarded(text) == text
    evidence.note("S7", DONE, 1, "text, and read back as it was")


def test_names_of_a_run_that_are_formulas_are_read_back_and_verified(tmp_path):
    odd = "=cmd|' /C calc'!A0"
    made = published(
        [replace(council("fyn"), name=odd)],
        [replace(municipality("461", "fyn"), name="@SUM(1)\t=2;=3")],
        [clinic("000810", "461", "fyn")],
    )
    run = write_published(made, tmp_path / "run")
    assert verify_path(run)["kind"] == "run"
    read = read_published(run)
    assert (read.councils["fyn"].name, read.municipalities["461"].name) == (odd, "@SUM(1)\t=2;=3")
    assert "'=cmd" in (run / "councils.csv").read_text("utf-8")
    done("councils", run, "--out", tmp_path / "out", "--excel", "--on", "2026-03-01")
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").glob("*.csv"))
    assert "'=cmd" in written and not re.search(r"[\n,;]=", written)
    assert verify_path(tmp_path / "out")["files"] > 0
