"""What may be declared of a register: which diagnoses go on, which day counts, and what stands in for spells."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask import law
from fordel_dask.errors import FordelError
from fordel_dask.facts.definition import conditions
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.registers import ingest
from fordel_dask.registers.clinics import successors
from fordel_dask.registers.completing import main_clinics
from fordel_dask.registers.listed import listed_prefixes
from fordel_dask.registers.rules import status_day
from fordel_dask.registers.services import week_of_day
from fordel_dask.schema.prepared import ENROLMENT, OPEN_END, SERVICES
from fordel_dask.store import open_store
from tests.lib.deliveries import ORDINARY, REGISTERS, declare, with_row, write_delivery
from tests.lib.nations import shuffle_nation, write_nation
from tests.unit.test_ingest_store import Interrupted

SERVICE, SPELL, CLINIC, PERSON = (REGISTERS[name][0] for name in ("services", "enrolment", "clinics", "population"))
NEW_YEAR = status_day(2025)


def refused(directory, code):
    with pytest.raises(FordelError) as refusal:
        ingest(directory, directory.parent / "store", Threads(1))
    assert refusal.value.exit_code == code
    return str(refusal.value)


def spells(store):
    """Give clinic, group, first and last day of every spell, by the citizen's number."""
    opened = open_store(store)
    rows = opened.read(ENROLMENT, 0)
    names = [*opened.codebooks["clinic"], ""]
    columns = rows["citizen"], rows["clinic"], rows["group"], rows["first_day"], rows["last_day"]
    return [(who, names[where], *rest) for who, where, *rest in zip(*(c.tolist() for c in columns), strict=True)]


# Diagnoses


def test_every_packaged_disease_list_is_covered_by_the_prefixes_that_go_on():
    files = sorted((Path(law.__file__).parent / "codes").glob("*.csv"))
    lists = [rows for rows in (law.rows(f"codes/{file.stem}") for file in files) if "icd10_prefixes" in rows[0]]
    prefixes = {prefix for rows in lists for row in rows for prefix in row["icd10_prefixes"].split()}
    prefixes |= {prefix for condition in conditions() for prefix in condition.prefixes} | {"F", "F99"}
    assert len(prefixes) > 200
    assert [prefix for prefix in sorted(prefixes) if not prefix.startswith(listed_prefixes())] == []


def test_prefixes_are_the_shortest_of_the_list():
    assert not [p for p in listed_prefixes() if p.startswith(tuple(o for o in listed_prefixes() if o != p))]
    everything = [row["prefix"] for row in law.rows("codes/diagnosis_prefixes")]
    assert all(prefix.startswith(listed_prefixes()) for prefix in everything)
    assert set(listed_prefixes()) <= set(everything)


FATES = {
    "a code of a packaged list goes on": ({"CODE": "DI500"}, "listed", None),
    "a code of Charlson alone goes on": ({"CODE": "DG819"}, "listed", None),
    "a code of the Nordic index alone goes on": ({"CODE": "DL891"}, "listed", None),
    "every code of chapter F goes on": ({"CODE": "DF999"}, "listed", None),
    "a code of no list is dropped": ({"CODE": "DZ000"}, "listed", "no_listed_condition"),
    "a fourth character can leave a code out": ({"CODE": "DK299"}, "listed", "no_listed_condition"),
    "a code of no list goes on if all are kept": ({"CODE": "DZ000"}, "all", None),
    "the type is looked at first": ({"CODE": "DZ000", "TYPE": "H"}, "listed", "other_type"),
    "a missing D is told before": ({"CODE": "Z000"}, "listed", "no_d"),
    "the list is looked at before the person": (
        {"CODE": "DZ000", "PNR": "SOMEBODYELSE"},
        "listed",
        "no_listed_condition",
    ),
}


@pytest.mark.parametrize(("values", "keep", "reason"), FATES.values(), ids=FATES)
def test_diagnoses_that_go_on(tmp_path, values, keep, reason):
    directory = write_delivery(tmp_path / "registers", **with_row("diagnoses", **values))
    manifest = ingest(declare(directory, "diagnoses", f'keep = "{keep}"'), tmp_path / "store", Threads(1))
    account = manifest["accounting"]["diagnoses"]
    assert account["kept"] == 1 + (reason is None)
    assert account["dropped"] == ({reason: 1} if reason else {})
    assert manifest["choices"]["diagnoses"]["keep"] == {"lpr 1": "listed", "diagnoses": keep}


