"""The tables of a RUN that a release reads, made of an invented nation, so that all sums are right."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from fordel_dask.model.scenario import load_model
from fordel_dask.releasing.counted import TABLES, Counted
from tests.lib.invented_nations import TERMS, Integers, Invented, code

NORM, STEP, KM2_PER_CAPACITY = 1600, 50, 35


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
