"""The published text of a fee table: every oddity of its layout, on an invented table, and the real one where it is."""

import csv
import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from fordel_dask.errors import SchemaError
from fordel_dask.fees.fee_text import CorrectionLine
from fordel_dask.fees.oddities import last_days, oddities_of_period
from fordel_dask.fees.published_text import read_fee_text
from fordel_dask.fees.rows import text_of
from tests.lib.fee_texts import INVENTED

BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared"
REAL_TEXTS = sorted(BESIDE_THE_PROJECT.glob("seeds/004_*.txt"))
CHECKED = BESIDE_THE_PROJECT / "data" / "honorar_2025_10.csv"
NEW_YEAR, JUNE_30 = datetime.date(2031, 1, 1), datetime.date(2031, 6, 30)
DAY_TIME = ["HONORARTABEL", "DAGTID", "§ 50 Grundydelser"]


@pytest.fixture(scope="module")
def invented():
    return read_fee_text(text_of(INVENTED).split("\n"))


@pytest.fixture(scope="module")
def fees(invented):
    return {fee.key: fee for fee in invented.fees}


def read(*lines):
    return read_fee_text([*DAY_TIME, *lines])


def only(*lines):
    (fee,) = read(*lines).fees
    return fee


def told(text):
    return {one.line: one.what for one in text.oddities}


# --- the real table -----------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL_TEXTS or not CHECKED.is_file(), reason="the published text is not beside the project")
def test_all_195_rows_of_the_real_table_are_those_that_were_checked_by_hand():
    found = read_fee_text(text_of(REAL_TEXTS[0]).split("\n")).fees
    with CHECKED.open(encoding="utf-8", newline="") as file:
        checked = list(csv.DictReader(file))
    columns = ("section", "code", "fee_oere", "group", "omraade", "unit", "footnote", "source_line")
    assert [
        (fee.section, fee.code, str(fee.amount_oere), fee.group, fee.area, fee.unit, fee.footnotes, str(fee.line))
        for fee in found
    ] == [tuple(row[column] for column in columns) for row in checked]
    assert len(found) == 195


# --- oddity by oddity, on the invented table ----------------------------------------------------------


def test_every_fee_of_the_invented_table_is_read_and_none_besides(invented):
    assert len(invented.fees) == 49
    assert [fee.line for fee in invented.fees] == sorted(fee.line for fee in invented.fees)