def test_a_pair_is_filtered_before_its_join(tmp_path):
    rows = [{**REGISTERS["contact_diagnoses"][0], "DIAG_KODE": code} for code in ("DI500", "DZ000")]
    orphan = {**rows[1], "DW_EK_KONTAKT": "NOBODY"}
    directory = write_delivery(tmp_path / "registers", contact_diagnoses=[*rows, orphan])
    account = ingest(directory, tmp_path / "store", Threads(1))["accounting"]["lpr 1 diagnoses"]
    assert (account["kept"], account["dropped"]) == (1, {"no_listed_condition": 2})
    declare(directory, "lpr", 'keep = "all"')
    account = ingest(directory, tmp_path / "store", Threads(1))["accounting"]["lpr 1 diagnoses"]
    assert (account["kept"], account["dropped"]) == (2, {"no_contact": 1})


# Services


TREATED = {
    "treated on the first day of the fee year": ({"BEHANDLINGSDATO": "2025-01-01"}, 1),
    "treated on the last day of the fee year": ({"BEHANDLINGSDATO": "2025-12-31"}, 53),
    "settled late, a year after the treatment": ({"BEHANDLINGSDATO": "2025-12-24", "HONUGE": "2652"}, 52),
    "a settlement week that is none": ({"BEHANDLINGSDATO": "2025-06-30", "HONUGE": "2599"}, 26),
    "settled in the fee year, treated the year before": ({"BEHANDLINGSDATO": "2024-12-31"}, "other_year"),
    "treated after the fee year": ({"BEHANDLINGSDATO": "2026-01-01"}, "other_year"),
    "no day of treatment": ({"BEHANDLINGSDATO": ""}, "treatment_day_missing"),
    "a day of treatment that is none": ({"BEHANDLINGSDATO": "2025-02-30"}, "treatment_day_missing"),
}


@pytest.mark.parametrize(("values", "fate"), TREATED.values(), ids=TREATED)
def test_services_by_day_of_treatment(tmp_path, values, fate):
    rows = [{**SERVICE, "BEHANDLINGSDATO": "2025-03-01"}, {**SERVICE, **values}]
    directory = declare(write_delivery(tmp_path / "registers", services=rows), "services", 'year_by = "treatment"')
    account = ingest(directory, tmp_path / "store", Threads(1))["accounting"]["services"]
    weeks = open_store(tmp_path / "store").read(SERVICES, 0)["week"].tolist()
    if isinstance(fate, int):
        assert weeks == sorted([9, fate])
    else:
        assert weeks == [9]
        assert {**account["dropped"], **account["quarantined"]} == {fate: 1}
    assert account["notes"]["settlement_week_malformed"] == (values.get("HONUGE") == "2599")


def test_weeks_of_treatment_are_counted_from_new_year_in_every_year():
    for year in (2024, 2025):
        days = np.arange(status_day(year) - 1, status_day(year + 1) + 1, dtype=np.int32)
        weeks = week_of_day(days, year).tolist()
        assert (weeks[0], weeks[-1]) == (0, 0)
        assert weeks[1:-1] == sorted(weeks[1:-1])
        assert [weeks[1:-1].count(week) for week in range(1, 54)] == [7] * 52 + [len(days) - 2 - 364]


def test_without_the_column_of_treatments_the_delivery_is_refused(tmp_path):
    directory = declare(write_delivery(tmp_path / "registers"), "services", 'year_by = "treatment"')
    assert "BEHANDLINGSDATO" in refused(directory, 10)


def test_no_treatment_in_the_fee_year_is_refused(tmp_path):
    rows = [{**SERVICE, "BEHANDLINGSDATO": date(2024, 5, 5)}]
    directory = declare(write_delivery(tmp_path / "registers", services=rows), "services", 'year_by = "treatment"')
    assert "treatment in the fee year 2025" in refused(directory, 11)


def test_another_word_than_those_known_is_refused(tmp_path):
    for section, line in (
        ("services", 'year_by = "reported"'),
        ("services", 'detail = "hours"'),
        ("enrolment", 'kind = "register"'),
        ("clinics", 'predecessors = "yes"'),
        ("lpr", 'keep = "some"'),
    ):
        directory = declare(write_delivery(tmp_path / section), section, line)
        assert f"in [{section}] must be" in refused(directory, 10)


# Enrolment without spells


CHILD = {**PERSON, "PNR": "BORNINAPRIL1", "FOED_DAG": date(2025, 4, 2)}


def of(rows, *columns):
    return [{name: row[name] for name in columns} for row in rows]


