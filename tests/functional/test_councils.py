"""``fordel councils`` and ``fordel place`` as a region calls them: terminal, JSON, tables, refusals."""

import csv
import json
from fractions import Fraction

import openpyxl
import pyarrow.parquet as pq
import pytest

from fordel_dask.schema.councils import COUNCIL_TABLES, PATH_TABLES
from fordel_dask.schema.placing import PLACING_TABLES
from tests.lib import commands
from tests.lib.country import clinic, municipality, planning_area, published, register_row
from tests.lib.published import write_published

told = commands.done
refused = commands.refused

KM = 1000
ODENSE, TOENDER = municipality("461", "fyn", 6), municipality("550", "soenderjylland", 3, floor=5)
WEST = planning_area("461-01", ODENSE, 2, east=Fraction(0), north=Fraction(0))
EAST = planning_area("461-02", ODENSE, 4, east=Fraction(30 * KM), north=Fraction(0))
HELD = [clinic("000001", ODENSE, 3), clinic("000002", ODENSE, 1), clinic("000003", TOENDER, 3)]
ROWS = [
    register_row(HELD[0], is_open=True, east=Fraction(100), north=Fraction(0)),
    register_row(HELD[1], is_open=True, east=Fraction(200), north=Fraction(0)),
    register_row(HELD[2], is_open=None),
]
FLOWS = {("fyn", "fyn"): 9_000, ("fyn", ""): 600, ("soenderjylland", "soenderjylland"): 4_800}
NATION = published([ODENSE, TOENDER], HELD, areas=(WEST, EAST), register=ROWS, flows=FLOWS)
CAPACITY = """\
MONTH,YDERNR,CAPACITY_ID,ALLOCATED_FROM,OCCUPIED_SHARE,SPECIALIST,VACANT_SINCE,REPORTED_ON
2026-03,000001,a,2010-01-01,1,1,,2026-04-10
2026-03,000001,b,2010-01-01,0,,2024-12-01,2026-04-10
2026-03,000002,c,2010-01-01,0.5,1,2026-03-01,2026-04-10
"""
MEASURES = """\
KIND,COUNCIL_ID,TO_COUNCIL_ID,YDERNR,CAPACITIES,FROM,UNTIL,INVESTED,REASON
in_flight,fyn,,,1,2025-03-01,2026-12-31,1,Built in Odense
move,soenderjylland,fyn,,9,2026-05-01,,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    write_published(NATION, folder / "run")
    (folder / "capacity.csv").write_text(CAPACITY, "utf-8")
    (folder / "measures.csv").write_text(MEASURES, "utf-8")
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_terminal_shows_every_council_with_units_and_what_is_not_told(folder):
    output = told("councils", folder / "run")
    lines = {line.split()[0]: line.split() for line in output.splitlines() if line}
    assert lines["council"] == ["council", "need", "maximum", "allocated", "occupied", "room", "coverage", "note"]
    assert lines["Fyn"][1:] == ["6.0", "6", "4.0", "4.0", "2.0", "66.7%"]
    assert lines["Soenderjylland"][1:7] == ["3.0", "5", "3.0", "3.0", "2.0", "100.0%"]
    assert "floor +2; room only by the floor" in output
    assert "Syddanmark may use 15 million everywhere, for 2025 and 2026 together." in output
    assert "33.3% of 9,600 citizens have 2 open clinics within 15 km as the crow flies (2 open)." in output
    assert "The floor adds 2.000 in 1 municipality: Municipality 550." in output
    assert "Not told: 1 clinic not told to be open or closed: not counted for access." in output


def test_what_regions_keep_is_taken_into_account_on_the_day(folder):
    kept = ("--capacity", folder / "capacity.csv", "--measures", folder / "measures.csv")
    found = json.loads(told("councils", folder / "run", *kept, "--json"))
    fyn, soenderjylland = found["councils"]
    assert (found["on"], found["counted_on"]) == ("2026-04-10", "2026-03-31")
    assert (fyn["allocated"], fyn["occupied"], fyn["in_flight"], fyn["may_be_taken_back"]) == (3, 2, 1, 1)
    assert soenderjylland["allocated"] == 3  # nobody reported of it: the clinic register's
    assert found["moves_refused"] == ["soenderjylland → fyn: fyn would be above its number of 6"]
    later = json.loads(told("councils", folder / "run", *kept, "--on", "2027-01-01", "--json"))
    assert (later["councils"][0]["in_flight"], later["councils"][0]["supplement"]) == (0, "no_period")


def test_tables_are_written_as_csv_parquet_and_excel(folder, tmp_path):
    out = tmp_path / "out"
    kept = ("--capacity", folder / "capacity.csv", "--measures", folder / "measures.csv", "--path")
    told("councils", folder / "run", *kept, "--out", out, "--excel")
    for table in (*COUNCIL_TABLES, *PATH_TABLES):
        delivered = rows(out / f"{table.name}.csv")
        assert pq.read_table(out / f"{table.name}.parquet").num_rows == len(delivered)
        assert delivered, table.name
        assert list(delivered[0]) == [column.name for column in table.columns]
    assert openpyxl.load_workbook(out / "councils.xlsx")["council_status"]["A2"].value == "fyn"
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert set(manifest["inputs"]) == {"run", "capacity_register", "measures"}
    areas = {row["area"]: row for row in rows(out / "area_status.csv")}
    assert (areas["461-01"]["clinics"], areas["461-02"]["clinics"]) == ("2", "0")


def test_the_same_call_writes_the_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        told("councils", folder / "run", "--path", "--out", tmp_path / name, "--excel")
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert first == second


def test_the_path_of_the_norm_leads_to_the_goal(folder, tmp_path):
    found = json.loads(told("councils", folder / "run", "--path", "--json"))["path"]
    assert [year["year"] for year in found["years"]] == list(range(2026, 2036))
    assert found["years"][-1]["need"] == 5000
    assert "no projection: citizens stay as they are" in told("councils", folder / "run", "--path")
    persons = [f"{year},{code},{1000 + year - 2026}" for year in range(2026, 2036) for code in ("461", "550")]
    table = tmp_path / "persons.csv"
    table.write_text("\n".join(["YEAR,KOM,PERSONS", *persons]) + "\n", "utf-8")
    grown = json.loads(told("councils", folder / "run", "--path", "--projection", table, "--json"))["path"]
    assert grown["years"][-1]["citizens"] == pytest.approx(14_400 * 1.009)
    bornholm = published([municipality("400", "hovedstaden", 1)])
    write_published(bornholm, tmp_path / "bornholm")
    persons = [
        f"{year},{code},{n}" for year in range(2026, 2036) for code, n in (("400", 90), ("411", 10 + year - 2026))
    ]
    table.write_text("\n".join(["YEAR,KOM,PERSONS", *persons]) + "\n", "utf-8")
    grown = json.loads(told("councils", tmp_path / "bornholm", "--path", "--projection", table, "--json"))["path"]
    assert grown["years"][-1]["citizens"] == pytest.approx(1_600 * 1.09)  # Christiansø is counted in Bornholm
    half = json.loads(told("councils", folder / "run", "--path", "--doctors-per-capacity", "2", "--json"))["path"]
    assert half["years"][-1]["need"] == 2500


PROJECTIONS = {
    "a year missing": ("2026,461,10\n2026,550,10\n", 11, "2027 are missing"),
    "a municipality that nobody knows": ("2026,999,10\n", 12, "999"),
    "no number": ("2026,461,many\n", 14, "PERSONS"),
    "no year": ("soon,461,10\n", 10, "soon"),
    "a municipality twice in a year": ("2026,461,10\n2026,461,11\n", 10, "more than one row"),
}


@pytest.mark.parametrize(("text", "code", "word"), PROJECTIONS.values(), ids=PROJECTIONS)
def test_a_projection_that_cannot_be_is_refused(folder, tmp_path, text, code, word):
    table = tmp_path / "persons.csv"
    table.write_text("YEAR,KOM,PERSONS\n" + text, "utf-8")
    exit_code, message = refused("councils", folder / "run", "--path", "--projection", table)
    assert (exit_code, word.replace("2027", "") in message) == (code, True), message


def test_everything_wrong_in_both_tables_is_told_at_once_and_nothing_is_written(folder, tmp_path):
    capacity, measures, out = (tmp_path / name for name in ("capacity.csv", "measures.csv", "out"))
    capacity.write_text(CAPACITY.replace("000002,c", "999999,c").replace("2026-03,000001,a", "March,000001,a"), "utf-8")
    measures.write_text(MEASURES.replace("move,soenderjylland", "mov,sonderjylland"), "utf-8")
    kept = ("--capacity", capacity, "--measures", measures, "--out", out)
    exit_code, message = refused("councils", folder / "run", *kept)
    assert exit_code == 22
    for word in ("MONTH", "the RUN does not know", "did you mean move?"):
        assert word in message
    assert not out.exists()


REFUSED = {
    "a projection without a path": (("councils", "--projection", "x.csv"), 2, "--path"),
    "no doctors": (("councils", "--path", "--doctors-per-capacity", "0"), 2, "above 0"),
    "a workbook without a directory": (("councils", "--excel"), 2, "--out"),
    "a file that is not there": (("councils", "--capacity", "nowhere.csv"), 11, "nowhere.csv"),
    "no distance in force on the day": (("councils", "--on", "2020-01-01"), 21, "access.km"),
    "returned from nowhere": (("place", "--returned"), 2, "--council"),
    "a council that nobody knows": (("place", "--council", "fyen"), 2, "known are fyn"),
}


@pytest.mark.parametrize(("arguments", "code", "word"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_with_what_to_do(folder, arguments, code, word):
    command, *options = arguments
    exit_code, message = refused(command, folder / "run", *options)
    assert (exit_code, word in message) == (code, True), message


def test_a_region_that_reports_first_leaves_the_others_as_they_were_last_reported(folder, tmp_path):
    ahead = "2026-04,000003,d,2010-01-01,1,1,,2026-05-05\n"
    (tmp_path / "capacity.csv").write_text(CAPACITY + ahead, "utf-8")
    found = json.loads(told("councils", folder / "run", "--capacity", tmp_path / "capacity.csv", "--json"))
    fyn, soenderjylland = found["councils"]
    assert (fyn["allocated"], fyn["occupied"], fyn["may_be_taken_back"]) == (3, 2, 1)
    assert (soenderjylland["allocated"], found["counted_on"]) == (1, "2026-04-30")
    assert found["counted_by"] == "the capacity register of 2026-04"


def test_nothing_reported_by_the_day_is_said(folder):
    arguments = ("--capacity", folder / "capacity.csv", "--on", "2026-04-09")
    assert refused("councils", folder / "run", *arguments) == (
        22,
        "capacity_register: nothing was reported by 2026-04-09. Ask about a later day (--on), or leave --capacity "
        "away: then the capacities of the clinic register count.",
    )


def test_areas_that_do_not_sum_are_refused(tmp_path):
    write_published(published([ODENSE], HELD[:2], areas=(WEST,), register=ROWS[:2]), tmp_path / "run")
    exit_code, message = refused("councils", tmp_path / "run")
    assert (exit_code, "does not sum" in message) == (70, True)


def test_a_ranking_and_placements_are_shown_with_their_consequence(folder):
    output = told("place", folder / "run", "--capacities", 3)
    assert "Fyn" in output
    assert "2.00 → 1.00" in output
    assert "66.7% → 83.3%" in output
    assert "33.3% → 33.3%" in output  # one clinic in the east is not two
    assert "2 of 3 placed: nowhere with room left is there any unmet need." in output


def test_placements_are_written_as_tables(folder, tmp_path):
    out = tmp_path / "placed"
    told("place", folder / "run", "--capacities", 2, "--by", "area", "--out", out, "--excel")
    ranking, placements, access = (rows(out / f"{table.name}.csv") for table in PLACING_TABLES)
    assert [row["code"] for row in ranking if row["kind"] == "area"] == ["461-02", "461-01"]
    assert [(row["number"], row["code"], row["citizens_gained"]) for row in placements] == [
        ("1", "461-02", "0"),
        ("2", "461-02", "6400"),
    ]
    assert placements[-1]["access_after"] == "1.000000000"
    changed = {(row["kind"], row["code"]): (row["reached_before"], row["reached_after"]) for row in access}
    assert changed["area", "461-02"] == ("0", "6400")
    assert changed["country", ""] == changed["council", "fyn"] == changed["municipality", "461"] == ("3200", "9600")


def test_measures_may_be_kept_in_a_workbook(folder, tmp_path):
    book = openpyxl.Workbook()
    for line in MEASURES.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "measures.xlsx")
    found = json.loads(told("councils", folder / "run", "--measures", tmp_path / "measures.xlsx", "--json"))
    assert found["councils"][0]["in_flight"] == 1


def test_as_many_may_be_returned_as_stand_vacant(folder):
    kept = (folder / "run", "--capacity", folder / "capacity.csv", "--council", "fyn", "--returned")
    assert json.loads(told("place", *kept, "--json"))["placements"][0]["council_id"] == "fyn"
    exit_code, message = refused("place", *kept, "--capacities", 2)
    assert (exit_code, "1 are vacant on 2026-04-10" in message) == (2, True)


def test_ranking_areas_of_a_run_without_any_is_refused(tmp_path):
    write_published(published([ODENSE], HELD[:2], register=ROWS[:2]), tmp_path / "run")
    assert refused("place", tmp_path / "run", "--by", "area")[0] == 2


@pytest.mark.parametrize("command", ["councils", "place"])
def test_help_has_an_example(command):
    assert f"fordel {command} nation.run" in told(command, "--help")


LATER = "2026-04,000003,d,2010-01-01,1,1,,2026-05-05\n"


def test_when_some_report_a_newer_month_the_others_keep_capacities_and_vacancies(folder, tmp_path):
    (tmp_path / "capacity.csv").write_text(CAPACITY + LATER, "utf-8")
    found = json.loads(told("councils", folder / "run", "--capacity", tmp_path / "capacity.csv", "--json"))
    fyn = found["councils"][0]
    assert (found["counted_on"], fyn["allocated"], fyn["occupied"], fyn["may_be_taken_back"]) == ("2026-04-30", 3, 2, 1)
    assert found["reports"]["carried_clinics"] == 2 and found["reports"]["carried_capacities"] == 3
    for command in ("councils", "place"):
        output = told(command, folder / "run", "--capacity", tmp_path / "capacity.csv")
        assert (
            "Without a report of 2026-04: 2 clinics, capacities 3.0, counted as last reported, with vacancies."
            in output
        )


def test_a_clinic_never_reported_counts_as_registered_and_makes_no_room(folder, tmp_path):
    without = "".join(line for line in CAPACITY.splitlines(keepends=True) if "000002" not in line)
    (tmp_path / "capacity.csv").write_text(without, "utf-8")
    found = json.loads(told("councils", folder / "run", "--capacity", tmp_path / "capacity.csv", "--json"))
    assert [one["allocated"] for one in found["councils"]] == [3, 3]
    assert found["reports"]["register_clinics"] == 2 and found["reports"]["register_capacities"] == 4


def test_a_refused_move_is_not_in_force_and_keeps_the_regions_reason(folder, tmp_path):
    table = tmp_path / "measures.csv"
    table.write_text(MEASURES.replace("2026-05-01,,,", "2026-05-01,,,Agreed in spring"), "utf-8")
    told("councils", folder / "run", "--measures", table, "--on", "2026-06-01", "--out", tmp_path / "out")
    [move] = [row for row in rows(tmp_path / "out" / "measures.csv") if row["kind"] == "move"]
    assert (move["in_force"], move["verdict"], move["reason"]) == ("no", "refused", "Agreed in spring")
    assert move["refused_for"] == "fyn would be above its number of 6"


def test_less_than_a_whole_vacant_capacity_cannot_be_returned_and_that_is_said(folder, tmp_path):
    header, *lines = CAPACITY.splitlines()
    sized = [f"{header},CAPACITIES", *(f"{line},{size}" for line, size in zip(lines, ("1", "0.3", "1"), strict=True))]
    (tmp_path / "capacity.csv").write_text("\n".join(sized) + "\n", "utf-8")
    kept = (folder / "run", "--capacity", tmp_path / "capacity.csv", "--council", "FYN", "--returned")
    exit_code, message = refused("place", *kept)
    assert (exit_code, "less than a whole one, 0.3, is vacant" in message) == (2, True), message


def test_room_for_a_part_is_not_called_a_full_council(tmp_path):
    write_published(published([ODENSE], [clinic("000001", ODENSE, "5.5")]), tmp_path / "run")
    assert "no room for a whole capacity, 5.5 of 6 allocated in fyn" in told("place", tmp_path / "run")


def test_sizes_that_are_not_the_registers_are_said_with_what_to_do(folder, tmp_path):
    output = told("councils", folder / "run", "--capacity", folder / "capacity.csv")
    assert "Reported with other capacities than in the clinic register: 1 clinic. Correct CAPACITIES" in output
    write_published(published([ODENSE], [clinic("000001", ODENSE, "1.5")]), tmp_path / "run")
    (tmp_path / "capacity.csv").write_text("".join(CAPACITY.splitlines(keepends=True)[:2]), "utf-8")
    output = told("place", tmp_path / "run", "--capacity", tmp_path / "capacity.csv")
    assert "Every row counts as 1, as the reports give no CAPACITIES" in output


def test_capacities_of_which_it_is_not_told_who_fills_them_are_said_to_be_taken_as_a_specialists(folder, tmp_path):
    (tmp_path / "capacity.csv").write_text(CAPACITY.replace(",0.5,1,", ",0.5,,"), "utf-8")
    for command in ("councils", "place"):
        output = told(command, folder / "run", "--capacity", tmp_path / "capacity.csv")
        assert "Not told whether a specialist fills it, taken as one (R22): 1 row of capacities." in output