ODDITIES = [
    ("thousands with a point", ("dagtid", "PRAKSISOMK_AAR", ""), "amount_oere", 1_822_233),
    ("a fee without code, by its name", ("dagtid", "BASIS_MD", ""), "unit", "pr. gruppe 1-sikret pr. måned"),
    ("the year as printed, not 12 months", ("dagtid", "BASIS_AAR", ""), "amount_oere", 49_340),
    ("a name with dot leaders", ("dagtid", "PLEJEHJEM_3T_MD", ""), "amount_oere", 290_006),
    ("a blank after the code", ("dagtid", "0901", ""), "text", "Opdigtet samtale"),
    ("dot leaders before the amount", ("dagtid", "0903", ""), "text", "Opdigtet brev"),
    ("a fee of 0 kroner", ("dagtid", "9903", ""), "amount_oere", 0),
    ("other codes in the text", ("dagtid", "9903", ""), "group", "grundydelse"),
    ("a garbled sign of two footnotes", ("dagtid", "0912", ""), "footnotes", "2,3"),
    ("a sign within the text is no text", ("dagtid", "0912", ""), "text",
     "Opdigtet tur fra 4 km til den fjerne bakke + evt. tillæg for alle gåede km"),
    ("a code near the end of its line", ("dagtid", "0921", ""), "amount_oere", 80_202),
    ("a code within the text is no text", ("dagtid", "0921", ""), "text",
     "Opdigtet havevandring (rolige planter, normalt over 75 cm) + tidstillæg og evt. vandregodtgørelse (se side 2)"),
    ("a unit told by words", ("dagtid", "0926", ""), "unit", "pr. påbegyndt 10 min"),
    ("chronic care where doctors are not short", ("dagtid", "0930", "uden_for_laegedaekningstruet"), "amount_oere",
     10_110),
    ("chronic care where doctors are short", ("dagtid", "0930", "i_laegedaekningstruet"), "amount_oere", 13_130),
    ("the end of chronic care in both areas", ("dagtid", "0933", "i_laegedaekningstruet"), "unit", "pr. ydelse"),
    ("a text that begins with a plus", ("dagtid", "9942", ""), "unit", "pr. km"),
    ("a misspelt heading", ("dagtid", "9951", ""), "group", "tillaeg"),
    ("a group over a page with a label", ("dagtid", "9962", ""), "group", "tillaeg"),
    ("another misspelt heading", ("dagtid", "9971", ""), "group", "lab"),
    ("a text that begins with a number", ("dagtid", "9981", ""), "text",
     "1. opdigtede erklæring (på blåt eller grønt papir)"),
    ("a sign glued to a word", ("dagtid", "9983", ""), "footnotes", "5"),
    ("notes below a fee", ("dagtid", "9991", ""), "notes",
     ("fremviser et opdigtet kort", "er på gennemrejse i eksemplet")),
    ("notes in markup, on one line", ("vagttid_faelles", "9991", ""), "notes",
     ("fremviser et opdigtet kort", "er på gennemrejse i eksemplet")),
    ("a star for a footnote", ("dagtid", "9993", ""), "footnotes", "*"),
    ("the same code in A duty", ("vagttid_A", "0901", ""), "amount_oere", 20_000),
    ("the same code in B duty", ("vagttid_B", "0901", ""), "amount_oere", 25_000),
    ("a supplement among basic services of duty", ("vagttid_B", "9912", ""), "group", "tillaeg"),
    ("one code for A and B in the common list: A", ("vagttid_A", "9964", ""), "amount_oere", 22_202),
    ("one code for A and B in the common list: B", ("vagttid_B", "9964", ""), "amount_oere", 27_207),
    ("the same code in day and duty at the same fee", ("vagttid_faelles", "9971", ""), "amount_oere", 1_414),
    ("the same thing an øre apart: day", ("dagtid", "9972", ""), "amount_oere", 6_101),
    ("the same thing an øre apart: prevention", ("profylakse", "9815", ""), "amount_oere", 6_100),
    ("numbering of footnotes begins anew", ("profylakse", "9821", ""), "footnotes", "1"),
    ("a sign glued to the heading is none of the fee", ("profylakse", "9838", ""), "footnotes", ""),
    ("a sign glued to the amount", ("profylakse", "9962", ""), "footnotes", "1"),
    ("a supplement to a vaccination", ("profylakse", "9838", ""), "group", "vaccination_tillaeg"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "field", "expected"), [one[1:] for one in ODDITIES], ids=[one[0] for one in ODDITIES])
def test_an_oddity_is_survived(fees, key, field, expected):
    assert getattr(fees[key], field) == expected


def test_what_a_person_should_look_at_is_told_with_its_line(invented):
    assert told(invented) == {
        43: "the code 0921 stands within the text of the line",
        96: "'Laboratorieundersøglser' is taken for the heading 'laboratorieundersøgelser'",
        187: "the title says from 2031-01-01 to 2030-07-01, which is no period",
        211: "footnote 2 names 9871, 9872, which have no fee",
        213: "'Opdigtede nye ydelser' is no known heading; what follows is taken as profylakse, vaccination_tillaeg",
    }


def test_footnotes_keep_their_section_for_numbers_return(invented):
    assert [(note.section, note.sign) for note in invented.footnotes] == [
        *(("dagtid", sign) for sign in "12345*"),
        ("vagttid_B", "6"),
        *(("profylakse", sign) for sign in "12"),
    ]


