"""The pipeline gives, to the last digit, what the slow reference model gives on awkward random nations."""

import pytest

from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store
from fordel_dask.errors import FordelError
from fordel_dask.graph import Place
from tests.lib.compare import differences
from tests.lib.nations import FAULTS, random_options, shuffle_nation, write_nation
from tests.reference.model import ReferenceError as Refused
from tests.reference.run import run_reference

SILENT = ProgressLines(quiet=True)
SMALL_CAPACITIES = {"capacity.citizens_per_capacity": 20, "capacity.floor_km2": 1}
SWITCHES = {
    "the national model": {},
    "fees as paid": {"consumption.prices": "paid"},
    "home visits by distance": {"consumption.home_visits": "as_listed"},
    "chronic care by share": {"consumption.chronic_care": "share"},
    "chronic care by share of fees as paid": {"consumption.chronic_care": "share", "consumption.prices": "paid"},
    "chronic care imputed": {"consumption.chronic_care": "imputed"},
    "no chronic care": {"consumption.chronic_care": "none"},
    "errors robust to unequal variance": {"weights.standard_errors": "hc0"},
    "no life expectancy": {"life_expectancy.exponent": "0"},
    "half the life expectancy": {"life_expectancy.exponent": "0.5"},
    "small capacities without floor": {**SMALL_CAPACITIES, "capacity.floor": False},
    "fine rounding, large islands": {"clinics.rounding_step": 7, "clinics.island_threshold": 3},
    "older working life, longer memory of cancer": {
        "covariates.labour_market_age_max": 70,
        "covariates.labour_market_age_min": 18,
        "covariates.lookback_years": 10,
        "covariates.cancer_lookback_years": 15,
    },
    "other specialities too": {"consumption.specialities": ["80", "81"]},
    "dispensed medicine too": {"covariates.disease_definition": "hospital_and_medicine"},
}


def model_file(folder, changes):
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in changes.items()
    ]
    path = folder / "changes.toml"
    path.write_text("\n".join(lines).replace("'", '"'), "utf-8")
    return str(path)


def run_pipeline(registers, folder, changes, partitions=3, threads=2):
    ingest_registers(registers, folder / "store", partitions, Place(threads), SILENT)
    run_store(folder / "store", folder / "run", model_file(folder, changes), AS_USUAL, Place(threads), SILENT)
    return folder / "run"


def expect_equal(registers, folder, changes, partitions=3):
    try:
        expected = run_reference(registers, changes)
    except Refused as refused:
        with pytest.raises(FordelError) as raised:
            run_pipeline(registers, folder, changes, partitions)
        assert raised.value.exit_code == refused.exit_code, str(raised.value)
        return
    assert differences(run_pipeline(registers, folder, changes, partitions), expected) == []


@pytest.mark.parametrize("changes", SWITCHES.values(), ids=SWITCHES)
def test_every_switch_of_the_model(changes, tmp_path):
    registers = tmp_path / "registers"
    also = {"projection": "half" in str(changes), "prescriptions": "medicine" in str(changes)}
    write_nation(registers, seed=sum(map(ord, str(changes))), citizens=2000, **also)
    expect_equal(registers, tmp_path, {**SMALL_CAPACITIES, **changes})


@pytest.mark.parametrize("seed", range(12))
def test_nations_delivered_in_many_forms(seed, tmp_path):
    registers = tmp_path / "registers"
    write_nation(registers, seed=seed, citizens=600, **random_options(seed))
    expect_equal(registers, tmp_path, SMALL_CAPACITIES, partitions=1 + seed % 7)


@pytest.mark.parametrize("seed", range(20, 26))
def test_nations_with_prescriptions_under_both_definitions_of_disease(seed, tmp_path):
    registers = tmp_path / "registers"
    write_nation(registers, seed=seed, citizens=1200, **random_options(seed) | {"prescriptions": True})
    for definition in ("hospital", "hospital_and_medicine"):
        (tmp_path / definition).mkdir()
        changes = {**SMALL_CAPACITIES, "covariates.disease_definition": definition}
        expect_equal(registers, tmp_path / definition, changes, partitions=1 + seed % 5)


def test_delivering_prescriptions_changes_nothing_while_the_definition_is_hospital(tmp_path):
    for delivered in (False, True):
        folder = tmp_path / str(delivered)
        write_nation(folder / "registers", seed=9, citizens=2000, prescriptions=delivered)
        run_pipeline(folder / "registers", folder, {})
    without, with_them = (tmp_path / name for name in ("False", "True"))
    for kind, pattern in (("run", "*.csv"), ("store", "*/part-*.parquet")):
        files = sorted(path.relative_to(without) for path in (without / kind).glob(pattern))
        assert len(files) > 5
        for file in files:
            assert (without / file).read_bytes() == (with_them / file).read_bytes()
    facts = [[path.read_bytes() for path in sorted(f.glob("store/facts/*/*.arrow"))] for f in (without, with_them)]
    assert facts[0] == facts[1] != []


def test_a_model_with_medicine_is_refused_where_none_was_delivered(tmp_path):
    write_nation(tmp_path / "registers", seed=9, citizens=600)
    with pytest.raises(FordelError) as raised:
        run_pipeline(tmp_path / "registers", tmp_path, {"covariates.disease_definition": "hospital_and_medicine"})
    assert raised.value.exit_code == 11
    assert not (tmp_path / "run").exists()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 400))
def test_three_hundred_nations_with_random_switches(seed, tmp_path):
    registers = tmp_path / "registers"
    write_nation(registers, seed=seed, citizens=300 + seed, **random_options(seed))
    changes = list(SWITCHES.values())[seed % len(SWITCHES)]
    expect_equal(registers, tmp_path, {**SMALL_CAPACITIES, **changes}, partitions=1 + seed % 7)


def test_a_projection_carries_weights_to_the_years_end(tmp_path):
    write_nation(tmp_path / "registers", seed=5, citizens=2500, projection=True)
    expect_equal(tmp_path / "registers", tmp_path, SMALL_CAPACITIES)


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_deliveries_are_refused_with_their_exit_code(fault, tmp_path):
    write_nation(tmp_path / "registers", seed=3, citizens=400, fault=fault)
    with pytest.raises(FordelError) as raised:
        run_pipeline(tmp_path / "registers", tmp_path, {})
    assert raised.value.exit_code == FAULTS[fault]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("partitions", [1, 7, 64])
def test_order_of_rows_files_and_partitions_does_not_matter(partitions, tmp_path):
    write_nation(tmp_path / "registers", seed=8, citizens=2000)
    shuffle_nation(tmp_path / "registers", tmp_path / "shuffled", seed=partitions)
    for name in ("plain", "mixed"):
        (tmp_path / name).mkdir()
    plain = run_pipeline(tmp_path / "registers", tmp_path / "plain", {}, 2, threads=1)
    mixed = run_pipeline(tmp_path / "shuffled", tmp_path / "mixed", {}, partitions, threads=4)
    for table in sorted(plain.glob("*.csv")):
        assert table.read_bytes() == (mixed / table.name).read_bytes()
