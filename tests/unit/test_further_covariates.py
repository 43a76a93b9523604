"""Further covariates of a delivery, by person, area, municipality and clinic: what is kept, and how it is read."""

import json
import pickle
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import FordelError
from fordel_dask.facts.extra import by_area, by_clinic, by_municipality, extra_covariates, extra_names
from fordel_dask.graph.executor import Threads
from fordel_dask.invented import invent_store
from fordel_dask.quality import judge
from fordel_dask.quality.check import check
from fordel_dask.registers import filling, ingest, spread
from fordel_dask.registers.covariates import Reading, thousandths
from fordel_dask.registers.first_declaration import first_declaration
from fordel_dask.schema.prepared import NO_VALUE, POPULATION, covariates_table
from fordel_dask.store import open_store
from fordel_dask.synthetic import Nation, write_block, write_tables
from fordel_dask.verification import verify_path
from tests.lib.deliveries import ORDINARY, REGISTERS, write_delivery
from tests.reference.registers import read_registers
from tests.unit.test_ingest_store import Interrupted

OTHER, THIRD = "ORDINARY0002", "ORDINARY0003"
PEOPLE = [
    {**REGISTERS["population"][0], "PNR": ORDINARY, "KOM": "101", "AREA": "101-01"},
    {**REGISTERS["population"][0], "PNR": OTHER, "KOM": "400", "AREA": "400-01"},
    {**REGISTERS["population"][0], "PNR": THIRD, "KOM": "151", "AREA": None},
]
AREAS = [
    {"AREA": "101-01", "NAME": "One", "KOM": "101", "KM2": "3"},
    {"AREA": "400-01", "NAME": "Two", "KOM": "400", "KM2": "9"},
]


def delivered(tmp_path, *blocks, areas=True):
    """Write three citizens with blocks of covariates, each of its keys and the text or table of its file."""
    registers = write_delivery(tmp_path / "registers", population=PEOPLE, **({"areas": AREAS} if areas else {}))
    declared = (registers / "registers.toml").read_text("utf-8")
    for number, block in enumerate(blocks, 1):
        content = block["file"]
        name = f"block{number}.{'csv' if isinstance(content, str) else 'parquet'}"
        if isinstance(content, str):
            (registers / name).write_text(content, "utf-8")
        else:
            pq.write_table(content, registers / name)
        lines = [f'path = "{name}"', *(f"{key} = {value}" for key, value in block.items() if key != "file")]
        declared += "\n".join(["[[covariates]]", *lines, ""])
    (registers / "registers.toml").write_text(declared, "utf-8")
    return registers


def ingested(tmp_path, *blocks, **how):
    ingest(delivered(tmp_path, *blocks, **how), tmp_path / "store", Threads(1), partitions=2)
    return open_store(tmp_path / "store")


def refusal(tmp_path, *blocks, **how):
    with pytest.raises(FordelError) as refused:
        ingested(tmp_path, *blocks, **how)
    return refused.value


def facts_of(store, extra, partition):
    """Give what a pass reads of a partition: the population, and the covariates by person that are asked for."""
    own = store.read(covariates_table(extra.by_person), partition) if extra.by_person else {}
    return {**store.read(POPULATION, partition), **own}


def by_citizen(store, name):
    """Give a covariate by municipality of the citizen; there is one citizen in each."""
    extra = extra_covariates(pickle.loads(pickle.dumps(store)), [name])
    values = {}
    for partition in range(store.grid.partitions):
        facts = facts_of(store, extra, partition)
        homes = facts["municipality"]
        found = pickle.loads(pickle.dumps(extra)).of_citizens(name, facts)
        assert found.dtype == np.int32
        values |= {
            store.codebooks["municipality"][home]: value for home, value in zip(homes, found.tolist(), strict=True)
        }
    return values


def of_persons(values, **block):
    rows = "\n".join(f"{pnr};{value}" for pnr, value in values.items())
    return {"by": '"PNR"', **block, "file": f"PNR;CARE\n{rows}\n"}


# --- values -------------------------------------------------------------------------------------------

