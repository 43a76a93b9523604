"""The page of the method as a file: complete, closed, in two languages, and safe from names."""

import html
import re

import pytest

from fordel_dask.model.finding import packaged_ids
from fordel_dask.report.method import method_files
from fordel_dask.report.method.sureness import themes
from fordel_dask.report.wording import Wording
from tests.lib.method_text import page_of, plain, sections_of
from tests.lib.told_for_method import municipality, told_with

IN_ORDER = [
    *("idea", "counted", "consumption", "traits", "weights", "lives", "need", "clinics"),
    *("sureness", "objections", "assumptions", "disclosure", "words", "sources"),
]
LANGUAGES = pytest.mark.parametrize("lang", ["da", "en"])


def test_the_method_is_one_file_and_the_same_every_time():
    told = told_with()
    assert [name for name, _ in method_files(told, Wording("da"))] == ["method.html"]
    assert page_of(told) == page_of(told_with())


@LANGUAGES
def test_all_fourteen_sections_stand_in_order_and_the_contents_lead_to_each(lang):
    page = page_of(told_with(), lang)
    assert list(sections_of(told_with(), lang)) == IN_ORDER
    assert re.findall(r'<li><a href="#(\w+)">', page) == IN_ORDER


@LANGUAGES
def test_nothing_is_fetched_and_nothing_runs(lang):
    page = page_of(told_with(), lang)
    assert not re.search(r"(src|srcset|action)=|url\(|@import|<script|<link|https?:", page)
    assert not re.search(r"<[^>]* (style|on\w+)=", page)
    assert re.search(r"default-src 'none'; .*style-src 'sha256-", html.unescape(page))


def test_names_are_shown_as_they_are_and_never_run():
    hostile = '<script>alert("x")</script>'
    model = told_with().run.model
    rows = [municipality(model, ("101", hostile, "vest", 5000, 4700, "35"))]
    rows += [municipality(model, ("102", "Sønderby", "vest", 800, 850, "70.7"))]
    page = page_of(told_with(need_by_municipality=rows))
    assert "<script" not in page
    assert hostile in plain(page)


def test_a_danish_page_has_no_english_and_no_machine_words():
    text = plain(page_of(told_with()).partition("<body>")[2]).replace("fordel_dask", "")
    assert not re.search(r"\b(the|of|and|with|citizens|weight|True|False|None)\b", text)
    assert not re.search(r"[a-z]_[a-z]|\b[MR]\d+\b|[{}\[\]]", text)


def test_an_english_page_has_no_danish_letters_but_in_names():
    text = plain(page_of(told_with(), "en").partition("<body>")[2])
    for name in ("Sønderby", "Østby", "Christiansø"):
        text = text.replace(name, "")
    assert not re.search(r"[æøåÆØÅ]", text)


def test_days_and_numbers_are_written_as_a_dane_writes_them():
    sections = sections_of(told_with())
    assert "1. januar 2026" in sections["counted"]
    assert "1. oktober 2025" in sections["consumption"]
    assert "14.770 borgere" in sections["counted"]  # 4,990 + 790 + 8,990


def test_every_objection_of_the_consultation_has_one_theme():
    named = [identity for ids in themes().values() for identity in ids]
    assert sorted(named) == [identity for identity in packaged_ids() if identity.startswith("V")]


def test_invented_data_are_called_so():
    assert "Opdigtede data" in page_of(told_with())
