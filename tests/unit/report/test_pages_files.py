"""The pages of a report: each is one file, its links lead somewhere, and it says what it must."""

from dataclasses import replace
from datetime import date
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from fordel_dask.law.parameters import parameters, told
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.naming import RULE_NUMBERS
from fordel_dask.report.pages import Beside, page_files
from fordel_dask.report.told import Clearance
from fordel_dask.report.wording import Wording
from tests.lib.looking import Page, hold_inert
from tests.lib.small_told import small_told

LETTERS = ("000111", "000222")
BESIDE = Beside(LETTERS, {"annexes": "workbooks/annexes-2026.xlsx"}, method=True)
NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script></style><b>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;<!--",
    "=cmd|' /C calc'!A0",
    "../../x",
]


def pages(told_of=None, lang="da", beside=None):
    files = page_files(told_of or small_told(), Wording(lang), beside or Beside())
    return {name: content.decode() for name, content in files}


@pytest.fixture(scope="module")
def danish():
    return pages(beside=BESIDE)


@pytest.fixture(scope="module")
def english():
    return pages(lang="en")


def test_country_regions_and_councils_have_a_page_each(danish):
    assert list(danish) == [
        *("index.html", "regions/fyn.html", "regions/region-syddanmark.html"),
        *("councils/nord.html", "councils/fyn.html"),
    ]


def test_every_page_is_whole_and_fetches_nothing(danish, english):
    for text in (*danish.values(), *english.values()):
        hold_inert(text)


def test_every_link_leads_to_a_page_of_the_report_or_a_place_on_it(danish):
    there = {*danish, "method.html", *BESIDE.workbooks.values(), *(f"letters/{code}.html" for code in LETTERS)}
    anchors = {name: set(Page(text).values("id")) for name, text in danish.items()}
    assert set(BESIDE.workbooks.values()) <= set(Page(danish["index.html"]).links)
    for name, text in danish.items():
        for link in Page(text).links:
            path, anchor = urldefrag(urljoin(f"/{name}", link))
            file = unquote(path).lstrip("/")
            assert file in there, (name, link)
            if anchor and "=" not in anchor and file in anchors:
                assert anchor in anchors[file], (name, link)


def test_nothing_on_a_page_has_the_name_of_another_thing(danish):
    for name, text in danish.items():
        names = Page(text).values("id")
        assert len(names) == len(set(names)), name


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_whatever_is_in_them(name):
    found = pages(small_told(name))
    assert all(file.count("/") <= 1 and ".." not in file for file in found)
    for text in found.values():
        hold_inert(text)
    assert " ".join(name.split()) in Page(found["councils/fyn.html"]).text


def test_a_council_whose_code_is_no_file_name_has_a_page_that_is_found():
    told_of = small_told()
    tables = {
        name: [{**row, **({"council_id": "../øst"} if row.get("council_id") == "nord" else {})} for row in rows]
        for name, rows in told_of.run.tables.items()
    }
    found = pages(replace(told_of, run=replace(told_of.run, tables=tables)))
    assert "councils/..%2F%C3%B8st.html" in found
    assert "councils/..%252F%25C3%25B8st.html" in Page(found["index.html"]).links


BANNERS = {
    "draft": (Clearance(5, False), "Udkast – er ikke frigivet. Siden viser ikke antal under 5 personer"),
    "invented": (Clearance(5, True), "Fiktive data. Alle borgere"),
    "released": (Clearance(7, False, 12, date(2026, 3, 1)), "Frigivet som nr. 12 den 1. marts 2026. Siden viser ikke "
                 "antal under 7 personer"),
}  # fmt: skip


@pytest.mark.parametrize(("clearance", "said"), BANNERS.values(), ids=BANNERS)
def test_every_page_says_how_far_its_figures_have_come(clearance, said):
    for text in pages(small_told(clearance=clearance)).values():
        assert said in Page(text).text
        assert sum(other in Page(text).text for other in ("Udkast –", "Fiktive data.", "Frigivet som")) == 1


def test_released_figures_of_an_invented_nation_are_still_invented():
    for _, content in page_files(small_told(clearance=Clearance(5, True, 12, date(2026, 3, 1))), Wording("da")):
        page = content.decode()
        assert page.index("Fiktive data.") < page.index("Frigivet som nr. 12")
        assert "Udkast" not in page


def test_another_model_is_named_on_every_page():
    told_of = small_told()
    changed = replace(told_of.run, model=replace(told_of.run.model, changed=["a", "b"]))
    for text in pages(replace(told_of, run=changed)).values():
        assert "Modellen er ikke den nationale: 2 parametre er ændret." in Page(text).text


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_assumption_stands_on_the_first_page_with_its_source(lang, danish, english):
    page = Page((danish if lang == "da" else english)["index.html"])
    unsure = [key for key, one in parameters().items() if one.kind in ("assumption", "inferred")]
    reading = Reading(small_told(), Wording(lang))
    for key in unsure:
        assert reading.name(key) in page.text
        assert " ".join(RULE_NUMBERS.sub("", told(key, lang).source).split()) in page.text
    assert page.text.count(Wording(lang).say("kind_assumption")) >= 26
    assert (f"{len(unsure)} af modellens" if lang == "da" else f"{len(unsure)} of the model's") in page.text


def test_figures_are_those_that_are_told(danish):
    text = Page(danish["councils/fyn.html"]).text
    assert "10.000 borgere med en gennemsnitlig sygdomsvægt på 1,020000 10.200" in text
    assert "10.200 sygdomsvægtede borgere delt med 1.600 pr. lægekapacitet: behov 6,375" in text
    assert "behov med arealgulv 6,575 rundet op én gang: det højeste antal lægekapaciteter i sundhedsrådet 7" in text
    assert "Med 90 % sikkerhed ligger behovet med arealgulv mellem 6,400 og 6,700: 7 lægekapaciteter" in text
    assert "borgere pr. lægekapacitet 1.569" in text


def test_what_is_kept_back_is_said_and_nowhere_summed(danish):
    assert "behov med arealgulv skjult" in Page(danish["councils/nord.html"]).text
    assert "Hele landet 20.000 1,020 12,75 skjult 14" in Page(danish["index.html"]).text


def test_a_danish_page_has_no_machine_words(danish):
    for text in danish.values():
        seen = Page(text).text
        for word in ("age_sex", "menapt", "weighted_", "kept_back", "citizens", "council", "clinic", "None", "True"):
            assert word not in seen, word


def test_who_made_it_and_of_what_stands_at_the_end(danish):
    for text in danish.values():
        page = Page(text).text
        assert "Klimadatastyrelsen, DAGI" in page
        assert "Lavet med fordel_dask 0.0, model national-2025" in page
        assert "ab" * 32 in page


def test_the_same_figures_give_the_same_bytes(danish):
    assert pages(beside=BESIDE) == danish
