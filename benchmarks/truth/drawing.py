"""Invented nations drawn in memory, as `fordel synth` draws them: the same citizens, clinics and fees by the same seed.

Their sums are those that their registers would have, ingested and run (a test holds the two together), and are had in a
tenth of a second. What is planted beside the weights is one of the worlds.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.truth.worlds import World, gathered, supplied, ways
from fordel_dask import law, passes
from fordel_dask.consumption import FeeRules
from fordel_dask.covariates import CodeBooks, CovariateRules
from fordel_dask.facts import FactsFiles
from fordel_dask.facts.derive import Counted
from fordel_dask.law.capacities import ISLAND
from fordel_dask.model import Model, design_of
from fordel_dask.nation import Clinic, Nation, municipality_of
from fordel_dask.pass_rules import PassRules
from fordel_dask.scoring import Homes
from fordel_dask.strata import NOBODY, places_of, strata_of
from fordel_dask.synthetic.areas import scaled_area
from fordel_dask.synthetic.assumptions import assumed
from fordel_dask.synthetic.blocks import Block, block_of
from fordel_dask.synthetic.clinics import TYPES, Clinics, clinics_of
from fordel_dask.synthetic.diseases import any_psychiatric, somatic_count
from fordel_dask.synthetic.enrolment import NO_CLINIC
from fordel_dask.synthetic.nation import Nation as Invented
from fordel_dask.synthetic.nation import Purpose, blocks, stream
from fordel_dask.synthetic.people import MENAPT, WIDOWED_OR_DIVORCED
from fordel_dask.synthetic.places import CHRISTIANSOE, LIFE_EXPECTANCY, places
from fordel_dask.synthetic.prices import (
    HOME_VISITS,
    OUTSIDE,
    STANDARD_HOME_VISIT,
    chronic_fees_oere,
    contacts_per_krone,
    fee_oere,
)
from fordel_dask.synthetic.registers import YDERNR_DIGITS
from fordel_dask.synthetic.services import users_of
from fordel_dask.synthetic.truth import AGE_BANDS, BAND_YEARS
from fordel_dask.weights.sample import sample_of

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
PLANTING = 0x7257
"""Beside the purposes of the invented nation: a stream of its own for what only these worlds plant."""


@dataclass(frozen=True)
class Drawn:
    """A nation, and what a run's pass over its citizens would bring home."""

    nation: Nation
    rules: PassRules
    sums: passes.CitizenSums


@dataclass(frozen=True)
class Citizens:
    """Everybody in the population, one element each; ``clinic`` −1 for none, ``exposure`` days, ``fee`` øre."""

    group_1: NDArray[np.bool_]
    clinic: Integers
    municipality: Integers
    cell: Integers
    exposure: Integers
    fee: Integers


def draw_nation(invented: Invented, world: World, model: Model) -> Drawn:
    """Draw a nation of a world, and sum its citizens as a run's pass does."""
    clinics = clinics_of(invented)
    nation, position = nation_of(invented, clinics)
    drawn = [block_of(invented, block) for block in range(blocks(invented))]
    citizens = _citizens(invented, world, clinics, drawn)
    clinic = np.where(citizens.clinic == NO_CLINIC, 0, 1 + position[citizens.clinic])
    excluded = model.weights.excluded_clinic_types
    rules = PassRules(
        facts=FactsFiles(Path(), (), (), Counted()),
        model=model,
        fees=FeeRules(model.consumption, invented.year),
        covariates=CovariateRules(model.covariates, CodeBooks((), (), ()), invented.year, design_of(model.covariates)),
        homes=Homes(len(nation.municipalities)),
        sampled=(False, *(clinic.registered and clinic.kind not in excluded for clinic in nation.clinics)),
        left_out=(False,) * (1 + len(nation.clinics)),
    )
    return Drawn(nation, rules, _summed(citizens, clinic, rules))


def _summed(citizens: Citizens, clinic: Integers, rules: PassRules) -> passes.CitizenSums:
    sampled = citizens.group_1 & np.array(rules.sampled)[clinic] & (citizens.exposure >= 1)
    lines = np.stack([np.ones_like(clinic), sampled, citizens.exposure * sampled, citizens.fee * sampled])
    key = places_of((clinic, citizens.municipality, citizens.cell), rules.shape)
    return passes.CitizenSums(
        sample=sample_of(rules.design.cells, citizens.cell, citizens.exposure, citizens.fee, sampled),
        strata=strata_of(key[citizens.group_1], lines[:, citizens.group_1]),
        ages=NOBODY,
        by_planning_place=NOBODY,
        sampled=np.bincount(clinic[sampled], minlength=len(rules.sampled)),
        persons=np.bincount(citizens.municipality, minlength=rules.municipalities),
        floored=0,
        unknown_civil_status=0,
    )


