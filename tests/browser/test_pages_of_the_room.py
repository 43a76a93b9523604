"""Pages that other commands write for the closed room: quality, explanations, scenarios, a diagnosis."""

import pytest

from fordel_dask.law.language import DANISH, ENGLISH
from tests.browser.nations import read_csv
from tests.browser.test_pages import LOOKS, hold, hold_on_paper
from tests.lib.commands import done

pytestmark = [pytest.mark.long, pytest.mark.parametrize("lang", [DANISH, ENGLISH])]


def hold_everything(browser, path):
    for look in LOOKS:
        hold(browser, path, look)
    hold_on_paper(browser, path)


def test_the_page_of_quality(browser, nation, tmp_path, lang):
    done("check", nation / "registers", "--out", tmp_path / "quality", "--quiet", "--lang", lang)
    hold_everything(browser, tmp_path / "quality" / "quality.html")


def test_pages_that_explain_a_number(browser, nation, tmp_path, lang):
    clinic = read_csv(nation / "run" / "clinics.csv")[0]["ydernummer"]
    for area in (("--clinic", clinic), ("--council", "fyn"), ("--municipality", "461")):
        path = tmp_path / f"{area[1]}.html"
        done("explain", nation / "run", *area, "--format", "html", "--lang", lang, "--out", path)
        hold_everything(browser, path)


def test_the_page_of_scenarios(browser, nation, tmp_path, lang):
    done("scenarios", nation / "store", "--only", "V31,V17", "--out", tmp_path / "cases", "--lang", lang, "--quiet")
    hold_everything(browser, tmp_path / "cases" / "index.html")


def test_the_page_of_a_diagnosis(browser, nation, tmp_path, lang):
    done("diagnose", nation / "store", "--out", tmp_path / "diagnosis", "--quiet")
    hold_everything(browser, next((tmp_path / "diagnosis").glob("*.html")))
