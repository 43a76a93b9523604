"""Letters to all clinics of a nation: the number of the RUN, parts that sum to it, nothing of few, plain Danish."""

import re

import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from fordel_dask.report.wording import Wording
from tests.browser.accessible import grave_faults
from tests.browser.counts import few_in_page
from tests.browser.danish import not_danish
from tests.browser.layout import cut_off, keyboard_faults, to_paper, too_wide
from tests.browser.nations import read_csv
from tests.browser.opened import DARK, TELEPHONE, Look, opened
from tests.browser.reading import pdf_text, read

NUMBER = re.compile(r"[+−]?\d[\d.,]*")
MINUS = "\N{MINUS SIGN}"
LANGUAGES = pytest.mark.parametrize("lang", [DANISH, pytest.param(ENGLISH, marks=pytest.mark.long)])
FEW = range(1, 5)


def clinics_of(nation):
    """Give the clinics of the RUN itself, before anything of it was kept back."""
    return {row["ydernummer"]: row for row in read_csv(nation / "run" / "clinics.csv")}


def numbers_in(text):
    return {one.rstrip(".,") for one in NUMBER.findall(text)}


def whole(text, words):
    """Give a whole number as it was written: with a sign of its own, and thousands."""
    thousands = "." if words.code == DANISH else ","
    return int(text.replace(thousands, "").replace(MINUS, "-").replace("+", ""))


def steps_of(letter):
    """Give the table that leads from the mean of the country to the number; none where it is not told."""
    return next((table for table in letter.tables if any(row[-1].startswith("+") for row in table.rows)), None)


@LANGUAGES
def test_every_clinic_has_its_letter_with_the_number_of_the_run(nation, report_in, lang):
    words, letters = Wording(lang), report_in(lang) / "letters"
    told = 0
    for code, clinic in clinics_of(nation).items():
        page, pdf = read(letters / f"{code}.html"), pdf_text(letters / f"{code}.pdf")
        assert page.lang == lang
        for text in (page.everything, pdf):
            assert code in text
            if clinic["minimum_patients"]:
                number = words.number(int(clinic["minimum_patients"]))
                assert f"{words.say('letter_patients')}" in text and number in numbers_in(text), code
                told += 1
            if int(clinic["patients"]) in FEW:
                assert clinic["patients"] not in numbers_in(text)
            elif clinic["status"] == "ok":
                assert words.number(int(clinic["patients"])) in numbers_in(text), code
    assert told > 200


@LANGUAGES
def test_parts_sum_to_the_number(nation, report_in, lang):
    words, summed = Wording(lang), 0
    clinics = clinics_of(nation)
    for code, clinic in clinics.items():
        table = steps_of(read(report_in(lang) / "letters" / f"{code}.html"))
        if table is None:
            continue
        *steps, number = [whole(row[-1], words) for row in table.rows[1:]]
        assert sum(steps) == number == int(clinic["minimum_patients"]), code
        summed += 1
    assert summed > len(clinics) / 2


@LANGUAGES
def test_a_letter_tells_the_same_numbers_as_page_and_as_pdf(report_in, lang):
    pages = sorted((report_in(lang) / "letters").glob("*.html"))
    assert len(pages) > 100
    for path in pages:
        page, pdf = read(path), pdf_text(path.with_suffix(".pdf"))
        assert numbers_in(page.everything) == numbers_in(pdf), path.name
        if table := steps_of(page):
            assert all(f"{row[0]} {row[-1]}" in pdf for row in table.rows), path.name


@LANGUAGES
def test_no_letter_tells_of_few_persons(nation, report_in, lang):
    parts = read_csv(nation / "run" / "parts.csv")
    few = [row for row in parts if row["area_kind"] == "clinic" and int(row["citizens"]) in FEW]
    assert len(few) > 500, "a nation in which there is something to keep back"
    assert [one for path in (report_in(lang) / "letters").glob("*.html") for one in few_in_page(read(path))] == []


def test_danish_letters_are_danish(nation, report_in):
    reasons = {row["REASON"] for row in read_csv(nation / "registers" / "decisions.csv")}
    own = re.compile("|".join(map(re.escape, reasons)))  # what a region has written stands as it is
    for path in (report_in(DANISH) / "letters").glob("*.html"):
        assert not_danish(own.sub("", read(path).everything)) == [], path.name
        assert not_danish(own.sub("", pdf_text(path.with_suffix(".pdf")))) == [], path.name


def kinds_of_letters(folder):
    """Give a letter of each kind: the first of each form of its name."""
    kinds = {re.sub(r"\d", "", path.stem): path for path in sorted(folder.glob("*.html"), reverse=True)}
    assert len(kinds) >= 2
    return kinds.values()


@LANGUAGES
def test_every_kind_of_letter_can_be_read_by_everybody_and_is_whole_on_paper(browser, report_in, lang):
    for path in kinds_of_letters(report_in(lang) / "letters"):
        for look in (Look(), Look(DARK), Look(width=TELEPHONE)):
            with opened(browser, path, look) as seen:
                assert grave_faults(seen.page) == [], (path.name, str(look))
                assert too_wide(seen.page) == 0, (path.name, str(look))
                assert keyboard_faults(seen.page) == []
                to_paper(seen.page)
                assert cut_off(seen.page) == [], path.name
                assert seen.faults == []
