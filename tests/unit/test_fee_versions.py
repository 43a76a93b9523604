"""Versions of the fee table, tables as files, and correction factors."""

import datetime
import hashlib
from fractions import Fraction
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fordel_dask.errors import CoverageError, FordelError, ImpossibleValueError, LawError, SchemaError
from fordel_dask.fee_work.keeping import inputs_of_tables
from fordel_dask.fees.correction import (
    CorrectionFactor,
    at_level_of_table,
    corrections_for,
    corrections_text,
    mean_at_level_of_table,
    packaged_corrections,
    price_index,
    read_corrections,
)
from fordel_dask.fees.fee_table import Fee, FeeTable, packaged_tables
from fordel_dask.fees.table_file import read_footnotes, read_table, table_text
from fordel_dask.fees.versions import (
    FeeVersion,
    Gap,
    gaps,
    packaged_versions,
    refuse_overlaps,
    version_in_force,
    versions,
)

PACKAGED = packaged_tables()[0]
TEXT = table_text(PACKAGED.fees)
LINES = TEXT.split("\n")
OCTOBER_1 = datetime.date(2025, 10, 1)


def day(text):
    return datetime.date.fromisoformat(text)


def version(first, last):
    return FeeVersion(FeeTable(day(first), day(last), ()), f"{first}.csv", "")


def with_line(number, *changes):
    lines = list(LINES)
    for old, new in changes:
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new)
    return "\n".join(lines)


# --- versions -----------------------------------------------------------------------------------------


def test_a_day_has_one_table():
    refuse_overlaps([version("2031-01-01", "2031-06-30"), version("2031-07-01", "2031-12-31")])


def test_every_pair_that_overlaps_is_named():
    found = [
        version("2031-01-01", "2031-12-31"),
        version("2031-02-01", "2031-02-01"),
        version("2031-12-31", "2032-01-01"),
    ]
    with pytest.raises(LawError) as refused:
        refuse_overlaps(found)
    said = str(refused.value)
    assert "2031-01-01.csv (2031-01-01 to 2031-12-31) and 2031-02-01.csv (2031-02-01 to 2031-02-01)" in said
    assert "are both in force from 2031-12-31 to 2031-12-31" in said


def test_gaps_are_the_days_between_tables():
    found = [
        version("2031-01-01", "2031-06-30"),
        version("2031-07-01", "2031-07-31"),
        version("2031-09-01", "2031-12-31"),
    ]
    assert gaps(found) == (Gap(day("2031-08-01"), day("2031-08-31")),)


@pytest.mark.parametrize("on", ["2031-01-01", "2031-06-30"])
def test_first_and_last_day_belong_to_a_table(on):
    found = [version("2031-01-01", "2031-06-30"), version("2031-07-01", "2031-12-31")]
    assert version_in_force(found, day(on)) is found[0]
    assert version_in_force(found, None) is found[1]


def test_without_a_directory_there_are_the_packaged_tables():
    assert versions() == packaged_versions()
    assert packaged_versions()[0].table.footnotes


def test_faults_of_all_listed_tables_are_told_at_once(tmp_path):
    (tmp_path / "schedules.csv").write_text(
        "file,valid_from,valid_to,source\na,2031-01-01,2031-01-31,\nb,2031-02-01,2031-02-28,\n", "utf-8"
    )
    (tmp_path / "b.csv").write_text("section,code\n", "utf-8")
    with pytest.raises(SchemaError) as refused:
        versions(tmp_path)
    assert "columns text_da" in str(refused.value)
    assert "There is no file" in str(refused.value)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("../a,2031-01-01,2031-01-31,", "file must be"),
        ("a,2031-1-1,2031-01-31,", "valid_from must be"),
        ("a,2031-02-01,2031-01-31,", "valid_to lies before"),
        ("a,2031-02-01", "another number of values"),
    ],
)
def test_a_list_of_tables_that_cannot_be_is_refused(tmp_path, line, what):
    (tmp_path / "schedules.csv").write_text(f"file,valid_from,valid_to,source\n{line}\n", "utf-8")
    with pytest.raises(SchemaError, match=what):
        versions(tmp_path)


# --- tables as files ----------------------------------------------------------------------------------


def test_a_table_that_is_printed_and_read_again_is_the_same():
    assert read_table(TEXT, "t") == PACKAGED.fees


