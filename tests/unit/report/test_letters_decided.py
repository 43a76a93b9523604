"""Letters of decisions and of corrected errors: which are written, and what they say beside the calculated number."""

from dataclasses import replace
from datetime import date

import pytest

from fordel_dask.report.told import ToldRun
from tests.lib.letters import DECIDED, Blocks, letter, pages, with_clinic
from tests.lib.small_told import small_told

TOLD = small_told()


def decided(lang="da", told=None, **changed):
    return letter("decision-000111", told=told, lang=lang, decisions=(replace(DECIDED, **changed),))


def corrected(earlier, run=TOLD.run, **other):
    written = pages(told=small_told(run=run, earlier=earlier), **other)
    return [name for name in written if "correction" in name]


def test_a_decision_stands_beside_the_calculated_number():
    said = decided()
    assert "truffet afgørelse om, at jeres minimumspatienttal er 3.200 patienter fra den 5. marts 2026." in said
    assert "Fastsat ved afgørelsen 3.200 Hidtil 3.000 Beregnet for 2026 3.100" in said
    assert "Forskel (fastsat minus beregnet) +100" in said
    assert "Begrundelse Ny læge i klinikken" in said


def test_a_decision_by_the_calculation_of_another_year_is_not_subtracted_from_this_one():
    said = decided(planning_year=2025)
    assert "Afgørelsen bygger på beregningen for 2025" in said
    assert "Forskel" not in said


def test_a_decision_says_when_it_was_told_and_when_it_may_apply():
    assert "I fik afgørelsen den 3. februar 2026 og beregningen den 20. januar 2026; den første mulige dag" in decided()
    assert "Dato 3. februar 2026" in decided()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"notice_calculation": None}, "I fik afgørelsen den 3. februar 2026; beregningen er endnu ikke sendt"),
        ({"notice_decision": None}, "I fik beregningen den 20. januar 2026; afgørelsen får I med dette brev."),
        ({"notice_decision": None, "notice_calculation": None}, "Afgørelsen får I med dette brev; beregningen er"),
    ],
)
def test_a_raise_whose_notice_is_missing_waits(changed, said):
    text = decided(effective_from=None, earliest=None, **changed)
    assert said in text
    assert "Tallet gælder ikke endnu" in text


def test_a_lower_number_needs_no_notice():
    said = decided(number=2900)
    assert "Tallet er ikke højere end det, I havde. Det kræver ikke varsel" in said
    assert "30 dage" not in said


def test_a_first_number_needs_notice_as_a_higher_one_does():
    assert "I havde ikke noget tal før. Derfor kan tallet tidligst gælde 30 dage efter" in decided(before=None)


@pytest.mark.parametrize(
    ("day", "body"), [(date(2026, 12, 31), "jeres egen region"), (date(2027, 1, 1), "praksisklagenævnet")]
)
def test_who_hears_a_complaint_goes_by_the_day_of_the_decision(day, body):
    said = decided(decided_on=day)
    assert f"I kan klage over afgørelsen. Klagen behandles af {body}." in said


def test_a_decision_without_reasons_shows_the_place_for_them():
    assert "[Regionens begrundelse]" in decided(reason=" ")


def test_decisions_of_one_clinic_have_a_letter_each():
    several = (DECIDED, replace(DECIDED, number=3300), replace(DECIDED, ydernummer="000222"))
    written = [name for name in pages(decisions=several) if "decision" in name]
    assert written == [f"letters/decision-{code}.html" for code in ("000111", "000111-2", "000222")]


def test_a_decision_about_a_clinic_without_a_number_says_that_there_is_none():
    said = letter("decision-000333", decisions=(replace(DECIDED, ydernummer="000333"),))
    assert "Beregnet for 2026 intet tal" in said


def test_a_decision_about_a_clinic_that_the_run_has_not_is_written_all_the_same():
    said = letter("decision-999999", decisions=(replace(DECIDED, ydernummer="999999"),))
    assert "3.200 patienter" in said
    assert "Kommune ikke oplyst" in said


def test_only_a_lower_number_is_announced():
    assert corrected(with_clinic(TOLD.run, "000111", minimum_patients="3200")) == ["letters/correction-000111.html"]
    assert corrected(with_clinic(TOLD.run, "000111", minimum_patients="3000")) == []
    assert corrected(TOLD.run) == []
    assert corrected(with_clinic(TOLD.run, "000111", minimum_patients="")) == []


def test_a_number_that_is_lost_is_not_announced_as_lower():
    assert corrected(TOLD.run, with_clinic(TOLD.run, "000111", minimum_patients="", status="no_capacities")) == []


def test_another_year_or_another_model_is_no_error():
    lower = with_clinic(TOLD.run, "000111", minimum_patients="3200")
    assert corrected(ToldRun(replace(lower.model, year=2025), lower.tables)) == []
    assert corrected(ToldRun(replace(lower.model, hash="cd" * 32), lower.tables)) == []


def test_a_correction_tells_both_numbers_and_what_follows():
    earlier = with_clinic(TOLD.run, "000111", minimum_patients="3200")
    said = letter("correction-000111", told=small_told(earlier=earlier))
    assert "Udsendt 3.200 Rettet 3.100 Forskel −100" in said
    assert "Et lavere tal kræver ikke varsel og kan gælde fra den dag, den nye afgørelse træffes." in said


def test_each_kind_of_letter_has_texts_of_its_own():
    texts = {"opening": ("Om beregningen.",), "decision_opening": ("Om afgørelsen.",)}
    told = small_told(earlier=with_clinic(TOLD.run, "000111", minimum_patients="3200"))
    written = pages(told=told, blocks=Blocks(texts), decisions=(DECIDED,))
    has = {name: [text for (text,) in texts.values() if text in page] for name, page in written.items()}
    assert has["letters/000111.html"] == ["Om beregningen."]
    assert has["letters/decision-000111.html"] == ["Om afgørelsen."]
    assert has["letters/correction-000111.html"] == []
