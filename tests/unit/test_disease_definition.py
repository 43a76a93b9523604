"""What shows a condition when medicine counts too, one named case a branch; the slow reference agrees."""

from datetime import date, timedelta

import pytest

from fordel_dask import law
from fordel_dask.covariates.disease import conditions_of, disease_levels
from fordel_dask.errors import CoverageError, IntegrityError
from fordel_dask.facts import FactRules, is_covered
from fordel_dask.facts.definition import conditions
from fordel_dask.facts.derive import facts_of_partition
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.pipeline import fact_rules
from fordel_dask.registers import ingest, second_pass
from fordel_dask.registers.prescriptions import KEPT_YEARS
from fordel_dask.store import open_store
from tests.lib.deliveries import REGISTERS, write_delivery
from tests.reference import diagnoses as reference
from tests.reference.medicine import with_medicine
from tests.reference.model import DEFAULTS
from tests.reference.registers import read_registers

STATUS = date(2026, 1, 1)
SPRING, SUMMER = date(2025, 4, 2), date(2025, 7, 9)
YEAR_AGO = date(2025, 1, 1)  # 365 days before the status date
SPECIALITIES = ("80",)
EPILEPSY = [("DG409", date(2020, 5, 5))]


def twice(atc):
    return [(atc, SPRING, 1), (atc, SUMMER, 1)]


CASES = {  # diagnoses (code, day), dispensings (ATC, day, packages), conditions
    "nothing shows nothing": ([], [], set()),
    "a diagnosis is enough where either counts": ([("DE109", SPRING)], [], {"diabetes"}),
    "medicine is enough where either counts": ([], twice("A10BA02"), {"diabetes"}),
    "diagnosis and medicine of a condition count once": ([("DE109", SPRING)], twice("A10BA02"), {"diabetes"}),
    "atrial fibrillation has no medicine arm": ([("DI489", SPRING)], twice("B01AF01"), {"atrial_fibrillation"}),
    "epilepsy needs diagnosis and medicine": (EPILEPSY, twice("N03AX09"), {"epilepsy"}),
    "epilepsy is not shown by its diagnosis alone": (EPILEPSY, [], set()),
    "epilepsy is not shown by its medicine alone": ([], twice("N03AX09"), set()),
    "epilepsy is not shown by one dispensing": (EPILEPSY, twice("N03AX09")[:1], set()),
    "epilepsy is not shown by medicine and a diagnosis 15 years and a day ago": (
        [("DG409", date(2010, 12, 31))],
        twice("N03AX09"),
        set(),
    ),
    "allergy is shown by medicine": ([], twice("R06AX27"), {"allergy"}),
    "psychological distress is shown by medicine": ([], twice("N06AB06"), {"distress"}),
    "a mood disorder does not exclude psychological distress": (
        [("DF329", SPRING)],
        twice("N06AB06"),
        {"mood_anxiety", "distress"},
    ),
    "two dispensings a year are enough": ([], twice("C10AA05"), {"dyslipidemia"}),
    "one dispensing a year is not": ([], twice("C10AA05")[:1], set()),
    "one dispensing of many packages is one": ([], [("C10AA05", SPRING, 12)], set()),
    "two dispensings on one day are two": ([], [("C10AA05", SPRING, 1)] * 2, {"dyslipidemia"}),
    "four dispensings show a painful condition": ([], twice("M01AE01") + twice("N02BE01"), {"pain"}),
    "three do not": ([], twice("M01AE01") + twice("N02BE01")[:1], set()),
    "prefixes of a condition add up": ([], [("C03CA01", SPRING, 1), ("C09AA02", SUMMER, 1)], {"hypertension"}),
    "a code of two conditions counts for both": ([], twice("C02CA04"), {"hypertension", "prostate"}),
    "a return takes a dispensing back": ([], [*twice("C10AA05"), ("C10AA05", SUMMER, -1)], set()),
    "a return of three packages takes one dispensing back": (
        [],
        [*twice("C10AA05"), ("C10AA05", SPRING, 1), ("C10AA05", SUMMER, -3)],
        {"dyslipidemia"},
    ),
    "a return of other medicine takes nothing back": (
        [],
        [*twice("C10AA05"), ("H03AA01", SUMMER, -1)],
        {"dyslipidemia"},
    ),
    "a return in the year before takes nothing back": (
        [],
        [*twice("C10AA05"), ("C10AA05", date(2024, 12, 31), -1)],
        {"dyslipidemia"},
    ),
    "no package is no dispensing": ([], [("C10AA05", SPRING, 1), ("C10AA05", SUMMER, 0)], set()),
    "a dispensing on the status date does not count": ([], [("C10AA05", SPRING, 1), ("C10AA05", STATUS, 1)], set()),
    "a dispensing on the day before counts": (
        [],
        [("C10AA05", SPRING, 1), ("C10AA05", STATUS - timedelta(days=1), 1)],
        {"dyslipidemia"},
    ),
    "a dispensing 365 days before counts": ([], [("C10AA05", SPRING, 1), ("C10AA05", YEAR_AGO, 1)], {"dyslipidemia"}),
    "a dispensing 366 days before does not": (
        [],
        [("C10AA05", SPRING, 1), ("C10AA05", YEAR_AGO - timedelta(days=1), 1)],
        set(),
    ),
    "a code cut to five characters counts": ([], twice("C10AA"), {"dyslipidemia"}),
    "a code in small letters with blanks around counts": ([], twice(" c10aa05 "), {"dyslipidemia"}),
    "a code cut shorter than the prefix cannot be told": ([], twice("R06AE"), set()),
    "medicine of no list shows nothing": ([], twice("J01CA04"), set()),
}


