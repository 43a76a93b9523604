"""Nations invented citizen by citizen, without registers: hundreds in the time of one run.

Councils, municipalities and clinics have awkward sizes (some of a handful of citizens), and levels are anything from
rare to common.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
MEN_AND_WOMEN = tuple(f"{sex} {band}" for sex in "MF" for band in ("0-14", "15-69", "70-89", "90+"))
TERMS = {
    "age_sex": MEN_AND_WOMEN,
    "origin": ("menapt",),
    "civil_status": ("widowed_or_divorced",),
    "labour_market": ("temporarily_outside", "permanently_outside"),
    "somatic": ("2", "3", "4+"),
    "psychiatric": ("any",),
}
CLINIC_TYPES = ("plo", "plo", "plo", "plo", "region", "tender", "island")


@dataclass(frozen=True)
class People:
    """Citizens one by one: where they live, their clinic (−1: none), and their level of each term (−1: reference)."""

    home: Integers
    clinic: Integers
    levels: dict[str, Integers]
    exposed: NDArray[np.bool_]


@dataclass(frozen=True)
class Invented:
    """A nation: people, the council of each municipality, the seat and type of each clinic, life expectancies."""

    seed: int
    people: People
    council_of: Integers
    seat: Integers
    clinic_types: tuple[str, ...]
    life_expectancy: NDArray[np.float64]
    area: NDArray[np.float64]
    store: str = "registers"

    @property
    def factor(self) -> NDArray[np.float64]:
        """By municipality, the factor of life expectancy: public."""
        return 81.6 / self.life_expectancy


def invent(seed: int) -> Invented:
    """Invent a nation; the same seed gives the same one."""
    draw = np.random.default_rng(seed)
    councils = int(draw.integers(2, 5))
    council_of = np.repeat(np.arange(councils), draw.integers(1, 5, councils))
    homes = len(council_of)
    sizes = np.exp(draw.normal(7, 1, homes)).astype(np.int64) + 30
    sizes[draw.random(homes) < 0.1] = draw.integers(1, 12)
    seat = np.concatenate([np.arange(homes), draw.integers(0, homes, int(draw.integers(2, 10)))])
    seat = seat[draw.random(len(seat)) < 0.8]
    if draw.random() < 0.5:
        seat = np.append(seat, -1)
    home = np.repeat(np.arange(homes), sizes)
    return Invented(
        seed,
        People(home, _enrol(home, seat, council_of, draw), _levels(home, draw), draw.random(len(home)) > _late(draw)),
        council_of,
        seat,
        tuple(str(draw.choice(CLINIC_TYPES)) if at >= 0 else "" for at in seat),
        draw.uniform(78, 84, homes).round(1),
        draw.choice([1.0, 10.0, 30.0, 100.0], homes),
    )


def _late(draw: np.random.Generator) -> float:
    """Give the share of citizens who were in group 1 on no day of the fee year."""
    return float(draw.choice([0.0, 0.001, 0.02]))


def _enrol(home: Integers, seat: Integers, council_of: Integers, draw: np.random.Generator) -> Integers:
    """Give each citizen's clinic: mostly of their own council; few have none."""
    likes = np.exp(draw.normal(0, 1, len(seat)))
    likes[draw.random(len(seat)) < 0.1] /= 300
    near = np.where(council_of[seat][None, :] == council_of[:, None], 1.0, float(draw.choice([0.0, 0.001, 0.02])))
    near[:, seat < 0] = 0.002
    share = near * likes + 1e-9
    bounds = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)
    clinic = (bounds[home] < draw.random(len(home))[:, None]).sum(axis=1)
    clinic = np.minimum(clinic, len(seat) - 1)
    clinic[draw.random(len(home)) < draw.choice([0.0, 0.003])] = -1
    return clinic.astype(np.int64)


def _levels(home: Integers, draw: np.random.Generator) -> dict[str, Integers]:
    found = {}
    for term, levels in TERMS.items():
        number = len(levels) + (term != "age_sex")
        common = np.exp(draw.normal(0, 1.6, number))
        if term != "age_sex":
            common[-1] += common.sum() * 2
        local = common * np.exp(draw.normal(0, 0.3, (home.max() + 1, number)))
        bounds = np.cumsum(local / local.sum(axis=1, keepdims=True), axis=1)
        level = np.minimum((bounds[home] < draw.random(len(home))[:, None]).sum(axis=1), number - 1)
        found[term] = np.where(level == len(levels), -1, level).astype(np.int64)
    working = np.isin(found["age_sex"], [at for at, name in enumerate(MEN_AND_WOMEN) if "15-69" in name])
    found["labour_market"] = np.where(working, found["labour_market"], -1)
    return found


def corrected(nation: Invented, seed: int) -> Invented:
    """Give the nation with registers in which a few citizens were put right: a level, or the clinic."""
    draw = np.random.default_rng(seed)
    people = nation.people
    few = draw.choice(len(people.home), int(draw.integers(1, 6)), replace=False)
    levels = {term: own.copy() for term, own in people.levels.items()}
    clinic = people.clinic.copy()
    for citizen in few:
        term = str(draw.choice(["origin", "civil_status", "somatic", "psychiatric", "clinic"]))
        if term == "clinic":
            clinic[citizen] = draw.choice(people.clinic[people.home == people.home[citizen]])
        else:
            levels[term][citizen] = draw.integers(-1, len(TERMS[term]))
    return replace(nation, people=replace(people, clinic=clinic, levels=levels), store=f"registers corrected {seed}")


def unchanged_areas(before: People, after: People) -> set[tuple[str, str]]:
    """Give the municipalities and clinics, by kind and code, of which no citizen was put right."""
    differs = before.clinic != after.clinic
    for term, levels in before.levels.items():
        differs |= levels != after.levels[term]
    touched = {int(at) for at in (*before.clinic[differs], *after.clinic[differs])}
    clinics = {("clinic", f"{at:06}") for at in range(int(before.clinic.max()) + 1) if at not in touched}
    homes = {("municipality", code(at)) for at in set(range(int(before.home.max()) + 1)) - set(before.home[differs])}
    return clinics | homes


def code(at: int) -> str:
    """Give the code of a municipality."""
    return f"{at + 101}"
