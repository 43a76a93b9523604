"""A check goes on where an ingest stops, is the same in any order and place, and leaves no trace."""

import csv
import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import FordelError, SpaceError
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.quality import watching
from fordel_dask.quality.check import check
from fordel_dask.registers import ingest
from tests.lib.deliveries import REGISTERS, with_row, write_delivery
from tests.lib.nations import shuffle_nation, write_nation
from tests.unit.test_check_rules import QUIET, in_files, total

STRANGER = "SOMEBODYELSE"
REASONS = ("dropped", "quarantined")


def whole(observed):
    """Give everything but what belongs to single files."""
    return total(observed), observed.coverage, observed.units, observed.year


def snapshot(directory):
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Give the directory that stands in for the system's temporary one."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    return write_nation(tmp_path_factory.mktemp("check") / "nation", 11, 600, patients="both", projection=True)


def keep_all_diagnoses(declaration):
    """Switch the filter before the join off: an ingest does not look for the contacts of what it filters."""
    text = declaration.read_text("utf-8")
    for section in ("[[lpr]]", "[diagnoses]"):
        text = text.replace(f"{section}\n", f'{section}\nkeep = "all"\n')
    declaration.write_text(text, "utf-8")


@pytest.mark.parametrize("seed", range(4))
def test_the_account_is_that_of_an_ingest(tmp_path, seed):
    registers = write_nation(tmp_path / "registers", seed, 500, patients="both", bruhon="oere")
    keep_all_diagnoses(registers / "registers.toml")
    accounting = ingest(registers, tmp_path / "store", Threads(2))["accounting"]
    observed = check(registers, Threads(2))
    assert observed.refusals == ()
    found = total(observed)
    named = {reason for account in accounting.values() for way in REASONS for reason in account[way]}
    for register, account in accounting.items():
        rows = {reason: count for way in REASONS for reason, count in account[way].items() if count}
        seen = {rule: count for (name, rule), count in found.items() if name == register and rule in named}
        assert seen == rows
        assert sum(file.rows for file in observed.files if file.register == register) == account["rows_in"]


REJECTING = {
    "file_unreadable",
    "column_missing",
    "column_type",
    "person_twice",
    "clinic_twice",
    "clinic_type_unknown",
    "clinic_municipality_unknown",
    "capacities_impossible",
}


def test_a_clean_nation_has_nothing_that_rejects_it(nation):
    observed = check(nation, Threads(2))
    assert observed.refusals == ()
    assert {rule for _, rule in total(observed)} & REJECTING == set()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_in_any_order_and_any_number_of_files(tmp_path, nation, seed):
    again = check(shuffle_nation(nation, tmp_path / "again", seed), Threads(2))
    assert whole(again) == whole(check(nation, Threads(1)))


def test_the_same_on_workers_of_a_cluster(tmp_path):
    rows = [REGISTERS["services"][0], {**REGISTERS["services"][0], "PNR": STRANGER}]
    directory = write_delivery(tmp_path / "registers", **with_row("population"))
    in_files("services", rows, rows)(directory)
    with open_executor(Place(workers=2)) as executor:
        on_workers = check(directory, executor)
    assert on_workers == check(directory, Threads(1))
    assert total(on_workers)["services", "row_repeated_in_another_file"] == 2


def test_which_of_two_rows_of_a_person_is_numbered_does_not_depend_on_their_order(tmp_path):
    """One row says Bornholm, the other København: the count of citizens in group 2 needs one of them."""
    keys = [f"CITIZEN{n:05}" for n in range(1600)]
    person, spell = REGISTERS["population"][0], REGISTERS["enrolment"][0]
    rows = [{**person, "PNR": key, "KOM": "400"} for key in keys]
    twice = [{**person, "PNR": keys[0], "KOM": "101"}]
    spells = [{**spell, "PNR": key, "SIKGRUP": "2"} for key in keys]
    found = [
        whole(check(write_delivery(tmp_path / str(n), population=order, enrolment=spells), Threads(1)))
        for n, order in enumerate(([*rows, *twice], [*twice, *rows]))
    ]
    assert found[0] == found[1]
    assert found[0][0]["population", "person_twice"] == 1


def test_nothing_is_written_into_the_delivery_and_nothing_stays_elsewhere(nation, temporary):
    before = snapshot(nation)
    check(nation, Threads(2))
    assert snapshot(nation) == before
    assert list(temporary.iterdir()) == []


class Interrupted(Threads):
    """An executor whose user presses Ctrl-C, or whose program fails, in the middle of the work."""

    def __init__(self, failure):
        super().__init__(1)
        self.failure = failure
        self.modes = set()

    def map(self, function, items, name, report=None):
        if name == "joining diagnoses":
            for directory in Path(tempfile.gettempdir()).rglob("fordel-check-*"):
                self.modes |= {path.stat().st_mode & 0o077 for path in (directory, *directory.iterdir())}
            raise self.failure
        return super().map(function, items, name, report)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), FordelError("a bug"), ValueError("a bug")])
