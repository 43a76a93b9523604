"""The store appears whole or not at all, holds no person key, and an interrupted ingest goes on."""

import gzip
import stat
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.cli.registers import accounting_text
from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.registers import ingest, settling, spread
from fordel_dask.results import noticed_at_ingest
from fordel_dask.schema.prepared import PRESCRIPTIONS, TABLES
from fordel_dask.store import open_store
from tests.lib.deliveries import ORDINARY, REGISTERS, left_beside, with_row, write_delivery
from tests.lib.nations import write_nation

STAGES = [
    "numbering citizens",
    "numbering citizens, hashing files",
    "writing citizens",
    "reading extracts",
    "comparing keys",
    "joining diagnoses",
    "writing the store",
    "hashing extracts",
]


class Interrupted(Threads):
    """Threads that are interrupted before one stage."""

    def __init__(self, stage):
        super().__init__(1)
        self.stage = stage

    def map(self, function, items, name, report=None):
        if name == self.stage:
            raise KeyboardInterrupt
        return super().map(function, items, name, report)


def everything_below(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_no_person_key_is_in_the_store(tmp_path, evidence):
    ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    assert not [path for path, content in everything_below(tmp_path / "store").items() if ORDINARY.encode() in content]
    keys = tmp_path / "store.keys" / "keys.parquet"
    assert pq.read_table(keys).to_pylist() == [{"citizen": 0, "key": ORDINARY}]
    assert [path.name for path in keys.parent.iterdir()] == ["keys.parquet"]
    evidence.note("S5", "every file of a store", 1, "no key of a person")


def test_store_and_keys_are_their_owners_only(tmp_path, evidence):
    ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("store", "store.keys")}
    assert modes == {"store": 0o700, "store.keys": 0o700}
    assert stat.S_IMODE((tmp_path / "store.keys" / "keys.parquet").stat().st_mode) == 0o600
    evidence.note("S5", "a store, its keys and quarantined rows", 1, "nobody but their owner can enter")


@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupted_ingest_leaves_the_store_of_before_and_no_keys_in_its_work(tmp_path, stage, evidence):
    ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    before = everything_below(tmp_path / "store")
    other = write_delivery(tmp_path / "registers", **with_row("population", PNR="THE_OTHER_01"))
    with pytest.raises(KeyboardInterrupt):
        ingest(other, tmp_path / "store", Interrupted(stage))
    assert everything_below(tmp_path / "store") == before
    left = everything_below(tmp_path / "store.partial")
    assert not [path for path, content in left.items() if b"ORDINARY" in content or b"NIDRO" in content]
    assert [path.name for path in (tmp_path / "store.keys").iterdir()] == ["keys.parquet"]
    evidence.note(
        "S5", "an ingest interrupted at a stage", 1, "no key of a person in its work, the lookup of keys removed"
    )


def test_a_restart_skips_what_was_finished_and_gives_the_same_store(tmp_path, monkeypatch):
    nation = write_nation(tmp_path / "registers", 5, 250)
    whole = ingest(nation, tmp_path / "whole", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)

    def again(task):
        raise AssertionError("finished work was done again")

    monkeypatch.setattr(spread, "deal_out", again)
    monkeypatch.setattr(settling, "write_part", again)
    assert ingest(nation, tmp_path / "store", Threads(1), partitions=2) == whole
    assert not (tmp_path / "store.partial").exists()


def test_a_changed_file_is_read_again(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "store", Interrupted("hashing extracts"))
    write_delivery(registers, **with_row("services", YDLANT=2))
    manifest = ingest(registers, tmp_path / "store", Threads(1))
    assert manifest["accounting"]["services"]["quantity"]["kept"] == 3