VALUES = {
    "a whole number": ("3", 3000),
    "a number of a Parquet file": (3, 3000),
    "three decimals": ("0.125", 125),
    "a decimal comma": ("0,125", 125),
    "a binary float by its shortest text": (0.1, 100),
    "below zero": ("-1.5", -1500),
    "true": ("True", 1000),
    "false": ("false", 0),
    "a truth value": (True, 1000),
    "blank": ("  ", NO_VALUE),
    "missing": (None, NO_VALUE),
    "not a number by IEEE": (float("nan"), NO_VALUE),
    "the largest": ("2147483.647", 2**31 - 1),
    "the smallest": ("-2147483.647", -(2**31) + 1),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_a_value_is_kept_in_whole_thousandths(value, expected):
    assert thousandths(value) == (expected, Reading.EXACT)


ROUNDED = {"0.0005": 0, "0.0015": 2, "-0.0005": 0, "1.23456": 1235, "0.00149999999999999999999999999999999": 1}


@pytest.mark.parametrize(("value", "expected"), ROUNDED.items())
def test_more_than_three_decimals_are_rounded_once_half_to_even(value, expected):
    assert thousandths(value) == (expected, Reading.ROUNDED)


@pytest.mark.parametrize("value", ["much", "1.000,5", "inf", float("inf"), "1/3", "12 h", "1e999999999"])
def test_what_is_no_number_is_none(value):
    assert thousandths(value) == (NO_VALUE, Reading.NOT_A_NUMBER)


@pytest.mark.parametrize("value", ["2147483.648", "1e300", -1e12])
def test_a_number_that_no_column_holds_is_told_apart(value):
    assert thousandths(value) == (NO_VALUE, Reading.TOO_LARGE)


# --- by person ----------------------------------------------------------------------------------------

FATES = {
    "a number is kept": ("2.5", "kept"),
    "a blank is kept": ("", "kept"),
    "words are quarantined": ("often", "value_not_a_number"),
    "what is too large is quarantined": ("3000000", "value_too_large"),
}


@pytest.mark.parametrize(("value", "fate"), FATES.values(), ids=FATES)
def test_rows_of_persons(tmp_path, value, fate):
    store = ingested(tmp_path, of_persons({ORDINARY: value, "STRANGER0001": "1"}))
    account = store.manifest["accounting"]["covariates 1"]
    assert account["rows_in"] == 2 and account["dropped"] == {"unknown_person": 1}
    assert (account["kept"], account["quarantined"]) == ((1, {}) if fate == "kept" else (0, {fate: 1}))
    if fate != "kept":
        aside = pq.read_table(tmp_path / "store.quarantine" / "covariates_1.parquet").to_pylist()
        assert aside == [{"file": "block1.csv", "row": 1, "reason": fate, "PNR": ORDINARY, "CARE": value}]


def test_a_row_with_one_value_that_is_none_is_set_aside_whole(tmp_path):
    text = f"PNR;CARE;SUPPORT\n{ORDINARY};2;often\n{OTHER};3;1\n"
    store = ingested(tmp_path, {"by": '"PNR"', "file": text})
    assert by_citizen(store, "CARE") == {"101": NO_VALUE, "400": 3000, "151": NO_VALUE}


def test_a_store_holds_a_value_or_blank_for_every_citizen(tmp_path):
    store = ingested(tmp_path, of_persons({OTHER: "1,25", THIRD: "", ORDINARY: "0.0005"}))
    assert by_citizen(store, "CARE") == {"101": 0, "400": 1250, "151": NO_VALUE}
    assert store.manifest["covariates"] == {"CARE": {"by": "PNR", "rows": 3, "blanks": 1}}
    assert store.manifest["accounting"]["covariates 1"]["notes"] == {"values_rounded": 1}
    assert verify_path(tmp_path / "store")["kind"] == "prepared store"


def test_parquet_numbers_and_truth_values_are_read_like_text(tmp_path):
    table = pa.table({"cpr": [OTHER, THIRD], "Care": pa.array([2.5, None]), "support": pa.array([True, False])})
    store = ingested(tmp_path, {"file": table, "key": '"cpr"'})
    assert extra_names(store) == {"CARE": "PNR", "SUPPORT": "PNR"}
    assert by_citizen(store, "CARE") == {"101": NO_VALUE, "400": 2500, "151": NO_VALUE}
    assert by_citizen(store, "SUPPORT") == {"101": NO_VALUE, "400": 1000, "151": 0}


def test_blocks_of_persons_become_one_table_and_names_choose_columns(tmp_path):
    one = {"by": '"PNR"', "names": '["care"]', "file": f"PNR;CARE;REMARK\n{ORDINARY};1;good\n"}
    two = {"columns": '{ LATE = "sent diagnose" }', "file": f"PNR;sent diagnose\n{OTHER};1\n"}
    store = ingested(tmp_path, one, two)
    table = covariates_table(("CARE", "LATE"))
    assert pq.read_schema(tmp_path / "store" / store.parts("covariates")[0].file).names == ["CARE", "LATE"]
    assert [values.tolist() for values in store.read(table, 0).values()] == [[1000], [NO_VALUE]]
    assert by_citizen(store, "LATE") == {"101": NO_VALUE, "400": 1000, "151": NO_VALUE}


def test_keys_that_are_numbers_meet_keys_that_are_text(tmp_path):
    people = [{**PEOPLE[0], "PNR": "000000000012"}]
    registers = delivered(tmp_path, {"file": pa.table({"PNR": [12], "CARE": [4]})})
    pq.write_table(pa.Table.from_pylist(people), registers / "population.parquet")
    ingest(registers, tmp_path / "store", Threads(1))
    assert by_citizen(open_store(tmp_path / "store"), "CARE") == {"101": 4000}


def test_the_store_is_the_same_in_any_number_of_files(tmp_path):
    whole = ingested(tmp_path / "whole", of_persons({ORDINARY: "1", OTHER: "2", THIRD: "3"}))
    registers = delivered(
        tmp_path / "cut", {"path": '["block1.csv", "more.csv"]', **of_persons({THIRD: "3", OTHER: "2"})}
    )
    text = (registers / "registers.toml").read_text("utf-8").replace('path = "block1.csv"\n', "")
    (registers / "registers.toml").write_text(text, "utf-8")
    (registers / "more.csv").write_text(f"CARE,PNR\n1,{ORDINARY}\n", "utf-8")
    ingest(registers, tmp_path / "cut" / "store", Threads(2), partitions=2)
    cut = open_store(tmp_path / "cut" / "store")
    assert cut.parts("covariates") == whole.parts("covariates")
    assert cut.manifest["covariates"] == whole.manifest["covariates"]


@pytest.mark.parametrize("stage", ["comparing keys", "writing the store", "hashing extracts"])
def test_an_interrupted_ingest_goes_on_and_gives_the_same_store(tmp_path, stage):
    blocks = (of_persons({ORDINARY: "1", OTHER: "often"}), {"file": "KOM;KM\n101;5\n151;far\n"})
    whole = ingested(tmp_path / "whole", *blocks).manifest
    registers = delivered(tmp_path, *blocks)
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "store", Interrupted(stage), partitions=2)
    again = ingest(registers, tmp_path / "store", Threads(1), partitions=2)
    assert {k: again[k] for k in ("tables", "accounting", "covariates")} == {
        k: whole[k] for k in ("tables", "accounting", "covariates")
    }
    assert (tmp_path / "store.quarantine" / "covariates_2.parquet").is_file()