def test_an_interrupted_check_leaves_nothing_and_nobody_else_could_look(nation, temporary, failure):
    executor = Interrupted(failure)
    with pytest.raises(type(failure)):
        check(nation, executor)
    assert list(temporary.iterdir()) == []
    assert executor.modes == {0}


def test_a_full_disk_is_told(nation, temporary, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(watching, "deal_out", full)
    with pytest.raises(SpaceError, match="TMPDIR"):
        check(nation, Threads(1))
    assert list(temporary.iterdir()) == []


def keys_of(nation):
    keys = set()
    for path in nation.iterdir():
        if path.suffix == ".parquet":
            table = pq.read_table(path).to_pydict()
        elif path.suffix == ".csv":
            separator = ";" if ";" in path.read_text("utf-8").split("\n")[0] else ","
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, delimiter=separator))
            table = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
        else:
            continue
        keys.update(str(key) for name, values in table.items() if name.upper() == "PNR" for key in values)
    return {key for key in keys if len(key) >= 9}


@pytest.mark.parametrize("fault", [None, "population_twice", "dream_twice", "key_collision"])
def test_no_person_is_in_what_is_seen_nor_in_what_tasks_are_told(tmp_path, fault, evidence):
    registers = write_nation(tmp_path / "registers", 3, 300, patients="both", fault=fault)
    told = []

    class Listening(Threads):
        def map(self, function, items, name, report=None):
            told.extend([name, *map(repr, items)])
            return super().map(function, items, name, report)

    text = json.dumps(asdict(check(registers, Listening(1)))) + "".join(told)
    keys = keys_of(registers)
    assert len(keys) >= 300
    assert not [key for key in keys if key in text]
    evidence.note("S1", "a check of a delivery: its report and all that tasks are told", 1, "no key of a person")


FAULTS = {
    "population_twice": ("population", "person_twice", 10),
    "dream_twice": ("dream", "person_twice", 10),
    "clinic_twice": ("clinics", "clinic_twice", 10),
    "no_weeks": ("dream", "weeks_missing", 11),
}


def told_by(refusal):
    """Give the refusals of an ingest, without the line that says where rows of its own are."""
    return [line for line in str(refusal).splitlines() if not line.startswith("Rows that were quarantined until then")]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_an_ingest_refuses_is_counted_and_told(tmp_path, fault):
    register, rule, code = FAULTS[fault]
    registers = write_nation(tmp_path / "registers", 5, 300, fault=fault)
    with pytest.raises(FordelError) as refusal:
        ingest(registers, tmp_path / "store", Threads(1))
    observed = check(registers, Threads(1))
    assert total(observed)[register, rule] >= 1
    assert [c for c, _ in observed.refusals] == [code]
    assert told_by(refusal.value) == [message for _, message in observed.refusals]
    assert observed.coverage["services"]


@pytest.mark.parametrize("fault", ["projection_twice", "projection_gap", "key_collision", "no_dream", "other_year"])
def test_refusals_without_a_rule_are_told_too(tmp_path, fault):
    registers = write_nation(tmp_path / "registers", 5, 300, fault=fault)
    try:
        ingest(registers, tmp_path / "store", Threads(1))
        expected = []
    except FordelError as refusal:
        expected = told_by(refusal)
    assert [message for _, message in check(registers, Threads(1)).refusals] == expected


def damaged(register):
    def change(directory):
        rows = pa.Table.from_pylist(REGISTERS[register])
        in_files(register, rows, rows)(directory)
        (directory / f"{register}_1.parquet").write_bytes(b"PAR1 is all that came")

    return change


REGISTER_OF = {"contacts": "lpr 1 contacts", "contact_diagnoses": "lpr 1 diagnoses"}


@pytest.mark.parametrize("register", list(REGISTERS))
def test_a_damaged_file_is_counted_and_the_others_are_read(tmp_path, register):
    directory = write_delivery(tmp_path / "registers")
    damaged(register)(directory)
    observed = check(directory, Threads(1))
    name = REGISTER_OF.get(register, register)
    files = [(f.file, f.rows, dict(f.measures)) for f in observed.files if f.register == name]
    assert files == [(f"{register}_0.parquet", 1, {}), (f"{register}_1.parquet", 0, {"file_unreadable": 1})]
    assert [code for code, _ in observed.refusals] == [13]
    assert {r for r, rule in total(observed) if rule == "unknown_person"} == set()


@pytest.mark.parametrize("register", list(REGISTERS))
def test_a_register_that_is_not_there_does_not_stop_the_rest(tmp_path, register):
    directory = write_delivery(tmp_path / "registers", **QUIET)
    (directory / f"{register}.parquet").unlink()
    observed = check(directory, Threads(1))
    assert total(observed) == {}, "what is missing is no fault of the rows that came"
    assert [code for code, _ in observed.refusals] == [11]


