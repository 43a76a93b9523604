"""Polars finds what we find, whatever it starts from."""

import os
import shutil
from datetime import date, datetime, time

import pytest

os.environ.setdefault("POLARS_MAX_THREADS", "2")  # as many as the peers of these tests ask for; read once, on import
pl = pytest.importorskip("polars")

from benchmarks.peers import polars_prepare  # noqa: E402  after it is known that Polars is here
from fordel_dask.graph.executor import Threads  # noqa: E402
from fordel_dask.registers import ingest  # noqa: E402
from tests.peers.conftest import AWKWARD, MODELS, PLAIN, Invented  # noqa: E402

STATUS_DAY = date(2026, 1, 1)


@pytest.fixture(scope="module", params=[PLAIN, AWKWARD], ids=["plain", "awkward"])
def invented(invented, request, tmp_path_factory):
    """Give the shared nations, the awkward one with more rows of the kind that is easily counted wrongly."""
    return invented if request.param == PLAIN else awkward(invented, tmp_path_factory.mktemp("awkward"))


def awkward(invented, folder):
    registers = folder / "registers"
    shutil.copytree(invented.registers, registers)
    persons = pl.read_parquet(registers / "population")["PNR"].to_list()
    for change in (spells, services, people, hospital, benefits):
        change(registers, persons)
    ingest(registers, folder / "store", Threads(2), partitions=2)
    return Invented(registers, folder / "store")


def append(registers, folder, names, rows):
    """Add rows to a register, blank in all columns that they lack."""
    path = min((registers / folder).glob("*.parquet"))
    old = pl.read_parquet(path)
    new = pl.DataFrame(rows, schema={name: old.schema[name] for name in names}, orient="row")
    pl.concat([old, new], how="diagonal").write_parquet(path)


def spells(registers, persons):
    clinics = pl.read_parquet(registers / "clinics.parquet")["YDERNR"].to_list()
    low, high = min(clinics), max(clinics)
    last_day, day_after = date(2025, 12, 31), date(2026, 1, 2)
    kinds = [
        [(low, 1, date(2025, 3, 1), None), (high, 1, date(2025, 3, 1), None)],
        [(low, 1, date(2025, 2, 1), date(2025, 9, 30)), (high, 1, date(2025, 4, 1), date(2025, 5, 1))],
        [(high, 1, date(2025, 6, 1), date(2025, 6, 1)), (low, 2, STATUS_DAY, None)],
        [(None, 1, STATUS_DAY, STATUS_DAY)],
        [(low, 1, date(2001, 1, 1), last_day), (high, 1, day_after, None)],
        [(high, 1, date(2025, 8, 1), date(2025, 7, 1)), (high, 1, None, None)],
        [("", 1, date(2025, 12, 31), None), (low, 1, date(1961, 5, 5), STATUS_DAY)],
    ]
    rows = [(persons[n], *spell) for n in range(1400) for spell in kinds[n % len(kinds)]]
    append(registers, "enrolment", ("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"), rows)


def services(registers, persons):
    kinds = [
        ("800101", -40, "2501"),
        ("800101", 1, "2553"),
        ("800411", 2, "2453"),
        ("800461", 1, "2601"),
        ("800130", -7, "2552"),
        ("809999", 3, "2510"),
        ("810101", 3, "2510"),
        (None, 3, "2510"),
    ]
    rows = [(persons[n], *kinds[n % len(kinds)], 100.0) for n in range(1000, 3000)]
    rows += [("999999999999", "800101", 1, "2510", 100.0)]
    append(registers, "services", ("PNR", "SPECIALE", "YDLANT", "HONUGE", "BRUHON"), rows)


def people(registers, _persons):
    path = min((registers / "population").glob("*.parquet"))
    n = pl.int_range(pl.len())
    births = {1: date(2026, 1, 1), 2: date(1925, 12, 31), 3: date(1960, 1, 1), 4: date(2008, 2, 29)}
    pl.read_parquet(path).with_columns(
        KOM=pl.when(n % 50 == 0).then(pl.lit("411")).otherwise("KOM"),
        CIVST=pl.when(n % 31 == 0).then(None).otherwise("CIVST"),
        OPR_LAND=pl.when(n % 37 == 0).then(None).otherwise("OPR_LAND"),
        IE_TYPE=pl.when(n % 41 == 0).then(None).otherwise("IE_TYPE"),
        KOEN=pl.when(n % 97 == 0).then(3).otherwise("KOEN"),
        FOED_DAG=(n % 60).replace_strict(births, default=pl.col("FOED_DAG"), return_dtype=pl.Date),
    ).write_parquet(path)


def hospital(registers, persons):
    days = [date(year, month, day) for year in (2011, 2016, 2021, 2026) for month, day in ((1, 1), (1, 2))]
    days += [date(year, 12, 31) for year in (2010, 2015, 2020, 2025)]
    codes = ["DC509", "DI109", "dE119 ", "DF209", "DF259", "I10", "DD509"]
    kinds, refuted = "ABGH", (None, "Ja", "Nej")
    contacts, diagnoses = [], []
    for n in range(3000):
        contacts.append((persons[n % 700], 10**15 + n, days[n % len(days)], "LPR3" if n % 5 else "LPR2"))
        diagnoses.append((10**15 + n, codes[n % 7], kinds[n // 12 % 4], refuted[n % 8 % 3]))
    append(registers, "lpr2_contacts", ("PNR", "RECNUM", "D_INDDTO"), [row[:3] for row in contacts])
    append(registers, "lpr2_diagnoses", ("RECNUM", "C_DIAG", "C_DIAGTYPE"), [row[:3] for row in diagnoses])
    begun = [(person, key, datetime.combine(day, time(23, 59, 59)), system) for person, key, day, system in contacts]
    key = "DW_EK_KONTAKT"
    append(registers, "lpr3_contacts", ("PNR", key, "KONT_STARTTIDSPUNKT", "LPRINDBERETNINGSSYSTEM"), begun)
    append(registers, "lpr3_diagnoses", (key, "DIAG_KODE", "DIAG_KODE_TYPE", "SENERE_AFKRAEFTET"), diagnoses)


def benefits(registers, _persons):
    for path in (registers / "dream").glob("*.parquet"):
        n = pl.int_range(pl.len())
        weeks = [f"Y_25{week:02}" for week in range(1, 27)]
        codes = pl.when(n % 9 == 0).then(pl.lit("783")).when(n % 9 == 1).then(pl.lit("890"))
        rows = pl.read_parquet(path).with_columns(codes.otherwise(pl.col(weeks)).name.keep())
        rows.with_columns(Y_2553=pl.when(n % 2 == 0).then(pl.lit("783"))).write_parquet(path)


@pytest.mark.parametrize("model", ["national", "all_at_once", "shorter_look_back"])
@pytest.mark.parametrize("layout", ["raw", "own", "ours", "facts"])
def test_polars_equals_ours(holds_against_ours, monkeypatch, layout, model):
    monkeypatch.setattr(polars_prepare, "CITIZENS_A_PART", 2_500)
    holds_against_ours("polars", layout, MODELS / f"{model}.toml")


def test_an_action_diagnosis_is_told_from_others(holds_against_ours):
    holds_against_ours("polars", "facts", MODELS / "action_diagnoses.toml")
