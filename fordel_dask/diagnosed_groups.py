"""Which groups of citizens the model is held against, and their sums: from cells, strata and the second pass."""

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fordel_dask.capacity.clinic import ClinicNumber
from fordel_dask.diagnostic_passes import KRONER, Details, Predictions, grouping_traits
from fordel_dask.diagnostics import (
    CONSUMPTION,
    DAYS,
    FEE,
    FEWEST_CLINICS,
    MEMBERS,
    NOT_IN_MODEL,
    SAME,
    Group,
    group_of,
    lines_of,
    predicted_micro_days,
    sums_by,
    tenths,
)
from fordel_dask.law.rounding import MICRO, NANO
from fordel_dask.pass_rules import PassRules, days_of
from fordel_dask.pipeline import Outcome
from fordel_dask.strata import EXPOSURE_DAYS, FEE_OERE, SAMPLED

Integers = NDArray[np.int64]
AGE_SEX, ORIGIN, LABOUR_MARKET = "age_sex", "origin", "labour_market"
SIZES = (800, 1_600, 3_200, 4_800)
"""Clinics by patients: the classes end below these."""

PATIENTS_PER_CAPACITY = (1_200, 1_400, 1_600, 1_800, 2_000)
"""Clinics by patients per capacity: the more of them share a doctor, the less each can be supplied."""

TENTHS = 10
NO_TYPE, NO_CLINIC, NO_CAPACITIES = "not_registered", "no_clinic", "no_capacities"


def groups_of(outcome: Outcome, rules: PassRules, details: Details) -> Iterator[Group]:
    """Give all groups, trait by trait."""
    year_days = days_of(outcome.nation.year)
    group = functools.partial(_group, year_days)
    yield from _of_terms(outcome, group)
    yield from _of_details(rules, details, group)
    yield from _of_areas(outcome, group)
    yield from _of_clinics(outcome, group)
    yield from _outside(outcome, details, group)


GroupMaker = Callable[..., Group]


def _group(year_days: int, name: tuple[str, str], known: str, sums: Integers, clinics: int | None = None) -> Group:
    return group_of(name, known, sums, year_days, clinics)


def _rows(trait: str, levels: Sequence[str], known: str, sums: Integers, group: GroupMaker) -> Iterator[Group]:
    for level, of_level in zip(levels, sums, strict=True):
        yield group((trait, level), known, of_level)


def cell_lines(outcome: Outcome) -> Integers:
    """Give lines of the sample by cell (lines, cells)."""
    sample = outcome.sums.sample
    return lines_of(sample.citizens, sample.exposure_days, sample.fee_oere, outcome.weighting.prediction)


def _of_terms(outcome: Outcome, group: GroupMaker) -> Iterator[Group]:
    """Give what cells tell: everybody, the levels of each term, pairs of them, and tenths of prediction."""
    design, lines = outcome.design, cell_lines(outcome)
    yield group(("everybody", "all"), SAME, lines.sum(axis=1))
    levels = dict(zip([term.name for term in design.terms], design.levels_of_cell.T, strict=True))
    names = {term.name: term.levels for term in design.terms}
    for term in design.terms:
        yield from _rows(term.name, term.levels, SAME, sums_by(levels[term.name], lines, len(term.levels)), group)
    bands = tuple(dict.fromkeys(level[2:] for level in names[AGE_SEX]))
    sex, band = np.divmod(levels[AGE_SEX], len(bands))
    yield from _rows("age_band", bands, SAME, sums_by(band, lines, len(bands)), group)
    yield from _rows("sex", ("M", "F"), SAME, sums_by(sex, lines, 2), group)
    both = [f"{one} × {other}" for one in names[ORIGIN] for other in names[LABOUR_MARKET]]
    place = levels[ORIGIN] * len(names[LABOUR_MARKET]) + levels[LABOUR_MARKET]
    yield from _rows("origin × labour_market", both, NOT_IN_MODEL, sums_by(place, lines, len(both)), group)
    order = np.unique(outcome.weighting.prediction, return_inverse=True)[1]
    sums = sums_by(order, lines, int(order.max()) + 1)
    yield from _tenth_rows("predicted_tenth", SAME, sums, group)


def _tenth_rows(trait: str, known: str, sums: Integers, group: GroupMaker) -> Iterator[Group]:
    """Give tenths of citizens by classes in ascending order (classes, lines)."""
    own = sums_by(np.array(tenths(sums[:, MEMBERS].tolist())), sums.T, TENTHS)
    yield from _rows(trait, [str(n + 1) for n in range(TENTHS)], known, own, group)


def _of_details(rules: PassRules, details: Details, group: GroupMaker) -> Iterator[Group]:
    begin = 0
    for trait, known in grouping_traits(rules):
        sums = details.groups[begin : begin + len(trait.levels)]
        begin += len(trait.levels)
        if trait.name == KRONER:
            yield from _tenth_rows("consumption_tenth", CONSUMPTION, sums, group)
        else:
            yield from _rows(trait.name, trait.levels, known, sums, group)


def _of_areas(outcome: Outcome, group: GroupMaker) -> Iterator[Group]:
    """Give municipalities, councils and regions of residence."""
    places = outcome.nation.municipalities
    sums = sample_lines(outcome)[1]
    for trait, names in {
        "municipality": [place.code for place in places],
        "council": [place.council_id for place in places],
        "region": [place.region for place in places],
    }.items():
        levels = sorted(set(names))
        where = np.array([levels.index(name) for name in names])
        yield from _rows(trait, levels, NOT_IN_MODEL, sums_by(where, sums.T, len(levels)), group)


