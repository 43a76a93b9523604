"""The worlds: what is planted beside the weights, and what it does to the clinics and the use of citizens.

Use is what a citizen would use by need alone, times the clinic's way of supplying, times how much of their need a
citizen of a group comes with. Need itself, x'β, is the same in all worlds, and so are the weights that should be found.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What is planted.

    ``effects``: the spread of clinics' own ways beside that of `fordel synth` (0: clinics treat alike patients alike).
    ``gathered``: the share of patients who stand, within their council, at clinics by their need.
    ``elasticity``: how much less a clinic supplies the needier its patients are (1: twice the need, half the supply).
    ``under_use``: the share of their need that citizens with a psychiatric condition come with.
    """

    effects: float = 1.0
    gathered: float = 0.0
    elasticity: float = 0.0
    under_use: float = 1.0


WORLDS = {
    "alike": World(effects=0.0),
    "effects": World(),
    "supply": World(gathered=0.5, elasticity=0.5),
    "under_use": World(under_use=0.7),
}


def gathered_clinics(
    rng: np.random.Generator, world: World, clinic: Integers, council: Integers, need: Floats
) -> Integers:
    """Let some patients change places within their clinics' council, so that the needy gather; clinics keep their size.

    ``clinic`` (−1 for none) and ``need`` are those of citizens, ``council`` that of each clinic.
    """
    moving = np.flatnonzero((clinic >= 0) & (rng.random(clinic.size) < world.gathered))
    rank = rng.random(council.size)
    noisy = np.log(need[moving]) + rng.normal(0.0, 0.5, moving.size)
    here = clinic[moving]
    by_need = np.lexsort((noisy, council[here]))
    by_clinic = np.lexsort((rank[here], council[here]))
    changed = clinic.copy()
    changed[moving[by_need]] = here[by_clinic]
    return changed


def supply(world: World, own: Floats, clinic: Integers, need: Floats) -> Floats:
    """Give what each citizen's clinic multiplies use by; the need of all is supplied as a whole.

    ``own`` is the clinics' own way (as invented), ``clinic`` and ``need`` (of the year) those of citizens.
    """
    known = clinic >= 0
    patients = np.maximum(np.bincount(clinic[known], minlength=own.size), 1)
    mean = np.bincount(clinic[known], need[known], own.size) / patients / need[known].mean()
    factor = own**world.effects * np.where(mean > 0, mean, 1.0) ** -world.elasticity
    by_citizen = np.where(known, factor[clinic], 1.0)
    if world.elasticity:
        by_citizen[known] *= need[known].sum() / (need * by_citizen)[known].sum()
    return by_citizen
