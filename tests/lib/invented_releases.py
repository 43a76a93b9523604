"""Nations invented citizen by citizen and counted at once, without registers: hundreds in the time of one run.

Councils, municipalities and clinics have awkward sizes (some of a handful of citizens), levels are anything from rare
to common, and every table of a RUN that a release reads is made of the same citizens, so that all sums are right.
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.scenario import load_model
from fordel_dask.releasing.counted import TABLES, Counted

Integers = NDArray[np.int64]
NORM, STEP, KM2_PER_CAPACITY = 1600, 50, 35
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


@dataclass(frozen=True)
class Weighed:
    """A nation by weights of its own, as the tables of a RUN."""

    nation: Invented
    name: str
    draw_weights: int
    excluded_types: tuple[str, ...] = ("region", "tender")
    floor: bool = True
    parameters: dict[str, object] = field(default_factory=dict)

    @cached_property
    def raw(self) -> dict[tuple[str, str], float]:
        """Weights by term and level, over the mean raw weight; 9 decimals."""
        draw = np.random.default_rng(self.draw_weights)
        kroner = {
            (term, level): float(draw.uniform(200, 3000) if term == "age_sex" else draw.uniform(20, 900))
            for term, levels in TERMS.items()
            for level in levels
        }
        mean = float(np.mean(self._sums(kroner)))
        return {name: round(of / mean, 9) for name, of in kroner.items()}

    def _sums(self, weights: dict[tuple[str, str], float]) -> NDArray[np.float64]:
        total = np.zeros(len(self.nation.people.home))
        for term, levels in TERMS.items():
            own = np.array([*(weights[term, level] for level in levels), 0.0])
            total += own[self.nation.people.levels[term]]
        return total

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """Each citizen's weight."""
        plain = self._sums(self.raw) * self.nation.factor[self.nation.people.home]
        return plain * len(plain) / plain.sum()

    @cached_property
    def counted(self) -> Counted:
        """What a release reads of the RUN."""
        tables = {
            **dict.fromkeys(TABLES, ()),
            "weights": self._weights(),
            "municipalities": self._municipalities(),
            "councils": self._councils(),
            "clinics": self._clinics(),
            "parts": self._parts(),
            "flows": self._flows(),
        }
        return Counted(self.name, self._manifest(), tables)

    @cached_property
    def sampled(self) -> NDArray[np.bool_]:
        """Which citizens are in the estimation sample."""
        types = np.array([*(kind not in ("", *self.excluded_types) for kind in self.nation.clinic_types), False])
        return types[self.nation.people.clinic] & self.nation.people.exposed

    def _weights(self) -> list[dict[str, str]]:
        rows = []
        for term, levels in TERMS.items():
            for at, level in enumerate(levels):
                number = int((self.sampled & (self.nation.people.levels[term] == at)).sum())
                weight = f"{self.raw[term, level]:.9f}"
                same = {"exposure_years": f"{number * 0.9:.9f}", "coefficient_kr": weight, "standard_error_kr": "1"}
                rows.append({"term": term, "level": level, "citizens": str(number), **same, "weight": weight})
        return rows

    def _municipalities(self) -> list[dict[str, str]]:
        rows = []
        for at, council in enumerate(self.nation.council_of):
            own = self.nation.people.home == at
            persons, weighted = int(own.sum()), float(self.weight[own].sum())
            each = NORM * persons / weighted
            least = self.nation.area[at] / KM2_PER_CAPACITY * self.floor
            rows.append(
                {
                    **{"municipality_code": code(at), "municipality": code(at), "council_id": f"council {council}"},
                    **dict.fromkeys(("citizens", "projected_citizens"), str(persons)),
                    "weighted_citizens": f"{weighted:.9f}",
                    "need": f"{weighted / NORM:.9f}",
                    "area_km2": f"{self.nation.area[at]}",
                    "floor": f"{least:.9f}",
                    "patients_per_capacity": f"{each:.9f}",
                    "patients_per_capacity_rounded": str(floor(each / STEP + 0.5) * STEP),
                }
            )
        return rows

    def _councils(self) -> list[dict[str, str]]:
        rows = []
        for council in range(int(self.nation.council_of.max()) + 1):
            inside = [row for row in self._municipalities() if row["council_id"] == f"council {council}"]
            persons = sum(int(row["citizens"]) for row in inside)
            weighted = sum(float(row["weighted_citizens"]) for row in inside)
            need = sum(max(float(row["weighted_citizens"]) / NORM, float(row["floor"])) for row in inside)
            rows.append(
                {
                    **{"council_id": f"council {council}", "council": str(council), "region": ""},
                    **dict.fromkeys(("citizens", "projected_citizens"), str(persons)),
                    "weighted_citizens": f"{weighted:.9f}",
                    "need_before_rounding": f"{need:.9f}",
                    "maximum_capacities": str(ceil(need)),
                    "existing_capacities": "1",
                }
            )
        return rows

    def _clinics(self) -> list[dict[str, str]]:
        rows = []
        for at, seat in enumerate(self.nation.seat):
            own = self.nation.people.clinic == at
            persons, weighted = int(own.sum()), float(self.weight[own].sum())
            each = NORM * persons / weighted if persons else 0.0
            number = str(floor(each / STEP + 0.5) * STEP) if persons and seat >= 0 else ""
            place = (code(seat), f"council {self.nation.council_of[seat]}") if seat >= 0 else ("", "")
            status = "ok" if seat >= 0 else "unregistered"
            rows.append(
                {
                    **{"ydernummer": f"{at:06}", "clinic_type": self.nation.clinic_types[at], "note": ""},
                    **{"municipality_code": place[0], "council_id": place[1], "capacities": "1" if seat >= 0 else ""},
                    **{"patients": str(persons), "weighted_patients": f"{weighted:.9f}" if persons else ""},
                    "minimum_per_capacity_exact": f"{each:.9f}" if persons else "",
                    **dict.fromkeys(("minimum_per_capacity", "minimum_patients"), number),
                    "status": status if persons else "no_patients",
                }
            )
        return rows

    def _parts(self) -> list[dict[str, str]]:
        people, rows = self.nation.people, []
        kinds = (
            ("clinic", people.clinic),
            ("municipality", people.home),
            ("council", self.nation.council_of[people.home]),
        )
        for kind, area in kinds:
            for at in range(int(area.max()) + 1):
                own = area == at
                if own.any():
                    name = {"clinic": f"{at:06}", "municipality": code(at), "council": f"council {at}"}[kind]
                    rows += [{"area_kind": kind, "code": name, **part} for part in self._parts_of(own)]
        return rows

    def _parts_of(self, own: NDArray[np.bool_]) -> list[dict[str, str]]:
        rows, persons, raw = [], int(own.sum()), 0.0
        for term, levels in TERMS.items():
            for at, level in enumerate(levels):
                having = self.nation.people.levels[term] == at
                number, weight = int((having & own).sum()), self.raw[term, level]
                raw += number * weight
                part = f"{(number - persons * having.mean()) * weight:.9f}"
                rows.append({"term": term, "level": level, "citizens": str(number), "weighted_part": part})
        last = float(self.weight[own].sum()) - raw
        rows.append({"term": "clamp", "level": "", "citizens": "0", "weighted_part": "0.000000000"})
        rows.append({"term": "life_expectancy", "level": "", "citizens": str(persons), "weighted_part": f"{last:.9f}"})
        return rows

    def _flows(self) -> list[dict[str, str]]:
        people = self.nation.people
        home = self.nation.council_of[people.home]
        of_clinic = np.where(self.nation.seat >= 0, self.nation.council_of[self.nation.seat], -1)
        to = np.where(people.clinic >= 0, of_clinic[people.clinic], -1)
        pairs, numbers = np.unique(np.column_stack([home, to]), axis=0, return_counts=True)
        return [
            {
                "residence_council_id": f"council {one}",
                "clinic_council_id": f"council {other}" if other >= 0 else "",
                "citizens": str(number),
            }
            for (one, other), number in zip(pairs, numbers, strict=True)
        ]

    def _manifest(self) -> dict[str, object]:
        parameters = {key: {"value": value} for key, value in {**load_model().values(), **self.parameters}.items()}
        people = self.nation.people
        strangers = [at for at, seat in enumerate(self.nation.seat) if seat < 0]
        noticed = {
            "citizens": len(people.home),
            "citizens_predicted_below_zero": 0,
            "citizens_without_clinic": int((people.clinic < 0).sum()),
            "patients_of_unregistered_clinics": int(np.isin(people.clinic, strangers).sum()),
            "persons": len(people.home) + 100,
            "persons_not_in_group_1": 100,
            "sample_citizens": int(self.sampled.sum()),
        }
        digest = hashlib.sha256(f"{self.nation.seed} {self.nation.store} {self.draw_weights}".encode()).hexdigest()
        return {
            "store": {"identity": f"{self.nation.seed} {self.nation.store}"},
            "program": {"fordel_dask": "0"},
            "nation": {"year": 2026},
            "model": {"name": self.name, "hash": digest, "changed": [], "parameters": parameters},
            "files": {f"{name}.csv": {"sha256": digest} for name in TABLES},
            "noticed": noticed,
            "accounting": {},
        }