def test_a_list_of_one_day_counts_since_new_year_or_since_birth(tmp_path):
    rows = of([SPELL, {**SPELL, "PNR": CHILD["PNR"], "SIKGRUP": "2"}], "PNR", "YDERNR", "SIKGRUP")
    stranger = {**rows[0], "PNR": "SOMEBODYELSE"}
    directory = write_delivery(tmp_path / "registers", population=[PERSON, CHILD], enrolment=[*rows, stranger])
    manifest = ingest(declare(directory, "enrolment", 'kind = "list"'), tmp_path / "store", Threads(1))
    assert spells(tmp_path / "store") == [
        (0, "010101", 2, status_day(2025) + 91, OPEN_END),
        (1, "010101", 1, NEW_YEAR, OPEN_END),
    ]
    assert manifest["choices"]["enrolment"] == {"kind": "list", "spells": 2, "without_clinic": 0}
    assert manifest["accounting"]["enrolment"]["dropped"] == {"unknown_person": 1}


def groups(tmp_path, services, **more):
    insured = of([SPELL], "PNR", "SIKGRUP")
    directory = write_delivery(tmp_path / "registers", enrolment=insured, services=services, **more)
    return declare(directory, "enrolment", 'kind = "groups"')


MAIN = {
    "the clinic with most consultations": ([("020202", "800101", 3), ("010101", "800101", 2)], "020202"),
    "of two with as many, the larger number": ([("020202", "800101", 2), ("010101", "800101", 2)], "020202"),
    "rows of one clinic are added": (
        [("010101", "800101", 2), ("020202", "800101", 3), ("010101", "800101", 2)],
        "010101",
    ),
    "corrections are subtracted": (
        [("020202", "800101", 3), ("020202", "800101", -2), ("010101", "800101", 2)],
        "010101",
    ),
    "other services do not tell": ([("020202", "802101", 9), ("010101", "800101", 1)], "010101"),
    "other specialities do not tell": ([("020202", "190101", 9), ("010101", "800101", 1)], "010101"),
    "services of another year do not tell": ([("020202", "800101", 9, "2450"), ("10101", "800101", 1)], "010101"),
    "a blank clinic does not tell": ([("", "800101", 9), ("010101", "800101", 1)], "010101"),
    "who had none belongs to no clinic": ([("020202", "802101", 1)], ""),
    "who had all taken back belongs to no clinic": ([("020202", "800101", 1), ("020202", "800101", -1)], ""),
}


@pytest.mark.parametrize(("rows", "clinic"), MAIN.values(), ids=MAIN)
def test_insurance_groups_take_the_clinic_of_most_consultations(tmp_path, rows, clinic):
    names = ("YDERNR", "SPECIALE", "YDLANT", "HONUGE")
    services = [{**SERVICE, **dict(zip(names, row, strict=False))} for row in rows]
    manifest = ingest(groups(tmp_path, services), tmp_path / "store", Threads(1))
    assert spells(tmp_path / "store") == [(0, clinic, 1, NEW_YEAR, OPEN_END)]
    assert manifest["choices"]["enrolment"] == {"kind": "groups", "spells": 1, "without_clinic": int(clinic == "")}
    assert set(open_store(tmp_path / "store").codebooks["clinic"]) == {"010101", clinic} - {""}


def test_consultations_at_a_clinic_that_changed_hands_count_for_its_successor(tmp_path):
    services = [{**SERVICE, "YDERNR": "020202", "YDLANT": 2}, {**SERVICE, "YDERNR": "010101", "YDLANT": 2}]
    services.append({**SERVICE, "YDERNR": "030303", "YDLANT": 3})
    clinics = [{**CLINIC, "PREDECESSOR": "020202"}]
    directory = groups(tmp_path, services, clinics=clinics)
    ingest(directory, tmp_path / "store", Threads(1))
    assert spells(tmp_path / "store")[0][1] == "030303"
    ingest(declare(directory, "clinics", 'predecessors = "follow"'), tmp_path / "store", Threads(1))
    assert spells(tmp_path / "store")[0][1] == "010101"


def test_main_clinics_of_several_citizens():
    citizen, clinic = np.array([2, 2, 0, 2]), np.array([1, 5, 3, 1], np.int32)
    assert main_clinics(citizen, clinic, np.array([1, 2, 1, 1]), 4).tolist() == [3, -1, 5, -1]
    assert main_clinics(citizen[:0], clinic[:0], clinic[:0], 2).tolist() == [-1, -1]


