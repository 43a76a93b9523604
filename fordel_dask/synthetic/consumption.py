"""What each person uses in the fee year: money for contacts, and chronic care by the month.

The mean of a citizen's fee is ``e/D · x'β`` exactly. Chronic care takes its part out of that mean:
if a citizen joins with probability π and then brings c kroner of monthly fees and contacts for m₁,
those like them who do not join have contacts for m₀, with ``π (c + m₁) + (1 − π) m₀`` the mean.
Contacts are then multiplied by chance of mean 1: the clinic's way and the citizen's own.
"""

from dataclasses import dataclass

import numpy as np

from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints, happens
from fordel_dask.synthetic.clinics import Clinics, clinics_of
from fordel_dask.synthetic.diseases import has_condition
from fordel_dask.synthetic.enrolment import NO_CLINIC, Enrolment
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.prices import OUTSIDE, chronic_fees_oere
from fordel_dask.synthetic.truth import CITIZEN_SHAPE

NOT_CHRONIC, COPD, DIABETES, BOTH = 0, 1, 2, 3
CHRONIC_FROM_AGE = 35
JOIN_COPD, JOIN_DIABETES, JOIN_BOTH, JOIN_WITHOUT_HOSPITAL = 0.5, 0.75, 0.85, 0.06
WITHOUT_HOSPITAL_FROM_AGE = 45
CONTACTS_BESIDE_CHRONIC = 0.25  # m₁ as a share of the mean: home visits, talk therapy and the like
MOST_CHRONIC = 0.75  # at most this share of a citizen's mean goes through chronic care
STARTS_IN_YEAR = 0.15
GROUP_2_USE = 0.6


@dataclass(frozen=True)
class Consumption:
    """Use of the general practitioner in the fee year, one element a person."""

    contact_kr: Floats  # what the number of contacts is drawn from
    chronic: Ints  # NOT_CHRONIC, COPD, DIABETES or BOTH
    months: Ints  # of chronic care, 0 if not chronic


@dataclass(frozen=True)
class Need:
    """What a person's use follows from: the fee expected in a whole year, and the conditions."""

    yearly_kr: Floats
    conditions: Flags  # person × condition


@dataclass(frozen=True)
class Care:
    """Chronic care as it would be if a person joined."""

    kind: Ints  # COPD, DIABETES or BOTH
    months: Ints
    kroner: Floats  # monthly fees outside areas short of doctors


def consumption_of(nation: Nation, block: int, people: People, enrolment: Enrolment, need: Need) -> Consumption:
    """Draw the use of general practice by the people of a block."""
    rng = stream(nation, Purpose.CONSUMPTION, block)
    clinics = clinics_of(nation)
    mean = need.yearly_kr * _days_of_use(people, enrolment) / nation.fee_year_days
    care = _care_if_joining(nation, rng, people, enrolment, need)
    joining = _chance_of_joining(people, care, need) * _participation(clinics, enrolment)
    with_care = CONTACTS_BESIDE_CHRONIC * mean
    joining = np.minimum(joining, MOST_CHRONIC * mean / np.maximum(care.kroner + with_care, 1.0))
    joins = happens(rng, joining, people.size)
    without = (mean - joining * (care.kroner + with_care)) / (1 - joining)
    luck = rng.gamma(CITIZEN_SHAPE, 1 / CITIZEN_SHAPE, people.size)
    effect = np.where(enrolment.clinic == NO_CLINIC, 1.0, clinics.effect[enrolment.clinic])
    return Consumption(
        contact_kr=np.where(joins, with_care, without) * luck * effect,
        chronic=np.where(joins, care.kind, NOT_CHRONIC),
        months=np.where(joins, care.months, 0),
    )


def _days_of_use(people: People, enrolment: Enrolment) -> Floats:
    """Give the days a person's use is spread over: the exposure, and somewhat less for group 2."""
    in_group_2 = ~enrolment.group_1 & (np.arange(people.size) < people.citizens)
    days = np.maximum(enrolment.use_to - enrolment.use_from, 0)
    return np.where(in_group_2, GROUP_2_USE * days, enrolment.exposure)


def _participation(clinics: Clinics, enrolment: Enrolment) -> Floats:
    """Give how willingly the clinic enrols in chronic care, mean 1."""
    return np.where(enrolment.clinic == NO_CLINIC, 0.0, clinics.participation[enrolment.clinic])


def _care_if_joining(nation: Nation, rng: Chance, people: People, enrolment: Enrolment, need: Need) -> Care:
    """Give the kind and months of chronic care each person would have; some start during the year."""
    copd, diabetes = _lung_disease(people, need), has_condition(need.conditions, "diabetes")
    undiagnosed = rng.choice([COPD, DIABETES, BOTH], people.size, p=[0.28, 0.69, 0.03])
    kind = np.where(copd & diabetes, BOTH, np.where(copd, COPD, np.where(diabetes, DIABETES, undiagnosed)))
    whole = enrolment.exposure * 12 // nation.fee_year_days
    late = np.minimum(rng.integers(1, 12, people.size), whole)
    months = np.where(happens(rng, STARTS_IN_YEAR, people.size), late, whole)
    return Care(kind, months, months * chronic_fees_oere(OUTSIDE)[kind - 1] / 100)


def _lung_disease(people: People, need: Need) -> Flags:
    return has_condition(need.conditions, "pulmonary") & (people.age >= CHRONIC_FROM_AGE)


def _chance_of_joining(people: People, care: Care, need: Need) -> Floats:
    """Give the chance of chronic care at a clinic of mean participation."""
    copd, diabetes = _lung_disease(people, need), has_condition(need.conditions, "diabetes")
    chance = np.where(people.age >= WITHOUT_HOSPITAL_FROM_AGE, JOIN_WITHOUT_HOSPITAL, 0.0)
    chance = np.where(copd, JOIN_COPD, chance)
    chance = np.where(diabetes, np.where(copd, JOIN_BOTH, JOIN_DIABETES), chance)
    return np.where((people.age >= CHRONIC_FROM_AGE) & (care.months > 0), chance, 0.0)
