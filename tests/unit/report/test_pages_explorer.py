"""The explorer's data: short, complete, adding up; and what scenarios change."""

import json
from dataclasses import replace

import pytest

from fordel_dask.report.frame import as_data
from fordel_dask.report.pages.explorer import explorer_data
from fordel_dask.report.pages.links import Beside, Links
from fordel_dask.report.wording import Wording
from tests.lib.small_told import small_told

TOLD = small_told()
CODE, COUNCIL, MUNICIPALITY, FACTS, STEPS, SAID = range(6)


def data_of(told):
    links = Links(told.run, beside=Beside(letters=("000111",)))
    return json.loads(str(as_data(explorer_data(told, Wording("da"), links))))


@pytest.fixture(scope="module")
def data():
    return data_of(TOLD)


def test_every_clinic_municipality_and_council_is_there_and_knows_its_place(data):
    assert [one["code"] for one in data["councils"]] == list(TOLD.run.councils)
    assert [one[0] for one in data["municipalities"]] == list(TOLD.run.municipalities)
    assert [one[CODE] for one in data["clinics"]] == list(TOLD.run.clinics)
    for one in data["clinics"]:
        row = TOLD.run.clinics[one[CODE]]
        council = data["councils"][one[COUNCIL]]["code"] if one[COUNCIL] >= 0 else ""
        municipality = data["municipalities"][one[MUNICIPALITY]][0] if one[MUNICIPALITY] >= 0 else ""
        assert (council, municipality) == (row["council_id"], row["municipality_code"])


def test_steps_add_up_to_the_number_and_a_clinic_without_one_says_why(data):
    for one in data["clinics"]:
        number = TOLD.run.clinics[one[CODE]]["minimum_patients"]
        assert sum(one[STEPS][1::2]) == int(number or 0)
        assert bool(one[SAID]) == (not number)
    assert [data["labels"][place] for place in data["clinics"][2][SAID]] == [Wording("da").say("why_no_patients")]


def test_labels_are_held_once(data):
    assert len(set(data["labels"])) == len(data["labels"])
    places = [place for one in data["clinics"] for place in (*one[FACTS][::2], *one[STEPS][::2])]
    assert set(places) <= set(range(len(data["labels"])))


def test_only_clinics_with_a_letter_lead_to_one(data):
    assert data["letters"] == ["letters/000111.html", "", "", ""]


def case(code, **other):
    row = {"id": code[:3], "case": code, "title": "Stronger", "title_da": "Stærkere", "status": "run"}
    return row | other


def clinic_change(code, ydernummer, after):
    return {"case": code, "ydernummer": ydernummer, "minimum_patients_after": after}


def council_change(code, council_id, change):
    row = {"case": code, "council_id": council_id, "need_change": change, "maximum_capacities_change": change and "1"}
    row |= {"need_before": "6.375", "need_after": "6.475", "maximum_capacities_before": "7"}
    return row | {"maximum_capacities_after": "8"}


def municipality_change(code, municipality, change):
    row = {"case": code, "municipality_code": municipality, "patients_per_capacity_change": change}
    return row | {"patients_per_capacity_before": "1569", "patients_per_capacity_after": "1500" if change else ""}


CASES = {
    "effects_of_cases": [case("V31.double"), case("V40", status="not_run")],
    "council_numbers_by_case": [council_change("V31.double", "fyn", "0.100"), council_change("V31.double", "nord", "")],
    "need_by_municipality_and_case": [
        municipality_change("V31.double", "461", "-69"),
        municipality_change("V31.double", "450", ""),
    ],
    "minimum_patients_by_clinic_and_case": [
        clinic_change("V31.double", "000222", "800"),
        clinic_change("V31.double", "000111", ""),
    ],
}


def test_scenarios_give_what_they_change_and_what_is_kept_back():
    (found,) = data_of(replace(TOLD, cases=CASES))["cases"]
    assert (found["code"], found["title"]) == ("V31.double", "V31. Stærkere")
    assert found["clinics"] == [1, 800, 0, None]
    fyn = list(TOLD.run.councils).index("fyn")
    assert found["councils"][fyn] == [["6,38", "6,48", "+0,1"], ["7", "8", "+1"]]
    assert found["councils"][1 - fyn] == [["6,38", "6,48", ""], ["7", "8", ""]]
    assert found["municipalities"] == [[1569, 1500], [], []]
