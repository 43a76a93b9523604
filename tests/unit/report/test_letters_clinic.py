"""The letter of a clinic: its number is that of the table, its sums add up, and nothing kept back is in it."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from fordel_dask.law.words import STATUSES, STATUSES_DA
from fordel_dask.report.letters.content import Sum
from fordel_dask.report.letters.writing import letters_of
from fordel_dask.report.told import ToldRun
from tests.lib.letters import Blocks, letter, pages, wanted, with_clinic
from tests.lib.small_told import interval, small_told

TOLD = small_told()


def whole(text):
    return int(text.replace(".", "").replace("−", "-").replace("+", ""))


def told_with(code="000111", **changed):
    return small_told(run=with_clinic(TOLD.run, code, **changed))


def told_interval(low, high):
    rows = [interval("clinic", "000111", "minimum_patients", low, high)]
    return small_told(run=ToldRun(TOLD.run.model, {**TOLD.run.tables, "intervals": rows}))


def test_every_clinic_has_a_letter():
    assert {*pages()} == {f"letters/{code}.html" for code in TOLD.run.clinics}


@pytest.mark.parametrize(("code", "number"), [("000111", "3.100"), ("000222", "775")])
def test_the_number_in_front_is_that_of_the_table(code, number):
    assert whole(number) == int(TOLD.run.clinics[code]["minimum_patients"])
    assert f"<b>{number}</b> patienter" in pages()[f"letters/{code}.html"]


def test_the_steps_of_every_letter_add_up_to_its_number():
    sums = 0
    for one in letters_of(TOLD, wanted()):
        for part in (part for section in one.sections for part in section.parts if isinstance(part, Sum)):
            sums += 1
            assert sum(whole(figure) for _, figure in part.rows) == whole(part.total[1]) == whole(one.headline.number)
    assert sums == 2


def test_what_is_divided_and_multiplied_comes_to_what_is_told():
    said = letter()
    assert "1.600 : 1,033, afrundet til nærmeste 50, altså 1.550 patienter" in said
    assert "I har 2 lægekapaciteter, og det giver 3.100 patienter." in said


def test_a_division_that_readers_could_not_repeat_is_not_shown():
    said = letter(told=told_with(mean_weight="1.015000", minimum_per_capacity="1550"))
    assert " : " not in said
    assert "Regnet med jeres patienters nøjagtige sygdomsvægt svarer den til 1.550 patienter." in said


def test_half_a_capacity_is_one_that_is_not_whole():
    assert "I har 0,5 lægekapacitet, og det giver 775 patienter." in letter("000222")
    assert "You have 0.5 capacities, which makes 775 patients." in letter("000222", lang="en")


@pytest.mark.parametrize(
    ("mean", "said"),
    [
        ("1.033333", "1,033 mod 1,000 i hele landet. De forventes altså at have et større behov"),
        ("0.950014", "0,950 mod 1,000 i hele landet. De forventes altså at have et mindre behov"),
        ("1.000400", "er 1,000, det samme som i hele landet."),
    ],
)
def test_the_weight_of_patients_is_held_against_the_country(mean, said):
    assert said in letter(told=told_with(mean_weight=mean))


def test_patients_are_counted_on_a_day():
    assert "Den 1. januar 2026 havde I 3.000 tilmeldte patienter i sikringsgruppe 1." in letter()
    assert "On 1 January 2026 you had 3,000 enrolled patients in group 1." in letter(lang="en")


def test_bars_are_as_long_as_the_weights():
    (bars,) = (part for part in next(letters_of(TOLD, wanted())).sections[0].parts if part.kind == "bars")
    assert [bar.figure for bar in bars.bars] == ["1,033", "1,020", "1,020", "1,000"]
    assert [bar.length for bar in bars.bars] == [689, 680, 680, 667]
    assert bars.mark == bars.bars[-1].length


def test_what_is_kept_back_is_said_to_be_so():
    patients = {"patients": "", "weighted_patients": "", "mean_weight": "", "minimum_per_capacity": ""}
    said = letter(told=told_with(**patients, kept_back="patients weighted_patients mean_weight minimum_per_capacity"))
    assert "Antallet af jeres patienter den 1. januar 2026 vises ikke" in said
    assert "Deres gennemsnitlige sygdomsvægt vises ikke" in said
    assert "Jeres patienter vises ikke" in said
    assert "lægekapaciteter, og det giver" not in said


def test_a_number_that_is_kept_back_is_nowhere_in_the_letter():
    said = letter(told=told_with(minimum_patients="", minimum_per_capacity="", kept_back="minimum_patients"))
    assert "Tallet vises ikke i dette brev" in said
    assert "3.100" not in said


def test_steps_that_are_partly_told_say_so():
    said = letter("000222")
    assert "(4 af 6 grupper kan vises)" in said
    assert "Tal med få borgere bag sig vises ikke enkeltvis; de er regnet med i summen." in said
    assert "vises ikke" not in letter("000111")


@pytest.mark.parametrize(("code", "status"), [("000333", "no_patients"), ("000444", "unregistered")])
@pytest.mark.parametrize(("lang", "reasons"), [("da", STATUSES_DA), ("en", STATUSES)])
def test_a_clinic_without_a_number_is_told_why(code, status, lang, reasons):
    said = letter(code, lang=lang)
    assert reasons[status] in said
    assert "<b>" not in pages(lang=lang)[f"letters/{code}.html"]


def test_what_nobody_knows_of_a_clinic_is_named_as_such():
    assert re.search(r"Type ikke oplyst Kommune ikke oplyst Sundhedsråd ikke oplyst", letter("000444"))


def test_an_interval_that_does_not_move_the_number_says_so():
    said = letter(told=told_interval("3100.000000", "3100.000000"))
    assert "Begge ender af 90\N{NO-BREAK SPACE}%-intervallet giver 3.100 patienter".replace("\xa0", " ") in said


def test_an_interval_is_told_with_what_it_means():
    said = letter(told=told_interval("3000.000000", "3200.000000"))
    assert "90 %-intervallet for jeres tal går fra 3.000 til 3.200 patienter. I 90 % af alle tilfælde" in said


def test_an_interval_beside_the_number_is_not_called_robust():
    assert "går fra 3.200 til 3.200" in letter(told=told_interval("3200.000000", "3200.000000"))


def test_an_unknown_uncertainty_is_not_made_up():
    assert "Det er ikke beregnet, hvor usikkert tallet er." in letter()


def test_notices_are_told_with_days_of_the_calendar_once_the_letter_has_one():
    assert "gælder det tidligst 30 dage efter, at I har fået både afgørelsen og beregningen" in letter()
    dated = letter(blocks=Blocks({"date": date(2026, 1, 15)}))
    assert "Får I begge dele den 15. januar 2026, er det den 14. februar 2026." in dated
    assert "eller har I ikke noget i dag" in letter("000333")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 31), "til og med den 31. december 2026, behandles af jeres egen region; klager over"),
        (date(2027, 1, 1), "Klager over afgørelser behandles af praksisklagenævnet."),
    ],
)
def test_who_hears_complaints_goes_by_the_day_of_the_letter(day, said):
    assert said in letter(blocks=Blocks({"date": day}))


def test_a_letter_for_a_year_before_the_law_tells_the_first_law():
    run = ToldRun(replace(TOLD.run.model, year=2025), TOLD.run.tables)
    assert "behandles af jeres egen region" in letter(told=small_told(run=run))


def test_figures_that_are_no_real_or_released_ones_say_so():
    clearance = TOLD.clearance
    assert "Udkast: Tallene er ikke frigivet." in letter()
    assert "Fiktive tal" in letter(told=small_told(clearance=replace(clearance, invented=True)))
    released = letter(told=small_told(clearance=replace(clearance, release=3)))
    assert "Udkast" not in released
    assert "Fiktive" not in released


def test_figures_of_a_changed_model_say_so():
    run = ToldRun(replace(TOLD.run.model, changed=["clinics.rounding_step"]), TOLD.run.tables)
    assert "Beregnet med en ændret model" in letter(told=small_told(run=run))
    assert "ændret model" not in letter()


def test_a_weight_above_all_others_still_has_room():
    (bars,) = (
        part
        for part in next(letters_of(told_with(mean_weight="2.500000"), wanted())).sections[0].parts
        if part.kind == "bars"
    )
    assert bars.bars[0].length == 1000
    assert bars.mark == Fraction(1000) / Fraction(5, 2)
