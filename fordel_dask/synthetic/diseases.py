"""Which conditions citizens have, by age, sex, place and a frailty of their own."""

import functools
from dataclasses import dataclass

import numpy as np

from fordel_dask import law
from fordel_dask.synthetic.assumptions import assumed_numbers, assumed_words
from fordel_dask.synthetic.chance import Chance, Flags, Floats, Ints
from fordel_dask.synthetic.nation import Nation, Purpose, stream
from fordel_dask.synthetic.people import People
from fordel_dask.synthetic.places import AGES, places

ANCHOR_AGES = (10, 30, 50, 70, 85)
FRAILTY_SHAPE = 1.8  # gamma with mean 1: the smaller, the more conditions gather in the same citizens
COMMONEST = 0.7
OUTSIDE_THE_MODEL = ("F25",)  # belongs to schizophrenia in the index, not in the model (M13)


@dataclass(frozen=True)
class Condition:
    """A condition of the multimorbidity index with a hospital arm."""

    name: str
    psychiatric: bool
    prefixes: tuple[str, ...]  # ICD-10, without the leading D of the registers
    window_years: int


@functools.cache
def conditions() -> tuple[Condition, ...]:
    """Give the conditions the model counts, those without ICD-10 prefixes left out.

    Source: ``law/codes/multimorbidity``; look-back windows M14, F20 only M13.
    """
    return tuple(
        Condition(
            name=row["condition_id"],
            psychiatric=row["type"] == "psychiatric",
            prefixes=tuple(p for p in row["icd10_prefixes"].split() if p not in OUTSIDE_THE_MODEL),
            window_years=5 if row["dx_lookback"] == "5 years" else 15,
        )
        for row in law.rows("codes/multimorbidity")
        if row["icd10_prefixes"]
    )


def _psychiatric() -> Flags:
    return np.array([condition.psychiatric for condition in conditions()])


@functools.cache
def prevalence() -> Floats:
    """Give the share with each condition by (age, women after men) × condition."""
    names = assumed_words("conditions", "condition_id")
    order = [names.index(condition.name) for condition in conditions()]
    table = assumed_numbers("conditions", tuple(f"at_{age}" for age in ANCHOR_AGES))[order] / 100
    women_to_men = assumed_numbers("conditions", ("women_to_men",))[order, 0]
    by_age = np.stack([np.interp(np.arange(AGES), (0, *ANCHOR_AGES), (0, *row)) for row in table], axis=1)
    men = by_age * 2 / (1 + women_to_men)
    return np.concatenate([men, men * women_to_men])


def conditions_of(nation: Nation, block: int, people: People) -> Flags:
    """Draw who has which condition, person × condition."""
    rng = stream(nation, Purpose.CONDITIONS, block)
    expected = prevalence()[people.age + AGES * people.woman]
    frailty = np.where(_psychiatric(), _frailty(rng, people.size), _frailty(rng, people.size))
    likely = expected * frailty * places().burden[people.place][:, None]
    return np.asarray(rng.random(likely.shape) < np.minimum(likely, COMMONEST))


def _frailty(rng: Chance, size: int) -> Floats:
    return rng.gamma(FRAILTY_SHAPE, 1 / FRAILTY_SHAPE, (size, 1))


def somatic_count(has: Flags) -> Ints:
    """Count each person's somatic conditions."""
    return np.asarray(has[:, ~_psychiatric()].sum(axis=1))


def any_psychiatric(has: Flags) -> Flags:
    """Say who has a psychiatric condition."""
    return np.asarray(has[:, _psychiatric()].any(axis=1))


def has_condition(has: Flags, name: str) -> Flags:
    """Say who has the condition of this name."""
    return np.asarray(has[:, [condition.name for condition in conditions()].index(name)])
