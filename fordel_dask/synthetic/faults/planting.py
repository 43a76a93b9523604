"""All planted faults of a nation, written into its files, with their list."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from fordel_dask import law
from fordel_dask.synthetic.faults.cast import Cast, Planted
from fordel_dask.synthetic.faults.counting import Counts, Covers, Rule, fee_weeks
from fordel_dask.synthetic.faults.counting_patients import PAIRS
from fordel_dask.synthetic.faults.gaps import Gaps, window_months
from fordel_dask.synthetic.faults.hospital import planted_diagnoses, planted_hospital
from fordel_dask.synthetic.faults.people import GROUP_2_CITIZENS, planted_people, repeated_people
from fordel_dask.synthetic.faults.services import planted_services
from fordel_dask.synthetic.faults.smaller import (
    FORMER_CLINICS,
    planted_areas,
    planted_clinics,
    planted_dream,
    planted_prescriptions,
)
from fordel_dask.synthetic.faults.spoilt import spoilt_files, with_unknown_columns
from fordel_dask.synthetic.files import write_bytes, write_parquet, write_text
from fordel_dask.synthetic.nation import Nation
from fordel_dask.synthetic.places import places

DECLARED = {'"clinics.parquet"': '"clinics*.parquet"', '"areas.csv"': '"areas*.csv"'}
LEFT_BEHIND = ("*/faults*.parquet", "*_faults.*", "faults.json")
JOINED = '[diagnoses]\npath = "diagnoses/*.parquet"\n'


def clear_faults(out: Path) -> None:
    """Take away what an earlier nation with faults left in a directory."""
    for pattern in LEFT_BEHIND:
        for path in out.glob(pattern):
            path.unlink()


def write_faults(nation: Nation, gaps: Gaps, pieces: list[Covers], out: Path, which: str) -> None:
    """Write planted rows and files, and what a check must find in ``faults.json``.

    ``pieces`` is what the ordinary files of each block hold after ``gaps``; ``which`` is ``"all"``, or ``"rows"``
    for the faults that an ingest survives.

    Raises
    ------
    SpaceError
        If the files cannot be written.
    """
    covers: Covers = Counter()
    for piece in pieces:
        covers.update(piece)
    files = planted_files(nation, gaps, covers, out, which == "all")
    for file in files:
        if isinstance(file.table, bytes):
            write_bytes(out / file.path, file.table)
        else:
            write_parquet(out / file.path, [file.table])
    declared = (out / "registers.toml").read_text("utf-8")
    for name, pattern in DECLARED.items():
        declared = declared.replace(name, pattern)
    write_text(out / "registers.toml", declared + JOINED)
    write_text(out / "faults.json", faults_text(nation, gaps, covers, files))


def planted_files(nation: Nation, gaps: Gaps, covers: Covers, out: Path, rejected: bool) -> list[Planted]:
    """Give every planted file; with ``rejected`` those too for which a delivery is refused."""
    cast = Cast(nation, gaps, out)
    former = cast.clinic_numbers(FORMER_CLINICS)
    files = [
        *planted_people(cast, former),
        *planted_services(cast),
        *planted_hospital(cast, covers),
        *planted_diagnoses(cast),
        *planted_dream(cast),
        *planted_clinics(cast, former, rejected),
    ]
    if nation.extras:
        files += [*planted_prescriptions(cast), *planted_areas(cast)]
    files = [with_unknown_columns(nation, file) for file in files]
    return [*files, *repeated_people(cast), *spoilt_files(nation, gaps, out)] if rejected else files


def faults_text(nation: Nation, gaps: Gaps, covers: Covers, files: list[Planted]) -> str:
    """Give the list of faults as JSON: what was planted, and what a check must find in all."""
    planted, expected = Counts(gaps.clean.rules), Counts(gaps.clean.rules)
    planted.clear()
    for file in files:
        planted.update(file.faults)
        expected.update(file.faults)
        expected.update(file.beside)
    planted.update(_planted_gaps(gaps))
    expected.update(_left_out(nation, gaps, covers, files))
    faults = [
        {"rule": rule, "register": register, "planted": planted[register, rule], "expected": number}
        for (register, rule), number in sorted(expected.items())
        if number
    ]
    lines = ",\n".join(f"    {json.dumps(fault)}" for fault in faults)
    return f'{{\n  "faults": [\n{lines}\n  ]\n}}\n'


def _planted_gaps(gaps: Gaps) -> Counts:
    return Counts(
        {
            ("population", "menapt_without_citizens"): len(gaps.countries),
            ("population", "municipality_without_citizens"): len(gaps.homes),
            ("services", "weeks_missing"): len(gaps.weeks_missing),
            ("services", "weeks_thin"): len(gaps.weeks_thin),
            ("services", "bruhon_unit"): 1,
            ("dream", "weeks_missing"): len(gaps.dream_missing),
            ("dream", "week_empty"): len(gaps.dream_empty),
            **{(f"lpr {number} contacts", "months_missing"): len(months) for number, months in gaps.months.items()},
        }
    )


def _left_out(nation: Nation, gaps: Gaps, covers: Covers, files: list[Planted]) -> Counts:
    """Count what the finished files do not cover, the planted rows included."""
    weeks, menapt = fee_weeks(nation), [row["opr_land_code"] for row in law.rows("codes/menapt")]
    rows = _weeks_of(files)
    in_week = np.array([covers["week", week] + rows[week] for week in weeks])
    median = np.median(in_week[in_week > 0])
    found: dict[Rule, int] = {
        ("population", "menapt_without_citizens"): sum(not covers["country", code] for code in menapt),
        ("population", "municipality_without_citizens"): sum(not covers["home", k] for k in places().codes[:-1]),
        ("services", "weeks_missing"): int((in_week == 0).sum()),
        ("services", "weeks_thin"): int(((in_week > 0) & (2 * in_week < median)).sum()),
        ("services", "bruhon_unit"): 1,
        ("dream", "weeks_missing"): sum(not covers["column", week] for week in weeks),
        ("dream", "week_empty"): sum(bool(covers["column", w]) and not covers["cells", w] for w in weeks),
        ("enrolment", "group_2_municipality"): _large_group_2(covers),
    }
    for pair in PAIRS:
        months = window_months(nation, pair.number, covers)
        missing = sum(not covers[f"month {pair.number}", month] for month in months)
        found[f"lpr {pair.number} contacts", "months_missing"] = missing
    return Counts(found)


def _weeks_of(files: list[Planted]) -> Counter[str]:
    """Count planted rows of services by week."""
    tables = (
        file.table for file in files if file.path.startswith("services/faults") and isinstance(file.table, pa.Table)
    )
    words = [table["HONUGE"].to_pylist() for table in tables if _is_week(table)]
    return Counter(word for column in words for word in column if word)


def _is_week(table: pa.Table) -> bool:
    return "HONUGE" in table.column_names and pa.types.is_large_string(table["HONUGE"].type)


def _large_group_2(covers: Covers) -> int:
    """Count the municipalities that had many citizens in group 2 before one was planted."""
    return sum(kind == "group 2" and number >= GROUP_2_CITIZENS for (kind, _), number in covers.items())
