"""``fordel fees differentiate`` on an invented nation and on one built by hand: tables, terminal, JSON, refusals."""

import json
import shutil
from decimal import Decimal
from functools import partial

import openpyxl
import pandas as pd
import pytest

from fordel_dask.schema.differentiated import DIFFERENTIATED_TABLES
from tests.lib import commands
from tests.lib.published import two_councils, write_published
from tests.lib.village import make_village

fees = partial(commands.call, "fees")
call = partial(commands.call, "fees", "differentiate")
refused = partial(commands.refused, "fees", "differentiate")

RULE = """
share = 50
cap = 105
[phase_in]
2027 = 50
2029 = 100
[supplement]
budget = 0.75
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("differentiated")
    make_village(folder)
    (folder / "rule.toml").write_text(RULE, "utf-8")
    made = fees("income", folder / "store", "--run", folder / "run", "--out", folder / "income", "--quiet")
    assert made.exit_code == 0, made.output
    return folder


def table(out, name):
    return pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)


def kroner(column):
    return column.map(Decimal)


@pytest.mark.rule("R54")
def test_all_clinics_together_get_the_same_basic_fee_to_the_oere(folder, tmp_path):
    assert call(folder / "run", "--out", tmp_path / "out").exit_code == 0
    clinics = table(tmp_path / "out", "differentiated_clinics")
    assert kroner(clinics.basic_after_kr).sum() == kroner(clinics.basic_before_kr).sum()
    assert kroner(clinics.basic_before_kr).sum() == 538_70 * clinics.patients.astype(int).sum() / Decimal(100)
    assert (kroner(clinics.basic_after_kr) % Decimal("0.01") == 0).all()


@pytest.mark.rule("R54")
def test_at_the_minimum_number_all_have_the_same_basic_fee_per_capacity(folder, tmp_path):
    call(folder / "run", "--out", tmp_path / "out")
    clinics = table(tmp_path / "out", "differentiated_clinics").query("minimum_patients != ''")
    assert len(clinics) > 1
    assert clinics.basic_at_exact_minimum_after_kr.nunique() == 1
    assert clinics.basic_at_exact_minimum_before_kr.nunique() > 1
    loads = table(tmp_path / "out", "equal_load").set_index(["income", "list", "when"])
    assert loads.greatest_over_least["basic_fee", "exact_minimum", "after"] == "1.000000000"


@pytest.mark.rule("R54")
def test_with_incomes_the_effect_is_on_all_income(folder, tmp_path):
    told = json.loads(call(folder / "run", "--income", folder / "income", "--out", tmp_path / "out", "--json").output)
    incomes = table(folder / "income", "clinic_income").set_index("ydernummer").income_kr
    clinics = table(tmp_path / "out", "differentiated_clinics").set_index("ydernummer")
    assert told["whole_income"]
    assert (kroner(clinics.income_before_kr) == kroner(incomes[clinics.index])).all()
    assert kroner(clinics.income_after_kr).sum() == kroner(clinics.income_before_kr).sum()
    assert set(table(tmp_path / "out", "equal_load").income) == {"basic_fee", "all"}


@pytest.mark.rule("R53", "R54")
def test_a_rule_with_all_it_can_say(folder, tmp_path):
    asked = ("--rule", folder / "rule.toml", "--on", "2029-06-01", "--temporary-by", "shortage")
    told = json.loads(call(folder / "run", *asked, "--out", tmp_path / "out", "--excel", "--json").output)
    assert (told["share"], told["cap"], told["supplement_kr"]) == (0.5, 1.05, 750_000)
    clinics = table(tmp_path / "out", "differentiated_clinics")
    assert clinics.factor.map(Decimal).max() <= Decimal("1.05")
    assert kroner(clinics.supplement_kr).sum() == 750_000
    money = table(tmp_path / "out", "council_supplements")
    by_year = kroner(money.supplement_kr).groupby([money.kind, money.year]).sum().to_dict()
    assert by_year == {
        ("rule", "2029"): 750_000,
        ("temporary", "2025"): 85_000_000,
        ("temporary", "2026"): 163_000_000,
    }
    sheets = openpyxl.load_workbook(tmp_path / "out" / "fees-differentiate.xlsx").sheetnames
    assert sheets == ["about", *(declared.name for declared in DIFFERENTIATED_TABLES)]


def test_the_years_of_a_phase_in_are_shown_side_by_side(folder, tmp_path):
    call(folder / "run", "--rule", folder / "rule.toml", "--out", tmp_path / "out")
    years = table(tmp_path / "out", "differentiated_years")
    assert list(zip(years.year, years.share, strict=True)) == [("2027", "0.250000000"), ("2029", "0.500000000")]
    assert kroner(years.moved_kr).is_monotonic_increasing


def test_groups_of_a_kind_hold_every_clinic_once(folder, tmp_path):
    call(folder / "run", "--out", tmp_path / "out")
    groups = table(tmp_path / "out", "differentiated_groups")
    patients = groups.patients.astype(int).groupby(groups.grouping).sum()
    assert patients.nunique() == 1
    assert kroner(groups.change_kr).groupby(groups.grouping).sum().eq(0).all()


def test_the_same_question_gives_the_same_bytes(folder, tmp_path):
    for name in ("one", "two"):
        call(folder / "run", "--rule", folder / "rule.toml", "--out", tmp_path / name)
    for declared in DIFFERENTIATED_TABLES:
        one, two = ((tmp_path / name / f"{declared.name}.csv").read_bytes() for name in ("one", "two"))
        assert one == two
        assert one.decode().split("\n")[0] == ",".join(column.name for column in declared.columns)


def test_a_person_is_shown_winners_equal_loads_and_limits(folder):
    text = call(folder / "run", "--income", folder / "income").output
    for told in (
        "Who wins and who loses",
        "get the same basic fee per capacity",
        "all income per capacity still differs",
        "(least deprived)",
        "(most deprived)",
        "(lightest)",
        "(heaviest)",
        "Temporary supplement",
        "Deprivation is a proxy",
    ):
        assert told in text


@pytest.mark.rule("R22", "R53")
def test_capacities_may_be_those_that_regions_report(tmp_path):
    run = write_published(two_councils(), tmp_path / "run")
    heading = "MONTH,YDERNR,CAPACITY_ID,ALLOCATED_FROM,OCCUPIED_SHARE,SPECIALIST,VACANT_SINCE,REPORTED_ON"
    rows = ["000810,a,2010-01-01,1,1,,", "000810,b,2010-01-01,0,,2024-05-01,", "000830,c,2010-01-01,1,1,,"]
    text = "\n".join([heading, *(f"2025-12,{row}2026-01-10" for row in rows)])
    (tmp_path / "capacity.csv").write_text(text + "\n", "utf-8")
    asked = ("--capacity", tmp_path / "capacity.csv", "--out", tmp_path / "out", "--json")
    told = json.loads(call(run, *asked).output)
    unreported = told["clinics_as_last_reported"], told["clinics_as_registered"]
    assert (told["capacities_of"], *unreported) == ("2025-12", 0, 1)
    assert "all taken as occupied: 1." in call(run, "--capacity", tmp_path / "capacity.csv").output
    money = table(tmp_path / "out", "council_supplements").set_index(["year", "council_id"])
    north = money.loc[("2025", "north")]
    assert (north.allocated, north.occupied, north.room) == (
        "3.000000000",
        "2.000000000",
        "1.000000000",
    )  # 000820: register


def test_a_run_built_by_hand_is_enough(tmp_path):
    run = write_published(two_councils(), tmp_path / "run")
    told = json.loads(call(run, "--json").output)
    assert (told["clinics"], told["clinics_above_minimum"]) == (4, 0)
    assert told["basic_fee_after_kr"] == 2_801_240  # 5,200 patients × 538.70


def test_refusals_leave_nothing_behind(folder, tmp_path):
    run, out = folder / "run", tmp_path / "out"
    (tmp_path / "bad.toml").write_text('shares = 1\nunit = "doctor"', "utf-8")
    code, message = refused(run, "--rule", tmp_path / "bad.toml", "--out", out)
    assert code == 20 and "did you mean 'share'" in message and "'clinic' or 'citizen'" in message
    assert refused(run, "--on", "2026-12-31", "--out", out)[0] == 21
    assert refused(run, "--income", folder / "store", "--out", out)[0] == 13
    assert refused(folder / "store", "--out", out)[0] == 13
    assert refused(run, "--excel")[0] == 2
    assert refused(run, "--income", folder / "income", "--fees", tmp_path)[0] == 2
    code, message = refused(run, "--rule", tmp_path / "bad.toml", "--on", "2026-01-01", "--out", out)
    assert code == 20 and "fees.differentiated" in message  # both are told
    assert not out.exists()


def test_incomes_of_another_run_or_changed_ones_are_refused(folder, tmp_path):
    run = write_published(two_councils(), tmp_path / "run")
    assert "of another RUN" in refused(run, "--income", folder / "income")[1]
    shutil.copytree(folder / "income", tmp_path / "income")
    changed = tmp_path / "income" / "clinic_income.csv"
    changed.write_text(changed.read_text("utf-8").replace("0.000000", "1.000000", 1), "utf-8")
    assert refused(folder / "run", "--income", tmp_path / "income")[0] == 13


def test_help_shows_a_rule_and_an_example():
    text = call("--help").output
    assert "fordel fees differentiate nation.run" in text and "[phase_in]" in text
