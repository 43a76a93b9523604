"""Letters as files: the page is strict, the PDF says what the page says, and hostile names harm neither."""

import builtins
import io
import json
import re
from dataclasses import replace
from html import unescape

import pypdf
import pytest

from fordel_dask.errors import UsageError
from fordel_dask.report.letters import read_blocks
from fordel_dask.report.letters.legible import NOT_PRINTED
from fordel_dask.report.letters.pdf import compiler
from fordel_dask.report.letters.writing import letters_of
from fordel_dask.report.wording import Wording
from tests.lib.letters import DECIDED, Blocks, pages, pdfs, read, read_pdf, wanted, with_clinic
from tests.lib.small_told import small_told

NUMBER = re.compile(r"[+−]?\d+(?:[.,]\d+)*")
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    '#import "x": * #panic() $x$ *b* _i_ `r` <l> @r \\ // = h',
    "=cmd|' /C calc'!A0",
    "\u202eגנב\u2066 abc \u2069\u2069 مرحبا",
    "漢字 😀 \u0301\u0327 \U000e0041",
    "{year} {{ 7 * 7 }} {% raw %}",
    "A" * 200,
]


@pytest.fixture(scope="module")
def both():
    """The letters of one report as pages and as PDF, a decision and a correction among them."""
    told = small_told(earlier=with_clinic(small_told().run, "000111", minimum_patients="3200"))
    return pages(told, decisions=(DECIDED,)), pdfs(told, decisions=(DECIDED,))


def test_every_page_has_a_pdf(both):
    as_pages, as_pdf = both
    assert [name.replace(".html", ".pdf") for name in as_pages] == [*as_pdf]
    assert len(as_pdf) == 6


def test_the_pdf_says_every_number_of_the_page(both):
    as_pages, as_pdf = both
    for name, page in as_pages.items():
        numbers = NUMBER.findall(read(page))
        printed = NUMBER.findall(read_pdf(as_pdf[name.replace(".html", ".pdf")]))
        assert len(numbers) > 3
        assert sorted(numbers) == sorted(printed), name


def test_a_letter_is_one_page_of_a4_with_title_language_and_tags_and_no_day(both):
    for content in both[1].values():
        found = pypdf.PdfReader(io.BytesIO(content))
        root = found.trailer["/Root"]
        assert len(found.pages) == 1
        assert [round(float(side)) for side in found.pages[0].mediabox[2:]] == [595, 842]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("da", True)
        assert "minimumspatienttal" in found.metadata.title
        assert b"pdfuaid" in content
        assert b"CreationDate" not in content
        assert b"xmp:CreateDate" not in content


def test_letters_are_the_same_bytes_every_time(both):
    told = small_told(earlier=with_clinic(small_told().run, "000111", minimum_patients="3200"))
    assert (pages(told, decisions=(DECIDED,)), pdfs(told, decisions=(DECIDED,))) == both


def test_a_page_fetches_runs_and_links_nothing(both):
    for page in both[0].values():
        assert "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" in unescape(page)
        assert "script-src" not in page
        assert not re.search(
            r"<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|https?:", page.replace("http-equiv", "")
        )


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_do_no_harm(name, tmp_path):
    written = json.dumps(name[:120], ensure_ascii=False)
    (tmp_path / "letters.toml").write_text(f"name = {written}\nclosing = {written}\n", "utf-8")
    told, texts = small_told(name), read_blocks(tmp_path / "letters.toml")
    decided = (replace(DECIDED, reason=name),)
    safe = pages(blocks=Blocks({"name": "Fyn", "closing": ("Fyn",)}), decisions=decided)
    for file, page in pages(told, blocks=texts, decisions=decided).items():
        tags, expected = (re.findall(r"<(?!br)/?\w+", one) for one in (page, safe[file]))
        assert tags == expected
        assert not re.search("[\u202a-\u202e\u2066\u2067]", page)
        assert page.count("\u2068") == page.count("\u2069")
    for content in pdfs(told, blocks=texts, decisions=decided).values():
        said = read_pdf(content)
        assert "minimumspatienttal" in said
        assert not re.search("[\u0590-\u08ff]", said)


def test_markup_of_the_typesetter_is_only_text():
    said = read_pdf(pdfs(small_told(HOSTILE[2]))["letters/000111.pdf"])
    assert '#import "x": * #panic() $x$ *b* _i_ `r` <l> @r \\ // = h' in said


def test_the_typeface_has_every_letter_that_is_printed():
    letters = "".join(map(chr, (code for code in range(0x20, 0x2660) if not NOT_PRINTED.match(chr(code)))))
    one = next(letters_of(small_told(), wanted()))
    assert len(letters) > 700
    made = compiler()(replace(one, opening=(" ".join(letters),)), Wording("da"))
    assert made.startswith(b"%PDF")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_word_of_letters_can_be_printed(lang):
    words = {word: text for word, text in Wording(lang).words().items() if word.startswith(("letter_", "step_"))}
    assert len(words) > 80
    assert {word: text for word, text in words.items() if NOT_PRINTED.search(text)} == {}


def test_texts_as_long_as_they_may_be_take_two_pages():
    text = ("Et ganske langt afsnit om vores region. " * 37,)
    blocks = Blocks({"opening": text, "closing": text, "complaint": text})
    for content in pdfs(blocks=blocks).values():
        assert len(pypdf.PdfReader(io.BytesIO(content)).pages) <= 2


def test_progress_counts_the_letters(both):
    from fordel_dask.report.letters import pdf_files

    seen = []
    [*pdf_files(small_told(), wanted(decisions=(DECIDED,)), lambda done, whole: seen.append((done, whole)))]
    assert seen == [(n, 5) for n in range(1, 6)]


def test_without_the_library_the_way_to_it_is_told(monkeypatch):
    imported = builtins.__import__

    def without(name, *rest):
        if name == "typst":
            raise ModuleNotFoundError(name=name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=re.escape("pip install 'fordel_dask[letters]'")):
        pdfs()
