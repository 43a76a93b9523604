"""Somebody outside, with released folders and public knowledge alone, who works out what was kept back.

One linear programme holds all that is known: every shown count, every sum over areas and levels, flows, the sample,
weighted citizens as intervals of rounding, the whole numbers of the law, over all releases at hand. A count kept back
is recovered if only one whole number is left for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import ceil, floor, inf

from tests.lib.leaves import Known, Leaf, Row
from tests.lib.programme import NEARLY, Programme
from tests.lib.weighed_sums import Weighing

OUTSIDE, NO_CLINIC, SAMPLE = "", "(no clinic)", "sample"
REFERENCE = "(reference)"
NO_REFERENCE = ("age_sex",)
NOT_IN_SAMPLE = ("region", "tender")
CLAMP = "clamp"


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
        for folder in (base, *variants) if self.nobody_clamped else ():
            Weighing(self.programme, leaf, folder, who, self.known.factors_in(folder)).add()

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