COLUMNS = {
    "a column is missing": ("services", ["HONUGE"], {}, {"column_missing": 1}),
    "two columns are missing": ("population", ["KOM", "KOEN"], {}, {"column_missing": 2}),
    "a column of lists": ("services", [], {"BRUHON": [[1.0]]}, {"column_type": 1}),
    "days that are truths": ("enrolment", [], {"FRA": [True]}, {"column_type": 1}),
    "days that are none": ("enrolment", [], {"FRA": ["soon"]}, {"column_type": 1, "first_day_missing": 1}),
    "births that are none": ("population", [], {"FOED_DAG": ["soon"]}, {"column_type": 1, "birth_day_missing": 1}),
    "keys that are too long": ("services", [], {"PNR": ["X" * 17]}, {"column_type": 1}),
    "a column nobody knows": ("services", [], {"COLOUR": ["red"]}, {"column_unknown": 1}),
    "a column of the contract that is not read": ("services", [], {"MODULES": [1]}, {}),
    "a week of another year": ("dream", [], {"Y_1901": [""]}, {}),
    "a column nobody knows of the clinics": ("clinics", [], {"COLOUR": ["red"]}, {"column_unknown": 1}),
    "a column is missing of the clinics": ("clinics", ["TYPE"], {}, {"column_missing": 1}),
}


@pytest.mark.parametrize(("register", "without", "other", "rules"), COLUMNS.values(), ids=COLUMNS)
def test_columns(tmp_path, register, without, other, rules):
    table = pa.Table.from_pylist(REGISTERS[register])
    for name in [*without, *other]:
        table = table.drop_columns([name]) if name in table.column_names else table
    for name, values in other.items():
        table = table.append_column(name, pa.array(values))
    observed = check(write_delivery(tmp_path / "registers", **{register: table}), Threads(1))
    found = {rule: n for f in observed.files if f.register == register for rule, n in f.measures.items()}
    assert found == rules
    refused = set(rules) & {"column_missing", "column_type"}
    assert bool([code for code, _ in observed.refusals if code == 10]) == bool(refused)


def test_a_declared_column_is_known(tmp_path):
    rows = [{("BELOEB" if name == "BRUHON" else name): v for name, v in REGISTERS["services"][0].items()}]
    directory = write_delivery(tmp_path / "registers", services=rows)
    toml = directory / "registers.toml"
    toml.write_text(toml.read_text().replace("[services]", '[services]\ncolumns = { BRUHON = "beloeb" }'))
    observed = check(directory, Threads(1))
    assert observed.refusals == ()
    assert not [f for f in observed.files if "column_unknown" in f.measures]


DECLARATIONS = {
    "no TOML": ("year = = 2026", 10),
    "an unknown section": ("[animals]\npath = 'x'", 10),
    "no year": ("[nation]\nyear = 'soon'", 10),
}


@pytest.mark.parametrize(("text", "code"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_declaration_that_cannot_be_understood_is_told(tmp_path, text, code):
    directory = write_delivery(tmp_path / "registers", more=text)
    observed = check(directory, Threads(1))
    assert [c for c, _ in observed.refusals] == [code]
    assert observed.files == ()


def test_a_directory_without_a_declaration_is_told(tmp_path):
    assert [code for code, _ in check(tmp_path, Threads(1)).refusals] == [11]


def test_everything_wrong_at_once_is_told_with_the_exit_code_of_each(tmp_path):
    registers = {
        **with_row("population"),
        **with_row("dream"),
        "clinics": [{**REGISTERS["clinics"][0], "TYPE": "hospital", "CAPACITIES": -1.0}],
        "services": [{**REGISTERS["services"][0], "HONUGE": "2410"}],
        "enrolment": [{name: v for name, v in REGISTERS["enrolment"][0].items() if name != "FRA"}],
    }
    directory = write_delivery(tmp_path / "registers", **registers)
    (directory / "diagnoses.parquet").write_bytes(b"PAR1")
    observed = check(directory, Threads(1))
    assert [code for code, _ in observed.refusals] == [10, 10, 10, 11, 12, 13, 14]


def test_inputs_are_named_within_the_delivery_with_bytes_and_rows(tmp_path):
    directory = write_delivery(tmp_path / "registers")
    inputs = {record["register"]: record for record in check(directory, Threads(1)).inputs}
    assert inputs["services"]["file"] == "services.parquet"
    assert inputs["services"]["bytes"] == (directory / "services.parquet").stat().st_size
    assert (inputs["services"]["rows"], inputs["clinics"]["rows"], inputs["declaration"]["rows"]) == (1, 1, 0)


def test_a_day_in_a_delivery_without_contacts_is_asked_of_no_file(tmp_path):
    """A pair whose contacts cannot be read says nothing of its diagnoses."""
    contacts = [{**REGISTERS["contacts"][0], "PNR": "X" * 17, "KONT_STARTTIDSPUNKT": date(2021, 1, 1)}]
    observed = check(write_delivery(tmp_path / "registers", contacts=contacts), Threads(1))
    assert ("lpr 1 diagnoses", "no_contact") not in total(observed)
    assert total(observed)["lpr 1 contacts", "column_type"] == 1
