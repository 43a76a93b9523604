"""Rows that are right but awkward, added to the extracts of an invented nation: boundaries, overlaps, refunds."""

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

STATUS = datetime.date(2026, 1, 1)
DAY = datetime.timedelta(days=1)
NEW = [f"99999999{n:04}" for n in range(12)]
PAIRS = (("lpr2", "RECNUM", "D_INDDTO"), ("lpr3", "DW_EK_KONTAKT", "KONT_STARTTIDSPUNKT"))


def day(text):
    return datetime.date.fromisoformat(text)


def years_before(years):
    return STATUS.replace(year=STATUS.year - years)


def add(registers, register, rows):
    """Add a file of rows, given by column; a column that is not given is empty."""
    folder = registers / register
    schema = pq.read_schema(next(iter(sorted(folder.glob("*.parquet")))))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "part-99999.parquet")


def add_awkward_rows(registers: Path) -> None:
    """Add people, spells, services, benefits and diagnoses that a careless query counts wrongly."""
    add_people(registers)
    add_spells(registers)
    add_services(registers)
    add_benefits(registers)
    for system, key, start in PAIRS:
        add_diagnoses(registers, system, key, start)


def add_people(registers):
    births = ("1960-01-01", "1960-01-02", "2026-01-01", "2026-01-02", "1936-01-01", "1960-02-29", "1926-05-05")
    places = ("101", "411", "400", "101", "999", "101", "751")
    rows = [
        {"PNR": pnr, "KOEN": 1 + n % 2, "FOED_DAG": day(births[n % 7]), "KOM": places[n % 7], "IE_TYPE": n % 4}
        for n, pnr in enumerate(NEW)
    ]
    rows[0] |= {"CIVST": "E", "OPR_LAND": "5100"}
    rows[5]["KOEN"] = 3
    add(registers, "population", rows)


def add_spells(registers):
    clinics = pq.read_table(registers / "clinics.parquet")["YDERNR"].to_pylist()[:3]
    low, middle, high = sorted(map(str, clinics))
    spells = [
        (0, low, 1, "2020-01-01", None),  # two open spells that began on one day: the larger number counts
        (0, high, 1, "2020-01-01", None),
        (0, None, 1, "2020-01-01", None),
        (1, high, 1, "2010-01-01", "2026-01-01"),  # the later begun counts, though blank; all days once
        (1, None, 1, "2025-06-01", "2030-01-01"),
        (1, low, 1, "2025-02-01", "2025-03-01"),
        (2, middle, 1, "2026-01-01", None),  # no day in the fee year
        (6, low, 1, "2025-12-31", None),  # one day
        (6, middle, 2, "2025-01-01", None),
        (7, low, 2, "2000-01-01", None),
        (8, low, 1, "2024-12-31", "2025-01-01"),  # gone before the status date
        (8, low, 1, "2025-03-01", "2025-12-31"),
        (9, high, 1, "2025-01-05", "2025-02-01"),  # gaps and touching spells
        (9, high, 1, "2025-02-02", "2025-03-01"),
        (9, middle, 1, "2025-04-01", "2027-01-01"),
        (9, low, 1, "2026-01-02", None),
        (10, low, 1, "2025-05-01", "2025-04-01"),  # ends before it begins
        (10, low, 1, None, None),
        (10, middle, 1, "2025-07-01", None),
        (11, "999999", 1, "2019-07-01", None),  # a clinic that nobody registered
    ]
    add(
        registers,
        "enrolment",
        [
            {"PNR": NEW[n], "YDERNR": c, "SIKGRUP": g, "FRA": first and day(first), "TIL": last and day(last)}
            for n, c, g, first, last in spells
        ],
    )


def add_services(registers):
    rows = [
        (0, "800101", 3, "2553"),
        (0, "800101", 5, "2453"),
        (0, "800101", 5, "2601"),
        (0, "800130", 7, "2501"),
        (1, "800101", -9, "2510"),  # more refunded than used
        (2, "809999", 9, "2511"),
        (6, "810101", 9, "2512"),
        (9, "800411", 2, "2513"),
        (9, "800491", 2, "2514"),
        (10, "800101", 0, "2515"),
    ]
    services = [
        {"PNR": NEW[n], "YDERNR": "000000", "SPECIALE": c, "YDLANT": q, "BRUHON": 1.0, "HONUGE": w}
        for n, c, q, w in rows
    ]
    add(registers, "services", [*services, services[0] | {"PNR": "000000000000"}])


def add_benefits(registers):
    def weeks(*spans):
        codes = [code for number, code in spans for _ in range(number)]
        return {f"Y_25{week:02}": code for week, code in enumerate(codes, 1)}

    add(
        registers,
        "dream",
        [
            {"PNR": NEW[0], **weeks((26, "783"), (26, "730"))},
            {"PNR": NEW[1], **weeks((25, "783"), (1, "898"))},
            {"PNR": NEW[9], **weeks((12, "783"), (13, "781"), (1, "740"), (20, None))},
            {"PNR": NEW[10], **weeks((20, "999"), (20, "739"))},
        ],
    )


def add_diagnoses(registers, system, key, start):
    days = [years_before(years) + DAY * n for years in (15, 10, 5, 0) for n in (-1, 0)]
    codes = ("DC509", "DI109", "DF200", "DE109", "I109", "di109", "DXXXX", "DG409", "DM059")
    kinds = ("A", "B", "G", "+")
    contacts, diagnoses = [], []
    for n, (pnr, began) in enumerate((pnr, began) for pnr in NEW for began in days):
        number = 10**14 + n
        moment = began if system == "lpr2" else datetime.datetime.combine(began, datetime.time(23, 59, 59))
        contacts.append(
            {"PNR": pnr, key: number, start: moment, "LPRINDBERETNINGSSYSTEM": ("LPR3", "LPR2")[n % 11 == 0]}
        )
        for m in range(2):
            code, kind = codes[(n + 4 * m) % len(codes)], kinds[(n // 3 + m) % 4]
            three = {"DIAG_KODE": code, "DIAG_KODE_TYPE": kind, "SENERE_AFKRAEFTET": (None, "Nej", "Ja")[n % 3]}
            two = {"C_DIAG": code, "C_DIAGTYPE": kind}
            diagnoses.append({key: number, **(two if system == "lpr2" else three)})
    known = pq.read_schema(next((registers / f"{system}_contacts").glob("*.parquet"))).names
    add(registers, f"{system}_contacts", [{k: v for k, v in row.items() if k in known} for row in contacts])
    add(registers, f"{system}_diagnoses", diagnoses)
