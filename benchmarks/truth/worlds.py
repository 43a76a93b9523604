"""The worlds: what is planted beside the weights, and what it does to the clinics and the use of citizens.

Use is what a citizen would use by need alone, times the clinic's own way with contacts, times what clinics short of
supply leave of it, times how much of their need a citizen comes with. Need itself, x'β, is the same in all worlds, and
so are the weights that should be found.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fordel_dask.synthetic.clinics import CLINIC_EFFECT_SD

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
NOISE_OF_ORDER = 0.5  # of the logarithm of need, beside which the gathered stand in order


@dataclass(frozen=True)
class World:
    """What is planted.

    ``effects``: the spread of clinics' own ways beside that of `fordel synth` (0: clinics treat alike patients alike).
    ``gathered``: the share of patients who stand, within their council, at clinics by their need.
    ``elasticity``: how much less a clinic supplies the needier its patients are (1: twice the need, half the supply);
    it is taken from its patients in shares of their need, or, ``in_kroner``, as the same amount from each.
    ``under_use``: the share of their need that citizens with a psychiatric condition come with.
    """

    effects: float = 1.0
    gathered: float = 0.0
    elasticity: float = 0.0
    in_kroner: bool = False
    under_use: float = 1.0


WORLDS = {
    "alike": World(effects=0.0),
    "effects": World(),
    "supply": World(gathered=0.5, elasticity=0.5),
    "supply_in_kroner": World(gathered=0.5, elasticity=0.5, in_kroner=True),
    "under_use": World(under_use=0.7),
}


def ways(world: World, invented: Floats) -> Floats:
    """Give what each clinic multiplies contacts by, mean 1; ``invented`` is that of `fordel synth`."""
    spread = world.effects
    return np.asarray(invented**spread * np.exp(-spread * (spread - 1) / 2 * CLINIC_EFFECT_SD**2))


def gathered(rng: np.random.Generator, world: World, clinic: Integers, council: Integers, need: Floats) -> Integers:
    """Let some patients change places within their clinics' council, so that the needy gather; clinics keep their size.

    ``clinic`` (−1 for none) and ``need`` are those of citizens, ``council`` that of each clinic.
    """
    moving = np.flatnonzero((clinic >= 0) & (rng.random(clinic.size) < world.gathered))
    order_of_clinics = rng.random(council.size)
    order = np.log(need[moving]) + rng.normal(0.0, NOISE_OF_ORDER, moving.size)
    here = clinic[moving]
    by_need = np.lexsort((order, council[here]))
    by_clinic = np.lexsort((order_of_clinics[here], council[here]))
    changed = clinic.copy()
    changed[moving[by_need]] = here[by_clinic]
    return changed


def supplied(world: World, clinics: int, clinic: Integers, need: Floats) -> Floats:
    """Give the share of their need that citizens' clinics supply; that of all patients together is 1.

    ``clinic`` (−1 for none) and ``need`` of a whole year are those of citizens.
    """
    known = clinic >= 0
    if not world.elasticity:
        return np.ones(clinic.size)
    patients = np.bincount(clinic[known], minlength=clinics)
    mean = np.bincount(clinic[known], need[known], clinics) / np.maximum(patients, 1)
    national = need[known].mean()
    left = np.maximum(mean / national, 0.1) ** -world.elasticity
    share = np.where(known, left[clinic], 1.0)
    if world.in_kroner:
        lost = np.where(known, 1 - share, 0.0)
        lost[known] -= lost[known].mean()
        return np.maximum(1 - lost * national / need, 0.0)
    share[known] *= need[known].sum() / (need * share)[known].sum()
    return share