def sample_lines(outcome: Outcome, without: Predictions | None = None) -> tuple[Integers, Integers]:
    """Give lines of the sample by clinic (clinics + 1) and by municipality of residence.

    As the published weights predict, or as those without the clinic's own fold.
    """
    published, strata = outcome.weighting.prediction, outcome.sums.strata
    shape = outcome.prepared.rules.shape
    clinic, home, cell = strata.traits(shape)
    predicted = published[cell] if without is None else without.without_clinics[without.fold_of_clinic[clinic], cell]
    citizens, days, fee = strata.sums[[SAMPLED, EXPOSURE_DAYS, FEE_OERE]]
    lines = lines_of(citizens, days, fee, predicted)
    return sums_by(clinic, lines, shape[0]), sums_by(home, lines, shape[1])


def _of_clinics(outcome: Outcome, group: GroupMaker) -> Iterator[Group]:
    """Give clinics by type, size, patients per capacity, and in tenths by mean weight and by what is not predicted."""
    sums = sample_lines(outcome)[0][1:]
    sampled = [n for n in range(len(sums)) if sums[n, DAYS] > 0]
    clinics = [outcome.clinics[n] for n in sampled]
    own = sums[sampled]
    sizes, crowds = _classes(SIZES), (*_classes(PATIENTS_PER_CAPACITY), NO_CAPACITIES)
    for trait, levels, found in (
        ("clinic_type", None, [clinic.clinic.kind for clinic in clinics]),
        ("clinic_patients", sizes, [sizes[_class(clinic.patients, SIZES)] for clinic in clinics]),
        ("patients_per_capacity", crowds, [crowds[_crowd(clinic)] for clinic in clinics]),
    ):
        yield from _clinic_rows(trait, levels or tuple(sorted(set(found))), found, own, group)
    if len(clinics) >= FEWEST_CLINICS:
        for trait, keys in (
            ("clinic_weight_tenth", [Fraction(one.weighted_nano, one.patients * NANO) for one in clinics]),
            ("clinic_outside_work_tenth", _shares_outside_work(outcome, sampled)),
            ("clinic_unpredicted_tenth", [_unpredicted(of_clinic, outcome) for of_clinic in own]),
        ):
            rank = sorted(range(len(clinics)), key=lambda n: (keys[n], clinics[n].clinic.ydernummer))
            place = {n: str(at * TENTHS // len(rank) + 1) for at, n in enumerate(rank)}
            names = tuple(str(n + 1) for n in range(TENTHS))
            yield from _clinic_rows(trait, names, [place[n] for n in range(len(clinics))], own, group)


def _shares_outside_work(outcome: Outcome, clinics: Sequence[int]) -> list[Fraction]:
    """Give the share of each clinic's patients outside the labour market: the social load of its list (V43)."""
    columns = outcome.design.columns
    outside = [n for n, (term, _) in enumerate(columns) if term == LABOUR_MARKET]
    counted = outcome.scores.clinics.by_column[1:, outside].sum(axis=1)
    return [Fraction(int(counted[n]), outcome.clinics[n].patients) for n in clinics]


def _unpredicted(sums: Integers, outcome: Outcome) -> Fraction:
    """Give what a clinic's citizens consumed beyond prediction, in kroner a year each."""
    days = int(sums[DAYS])
    actual = Fraction(int(sums[FEE]) * days_of(outcome.nation.year), 100 * days)
    return actual - Fraction(predicted_micro_days(sums), MICRO * days)


def _clinic_rows(
    trait: str, levels: Sequence[str], found: Sequence[str], sums: Integers, group: GroupMaker
) -> Iterator[Group]:
    known = CONSUMPTION if trait == "clinic_unpredicted_tenth" else NOT_IN_MODEL
    for level in levels:
        which = [n for n, own in enumerate(found) if own == level]
        yield group((trait, level), known, sums[which].sum(axis=0), len(which))


def _classes(ends: Sequence[int]) -> tuple[str, ...]:
    inner = [f"{low}-{high - 1}" for low, high in itertools.pairwise(ends)]
    return (f"0-{ends[0] - 1}", *inner, f"{ends[-1]}+")


def _class(value: Fraction | int, ends: Sequence[int]) -> int:
    return sum(value >= end for end in ends)


def _crowd(clinic: ClinicNumber) -> int:
    """Give the class of a clinic's patients per capacity, the last one where it has no capacities."""
    capacities = clinic.clinic.capacities
    if not capacities:
        return len(PATIENTS_PER_CAPACITY) + 1
    return _class(clinic.patients / capacities, PATIENTS_PER_CAPACITY)


def _outside(outcome: Outcome, details: Details, group: GroupMaker) -> Iterator[Group]:
    """Give the citizens who are weighed though the weights were not estimated on them, by their clinic's type."""
    kinds = [NO_CLINIC, *(clinic.kind or NO_TYPE for clinic in outcome.nation.clinics)]
    there = [n for n in range(len(kinds)) if details.outside[n, MEMBERS]]
    for kind in sorted({kinds[n] for n in there}):
        which = [n for n in there if kinds[n] == kind]
        clinics = None if kind == NO_CLINIC else len(which)
        yield group(("outside_sample", kind), NOT_IN_MODEL, details.outside[which].sum(axis=0), clinics)