def test_finished_work_is_not_done_again(tmp_path, monkeypatch):
    registers = delivered(tmp_path, of_persons({ORDINARY: "1", OTHER: "2"}))
    with pytest.raises(KeyboardInterrupt):
        ingest(registers, tmp_path / "store", Interrupted("hashing extracts"), partitions=2)

    def again(*_):
        raise AssertionError("finished work was done again")

    monkeypatch.setattr(spread, "deal_out", again)
    monkeypatch.setattr(filling, "write_part", again)
    ingest(registers, tmp_path / "store", Threads(1), partitions=2)
    assert by_citizen(open_store(tmp_path / "store"), "CARE") == {"101": 1000, "400": 2000, "151": NO_VALUE}


# --- by area, municipality and clinic -----------------------------------------------------------------


def test_a_value_of_the_municipality_is_that_of_its_citizens(tmp_path):
    store = ingested(tmp_path, {"by": '"KOM"', "file": "KOM,KM\n0101,5.5\n400,\n999,7\n"})
    assert by_citizen(store, "KM") == {"101": 5500, "400": NO_VALUE, "151": NO_VALUE}
    assert by_municipality(store, "KM") == {"101": Fraction(11, 2)}
    assert store.manifest["accounting"]["covariates 1"]["dropped"] == {"unknown_key": 1}
    assert store.manifest["covariates"] == {"KM": {"by": "KOM", "rows": 2, "blanks": 1}}
    assert "covariates" not in store.manifest["tables"]


