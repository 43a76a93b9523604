"""Which services are contacts, and which the chronic-care fee covers: judgements that no published text holds (M3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fordel_dask.fees.fee_table import Fee
from fordel_dask.fees.fee_text import FeeLine, FeeText
from fordel_dask.fees.rows import Row, read_rows, refuse
from fordel_dask.fees.table_file import COVERED, YES_OR_NO

COLUMNS = ("section", "code", "is_contact", "contact_type", "kroniker_daekket")
SEPARATOR = "; "


@dataclass(frozen=True)
class Judgement:
    """What is judged of a service: whether it is a contact and of which type, and whether chronic care covers it."""

    is_contact: bool = False
    contact_type: str = ""
    covered: str = "0"


NO_CONTACT = Judgement()
"""Of a service that nobody has judged."""

Classification = Mapping[tuple[str, str], Judgement]
"""Judgements by section and code: a fee's area changes nothing of what is done."""


def classification_of(fees: Iterable[Fee]) -> Classification:
    """Give the judgements that a table holds."""
    return {(fee.section, fee.code): Judgement(fee.is_contact, fee.contact_type, fee.covered) for fee in fees}


def read_classification(text: str, name: str) -> Classification:
    """Read judgements from a file: a table of its own, or any fee table.

    Raises
    ------
    SchemaError
        Columns are missing, values cannot be, or a service is judged in two ways.
    """
    rules = [
        ("is_contact", lambda value: value in YES_OR_NO, "0 or 1"),
        ("kroniker_daekket", lambda value: value in COVERED, "0, 1 or ?"),
    ]
    rows = read_rows(text, name, COLUMNS, rules)
    found = {_key(row): _judgement(row) for _, row in reversed(rows)}
    refuse(name, list(_contradicting(rows, found)))
    return found


def _contradicting(rows: Iterable[tuple[int, Row]], found: Classification) -> Iterator[tuple[int, str]]:
    for line, row in rows:
        if _judgement(row) != found[_key(row)]:
            yield line, f"{row['section']} {row['code']} is judged in another way than in an earlier line"


def _key(row: Row) -> tuple[str, str]:
    return row["section"], row["code"]


def _judgement(row: Row) -> Judgement:
    return Judgement(row["is_contact"] == "1", row["contact_type"], row["kroniker_daekket"])


def judged(text: FeeText, known: Classification) -> tuple[Fee, ...]:
    """Give the fees of a text with what is judged of them; what is not known is no contact."""
    return tuple(_fee(line, known.get((line.section, line.code), NO_CONTACT)) for line in text.fees)


def not_judged(fees: Iterable[Fee], known: Classification) -> tuple[Fee, ...]:
    """Give the fees that nobody has judged."""
    return tuple(fee for fee in fees if (fee.section, fee.code) not in known)


def _fee(line: FeeLine, judgement: Judgement) -> Fee:
    return Fee(
        section=line.section,
        code=line.code,
        area=line.area,
        text=line.text,
        amount_oere=line.amount_oere,
        group=line.group,
        unit=line.unit,
        is_contact=judgement.is_contact,
        contact_type=judgement.contact_type,
        covered=judgement.covered,
        footnotes=line.footnotes,
        note=SEPARATOR.join(line.notes),
        line=line.line,
    )
