"""Every fault of a delivery counted the slow, obvious way: all files as text, pandas, nothing of the program.

Only the ordinary form of an invented nation is understood; it is what ``faults.json`` is held against.
"""

import csv
import re
import tomllib
from collections import Counter
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fordel_dask import law

NEEDED = {
    "population": ["PNR", "KOEN", "FOED_DAG", "CIVST", "KOM", "OPR_LAND", "IE_TYPE"],
    "enrolment": ["PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"],
    "services": ["PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"],
    "lpr 1 contacts": ["PNR", "RECNUM", "D_INDDTO"],
    "lpr 1 diagnoses": ["RECNUM", "C_DIAG", "C_DIAGTYPE"],
    "lpr 2 contacts": ["PNR", "DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT", "LPRINDBERETNINGSSYSTEM"],
    "lpr 2 diagnoses": ["DW_EK_KONTAKT", "DIAG_KODE", "DIAG_KODE_TYPE", "SENERE_AFKRAEFTET"],
    "diagnoses": ["PNR", "CODE", "TYPE", "DATE", "SENERE_AFKRAEFTET"],
    "dream": ["PNR"],
    "prescriptions": ["PNR", "ATC", "EKSD", "APK"],
    "clinics": ["YDERNR", "TYPE", "KOM", "CAPACITIES", "FRA", "TIL"],
}
OPTIONAL = {
    "population": ["AREA"],
    "services": ["BEHANDLINGSDATO", "TIME", "KM", "MODULES"],
    "clinics": ["ISLAND", "CHRONIC_AREA", "MINIMUM", "MAXIMUM", "OPEN", "PREDECESSOR", "E", "N"],
}
DAYS = {"FOED_DAG", "FRA", "TIL", "D_INDDTO", "KONT_STARTTIDSPUNKT", "DATE", "EKSD"}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FULL_DREAM = 1_000


def read_delivery(root):
    """Give every register as one table of text with its files, and the counts of files that cannot be read."""
    declared = tomllib.loads((root / "registers.toml").read_text("utf-8"))
    patterns = {name: declared[name]["path"] for name in NEEDED if name in declared}
    for number, pair in enumerate(declared["lpr"], 1):
        patterns |= {f"lpr {number} {side}": pair[side] for side in ("contacts", "diagnoses")}
    counts, tables = Counter(), {}
    for register, pattern in patterns.items():
        frames = [_read(register, path, counts) for path in sorted(root.glob(pattern))]
        tables[register] = pd.concat([frame for frame in frames if frame is not None], ignore_index=True)
    return tables, counts, declared


def _read(register, path, counts):
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        counts[register, "file_unreadable"] += 1
        return None
    missing = [name for name in NEEDED[register] if name not in table.column_names]
    read = [name for name in table.column_names if name in NEEDED[register] or name.startswith("Y_")]
    wrong = [n for n in read if pa.types.is_list(table[n].type) or pa.types.is_boolean(table[n].type)]
    known = {*NEEDED[register], *OPTIONAL.get(register, []), *(n for n in table.column_names if n.startswith("Y_"))}
    counts[register, "column_missing"] += len(missing)
    counts[register, "column_type"] += len(wrong)
    if missing or wrong:
        return None
    if register != "dream" or len(table.column_names) < FULL_DREAM:  # whose columns no list can name
        counts[register, "column_unknown"] += len(set(table.column_names) - known)
    columns = {name: _text(table[name]) for name in read}
    columns |= {n: _text(table[n]) for n in OPTIONAL.get(register, []) if n in table.column_names}
    return pd.DataFrame(columns).assign(file=path.name)


def _text(column):
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32())
    return column.cast(pa.string()).to_pandas().fillna("").astype(object).str.strip()


def first_reason(counts, register, reasons):
    """Count rows by their first reason; gives those without any."""
    kept = pd.Series(True, index=next(iter(reasons.values())).index)
    for name, rows in reasons.items():
        counts[register, name] += int((kept & rows).sum())
        kept &= ~rows
    return kept


def is_day(texts):
    """Say which texts are days."""
    good = {t: bool(DAY.fullmatch(t)) and _is_real(t) for t in texts.unique()}
    return texts.map(good)


