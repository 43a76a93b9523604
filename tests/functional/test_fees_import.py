"""``fordel fees import`` as a region calls it: table, versions, differences, judgements; refusals write nothing."""

import csv
import json
from functools import partial

import pytest

from fordel_dask.fees.table_file import COLUMNS
from tests.lib import commands
from tests.lib.fee_texts import INVENTED

done = partial(commands.done, "fees", "import")
refused = partial(commands.refused, "fees", "import")

FIRST_DAY = "2031-01-01"


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "tabel.txt"
    path.write_bytes(INVENTED.read_bytes())
    return path


def changed(text, old, new):
    content = text.read_text("utf-8")
    assert old in content
    text.write_text(content.replace(old, new), "utf-8")


# --- the table ----------------------------------------------------------------------------------------


def test_a_text_becomes_a_table_in_the_packaged_columns(text, tmp_path):
    said = done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "t.csv")
    rows = table(tmp_path / "t.csv")
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 49
    assert "49 fees in force from 2031-01-01 to 2031-06-30" in said
    assert f"{text}:43: the code 0921 stands within the text" in said
    assert next(row for row in rows if row["code"] == "9991")["note"].startswith("fremviser")


def test_the_same_text_gives_the_same_bytes_in_every_encoding_and_with_every_line_end(text, tmp_path):
    content = INVENTED.read_text("utf-8").replace("⁵", "^{5}").replace("⁴", "^{4}").replace("⁶", "^{6}")
    forms = {
        "plain": content.encode(),
        "marked": content.encode("utf-8-sig"),
        "windows": content.replace("\n", "\r\n").encode(),
        "western": content.encode("cp1252"),
        "wide": content.encode("utf-16"),
    }
    found = set()
    for name, form in forms.items():
        text.write_bytes(form)
        done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / f"{name}.csv")
        found.add((tmp_path / f"{name}.csv").read_bytes())
    assert len(found) == 1


def test_as_json_it_is_one_object(text):
    found = json.loads(done(text, "--valid-from", FIRST_DAY, "--json"))
    assert (found["fees"], found["valid_to"], found["contacts"]) == (49, "2031-06-30", 0)
    assert found["corrections"] == {"2028": "6.5", "2029": "3", "2030": "0.25"}
    assert {"line": 43, "what": "the code 0921 stands within the text of the line"} in found["oddities"]
    assert {"section": "dagtid", "code": "0901", "line": 37} in found["not_judged"]


# --- judgements ---------------------------------------------------------------------------------------


def test_what_is_judged_of_a_service_is_taken_from_the_classification(text, tmp_path):
    judged = tmp_path / "judged.csv"
    judged.write_text(
        "section,code,is_contact,contact_type,kroniker_daekket\ndagtid,0901,1,konsultation,?\n"
        "vagttid_A,0901,1,konsultation,0\ndagtid,BASIS_MD,0,,0\n",
        "utf-8",
    )
    said = done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "t.csv", "--classification", judged)
    told = {(row["section"], row["code"]): row for row in table(tmp_path / "t.csv")}
    day = told["dagtid", "0901"]
    assert (day["is_contact"], day["contact_type"], day["kroniker_daekket"]) == ("1", "konsultation", "?")
    assert told["vagttid_B", "0901"]["is_contact"] == "0"
    assert "vagttid_B 0901" in said.split("Not judged")[1]
    assert "dagtid BASIS_MD" not in said


def test_a_service_that_the_packaged_table_has_is_judged_as_there(text, tmp_path):
    changed(text, "0901 Opdigtet samtale\t150,00", "0101 Opdigtet samtale\t150,00")
    done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "t.csv")
    row = next(row for row in table(tmp_path / "t.csv") if row["code"] == "0101")
    assert (row["is_contact"], row["contact_type"], row["kroniker_daekket"]) == ("1", "konsultation", "1")


def test_judgements_that_contradict_each_other_are_refused(text, tmp_path):
    judged = tmp_path / "judged.csv"
    judged.write_text(
        "section,code,is_contact,contact_type,kroniker_daekket\ndagtid,0901,1,,0\ndagtid,0901,0,,0\n", "utf-8"
    )
    code, said = refused(text, "--valid-from", FIRST_DAY, "--classification", judged)
    assert (code, f"{judged}:3:" in said) == (10, True)


