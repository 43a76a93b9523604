"""``fordel fees price`` as a user calls it: stores and extracts, tables, terminal, JSON, and every refusal."""

import csv
import datetime
import io
import json
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import partial
from importlib import resources

import openpyxl
import pytest

from fordel_dask.cli.nation import write_nation as write_synthetic
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.fee_work.claims import monday
from fordel_dask.fee_work.price_pass import areas_of_clinics, monday_of
from fordel_dask.fees.fee_table import packaged_tables
from fordel_dask.fees.service_rules import service_rules
from fordel_dask.graph import Place
from fordel_dask.graph.executor import Threads
from fordel_dask.kernels.pricing import NOT_GIVEN
from fordel_dask.registers.service_details import metres_of, minute_of, modules_of
from fordel_dask.schema.prepared import ENROLMENT, MISSING_PAID, NOT_TOLD, POPULATION, SERVICES, SERVICES_BY_DAY
from fordel_dask.store import open_store
from tests.lib import commands
from tests.lib.nations import write_nation
from tests.reference.pricing import Row, price

call = partial(commands.done, "fees", "price", "--quiet")
refused = partial(commands.refused, "fees", "price", "--quiet")

SILENT, HERE = ProgressLines(quiet=True), Place(threads=2)
CITIZENS = {"citizens": 4_000, "seed": 5, "year": 2026, "history": "light", "dream": "weeks", "extras": True}
AT_ONE_TABLE = ("--table-of", "2025-10-01")
HEADING = "PNR,YDERNR,SPECIALE,YDLANT,BRUHON,HONUGE,BEHANDLINGSDATO,TIME,KM,MODULES"
LINES = [
    "0101011234,12345,800101,1,\"169,11\",2541,2025-10-06,10:00,,",
    "0101011234,12345,800101,1,\"227,08\",2541,06-10-2025,16.00,,",
    "0101011234,12345,810101,1,\"281,89\",2541,20251005,1000,,",
    "0101011234,12345,800461,1,\"1563,31\",2541,2025-10-07,11:00,\"25,3\",",
    "0101011234,12345,802301,1,\"184,10\",2541,2025-10-07,11:00,\"25,3\",",
    "0101011234,12345,800126,1,\"500,00\",2541,2025-10-07,11:00:00,,3",
    "0101011235,12345,801234,1,1,2541,2025-10-07,11:00,,",
    "0101011235,12345,800101,1,\"169,11\",2545,,,,",
    "0101011235,12345,800101,much,\"169,11\",2545,,,,",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prices")
    write_synthetic(folder / "registers", CITIZENS, Threads(2), SILENT)
    ingest_registers(folder / "registers", folder / "store", 3, HERE, SILENT)
    ingest_registers(folder / "registers", folder / "other", 1, HERE, SILENT)
    return folder


def rows(out, name):
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def extract(path, lines, heading=HEADING):
    path.write_text("\n".join([heading, *lines]) + "\n", "utf-8")
    return path


def test_an_invented_nation_was_paid_by_the_table(folder, tmp_path):
    found = json.loads(call(folder / "store", *AT_ONE_TABLE, "--out", tmp_path / "out", "--json"))
    assert found["rows_priced"] > 20_000
    assert found["rows_differing"] <= 2  # chronic care of citizens who have moved to a clinic of another area
    assert set(found["outcomes"]) <= {"priced", "not_general_practice", "duty_without_time", "too_many_doses"}
    assert found["not_told"]["date"] == found["rows_priced"]


def test_every_row_of_the_store_has_one_outcome(folder, tmp_path):
    call(folder / "store", *AT_ONE_TABLE, "--out", tmp_path / "out")
    reasons = rows(tmp_path / "out", "fee_reasons")
    store = open_store(folder / "store")
    parts = [store.read(SERVICES, partition) for partition in range(store.grid.partitions)]
    paid = sum(int(part["paid_oere"][part["paid_oere"] != MISSING_PAID].sum()) for part in parts)
    assert sum(int(row["rows"]) for row in reasons) == sum(part["citizen"].size for part in parts)
    assert sum(int(row["quantity"]) for row in reasons) == sum(int(part["quantity"].sum()) for part in parts)
    assert sum(int(row["paid_oere"]) for row in reasons) == paid
    priced = {row["service"]: row["rows"] for row in reasons if row["outcome"] == "priced"}
    assert priced == {
        row["service"]: row["rows_priced"] for row in rows(tmp_path / "out", "fee_prices") if row["rows_priced"] != "0"
    }


def test_rows_before_the_table_have_no_table_in_force(folder):
    found = json.loads(call(folder / "store", "--json"))
    assert found["outcomes"]["no_table_in_force"] > found["rows_priced"] > 0
    assert found["rows_differing"] <= 2


def test_partitions_threads_and_workers_change_no_byte(folder, tmp_path):
    call(folder / "store", *AT_ONE_TABLE, "--out", tmp_path / "a", "--threads", 1)
    call(folder / "other", *AT_ONE_TABLE, "--out", tmp_path / "b", "--threads", 2)
    for table in ("fee_prices", "fee_reasons", "fee_fallbacks", "fee_mileage"):
        assert (tmp_path / "a" / f"{table}.csv").read_bytes() == (tmp_path / "b" / f"{table}.csv").read_bytes()


@pytest.mark.parametrize("seed", [3, 4])
def test_a_store_of_awkward_citizens_is_priced_as_the_obvious_way_does(seed, tmp_path):
    registers = write_nation(tmp_path / "registers", seed, citizens=150)
    ingest_registers(registers, tmp_path / "store", 2, HERE, SILENT)
    call(tmp_path / "store", "--out", tmp_path / "out")
    store = open_store(tmp_path / "store")
    found = Counter(
        {(row["service"], row["outcome"]): int(row["rows"]) for row in rows(tmp_path / "out", "fee_reasons")}
    )
    oere = {row["service"]: int(row["priced_oere"]) for row in rows(tmp_path / "out", "fee_prices")}
    expected, expected_oere = Counter(), Counter()
    for own in citizens_of(store):
        for row in own:
            outcome, fee = price(row, own, packaged_tables(), service_rules())
            expected[row.service, outcome.word] += 1
            expected_oere[row.service] += fee
    assert found == expected
    assert oere == {service: expected_oere[service] for service in oere}


@pytest.fixture(scope="module")
def by_day(tmp_path_factory):
    """A store that keeps days, times, km and modules of services."""
    folder = tmp_path_factory.mktemp("by_day")
    write_synthetic(folder / "registers", {**CITIZENS, "citizens": 1_500, "seed": 8}, Threads(2), SILENT)
    declared = folder / "registers" / "registers.toml"
    text = declared.read_text("utf-8")
    declared.write_text(text.replace("[services]", '[services]\ndetail = "days"'), "utf-8")
    ingest_registers(folder / "registers", folder / "store", 2, HERE, SILENT)
    declared.write_text(text, "utf-8")
    ingest_registers(folder / "registers", folder / "weeks", 2, HERE, SILENT)
    return folder


def test_a_store_by_day_is_priced_as_the_obvious_way_does(by_day, tmp_path):
    call(by_day / "store", "--out", tmp_path / "out")
    reasons = rows(tmp_path / "out", "fee_reasons")
    found = Counter({(row["service"], row["outcome"]): int(row["rows"]) for row in reasons})
    store = open_store(by_day / "store")
    expected = Counter()
    for own in citizens_of(store):
        for row in own:
            if row.code != "6201":
                expected[row.service, price(row, own, packaged_tables(), service_rules())[0].word] += 1
    assert found == expected
    outcomes = {outcome for _, outcome in found}
    assert {"priced", "no_allowed_service", "other_age", "duty_without_time", "no_table_in_force"} <= outcomes


def test_a_store_by_day_holds_the_rows_of_one_by_week(by_day, tmp_path):
    stores = [open_store(by_day / name) for name in ("store", "weeks")]
    assert [store.manifest["choices"]["services"].get("detail") for store in stores] == ["days", None]
    for partition in range(2):
        daily, weekly = (store.read(SERVICES, partition) for store in stores)
        assert all((daily[name] == weekly[name]).all() for name in SERVICES.names)
    told = stores[0].read(SERVICES_BY_DAY, 0)
    assert (told["day"] != NOT_TOLD).all()
    assert (told["minute"] >= 0).any()
    assert (told["metres"] >= 0).any()
    assert (told["modules"] >= 0).any()
    assert json.loads(call(by_day / "store", *AT_ONE_TABLE, "--json"))["rows_differing"] <= 2


def citizens_of(store):
    """Give the rows of every citizen as the reference takes them: by day where the store has it, else by week."""
    areas, last_day = areas_of_clinics(store), datetime.date(store.year, 1, 1).toordinal() - 719_163 - 1
    for partition in range(store.grid.partitions):
        has_days = "detail" in store.manifest["choices"]["services"]
        spells, people = store.read(ENROLMENT, partition), store.read(POPULATION, partition)
        services = store.read(SERVICES_BY_DAY if has_days else SERVICES, partition)
        born, sex = people["birth_day"].tolist(), people["sex"].tolist()
        told = zip(*(spells[name].tolist() for name in ("citizen", "group", "clinic", "first_day")), strict=True)
        clinic = {citizen: number for citizen, group, number, first in told if group == 1 and first <= last_day}
        own = defaultdict(list)
        for citizen, service, week, quantity, *rest in zip(
            *(services[name].tolist() for name in services), strict=True
        ):
            row = Row(
                citizen, store.codebooks["service"][service], quantity, monday_of(store, week), dated=False,
                area=areas[clinic.get(citizen, -1)],
            )  # fmt: skip
            own[citizen].append(by_day_of(row, *rest[1:], born=born[citizen], sex=sex[citizen]) if rest[1:] else row)
        yield from own.values()


def by_day_of(row, day, minute, metres, modules, *, born, sex):
    """Give a row with what a store by day tells of it."""
    epoch = datetime.date(1970, 1, 1)
    return replace(
        row,
        day=row.day if day == NOT_TOLD else epoch + datetime.timedelta(day),
        dated=day != NOT_TOLD,
        minute=None if minute < 0 else minute,
        km=None if metres == NOT_TOLD else Fraction(metres, 1000),
        modules=None if modules == NOT_TOLD else modules,
        born=epoch + datetime.timedelta(born),
        boy=sex == 1,
    )


def test_an_extract_is_priced_by_day_time_km_and_modules(tmp_path):
    found = json.loads(call("--services", extract(tmp_path / "s.csv", LINES), "--out", tmp_path / "out", "--json"))
    assert found["outcomes"] == {"priced": 7, "unknown_code": 1, "unreadable": 1}
    assert found["priced_oere"] == 16911 + 22708 + 28189 + 156331 + 5 * 3682 + 3 * 17914 + 16911
    assert found["rows_differing"] == 1
    assert [one["service"] for one in found["codes_differing"]] == ["800126"]
    assert found["codes_differing"][0]["deviation_oere"] == 53742 - 50000
    assert found["unknown_codes"] == ["801234"]
    assert found["not_told"] == {"date": 1, "time": 1}


def test_the_terminal_says_what_was_not_priced_and_why(tmp_path):
    text = call("--services", extract(tmp_path / "s.csv", LINES))
    for said in ("9 rows", "Priced: 7 rows (87.50 %", "a number that stands in no fee table", "800126", "801234"):
        assert said in text


def test_a_delivery_tells_ages_and_areas(folder):
    found = json.loads(call("--services", folder / "registers", *AT_ONE_TABLE, "--json"))
    assert found["rows_differing"] <= 2
    assert "clinic" not in found["not_told"]
    assert found["rows_priced"] > 20_000


def test_ages_are_held_where_day_and_birth_day_are_known(tmp_path):
    extract(tmp_path / "services.csv", [
        "1,12345,808212,1,,2541,2025-10-06,,,", "2,12345,808212,1,,2541,2025-10-06,,,", "3,12345,808212,1,,2541,,,,",
        "1,12345,800130,1,,2541,2025-10-06,,,", "1,54321,800130,1,,2541,2025-10-06,,,", "1,99999,800130,1,,2541,,,,",
    ])  # fmt: skip
    extract(tmp_path / "population.csv", ["1,1,2025-05-06", "2,2,2024-05-06"], "PNR,KOEN,FOED_DAG")
    extract(tmp_path / "clinics.csv", ["012345,0", "054321,1"], "YDERNR,CHRONIC_AREA")
    sections = "\n".join(f'[{name}]\npath = "{name}.csv"' for name in ("services", "population", "clinics"))
    (tmp_path / "registers.toml").write_text(sections, "utf-8")
    found = json.loads(call("--services", tmp_path, "--out", tmp_path.parent / "aged", "--json"))
    assert found["outcomes"] == {"priced": 4, "other_age": 1, "area_unknown": 1}
    assert found["priced_oere"] == 2 * 23420 + 18279 + 23091
    assert found["not_told"]["person"] == 1


def test_mileage_of_a_clinics_year_is_told_by_its_sum(tmp_path):
    lines = [f"{n},12345,809001,1,,2541,2025-10-0{n},,9000," for n in (1, 2, 3)]
    call("--services", extract(tmp_path / "s.csv", lines), "--out", tmp_path / "out")
    (year,) = rows(tmp_path / "out", "fee_mileage")
    assert (year["ydernummer"], year["year"], year["km"], year["km_at_first_rate"]) == (
        "012345", "2025", "27000", "20000",
    )  # fmt: skip
    assert int(year["difference_oere"]) == 7000 * (256 - 438)


def test_a_workbook_stands_beside_the_tables(tmp_path):
    call("--services", extract(tmp_path / "s.csv", LINES), "--out", tmp_path / "out", "--excel")
    (book,) = (tmp_path / "out").glob("*.xlsx")
    assert "fee_prices" in openpyxl.load_workbook(book).sheetnames


REFUSALS = {
    "only_unknown_codes": (["1,1,804321,1,1,2541,2025-10-06,,,"], 12, "stands in no fee table"),
    "no_table_in_force": (["1,1,800101,1,1,2441,2024-10-06,,,"], 11, "no fee table is in force"),
    "duty_without_time": (["1,1,810101,1,1,2541,2025-10-06,,,"], 11, "A and B duty"),
    "only_dentists": (["1,1,500101,1,1,2541,2025-10-06,,,"], 11, "another speciality"),
    "only_impossible": (["1,1,800411,1,1,2541,2025-10-06,,-3,"], 14, "below 0"),
    "nothing_readable": (["1,1,800101,x,1,2541,2025-10-06,,,"], 11, "no row of services"),
    "no_rows": ([], 11, "no row of services"),
}


@pytest.mark.parametrize(("lines", "code", "words"), REFUSALS.values(), ids=REFUSALS)
def test_where_nothing_can_be_priced_the_exit_code_says_why(lines, code, words, tmp_path):
    found, message = refused("--services", extract(tmp_path / "s.csv", lines), "--out", tmp_path / "out")
    assert found == code
    assert words in message
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_meant_is_refused(folder, tmp_path):
    file = extract(tmp_path / "s.csv", LINES)
    assert refused()[0] == 2
    assert refused(folder / "store", "--services", file)[0] == 2
    assert refused("--services", file, "--excel")[0] == 2
    assert refused(folder / "store", "--bruhon", "oere")[0] == 2
    assert refused("--services", file, "--workers", 2)[0] == 2
    assert refused("--services", tmp_path / "none.csv")[0] == 11
    assert refused("--services", file, "--table-of", "2019-01-01")[0] == 11
    assert refused("--services", file, "--fees", tmp_path / "no_tables")[0] == 11
    assert refused(tmp_path / "no_store")[0] == 13
    undated = extract(tmp_path / "u.csv", ["1,1,800101,1,1"], "PNR,YDERNR,SPECIALE,YDLANT,BRUHON")
    code, message = refused("--services", undated)
    assert (code, "BEHANDLINGSDATO nor HONUGE" in message) == (10, True)


def test_a_source_has_its_name_wherever_it_is_called_from(folder, monkeypatch):
    monkeypatch.chdir(folder / "store")
    assert json.loads(call(".", *AT_ONE_TABLE, "--json"))["source"] == "store"


def test_an_unknown_unit_of_what_was_paid_is_refused(tmp_path):
    extract(tmp_path / "services.csv", LINES)
    (tmp_path / "registers.toml").write_text('[services]\npath = "services.csv"\nbruhon = "euro"', "utf-8")
    code, message = refused("--services", tmp_path)
    assert (code, 'bruhon in [services] must be "kroner" or "oere"' in message) == (10, True)


TIMES = {
    "16:30": 990, "16.30": 990, "1630": 990, "16:30:59": 990, "16.00": 960, "8:05": 485, "805": 485, "16": 960,
    " 08:00 ": 480, b"23:59": 1439, 1630: 990, 930: 570, 16: 16, 1630.5: -1, 1745.0: 1065,
    "24:00": -1, "16:60": -1, "": -1,
    None: -1, "noon": -1, "-1": -1, "16:3": -1,
}  # fmt: skip
KILOMETRES = {"25,3": 25_300, "25.3": 25_300, 4: 4_000, 4.001: 4_001, "0": 0, "": NOT_GIVEN, None: NOT_GIVEN,
              "-1": -1, "far": -1, "1e30": -1, float("nan"): NOT_GIVEN}  # fmt: skip
MODULES = {"3": 3, 3.0: 3, "2,5": -1, "-1": -1, "": NOT_GIVEN, None: NOT_GIVEN, "x": -1, "1e12": -1}


@pytest.mark.parametrize(("told", "minute"), TIMES.items(), ids=map(repr, TIMES))
def test_a_time_of_day_is_read(told, minute):
    assert minute_of(told) == minute


@pytest.mark.parametrize(("told", "metres"), KILOMETRES.items(), ids=map(repr, KILOMETRES))
def test_kilometres_are_read_to_the_metre(told, metres):
    assert metres_of(told) == metres


@pytest.mark.parametrize(("told", "modules"), MODULES.items(), ids=map(repr, MODULES))
def test_modules_are_whole_numbers(told, modules):
    assert modules_of(told) == modules


def test_a_settlement_week_begins_on_its_monday():
    assert monday("2541") == datetime.date(2025, 10, 6).toordinal() - 719_163
    assert monday("2601") == datetime.date(2025, 12, 29).toordinal() - 719_163
    assert {monday("2500"), monday("2554"), monday("x"), monday("")} == {-(2**31)}


def own_table(directory, valid_from, valid_to, leave_out="0128"):
    """Write a directory with one fee table: the packaged one a krone dearer, without one service."""
    directory.mkdir()
    packaged = resources.files("fordel_dask.law").joinpath("fees/gp_fees_2025-10-01.csv").read_text("utf-8")
    table = list(csv.DictReader(io.StringIO(packaged)))
    with (directory / "own.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(
            {**row, "fee_oere": str(int(row["fee_oere"]) + 100)} for row in table if row["code"] != leave_out
        )
    (directory / "schedules.csv").write_text(
        f"file,valid_from,valid_to,source\nown,{valid_from},{valid_to},a test\n", "utf-8"
    )
    return directory


def test_each_row_is_priced_at_the_table_of_its_day(tmp_path):
    own = own_table(tmp_path / "own", "2026-04-01", "2026-09-30")
    lines = [
        f"{n},1,80{code},1,1,2541,{day},,,"
        for n, (code, day) in enumerate(
            [("0101", "2026-03-31"), ("0101", "2026-04-01"), ("0128", "2026-04-01"), ("0101", "2026-10-01")], 1
        )
    ]
    file = extract(tmp_path / "s.csv", lines)
    found = json.loads(call("--services", file, "--fees", own, "--json"))
    assert found["outcomes"] == {"priced": 2, "no_table_in_force": 1, "code_outside_validity": 1}
    assert found["priced_oere"] == 16911 + 17011
    at_one = json.loads(call("--services", file, "--fees", own, "--table-of", "2026-05-01", "--json"))
    assert at_one["outcomes"] == {"priced": 3, "code_outside_validity": 1}
    assert at_one["priced_oere"] == 3 * 17011


def test_tables_that_overlap_are_refused(tmp_path):
    own = own_table(tmp_path / "own", "2026-03-01", "2026-09-30")
    code, message = refused("--services", extract(tmp_path / "s.csv", LINES), "--fees", own)
    assert code == 21
    assert "both in force" in message