def _is_real(text):
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def count_faults(root):
    """Give how often every rule is broken in a delivery, by register and rule; rules that are kept are left out."""
    tables, counts, declared = read_delivery(root)
    year = declared["nation"]["year"]
    who = _population(tables["population"], year, counts)
    _clinics(tables["clinics"], year, counts)
    _enrolment(tables["enrolment"], tables["clinics"], who, year, counts)
    _services(tables["services"], who, year, counts)
    for number, key in ((1, "RECNUM"), (2, "DW_EK_KONTAKT")):
        _pair(number, key, tables, who, (year, counts))
    if "diagnoses" in tables:
        _joined(tables["diagnoses"], who, counts)
    _dream(tables["dream"], who, year, counts)
    if "prescriptions" in tables:
        _prescriptions(tables["prescriptions"], who, year, counts)
        _areas(root, counts)
    return Counter({rule: number for rule, number in counts.items() if number})


def municipalities():
    return {row["kommunekode"] for row in law.rows("geography/municipalities")}


def _population(rows, year, counts):
    status = f"{year}-01-01"
    kept = first_reason(
        counts,
        "population",
        {
            "no_person_key": rows.PNR == "",
            "unknown_municipality": ~rows.KOM.isin(municipalities() | {"411"}),
            "sex": ~rows.KOEN.isin(["1", "2"]),
            "birth_day_missing": ~is_day(rows.FOED_DAG),
            "birth_day_after_status_date": status < rows.FOED_DAG,
        },
    )
    born = rows.FOED_DAG.where(is_day(rows.FOED_DAG), "9999-12-31")
    counts["population", "age_over_120"] = int((born <= f"{year - 121}-01-01").sum())
    strange = ~rows.CIVST.isin(["", *"UGFEPOL"])
    counts["population", "civil_status_unknown"] = int(strange.sum())
    counts["population", "country_unknown"] = int((~rows.OPR_LAND.str.fullmatch("|5[1-9][0-9]{2}")).sum())
    counts["population", "origin_type_unknown"] = int((~rows.IE_TYPE.isin(["", "1", "2", "3"])).sum())
    counts["population", "christiansoe"] = int((rows.KOM == "411").sum())
    counts["population", "key_length"] = int((~rows.PNR.str.len().isin([0, 10, 12])).sum())
    counts["population", "person_twice"] = int(rows.PNR[rows.PNR != ""].duplicated().sum())
    menapt = {row["opr_land_code"] for row in law.rows("codes/menapt")}
    counts["population", "menapt_without_citizens"] = len(menapt - set(rows.OPR_LAND))
    counts["population", "municipality_without_citizens"] = len(municipalities() - set(rows.KOM[kept]))
    return rows[kept].drop_duplicates("PNR").set_index("PNR").KOM


def _in_force(rows, year):
    status = f"{year}-01-01"
    return (status >= rows.FRA) & ((rows.TIL == "") | (status <= rows.TIL))


def _clinics(rows, year, counts):
    force = _in_force(rows, year)
    capacities = pd.to_numeric(rows.CAPACITIES, errors="coerce")
    counts["clinics", "clinic_twice"] = int((rows.YDERNR[force].value_counts() > 1).sum())
    counts["clinics", "clinic_type_unknown"] = int((~rows.TYPE.isin(["plo", "region", "tender", "island"])).sum())
    counts["clinics", "clinic_municipality_unknown"] = int((~rows.KOM[force].isin(municipalities())).sum())
    impossible = (rows.CAPACITIES != "") & ~(capacities >= 0)
    counts["clinics", "capacities_impossible"] = int(impossible.sum())
    counts["clinics", "capacities_missing"] = int((force & (rows.CAPACITIES == "")).sum())
    former = rows.PREDECESSOR.fillna("") if "PREDECESSOR" in rows else rows.YDERNR
    counts["clinics", "predecessor_unknown"] = int((~former.isin([*rows.YDERNR, ""])).sum())


def _enrolment(rows, clinics, who, year, counts):
    kept = first_reason(
        counts,
        "enrolment",
        {
            "first_day_missing": ~is_day(rows.FRA),
            "last_day_unreadable": (rows.TIL != "") & ~is_day(rows.TIL),
            "first_day_after_last_day": (rows.TIL != "") & (rows.FRA > rows.TIL),
            "unknown_person": ~rows.PNR.isin(who.index),
        },
    )
    spells = rows[kept]
    counts["enrolment", "group_unknown"] = int((~spells.SIKGRUP.isin(["1", "2"])).sum())
    overlapping = 0
    for _, own in spells[spells.SIKGRUP == "1"].groupby("PNR"):
        days = [(row.FRA, row.TIL or "9999-12-31") for row in own.itertuples()]
        met = (a[0] <= b[1] and b[0] <= a[1] for n, a in enumerate(days) for b in days[:n])
        overlapping += any(met)
    counts["enrolment", "overlapping_spells"] = overlapping
    here = spells[_in_force(spells, year) & spells.SIKGRUP.isin(["1", "2"])]
    counts["enrolment", "not_enrolled"] = len(set(who.index) - set(here.PNR))
    force = clinics[_in_force(clinics, year)]
    lost = here[(here.SIKGRUP == "1") & (here.YDERNR != "") & ~here.YDERNR.isin(force.YDERNR)]
    counts["enrolment", "clinic_unregistered"] = len(lost)
    former = set(force.PREDECESSOR.dropna()) if "PREDECESSOR" in force else set()
    counts["enrolment", "clinic_changed_hands"] = int(lost.YDERNR.isin(former).sum())
    group_2 = who[who.index.isin(here.PNR[here.SIKGRUP == "2"])].value_counts()
    counts["enrolment", "group_2_municipality"] = int((group_2 >= 1_600).sum())


