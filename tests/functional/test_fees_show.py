"""``fordel fees show``: fees, footnotes, versions by day, gaps, changes and correction factors."""

import json
from functools import partial

import pytest
from click.testing import CliRunner

from fordel_dask.cli import cli
from fordel_dask.cli.fees.show import SECTIONS
from fordel_dask.fees.headings import sections
from tests.lib import commands
from tests.lib.fee_texts import INVENTED

shown = partial(commands.done, "fees", "show")
refused = partial(commands.refused, "fees", "show")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    kept = tmp_path_factory.mktemp("fees") / "kept"
    told = ["fees", "import", str(INVENTED), "--into", str(kept)]
    CliRunner().invoke(cli, [*told, "--valid-from", "2031-01-01"], catch_exceptions=False)
    CliRunner().invoke(cli, [*told, "--valid-from", "2032-01-01", "--valid-to", "2032-06-30"], catch_exceptions=False)
    return kept


def test_all_fees_of_the_packaged_table_are_shown():
    said = shown()
    assert "Fees in force from 2025-10-01 to 2026-03-31 (packaged)." in said
    assert "195 fees, contacts among them (M3): 44." in said
    assert len({len(line) for line in said.splitlines() if line.startswith("  profylakse") and "44" in line}) <= 2


def test_a_code_is_shown_in_every_section_that_has_it():
    said = shown("0101")
    assert [line.split()[0] for line in said.splitlines()[2:5]] == ["dagtid", "vagttid_A", "vagttid_B"]
    assert all(amount in said for amount in ("169.11", "227.08", "281.89"))
    assert shown("101") == said
    assert "vagttid" not in shown("0101", "--section", "dagtid")


def test_a_fee_is_shown_with_unit_area_group_and_footnote():
    assert all(word in shown("0130") for word in ("pr. patient pr. måned", "short of doctors", "kroniker", "230.91"))
    said = shown("8328")
    assert "profylakse 4: For drenge gælder" in said
    assert "dagtid 4" not in said


def test_a_fee_without_number_is_shown_by_its_name():
    assert "44.89" in shown("basis_md")


def test_as_json_amounts_are_whole_oere():
    found = json.loads(shown("0461", "--json"))
    (fee,) = found["fees"]
    assert (fee["fee_oere"], fee["footnotes"], fee["line"], fee["is_contact"]) == (156_331, ["4", "5"], 55, True)
    assert [note["sign"] for note in found["footnotes"]] == ["4", "5"]
    assert found["versions"][0]["place"] == "packaged"


def test_the_table_is_the_one_in_force_on_the_day(kept):
    assert "(packaged)" in shown("0101", "--fees", kept, "--on", "2026-03-31")
    assert "150.00" in shown("0901", "--fees", kept, "--on", "2031-01-01")
    assert "2032-01-01 to 2032-06-30" in shown("0901", "--fees", kept)


def test_days_without_table_are_told(kept):
    said = shown("0901", "--fees", kept)
    assert "No fee table is in force from 2026-04-01 to 2030-12-31." in said
    assert "No fee table is in force from 2031-07-01 to 2031-12-31." in said


@pytest.mark.parametrize("day", ["2025-09-30", "2026-04-01", "2031-07-01", "2032-07-01"])
def test_a_day_without_table_is_refused_with_the_periods_that_have_one(kept, day):
    code, said = refused("--fees", kept, "--on", day)
    assert code == 11
    assert "2031-01-01 to 2031-06-30" in said


def test_changes_between_two_days_are_shown(kept):
    assert ": none." in shown("--fees", kept, "--on", "2032-02-01", "--against", "2031-02-01")
    found = json.loads(shown("--fees", kept, "--on", "2031-02-01", "--against", "2026-01-01", "--json"))
    assert found["counts"]["added"] - found["counts"]["gone"] == 49 - 195
    assert found["against"]["place"] == "packaged"


def test_a_code_that_has_gone_is_shown_as_gone(kept):
    assert "1 gone" in shown("0105", "--fees", kept, "--on", "2031-02-01", "--against", "2026-01-01")


def test_an_unknown_code_is_refused(kept):
    assert refused("9999")[0] == 12
    assert refused("0130", "--section", "profylakse")[0] == 12


def test_a_directory_without_tables_is_refused(tmp_path):
    code, said = refused("--fees", tmp_path)
    assert (code, "fordel fees import" in said) == (11, True)


def test_incomes_are_brought_to_the_level_of_the_table():
    said = shown("--income", "2023=1.234.567,00", "--income", "2025=2.000.000,55")
    assert all(amount in said for amount in ("1,286,418.81", "2,012,000.55", "Their mean: 1,649,209.68."))
    assert "assumption (V38)" in said
    found = json.loads(shown("--income", "2023=1.234.567,00", "--json"))
    assert found["incomes_at_level_oere"] == {"2023": 128_641_881}


def test_correction_factors_are_those_of_the_table_in_force(kept):
    assert "7.9 %" in shown("--corrections")
    said = shown("--corrections", "--fees", kept, "--on", "2031-01-01")
    assert "6.5 %" in said
    assert "2030-01-01" in said


@pytest.mark.parametrize(
    ("incomes", "code"),
    [(["2021=1"], 11), (["2023=-5"], 2), (["2023"], 2), (["2023=1.5"], 2), (["23=5"], 2), (["2023=1", "2023=2"], 2)],
)
def test_an_income_that_cannot_be_levelled_is_refused(incomes, code):
    assert refused(*(part for one in incomes for part in ("--income", one)))[0] == code


def test_sections_of_the_command_are_those_of_the_text():
    assert set(SECTIONS) == set(sections())
