"""Somebody outside, with released folders and public knowledge alone, who works out what was kept back.

One linear programme holds all that is known: every shown count, every sum over areas and levels, flows, the sample,
weighted citizens as intervals of rounding, the whole numbers of the law, over all releases at hand. A count kept back
is recovered if only one whole number is left for it.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf
from pathlib import Path

import numpy as np

Key = tuple[str, ...]
Row = dict[str, str]

NORM, STEP, KM2_PER_CAPACITY = 1600, 50, 35
OUTSIDE, NO_CLINIC, SAMPLE = "", "(no clinic)", "sample"
REFERENCE = "(reference)"
NO_REFERENCE = ("age_sex",)
NOT_IN_SAMPLE = ("region", "tender")
CLAMP = "clamp"
NEARLY = 1e-6


@dataclass(frozen=True)
class Known:
    """What is public beside a release: factors of life expectancy by municipality, and which ages may work.

    ``powers`` are the strengths of the correction of variants, by the beginning of their folder's name.
    """

    factors: Mapping[str, float]
    working_ages: frozenset[str] = frozenset()
    powers: Mapping[str, float] = field(default_factory=dict)

    def factors_in(self, folder: str) -> dict[str, float]:
        """Give the factors of a variant's folder."""
        power = next((of for name, of in self.powers.items() if folder.startswith(name)), 1.0)
        return {code: factor**power for code, factor in self.factors.items()}


@dataclass(frozen=True)
class Leaf:
    """A folder that has left, as text by name of file; ``first`` if nothing of these citizens had left before."""

    files: Mapping[str, str]
    threshold: int = 5
    zero_shown: bool = True
    first: bool = True

    def folders(self) -> list[str]:
        """Give the RUNs inside: first the one with counts by trait."""
        names = dict.fromkeys(name.partition("/")[0] for name in self.files if "/" in name)
        return sorted(names, key=lambda name: f"{name}/rows_of_registers.csv" not in self.files)

    def table(self, folder: str, name: str) -> list[Row]:
        """Give the rows of a table; none if it has not left."""
        return list(csv.DictReader(io.StringIO(self.files.get(f"{folder}/{name}.csv", ""))))


def read_leaf(folder: Path, first: bool = True) -> Leaf:
    """Read a folder that 'fordel release --check' wrote."""
    files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.csv")}
    rules = json.loads((folder / "status.json").read_text("utf-8"))["rules"]
    assert rules["round_to"] == 1
    return Leaf(files, rules["threshold"], rules["zero"] == "show", first)


@dataclass
class Programme:
    """Unknowns with bounds, and rows ``low ≤ Σ coefficient × unknown ≤ high``; ``hidden`` are the counts asked for."""

    at: dict[Key, int] = field(default_factory=dict)
    bounds: list[list[float]] = field(default_factory=list)
    rows: list[tuple[str, dict[int, float], float, float]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)

    def unknown(self, *key: str, low: float = 0.0, high: float = inf) -> int:
        """Give the place of an unknown; what is new of its bounds holds too."""
        at = self.at.setdefault(key, len(self.bounds))
        if at == len(self.bounds):
            self.bounds.append([0.0, inf])
        self.bounds[at] = [max(self.bounds[at][0], low), min(self.bounds[at][1], high)]
        return at

    def count(self, shown: str, *key: str, low: float = 0.0) -> int:
        """Give the place of a count: known where it is shown, else at least ``low``."""
        if shown != "":
            return self.unknown(*key, low=float(shown), high=float(shown))
        at = self.unknown(*key, low=low)
        self.hidden.add(at)
        return at

    def row(self, why: str, terms: Sequence[tuple[float, int]], low: float, high: float) -> None:
        """Add what is known of a sum."""
        added: dict[int, float] = defaultdict(float)
        for coefficient, at in terms:
            added[at] += coefficient
        self.rows.append((why, dict(added), low, high))

    def total(self, why: str, parts: Sequence[int], whole: int) -> None:
        """Say that parts add up to a whole."""
        self.row(why, [*((1.0, at) for at in parts), (-1.0, whole)], 0.0, 0.0)

    def violated(self, values: Mapping[int, float]) -> list[str]:
        """Give what does not hold of values of all unknowns."""
        found = [
            f"{key}: {values[at]} not in {self.bounds[at]}"
            for key, at in self.at.items()
            if not self.bounds[at][0] - NEARLY <= values[at] <= self.bounds[at][1] + NEARLY
        ]
        for why, of, low, high in self.rows:
            reached = sum(coefficient * values[at] for at, coefficient in of.items())
            slack = NEARLY * (1 + sum(abs(coefficient * values[at]) for at, coefficient in of.items()) / 1000)
            if not low - slack <= reached <= high + slack:
                found.append(f"{why}: {reached} not in [{low}, {high}]")
        return found