# --- its days -----------------------------------------------------------------------------------------


def test_days_unlike_the_titles_are_taken_and_told(text):
    said = done(text, "--valid-from", "2031-02-01", "--valid-to", "2031-03-31")
    assert "in force from 2031-02-01 to 2031-03-31" in said
    assert ":9: the title says from 2031-01-01; the table is read in from 2031-02-01" in said
    assert ":9: the title says until 2031-07-01; the table is read in until 2031-03-31" in said


def test_titles_that_agree_on_no_last_day_ask_for_one(text):
    content = text.read_text("utf-8")
    text.write_text(content.replace("1. juli 2031", "1. august 2031", 1), "utf-8")
    code, said = refused(text, "--valid-from", FIRST_DAY)
    assert code == 2
    assert "several: 2031-06-30, 2031-07-31. Give --valid-to" in said
    assert "2031-12-31" in done(text, "--valid-from", FIRST_DAY, "--valid-to", "2031-12-31")


def test_a_last_day_before_the_first_is_refused(text):
    assert refused(text, "--valid-from", FIRST_DAY, "--valid-to", "2030-12-31")[0] == 2


# --- differences --------------------------------------------------------------------------------------


def test_differences_are_told_by_kind_with_oere_and_percent(text, tmp_path):
    done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "old.csv")
    changed(text, "0901 Opdigtet samtale\t150,00", "0901 Opdigtet samtale\t153,00")
    changed(text, "0903 Opdigtet brev.....\t31,05", "0904 Opdigtet kort.....\t31,05")
    changed(text, "pr. påbegyndt km udover 3 km", "pr. time udover 3 km")
    changed(text, "9972\tOpdigtet prøve af muld", "9972\tOpdigtet prøve af ler")
    changed(text, "\n9983\t", "\nTillægsydeler\n9983\t")
    out = tmp_path / "differences.csv"
    said = done(text, "--valid-from", FIRST_DAY, "--against", tmp_path / "old.csv", "--differences", out)
    assert [(row["kind"], row["section"], row["code"], row["old"], row["new"]) for row in table(out)] == [
        ("added", "dagtid", "0904", "", "3105"),
        ("gone", "dagtid", "0903", "3105", ""),
        ("amount", "dagtid", "0901", "15000", "15300"),
        ("unit", "dagtid", "9942", "pr. km", "pr. time"),
        ("group", "dagtid", "9983", "attest", "tillaeg"),
        ("text", "dagtid", "9942", "+ pr. påbegyndt km udover 3 km", "+ pr. time udover 3 km"),
        ("text", "dagtid", "9972", "Opdigtet prøve af muld", "Opdigtet prøve af ler"),
    ]
    amount = table(out)[2]
    assert (amount["change_oere"], amount["change_percent"]) == ("300", "2.000000000")
    assert (
        "1 added, 1 gone, 1 with another amount, 1 with another unit, 1 with another group, 2 with another text" in said
    )
    assert "+2.00" in said


def test_a_table_is_held_against_the_packaged_one(text):
    found = json.loads(done(text, "--valid-from", FIRST_DAY, "--against", "packaged", "--json"))
    assert found["counts"]["gone"] - found["counts"]["added"] == 195 - 49
    basic = next(one for one in found["differences"] if (one["kind"], one["code"]) == ("amount", "BASIS_MD"))
    assert (basic["old"], basic["new"], basic["change_oere"]) == (4_489, 4_111, -378)
    assert basic["change_percent"] == -8.420583649


def test_a_table_against_itself_differs_in_nothing(text, tmp_path):
    done(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "t.csv")
    assert "Differences from" in (said := done(text, "--valid-from", FIRST_DAY, "--against", tmp_path / "t.csv"))
    assert ": none." in said


# --- versions -----------------------------------------------------------------------------------------


def test_a_directory_of_versions_lists_every_table_with_its_days(text, tmp_path):
    kept = tmp_path / "kept"
    done(text, "--valid-from", FIRST_DAY, "--into", kept)
    done(text, "--valid-from", "2031-07-01", "--valid-to", "2031-12-31", "--into", kept)
    listed = table(kept / "schedules.csv")
    assert [(row["file"], row["valid_from"], row["valid_to"]) for row in listed] == [
        ("gp_fees_2031-01-01", "2031-01-01", "2031-06-30"),
        ("gp_fees_2031-07-01", "2031-07-01", "2031-12-31"),
    ]
    assert all((kept / f"{row['file']}.csv").is_file() for row in listed)
    assert [row["table_from"] for row in table(kept / "correction_factors.csv")] == [FIRST_DAY] * 3 + ["2031-07-01"] * 3


