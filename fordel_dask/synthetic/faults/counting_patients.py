"""What a clean nation has of every fault anyway, in hospital registers, prescriptions and small tables."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fordel_dask import law
from fordel_dask.synthetic.chance import Flags
from fordel_dask.synthetic.faults.counting import (
    Citizens,
    Counts,
    Covers,
    among,
    blank,
    day_numbers,
    first_reasons,
    flags,
    part,
)
from fordel_dask.synthetic.nation import Nation, day_number
from fordel_dask.synthetic.places import places

FIRST_DAY = (1977, 1, 1)  # hospital contacts were not registered before
FIRST_DISPENSING = (1995, 1, 1)
DAYS_AFTER = 366
MEDICINE_YEARS = 2
COUNTED_TYPES = ("A", "B", "G")
CODE_FORM = "^[A-Z][0-9]{2}[A-Z0-9]*$"
ATC_FORM = "^[A-Z][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?$"
KNOWN, NO_CONTACT, UNKNOWN_PERSON, OTHER_SYSTEM, NO_DAY = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Pair:
    """How a pair of files of contacts and diagnoses is written."""

    number: int
    folder: str
    key: str
    day: str
    code: str
    kind: str
    is_lpr3: bool


PAIRS = (
    Pair(1, "lpr2", "RECNUM", "D_INDDTO", "C_DIAG", "C_DIAGTYPE", False),
    Pair(2, "lpr3", "DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT", "DIAG_KODE", "DIAG_KODE_TYPE", True),
)


def count_pair(nation: Nation, out: Path, block: int, who: Citizens, clean: tuple[Counts, Covers]) -> None:
    """Count both pairs of a block, contacts and then their diagnoses."""
    for pair in PAIRS:
        contacts = part(out, f"{pair.folder}_contacts", block)
        fate = _contacts(nation, pair, contacts, who, clean)
        _diagnoses(pair, part(out, f"{pair.folder}_diagnoses", block), (contacts[pair.key], fate), clean[0])


def _contacts(nation: Nation, pair: Pair, table: pa.Table, who: Citizens, clean: tuple[Counts, Covers]) -> np.ndarray:
    """Count contacts; gives for each why its diagnoses are not kept."""
    counts, covers = clean
    register, day = f"lpr {pair.number} contacts", day_numbers(table[pair.day])
    other = ~among(table["LPRINDBERETNINGSSYSTEM"], ["LPR3"]) if pair.is_lpr3 else np.zeros(day.size, dtype=np.bool_)
    stranger, undated = ~among(table["PNR"], who.pnr), blank(table[pair.day])
    reasons = {
        "contact_key_blank": blank(table[pair.key]),
        "other_system": other,
        "unknown_person": stranger,
        "contact_day_missing": undated,
    }
    first_reasons(register, reasons, counts)
    keys = table[pair.key].drop_null()
    counts[register, "contact_twice"] += len(keys) - pc.count_distinct(keys).as_py()
    outside = (day < day_number(*FIRST_DAY)) | (day > nation.status_day + DAYS_AFTER)
    counts[register, "contact_day_outside"] += int((outside & ~undated).sum())
    covers.update(months_covered(pair, table[pair.day]))
    return np.select([other, stranger, undated], [OTHER_SYSTEM, UNKNOWN_PERSON, NO_DAY], KNOWN)


def months_covered(pair: Pair, day: pa.ChunkedArray) -> Covers:
    """Count the contacts of a pair in each month."""
    months = np.asarray(day.cast(pa.date32()).drop_null()).astype("datetime64[M]")
    found = zip(*np.unique(months, return_counts=True), strict=True)
    return Counter({(f"month {pair.number}", str(month)): int(number) for month, number in found})


def _diagnoses(pair: Pair, table: pa.Table, contacts: tuple[pa.ChunkedArray, np.ndarray], counts: Counts) -> None:
    register, keys = f"lpr {pair.number} diagnoses", table[pair.key]
    at = np.asarray(pc.fill_null(pc.index_in(keys, value_set=contacts[0].combine_chunks()), -1))
    fate = np.where(at < 0, NO_CONTACT, contacts[1][at])
    code = pc.utf8_upper(pc.utf8_trim_whitespace(table[pair.code]))
    refuted = among(table["SENERE_AFKRAEFTET"], ["Ja"]) if pair.is_lpr3 else np.zeros(at.size, dtype=np.bool_)
    bare = pc.utf8_slice_codeunits(code, 1)
    reasons = {
        "other_type": ~among(table[pair.kind], COUNTED_TYPES),
        "refuted": refuted,
        "code_blank": blank(code),
        "no_d": ~flags(pc.starts_with(code, "D")),
        "no_contact": fate == NO_CONTACT,
        "unknown_person": fate == UNKNOWN_PERSON,
        "other_system": fate == OTHER_SYSTEM,
        "contact_day_missing": fate == NO_DAY,
    }
    met = first_reasons(register, reasons, counts)
    prefixes = tuple(row["prefix"] for row in law.rows("codes/diagnosis_prefixes"))
    counts[register, "no_listed_condition"] += int((met & ~listed(bare, prefixes)).sum())
    counts[register, "code_form"] += int((met & ~flags(pc.match_substring_regex(bare, CODE_FORM))).sum())


def listed(codes: pa.ChunkedArray, prefixes: tuple[str, ...]) -> Flags:
    """Say which codes begin with a prefix of a list."""
    texts = codes.combine_chunks().dictionary_encode()
    found = np.array([*((text or "").startswith(prefixes) for text in texts.dictionary.to_pylist()), False])
    return np.asarray(found[np.asarray(pc.fill_null(texts.indices, len(texts.dictionary)))], dtype=np.bool_)


def count_prescriptions(nation: Nation, out: Path, block: int, who: Citizens, counts: Counts) -> None:
    """Count the prescriptions of a block."""
    table = part(out, "prescriptions", block)
    day = day_numbers(table["EKSD"])
    begin = day_number(nation.year - MEDICINE_YEARS, 1, 1)
    medicine = tuple(p for row in law.rows("codes/multimorbidity") for p in row["atc_prefixes"].split())
    reasons = {
        "atc_malformed": ~flags(pc.match_substring_regex(table["ATC"], ATC_FORM)),
        "dispensing_day_missing": blank(table["EKSD"]),
        "packages_not_whole": blank(table["APK"]),
        "unknown_person": ~among(table["PNR"], who.pnr),
        "outside_windows": (day < begin) | (day >= nation.status_day),
        "no_listed_medicine": ~listed(table["ATC"], medicine),
    }
    first_reasons("prescriptions", reasons, counts)
    outside = (day < day_number(*FIRST_DISPENSING)) | (day > nation.status_day + DAYS_AFTER)
    counts["prescriptions", "dispensing_day_outside"] += int((outside & ~blank(table["EKSD"])).sum())


def count_small_tables(nation: Nation, out: Path, counts: Counts) -> None:
    """Count the clinic register and the areas, once for the nation."""
    table = pq.read_table(out / "clinics.parquet").to_pandas()
    day = pd.Timestamp(nation.year, 1, 1)
    until = pd.to_datetime(table.TIL)
    force = (pd.to_datetime(table.FRA) <= day) & (until.isna() | (until >= day))
    counts["clinics", "clinic_twice"] += int(table.YDERNR[force].duplicated().sum())
    counts["clinics", "clinic_type_unknown"] += int((~table.TYPE.isin(["plo", "region", "tender", "island"])).sum())
    counts["clinics", "clinic_municipality_unknown"] += int((~table.KOM[force].isin(places().codes)).sum())
    counts["clinics", "capacities_impossible"] += int((table.CAPACITIES < 0).sum())
    counts["clinics", "capacities_missing"] += int(table.CAPACITIES[force].isna().sum())
    if nation.extras:
        former = table.PREDECESSOR.dropna()
        counts["clinics", "predecessor_unknown"] += int((~former.isin(table.YDERNR)).sum())
        with (out / "areas.csv").open(encoding="utf-8", newline="") as file:
            homes = [row["KOM"] for row in csv.DictReader(file)]
        counts["areas", "area_without_municipality"] += sum(home not in places().codes[:-1] for home in homes)