@pytest.mark.parametrize(
    ("rows", "value", "dropped"),
    [("411,8\n400,7", 7, {"christiansoe_beside_bornholm": 1}), ("411,8", 8, {})],
    ids=["beside Bornholm", "alone"],
)
def test_christiansoe_counts_as_bornholm_unless_that_has_a_row_of_its_own(tmp_path, rows, value, dropped):
    store = ingested(tmp_path, {"file": f"KOM,KM\n{rows}\n"})
    assert by_municipality(store, "KM") == {"400": value}
    assert store.manifest["accounting"]["covariates 1"]["dropped"] == dropped


def test_a_value_of_the_area_is_that_of_its_citizens_and_blank_without_area(tmp_path):
    store = ingested(tmp_path, {"file": "AREA,DEPRIVED\n101-01,1\n400-01,\n700-01,1\n"})
    assert by_area(store, "DEPRIVED") == {"101-01": 1}
    assert by_citizen(store, "DEPRIVED") == {"101": 1000, "400": NO_VALUE, "151": NO_VALUE}
    assert store.manifest["accounting"]["covariates 1"]["dropped"] == {"unknown_key": 1}


def test_without_a_table_of_areas_every_area_is_taken(tmp_path):
    store = ingested(tmp_path, {"file": "AREA,DEPRIVED\n101-01,1\n700-01,1\n"}, areas=False)
    assert by_area(store, "DEPRIVED") == {"101-01": 1, "700-01": 1}
    assert by_citizen(store, "DEPRIVED")["101"] == 1000


def test_a_value_of_the_clinic_is_no_trait_of_a_citizen(tmp_path):
    store = ingested(tmp_path, {"by": '"yderNR"', "file": "ydernr;TRAINEES\n10101;1\n20202;2\n"})
    assert by_clinic(store, "TRAINEES") == {"010101": 1}
    with pytest.raises(FordelError, match="by clinic"):
        extra_covariates(store, ["TRAINEES"])


def test_blocks_of_one_key_become_one_table(tmp_path):
    store = ingested(tmp_path, {"file": "KOM,KM\n101,5\n"}, {"file": "KOM,YEARS\n151,81\n"})
    assert store.small_table("covariates_by_municipality") == (
        {"KOM": "101", "KM": "5", "YEARS": ""},
        {"KOM": "151", "KM": "", "YEARS": "81"},
    )


def test_a_row_of_a_municipality_that_is_no_number_is_set_aside(tmp_path):
    store = ingested(tmp_path, {"file": "KOM,KM\n101,far\n151,4\n"})
    assert by_municipality(store, "KM") == {"151": 4}
    aside = pq.read_table(tmp_path / "store.quarantine" / "covariates_1.parquet").to_pylist()
    assert aside == [{"file": "block1.csv", "row": 1, "reason": "value_not_a_number", "KOM": "101", "KM": "far"}]


def test_a_covariate_that_is_not_there_is_told_with_those_that_are(tmp_path):
    store = ingested(tmp_path, {"file": "KOM,KM\n101,5\n"})
    with pytest.raises(FordelError, match=r"has no covariate CARE\. It has KM\.") as refused:
        extra_covariates(store, ["CARE"])
    assert refused.value.exit_code == 11


# --- what is refused ----------------------------------------------------------------------------------

