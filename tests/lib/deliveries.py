"""Deliveries written row by row: one ordinary citizen, and the rows a test is about."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ORDINARY = "ORDINARY0001"
REGISTERS = {
    "population": [
        {
            "PNR": ORDINARY,
            "KOEN": "1",
            "FOED_DAG": date(1980, 5, 5),
            "CIVST": "G",
            "KOM": "101",
            "OPR_LAND": "5100",
            "IE_TYPE": "1",
        }
    ],
    "enrolment": [{"PNR": ORDINARY, "YDERNR": "010101", "SIKGRUP": "1", "FRA": date(2020, 1, 1), "TIL": None}],
    "services": [
        {
            "PNR": ORDINARY,
            "YDERNR": "010101",
            "SPECIALE": "800101",
            "YDLANT": 1,
            "BRUHON": 169.14,
            "HONUGE": "2510",
        }
    ],
    "dream": [{"PNR": ORDINARY, "Y_2501": "", "Y_2502": "783"}],
    "clinics": [
        {
            "YDERNR": "010101",
            "TYPE": "plo",
            "KOM": "101",
            "CAPACITIES": 1.5,
            "FRA": date(2010, 1, 1),
            "TIL": None,
        }
    ],
    "diagnoses": [{"PNR": ORDINARY, "CODE": "DJ449", "TYPE": "A", "DATE": date(2020, 3, 1)}],
    "contacts": [
        {
            "PNR": ORDINARY,
            "DW_EK_KONTAKT": "K1",
            "KONT_STARTTIDSPUNKT": date(2021, 3, 1),
            "LPRINDBERETNINGSSYSTEM": "LPR3",
        }
    ],
    "contact_diagnoses": [
        {"DW_EK_KONTAKT": "K1", "DIAG_KODE": "DE112B", "DIAG_KODE_TYPE": "B", "SENERE_AFKRAEFTET": None}
    ],
}
PAIR = ("contacts", "contact_diagnoses")


def with_row(register, **values):
    """Give a register with one more row: the ordinary one with other values."""
    return {register: [*REGISTERS[register], {**REGISTERS[register][0], **values}]}


def left_beside(delivery):
    """Name what a refused ingest left beside the delivery, but for the rows it set aside for the clerk."""
    beside = {path.name for path in delivery.parent.iterdir()} - {delivery.name}
    return beside - {"store.quarantine.partial"}


def declare(directory, section, line):
    """Add a line to a section of the declaration."""
    file = Path(directory / "registers.toml")
    text = file.read_text(encoding="utf-8")
    head = "[[lpr]]" if section == "lpr" else f"[{section}]"
    file.write_text(text.replace(f"{head}\n", f"{head}\n{line}\n"), encoding="utf-8")
    return directory


def write_delivery(directory, more="", types=None, **registers):
    """Write a delivery in Parquet, with some registers replaced, and further lines of its declaration.

    ``types`` are Arrow types by register and column, where they do not follow from the values.
    """
    directory.mkdir(parents=True, exist_ok=True)
    tables = {**REGISTERS, **registers}
    for name, rows in tables.items():
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
        for column, type_ in (types or {}).get(name, {}).items():
            place = table.schema.get_field_index(column)
            table = table.set_column(place, column, table[column].cast(type_))
        pq.write_table(table, directory / f"{name}.parquet")
    plain = "\n".join(f'[{name}]\npath = "{name}.parquet"' for name in tables if name not in PAIR)
    pair = '[[lpr]]\ncontacts = "contacts.parquet"\ndiagnoses = "contact_diagnoses.parquet"\n'
    Path(directory / "registers.toml").write_text(f"{plain}\n{pair}{more}", encoding="utf-8")
    return directory
