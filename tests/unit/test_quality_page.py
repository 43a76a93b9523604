"""The quality page: one file, in English or Danish, with every finding and nothing from outside."""

import html
import re
from collections import Counter

import pytest

from fordel_dask.quality import judge
from fordel_dask.quality.language import Language
from fordel_dask.quality.observed import FileMeasures
from fordel_dask.quality.page import page_text
from fordel_dask.quality.periods import spread
from fordel_dask.quality.pictures import HEIGHT, WIDTH, period_list, picture, tick_step
from fordel_dask.quality.rules import rule_of
from fordel_dask.quality.telling import important, steps, unit_text, verdict_text
from tests.lib.looking import Page
from tests.lib.quality import YEAR, clean, earlier, observed, rich, small

KINDS = {"much": rich(), "rejected": rich(rejected=True), "small": small(), "clean": clean(), "nothing": observed()}


def plain(text):
    """Give what a reader sees: no markup, one kind of blank."""
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    cells_apart = re.sub(r"</t[dh]>", " ", body)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", cells_apart)))


@pytest.fixture(scope="module")
def report():
    return judge(rich(rejected=True), judge(earlier()))


@pytest.mark.parametrize("lang", ["en", "da"])
@pytest.mark.parametrize("seen", KINDS.values(), ids=KINDS)
def test_the_page_is_whole_and_takes_nothing_from_outside(seen, lang):
    text = page_text(judge(seen, judge(earlier())), lang)
    page = Page(text)
    assert page.open == []
    assert ("html", "lang", lang) in page.attributes
    assert page.elements["script"] == page.elements["link"] == page.elements["img"] == page.elements["iframe"] == 0
    assert "http" not in re.sub(r'http-equiv="', "", text)
    assert "url(" not in text
    assert {value for _, name, value in page.attributes if name in ("href", "src")} == set()
    assert page.elements["h1"] == 1
    assert (
        Counter(name for tag, name, _ in page.attributes if tag == "svg" and name == "aria-label")["aria-label"]
        == (page.elements["svg"])
    )


@pytest.mark.parametrize("lang", ["en", "da"])
def test_every_finding_stands_on_the_page_with_reason_and_advice(report, lang):
    seen = plain(page_text(report, lang))
    assert len(report["findings"]) > 30
    for finding in report["findings"]:
        text = rule_of(finding["register"], finding["rule"]).texts[lang]
        assert all(words in seen for words in (text.title, text.reason, text.advice, finding["rule"]))
        assert Language(lang).number(finding["count"]) in seen


def test_the_page_says_that_it_stays_inside(report):
    assert "For the closed room only." in plain(page_text(report, "en"))
    assert "Kun til det lukkede rum." in plain(page_text(report, "da"))


def test_numbers_are_written_for_the_language(report):
    english, danish = (plain(page_text(report, lang)) for lang in ("en", "da"))
    assert "6,025,603" in english and "8.54 %" in english
    assert "6.025.603" in danish and "8,54 %" in danish


def test_refusals_stand_in_full_and_as_english(report):
    text = page_text(report, "da")
    for refusal in report["refusals"]:
        assert f'<span lang="en">{html.escape(refusal["message"])}</span>' in text


def test_all_input_files_are_listed(report):
    text = page_text(report)
    assert all(f"<code>{entry['file']}</code>" in text for entry in report["inputs"])


def test_names_of_files_are_escaped():
    seen = observed([FileMeasures("population", "<script>ø & å.parquet", 10, {"sex": 1})])
    text = page_text(judge(seen))
    assert "<script>" not in text and "&lt;script&gt;ø &amp; å.parquet" in text


def test_what_goes_on_is_what_was_neither_quarantined_nor_dropped():
    files = [
        FileMeasures("diagnoses", "d.parquet", 1_000, {"code_blank": 10, "other_type": 200, "no_d": 5, "code_form": 3})
    ]
    assert "Diagnoses, joined 1 1,000 10 205 785 2" in plain(page_text(judge(observed(files))))


def test_a_declaration_without_faults_is_no_line_of_the_table():
    right, wrong = (
        plain(page_text(judge(observed([FileMeasures("declaration", "registers.toml", 0, {"file_unreadable": n})]))))
        for n in (0, 1)
    )
    assert "registers.toml ✕ must be mended 1 0" in wrong
    assert "registers.toml 1 0" not in right


VERDICTS = {
    "clean": (clean(), "The delivery is ready.", "Leverancen er klar."),
    "one": (
        observed([FileMeasures("population", "b", 9, {"age_over_120": 2})]),
        "The delivery can be used, but one thing should be looked at first.",
        "Leverancen kan bruges, men én ting bør efterses først.",
    ),
    "rejected": (
        rich(rejected=True),
        "The delivery cannot be used yet: 3 things must be mended.",
        "Leverancen kan ikke bruges endnu: 3 ting skal rettes.",
    ),
}