ROW = f"PNR;CARE\n{ORDINARY};1\n"
REFUSED = {
    "a name in two blocks": ([{"file": ROW}, {"file": "KOM;care\n101;1\n"}], "CARE is delivered by two blocks"),
    "a person twice": ([{"file": f"{ROW}{ORDINARY};2\n"}], "repeat the PNR"),
    "a municipality twice": ([{"file": "KOM;KM\n101;1\n0101;2\n"}], "KOM 101 stands in more than one row"),
    "an unknown key": ([{"by": '"REGION"', "file": ROW}], 'must be "PNR" or "AREA" or "KOM" or "YDERNR"'),
    "no key at all": ([{"file": "CARE\n1\n"}], "has no column PNR, AREA, KOM or YDERNR"),
    "two keys": ([{"file": "PNR;KOM;CARE\n1;2;3\n"}], 'has PNR and KOM. Say which one .* by = "PNR"'),
    "a key that is not there": ([{"by": '"AREA"', "file": ROW}], "has no column AREA"),
    "a name that is not there": ([{"names": '["HOURS"]', "file": ROW}], "has no column HOURS"),
    "a name of the wrong form": ([{"names": '["home care"]', "file": ROW}], "must look like"),
    "a name of 41 characters": ([{"file": f"PNR;{'C' * 41}\n1;2\n"}], "at most 40 characters"),
    "a column of the wrong form": ([{"file": "PNR;hjemmehjælp\n1;2\n"}], "has the columns HJEMMEHJÆLP"),
    "nothing but the key": ([{"file": "PNR\n1\n"}], "no column besides its key"),
    "another kind": ([{"kind": '"words"', "file": ROW}], 'kind of covariates 1 must be "number"'),
    "days": ([{"file": pa.table({"PNR": [ORDINARY], "CARE": [date(2025, 1, 1)]})}], "values of type date"),
    "a column of no covariate": ([{"names": '["CARE"]', "columns": '{ HOURS = "x" }', "file": ROW}], "neither its key"),
}


@pytest.mark.parametrize(("blocks", "told"), REFUSED.values(), ids=REFUSED)
def test_a_block_that_cannot_be_understood_is_refused(tmp_path, blocks, told):
    refused = refusal(tmp_path, *blocks)
    assert refused.exit_code == 10
    assert pd.Series([str(refused)]).str.contains(told).all(), str(refused)
    assert ORDINARY not in str(refused)


def test_all_faults_of_blocks_are_told_at_once(tmp_path):
    told = str(refusal(tmp_path, {"file": "CARE\n1\n"}, {"kind": '"words"', "file": ROW}, {"file": "PNR\n1\n"}))
    assert {f"covariates {n}" for n in (1, 2, 3)} == {
        n for n in ("covariates 1", "covariates 2", "covariates 3") if n in told
    }


# --- a check ------------------------------------------------------------------------------------------


def test_a_check_counts_what_an_ingest_keeps_out_and_what_is_empty(tmp_path):
    persons = {"file": f"PNR;CARE;HOURS\n{ORDINARY};0.00001;\n{OTHER};often;1\nSTRANGER0001;1;1\n"}
    places = {"file": "KOM;KM\n411;1\n400;far\n400000;3000000000\n999;1\n151;\n"}
    report = judge(check(delivered(tmp_path, persons, places), Threads(1)))
    found = {(f["register"], f["rule"]): f["count"] for f in report["findings"] if f["register"].startswith("cov")}
    assert found == {
        ("covariates 1", "value_not_a_number"): 1,
        ("covariates 1", "unknown_person"): 1,
        ("covariates 1", "values_rounded"): 1,
        ("covariates 1", "covariate_without_values"): 1,
        ("covariates 2", "value_not_a_number"): 1,
        ("covariates 2", "value_too_large"): 1,
        ("covariates 2", "unknown_key"): 1,
        ("covariates 2", "christiansoe_beside_bornholm"): 1,
        ("covariates 2", "covariate_without_values"): 1,
    }
    assert report["exit_code"] == 0


def test_a_check_rejects_a_person_who_stands_twice(tmp_path):
    report = judge(check(delivered(tmp_path, {"file": f"{ROW}{ORDINARY};2\n"}), Threads(1)))
    assert ("covariates 1", "person_twice", 1) in {(f["register"], f["rule"], f["count"]) for f in report["findings"]}
    assert report["exit_code"] == 10 and ORDINARY not in json.dumps(report)


# --- an invented nation -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A small nation: its registers, its store, and a store of the same nation made without registers."""
    folder, town = tmp_path_factory.mktemp("nation"), Nation(citizens=2_000, seed=6, extras=True)
    write_block(town, 0, folder / "registers")
    write_tables(town, folder / "registers")
    ingest(folder / "registers", folder / "store", Threads(1), partitions=3)
    invent_store(town, folder / "invented", Threads(1))
    return folder / "registers", folder / "store", folder / "invented"


