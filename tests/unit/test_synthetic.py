"""The invented nation: the same for the same seed, like the real one in its main figures, and clean."""

import dataclasses
import hashlib
import json
import tomllib

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fordel_dask.errors import UsageError
from fordel_dask.synthetic import Nation, blocks, write_block, write_tables
from fordel_dask.synthetic.clinics import clinics_of
from fordel_dask.synthetic.nation import CITIZENS_PER_BLOCK
from fordel_dask.synthetic.pseudonyms import contact_keys, pseudonyms

PERSON_REGISTERS = (
    "population", "enrolment", "services", "dream",
    "lpr2_contacts", "lpr2_diagnoses", "lpr3_contacts", "lpr3_diagnoses",
)  # fmt: skip
SMALL = Nation(citizens=2_000, seed=7)
TWO_BLOCKS = Nation(citizens=CITIZENS_PER_BLOCK + 2_000, seed=7)
TOWN = Nation(citizens=20_000, seed=11)


def fingerprints(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    write_tables(TOWN, folder)
    return folder, write_block(TOWN, 0, folder)


def read(town, register, columns=None):
    return pq.read_table(town[0] / register, columns=columns).to_pandas()


# --- the same bytes -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_writing_twice_changes_nothing(tmp_path):
    for folder in (tmp_path / "a", tmp_path / "b", tmp_path / "b"):
        write_tables(SMALL, folder)
        write_block(SMALL, 0, folder)
    clinics_of.cache_clear()
    write_block(SMALL, 0, tmp_path / "b")
    assert fingerprints(tmp_path / "a") == fingerprints(tmp_path / "b")


def test_a_block_alone_is_the_block_of_the_whole_in_any_order(tmp_path):
    for block in (1, 0):
        write_block(TWO_BLOCKS, block, tmp_path / "backwards")
    write_block(TWO_BLOCKS, 1, tmp_path / "alone")
    whole, alone = fingerprints(tmp_path / "backwards"), fingerprints(tmp_path / "alone")
    assert set(alone) == {f"{register}/part-00001.parquet" for register in PERSON_REGISTERS}
    assert alone == {name: digest for name, digest in whole.items() if "00001" in name}
    assert len(set(whole.values())) == 2 * len(PERSON_REGISTERS)
    everybody = pq.read_table(tmp_path / "backwards" / "population", columns=["PNR"])["PNR"]
    assert everybody.length() == TWO_BLOCKS.citizens == pc.count_distinct(everybody).as_py()


@pytest.mark.parametrize("change", [{"seed": 8}, {"citizens": 2_001}, {"year": 2025}], ids=str)
def test_another_nation_has_other_services(tmp_path, change):
    other = dataclasses.replace(SMALL, **change)
    for nation, folder in ((SMALL, tmp_path / "a"), (other, tmp_path / "b")):
        write_block(nation, 0, folder)
    assert (
        fingerprints(tmp_path / "a")["services/part-00000.parquet"]
        != fingerprints(tmp_path / "b")["services/part-00000.parquet"]
    )


# --- what cannot be asked for ---------------------------------------------------------------------

REFUSED = {
    "fewer than 1,000 citizens": {"citizens": 999},
    "more than 60 million citizens": {"citizens": 60_000_001},
    "a history nobody knows": {"history": "long"},
    "a fee year from before LPR3": {"year": 2019},
    "a negative seed": {"seed": -1},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_refused(wrong):
    with pytest.raises(UsageError, match="expected"):
        dataclasses.replace(SMALL, **wrong)


def test_a_block_outside_the_nation_is_refused(tmp_path):
    assert blocks(TWO_BLOCKS) == 2
    with pytest.raises(UsageError, match="block"):
        write_block(TWO_BLOCKS, 2, tmp_path)


# --- keys -----------------------------------------------------------------------------------------


def test_pseudonyms_are_unique_and_not_in_order():
    given = pseudonyms(SMALL, np.arange(200_000))
    assert np.unique(given).size == given.size
    assert given.min() >= 0
    assert given.max() < 10**12
    assert 0.4 < (np.diff(given) > 0).mean() < 0.6


def test_contact_keys_are_unique_over_blocks_and_registers():
    keys = np.concatenate([contact_keys(SMALL, b, 50_000, r) for b in (0, 1, 1_199) for r in (0, 1)])
    assert np.unique(keys).size == keys.size


# --- like the real country ------------------------------------------------------------------------


def test_population_by_age_sex_and_civil_status_as_counted(town):
    people = read(town, "population")
    age = 2025 - np.array([day.year for day in people.FOED_DAG])
    assert (people.KOEN == 2).mean() == pytest.approx(0.503, abs=0.012)
    assert (age >= 65).mean() == pytest.approx(0.209, abs=0.015)
    assert (age <= 17).mean() == pytest.approx(0.190, abs=0.015)
    assert people.CIVST.isin(["E", "L"]).mean() == pytest.approx(0.047, abs=0.006)
    assert people.CIVST.isin(["F", "O"]).mean() == pytest.approx(0.095, abs=0.009)
    assert (people.KOM == "101").mean() == pytest.approx(0.111, abs=0.01)
    assert (people.IE_TYPE != 1).mean() == pytest.approx(0.143, abs=0.012)


def test_group_2_is_half_a_percent_and_every_spell_is_whole(town):
    spells = read(town, "enrolment")
    assert (spells.SIKGRUP == 2).mean() == pytest.approx(0.005, abs=0.002)
    assert spells.FRA.notna().all()
    closed = spells[spells.TIL.notna()]
    assert (closed.FRA <= closed.TIL).all()
    assert spells[spells.SIKGRUP == 1].YDERNR.isna().mean() == pytest.approx(0.003, abs=0.002)


def test_services_per_citizen(town):
    services = read(town, "services", ["SPECIALE", "YDLANT", "BRUHON", "HONUGE"])
    assert len(services) / TOWN.citizens == pytest.approx(16.3, abs=0.8)
    assert services.SPECIALE.str.startswith("80").mean() == pytest.approx(0.60, abs=0.02)
    assert services.HONUGE.str.startswith("25").mean() == pytest.approx(0.96, abs=0.01)
    consultation = services[services.SPECIALE == "800101"]
    assert set((consultation.BRUHON / consultation.YDLANT).round(2)) == {169.11}
    assert 0.001 < (services.YDLANT < 0).mean() < 0.01


def test_about_ten_diagnosis_rows_per_citizen(town):
    rows = town[1]
    assert (rows["lpr2_diagnoses"] + rows["lpr3_diagnoses"]) / TOWN.citizens == pytest.approx(10.5, abs=1)
    contacts = rows["lpr2_contacts"] + rows["lpr3_contacts"]
    assert (rows["lpr2_diagnoses"] + rows["lpr3_diagnoses"]) / contacts == pytest.approx(1.3, abs=0.02)


@pytest.mark.parametrize("pair", [("lpr2", "RECNUM"), ("lpr3", "DW_EK_KONTAKT")], ids=["LPR2", "LPR3"])
def test_every_diagnosis_has_its_contact(town, pair):
    register, key = pair
    contacts, diagnoses = read(town, f"{register}_contacts"), read(town, f"{register}_diagnoses")
    assert contacts[key].is_unique
    assert set(diagnoses[key]) == set(contacts[key])


SIZES = {1_000: 17, 20_000: 110, 6_025_603: 1_650}


@pytest.mark.parametrize(("citizens", "fewest"), SIZES.items(), ids=str)
def test_clinics_have_about_as_many_patients_per_capacity_as_real_ones(citizens, fewest):
    clinics = clinics_of(Nation(citizens, seed=3))
    assert clinics.n_open >= fewest
    assert clinics.capacities[: clinics.n_open].sum() == pytest.approx(0.96 * citizens / 1600, rel=0.02, abs=0.02)
    assert {"plo", "region", "tender"} == {("plo", "region", "tender")[kind] for kind in clinics.kind}
    assert np.unique(clinics.ydernr).size == clinics.ydernr.size


def test_the_nation_has_island_doctors_and_clinics_of_1_to_8_capacities():
    clinics = clinics_of(Nation(6_025_603, seed=3))
    assert clinics.island.sum() == 4
    assert clinics.capacities.max() == 8
    assert (clinics.capacities == 1).mean() == pytest.approx(0.42, abs=0.05)


def test_areas_stand_to_the_nation_as_the_real_ones_to_denmark(town):
    lines = (town[0] / "municipalities.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 98
    area = sum(float(line.split(",")[5]) for line in lines)
    assert area / TOWN.citizens == pytest.approx(43_058 / 6_025_603, rel=0.001)
    assert sum(line.endswith(",") for line in lines) == 4  # islands without life expectancy


def test_declarations_name_every_register_written(town):
    declared = tomllib.loads((town[0] / "registers.toml").read_text(encoding="utf-8"))
    assert declared["nation"] == {"invented": True, "year": 2026, "life_expectancy": 81.6}
    named = [declared[r]["path"] for r in ("population", "enrolment", "services", "dream", "clinics", "municipalities")]
    named += [pair[part] for pair in declared["lpr"] for part in ("contacts", "diagnoses")]
    assert all(list(town[0].glob(pattern)) for pattern in named)
    assert not list(town[0].rglob("*.tmp"))


def test_the_truth_has_every_coefficient_of_the_model(town):
    truth = json.loads((town[0] / "truth.json").read_text(encoding="utf-8"))
    assert truth["model"] == "national-2025"
    assert len(truth["coefficients"]) == 46
    assert truth["coefficients"][0] == {"term": "age_sex", "level": "M 0-4", "coefficient_kr": 700}


def test_dream_full_has_all_3041_columns(tmp_path):
    nation = Nation(1_000, seed=1, dream="full")
    write_block(nation, 0, tmp_path)
    names = pq.read_schema(tmp_path / "dream" / "part-00000.parquet").names
    assert len(names) == len(set(names)) == 3_041
    assert sum(name.startswith("Y_") for name in names) == 1_822


def test_full_history_is_about_70_diagnosis_rows_a_citizen(tmp_path):
    nation = Nation(2_000, seed=1, history="full")
    rows = write_block(nation, 0, tmp_path)
    assert (rows["lpr2_diagnoses"] + rows["lpr3_diagnoses"]) / 2_000 == pytest.approx(70, abs=7)
