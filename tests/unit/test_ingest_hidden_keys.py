"""Person keys hidden by a secret: neither the store's order nor its key table tells a person."""

import hashlib
import hmac
import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from fordel_dask.cli.registers import ingest as command
from fordel_dask.errors import FordelError
from fordel_dask.graph.executor import Place, Threads, open_executor
from fordel_dask.registers import ingest
from fordel_dask.registers.hidden import hasher, read_secret
from tests.lib.deliveries import ORDINARY, REGISTERS, with_row, write_delivery
from tests.lib.nations import shuffle_nation, write_nation
from tests.unit.test_ingest_store import Interrupted, everything_below, whole_tables

SECRET = b"a secret that nobody guesses"


def secret_file(folder, content=SECRET, mode=0o600):
    path = folder / "secret"
    path.touch(mode=0o600)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def hidden(key, secret=SECRET):
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()


HIDDEN = (
    "S12",
    "the order of persons and the table of keys, hidden by a secret",
    1,
    "HMAC-SHA256 of the key; another secret, another order",
)


def test_citizens_stand_in_the_order_of_their_hashes_and_the_table_holds_these(tmp_path, evidence):
    keys = [f"PERSON{number:06}" for number in range(40)]
    people = [{**REGISTERS["population"][0], "PNR": key} for key in [ORDINARY, *keys]]
    registers = write_delivery(tmp_path / "registers", population=people)
    manifest = ingest(registers, tmp_path / "store", Threads(1), key_secret=secret_file(tmp_path))
    table = pq.read_table(tmp_path / "store.keys" / "keys.parquet").to_pylist()
    expected = sorted(hidden(key) for key in [ORDINARY, *keys])
    assert table == [{"citizen": n, "key": digest[:32]} for n, digest in enumerate(expected)]
    assert manifest["choices"]["keys"] == "hmac_sha256"
    evidence.note(*HIDDEN)


NOWHERE = (
    "S12",
    "an ingest with a secret, and every file that it left",
    1,
    "neither a key as delivered nor the secret",
)


def test_raw_keys_and_the_secret_stand_nowhere_after_the_ingest(tmp_path, evidence):
    rows = with_row("services", HONUGE="none") | with_row("population", PNR="STRANGECITY1", KOM="999")
    registers = write_delivery(tmp_path / "registers", **rows)
    ingest(registers, tmp_path / "out" / "store", Threads(1), key_secret=secret_file(tmp_path))
    written = everything_below(tmp_path / "out")
    assert not [p for p, content in written.items() if any(k in content for k in (b"ORDINARY", b"STRANGE", SECRET))]
    (row,) = pq.read_table(tmp_path / "out" / "store.quarantine" / "services.parquet").to_pylist()
    assert (row["PNR"], row["row"]) == (hidden(ORDINARY)[:32], 2)
    (person,) = pq.read_table(tmp_path / "out" / "store.quarantine" / "population.parquet").to_pylist()
    assert person["PNR"] == hidden("STRANGECITY1")[:32]
    evidence.note(*NOWHERE)


def test_a_key_is_hidden_as_it_is_compared(tmp_path):
    people = [{**REGISTERS["population"][0], "PNR": 123}]
    others = {name: [{**REGISTERS[name][0], "PNR": " 000123 "}] for name in ("enrolment", "services", "dream")}
    others |= {name: [{**REGISTERS[name][0], "PNR": "000123"}] for name in ("contacts", "diagnoses")}
    registers = write_delivery(tmp_path / "registers", population=people, **others)
    manifest = ingest(registers, tmp_path / "store", Threads(1), key_secret=secret_file(tmp_path))
    assert pq.read_table(tmp_path / "store.keys" / "keys.parquet")["key"].to_pylist() == [hidden("123")[:32]]
    assert all(account["kept"] == 1 for account in manifest["accounting"].values())


