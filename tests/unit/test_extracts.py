"""What registers.toml may say, and what the program answers when it says something else."""

import pytest

from fordel_dask.errors import FordelError
from fordel_dask.extracts import read_declaration
from fordel_dask.extracts.arrays import NO_DAY, UNREADABLE_DAY, day_of_value, plain_text
from fordel_dask.registers.canonical import decimal_text, exact_decimal
from tests.lib.deliveries import write_delivery


def declared(tmp_path, old="", new=""):
    directory = write_delivery(tmp_path / "registers")
    path = directory / "registers.toml"
    path.write_text(path.read_text().replace(old, new) if old else path.read_text() + new)
    return directory


def test_the_year_and_life_expectancy_have_defaults(tmp_path):
    declaration = read_declaration(declared(tmp_path))
    assert (declaration.year, declaration.life_expectancy, declaration.bruhon) == (2026, "81.6", "kroner")


def test_decimals_stay_as_they_are_written(tmp_path):
    declaration = read_declaration(
        declared(tmp_path, "[population]", "[nation]\nlife_expectancy = 81.60\n[population]")
    )
    assert declaration.life_expectancy == "81.60"


def test_registers_that_are_not_used_are_named(tmp_path):
    declaration = read_declaration(declared(tmp_path, new='[decisions]\npath = "decisions.parquet"\n'))
    assert declaration.not_used == ("decisions",)


WRONG = {
    "an unknown section": ("[services]", "[service]", 10, "'services'"),
    "an unknown key": ('path = "services.parquet"', 'paths = "services.parquet"', 10, "'path'"),
    "an unknown unit": ("[services]", '[services]\nbruhon = "dollar"', 10, "kroner"),
    "no TOML": ("[services]", "[services", 10, "TOML"),
    "a register that is not named": ('[dream]\npath = "dream.parquet"', "", 11, "[dream]"),
    "a file that is not there": ("dream.parquet", "drøm*.parquet", 11, "drøm*.parquet"),
    "a year that is none": ("[population]", '[nation]\nyear = "next"\n[population]', 10, "year"),
    "a register twice": ("[dream]", "[[dream]]", 10, "only once"),
    "no life expectancy": ("[population]", '[nation]\nlife_expectancy = "long"\n[population]', 10, "81.6"),
}


@pytest.mark.parametrize(("old", "new", "code", "told"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_is_refused_with_help(tmp_path, old, new, code, told):
    with pytest.raises(FordelError) as refusal:
        read_declaration(declared(tmp_path, old, new))
    assert refusal.value.exit_code == code
    assert told in str(refusal.value)


def test_a_directory_without_a_declaration(tmp_path):
    with pytest.raises(FordelError) as refusal:
        read_declaration(tmp_path)
    assert refusal.value.exit_code == 11


def test_several_faults_are_told_together_with_the_lowest_code(tmp_path):
    directory = declared(tmp_path, "[services]", '[services]\nbruhon = "dollar"')
    (directory / "dream.parquet").unlink()
    with pytest.raises(FordelError) as refusal:
        read_declaration(directory)
    assert refusal.value.exit_code == 10
    assert "bruhon" in str(refusal.value)
    assert "dream" in str(refusal.value)


def test_a_list_a_glob_and_a_directory_of_files(tmp_path):
    directory = declared(tmp_path, '"services.parquet"', '["ser*.parquet", "older"]')
    (directory / "older" / "year=2025").mkdir(parents=True)
    (directory / "older" / "year=2025" / "a.parquet").write_bytes(b"")
    names = [path.name for path in read_declaration(directory).services.files]
    assert sorted(names) == ["a.parquet", "services.parquet"]


TEXTS = {"5": 5, "5.5": 5.5, "5.0": "5.0 ", "x5": " x5", "": None, "07": "07", "ø": b"\xc3\xb8", "å": b"\xe5"}


@pytest.mark.parametrize(("text", "value"), [*TEXTS.items(), ("5", 5.0), ("5", "5."), ("", float("nan")), ("-1", -1.0)])
def test_codes_are_compared_trimmed_and_whole_numbers_as_digits(text, value):
    expected = "5" if text == "5.0" else text
    assert plain_text(value) == expected


DAYS = {
    "1970-01-02": 1,
    "19700102": 1,
    "02-01-1970": 1,
    "02.01.1970": 1,
    "1970-01-02 23:59": 1,
    19700102: 1,
    "": NO_DAY,
    None: NO_DAY,
    "1970-13-01": UNREADABLE_DAY,
    "soon": UNREADABLE_DAY,
    "700102": UNREADABLE_DAY,
}


@pytest.mark.parametrize(("value", "day"), DAYS.items(), ids=map(str, DAYS))
def test_days_are_read_as_people_write_them(value, day):
    assert day_of_value(value) == day


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        ("1,5", "1.5"),
        (1.0, "1"),
        ("0.2120", "0.212"),
        (100.0, "100"),
        ("-0", "0"),
        (3, "3"),
        ("1e3", "1000"),
    ],
)
def test_decimals_are_exact_and_short(value, text):
    assert decimal_text(exact_decimal(value)) == text