def test_a_store_holds_what_the_reference_reads(nation):
    registers, place, _ = nation
    reference, store = read_registers(registers), open_store(place)
    assert extra_names(store) == {name: by for by in reference.covariates for name in sorted(reference.covariates[by])}
    keys = pq.read_table(place.with_name("store.keys") / "keys.parquet")["key"].to_pylist()
    names = tuple(sorted(reference.covariates["PNR"]))
    parts = [store.read(covariates_table(names), p) for p in range(3)]
    for name in names:
        values = zip(keys, np.concatenate([part[name] for part in parts]).tolist(), strict=True)
        kept = {key: Fraction(value, 1000) for key, value in values if value != NO_VALUE}
        assert kept == reference.covariates["PNR"][name]
    for by, reader in (("AREA", by_area), ("KOM", by_municipality), ("YDERNR", by_clinic)):
        for name, expected in reference.covariates[by].items():
            assert reader(store, name) == expected


def test_citizens_have_the_values_of_their_municipality_and_area(nation):
    registers, place, _ = nation
    store, reference = open_store(place), read_registers(registers)
    for name, column, by in (("SPECIALIST_KM", "municipality", "KOM"), ("DEPRIVATION_INDEX", "area", "AREA")):
        extra = extra_covariates(store, [name])
        for partition in range(3):
            population = store.read(POPULATION, partition)
            codes = [store.codebooks[column][n] if n >= 0 else "" for n in population[column]]
            values = [reference.covariates[by][name].get(code) for code in codes]
            expected = [NO_VALUE if value is None else value * 1000 for value in values]
            assert extra.of_citizens(name, facts_of(store, extra, partition)).tolist() == expected


def test_an_invented_store_holds_the_same_values_in_another_order(nation):
    stores = [open_store(place) for place in nation[1:]]
    names = tuple(name for name, by in extra_names(stores[0]).items() if by == "PNR")
    seen = []
    for store in stores:
        parts = [store.read(covariates_table(names), p) for p in range(store.grid.partitions)]
        births = [store.read(POPULATION, p)["birth_day"] for p in range(store.grid.partitions)]
        columns = [np.concatenate(births), *(np.concatenate([part[name] for part in parts]) for name in names)]
        seen.append(sorted(zip(*(column.tolist() for column in columns), strict=True)))
    assert seen[0] == seen[1]
    assert stores[0].manifest["covariates"] == stores[1].manifest["covariates"]
    for by in ("area", "clinic", "municipality"):
        assert stores[0].small_table(f"covariates_by_{by}") == stores[1].small_table(f"covariates_by_{by}")


# --- with and without ---------------------------------------------------------------------------------


def test_a_store_without_covariates_holds_no_trace_of_them(tmp_path):
    store = ingested(tmp_path)
    assert extra_names(store) == {}
    assert "covariates" not in store.manifest
    assert not [path for path in Path(tmp_path / "store").rglob("*") if "covariates" in path.name]


def test_a_first_declaration_names_files_called_covariates(tmp_path):
    directory = delivered(tmp_path)
    (directory / "registers.toml").unlink()
    (directory / "covariates_home.csv").write_text("KOMMUNEKODE,KM\n101,5\n", "utf-8")
    (directory / "covariates").mkdir()
    for part in (1, 2):
        pq.write_table(
            pa.table({"PNR": [f"ORDINARY000{part}"], "CARE": [part]}), directory / f"covariates/p{part}.parquet"
        )
    (directory / "covariates_of_what.csv").write_text("NAME,KM\nhere,5\n", "utf-8")
    draft = first_declaration(directory)
    assert tomllib.loads(draft.text)["covariates"] == [
        {"path": "covariates/*.parquet", "by": "PNR"},
        {"path": "covariates_home.csv", "by": "KOM"},
    ]
    assert [name for name, _ in draft.unplaced] == ["covariates_of_what.csv"]
    (directory / "registers.toml").write_text(draft.text, "utf-8")
    ingest(directory, tmp_path / "store", Threads(1))
    assert by_citizen(open_store(tmp_path / "store"), "CARE") == {"101": 1000, "400": 2000, "151": NO_VALUE}