def test_the_same_store_for_any_order_of_rows_and_any_workers(tmp_path):
    nation = write_nation(tmp_path / "nation", 4, 250)
    shuffled = shuffle_nation(nation, tmp_path / "shuffled", 4)
    secret = secret_file(tmp_path)
    one = ingest(nation, tmp_path / "one", Threads(1), partitions=3, key_secret=secret)
    with open_executor(Place(workers=2)) as cluster:
        other = ingest(shuffled, tmp_path / "other", cluster, partitions=3, key_secret=secret)
    assert {**one, "inputs": 0, "seal": 0} == {**other, "inputs": 0, "seal": 0}


def test_another_secret_gives_another_order(tmp_path, evidence):
    nation = write_nation(tmp_path / "nation", 4, 250)
    ingest(nation, tmp_path / "open", Threads(1), partitions=1)
    tables = [whole_tables(tmp_path / "open")["population"]["birth_day"]]
    for content in (SECRET, SECRET + b"!"):
        ingest(nation, tmp_path / "store", Threads(1), partitions=1, key_secret=secret_file(tmp_path, content))
        tables.append(whole_tables(tmp_path / "store")["population"]["birth_day"])
    assert len({tuple(days) for days in tables}) == 3
    assert len({tuple(sorted(days)) for days in tables}) == 1
    evidence.note(*HIDDEN)


def test_work_of_one_secret_is_not_taken_up_with_another(tmp_path):
    nation = write_nation(tmp_path / "nation", 4, 250)
    with pytest.raises(KeyboardInterrupt):
        ingest(nation, tmp_path / "store", Interrupted("hashing extracts"), key_secret=secret_file(tmp_path))
    other = secret_file(tmp_path, SECRET + b"!")
    assert ingest(nation, tmp_path / "store", Threads(1), key_secret=other) == ingest(
        nation, tmp_path / "straight", Threads(1), key_secret=other
    )


def test_an_interrupted_ingest_leaves_no_raw_key_either(tmp_path, evidence):
    registers = write_delivery(tmp_path / "registers", **with_row("services", HONUGE="none"))
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "out" / "store", Interrupted("hashing extracts"), key_secret=secret_file(tmp_path))
    assert not [path for path, content in everything_below(tmp_path / "out").items() if b"ORDINARY" in content]
    evidence.note(*NOWHERE)


REFUSED = {
    "too short": (b"fifteen bytes..\n", 0o600, "15 bytes"),
    "readable by a group": (SECRET, 0o640, "by others"),
    "readable by all": (SECRET, 0o604, "by others"),
}


@pytest.mark.parametrize(("content", "mode", "told"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_keeps_no_secret_is_refused(tmp_path, content, mode, told, evidence):
    with pytest.raises(FordelError, match=told) as refusal:
        read_secret(secret_file(tmp_path, content, mode))
    assert refusal.value.exit_code == 2
    assert "fifteen" not in str(refusal.value)
    evidence.note(
        "S12", "a file with a secret that is too short, or that others may read", 1, "exit 2, its content is not told"
    )


def test_a_secret_that_is_not_there_is_refused_before_the_delivery_is_read(tmp_path):
    with pytest.raises(FordelError, match="cannot be read from nowhere") as refusal:
        ingest(tmp_path / "registers", tmp_path / "store", Threads(1), key_secret=tmp_path / "nowhere")
    assert refusal.value.exit_code == 2


def test_the_line_end_of_an_editor_is_no_part_of_the_secret(tmp_path):
    assert read_secret(secret_file(tmp_path, SECRET + b"\r\n")) == SECRET


@pytest.mark.parametrize("size", [16, 64, 65, 200])
def test_hashes_are_those_of_the_standard_library(size):
    secret = bytes(range(size))
    for key in (b"", b"0101010101", b"\xc3\x98stergaard"):
        assert hasher(secret)(key) == hmac.digest(secret, key, "sha256")


def test_the_command_takes_the_file(tmp_path):
    registers = write_delivery(tmp_path / "registers")
    arguments = [str(registers), "--store", str(tmp_path / "store"), "--key-secret-file", str(secret_file(tmp_path))]
    result = CliRunner().invoke(command, [*arguments, "--threads", "1", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["population"]["kept"] == 1
    assert pq.read_table(tmp_path / "store.keys" / "keys.parquet")["key"].to_pylist() == [hidden(ORDINARY)[:32]]