def test_the_packaged_table_keeps_its_bytes():
    assert resources.files("fordel_dask.law").joinpath("fees/gp_fees_2025-10-01.csv").read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("dagtid", "nat"), "section must be one of dagtid"),
        (("0101", "101"), "code must be four digits"),
        (("16911", "169.11"), "fee_oere must be a whole number"),
        (("16911", "-16911"), "fee_oere must be a whole number"),
        (("grundydelse,1", "grundydelse,2"), "is_contact must be 0 or 1"),
        (("konsultation,1", "konsultation,x"), "kroniker_daekket must be"),
        (("pr. ydelse", ""), "unit must be named"),
        (("0101", "BASIS_MD"), "the same section, code and area as in line 2"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_line(change, what):
    with pytest.raises(SchemaError, match=f"t:7: {what}"):
        read_table(with_line(7, change), "t")


FEES = st.builds(
    Fee,
    section=st.sampled_from(["dagtid", "vagttid_A", "profylakse"]),
    code=st.from_regex(r"[0-9]{4}", fullmatch=True),
    area=st.sampled_from(["", "i_laegedaekningstruet"]),
    text=st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])),
    amount_oere=st.integers(0, 999_999_999),
    group=st.sampled_from(["lab", "tillaeg"]),
    unit=st.sampled_from(["pr. km", "pr. ydelse"]),
    is_contact=st.booleans(),
    contact_type=st.sampled_from(["", "telefon"]),
    covered=st.sampled_from(["0", "1", "?"]),
    footnotes=st.sampled_from(["", "1", "4,5", "*"]),
    note=st.sampled_from(["", 'a, "b"', "a\nb"]),
    line=st.integers(0, 9999),
)


@given(st.lists(FEES, unique_by=lambda fee: fee.key))
def test_any_table_that_is_printed_and_read_again_is_the_same(fees):
    assert read_table(table_text(fees), "t") == tuple(fees)


@given(st.one_of(st.text(), st.text().map(lambda text: LINES[0] + "\n" + text)))
def test_any_other_text_is_a_table_or_refused(text):
    for read in (read_table, read_footnotes, read_corrections):
        try:
            read(text, "t")
        except FordelError as refused:
            assert refused.exit_code == 10


# --- correction factors -------------------------------------------------------------------------------

FACTORS = corrections_for(packaged_corrections(), OCTOBER_1)


def test_the_factors_of_the_packaged_table():
    assert {year: one.factor for year, one in FACTORS.items()} == {
        2022: Fraction(79, 1000),
        2023: Fraction(42, 1000),
        2024: Fraction(12, 1000),
        2025: Fraction(6, 1000),
    }


@pytest.mark.parametrize(
    ("income", "levelled"),
    [(0, 0), (100_000, 107_900), (1_000, 1_079), (500, 540), (5_000, 5_395), (50, 54), (7, 8), (6, 6)],
    ids=["nothing", "1,000 kroner", "10 kroner", "539.5 øre", "exactly", "53.95 øre", "7.553 øre", "6.474 øre"],
)
def test_an_income_is_raised_by_its_factor_and_rounded_half_up(income, levelled):
    assert at_level_of_table({2022: income}, FACTORS) == {2022: levelled}


def test_a_mean_is_rounded_once():
    incomes = {2022: 500, 2024: 125}  # 539.5 and 126.5 øre: rounded each, their mean would be 333.5
    assert at_level_of_table(incomes, FACTORS) == {2022: 540, 2024: 127}
    assert mean_at_level_of_table(incomes, FACTORS) == 333


def test_a_year_without_factor_is_refused_with_those_that_have_one():
    with pytest.raises(CoverageError, match="2021; it states 2022, 2023, 2024, 2025"):
        at_level_of_table({2021: 1}, FACTORS)
    with pytest.raises(CoverageError):
        mean_at_level_of_table({}, FACTORS)


def test_an_income_below_0_is_refused():
    with pytest.raises(ImpossibleValueError, match="2022 is below 0"):
        at_level_of_table({2022: -1}, FACTORS)


def test_as_an_index_the_factors_are_prices_of_a_year():
    assert price_index(FACTORS)[2023] == Fraction(1042, 1000)


@given(st.lists(st.tuples(st.integers(1990, 2090), st.integers(-99_999, 99_999)), unique_by=lambda one: one[0]))
def test_factors_that_are_printed_and_read_again_are_the_same(told):
    factors = tuple(CorrectionFactor(OCTOBER_1, year, Fraction(milli, 100_000), None) for year, milli in sorted(told))
    assert read_corrections(corrections_text(factors), "t") == factors


@given(st.dictionaries(st.sampled_from([2022, 2023, 2024, 2025]), st.integers(0, 10**12), min_size=1))
def test_levelled_incomes_are_within_half_an_oere_and_never_lower(incomes):
    for year, levelled in at_level_of_table(incomes, FACTORS).items():
        assert abs(levelled - incomes[year] * (1 + FACTORS[year].factor)) <= Fraction(1, 2)
        assert levelled >= incomes[year]


def test_fee_tables_of_one_s_own_are_inputs_with_their_content(tmp_path):
    (tmp_path / "schedules.csv").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"y")
    assert inputs_of_tables(tmp_path) == {"fee table schedules.csv": hashlib.sha256(b"x").hexdigest()}
    assert inputs_of_tables(None) == {}