def _citizens(invented: Invented, world: World, clinics: Clinics, drawn: list[Block]) -> Citizens:
    """Put the citizens of the blocks together, plant the world, and draw the fees."""

    def together(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([part[: block.people.citizens] for part, block in zip(parts, drawn, strict=True)])

    clinic = together(block.enrolment.clinic for block in drawn)
    need = together(block.yearly_kr for block in drawn)
    now = clinic
    if world.gathered:
        rng = np.random.default_rng([invented.seed, PLANTING])
        now = gathered(rng, world, clinic, places().council[clinics.place], need)
    psychiatric = together(any_psychiatric(block.conditions) for block in drawn)
    share = supplied(world, clinics.ydernr.size, now, need) * np.where(psychiatric, world.under_use, 1.0)
    way = np.where(now == NO_CLINIC, 1.0, ways(world, clinics.effect)[now])
    way /= np.where(clinic == NO_CLINIC, 1.0, clinics.effect[clinic])  # which the blocks have in them
    ends = np.cumsum([block.people.citizens for block in drawn])[:-1]
    planted = zip(np.split(share * way, ends), np.split(share, ends), strict=True)
    return Citizens(
        group_1=together(block.enrolment.group_1 for block in drawn),
        clinic=now,
        municipality=municipality_of_place()[together(block.people.place for block in drawn)],
        cell=together(cells_of(block) for block in drawn),
        exposure=together(block.enrolment.exposure for block in drawn),
        fee=np.concatenate([fees_of(invented, n, drawn[n], *factors) for n, factors in enumerate(planted)]),
    )


def fees_of(invented: Invented, number: int, block: Block, contact_factor: Floats, chronic_factor: Floats) -> Integers:
    """Draw the fees in øre of the citizens of a block, as their services would add up to."""
    rng, used, citizens = stream(invented, Purpose.SERVICES, number), block.consumption, block.people.citizens
    contact_kr = used.contact_kr.copy()
    contact_kr[:citizens] *= contact_factor
    contacts = rng.poisson(contacts_per_krone()[users_of(block.people)] * contact_kr[:, None])[:citizens]
    monthly = np.append(0, chronic_fees_oere(OUTSIDE))[used.chronic[:citizens]]
    chronic = np.rint(chronic_factor * (monthly * used.months[:citizens]))
    return np.asarray(contacts @ contact_prices() + chronic.astype(np.int64))


@functools.cache
def contact_prices() -> Integers:
    """Give the standard price of each contact in øre."""
    codes = [row["code"] for row in assumed("contact_mix")]
    return np.array([fee_oere("dagtid", STANDARD_HOME_VISIT if code in HOME_VISITS else code) for code in codes])


def cells_of(block: Block) -> Integers:
    """Give the cell of each person: age and sex, origin, civil status, labour market, somatic, psychiatric."""
    people, labour = block.people, block.labour
    levels = (
        (np.minimum(people.age // BAND_YEARS, AGE_BANDS - 1) + AGE_BANDS * people.woman, 2 * AGE_BANDS),
        (people.origin == MENAPT, 2),
        (np.isin(people.civil, WIDOWED_OR_DIVORCED), 2),
        (labour.temporarily_outside + 2 * labour.permanently_outside, 3),
        (np.clip(somatic_count(block.conditions) - 1, 0, 3), 4),
        (any_psychiatric(block.conditions), 2),
    )
    return places_of([level.astype(np.int64) for level, _ in levels], [length for _, length in levels])


def true_coefficients(model: Model) -> Floats:
    """Give the planted coefficients, in øre a year, of every column of the model."""
    planted = {(row["term"], row["level"]): float(row["coefficient_kr"]) for row in assumed("coefficients")}
    return np.array([100 * planted[column] for column in design_of(model.covariates).columns])


@functools.cache
def municipality_of_place() -> Integers:
    """Give the position of each place's municipality; Christiansø counts as Bornholm."""
    codes = ["400" if code == CHRISTIANSOE else code for code in places().codes]
    known = sorted(set(codes))
    return np.array([known.index(code) for code in codes])


def nation_of(invented: Invented, clinics: Clinics) -> tuple[Nation, Integers]:
    """Give areas and clinics in the order of a store's code books, and the position of each invented clinic."""
    numbers = [f"{number:0{YDERNR_DIGITS}}" for number in clinics.ydernr]
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    rows = sorted(law.rows("geography/municipalities"), key=lambda row: row["kommunekode"])
    return (
        Nation(
            year=invented.year,
            life_expectancy=Fraction(str(LIFE_EXPECTANCY)),
            municipalities=tuple(
                municipality_of(
                    {
                        "KOM": row["kommunekode"],
                        "NAME": row["navn"],
                        "COUNCIL_ID": row["sundhedsraad_id"],
                        "COUNCIL": row["sundhedsraad"],
                        "REGION": row["region_2027"],
                        "AREA_KM2": scaled_area(invented, row),
                        "LIFE_EXPECTANCY": row["middellevetid_0aar"],
                    }
                )
                for row in rows
            ),
            clinics=tuple(_clinic(clinics, n, numbers[n]) for n in order),
            projection=None,
        ),
        position,
    )


def _clinic(clinics: Clinics, n: int, ydernummer: str) -> Clinic:
    if clinics.closed_day[n]:
        return Clinic(ydernummer, in_register=True)
    island = bool(clinics.island[n]) and TYPES[clinics.kind[n]] == "plo"
    return Clinic(
        ydernummer,
        in_register=True,
        kind=ISLAND if island else TYPES[clinics.kind[n]],
        municipality=int(municipality_of_place()[clinics.place[n]]),
        capacities=Fraction(str(clinics.capacities[n])),
    )
