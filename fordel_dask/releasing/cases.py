"""Cases of ``fordel scenarios``, each read as a RUN beside the base, so that it is told as further RUNs are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from fordel_dask.disclosure import Block, Figure
from fordel_dask.printing import EMPTY, number
from fordel_dask.releasing.alike import AFTER_SUMS, counts_alike
from fordel_dask.releasing.counted import Counted, TextRow
from fordel_dask.releasing.protected import CLINICS, MUNICIPALITIES, Protected, Told
from fordel_dask.releasing.sources import Source
from fordel_dask.releasing.weighing import (
    Floats,
    between,
    bounds_of_councils,
    bounds_of_number,
    factors,
    numbers_of,
    weights_of,
)

NOT_RUN = "not_run"
MOVES_NEED = ("capacity.area_by", "capacity.commuters_percent")
"""Parameters by which citizens count where their clinic lies."""

STRONGEST = 2
"""By how much more than in the base a case may weigh the citizens of a place at most (life expectancy, projection).

Twice the base's factor: with lives a tenth shorter than the nation's that is the seventh power, where the model has
the first.
"""
USUAL_EXPONENT = 4
"""Power of the correction for life expectancy up to which that holds for sure: lives a sixth shorter are nowhere."""


@dataclass(frozen=True)
class Case:
    """A case that was run: as a RUN of its model, as far as its tables tell, and what of the base's it keeps."""

    name: str
    counted: Counted
    changed: frozenset[str]
    rows: Mapping[str, Sequence[TextRow]]

    @cached_property
    def sums_alike(self) -> bool:
        """Whether it takes the base's weighted sums, and changes what the law makes of them alone."""
        return self.changed <= AFTER_SUMS and not self.rows["clinic_weights"]

    @cached_property
    def counts_alike(self) -> bool:
        """Whether it counts the same citizens as the base, where they live, by the same groups."""
        return counts_alike(self.changed)

    @property
    def has_same_citizens(self) -> bool:
        """Whether it counts the same citizens as the base, where they live, by whatever groups."""
        return counts_alike(key for key in self.changed if not key.startswith("covariates."))

    @property
    def moves_need(self) -> bool:
        """Whether citizens count where their clinic lies."""
        return not self.changed.isdisjoint(MOVES_NEED)


@dataclass(frozen=True)
class Cases:
    """The cases of a directory of scenarios, over the base of a release."""

    source: Source
    base: Protected

    @cached_property
    def run(self) -> tuple[Case, ...]:
        """The cases that were run, in the order of the directory."""
        tables = {name: _by_case(rows) for name, rows in self.source.tables.items()}
        changes = {one["case"]: one.get("changes", []) for one in self.source.resolved["cases"]}
        return tuple(
            _case(name, changes[name], {table: of.get(name, []) for table, of in tables.items()}, self.base.counted)
            for name in (row["case"] for row in self.source.tables["variants"] if row["status"] != NOT_RUN)
        )

    def told(self, case: Case) -> Told:
        """Give how the sums of a case are told."""
        figures = {MUNICIPALITIES: _municipal(case, self.base), CLINICS: _of_clinics(case, self.base)}
        return Told(case.counted, self.base, figures)