def test_a_new_ingest_replaces_the_store(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    ingest(registers, tmp_path / "store", Threads(1))
    write_delivery(registers, **with_row("population", PNR="THE_OTHER_01"))
    ingest(registers, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").grid.citizens == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["registers", "store", "store.keys"]


def whole_tables(root):
    store = open_store(root)
    tables = {}
    for table in filter(store.has, TABLES.values()):
        parts = [store.read(table, partition) for partition in range(store.grid.partitions)]
        for first, part in zip(store.grid.first, parts, strict=False):
            if not table.dense:
                part["citizen"] = part["citizen"] + first
        tables[table.name] = {name: [v for part in parts for v in part[name].tolist()] for name in table.names}
    return tables


def test_partitions_change_nothing_but_the_cut(tmp_path):
    nation = write_nation(tmp_path / "registers", 8, 250, patients="both", prescriptions=True)
    for partitions in (1, 7):
        ingest(nation, tmp_path / str(partitions), Threads(2), partitions=partitions)
    assert open_store(tmp_path / "7").grid.partitions == 7
    assert open_store(tmp_path / "7").has(PRESCRIPTIONS)
    assert whole_tables(tmp_path / "1") == whole_tables(tmp_path / "7")


def test_workers_of_a_cluster_give_the_same_store(tmp_path):
    nation = write_nation(tmp_path / "registers", 8, 250)
    alone = ingest(nation, tmp_path / "alone", Threads(1), partitions=3)
    with open_executor(Place(workers=2)) as cluster:
        together = ingest(nation, tmp_path / "together", cluster, partitions=3)
    assert together == alone


def test_progress_is_told_by_stage(tmp_path):
    told = []
    ingest(
        write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1), report=lambda *what: told.append(what)
    )
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == STAGES
    assert all(done <= total for _, done, total in told)


TWO_CLINICS = with_row("clinics", FRA=date(2025, 1, 1))
REFUSED = {
    "a person twice in the population": (with_row("population"), 10),
    "a person twice in DREAM, without benefits": (
        {"dream": [{"PNR": ORDINARY, "Y_2501": ""}, {"PNR": ORDINARY, "Y_2501": ""}]},
        10,
    ),
    "two rows of a clinic at the status date": (TWO_CLINICS, 10),
    "a column that is missing": ({"services": [{"PNR": ORDINARY, "YDLANT": 1, "BRUHON": 1.0, "HONUGE": "2501"}]}, 10),
    "keys too long to be a person's": (with_row("services", PNR="12345678901234567890"), 10),
    "nobody in the population": ({"population": pa.Table.from_pylist(REGISTERS["population"]).slice(0, 0)}, 11),
    "nobody who counts": ({"population": [{**REGISTERS["population"][0], "KOM": "999"}]}, 11),
    "no service of the fee year": ({"services": [{**REGISTERS["services"][0], "HONUGE": "2410"}]}, 11),
    "no weeks of the fee year in DREAM": ({"dream": [{"PNR": ORDINARY, "Y_2401": "783"}]}, 11),
    "a clinic of an unknown type": (with_row("clinics", YDERNR="020202", TYPE="hospital"), 12),
    "a clinic in an unknown municipality": (with_row("clinics", YDERNR="020202", KOM="999"), 12),
    "negative capacities": (with_row("clinics", YDERNR="020202", CAPACITIES=-1.0), 14),
}


@pytest.mark.parametrize(("registers", "code"), REFUSED.values(), ids=REFUSED)
def test_a_delivery_that_is_refused_leaves_nothing(tmp_path, registers, code):
    with pytest.raises(FordelError) as refusal:
        ingest(write_delivery(tmp_path / "registers", **registers), tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == code
    assert ORDINARY not in str(refusal.value)
    assert left_beside(tmp_path / "registers") == set()


def refused(tmp_path, code):
    with pytest.raises(FordelError) as refusal:
        ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    assert refusal.value.exit_code == code
    return str(refusal.value)


def test_a_missing_column_is_named_with_what_was_found(tmp_path):
    rows = [{"PNR": ORDINARY, "YDLANT": 1, "BRUHON": 1.0, "HONUGE": "2501"}]
    write_delivery(tmp_path / "registers", services=rows)
    message = refused(tmp_path, 10)
    assert all(part in message for part in ("services", "services.parquet", "SPECIALE", "BRUHON", "columns ="))


def test_a_file_cut_short_is_named(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    file = registers / "services.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    assert "services.parquet" in refused(tmp_path, 13)


def test_damage_inside_a_file_is_named(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    rows = pa.Table.from_pylist(REGISTERS["services"] * 5000)
    pq.write_table(rows, registers / "services.parquet", write_page_checksum=True, compression="none")
    content = bytearray((registers / "services.parquet").read_bytes())
    content[200] ^= 0xFF
    (registers / "services.parquet").write_bytes(content)
    assert "services.parquet" in refused(tmp_path, 13)


def test_a_register_that_is_not_there(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    (registers / "dream.parquet").unlink()
    assert "dream" in refused(tmp_path, 11)


def test_something_that_is_no_store_is_not_replaced(tmp_path):
    write_delivery(tmp_path / "registers")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "thesis.txt").write_text("years of work")
    refused(tmp_path, 2)
    assert (tmp_path / "store" / "thesis.txt").exists()


def test_a_full_disk_is_an_error_of_space_and_can_be_resumed(tmp_path, monkeypatch):
    write_delivery(tmp_path / "registers")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(settling, "write_part", full)
        assert "disk" in refused(tmp_path, 31)
    assert not (tmp_path / "store").exists()
    ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").grid.citizens == 1


def test_a_foreign_error_tells_no_value(tmp_path, monkeypatch, evidence):
    write_delivery(tmp_path / "registers")

    def broken(*_):
        raise ValueError(ORDINARY)

    monkeypatch.setattr(settling, "sorted_rows", broken)
    with pytest.raises(FordelError) as failure:
        ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    assert failure.value.exit_code == 70
    assert ORDINARY not in str(failure.value)
    assert failure.value.__context__ is None
    evidence.note("S1", "a library's error with a value in it, during an ingest", 1, "told without its text")


def test_numbers_and_text_keys_are_compared_without_leading_zeros(tmp_path):
    rows = [{**REGISTERS["population"][0], "PNR": "000000000123"}]
    others = {name: [{**REGISTERS[name][0], "PNR": 123}] for name in ("enrolment", "services", "dream", "diagnoses")}
    contacts = [{**REGISTERS["contacts"][0], "PNR": "000000000123"}]
    write_delivery(tmp_path / "registers", population=rows, contacts=contacts, **others)
    manifest = ingest(tmp_path / "registers", tmp_path / "store", Threads(1))
    assert all(account["kept"] == 1 for account in manifest["accounting"].values())


def test_text_keys_that_collide_without_leading_zeros_are_refused(tmp_path):
    rows = [{**REGISTERS["population"][0], "PNR": "000000000123"}]
    dream = [{**REGISTERS["dream"][0], "PNR": 123}]
    services = [{**REGISTERS["services"][0], "PNR": "0123"}]
    write_delivery(tmp_path / "registers", population=rows, dream=dream, services=services)
    assert "leading zeros" in refused(tmp_path, 10)


def test_csv_in_the_windows_alphabet_with_semicolons(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    text = "pnr;koen;foed_dag;civst;kom;opr_land;ie_type\nØSTERGÅRD001;1;05-05-1980;G;0101;5100;1\n"
    (registers / "population.csv").write_bytes(text.encode("cp1252"))
    declared = registers / "registers.toml"
    declared.write_text(declared.read_text().replace("population.parquet", "population.csv"))
    ingest(registers, tmp_path / "store", Threads(1))
    assert open_store(tmp_path / "store").grid.citizens == 1


def test_a_register_in_several_deliveries(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    pq.write_table(pa.Table.from_pylist(REGISTERS["services"]), registers / "late.parquet")
    declared = registers / "registers.toml"
    declared.write_text(declared.read_text().replace('"services.parquet"', '["services.parquet", "late*.parquet"]'))
    manifest = ingest(registers, tmp_path / "store", Threads(1))
    assert manifest["accounting"]["services"]["kept"] == 2
    assert [entry["file"] for entry in manifest["inputs"]["services"]] == ["late.parquet", "services.parquet"]


def test_compressed_csv_with_a_byte_order_mark(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    text = f'\ufeffPNR,Yder,Speciale,YDLANT,BRUHON,HONUGE,REMARK\n{ORDINARY},,800101,1,"169,14",2510,"a, ""b"""\n'
    with gzip.open(registers / "services.csv.gz", "wt", encoding="utf-8") as file:
        file.write(text)
    declared = registers / "registers.toml"
    declared.write_text(
        declared.read_text().replace('services.parquet"', 'services.csv.gz"\ncolumns = { YDERNR = "yder" }')
    )
    manifest = ingest(registers, tmp_path / "store", Threads(1))
    assert manifest["accounting"]["services"]["oere"]["kept"] == 16914
    assert manifest["inputs"]["services"][0]["rows"] == 1


def test_what_an_attempt_with_other_choices_left_does_not_get_into_the_store(tmp_path):
    nation = write_nation(tmp_path / "registers", 5, 250)
    ingest(nation, tmp_path / "undisturbed", Threads(1), partitions=2)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), partitions=4)
    ingest(nation, tmp_path / "store", Threads(1), partitions=2)
    names = [{path.relative_to(tmp_path / one) for path in everything_below(tmp_path / one)} for one in STORES]
    assert names[0] == names[1]


STORES = ("undisturbed", "store")


def test_a_part_is_taken_up_only_if_it_is_the_one_that_was_finished(tmp_path):
    nation = write_nation(tmp_path / "registers", 5, 250, bruhon="kroner")
    ingest(nation, tmp_path / "undisturbed", Threads(1), partitions=2)
    declaration = nation / "registers.toml"
    text = declaration.read_text("utf-8")
    for unit in ("kroner", "oere"):
        declaration.write_text(text.replace('bruhon = "kroner"', f'bruhon = "{unit}"'), "utf-8")
        with pytest.raises(KeyboardInterrupt):
            ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)
    declaration.write_text(text, "utf-8")
    ingest(nation, tmp_path / "store", Threads(1), partitions=2)
    found = [{p.name: c for p, c in everything_below(tmp_path / one / "services").items()} for one in STORES]
    assert found[0] == found[1]


def test_a_file_that_a_link_or_another_path_leads_to_is_read_once(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    (registers / "services_latest.parquet").symlink_to(registers / "services.parquet")
    declaration = registers / "registers.toml"
    text = declaration.read_text("utf-8")
    assert 'path = "services.parquet"' in text
    twice = 'path = ["services*.parquet", "../registers/services.parquet"]'
    declaration.write_text(text.replace('path = "services.parquet"', twice), "utf-8")
    assert ingest(registers, tmp_path / "store", Threads(1))["accounting"]["services"]["rows_in"] == 1


def test_only_lpr3_counts_in_joined_diagnoses_too_where_the_column_exists(tmp_path):
    own = REGISTERS["diagnoses"][0]
    rows = [{**own, "LPRINDBERETNINGSSYSTEM": system} for system in ("LPR3", "LPR2")]
    account = ingest(write_delivery(tmp_path / "registers", diagnoses=rows), tmp_path / "store", Threads(1))
    assert account["accounting"]["diagnoses"]["dropped"] == {"other_system": 1}


def test_a_register_of_which_no_row_is_kept_is_told(tmp_path):
    strangers = [{**REGISTERS["dream"][0], "PNR": "SOMEBODYELSE"}]
    manifest = ingest(write_delivery(tmp_path / "registers", dream=strangers), tmp_path / "store", Threads(1))
    assert "no row of dream was kept" in accounting_text(manifest, tmp_path / "store")
    assert noticed_at_ingest(manifest)["registers_without_a_kept_row"] == ["dream"]