def _services(rows, who, year, counts):
    fee_year = f"{(year - 1) % 100:02}"
    codes = {row["code"] for row in law.rows("fees/gp_fees_2025-10-01")}
    week = rows.HONUGE.str.fullmatch(r"\d\d(0[1-9]|[1-4]\d|5[0-3])")
    kept = first_reason(
        counts,
        "services",
        {
            "week_invalid": ~week,
            "other_year": rows.HONUGE.str[:2] != fee_year,
            "unknown_person": ~rows.PNR.isin(who.index),
            "service_code_malformed": ~rows.SPECIALE.str.fullmatch("[0-9]{1,6}"),
            "quantity_not_whole": ~rows.YDLANT.str.fullmatch("-?[0-9]+"),
        },
    )
    paid = pd.to_numeric(rows.BRUHON, errors="coerce")
    counts["services", "paid_unreadable"] = int(((rows.BRUHON != "") & paid.isna()).sum())
    counts["services", "paid_missing"] = int((kept & (rows.BRUHON == "")).sum())
    general = kept & rows.SPECIALE.str.startswith("80")
    counts["services", "service_unknown"] = int((general & ~rows.SPECIALE.str[2:].isin(codes)).sum())
    sums = rows[kept].assign(number=rows.YDLANT[kept].astype(int)).groupby(["PNR", "SPECIALE"]).number.sum()
    counts["services", "negative_total"] = int((sums < 0).sum())
    last = date(year - 1, 12, 28).isocalendar().week
    weeks = rows.HONUGE[rows.HONUGE.str[:2] == fee_year].value_counts()
    weeks = weeks.reindex([f"{fee_year}{n:02}" for n in range(1, last + 1)], fill_value=0)
    counts["services", "weeks_missing"] = int((weeks == 0).sum())
    counts["services", "weeks_thin"] = int(((weeks > 0) & (weeks < weeks[weeks > 0].median() / 2)).sum())
    files = rows.drop_duplicates([*NEEDED["services"], "file"]).groupby(NEEDED["services"]).file.count()
    counts["services", "row_repeated_in_another_file"] = int((files - 1).sum())
    one = kept & (rows.SPECIALE == "800101") & paid.notna() & rows.YDLANT.str.fullmatch("[1-9][0-9]*")
    price = (paid[one] / rows.YDLANT[one].astype(int)).median()
    counts["services", "bruhon_unit"] = int(not 16.911 < price < 1691.1)


def _contacts(number, key, rows, who, now):
    year, counts = now
    register, day = f"lpr {number} contacts", "D_INDDTO" if number == 1 else "KONT_STARTTIDSPUNKT"
    other = rows.LPRINDBERETNINGSSYSTEM != "LPR3" if number == 2 else rows.PNR == "nobody"
    reasons = {
        "contact_key_blank": rows[key] == "",
        "other_system": other,
        "unknown_person": ~rows.PNR.isin(who.index),
        "contact_day_missing": ~is_day(rows[day]),
    }
    first_reason(counts, register, reasons)
    counts[register, "contact_twice"] = int(rows[key][rows[key] != ""].duplicated().sum())
    days = rows[day][is_day(rows[day])]
    late = date.fromordinal(date(year, 1, 1).toordinal() + 366).isoformat()
    counts[register, "contact_day_outside"] = int(((days < "1977-01-01") | (days > late)).sum())
    months = sorted({m for m in days.str[:7] if f"{year - 15}-01" <= m < f"{year}-01"})
    every = [f"{y}-{m:02}" for y in range(year - 15, year) for m in range(1, 13)]
    counts[register, "months_missing"] = sum(min(months) < m < max(months) and m not in months for m in every if months)
    fate = pd.Series("", index=rows.index)
    for name in reversed([name for name in reasons if name != "contact_key_blank"]):
        fate = fate.mask(reasons[name], name)
    return fate[rows[key] != ""].set_axis(rows[key][rows[key] != ""]).groupby(level=0).first()