def test_correction_factors_are_exact_and_keep_a_day_of_their_own(invented):
    assert invented.corrections == (
        CorrectionLine(2028, Fraction(65, 1000), 122),
        CorrectionLine(2029, Fraction(3, 100), 123),
        CorrectionLine(2030, Fraction(25, 10_000), 124),
    )
    assert invented.as_of == datetime.date(2030, 1, 1)


def test_the_last_day_is_the_one_before_the_day_that_titles_run_to(invented):
    assert last_days(invented.titles, NEW_YEAR) == (JUNE_30,)


def test_a_period_unlike_the_titles_is_told_at_every_title(invented):
    asked = list(oddities_of_period(invented, datetime.date(2031, 7, 1), datetime.date(2031, 12, 31)))
    assert [one.line for one in asked if "title says from" in one.what] == [9, 132, 187]
    assert [one.line for one in asked if "title says until" in one.what] == [9, 132]
    assert [one.line for one in oddities_of_period(invented, NEW_YEAR, JUNE_30)] == [122]


def test_titles_that_say_different_periods_are_told():
    text = read("1. januar 2031 til 1. juli 2031", "0901 x\t1,00", "1. februar 2031 til 1. juli 2031")
    assert told(text) == {6: "the title says another period than that of line 4"}


@pytest.mark.parametrize("line", ["0901 Opdigtet samtale\t150,00", "0901\tOpdigtet samtale\t150,00",
                                  "0901   Opdigtet   samtale....150,00", "0901 Opdigtet samtale … 150,00",
                                  "0901 Opdigtet samtale . . . . 150,00", "Opdigtet 0901 samtale 150,00",
                                  "<b>0901</b> Opdigtet samtale <i>150,00</i>"])  # fmt: skip
def test_however_it_is_set_a_fee_is_the_same(line):
    fee = only(line)
    assert (fee.code, fee.text, fee.amount_oere) == ("0901", "Opdigtet samtale", 15_000)


@pytest.mark.parametrize("line", ["0901 Opdigtet*\t1,00", "0901 Opdigtet *....1,00", "0901 Opdigtet\t1,00*"])
def test_wherever_its_star_stands_a_fee_has_it(line):
    fee = only(line)
    assert (fee.text, fee.footnotes, fee.amount_oere) == ("Opdigtet", "*", 100)


UNSEEN = {
    "typed": "pr. påbegyndt km",
    "letters taken apart": "pr. pa\u030abegyndt km",
    "a soft hyphen": "pr. påbe\u00adgyndt km",
    "blanks that do not break": "pr.\u00a0påbegyndt\u00a0km",
}


@pytest.mark.parametrize("words", UNSEEN.values(), ids=UNSEEN)
def test_marks_that_cannot_be_seen_change_nothing(words):
    fee = only(f"0901 Opdigtet {words}\t1,00")
    assert (fee.text, fee.unit) == ("Opdigtet pr. påbegyndt km", "pr. km")


@pytest.mark.parametrize("rule", ["--\t------", "------", "_____", "– – –", "====", "|----|----|"])
def test_ruled_lines_are_passed_over(rule):
    assert only("0901 Opdigtet\t1,00", rule).code == "0901"
    assert told(read("0901 Opdigtet\t1,00", rule, "0902 Opdigtet\t1,00")) == {}


@pytest.mark.parametrize(("heading", "group"), [
    ("Laboratoriundersøgelser", "lab"), ("Laboratorie undersøgelser", "lab"), ("Labboratorieundersøgelser", "lab"),
    ("LABORATORIEUNDERSØGELSER", "lab"), ("Børneundersøgleser", "boerneundersoegelse"), ("Attseter", "attest"),
    ("Helbredsundersøgelse af gravde efter § 3", "graviditet"), ("Tillægsydelser til ture", "tillaeg"),
])  # fmt: skip
def test_a_misspelt_heading_is_still_a_heading(heading, group):
    assert only(heading, "0901 Opdigtet\t1,00").group == group


