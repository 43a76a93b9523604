"""The optional tables of an invented nation agree with its registers, and leave those as they were."""

import tomllib
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from fordel_dask.extracts.declaration import read_declaration
from fordel_dask.synthetic import Nation, write_block, write_tables
from fordel_dask.synthetic.areas import utm32
from fordel_dask.synthetic.blocks import block_of
from fordel_dask.synthetic.covariates import covariates_table
from fordel_dask.synthetic.diseases import has_condition
from fordel_dask.synthetic.nation import CITIZENS_PER_BLOCK
from fordel_dask.synthetic.people import CIVIL_STATUS
from fordel_dask.synthetic.pseudonyms import pseudonyms

PLAIN, TOWN = Nation(10_000, seed=11), Nation(10_000, seed=11, extras=True)
UNTOUCHED = ("enrolment", "dream", "lpr2_contacts", "lpr2_diagnoses", "lpr3_contacts", "lpr3_diagnoses")
FEE_YEAR = (pd.Timestamp(2025, 1, 1), pd.Timestamp(2026, 1, 1))


def written(nation, folder):
    write_tables(nation, folder)
    write_block(nation, 0, folder)
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return written(TOWN, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return written(PLAIN, tmp_path_factory.mktemp("plain"))


def read(folder, register):
    return pq.read_table(folder / register).to_pandas()


def table(folder, name, **how):
    return pd.read_csv(folder / f"{name}.csv", dtype={"KOM": str, "YDERNR": str}, **how)


def bytes_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# --- what stays as it is ------------------------------------------------------------------------------


def test_registers_without_optional_columns_are_the_same_bytes(town, plain):
    with_extras, without = bytes_of(town), bytes_of(plain)
    same = {name for name in without if with_extras[name] == without[name]}
    assert {f"{register}/part-00000.parquet" for register in UNTOUCHED} <= same
    assert set(without) - same == {
        "clinics.parquet", "population/part-00000.parquet", "registers.toml", "services/part-00000.parquet",
    }  # fmt: skip


def test_other_registers_only_gain_columns(town, plain):
    for register, gained in (("population", ["AREA"]), ("clinics.parquet", ["PREDECESSOR", "MAXIMUM", "E", "N"])):
        pd.testing.assert_frame_equal(read(town, register).drop(columns=gained), read(plain, register))


def test_whoever_counts_by_settlement_counts_the_same_services(town, plain):
    columns = ["PNR", "YDERNR", "SPECIALE", "YDLANT", "BRUHON", "HONUGE"]
    settled = [read(folder, "services").query("HONUGE.str[:2] == '25'")[columns] for folder in (town, plain)]
    ordered = [rows.sort_values(columns).reset_index(drop=True) for rows in settled]
    pd.testing.assert_frame_equal(*ordered)


def test_a_block_alone_is_the_block_of_the_whole(tmp_path):
    nation = Nation(CITIZENS_PER_BLOCK + 1_000, seed=7, extras=True)
    for block in (1, 0):
        write_block(nation, block, tmp_path / "whole")
    write_block(nation, 1, tmp_path / "alone")
    alone, whole = bytes_of(tmp_path / "alone"), bytes_of(tmp_path / "whole")
    assert "prescriptions/part-00001.parquet" in alone
    assert alone == {name: content for name, content in whole.items() if "00001" in name}


def test_every_table_is_declared_and_there(town):
    declared = tomllib.loads((town / "registers.toml").read_text("utf-8"))
    named = [declared[name]["path"] for name in ("prescriptions", "areas", "projection", "capacity_register")]
    named += [declared["decisions"]["path"], declared["covariates"][0]["path"]]
    assert all(list(town.glob(pattern)) for pattern in named)
    assert read_declaration(town).projection is not None


# --- treatment ----------------------------------------------------------------------------------------


def test_services_are_settled_weeks_to_months_after_they_were_given(town):
    services = read(town, "services")
    monday = pd.to_datetime(services.HONUGE.map(lambda w: f"20{w[:2]}-01-01")) + pd.to_timedelta(
        7 * (services.HONUGE.str[2:].astype(int) - 1), unit="D"
    )
    days = (monday - pd.to_datetime(services.BEHANDLINGSDATO)).dt.days
    assert days.median() == pytest.approx(21, abs=4)
    assert (days >= -9).all()
    assert 0.01 < (days > 90).mean() < 0.04


def test_a_citizen_uses_about_as_much_by_treatment_as_by_settlement_but_not_the_same_rows(town):
    services = read(town, "services")
    services = services[services.PNR.isin(read(town, "population").PNR)]
    day = pd.to_datetime(services.BEHANDLINGSDATO)
    treated, settled = day.between(*FEE_YEAR, inclusive="left"), services.HONUGE.str[:2] == "25"
    assert treated.sum() == pytest.approx(settled.sum(), rel=0.02)
    assert 0.05 < (treated & ~settled).sum() / settled.sum() < 0.12


def test_nobody_is_treated_before_birth(town):
    """Rows of the year before are copies, of the newborn too."""
    born = read(town, "population").set_index("PNR").FOED_DAG
    services = read(town, "services")
    services = services[services.PNR.isin(born.index) & (services.HONUGE.str[:2] != "24")]
    assert (services.PNR.map(born) <= services.BEHANDLINGSDATO).all()


# --- medicine -----------------------------------------------------------------------------------------


def test_about_ten_dispensings_a_citizen_with_some_returns_and_strangers(town):
    rows = read(town, "prescriptions")
    assert len(rows) / TOWN.citizens == pytest.approx(10.2, abs=1.0)
    assert 0.002 < (rows.APK < 0).mean() < 0.006
    assert rows.ATC.str.fullmatch("[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}").all()
    assert pd.to_datetime(rows.EKSD).between(*FEE_YEAR, inclusive="left").all()
    known = set(read(town, "population").PNR) | set(read(town, "enrolment").PNR)
    assert 0.0003 < (~rows.PNR.isin(known)).mean() < 0.003


SICK = {"diabetes": ("A10", 5), "thyroid": ("H03", 5), "epilepsy": ("N03A", 5), "pulmonary": ("R03", 4)}


@pytest.mark.parametrize(("condition", "of"), SICK.items(), ids=SICK)
def test_the_sick_use_medicine_for_it_several_times_a_year(town, condition, of):
    prefix, times = of
    drawn = block_of(TOWN, 0)
    people = drawn.people.number[: drawn.people.citizens]
    keys = pd.Series([f"{key:012}" for key in pseudonyms(TOWN, people).tolist()])
    sick = set(keys[has_condition(drawn.conditions, condition)[: drawn.people.citizens]])
    rows = read(town, "prescriptions")
    rows = rows[rows.ATC.str.startswith(prefix) & (rows.APK > 0)]
    users = set(rows.PNR)
    assert len(users & sick) / len(sick) > 0.6
    assert len(users - sick) / TOWN.citizens < 0.3
    assert rows[rows.PNR.isin(sick)].groupby("PNR").size().mean() > times


# --- areas and what regions keep ----------------------------------------------------------------------


def test_areas_add_up_to_their_municipality_to_the_last_decimal(town):
    areas = table(town, "areas", converters={"KM2": Decimal})
    whole = table(town, "municipalities", converters={"AREA_KM2": Decimal})
    assert areas.groupby("KOM").KM2.sum().to_dict() == whole.set_index("KOM").AREA_KM2.to_dict()
    assert areas.AREA.is_unique
    assert areas.E.isna().mean() == pytest.approx(0.05, abs=0.04)
    assert areas.LIFE_EXPECTANCY.notna().mean() == pytest.approx(0.7, abs=0.1)


def test_citizens_live_in_an_area_of_their_municipality(town):
    people = read(town, "population")
    kom = people.AREA.map(table(town, "areas").set_index("AREA").KOM)
    assert (kom == people.KOM.replace("411", "400")).all()


def test_places_are_in_utm_zone_32():
    """Københavns Rådhus stands at 724,3 km east, 6.175,7 km north."""
    east, north = utm32(np.array([12.5683]), np.array([55.6761]))
    assert east[0] == pytest.approx(724_300, abs=200)
    assert north[0] == pytest.approx(6_175_700, abs=300)


def test_the_projection_has_every_municipality_sex_and_age_and_the_size_of_the_nation(town):
    rows = table(town, "projection")
    assert len(rows) == 98 * 2 * 111 == len(rows.drop_duplicates(["KOM", "KOEN", "ALDER"]))
    assert rows.PERSONS.sum() == pytest.approx(TOWN.citizens, rel=0.01)


def test_clinics_that_closed_were_partly_taken_over(town):
    clinics = read(town, "clinics.parquet")
    former = clinics.PREDECESSOR.dropna()
    assert former.isin(clinics.YDERNR[clinics.TIL.notna()]).all()
    assert (clinics.MAXIMUM.dropna() > clinics.MINIMUM[clinics.MAXIMUM.notna()]).all()


def test_every_open_capacity_is_reported_every_month(town):
    rows, clinics = table(town, "capacity_register"), read(town, "clinics.parquet")
    assert rows.groupby("MONTH").size().nunique() == 1
    assert rows.MONTH.nunique() == 12
    assert set(rows.YDERNR) == set(clinics.YDERNR[clinics.TIL.isna()])
    assert (rows.OCCUPIED_SHARE[rows.VACANT_SINCE.notna()] < 1).all()
    assert (rows.OCCUPIED_SHARE[rows.VACANT_SINCE.isna()] == 1).all()


def test_a_raised_minimum_takes_effect_thirty_days_after_both_notices(town):
    days = ["DECIDED_ON", "NOTICE_DECISION", "NOTICE_CALCULATION", "EFFECTIVE_FROM"]
    rows = table(town, "decisions", parse_dates=days)
    raised = rows[rows.EFFECTIVE_FROM > rows.DECIDED_ON]
    assert len(raised) > len(rows) / 2
    notices = raised[["NOTICE_DECISION", "NOTICE_CALCULATION"]].max(axis=1)
    assert ((raised.EFFECTIVE_FROM - notices).dt.days == 30).all()


def test_decisions_are_taken_once_regions_may_and_differ_from_the_present_limit(town):
    rows = table(town, "decisions", parse_dates=["DECIDED_ON", "EFFECTIVE_FROM"])
    assert rows.DECIDED_ON.between(pd.Timestamp(2025, 7, 1), pd.Timestamp(2025, 12, 31)).all()
    limit = rows.YDERNR.map(read(town, "clinics.parquet").drop_duplicates("YDERNR").set_index("YDERNR").MINIMUM)
    assert ((limit < rows.NUMBER) == (rows.EFFECTIVE_FROM > rows.DECIDED_ON)).all()
    assert (limit != rows.NUMBER).all()


# --- further covariates -------------------------------------------------------------------------------

PERSONS = Nation(50_000, seed=12, extras=True)


@pytest.fixture(scope="module")
def persons():
    """Further covariates of a block of persons, with who they are."""
    drawn = block_of(PERSONS, 0)
    people, size = drawn.people, drawn.people.citizens
    rows = covariates_table(PERSONS, 0, people, drawn.conditions).to_pandas().set_index("PNR")
    who = {"age": people.age[:size], "woman": people.woman[:size], "civil": people.civil[:size]}
    keys = [f"{key:012}" for key in pseudonyms(PERSONS, people.number[:size])]
    return rows.join(pd.DataFrame(who, index=keys), how="left")


def test_nearly_every_citizen_has_covariates_and_nobody_else(persons):
    assert persons.index.is_unique and persons.age.notna().all()
    assert 0.995 < len(persons) / PERSONS.citizens < 1
    assert 0 < persons.HOME_CARE.isna().mean() < 0.01


def test_home_care_rises_with_age_and_is_given_by_quarters_of_an_hour(persons):
    helped = persons.HOME_CARE > 0
    share = helped.groupby(persons.age).mean()
    assert share[65:68].mean() == pytest.approx(0.08, abs=0.03)
    assert helped[persons.age.between(88, 92)].mean() == pytest.approx(0.45, abs=0.08)
    assert helped[persons.age < 65].mean() < 0.01 and not helped[persons.age < 18].any()
    assert persons.HOME_CARE[helped].between(0.25, 60).all() and (persons.HOME_CARE[helped] * 4 % 1 == 0).all()


def test_cohabitation_ends_for_the_unmarried_of_middle_age(persons):
    married = persons.civil.isin([CIVIL_STATUS.index("G"), CIVIL_STATUS.index("P")])
    may = ~married & persons.age.between(25, 75)
    assert persons.COHABITATION_ENDED[may].mean() == pytest.approx(0.02, abs=0.004)
    assert not persons.COHABITATION_ENDED[~may].any()


def test_other_covariates_of_persons_are_as_common_as_they_should_be(persons):
    assert persons.SOCIAL_SUPPORT.mean() == pytest.approx(0.004, abs=0.001)
    assert persons.LATE_DIAGNOSIS.mean() == pytest.approx(0.003, abs=0.001)
    assert set(persons.GP_CONDITIONS) == {0, 1, 2, 3}
    young, old = (persons.GP_CONDITIONS[persons.age.between(*ages)].mean() for ages in ((20, 40), (70, 90)))
    assert young < old / 3
    assert persons.MORTALITY_RISK.between(0, 600).all()
    assert persons.MORTALITY_RISK.mean() == pytest.approx(10, abs=3)


def test_covariates_of_areas_municipalities_and_clinics(town):
    areas, homes = table(town, "covariates_areas"), table(town, "covariates")
    clinics = table(town, "covariates_clinics")
    assert set(areas.AREA) == set(table(town, "areas").AREA) and len(homes) == 98
    assert 0.01 < areas.DEPRIVED_HOUSING.mean() < 0.1 and set(areas.DEPRIVED_HOUSING) == {0, 1}
    assert areas.DEPRIVATION_INDEX.dropna().between(8, 80).all() and areas.DEPRIVATION_INDEX.isna().any()
    years = homes.dropna()
    assert years.LIFE_EXPECTANCY_65.between(18.5, 21).all()
    own = table(town, "municipalities").set_index("KOM").LIFE_EXPECTANCY
    assert (years.LIFE_EXPECTANCY_MEN - years.KOM.map(own) + 2).abs().max() < 1
    assert (years.LIFE_EXPECTANCY_WOMEN - years.KOM.map(own) - 2).abs().max() < 1
    assert (homes.SPECIALIST_KM >= 2).all()
    assert set(clinics.YDERNR) == set(read(town, "clinics.parquet").YDERNR)
    assert 0.1 < (clinics.TRAINEES > 0).mean() < 0.4 and clinics.TRAINEES.isin([0, 1, 2]).all()
    assert clinics.SPECIAL_HOUSING.mean() < 0.05
