"""Whom the model counts, where and when (R1, R4–R10, R25, R27, R28), told by one citizen or clinic that changes."""

import datetime
import shutil
from fractions import Fraction

import pandas as pd
import pytest

from fordel_dask.errors import CoverageError
from fordel_dask.registers.clinics import TYPES
from tests.lib.village import Village, make_village, run_of

NEW_YEAR, EVE = datetime.date(2026, 1, 1), datetime.date(2025, 12, 31)


@pytest.fixture(scope="module")
def village(tmp_path_factory) -> Village:
    return make_village(tmp_path_factory.mktemp("village"))


@pytest.fixture(scope="module")
def kirsten(village):
    """A citizen in insurance group 1 with one spell, still enrolled; lives in one municipality, enrolled in another."""
    spells, people, clinics = (village.table(name) for name in ("enrolment", "population", "clinics"))
    alone = spells[~spells.PNR.duplicated(keep=False) & (spells.SIKGRUP == 1) & spells.TIL.isna()]
    lives = alone.merge(people[["PNR", "KOM"]], on="PNR").merge(
        clinics[clinics.TIL.isna() & (clinics.TYPE == "plo")][["YDERNR", "KOM"]], on="YDERNR", suffixes=("", "_CLINIC")
    )
    return lives[lives.KOM != lives.KOM_CLINIC].iloc[0]


def enrolled(kirsten, **values):
    """Change Kirsten's row of the enrolment register."""

    def edit(spells):
        mine = spells.PNR == kirsten.PNR
        return spells.assign(**{name: spells[name].mask(mine, value) for name, value in values.items()})

    return {"enrolment": edit}


def citizens_of(run, code):
    return int(run.row("municipalities", code)["citizens"])


def patients_of(run, clinic):
    return int(run.row("clinics", clinic)["patients"])


@pytest.mark.rule("R1")
def test_kirsten_in_group_2_is_counted_neither_at_home_nor_in_her_clinic(village, kirsten, tmp_path):
    run = village.changed(tmp_path, enrolled(kirsten, SIKGRUP=2))
    assert citizens_of(run, kirsten.KOM) == citizens_of(village.run, kirsten.KOM) - 1
    assert patients_of(run, kirsten.YDERNR) == patients_of(village.run, kirsten.YDERNR) - 1


@pytest.mark.rule("R1")
def test_when_group_2_is_abolished_its_citizens_come_in_by_themselves(village, tmp_path):
    spells = village.table("enrolment")
    in_force = spells[(spells.SIKGRUP == 2) & spells.TIL.isna()]
    run = village.changed(tmp_path, {"enrolment": lambda rows: rows.assign(SIKGRUP=1)})
    before, after = (sum(int(r["citizens"]) for r in x.rows("councils")) for x in (village.run, run))
    assert after - before == in_force.PNR.nunique() > 0


@pytest.mark.rule("R6")
def test_kirsten_counts_in_the_clinic_of_1_january(village, kirsten, tmp_path):
    run = village.changed(tmp_path, enrolled(kirsten, FRA=NEW_YEAR))
    assert patients_of(run, kirsten.YDERNR) == patients_of(village.run, kirsten.YDERNR)


@pytest.mark.rule("R6")
@pytest.mark.parametrize(
    "values",
    [{"FRA": datetime.date(2026, 1, 2)}, {"TIL": EVE}],
    ids=["came on 2 January", "left on 31 December"],
)
def test_kirsten_who_was_not_there_on_1_january_is_not_counted_all_year(village, kirsten, tmp_path, values):
    run = village.changed(tmp_path, enrolled(kirsten, **values))
    assert patients_of(run, kirsten.YDERNR) == patients_of(village.run, kirsten.YDERNR) - 1


@pytest.mark.rule("R7")
def test_a_delivery_is_for_one_planning_year_and_another_year_needs_its_own_law(village, tmp_path):
    copy = tmp_path / "registers"
    shutil.copytree(village.registers, copy)
    text = (copy / "registers.toml").read_text("utf-8")
    (copy / "registers.toml").write_text(text.replace("year = 2026", "year = 2031"), "utf-8")
    with pytest.raises(CoverageError):
        run_of(copy, tmp_path)