REFUSED = {
    "spells without days": ("spells", ("PNR", "YDERNR", "SIKGRUP"), "FRA"),
    "a list without clinics": ("list", ("PNR", "SIKGRUP"), "YDERNR"),
    "spells declared as a list": ("list", ("PNR", "YDERNR", "SIKGRUP", "FRA", "TIL"), 'kind = "spells"'),
    "a list declared as groups": ("groups", ("PNR", "YDERNR", "SIKGRUP"), 'kind = "list"'),
}


@pytest.mark.parametrize(("kind", "columns", "told"), REFUSED.values(), ids=REFUSED)
def test_enrolment_that_is_not_what_it_is_declared_to_be(tmp_path, kind, columns, told):
    directory = write_delivery(tmp_path / "registers", enrolment=of([SPELL], *columns))
    message = refused(declare(directory, "enrolment", f'kind = "{kind}"'), 10)
    assert "enrolment" in message
    assert told in message


@pytest.mark.parametrize("kind", ["list", "groups"])
def test_nobody_may_stand_twice_on_a_list_of_one_day(tmp_path, kind):
    columns = ("PNR", "YDERNR", "SIKGRUP") if kind == "list" else ("PNR", "SIKGRUP")
    directory = write_delivery(tmp_path / "registers", enrolment=of([SPELL, SPELL], *columns))
    message = refused(declare(directory, "enrolment", f'kind = "{kind}"'), 10)
    assert "enrolment: 1 rows repeat the PNR" in message
    assert ORDINARY not in message


# Restarts, orders, workers


def shaped(directory, kind, seed=6):
    """Write a nation whose enrolment is a list or insurance groups, and whose services tell their treatment."""
    write_nation(directory, seed, 250)
    columns = ["PNR", "YDERNR", "SIKGRUP"] if kind == "list" else ["PNR", "SIKGRUP"]
    frame = pq.read_table(directory / "enrolment-0.parquet").to_pandas().drop_duplicates("PNR")
    pq.write_table(pa.Table.from_pandas(frame[columns], preserve_index=False), directory / "enrolment-0.parquet")
    services = pq.read_table(directory / "services-0.parquet")
    days = [date(2024, 12, 1) + timedelta(n % 400) for n in range(services.num_rows)]
    pq.write_table(services.append_column("BEHANDLINGSDATO", pa.array(days)), directory / "services-0.parquet")
    declare(directory, "services", 'year_by = "treatment"')
    return declare(directory, "enrolment", f'kind = "{kind}"')


def but_inputs(manifest):
    return {**manifest, "inputs": None, "seal": None}


@pytest.mark.parametrize("kind", ["list", "groups"])
def test_the_same_store_for_any_order_of_rows_and_any_workers(tmp_path, kind):
    nation = shaped(tmp_path / "nation", kind)
    one = ingest(nation, tmp_path / "one", Threads(1), partitions=3)
    assert one["choices"]["enrolment"]["spells"] > 100
    shuffled = shuffle_nation(nation, tmp_path / "shuffled", 6)
    with open_executor(Place(workers=2)) as cluster:
        other = ingest(shuffled, tmp_path / "other", cluster, partitions=3)
    assert but_inputs(one) == but_inputs(other)


@pytest.mark.parametrize("kind", ["list", "groups"])
def test_other_birth_days_complete_the_enrolment_anew(tmp_path, kind):
    nation = shaped(tmp_path / "nation", kind)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)
    people = pq.read_table(nation / "population-0.parquet")
    at = people.schema.get_field_index("FOED_DAG")
    born = pa.array([date(2025, 5, 5)] * people.num_rows)
    pq.write_table(people.set_column(at, "FOED_DAG", born), nation / "population-0.parquet")
    resumed = ingest(nation, tmp_path / "store", Threads(1), partitions=2)
    assert {row[3] for row in spells(tmp_path / "store")} == {status_day(2025) + 124}
    assert resumed == ingest(nation, tmp_path / "straight", Threads(1), partitions=2)


CHANGES = {
    "all diagnoses": ("lpr", 'keep = "all"'),
    "services by settlement again": ("services", 'year_by = "settlement"'),
    "clinics followed": ("clinics", 'predecessors = "follow"'),
}