def test_a_heading_that_nobody_knows_is_told_and_changes_nothing():
    text = read("0901 Opdigtet\t1,00", "Mandag – fredag kl. 08-16", "Nye ting", "Februar 31", "0902 Opdigtet\t1,00")
    assert [fee.group for fee in text.fees] == ["grundydelse", "grundydelse"]
    assert told(text) == {6: "'Nye ting' is no known heading; what follows is taken as dagtid, grundydelse"}


def test_a_sentence_between_headings_and_fees_is_no_heading():
    assert told(read("Attester skrives på blåt papir.", "0901 Opdigtet\t1,00")) == {}


def test_a_footnote_without_text_is_told():
    assert told(read("0901 Opdigtet ⁷\t1,00")) == {4: "the fee 0901 has the footnote 7, which stands nowhere"}


# --- refused, by line ---------------------------------------------------------------------------------

REFUSED = {
    "a decimal point": "0901 Opdigtet\t150.00",
    "no øre": "0901 Opdigtet\t150",
    "three decimals": "0901 Opdigtet\t150,000",
    "words behind the amount": "0901 Opdigtet\t150,00 kr.",
    "a text without amount": "0901 Opdigtet samtale, som fortsætter",
    "a named fee without amount": "Basishonorar pr. gruppe 1-sikrede pr. måned 44.89",
    "below zero": "0901 Opdigtet\t-150,00",
    "a blank between thousands": "0901 Opdigtet tur 1 402,07",
    "points in the wrong place": "0901 Opdigtet\t1.40,07",
    "more kroner than there are": "0901 Opdigtet\t123456789,00",
    "two codes within the text": "Opdigtet 0901 og 0902\t1,00",
    "no code": "Opdigtet samtale\t1,00",
    "a day that there is not": "1. januar 2031 til 31. februar 2031",
    "a month that there is not": "1. januar 2031 til 1. sommer 2031",
    "a correction factor without percent": "Indtægt 2028 (kalenderår)\t6,5",
    "a note with an amount": "• opdigtet 12,00",
}


@pytest.mark.parametrize("line", REFUSED.values(), ids=REFUSED)
def test_a_line_that_cannot_be_understood_is_refused_by_its_number(line):
    with pytest.raises(SchemaError) as refused:
        read_fee_text([*DAY_TIME, "0999 Opdigtet\t1,00", "", line], "tabel.txt")
    assert "tabel.txt:6: " in str(refused.value)
    assert refused.value.exit_code == 10


def test_a_fee_without_heading_is_refused():
    with pytest.raises(SchemaError, match="x:2: a fee stands below no heading"):
        read_fee_text(["DAGTID", "0901 Opdigtet\t1,00"], "x")


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_lines():
    lines = [*DAY_TIME, "0901 x\t1.00", "0902 x\t1,00", "0902 y\t2,00", "uden kode\t1,00"]
    with pytest.raises(SchemaError) as refused:
        read_fee_text(lines, "t")
    first, *rest = str(refused.value).split("\n")
    assert first == "t has 3 faults:"
    assert [line.split(": ")[0] for line in rest] == ["t:4", "t:6", "t:7"]


def test_a_correction_factor_stated_twice_is_refused():
    with pytest.raises(SchemaError, match="t:6: a correction factor of the same year stands in line 5"):
        read_fee_text([*DAY_TIME, "0901 x\t1,00", "Indtægt 2028\t1,0%", "Indtægt 2028\t2,0%"], "t")


def test_what_is_refused_is_not_repeated_for_it_may_be_a_register():
    with pytest.raises(SchemaError) as refused:
        read_fee_text(["0102701234;0901;Hansen", "0102701234;;1,5", "Hansen 0901 12,50"], "t")
    assert not {"0102701234", "Hansen", "0901"} & set(str(refused.value).replace(";", " ").split())


@pytest.mark.parametrize("lines", [[], [""], ["en tekst uden honorarer"]], ids=["empty", "blank", "another text"])
def test_a_text_without_fees_is_refused(lines):
    with pytest.raises(SchemaError, match="holds no fee"):
        read_fee_text(lines, "t")