@pytest.mark.rule("R8")
def test_kirsten_counts_where_she_lives_for_the_area_and_where_she_is_enrolled_for_the_clinic(
    village, kirsten, tmp_path
):
    def moved(people):
        return people.assign(KOM=people.KOM.mask(people.PNR == kirsten.PNR, kirsten.KOM_CLINIC))

    run = village.changed(tmp_path, {"population": moved})
    assert citizens_of(run, kirsten.KOM) == citizens_of(village.run, kirsten.KOM) - 1
    assert citizens_of(run, kirsten.KOM_CLINIC) == citizens_of(village.run, kirsten.KOM_CLINIC) + 1
    assert patients_of(run, kirsten.YDERNR) == patients_of(village.run, kirsten.YDERNR)


@pytest.mark.rule("R9")
def test_who_is_enrolled_across_a_border_is_shown_and_nothing_is_corrected_for(village):
    by_home = {}
    for row in village.run.rows("flows"):
        by_home[row["residence_council_id"]] = by_home.get(row["residence_council_id"], 0) + int(row["citizens"])
    assert by_home == {
        r["council_id"]: int(r["citizens"]) for r in village.run.rows("councils") if r["citizens"] != "0"
    }
    assert any(r["residence_council_id"] != r["clinic_council_id"] != "" for r in village.run.rows("flows"))


@pytest.mark.rule("R10")
@pytest.mark.parametrize("year", ["24", "26"])
def test_services_settled_in_another_year_change_no_weight(village, tmp_path, year):
    def with_another_year(services):
        other = services.head(500).assign(HONUGE=lambda rows: year + rows.HONUGE.str[2:])
        return pd.concat([services, other])

    run = village.changed(tmp_path, {"services": with_another_year})
    assert run.bytes_of("weights") == village.run.bytes_of("weights")


@pytest.mark.rule("R10")
def test_services_settled_in_the_fee_year_do(village, tmp_path):
    run = village.changed(tmp_path, {"services": lambda rows: pd.concat([rows, rows[rows.SPECIALE.str[:2] == "80"]])})
    assert run.bytes_of("weights") != village.run.bytes_of("weights")


@pytest.mark.rule("R25", "R27")
def test_a_clinic_with_few_patients_counts_with_its_patients_and_its_capacities(village):
    small = [r for r in village.run.rows("clinics") if r["clinic_type"] == "plo" and 0 < int(r["patients"]) < 500]
    assert all(r["status"] == "ok" and r["minimum_patients"] for r in small)
    assert len(small) > 50
    for council in village.run.rows("councils"):
        own = [r for r in village.run.rows("clinics") if r["council_id"] == council["council_id"]]
        listed = [r for r in village.run.rows("flows") if r["clinic_council_id"] == council["council_id"]]
        assert sum(int(r["patients"]) for r in own) == sum(int(r["citizens"]) for r in listed)
        counted = [r for r in own if r["clinic_type"] != "island" and r["capacities"]]
        assert Fraction(council["existing_capacities"]) == sum(Fraction(r["capacities"]) for r in counted)


@pytest.mark.rule("R27")
def test_there_is_no_kind_of_clinic_for_special_housing_that_could_be_excepted():
    assert set(TYPES) == {"plo", "region", "tender", "island"}


@pytest.fixture(scope="module")
def regional(village):
    """A regional clinic with patients."""
    return next(r for r in village.run.rows("clinics") if r["clinic_type"] == "region" and int(r["patients"]))


@pytest.mark.rule("R28")
def test_what_patients_of_a_regional_clinic_consume_changes_no_weight(village, regional, tmp_path):
    spells = village.table("enrolment")
    theirs = set(spells[(regional["ydernummer"] == spells.YDERNR) & spells.TIL.isna()].PNR)

    def more(services):
        mine = services.PNR.isin(theirs) & (services.SPECIALE.str[:2] == "80")
        assert mine.any()
        return pd.concat([services, *[services[mine]] * 3])

    run = village.changed(tmp_path, {"services": more})
    assert run.bytes_of("weights") == village.run.bytes_of("weights")


@pytest.mark.rule("R28")
def test_patients_of_a_regional_clinic_are_weighted_and_counted_like_everybody_and_so_is_the_clinic(village, regional):
    assert Fraction(regional["weighted_patients"]) > 0
    assert regional["status"] == "ok"
    council = village.run.row("councils", regional["council_id"])
    own = [r for r in village.run.rows("clinics") if r["council_id"] == regional["council_id"] and r["capacities"]]
    counted = [r for r in own if r["clinic_type"] != "island"]
    assert Fraction(council["existing_capacities"]) == sum(Fraction(r["capacities"]) for r in counted)