def _by_case(rows: Iterable[TextRow]) -> dict[str, list[TextRow]]:
    found: dict[str, list[TextRow]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(row)
    return found


def _case(
    name: str, changes: Sequence[Mapping[str, Any]], rows: Mapping[str, Sequence[TextRow]], base: Counted
) -> Case:
    values = {one["key"]: one["to"] for one in changes}
    parameters = {key: {"value": values.get(key, value)} for key, value in base.parameters.items()}
    manifest = {**base.manifest, "model": {**base.manifest["model"], "parameters": parameters}}
    norm = int(parameters["capacity.citizens_per_capacity"]["value"])
    tables = {
        **dict.fromkeys(base.tables, ()),
        "municipalities": _municipalities(base, rows["municipality_effects"], norm),
        "councils": _councils(base, rows["council_effects"], norm),
        "clinics": _clinics(base, rows, norm),
        "weights": [_weight(row) for row in rows["weight_effects"] if row["only_in"] != "base"],
    }
    return Case(name, Counted(name, manifest, tables), frozenset(values), rows)


def _municipalities(base: Counted, rows: Sequence[TextRow], norm: int) -> list[TextRow]:
    after = {row["municipality_code"]: row for row in rows}
    return [
        {
            **row,
            "projected_citizens": after[row["municipality_code"]]["projected_citizens_after"],
            "weighted_citizens": _times(after[row["municipality_code"]]["need_after"], norm),
            "floor": after[row["municipality_code"]]["floor_after"],
            "patients_per_capacity": after[row["municipality_code"]]["patients_per_capacity_after"],
            "patients_per_capacity_rounded": EMPTY,
        }
        for row in base.tables["municipalities"]
    ]


def _councils(base: Counted, rows: Sequence[TextRow], norm: int) -> list[TextRow]:
    after = {row["council_id"]: row for row in rows}
    taken = ("need_before_rounding", "maximum_capacities", "existing_capacities")
    return [
        {
            **row,
            "weighted_citizens": _times(after[row["council_id"]]["need_after"], norm),
            **{name: after[row["council_id"]][f"{name}_after"] for name in taken},
        }
        for row in base.tables["councils"]
    ]


def _times(need: str, norm: int) -> str:
    return number(Fraction(need) * norm)


def _clinics(base: Counted, rows: Mapping[str, Sequence[TextRow]], norm: int) -> list[TextRow]:
    """Give every clinic of the base in a case: those that the case does not list keep their numbers."""
    changed = {row["ydernummer"]: row for row in rows["clinic_effects"]}
    weighed = {row["ydernummer"]: row["weighted_patients"] for row in rows["clinic_weights"]}
    found = list[TextRow]()
    for row in base.tables["clinics"]:
        own = {**row, "weighted_patients": weighed.get(row["ydernummer"], row["weighted_patients"])}
        if row["ydernummer"] in changed:
            effect = changed[row["ydernummer"]]
            taken = ("patients", "minimum_per_capacity", "minimum_patients", "status")
            own |= {name: effect[f"{name}_after"] for name in taken}
        found.append({**own, "minimum_per_capacity_exact": _exact_minimum(own, norm)})
    return found


def _exact_minimum(clinic: TextRow, norm: int) -> str:
    weighted = Fraction(clinic["weighted_patients"] or 0)
    return number(norm * int(clinic["patients"] or 0) / weighted) if weighted else EMPTY


def _weight(row: TextRow) -> TextRow:
    taken = ("citizens", "coefficient_kr", "weight")
    return {"term": row["term"], "level": row["level"], **{name: row[f"{name}_after"] for name in taken}}


def _municipal(case: Case, base: Protected) -> Figure:
    """Give weighted citizens of a case; of its whole numbers only those of councils are asked."""
    rows, councils = case.counted.tables["municipalities"], case.counted.tables["councils"]
    parameters, free = case.counted.parameters, np.full(len(rows), np.inf)
    norm, rounding = parameters["capacity.citizens_per_capacity"], parameters["capacity.rounding"]
    low, high = bounds_of_councils(councils, norm, rounding)
    weights, spread = _weights(case, base, base.counted.municipalities)
    return Figure(
        name=case.name,
        weights=weights,
        spread=spread,
        factor=_factors(case, base),
        sums=numbers_of(rows, "weighted_citizens"),
        group_sums=numbers_of(councils, "weighted_citizens"),
        low=-free,
        high=free,
        group_low=low,
        group_high=high,
        bounded=not case.sums_alike,
        elsewhere=case.moves_need,
        least=base.rules.threshold * between(case.counted, base.counted, case.has_same_citizens),
        unproven=_unproven(case, base, MUNICIPALITIES),
    )


def _of_clinics(case: Case, base: Protected) -> Figure:
    block, parameters = base.counted.clinics, case.counted.parameters
    by_number = {row["ydernummer"]: row for row in case.counted.tables["clinics"]}
    rows = [by_number.get(number, {}) for number in block.rows]
    low, high = bounds_of_number(
        numbers_of(rows, "patients"),
        numbers_of(rows, "minimum_per_capacity_exact"),
        parameters["capacity.citizens_per_capacity"],
        parameters["clinics.rounding_step"],
    )
    weights, spread = _weights(case, base, block)
    factor = np.full(len(block.rows), float(_factors(case, base).max(initial=0.0)))
    none, sums = np.zeros(0), np.nan_to_num(numbers_of(rows, "weighted_patients"))
    found = Figure(case.name, weights, spread, factor, sums, none, low, high, none, none)
    return replace(found, bounded=not case.sums_alike, unproven=_unproven(case, base, CLINICS))


def _unproven(case: Case, base: Protected, block: str) -> float:
    return 0.0 if case.sums_alike else base.unproven(block, case.counted)


def _factors(case: Case, base: Protected) -> Floats:
    return factors(base.counted) * (1 if case.sums_alike else _strongest(case))


def _strongest(case: Case) -> int:
    """Give by how much more than the base a case may weigh citizens: more than usual where its model is stronger."""
    exponent = ceil(Fraction(case.counted.parameters["life_expectancy.exponent"]))
    projected = ceil(Fraction(case.counted.parameters["capacity.projection_percent"]) / 100)
    of_lives = STRONGEST if exponent <= USUAL_EXPONENT else STRONGEST**exponent
    return max(of_lives, projected)


def _weights(case: Case, base: Protected, block: Block) -> tuple[tuple[Floats, ...], tuple[float, ...]]:
    return weights_of(base.counted if case.sums_alike else case.counted, base.counted, block)