def key_of(number):
    return f"CASE{number:08}"


def written(directory):
    """Write one delivery in which every case is a person."""
    persons = [{**REGISTERS["population"][0], "PNR": key_of(n)} for n, _ in enumerate(CASES)]
    spells = [{**REGISTERS["enrolment"][0], "PNR": key_of(n)} for n, _ in enumerate(CASES)]
    found = [
        {"PNR": key_of(n), "CODE": code, "TYPE": "A", "DATE": day}
        for n, (diagnoses, _, _) in enumerate(CASES.values())
        for code, day in diagnoses
    ]
    dispensed = [
        {"PNR": key_of(n), "ATC": atc, "EKSD": day, "APK": packages}
        for n, (_, dispensings, _) in enumerate(CASES.values())
        for atc, day, packages in dispensings
    ]
    return write_delivery(directory, population=persons, enrolment=spells, diagnoses=found, prescriptions=dispensed)


def rules(tmp_path, definition):
    (tmp_path / "model.toml").write_text(f'disease_definition = "{definition}"')
    return load_model(str(tmp_path / "model.toml")).covariates


@pytest.fixture(scope="module")
def medicated(tmp_path_factory):
    """Give, for the persons in order, their facts and the bits of their conditions when medicine counts."""
    folder = tmp_path_factory.mktemp("medicine")
    ingest(written(folder / "registers"), folder / "store", Threads(1), partitions=1)
    facts, _ = facts_of_partition(open_store(folder / "store"), 0, FactRules(2026, SPECIALITIES, medicine=True))
    facts["age"] = facts["clinic"]  # only how many persons there are is asked of it
    return folder, facts, conditions_of(facts, rules(folder, "hospital_and_medicine"))


def names_of(bits):
    return {condition.name for condition in conditions() if int(bits) >> condition.bit & 1}


@pytest.mark.parametrize("case", CASES)
def test_conditions_when_medicine_counts(medicated, case):
    number = list(CASES).index(case)
    assert names_of(medicated[2][number]) == CASES[case][2]


def test_the_slow_reference_shows_the_same(medicated):
    registers = read_registers(medicated[0] / "registers")
    found = with_medicine(reference.conditions(registers, DEFAULTS), registers)
    assert [{name for _, name in found.get(key_of(n), ())} for n, _ in enumerate(CASES)] == [
        expected for _, _, expected in CASES.values()
    ]


def test_medicine_does_not_count_while_the_definition_is_hospital(medicated):
    folder, facts, _ = medicated
    bits = dict(zip(CASES, conditions_of(facts, rules(folder, "hospital")), strict=True))
    assert names_of(bits["medicine is enough where either counts"]) == set()
    assert names_of(bits["epilepsy is not shown by its diagnosis alone"]) == {"epilepsy"}


def test_conditions_shown_by_medicine_alone_are_counted_by_kind(medicated):
    folder, facts, _ = medicated
    somatic, psychiatric = disease_levels(facts, rules(folder, "hospital_and_medicine"))
    levels = dict(zip(CASES, zip(somatic.tolist(), psychiatric.tolist(), strict=True), strict=True))
    assert levels["a code of two conditions counts for both"][0] == 1  # the level of two conditions
    assert levels["psychological distress is shown by medicine"][1] == 1
    assert levels["allergy is shown by medicine"][1] == 0


def test_the_bits_of_diagnosed_conditions_come_first_and_39_fit_into_a_number():
    diagnosed = [row["condition_id"] for row in law.rows("codes/multimorbidity") if row["icd10_prefixes"]]
    names = [condition.name for condition in conditions()]
    assert names == [*diagnosed, "allergy", "pain", "distress"]
    assert [condition.bit for condition in conditions()] == list(range(39))


def test_the_list_is_one_that_the_definition_can_follow():
    for condition in conditions():
        assert condition.logic in {"DX", "RX", "OR", "AND"}
        assert bool(condition.prefixes) == (condition.logic != "RX")
        assert (condition.medicine is not None) == (condition.logic != "DX")
        if condition.medicine:
            assert condition.medicine.dispensings >= 1
            assert condition.medicine.window_days <= 365 * KEPT_YEARS, "rows so old are not kept"


def test_a_shorter_prefix_covers_its_longer_ones():
    listed = {prefix for condition in conditions() if condition.medicine for prefix in condition.medicine.prefixes}
    assert is_covered(sorted(listed))
    assert is_covered(sorted({prefix[:3] for prefix in listed}))
    assert not is_covered(sorted(listed - {"C10"}))


def test_a_store_that_was_made_with_a_shorter_list_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(second_pass, "listed_prefixes", lambda: ("A10", "C10"))
    ingest(written(tmp_path / "registers"), tmp_path / "store", Threads(1))
    (tmp_path / "wider.toml").write_text('disease_definition = "hospital_and_medicine"')
    with pytest.raises(IntegrityError) as refusal:
        fact_rules(open_store(tmp_path / "store"), load_model(str(tmp_path / "wider.toml")))
    assert "Ingest the registers again" in str(refusal.value)
    assert not fact_rules(open_store(tmp_path / "store"), load_model()).medicine


def test_a_model_with_medicine_is_refused_on_a_store_without_prescriptions(tmp_path):
    ingest(write_delivery(tmp_path / "registers"), tmp_path / "store", Threads(1))
    (tmp_path / "wider.toml").write_text('disease_definition = "hospital_and_medicine"')
    with pytest.raises(CoverageError) as refusal:
        fact_rules(open_store(tmp_path / "store"), load_model(str(tmp_path / "wider.toml")))
    assert refusal.value.exit_code == 11
    assert "'wider'" in str(refusal.value)
    assert "[prescriptions]" in str(refusal.value)
