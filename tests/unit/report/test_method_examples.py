"""The examples of the page of the method: each figure computed again from what is told."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest

from fordel_dask.report.method.choosing import example_clinic, example_council
from fordel_dask.report.method.citizens import INVENTED, weigh
from fordel_dask.report.method.lives import factor
from fordel_dask.report.method.reading import Reading
from fordel_dask.report.method.weights import mean_kroner
from fordel_dask.report.wording import Wording
from tests.lib.method_text import sections_of
from tests.lib.told_for_method import MEAN_KRONER, clinics, council, municipality, told_with, weight_row, without

WOMAN_OF_72, MAN_OF_34, WOMAN_OF_47 = INVENTED
LEVELS = {
    WOMAN_OF_72: [("age_sex", "F 70-74"), ("somatic", "2")],
    MAN_OF_34: [("age_sex", "M 30-34"), ("origin", "menapt")],
    WOMAN_OF_47: [
        *(("age_sex", "F 45-49"), ("civil_status", "widowed_or_divorced")),
        *(("labour_market", "permanently_outside"), ("psychiatric", "any")),
    ],
}


def reading(told):
    return Reading(told, Wording("da"))


def danish(number, places):
    text = f"{Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):,}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


@pytest.mark.parametrize("citizen", INVENTED, ids=lambda one: one.word)
def test_kroner_and_weight_of_a_citizen_are_the_sums_of_the_told_weights(citizen):
    told = told_with()
    rows = [told.run.weights[key] for key in LEVELS[citizen]]
    kroner = sum(Decimal(row["coefficient_kr"]) for row in rows)
    weight = sum(Decimal(row["weight"]) for row in rows)
    text = sections_of(told)["weights"]
    assert f"Forventet forbrug, kr. om året {danish(kroner, 2)}" in text
    assert f"Vægt: delt med 900,00 kr. {danish(weight, 3)}" in text
    assert all(danish(row["coefficient_kr"], 2) in text for row in rows)
    assert abs(weight - kroner / MEAN_KRONER) < Decimal("1e-8")


def test_the_mean_is_that_of_the_told_weights():
    assert abs(mean_kroner(told_with().run.weights) - MEAN_KRONER) < Fraction(1, 10**5)


@pytest.mark.parametrize(
    ("changes", "citizen", "levels"),
    [
        ({"covariates.sex": False}, WOMAN_OF_72, {("age", "70-74"), ("somatic", "2")}),
        ({"covariates.age_band_years": 10}, WOMAN_OF_72, {("age_sex", "F 70-79"), ("somatic", "2")}),
        ({"covariates.oldest_band_from": 70}, WOMAN_OF_72, {("age_sex", "F 70+"), ("somatic", "2")}),
        ({"covariates.somatic_cut_points": [3]}, WOMAN_OF_72, {("age_sex", "F 70-74")}),
        ({"covariates.somatic_conditions": ["ihd"]}, WOMAN_OF_72, {("age_sex", "F 70-74")}),
        (
            {"covariates.somatic_scheme": "each"},
            WOMAN_OF_72,
            {("age_sex", "F 70-74"), ("ihd", "yes"), ("diabetes", "yes")},
        ),
        ({"covariates.origin_types": ["3"]}, MAN_OF_34, {("age_sex", "M 30-34")}),
        (
            {"covariates.origin_scheme": "standard"},
            MAN_OF_34,
            {("age_sex", "M 30-34"), ("origin", "non_western_immigrant")},
        ),
        (
            {"covariates.origin_scheme": "countries", "covariates.origin_countries": ["5456"]},
            MAN_OF_34,
            {("age_sex", "M 30-34"), ("origin", "country_5456")},
        ),
        (
            {"covariates.terms": ["age_sex", "civil_status"], "covariates.civil_scheme": "single_by_age"},
            WOMAN_OF_47,
            {("age_sex", "F 45-49"), ("civil_status", "single 45-64")},
        ),
        (
            {
                "covariates.terms": ["age_sex", "labour_market"],
                "covariates.permanent_benefits": ["senior_pension"],
                "covariates.temporary_benefits": ["disability_pension"],
            },
            WOMAN_OF_47,
            {("age_sex", "F 45-49"), ("labour_market", "temporarily_outside")},
        ),
        (
            {"covariates.terms": ["age_sex", "labour_market"], "covariates.labour_market_age_max": 45},
            WOMAN_OF_47,
            {("age_sex", "F 45-49")},
        ),
    ],
)
def test_a_citizen_has_the_levels_that_the_model_gives(changes, citizen, levels):
    found = weigh(citizen, reading(told_with(changes)))
    assert {(term.name, level) for term, level, kroner, _ in found.parts if kroner} == levels


def test_a_sum_below_zero_is_shown_and_set_to_zero():
    rows = [weight_row("age_sex", "M 30-34", 100), weight_row("origin", "menapt", -9000)]
    named = {(row["term"], row["level"]): row for row in rows}
    told = told_with()
    replaced = [named.get((row["term"], row["level"]), row) for row in told.run.tables["weights_by_trait"]]
    text = sections_of(told_with(weights_by_trait=replaced))["weights"]
    assert "Forventet forbrug, kr. om året −889,75 Under nul og sættes til 0,00" in text
    assert "Vægt: delt med 900,00 kr. 0,000" in text


def test_no_citizen_is_weighed_where_a_weight_is_not_told():
    rows = [
        {**row, "weight": "" if row["level"] == "menapt" else row["weight"]} for row in told_with().run.weights.values()
    ]
    assert "kan ikke regnes igennem her" in sections_of(told_with(weights_by_trait=rows))["weights"]


@pytest.mark.parametrize(
    ("exponent", "form", "expected"),
    [
        ("1", "ratio", Fraction(82, 79)),
        ("2", "ratio", Fraction(82, 79) ** 2),
        ("1", "additive", 1 + Fraction(3, 82)),
        ("0.5", "additive", 1 + Fraction(3, 164)),
    ],
)
def test_the_factor_of_a_place_is_exact(exponent, form, expected):
    assert factor(79, exponent, form) == expected


def test_the_factor_of_half_a_power_is_the_root():
    assert abs(factor(79, "0.5", "ratio") ** 2 - Fraction(82, 79)) < Fraction(1, 10**50)


def test_the_factors_of_short_and_long_lives_are_printed():
    text = sections_of(told_with())["lives"]
    assert f"Faktor {danish(Decimal(82) / 79, 4)}" in text
    assert "Ændring af hver vægt på stedet +3,8 %" in text
    assert f"Faktor {danish(Decimal(82) / 84, 4)}" in text
    assert "Ændring af hver vægt på stedet −2,4 %" in text


def test_the_council_with_a_floor_that_binds_is_shown_with_its_number():
    text = sections_of(told_with())["need"]
    # Nordby 4,700 ÷ 1,600 = 2.9375 against 35 ÷ 35 = 1; Sønderby 850 ÷ 1,600 = 0.53125 against 70.7 ÷ 35 = 2.02
    assert "Eksempel: Nordby" in text
    assert "Sygdomsvægtede borgere 4.700 Delt med 1.600: behov 2,938 Arealgulv: 35 km² delt med 35 1,000" in text
    assert "Tæller med 2,938 Borgere pr. lægekapacitet: 5.000 delt med 2,938 1.702" in text
    assert "Summen af dets 2 kommuner 4,958 Rundet op: højeste antal lægekapaciteter 5" in text
    assert "Sønderby 800 850 0,531 2,020 2,020" in text


def test_without_a_floor_no_floor_is_shown():
    text = sections_of(told_with({"capacity.floor": False}))["need"]
    assert "Delt med 1.600: behov 2,938 Tæller med 2,938" in text
    assert "Arealgulv" not in text
    assert "Sønderby 800 850 0,531 0,531" in text


@pytest.mark.parametrize(("rounding", "number"), [("down", "4"), ("nearest", "5"), ("none", "4,9575")])
def test_the_council_is_rounded_as_the_model_rounds(rounding, number):
    told = told_with({"capacity.rounding": rounding})
    rows = [
        row if rounding != "none" else {**row, "maximum_capacities": row["need_before_rounding"]}
        for row in told.run.tables["maximum_capacities_by_council"]
    ]
    told = told_with({"capacity.rounding": rounding}, maximum_capacities_by_council=rows)
    assert f"højeste antal lægekapaciteter {number}" in sections_of(told)["need"]


def test_a_council_of_which_something_is_kept_back_is_not_shown():
    hidden = without(told_with(), "need_by_municipality", "weighted_citizens", "102")
    assert example_council(reading(hidden)).row["council_id"] == "oest"


def test_a_council_whose_number_does_not_follow_from_what_is_told_is_not_shown():
    model = told_with().run.model
    rows = [council(model, "oest"), {**council(model, "vest"), "maximum_capacities": "6"}]
    assert example_council(reading(told_with(maximum_capacities_by_council=rows))).row["council_id"] == "oest"
    rows = [{**row, "maximum_capacities": "9"} for row in rows]
    assert "kan ikke vises" in sections_of(told_with(maximum_capacities_by_council=rows))["need"]


def test_a_municipality_told_too_roughly_hides_its_council():
    model = told_with().run.model
    rough = {**municipality(model, ("101", "Nordby", "vest", 5000, 4700, "35")), "need": "2.900"}
    told = told_with(need_by_municipality=[rough, *told_with().run.tables["need_by_municipality"][1:]])
    assert example_council(reading(told)).row["council_id"] == "oest"


def test_the_clinic_that_differs_from_the_mean_is_shown_step_by_step():
    text = sections_of(told_with())["clinics"]
    assert "klinikken med ydernummer 000002 (Nordby)" in text
    assert "Patienter pr. lægekapacitet: 1.600 × 3.100 : 3.383 1.466,2" in text
    assert "Afrundet til nærmeste 50 1.450 Gange klinikkens lægekapaciteter (2,5): minimumspatienttal 3.625" in text


@pytest.mark.parametrize(
    ("column", "value"),
    [("minimum_patients", "1"), ("kept_back", "patients"), ("status", "no_capacities"), ("clinic_type", "region")],
)
def test_a_clinic_that_cannot_be_followed_is_not_shown(column, value):
    first, second = clinics(told_with().run.model)
    told = told_with(minimum_patients_by_clinic=[first, {**second, column: value}])
    assert example_clinic(reading(told)).row["ydernummer"] == "000001"
    told = told_with(minimum_patients_by_clinic=[{**first, column: value}, {**second, column: value}])
    assert "Et eksempel fra beregningen kan ikke vises" in sections_of(told)["clinics"]


def test_how_many_numbers_are_sure_is_counted_from_the_intervals():
    text = sections_of(told_with())["sureness"]
    assert "Af 2 sundhedsråd med interval har 1 et tal" in text
    assert "Af 1 klinikker med interval har 1 et afrundet tal" in text
    assert "ingen intervaller" in sections_of(told_with(intervals=[]))["sureness"]


def test_intervals_of_amounts_stand_beside_them_only_where_the_run_has_them():
    text = sections_of(told_with())["weights"]
    assert "90 %-interval" in text
    assert "70,50 til 90,25" in text
    assert "Interval" not in sections_of(told_with(intervals=[]))["weights"]
