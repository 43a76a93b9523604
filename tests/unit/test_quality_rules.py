"""The rules a delivery is held against: whole in both languages, each once for a register."""

import re
from collections import Counter
from fractions import Fraction
from string import Formatter

import pytest

from fordel_dask.errors import AccountingError
from fordel_dask.quality.language import Language, all_words
from fordel_dask.quality.rules import (
    EXIT_CODES,
    LANGUAGES,
    REGISTERS,
    SEVERITIES,
    all_rules,
    checked_rules,
    drift_limits,
    kind_of,
    register_order,
    rule_of,
)
from fordel_dask.registers.tally import QUARANTINED

RULES = all_rules()
IDS = [f"{rule.id} of {rule.registers[0]}" for rule in RULES]
WHOLE = {
    "id": "a_rule",
    "registers": ["population"],
    "severity": "warn",
    "unit": "rows",
    **dict.fromkeys(("title", "reason", "advice", "title_da", "reason_da", "advice_da"), "Words."),
}
PLAN = {
    "population": """file_unreadable column_missing column_type column_unknown person_twice no_person_key
        unknown_municipality sex birth_day_missing birth_day_after_status_date age_over_120 civil_status_unknown
        country_unknown origin_type_unknown menapt_without_citizens municipality_without_citizens christiansoe
        key_length""",
    "enrolment": """person_twice first_day_missing last_day_unreadable first_day_after_last_day unknown_person
        group_unknown overlapping_spells not_enrolled clinic_unregistered clinic_changed_hands group_2_municipality""",
    "services": """week_invalid treatment_day_missing settlement_week_malformed other_year unknown_person
        service_code_malformed quantity_not_whole
        paid_unreadable paid_missing service_unknown negative_total weeks_missing weeks_thin
        row_repeated_in_another_file bruhon_unit""",
    "lpr 1 contacts": """contact_key_blank other_system unknown_person contact_day_missing contact_twice
        contact_day_outside months_missing""",
    "lpr 2 diagnoses": """other_system other_type refuted code_blank no_d no_contact unknown_person contact_day_missing
        no_listed_condition code_form""",
    "diagnoses": "other_type refuted code_blank no_d unknown_person contact_day_missing no_listed_condition code_form",
    "dream": "unknown_person cells_unreadable person_twice weeks_missing code_unknown week_empty",
    "clinics": """clinic_twice clinic_type_unknown clinic_municipality_unknown capacities_impossible
        capacities_missing predecessor_unknown""",
    "areas": "area_without_municipality",
    "prescriptions": """unknown_person atc_malformed dispensing_day_missing packages_not_whole
        outside_windows no_listed_medicine atc_too_short_to_tell dispensing_day_outside""",
}


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_rule_is_told_whole_in_both_languages(rule):
    assert set(rule.texts) == set(LANGUAGES) == {"en", "da"}
    for text in rule.texts.values():
        assert not text.title.endswith(".")
        assert text.reason.endswith(".") and text.advice.endswith(".")
        assert all(line == line.strip() and "  " not in line for line in (text.title, text.reason, text.advice))
    assert rule.texts["en"].reason != rule.texts["da"].reason


def test_danish_is_written_with_its_letters():
    danish = " ".join(f"{text.title} {text.reason} {text.advice}" for text in (rule.texts["da"] for rule in RULES))
    assert all(danish.count(letter) > 100 for letter in "æøå")
    assert not re.findall(r"\b(?:naar|faar|ogsaa|foer|paa|aar|raekker)\b", danish)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_severity_exit_code_and_unit_are_known(rule):
    assert rule.severity in SEVERITIES
    assert (rule.exit_code in EXIT_CODES) == (rule.severity == "reject")
    assert rule.unit in all_words()["units"]
    assert all(value is None or value >= 0 for value in (rule.usual_percent, rule.drift_points, rule.drift_percent))
    assert rule.of_rows or (rule.drift_points is None and rule.usual_percent is None)
    assert not rule.of_rows or rule.drift_percent is None


def test_no_rule_stands_twice_for_a_register():
    counted = Counter((kind, rule.id) for rule in RULES for kind in rule.registers)
    assert max(counted.values()) == 1


@pytest.mark.parametrize("register", PLAN)
def test_every_count_of_a_register_finds_its_rule(register):
    assert all(rule_of(register, name).id == name for name in PLAN[register].split())


def test_what_ingest_quarantines_the_rules_quarantine():
    """The names are one: a row kept out by an ingest is told by the rule of that name."""
    assert {rule.id for rule in RULES if rule.severity == "quarantine"} >= QUARANTINED


@pytest.mark.parametrize(("register", "name"), [("population", "weeks_missing"), ("services", "no_such_rule")])
def test_a_count_without_a_rule_is_our_bug(register, name):
    with pytest.raises(AccountingError, match=f"{register}: '{name}' is counted, but is no rule"):
        rule_of(register, name)


@pytest.mark.parametrize("name", ["lpr contacts", "lpr 0 contacts", "any", "citizens"])
def test_a_register_of_no_known_name_is_our_bug(name):
    with pytest.raises(AccountingError, match="no name of a register"):
        kind_of(name)