@pytest.mark.parametrize(("seen", "english", "danish"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_is_one_sentence(seen, english, danish):
    report = judge(seen)
    assert verdict_text(report, Language("en")) == english
    assert verdict_text(report, Language("da")) == danish


def test_a_refusal_that_a_rule_counts_is_not_told_twice(report):
    told = [(step.title, step.lang) for step in steps(report, Language("da"))]
    assert told == [
        ("Personer, der optræder flere gange", "da"),
        ("Klinikker med to gældende rækker", "da"),
        ("slutkode 11", "en"),
    ]


def test_one_fault_in_several_registers_is_one_thing_to_do():
    cut = [FileMeasures(name, f"{name}.parquet", 0, {"file_unreadable": 2}) for name in ("services", "dream")]
    report = judge(observed([*cut, FileMeasures("dream", "d.parquet", 9, {"person_twice": 1})]))
    told = [(step.title, step.register, step.count) for step in steps(report, Language("en"))]
    assert told == [
        ("Files that cannot be read", "Services · DREAM", "4\N{NO-BREAK SPACE}files"),
        (told[1][0], "DREAM", "1\N{NO-BREAK SPACE}row"),
    ]
    assert verdict_text(report, Language("en")) == "The delivery cannot be used yet: 2 things must be mended."


def test_what_touches_the_whole_result_comes_before_single_rows():
    found = [one["rule"] for one in important(judge(rich()))]
    assert found[:3] == ["menapt_without_citizens", "weeks_missing", "weeks_thin"]
    assert found.index("no_contact") < found.index("sex")


def test_a_drift_that_a_finding_tells_anyway_is_not_told_twice():
    report = judge(rich(), judge(earlier()))
    titles = [step.title for step in steps(report, Language("en"))]
    assert len(titles) == len(set(titles))
    assert "Register" in titles and "Files named sssy/sssy_#_#.parquet" in titles


UNITS = {
    "as declared": ({"median_oere": 17_200}, "They agree."),
    "øre declared as kroner": ({"median_oere": 1_691_100}, "likely in øre, but declared as kroner"),
    "kroner declared as øre": ({"median_oere": 169}, "likely in kroner, but declared as øre"),
    "nothing to judge by": ({"median_oere": None}, "nothing speaks for or against it"),
}


@pytest.mark.parametrize(("found", "words"), UNITS.values(), ids=UNITS)
def test_the_unit_of_fees_is_told_in_words(found, words):
    units = {"bruhon": {"declared": "kroner", "fee_table_oere": 16_911, "rows": 10, **found}}
    assert words in " ".join(unit_text(units, Language("en")))


def test_weeks_and_months_in_a_row_are_named_once():
    weeks = spread("services", {"2501": 5, "2504": 5}, YEAR).of("missing")
    assert period_list(weeks, Language("en")) == "weeks 2–3, weeks 5–52"
    months = spread("lpr 1 contacts", {"2019-11": 5, "2020-03": 5, "2020-05": 5}, YEAR).of("missing")
    assert period_list(months, Language("da")) == "dec. 2019 – feb. 2020, apr. 2020"


@pytest.mark.parametrize("register", rich().coverage)
def test_pictures_stay_within_their_frame(register):
    drawn = picture(spread(register, rich().coverage[register], YEAR), YEAR, Language("en"))
    assert all(drawn.left <= one.left and one.left + one.width <= drawn.right <= WIDTH for one in drawn.columns)
    assert all(drawn.top <= one.top <= drawn.base < HEIGHT for one in drawn.columns)
    assert all(drawn.top <= y <= drawn.base for y, _ in drawn.ticks)
    assert 3 <= len(drawn.ticks) <= 6


@pytest.mark.parametrize(("tallest", "step"), [(0, 1), (4, 1), (5, 2), (9, 5), (1_871_000, 500_000)])
def test_ticks_are_round(tallest, step):
    assert tick_step(tallest) == step


def test_a_gap_is_marked_in_picture_and_table():
    text = page_text(judge(rich()))
    assert text.count('<rect class="missing"') == text.count('<td class="missing"') == 5
    assert text.count('<rect class="thin"') == text.count('<td class="thin"') == 1


def test_the_same_report_gives_the_same_page(report):
    assert page_text(report, "da") == page_text(report, "da")


def test_rows_of_other_years_lie_before_or_after_the_picture():
    seen = spread("services", {"2501": 10, "2502": 12, "2024": 3, "2026": 5, "2452": 1}, 2026)
    assert (seen.before, seen.after) == (4, 5)
