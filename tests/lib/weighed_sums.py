"""What weighted citizens tell an attacker: sums as intervals of their rounding, and whole numbers of the law."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import inf

import numpy as np

from tests.lib.leaves import Leaf, Row
from tests.lib.programme import NEARLY, Programme

NORM, STEP, KM2_PER_CAPACITY = 1600, 50, 35


class Weighing:
    """What the weighted citizens of one RUN tell: raw sums of weights times one unknown unit."""

    def __init__(self, programme: Programme, leaf: Leaf, folder: str, who: str, factors: Mapping[str, float]):
        self.programme, self.leaf, self.folder, self.who = programme, leaf, folder, who
        self.unit = self.programme.unknown(who, "unit", folder, low=0.01, high=100.0)
        rows = leaf.table(folder, "weights_by_trait")
        self.weights = {(row["term"], row["level"]): float(row["weight"] or "nan") for row in rows}
        self.factors = factors

    def add(self) -> None:
        """Add what the folder tells of municipalities, councils, clinics and the nation."""
        if any(np.isnan(weight) for weight in self.weights.values()):
            return
        rows = self.leaf.table(self.folder, "need_by_municipality")
        projected = any(row["citizens"] != row["projected_citizens"] for row in rows)
        self._nation(rows)
        self._clinics()
        if not projected:  # nobody outside knows the citizens that a projection weighs
            self._municipalities(rows)
            self._councils(rows)

    def _raw(self, kind: str, code: str, factor: float) -> list[tuple[float, int]]:
        return [
            (factor * weight, self.programme.unknown(self.who, kind, code, *cell))
            for cell, weight in self.weights.items()
            if weight
        ]

    def _between(self, why: str, lowest: list[tuple[float, int]], highest: list[tuple[float, int]], row: Row) -> None:
        """Say what a told sum is rounded from; ``lowest`` and ``highest`` are the least and most it can be."""
        told = row.get("weighted_citizens", row.get("weighted_patients", ""))
        if told != "":
            half = float(row["weighted_step"]) / 2 + NEARLY
            self.programme.row(f"{why} weighted", [*lowest, (-float(told) - half, self.unit)], -inf, 0.0)
            self.programme.row(f"{why} weighted", [*highest, (-float(told) + half, self.unit)], 0.0, inf)

    def _per_capacity(
        self, why: str, lowest: list[tuple[float, int]], highest: list[tuple[float, int]], row: Row, persons: int
    ) -> None:
        """Say what patients per capacity are rounded from, where the number of persons is known."""
        rounded = row.get("patients_per_capacity_rounded", row.get("minimum_per_capacity", ""))
        citizens, most = self.programme.bounds[persons]
        if rounded in ("", "0") or citizens != most or not citizens:
            return
        least_sum, most_sum = (NORM * citizens / (float(rounded) + side * (STEP / 2 + NEARLY)) for side in (1, -1))
        self.programme.row(f"{why} rounded", [*lowest, (-most_sum, self.unit)], -inf, 0.0)
        self.programme.row(f"{why} rounded", [*highest, (-least_sum, self.unit)], 0.0, inf)

    def _nation(self, rows: Sequence[Row]) -> None:
        """Say that weights add up to the citizens."""
        persons, most = self.programme.bounds[self.programme.at[self.who, "nation", ""]]
        codes = [row["municipality_code"] for row in rows]
        nation = [pair for code in codes for pair in self._raw("municipality", code, self.factors[code])]
        if persons == most:
            self.programme.row("nation weighted", [*nation, (-persons, self.unit)], -NEARLY * persons, NEARLY * persons)

    def _municipalities(self, rows: Sequence[Row]) -> None:
        for row in rows:
            code = row["municipality_code"]
            raw = self._raw("municipality", code, self.factors[code])
            self._between(f"municipality {code}", raw, raw, row)
            persons = self.programme.at[self.who, "municipality", code]
            self._per_capacity(f"municipality {code}", raw, raw, row, persons)

    def _councils(self, rows: Sequence[Row]) -> None:
        homes = defaultdict(list)
        for row in rows:
            homes[row["council_id"]].append(row)
        for row in self.leaf.table(self.folder, "maximum_capacities_by_council"):
            inside = homes[row["council_id"]]
            codes = [home["municipality_code"] for home in inside]
            raw = [pair for code in codes for pair in self._raw("municipality", code, self.factors[code])]
            self._between(f"council {row['council_id']}", raw, raw, row)
            if row["maximum_capacities"]:
                most = float(row["maximum_capacities"]) * NORM
                self.programme.row(f"{row['council_id']} maximum", [*raw, (-most - NEARLY, self.unit)], -inf, 0.0)
                self._least(row, inside)

    def _least(self, row: Row, inside: Sequence[Row]) -> None:
        """Say that the need with the floor is more than one capacity below the council's number."""
        terms, given = [], 0.0
        for home in inside:
            code, told = home["municipality_code"], home["weighted_citizens"]
            if told == "":
                return
            half, least = float(home["weighted_step"]) / 2, float(home["area_km2"]) / KM2_PER_CAPACITY * NORM
            if float(home["floor"]) and float(told) - half < least:
                if float(told) + half > least:
                    return
                given += least
            else:
                terms += self._raw("municipality", code, self.factors[code])
        needed = (float(row["maximum_capacities"]) - 1) * NORM - given
        self.programme.row(f"{row['council_id']} maximum", [*terms, (-needed + NEARLY, self.unit)], 0.0, inf)

    def _clinics(self) -> None:
        lowest, highest = min(self.factors.values()), max(self.factors.values())
        for row in self.leaf.table(self.folder, "minimum_patients_by_clinic"):
            code = row["ydernummer"]
            if row["status"] != "no_patients":
                ends = self._raw("clinic", code, lowest), self._raw("clinic", code, highest)
                self._between(f"clinic {code}", *ends, row)
                self._per_capacity(f"clinic {code}", *ends, row, self.programme.at[self.who, "clinic", code])