def listed_diagnoses():
    """Give how the codes begin that a packaged list asks for."""
    return tuple(row["prefix"] for row in law.rows("codes/diagnosis_prefixes"))


def listed_medicine():
    """Give how the codes begin that a definition of disease asks for."""
    return tuple(p for row in law.rows("codes/multimorbidity") for p in row["atc_prefixes"].split())


def _code_reasons(code, kind, refuted):
    return {
        "other_type": ~kind.isin(["A", "B", "G"]),
        "refuted": refuted == "Ja",
        "code_blank": code == "",
        "no_d": ~code.str.startswith("D"),
    }


def _pair(number, key, tables, who, now):
    fate = _contacts(number, key, tables[f"lpr {number} contacts"], who, now)
    rows, counts, register = tables[f"lpr {number} diagnoses"], now[1], f"lpr {number} diagnoses"
    code_name, kind = ("C_DIAG", "C_DIAGTYPE") if number == 1 else ("DIAG_KODE", "DIAG_KODE_TYPE")
    code = rows[code_name].str.upper()
    why = rows[key].map(fate)
    refuted = rows.SENERE_AFKRAEFTET if number == 2 else rows[key]
    reasons = _code_reasons(code, rows[kind], refuted)
    reasons |= {"no_contact": why.isna()} | {n: why == n for n in ("unknown_person", "other_system")}
    reasons |= {"contact_day_missing": why == "contact_day_missing"}
    _end_of_diagnoses(register, code, reasons, counts)


def _joined(rows, who, counts):
    reasons = _code_reasons(rows.CODE, rows.TYPE, rows.SENERE_AFKRAEFTET)
    reasons |= {"contact_day_missing": ~is_day(rows.DATE), "unknown_person": ~rows.PNR.isin(who.index)}
    _end_of_diagnoses("diagnoses", rows.CODE, reasons, counts)


def _end_of_diagnoses(register, code, reasons, counts):
    met = code[first_reason(counts, register, reasons)].str[1:]
    counts[register, "no_listed_condition"] = int((~met.str.startswith(listed_diagnoses())).sum())
    counts[register, "code_form"] = int((~met.str.fullmatch("[A-Z][0-9]{2}[A-Z0-9]*")).sum())


def _dream(rows, who, year, counts):
    yy = f"{(year - 1) % 100:02}"
    last = date(year - 1, 12, 28).isocalendar().week
    blocks = [row["code_or_range"].split("-") for row in law.rows("codes/dream_codes") if row["code_or_range"]]
    known = {code for block in blocks for code in range(int(block[0]), int(block[-1]) + 1)}
    counts["dream", "unknown_person"] = int((~rows.PNR.isin(who.index)).sum())
    counts["dream", "person_twice"] = int(rows.PNR.duplicated().sum())
    for week in (f"Y_{yy}{n:02}" for n in range(1, last + 1)):
        if week not in rows:
            counts["dream", "weeks_missing"] += 1
            continue
        cells = rows[week][rows[week] != ""]
        numbers = pd.to_numeric(cells, errors="coerce")
        counts["dream", "week_empty"] += cells.empty
        counts["dream", "cells_unreadable"] += int(numbers.isna().sum())
        counts["dream", "code_unknown"] += int((~numbers.dropna().isin(known)).sum())


def _prescriptions(rows, who, year, counts):
    late = date.fromordinal(date(year, 1, 1).toordinal() + 366).isoformat()
    first_reason(
        counts,
        "prescriptions",
        {
            "atc_malformed": ~rows.ATC.str.fullmatch("[A-Z][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?"),
            "dispensing_day_missing": ~is_day(rows.EKSD),
            "packages_not_whole": ~rows.APK.str.fullmatch("-?[0-9]+"),
            "unknown_person": ~rows.PNR.isin(who.index),
            "outside_windows": (f"{year - 2}-01-01" > rows.EKSD) | (f"{year}-01-01" <= rows.EKSD),
            "no_listed_medicine": ~rows.ATC.str.startswith(listed_medicine()),
        },
    )
    days = rows.EKSD[is_day(rows.EKSD)]
    counts["prescriptions", "dispensing_day_outside"] = int(((days < "1995-01-01") | (days > late)).sum())


def _areas(root, counts):
    for path in sorted(root.glob("areas*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            homes = [row["KOM"] for row in csv.DictReader(file)]
        counts["areas", "area_without_municipality"] += sum(home not in municipalities() for home in homes)