def test_a_corrected_text_takes_the_place_of_the_earlier_one(text, tmp_path):
    kept = tmp_path / "kept"
    done(text, "--valid-from", FIRST_DAY, "--into", kept)
    changed(text, "0901 Opdigtet samtale\t150,00", "0901 Opdigtet samtale\t151,00")
    assert "in the place of gp_fees_2031-01-01" in done(text, "--valid-from", FIRST_DAY, "--into", kept)
    assert len(table(kept / "schedules.csv")) == 1
    row = next(row for row in table(kept / "gp_fees_2031-01-01.csv") if row["code"] == "0901")
    assert row["fee_oere"] == "15100"


@pytest.mark.parametrize(
    ("first", "last", "other"),
    [
        ("2031-06-30", "2031-12-31", "gp_fees_2031-01-01.csv"),
        ("2030-01-01", "2031-01-01", "gp_fees_2031-01-01.csv"),
        ("2031-02-01", "2031-03-01", "gp_fees_2031-01-01.csv"),
        ("2026-03-31", "2026-09-30", "packaged"),
        ("2025-10-01", "2026-03-31", "packaged"),
    ],
    ids=["its end", "its beginning", "within", "the end of the packaged one", "the packaged one's own days"],
)
def test_versions_that_overlap_are_refused_with_both_named(text, tmp_path, first, last, other):
    kept = tmp_path / "kept"
    done(text, "--valid-from", FIRST_DAY, "--into", kept)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    code, said = refused(text, "--valid-from", first, "--valid-to", last, "--into", kept)
    assert code == 21
    assert other in said
    assert f"gp_fees_{first}" in said
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def test_a_directory_of_other_things_is_left_alone(text, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("kære", "utf-8")
    assert refused(text, "--valid-from", FIRST_DAY, "--into", other)[0] == 2
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


# --- refusals -----------------------------------------------------------------------------------------


def test_wrong_lines_are_named_with_their_file_and_nothing_is_written(text, tmp_path):
    changed(text, "0901 Opdigtet samtale\t150,00", "0901 Opdigtet samtale\t150.00")
    changed(text, "9972\tOpdigtet prøve af muld\t61,01", "9971\tOpdigtet prøve af muld\t61,01")
    code, said = refused(text, "--valid-from", FIRST_DAY, "--out", tmp_path / "t.csv", "--into", tmp_path / "kept")
    assert code == 10
    assert f"{text} has 2 faults" in said
    assert f"{text}:37: an amount in kroner and øre such as 169,11 is expected" in said
    assert f"{text}:99: a fee of the same section, code and area stands in line 98" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tabel.txt"]


def test_a_table_is_not_written_over_something_else(text, tmp_path):
    letter = tmp_path / "letter.csv"
    letter.write_text("kære,alle\n", "utf-8")
    code, said = refused(text, "--valid-from", FIRST_DAY, "--out", letter)
    assert (code, "stands there already" in said) == (2, True)
    assert letter.read_text("utf-8") == "kære,alle\n"
    assert refused(text, "--valid-from", FIRST_DAY, "--out", text)[0] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\x00\x01\x02", 10), (b"", 10), (b"PNR;KOEN\n0102701234;1\n", 10), (b"x" * 3_000_000, 10)],
    ids=["binary", "empty", "a register", "too large"],
)
def test_a_wrong_file_is_refused(tmp_path, content, code):
    path = tmp_path / "wrong.txt"
    path.write_bytes(content)
    found, said = refused(path, "--valid-from", FIRST_DAY)
    assert (found, "0102701234" in said) == (code, False)


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert refused(tmp_path / "none.txt", "--valid-from", FIRST_DAY)[0] == 11


def test_differences_need_a_table_to_differ_from(text, tmp_path):
    assert refused(text, "--valid-from", FIRST_DAY, "--differences", tmp_path / "d.csv")[0] == 2
