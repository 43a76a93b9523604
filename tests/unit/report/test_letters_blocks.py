"""The region's own texts of letters: read with care, for the region they are for, and never as markup."""

import pytest

from fordel_dask.errors import UsageError
from fordel_dask.report.letters import Blocks, read_blocks
from fordel_dask.report.letters.legible import clean, file_stem, printable
from tests.lib.letters import letter, pages

GIVEN = """
name = "Region Syddanmark"
address = ["Damhaven 12", "7100 Vejle"]
phone = "76 63 10 00"
date = 2026-01-15
opening = '''
Første afsnit
på to linjer.

Andet afsnit.
'''
signature = ["Anne Hansen", "afdelingschef"]

[region."Region Syddanmark"]
contact = "Kontoret i Vejle"
"""


def read(tmp_path, text):
    file = tmp_path / "letters.toml"
    file.write_text(text, "utf-8")
    return read_blocks(file)


def fault(tmp_path, text):
    with pytest.raises(UsageError) as found:
        read(tmp_path, text)
    return str(found.value)


def test_texts_stand_where_there_were_places_for_them(tmp_path):
    said = letter(blocks=read(tmp_path, GIVEN))
    for text in ("Damhaven 12", "7100 Vejle", "telefon 76 63 10 00", "15. januar 2026", "Anne Hansen afdelingschef"):
        assert text in said
    page = pages(blocks=read(tmp_path, GIVEN))["letters/000111.html"]
    assert "<p>Første afsnit på to linjer.</p>\n<p>Andet afsnit.</p>" in page


def test_without_texts_there_are_visible_places_to_fill_in():
    places = ("[Regionens navn]", "[Adresse]", "[dato]", "[sagsnummer]", "[kontorets navn]", "[Navn og titel]")
    assert all(place in letter(blocks=read_blocks(None)) for place in places)
    assert "[Name of the region]" in letter(lang="en")


def test_texts_of_a_region_are_for_its_clinics_alone(tmp_path):
    blocks = read(tmp_path, GIVEN)
    assert "Kontoret i Vejle" in letter("000111", blocks=blocks)
    assert "Kontoret i Vejle" not in letter("000333", blocks=blocks)
    assert "Kontoret i Vejle" not in letter("000444", blocks=blocks)


def test_texts_of_a_region_that_is_nowhere_are_refused():
    with pytest.raises(UsageError, match="'Region Sydanmark', not in the RUN; did you mean 'Region Syddanmark'"):
        pages(blocks=Blocks({}, {"Region Sydanmark": {"name": "x"}}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('nme = "x"', "'nme' is no text of letters; did you mean 'name'?"),
        ('region."Region Syddanmark".phon = "x"', "Region Syddanmark: 'phon' is no text of letters"),
        ("name = 5", "'name' is not as it must be. Expected is a text of one line"),
        ('name = "two\\nlines"', "Expected is a text of one line"),
        (f'name = "{"x" * 121}"', "at most 120 characters"),
        ('address = "Damhaven 12"', "Expected is a list"),
        (f"signature = {['x'] * 9}", "a list of at most 8 texts"),
        (f'closing = "{"x" * 1501}"', "a text of at most 1,500 characters"),
        ('date = "2026-01-15"', "a day from 2025 on"),
        ("date = 2026-01-15T10:00:00", "a day from 2025 on"),
        ("date = 9999-12-31", "a day from 2025 on"),
        ('region = "Fyn"', "expected are sections of regions"),
        ("name = ", "is not valid TOML"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_expected(tmp_path, text, told):
    assert told in fault(tmp_path, text)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nowhere.toml", tmp_path, tmp_path / "bytes.toml"):
        with pytest.raises(UsageError, match="is not there, or cannot be read as UTF-8 text"):
            read_blocks(path)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_markup_in_texts_is_only_text(tmp_path, lang):
    text = "<script>alert(1)</script> {{ 7*7 }} {name}"
    page = pages(blocks=read(tmp_path, f"name = '{text}'\nclosing = '{text}'"), lang=lang)["letters/000111.html"]
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {name}") == 2


def test_a_name_from_right_to_left_stands_by_itself():
    assert clean("Klinik \u202eabc\u2069") == "Klinik abc"
    assert clean("שלום") == "\u2068שלום\u2069"
    assert clean("  Nørre\n\tSundby\x00 ") == "Nørre Sundby"


def test_the_printed_letter_has_only_letters_that_its_typeface_has():
    assert printable("Ærøskøbing – 90\xa0% … “ok” 5 × 2 ÷ −1 € ŁŐÞ") == "Ærøskøbing – 90\xa0% … “ok” 5 × 2 ÷ −1 € ŁŐÞ"
    assert printable("x" * 70) == "\u200b".join(("x" * 30, "x" * 30, "x" * 10))
    assert printable("\u2068שלום\u2069 漢😀") == "□□□□ □□"


def test_a_code_cannot_leave_the_folder_of_letters():
    assert file_stem("012345") == "012345"
    assert file_stem("../x") == "_2e__2e__2f_x"