def test_the_same_word_may_mean_another_thing_in_another_register():
    assert (
        rule_of("services", "weeks_missing").texts["en"].reason != rule_of("dream", "weeks_missing").texts["en"].reason
    )
    assert rule_of("lpr 1 contacts", "unknown_person") is rule_of("lpr 2 diagnoses", "unknown_person")


def test_registers_stand_in_the_order_of_the_way_in():
    names = ["clinics", "lpr 10 contacts", "lpr 2 diagnoses", "dream", "lpr 2 contacts", "population", "diagnoses"]
    assert sorted(names, key=register_order) == [
        "population",
        "lpr 2 contacts",
        "lpr 2 diagnoses",
        "lpr 10 contacts",
        "diagnoses",
        "dream",
        "clinics",
    ]


WRONG = {
    "an unknown severity": ({"severity": "fatal"}, "the severity 'fatal' is none of"),
    "a text that is missing": ({"advice_da": " "}, "advice_da is missing"),
    "a code where nothing is rejected": ({"exit_code": 10}, "has a code"),
    "a rejection without code": ({"severity": "reject"}, "has a code"),
    "a code of the contract for something else": ({"severity": "reject", "exit_code": 40}, "has a code"),
    "no unit": ({"unit": ""}, "unit is missing"),
    "no register": ({"registers": []}, "registers are missing"),
    "an unknown register": ({"registers": ["lpr 1 contacts"]}, "no kind of registers"),
    "a key that is misspelt": ({"severty": "warn"}, "unknown keys"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_a_rule_that_is_not_whole_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        checked_rules([{**WHOLE, **change}])


TWICE = {"the same register": ["population"], "every register, and one": ["any"]}


@pytest.mark.parametrize("registers", TWICE.values(), ids=TWICE)
def test_a_rule_declared_twice_is_refused(registers):
    with pytest.raises(ValueError, match=r"more than once: a_rule \(population\)"):
        checked_rules([WHOLE, {**WHOLE, "registers": registers}])


def test_thresholds_of_drift_are_exact():
    limits = drift_limits()
    assert limits.rows_of("population") == 2
    assert limits.rows_of("lpr 3 contacts") == 15
    assert limits.rows_of("prescriptions") == limits.rows_percent == 10
    assert rule_of("population", "sex").usual_percent == Fraction(1, 10)


def test_every_word_stands_in_both_languages_with_the_same_places():
    for section, words in all_words().items():
        for word, text in words.items():
            assert set(text) == set(LANGUAGES), (section, word)
            if isinstance(text["en"], list):
                assert len(text["en"]) == len(text["da"])
            else:
                places = [{name for _, name, _, _ in Formatter().parse(text[lang]) if name} for lang in LANGUAGES]
                assert places[0] == places[1], (section, word)


def test_every_register_and_severity_has_a_name():
    words = all_words()
    assert set(REGISTERS) < set(words["registers"])
    assert all(set(words[section]) == set(SEVERITIES) for section in ("severities", "severity", "severity_meanings"))


NUMBERS = {
    "thousands": (lambda it: it.number(6_025_603), "6,025,603", "6.025.603"),
    "less than nothing": (lambda it: it.number(-1234), "−1,234", "−1.234"),
    "decimals": (lambda it: it.number(Fraction(12345, 10), 2), "1,234.50", "1.234,50"),
    "with its sign": (lambda it: it.signed(3.5, 1), "+3.5", "+3,5"),
    "a share": (lambda it: it.percent(Fraction(1, 8)), "12.5 %", "12,5 %"),
    "a small share": (lambda it: it.percent(Fraction(1, 50_000)), "0.002 %", "0,002 %"),
    "a share that is nearly nothing": (lambda it: it.percent(Fraction(1, 10**9)), "< 0.001 %", "< 0,001 %"),
    "no share": (lambda it: it.percent(Fraction(0)), "0.00 %", "0,00 %"),
    "one of a kind": (lambda it: it.counted(1, "municipalities"), "1 municipality", "1 kommune"),
    "several": (lambda it: it.counted(1200, "rows"), "1,200 rows", "1.200 rækker"),
    "kroner": (lambda it: it.kroner(16911), "169.11 kr.", "169,11 kr."),
    "a size": (lambda it: it.size(66_281_633), "66.3 MB", "66,3 MB"),
    "a month": (lambda it: it.month("2019-03"), "Mar 2019", "mar. 2019"),
    "a pair": (lambda it: it.register("lpr 2 contacts"), "Hospital contacts, pair 2", "Sygehuskontakter, par 2"),
    "a source": (lambda it: it.source("model section 3"), "model section 3", "modelbeskrivelsen, afsnit 3"),
}


@pytest.mark.parametrize(("say", "english", "danish"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_written_as_the_language_has_them(say, english, danish):
    assert say(Language("en")).replace("\N{NO-BREAK SPACE}", " ") == english
    assert say(Language("da")).replace("\N{NO-BREAK SPACE}", " ") == danish
