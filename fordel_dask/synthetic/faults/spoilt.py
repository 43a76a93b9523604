"""Files that cannot be read as they should be: columns missing, of another type or unknown; files cut short."""

import io
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask.synthetic.faults.cast import Planted
from fordel_dask.synthetic.faults.counting import fee_weeks
from fordel_dask.synthetic.faults.gaps import Gaps, quiet_week
from fordel_dask.synthetic.files import part_name
from fordel_dask.synthetic.nation import Nation

ROWS, CUT_FILES, UNKNOWN_COLUMNS = 5, 3, 3
FOLDERS = {
    "population": "population", "enrolment": "enrolment", "services": "services", "dream": "dream",
    "lpr2_contacts": "lpr 1 contacts", "lpr2_diagnoses": "lpr 1 diagnoses",
    "lpr3_contacts": "lpr 2 contacts", "lpr3_diagnoses": "lpr 2 diagnoses",
    "prescriptions": "prescriptions",
}  # fmt: skip
"""Folders of ordinary files, by the register they are."""

NEEDED = {
    "population": ("CIVST", "OPR_LAND", "IE_TYPE"),
    "enrolment": ("SIKGRUP", "FRA", "TIL"),
    "services": ("YDLANT", "BRUHON", "HONUGE"),
    "lpr2_contacts": ("D_INDDTO", "PNR"),
    "lpr2_diagnoses": ("C_DIAG", "C_DIAGTYPE"),
    "lpr3_contacts": ("KONT_STARTTIDSPUNKT", "PNR"),
    "lpr3_diagnoses": ("DIAG_KODE", "DIAG_KODE_TYPE", "SENERE_AFKRAEFTET"),
    "prescriptions": ("ATC", "EKSD", "APK"),
    "dream": ("PNR",),
}
"""Columns without which a file cannot be read; not the key that tells contacts of LPR2 from those of LPR3."""


def with_unknown_columns(nation: Nation, planted: Planted) -> Planted:
    """Give a planted file with columns that no list of names knows; a full DREAM has enough of them."""
    register = register_of(planted.path)
    if register is None or (register == "dream" and nation.dream == "full") or not isinstance(planted.table, pa.Table):
        return planted
    table = planted.table
    for n in range(UNKNOWN_COLUMNS):
        table = table.append_column(f"EKSTRA_{n + 1}", pa.array(["x"] * table.num_rows, pa.large_string()))
    faults = {**planted.faults, (register, "column_unknown"): UNKNOWN_COLUMNS}
    return replace(planted, table=table, faults=faults)


def register_of(path: str) -> str | None:
    """Give the register whose planted rows stand in a file; None for files beside it."""
    folder, _, name = path.partition("/")
    known = {**FOLDERS, "diagnoses": "diagnoses"}
    if path == "clinics_faults.parquet":
        return "clinics"
    return known.get(folder) if name == "faults.parquet" else None


def spoilt_files(nation: Nation, gaps: Gaps, out: Path) -> list[Planted]:
    """Give files of every register of persons that a delivery must be refused for."""
    folders = [folder for folder in FOLDERS if folder != "prescriptions" or nation.extras]
    return [file for folder in folders for file in _of_folder(nation, gaps, out, folder)]


def _of_folder(nation: Nation, gaps: Gaps, out: Path, folder: str) -> list[Planted]:
    register, columns = FOLDERS[folder], NEEDED[folder]
    rows = _first_rows(nation, out / folder / part_name(0))
    lacking = [[columns[0], columns[1]], [columns[-1]]] if len(columns) > 1 else [[columns[0]]] * 3
    if folder == "dream":
        weeks = [f"Y_{week}" for week in fee_weeks(nation) if f"Y_{week}" in rows.column_names]
        wrong = [weeks[:2], [f"Y_{quiet_week(nation, gaps)}"]]
    else:
        wrong = lacking
    files = []
    for n, names in enumerate(lacking, 1):
        rule = (register, "column_missing")
        files.append(Planted(f"{folder}/faults_lacking_{n}.parquet", rows.drop_columns(names), {rule: len(names)}, {}))
    for n, names in enumerate(wrong, 1):
        rule = (register, "column_type")
        files.append(Planted(f"{folder}/faults_type_{n}.parquet", _of_other_type(rows, names), {rule: len(names)}, {}))
    for n in range(1, CUT_FILES + 1):
        rule = (register, "file_unreadable")
        files.append(Planted(f"{folder}/faults_cut_{n}.parquet", _cut_short(rows), {rule: 1}, {}))
    return files


def _first_rows(nation: Nation, path: Path) -> pa.Table:
    """Give a few rows of an ordinary file."""
    with pq.ParquetFile(path) as file:
        names = [n for n in file.schema_arrow.names if nation.dream == "weeks" or not n.startswith(("BRA", "ARB"))]
        batch = next(file.iter_batches(ROWS, columns=names))
    return pa.Table.from_batches([batch]).replace_schema_metadata(None)


def _of_other_type(rows: pa.Table, names: list[str]) -> pa.Table:
    """Give columns as lists, or as truth values, which are neither text nor numbers nor days."""
    for n, name in enumerate(names):
        values = pa.array([[1]] * ROWS) if n else pa.array([True] * ROWS)
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows


def _cut_short(rows: pa.Table) -> bytes:
    """Give the first half of a file."""
    content = io.BytesIO()
    pq.write_table(rows, content)
    whole = content.getvalue()
    return whole[: len(whole) // 2]