class Attack:
    """Puts all that released folders tell into one programme."""

    def __init__(self, known: Known):
        self.known = known
        self.programme = Programme()
        self.levels: dict[str, list[str]] = {}

    def add(self, leaf: Leaf, who: str) -> None:
        """Add a folder; ``who`` names the citizens it counts, so that the same ones are the same unknowns."""
        base, *variants = leaf.folders()
        self._levels(leaf.table(base, "weights_by_trait"), leaf.table(base, "citizens_by_trait"))
        self._persons(leaf, base, who)
        self._noticed(leaf.table(base, "rows_of_registers"), who)
        self._traits(leaf, base, who)
        self._references(who)
        self._sums_of_areas(leaf, base, who)
        self._flows(leaf, base, who)
        self._sample(leaf, base, who)
        for folder in (base, *variants):
            Weighing(self, leaf, folder, who).add()

    def close_together(self, one: str, other: str, citizens: int) -> None:
        """Say that no count of two sets of citizens differs by more than so many."""
        for key, at in list(self.programme.at.items()):
            twin = self.programme.at.get((other, *key[1:]))
            if key[0] == one and twin is not None and key[1] != "unit":
                self.programme.row(f"close together {key}", [(1.0, at), (-1.0, twin)], -citizens, citizens)

    def same_areas(self, one: str, other: str, areas: Collection[tuple[str, str]]) -> None:
        """Say that some areas (kind and code) have the very same citizens in both: somebody inside has told so."""
        for key, at in list(self.programme.at.items()):
            twin = self.programme.at.get((other, *key[1:]))
            if key[0] == one and twin is not None and key[1:3] in areas:
                self.programme.row(f"the same {key}", [(1.0, at), (-1.0, twin)], 0.0, 0.0)

    def _levels(self, weights: Sequence[Row], traits: Sequence[Row]) -> None:
        for row in (*weights, *traits):
            levels = self.levels.setdefault(row["term"], [])
            if row["level"] not in levels:
                levels.append(row["level"])

    def all_levels(self, term: str) -> list[str]:
        """Give the levels of a term, with the reference that no table lists."""
        return self.levels[term] + [REFERENCE] * (term not in NO_REFERENCE)

    def _persons(self, leaf: Leaf, base: str, who: str) -> None:
        programme = self.programme
        for row in leaf.table(base, "need_by_municipality"):
            programme.count(row["citizens"], who, "municipality", row["municipality_code"])
        for row in leaf.table(base, "maximum_capacities_by_council"):
            programme.count(row["citizens"], who, "council", row["council_id"])
        for row in leaf.table(base, "minimum_patients_by_clinic"):
            programme.count(row["patients"], who, "clinic", row["ydernummer"], low=row["status"] != "no_patients")
        programme.unknown(who, "clinic", NO_CLINIC)
        programme.unknown(who, SAMPLE, "")

    def _noticed(self, rows: Sequence[Row], who: str) -> None:
        known = {row["reason"]: float(row["rows"]) for row in rows if row["what"] == "noticed" and row["rows"]}
        programme = self.programme
        for key, reason in (
            ((who, "clinic", NO_CLINIC), "citizens_without_clinic"),
            ((who, SAMPLE, ""), "sample_citizens"),
        ):
            if reason in known:
                programme.unknown(*key, low=known[reason], high=known[reason])
        programme.unknown(who, "nation", "", low=known.get("citizens", 0), high=known.get("citizens", inf))
        self.nobody_clamped = known.get("citizens_predicted_below_zero") == 0
        self.strangers = known.get("patients_of_unregistered_clinics")

    def _traits(self, leaf: Leaf, base: str, who: str) -> None:
        """Take over the counts; a part of weighted citizens tells how many in the nation have the level."""
        weight = {
            (row["term"], row["level"]): float(row["weight"] or 0) for row in leaf.table(base, "weights_by_trait")
        }
        rows = leaf.table(base, "citizens_by_trait")
        told = {(row["area_kind"], row["code"], row["term"]) for row in rows if row["citizens"] != ""}
        for row in rows:
            beside = (row["area_kind"], row["code"], row["term"]) in told
            least = float(leaf.first and leaf.zero_shown and beside and row["area_kind"] != "council")
            self.programme.count(
                row["citizens"], who, row["area_kind"], row["code"], row["term"], row["level"], low=least
            )
            slope = weight.get((row["term"], row["level"]), 0.0)
            if row["weighted_part"] and slope:
                self._nation_by_part(row, slope, who)

    def _nation_by_part(self, row: Row, slope: float, who: str) -> None:
        persons = self.programme.bounds[self.programme.at[who, row["area_kind"], row["code"]]]
        nation = self.programme.bounds[self.programme.at[who, "nation", ""]]
        if persons[0] != persons[1] or nation[0] != nation[1] or not persons[0]:
            return
        beyond = float(row["weighted_part"]) / slope
        share = (float(row["citizens"]) - beyond) / persons[0]
        blur = 1e-9 * (1 + abs(beyond)) / abs(slope) / persons[0]  # part and weight have nine decimals
        ends = (ceil((share - blur) * nation[0] - NEARLY), floor((share + blur) * nation[0] + NEARLY))
        self.programme.unknown(who, "nation", "", row["term"], row["level"], low=ends[0], high=ends[1])

    def _areas(self, who: str, kind: str) -> list[str]:
        return [key[2] for key in self.programme.at if key[:2] == (who, kind) and len(key) == 3]

    def _references(self, who: str) -> None:
        """Say that the levels of each term add up to the citizens, everywhere."""
        for kind in ("municipality", "council", "clinic", "nation", SAMPLE):
            for code in self._areas(who, kind):
                persons = self.programme.at[who, kind, code]
                for term in self.levels:
                    if kind != SAMPLE or term != CLAMP:
                        parts = [
                            self.programme.unknown(who, kind, code, term, level) for level in self.all_levels(term)
                        ]
                        self.programme.total(f"levels of {term} in {kind} {code}", parts, persons)
                        self._workers(who, kind, code, term, parts)

    def _workers(self, who: str, kind: str, code: str, term: str, parts: Sequence[int]) -> None:
        """Say that whoever is outside the labour market is of an age to work."""
        if term == "labour_market" and self.known.working_ages:
            ages = [self.programme.unknown(who, kind, code, "age_sex", level) for level in self.known.working_ages]
            outside = [(1.0, at) for at in parts[:-1]]
            self.programme.row(f"ages of {kind} {code}", [*outside, *((-1.0, at) for at in ages)], -inf, 0.0)

    def _cells(self) -> Iterator[tuple[str, ...]]:
        yield ()
        for term in self.levels:
            yield from ((term, level) for level in self.all_levels(term))

    def _sums_of_areas(self, leaf: Leaf, base: str, who: str) -> None:
        """Say that councils, and the nation in two ways, are the sums of their areas."""
        programme, homes = self.programme, defaultdict(list)
        for row in leaf.table(base, "need_by_municipality"):
            homes[row["council_id"]].append(row["municipality_code"])
        for cell in self._cells():
            for council, inside in homes.items():
                parts = [programme.unknown(who, "municipality", code, *cell) for code in inside]
                programme.total(f"{council} {cell}", parts, programme.unknown(who, "council", council, *cell))
            for kind in ("municipality", "clinic"):
                parts = [programme.unknown(who, kind, code, *cell) for code in self._areas(who, kind)]
                programme.total(f"nation by {kind} {cell}", parts, programme.unknown(who, "nation", "", *cell))

    def _flows(self, leaf: Leaf, base: str, who: str) -> None:
        """Say that flows add up to those who live in a council, and to the patients of its clinics."""
        programme = self.programme
        rows, columns = defaultdict(list), defaultdict(list)
        for row in leaf.table(base, "flows_between_councils"):
            home, clinic = row["residence_council_id"], row["clinic_council_id"]
            at = programme.count(row["citizens"], who, "flow", home, clinic)
            rows[home].append(at)
            columns[clinic].append(at)
        if not rows:
            return
        patients = defaultdict(list)
        patients[OUTSIDE].append(programme.at[who, "clinic", NO_CLINIC])
        for row in leaf.table(base, "minimum_patients_by_clinic"):
            patients[row["council_id"]].append(programme.at[who, "clinic", row["ydernummer"]])
        for home in self._areas(who, "council"):
            programme.total(f"flows from {home}", rows[home], programme.at[who, "council", home])
        for council in {*columns, *patients}:
            both = [*((1.0, at) for at in columns[council]), *((-1.0, at) for at in patients[council])]
            programme.row(f"flows to {council}", both, 0.0, 0.0)
        if self.strangers is not None:
            some = [(1.0, at) for at in patients[OUTSIDE][1:]]
            programme.row("unregistered", some, self.strangers, self.strangers)

    def _sample(self, leaf: Leaf, base: str, who: str) -> None:
        """Say that the sample is part of the patients of the clinics that may be in it."""
        programme = self.programme
        for row in leaf.table(base, "weights_by_trait"):
            programme.count(row["citizens"], who, SAMPLE, "", row["term"], row["level"])
        clinics = [
            row["ydernummer"]
            for row in leaf.table(base, "minimum_patients_by_clinic")
            if row["clinic_type"] not in NOT_IN_SAMPLE and row["status"] != "unregistered"
        ]
        for cell in self._cells():
            if cell[:1] != (CLAMP,):
                patients = [(-1.0, programme.unknown(who, "clinic", code, *cell)) for code in clinics]
                own = programme.unknown(who, SAMPLE, "", *cell)
                programme.row(f"sample {cell}", [(1.0, own), *patients], -inf, 0.0)


class Weighing:
    """What the weighted citizens of one RUN tell: raw sums of weights times one unknown unit."""

    def __init__(self, attack: Attack, leaf: Leaf, folder: str, who: str):
        self.attack, self.leaf, self.folder, self.who = attack, leaf, folder, who
        self.programme = attack.programme
        self.unit = self.programme.unknown(who, "unit", folder, low=0.01, high=100.0)
        rows = leaf.table(folder, "weights_by_trait")
        self.weights = {(row["term"], row["level"]): float(row["weight"] or "nan") for row in rows}
        self.factors = attack.known.factors_in(folder)

    def add(self) -> None:
        """Add what the folder tells of municipalities, councils, clinics and the nation."""
        if not self.attack.nobody_clamped or any(np.isnan(weight) for weight in self.weights.values()):
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
