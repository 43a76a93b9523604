"""A fee table as a file: the columns of the packaged one, read with everything that is wrong told by line."""

from collections.abc import Sequence

from fordel_dask.fees.fee_table import Fee, Footnote, fee_of, footnote_of
from fordel_dask.fees.headings import layout, sections
from fordel_dask.fees.rows import Rule, read_rows, refuse, repeated
from fordel_dask.printing import csv_text

COLUMNS = ("section", "code", "text_da", "fee_oere", "group", "is_contact", "contact_type", "kroniker_daekket",
           "omraade", "unit", "footnote", "source_line", "note")  # fmt: skip
FOOTNOTE_COLUMNS = ("section", "sign", "text_da")
COVERED = ("0", "1", "?")
YES_OR_NO = ("0", "1")
DIGITS_OF_A_CODE, MOST_DIGITS = 4, 9


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, 0 or more, as a table holds it."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def is_code(text: str) -> bool:
    """Whether a text is a code: four digits, or the name of a fee without number."""
    if len(text) == DIGITS_OF_A_CODE and is_whole(text):
        return True
    return text.isascii() and text.replace("_", "").isalnum() and text == text.upper() and text[:1].isalpha()


def areas() -> tuple[str, ...]:
    """Give the areas that a fee may depend on, after none."""
    return ("", *dict.fromkeys(entry["area"] for entry in layout()["heading"] if "area" in entry))


def _rules() -> list[Rule]:
    return [
        ("section", lambda text: text in sections(), f"one of {', '.join(sections())}"),
        ("code", is_code, "four digits, or a name such as BASIS_MD"),
        ("fee_oere", is_whole, "a whole number of øre, 0 or more"),
        ("group", bool, "named"),
        ("is_contact", lambda text: text in YES_OR_NO, "0 or 1"),
        ("kroniker_daekket", lambda text: text in COVERED, "0, 1 or ?"),
        ("omraade", lambda text: text in areas(), f"empty, {' or '.join(areas()[1:])}"),
        ("unit", bool, "named"),
        ("source_line", lambda text: not text or is_whole(text), "a line's number, or empty"),
    ]


def read_table(text: str, name: str) -> tuple[Fee, ...]:
    """Read the fees of a table file.

    Raises
    ------
    SchemaError
        Columns are missing, values cannot be, or a fee stands twice.
    """
    rows = read_rows(text, name, COLUMNS, _rules())
    fees = [(line, fee_of(row)) for line, row in rows]
    twice = list(repeated([(line, fee.key) for line, fee in fees]))
    refuse(name, [(line, f"the same section, code and area as in line {earlier}") for line, earlier in twice])
    return tuple(fee for _, fee in fees)


def read_footnotes(text: str, name: str) -> tuple[Footnote, ...]:
    """Read the footnotes beside a table file.

    Raises
    ------
    SchemaError
        Columns are missing.
    """
    return tuple(footnote_of(row) for _, row in read_rows(text, name, FOOTNOTE_COLUMNS))


def table_text(fees: Sequence[Fee]) -> str:
    """Print fees as a table file."""
    return csv_text(COLUMNS, map(_row, fees))


def footnotes_text(footnotes: Sequence[Footnote]) -> str:
    """Print footnotes as the file beside a table."""
    return csv_text(FOOTNOTE_COLUMNS, ((one.section, one.sign, one.text) for one in footnotes))


def _row(fee: Fee) -> tuple[str, ...]:
    return (
        *(fee.section, fee.code, fee.text, str(fee.amount_oere), fee.group),
        *(str(int(fee.is_contact)), fee.contact_type, fee.covered),
        *(fee.area, fee.unit, fee.footnotes, str(fee.line or ""), fee.note),
    )