def code(at: int) -> str:
    """Give the code of a municipality."""
    return f"{at + 101}"


def truth(of: Weighed, kind: str, code_of: str, cell: tuple[str, ...] = ()) -> float:
    """Give what a count of an attacker's programme is in truth."""
    nation, people = of.nation, of.nation.people
    if kind == "unit":
        return float((of._sums(of.raw) * nation.factor[people.home]).mean())
    having = np.ones(len(people.home), bool)
    if cell and kind != "flow":
        term, level = cell
        if term == "clamp":
            return 0.0 if level != "(reference)" else truth(of, kind, code_of)
        having = people.levels[term] == ([*TERMS[term], level].index(level) if level in TERMS[term] else -1)
    home = nation.council_of[people.home]
    inside = {
        "municipality": lambda: people.home == int(code_of) - 101,
        "council": lambda: home == int(code_of.split()[1]),
        "clinic": lambda: people.clinic == (int(code_of) if code_of.isdigit() else -1),
        "nation": lambda: True,
        "sample": lambda: of.sampled,
        "flow": lambda: (
            (home == int(code_of.split()[1])) & (_council_of_clinic(nation) == int((cell[0] or "x -1").split()[1]))
        ),
    }[kind]()
    return float((having & inside).sum())


def _council_of_clinic(nation: Invented) -> Integers:
    of_clinic = np.where(nation.seat >= 0, nation.council_of[nation.seat], -1)
    return np.where(nation.people.clinic >= 0, of_clinic[nation.people.clinic], -1)
