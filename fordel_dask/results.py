"""What a run has found, ready to be printed: result tables, parts of areas, what was noticed, a summary."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from fordel_dask import tables
from fordel_dask.capacity.area import moves_need
from fordel_dask.capacity.clinic import UNREGISTERED
from fordel_dask.doubt import Doubts
from fordel_dask.explanation import AreaGroup, NationalMeans
from fordel_dask.explanation.parts import PROJECTION
from fordel_dask.law.rounding import NANO
from fordel_dask.pass_rules import days_of
from fordel_dask.pipeline import Outcome
from fordel_dask.printing import Row, WeightRow, weight_rows


def result_tables(outcome: Outcome, doubts: Doubts) -> dict[str, list[Row]]:
    """Print all result tables."""
    nation, model = outcome.nation, outcome.model
    means = national_means(outcome)
    mean_raw = Fraction(outcome.weighting.raw_total, outcome.weighting.citizens) if outcome.fit.linear else None
    return {
        "weights": list(weight_rows(weight_levels(outcome), days_of(nation.year), mean_raw)),
        "municipalities": list(tables.municipality_rows(outcome.areas, nation, model)),
        "councils": list(tables.council_rows(outcome.councils, nation, model)),
        "clinics": list(tables.clinic_rows(outcome.clinics, nation, model)),
        "parts": list(tables.part_rows(area_groups(outcome), means)),
        "flows": list(tables.flow_rows(nation, _enrolled(outcome))),
        "planning_areas": list(tables.planning_area_rows(outcome.planning_areas, nation, model)),
        "clinic_register": list(tables.register_rows(nation.register)),
        "intervals": list(tables.interval_rows(doubts.intervals)),
        "capacity_chances": list(tables.chance_rows(doubts.chances, doubts.drawn)),
        "alternative_weights": list(tables.alternative_weight_rows(doubts.alternatives.levels)),
        "alternative_councils": list(tables.alternative_council_rows(doubts.alternatives.councils)),
    }


def carries_more(outcome: Outcome) -> bool:
    """Tell whether areas count others than those who live there at the status date: expected, or enrolled there."""
    return outcome.nation.projection is not None or moves_need(outcome.model.capacity)


def _whole_or_not(capacities: Fraction | int) -> int | float:
    exact = Fraction(capacities)
    return int(exact) if exact.denominator == 1 else float(round(exact, 3))


def _enrolled(outcome: Outcome) -> Iterator[tuple[int, int, int]]:
    """Give clinic, municipality and citizens wherever citizens are enrolled."""
    by_clinic = outcome.counts.by_clinic
    clinic, place = np.nonzero(by_clinic)
    return zip(clinic.tolist(), place.tolist(), by_clinic[clinic, place].tolist(), strict=True)


def weight_levels(outcome: Outcome) -> list[WeightRow]:
    """Give the estimated levels with their citizens, exposure, coefficient and error."""
    design, sample = outcome.design, outcome.sums.sample
    citizens, days = design.sums_by_column(sample.citizens), design.sums_by_column(sample.exposure_days)
    return [
        WeightRow(*design.columns[column], int(citizens[column]), int(days[column]), beta, error)
        for column, beta, error in zip(outcome.fit.columns, outcome.fit.micro, outcome.errors_micro, strict=True)
    ]


def national_means(outcome: Outcome) -> NationalMeans:
    """Give what the parts of areas are measured from."""
    design, weighting, everybody = outcome.design, outcome.weighting, outcome.scores.municipalities
    everywhere = everybody.by_column.sum(axis=0)
    predicted = sum(everybody.prediction.tolist())
    coefficients = outcome.fit.micro if outcome.fit.linear else (0,) * len(outcome.fit.micro)
    return NationalMeans(
        citizens=weighting.citizens,
        raw_total=weighting.raw_total,
        clamp_total=weighting.raw_total - predicted,
        levels=tuple(
            (column, *design.columns[column], beta, int(everywhere[column]))
            for column, beta in zip(outcome.fit.columns, coefficients, strict=True)
        ),
    )


def area_groups(outcome: Outcome) -> list[AreaGroup]:
    """Give the citizens of every clinic, municipality and council as sums, in the order of the result files."""
    return [*_clinic_groups(outcome), *_municipality_groups(outcome), *_council_groups(outcome)]


def _clinic_groups(outcome: Outcome) -> list[AreaGroup]:
    scores = outcome.scores.clinics
    citizens, by_column = outcome.counts.by_clinic.sum(axis=1).tolist(), scores.by_column.tolist()
    raw = scores.raw.tolist()
    return [
        AreaGroup(
            kind="clinic",
            code=clinic.ydernummer,
            citizens=citizens[row],
            by_column=by_column[row],
            raw=sum(raw[row]),
            clamp=sum(raw[row]) - int(scores.prediction[row]),
            below_zero=int(scores.below_zero[row]),
            exact_weight=outcome.weighting.exact(raw[row]),
            weighted_nano=int(scores.nano[row]),
        )
        for row, clinic in enumerate(outcome.nation.clinics, 1)
        if citizens[row]
    ]


def _municipality_groups(outcome: Outcome) -> list[AreaGroup]:
    return [_area_group(outcome, "municipality", area.municipality.code, (n,)) for n, area in enumerate(outcome.areas)]


def _council_groups(outcome: Outcome) -> list[AreaGroup]:
    members = outcome.nation.members
    return [_area_group(outcome, "council", c.council_id, members(c.council_id)) for c in outcome.councils]


def _area_group(outcome: Outcome, kind: str, code: str, places: tuple[int, ...]) -> AreaGroup:
    scores, here = outcome.scores.municipalities, list(places)
    raw_by_factor = scores.raw[here].sum(axis=0).tolist()
    areas = [outcome.areas[place] for place in places]
    added = sum((a.projected_nano - a.weighted_nano for a in areas), 0) / Fraction(NANO) - sum(
        (a.projected - a.citizens for a in areas), Fraction(0)
    )
    return AreaGroup(
        kind=kind,
        code=code,
        citizens=int(outcome.counts.by_municipality[here].sum()),
        by_column=scores.by_column[here].sum(axis=0).tolist(),
        raw=sum(raw_by_factor),
        clamp=sum(raw_by_factor) - int(scores.prediction[here].sum()),
        below_zero=int(scores.below_zero[here].sum()),
        exact_weight=outcome.weighting.exact(raw_by_factor),
        weighted_nano=sum(a.weighted_nano for a in areas),
        projection=added if carries_more(outcome) else None,
    )


def noticed(outcome: Outcome) -> dict[str, Any]:
    """Give what the run noticed and a reader should know."""
    counts = outcome.counts
    return {
        "citizens": counts.citizens,
        "persons": int(counts.persons.sum()),
        "persons_not_in_group_1": int(counts.persons.sum()) - counts.citizens,
        "sample_citizens": int(outcome.sums.sample.citizens.sum()),
        "sample_clinics": int((counts.sample > 0).sum()),
        "citizens_without_clinic": int(counts.by_clinic[0].sum()),
        "patients_of_unregistered_clinics": sum(
            clinic.patients for clinic in outcome.clinics if clinic.status == UNREGISTERED
        ),
        "civil_status_blank_or_unknown": outcome.sums.unknown_civil_status,
        "fees_below_zero_set_to_zero": outcome.sums.floored,
        "citizens_predicted_below_zero": int(outcome.scores.municipalities.below_zero.sum()),
        "competing_spells_at_the_status_date": outcome.facts.counted.competing_spells,
        "service_rows_without_paid_fee": outcome.facts.counted.contacts_without_paid_fee,
        "service_rows_quarantined_for_lack_of_paid_fee": (
            outcome.facts.counted.contacts_without_paid_fee if outcome.model.consumption.prices == "paid" else 0
        ),
        "life_expectancy_from_council_mean": list(outcome.expectancies.borrowed),
        "citizens_outside_planning_areas": sum(need.citizens for need in outcome.planning_areas if need.area is None),
        PROJECTION: outcome.nation.projection is not None,
    }


def noticed_at_ingest(store: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a store's manifest says of approximations and choices that its registers were read with."""
    choices = store.get("choices", {})
    enrolment, clinics, diagnoses = (choices.get(name, {}) for name in ("enrolment", "clinics", "diagnoses"))
    found = {
        "services_counted_by_day_of_treatment": choices.get("services", {}).get("year_by") == "treatment",
        "spells_made_of_a_list_of_one_day": enrolment.get("kind") == "list" and enrolment["spells"],
        "spells_made_of_insurance_groups": enrolment.get("kind") == "groups" and enrolment["spells"],
        "spells_made_without_clinic": enrolment.get("without_clinic"),
        "spells_read_as_successor": clinics.get("predecessors") == "follow" and clinics["spells_read_as_successor"],
        "diagnoses_filtered_by_prefixes": "listed" in diagnoses.get("keep", {}).values()
        and diagnoses["prefixes_sha256"],
        "registers_without_a_kept_row": _without_rows(store) or None,
    }
    return {name: value for name, value in found.items() if value is not False and value is not None}


def _without_rows(store: Mapping[str, Any]) -> list[str]:
    """Name the registers of which rows came and none was kept: their keys may be other pseudonyms."""
    accounts = store.get("accounting", {})
    return [name for name, account in accounts.items() if account["rows_in"] and not account["kept"]]


def national_summary(outcome: Outcome) -> dict[str, Any]:
    """Give the national figures that a terminal shows after a run."""
    need = sum((council.need for council in outcome.councils), Fraction(0))
    return {
        "citizens": outcome.counts.citizens,
        "need": float(round(need, 3)),
        "maximum_capacities": _whole_or_not(sum(council.maximum_capacities for council in outcome.councils)),
        "existing_capacities": float(sum((council.existing for council in outcome.councils), Fraction(0))),
        "clinics_with_a_number": sum(clinic.status == "ok" for clinic in outcome.clinics),
        "mean_consumption_kr": float(
            round(Fraction(outcome.weighting.raw_total, outcome.weighting.citizens) / 1_000_000, 2)
        ),
        "coefficients": len(outcome.fit.micro),
        "smallest_weight": float(np.round(outcome.weighting.nano[outcome.weighting.nano > 0].min() / NANO, 3))
        if (outcome.weighting.nano > 0).any()
        else 0.0,
    }