@pytest.mark.parametrize(("section", "line"), CHANGES.values(), ids=CHANGES)
def test_work_done_under_another_declaration_is_not_taken_up(tmp_path, section, line):
    nation = shaped(tmp_path / "nation", "groups")
    clinics = pq.read_table(nation / "clinics-0.parquet").to_pylist()
    heir = max(row["YDERNR"] for row in clinics if row["TIL"] is None)
    rows = [{**row, "PREDECESSOR": "777777" if row["YDERNR"] == heir else None} for row in clinics]
    pq.write_table(pa.Table.from_pylist(rows), nation / "clinics-0.parquet")
    services = pq.read_table(nation / "services-0.parquet")
    at = services.schema.get_field_index("YDERNR")
    moved = pa.array(["777777"] * services.num_rows)
    pq.write_table(services.set_column(at, "YDERNR", moved), nation / "services-0.parquet")
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)
    before = ingest(nation, tmp_path / "before", Threads(1), partitions=2)
    text = (nation / "registers.toml").read_text().replace('year_by = "treatment"\n', "")
    (nation / "registers.toml").write_text(text)
    if section != "services":
        declare(nation, "services", 'year_by = "treatment"')
    declare(nation, section, line)
    resumed = ingest(nation, tmp_path / "store", Threads(1), partitions=2)
    assert resumed == ingest(nation, tmp_path / "straight", Threads(1), partitions=2)
    assert resumed["tables"] != before["tables"] or resumed["codebooks"] != before["codebooks"]


# Clinics that changed hands


def clinic(number, before="", first="2010-01-01", last=""):
    return {"YDERNR": number, "PREDECESSOR": before, "FRA": first, "TIL": last}


GONE = "2024-12-31"
FOLLOWED = {
    "one that is gone": ([clinic("000002", "000001")], {"000001": "000002"}),
    "one that was closed": ([clinic("000001", last=GONE), clinic("000002", "000001")], {"000001": "000002"}),
    "a number that lost its zeros": ([clinic("000002", "1")], {"000001": "000002"}),
    "a chain": (
        [clinic("000002", "000001", last=GONE), clinic("000003", "000002")],
        {"000001": "000003", "000002": "000003"},
    ),
    "one that is still in force": ([clinic("000001"), clinic("000002", "000001")], {}),
    "a successor that is gone too": ([clinic("000002", "000001", last=GONE)], {}),
    "a successor of next year": ([clinic("000002", "000001", first="2026-01-02")], {}),
    "a clinic that names itself": ([clinic("000001", "000001", last=GONE)], {}),
    "two rows of one successor": (
        [clinic("000002", "000001", last=GONE), clinic("000002", "000001", first="2025-01-01")],
        {"000001": "000002"},
    ),
}


@pytest.mark.parametrize(("rows", "expected"), FOLLOWED.values(), ids=FOLLOWED)
def test_clinics_that_changed_hands(rows, expected):
    assert dict(successors(rows, 2026)) == expected


def test_spells_at_a_clinic_that_changed_hands_are_read_as_its_successors(tmp_path):
    moved = [SPELL, {**SPELL, "YDERNR": 20202}, {**SPELL, "YDERNR": "020202", "PNR": "SOMEBODYELSE"}]
    clinics = [{**CLINIC, "PREDECESSOR": "020202"}]
    directory = write_delivery(
        tmp_path / "registers", enrolment=[{**s, "YDERNR": str(s["YDERNR"])} for s in moved], clinics=clinics
    )
    as_delivered = ingest(directory, tmp_path / "store", Threads(1))
    assert [spell[1] for spell in spells(tmp_path / "store")] == ["010101", "020202"]
    assert as_delivered["choices"]["clinics"]["spells_read_as_successor"] == 0
    followed = ingest(declare(directory, "clinics", 'predecessors = "follow"'), tmp_path / "store", Threads(1))
    assert [spell[1] for spell in spells(tmp_path / "store")] == ["010101", "010101"]
    assert followed["choices"]["clinics"] == {"predecessors": "follow", "followed": 1, "spells_read_as_successor": 1}


AMBIGUOUS = {
    "two successors": ([("020202", "090909"), ("030303", "090909")], "PREDECESSOR of 2 clinics (020202, 030303)"),
    "a circle": ([("020202", "030303"), ("030303", "020202")], "020202 and 030303 name each other"),
}


@pytest.mark.parametrize(("pairs", "told"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_predecessors_that_cannot_be_followed_are_refused(tmp_path, pairs, told):
    gone = {} if "PREDECESSOR" in told else {"TIL": date(2024, 12, 31)}
    rows = [{**CLINIC, "PREDECESSOR": None}]
    rows += [{**CLINIC, **gone, "YDERNR": number, "PREDECESSOR": before} for number, before in pairs]
    directory = write_delivery(tmp_path / "registers", clinics=rows)
    ingest(directory, tmp_path / "store", Threads(1))  # as delivered, nobody minds
    assert told in refused(declare(directory, "clinics", 'predecessors = "follow"'), 10)
