"""Rows of the tables of a release: what is shown of areas and clinics, all of it computed from what is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from fordel_dask.disclosure import KEPT_BACK, Rules, is_few, told
from fordel_dask.law.capacities import need_of, with_floor
from fordel_dask.law.rounding import decimals, half_up, half_up_to_step, scaled
from fordel_dask.printing import EMPTY, Row, count
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.protected import CLINICS, MUNICIPALITIES, Told
from fordel_dask.releasing.weighing import ROUNDED_BY, UNROUNDED
from fordel_dask.schema.results import ResultTable

THOUSANDTH = 1000
NEED_PLACES = 3
"""Decimals of needs: a thousandth of a capacity is less than two citizens."""
WHOLE_NUMBERS = ("minimum_per_capacity", "minimum_patients")


def printed(table: ResultTable, values: Mapping[str, str], kept_back: Sequence[str] = ()) -> Row:
    """Give a row in the order of its table, without what is kept back."""
    named = {**values, **dict.fromkeys(kept_back, EMPTY), "kept_back": " ".join(kept_back)}
    return tuple(named[column.name] for column in table.columns)


def rounded_count(persons: int, rules: Rules) -> str:
    """Print a count as a release tells it."""
    return count(half_up_to_step(Fraction(persons), rules.round_to))


def estimate(value: Fraction | None, places: int = 6) -> str:
    """Print a number with so many decimals, half to even; nothing for none."""
    return EMPTY if value is None else decimals(scaled(value, 10**places), places)


@dataclass(frozen=True)
class Sum:
    """A sum of weights as it is told: the multiple of its step, none where it is kept back."""

    value: int | None
    step: int

    @classmethod
    def of(cls, exact: str, step: int) -> "Sum":
        """Tell an exact sum."""
        return cls(None if step == KEPT_BACK or not exact else told(float(exact), step), step)

    def over(self, persons: str) -> Fraction | None:
        """Give the mean weight of so many persons; none where either is not told."""
        return Fraction(self.value, int(persons)) if self.value is not None and persons not in ("", "0") else None


@dataclass(frozen=True)
class Areas:
    """Councils, municipalities and clinics of a RUN as a release tells them."""

    of: Told

    @property
    def rules(self) -> Rules:
        """The rules of disclosure control."""
        return self.of.base.rules

    @property
    def norm(self) -> int:
        """Citizens per capacity."""
        return int(self.of.counted.parameters["capacity.citizens_per_capacity"])

    @cached_property
    def withheld(self) -> dict[str, set[str]]:
        """By block (and ``councils``), the rows of which no number of persons is told."""
        found = {}
        for name, pattern in self.of.base.patterns.items():
            found[name] = {row for row, gone in zip(pattern.block.rows, pattern.withheld, strict=True) if gone}
        homes = self.of.base.patterns[MUNICIPALITIES]
        found["councils"] = {row for row, gone in zip(homes.block.groups, homes.withheld_groups, strict=True) if gone}
        return found

    def persons(self, block: str, code: str, exact: str) -> str:
        """Print a number of persons; nothing where it is not told, or (of expected ones) too small."""
        number = half_up(*Fraction(exact).as_integer_ratio())
        is_told = self.of.groups_alike and code not in self.withheld[block] and not is_few(number, self.rules)
        return rounded_count(number, self.rules) if is_told else EMPTY

    def is_told(self, block: str, code: str, exact: str) -> bool:
        """Tell whether numbers may be told that follow from the persons of a row."""
        return code not in self.withheld[block] and not is_few(int(exact), self.rules)

    def sum_of(self, block: str, code: str, exact: str) -> Sum:
        """Tell a sum of weights."""
        return Sum.of(exact, self.of.steps[block].get(code, 1))

    @cached_property
    def municipal_sums(self) -> dict[str, Sum]:
        """Weighted citizens of each municipality, as told."""
        rows = self.of.counted.tables["municipalities"]
        return {
            row["municipality_code"]: self.sum_of(MUNICIPALITIES, row["municipality_code"], row["weighted_citizens"])
            for row in rows
        }

    def need(self, weighted: Sum) -> Fraction | None:
        """Give need as it follows from what is told."""
        return None if weighted.value is None else need_of(Fraction(weighted.value), self.norm)

    def told_need(self, kind: str, code: str) -> Fraction | None:
        """Give a municipality's need, or a council's with the floor, as it follows from what is told."""
        if kind == "municipality":
            return self.need(self.municipal_sums[code])
        row = next(row for row in self.of.counted.tables["councils"] if row["council_id"] == code)
        return self.need_before_rounding(row, self.need(self.sum_of("councils", code, row["weighted_citizens"])))

    def floor_addition(self, council: str) -> Fraction | None:
        """Give what the floor adds in a council, as it follows from what is told of its municipalities."""
        if self.of.counted.parameters["capacity.floor_level"] == "council":
            return None
        total = Fraction(0)
        for row in self.of.counted.tables["municipalities"]:
            if row["council_id"] == council:
                need, floor = self.need(self.municipal_sums[row["municipality_code"]]), Fraction(row["floor"])
                if need is None:
                    return None
                total += with_floor(need, floor) - need
        return total

    @property
    def is_unrounded(self) -> bool:
        """Whether a council's number is its need with the floor, as it is."""
        return bool(self.of.counted.parameters["capacity.rounding"] == UNROUNDED)

    def need_before_rounding(self, row: TextRow, need: Fraction | None) -> Fraction | None:
        """Give need with the floor, on the side of a whole number where the exact one lies (R3)."""
        addition = self.floor_addition(row["council_id"])
        if need is None or addition is None:
            return None
        if self.is_unrounded:
            return need + addition
        below, above = (Fraction(side) for side in ROUNDED_BY[self.of.counted.parameters["capacity.rounding"]])
        whole, thousandth = Fraction(row["maximum_capacities"]), Fraction(1, THOUSANDTH)
        least = whole - below + (thousandth if below == 1 else 0)
        most = whole + above - (thousandth if above else 0)
        return min(max(Fraction(scaled(need + addition, THOUSANDTH), THOUSANDTH), least), most)


def council_rows(areas: Areas, table: ResultTable) -> Iterator[Row]:
    """Give what is told of health councils: their numbers always, but where another model's would tell too much."""
    for row in areas.of.counted.tables["councils"]:
        code = row["council_id"]
        weighted = areas.sum_of("councils", code, row["weighted_citizens"])
        need = areas.need(weighted)
        values = {
            **{name: row[name] for name in ("council_id", "council", "region", "existing_capacities")},
            "citizens": areas.persons("councils", code, row["citizens"]),
            "projected_citizens": areas.persons("councils", code, row["projected_citizens"]),
            "weighted_citizens": count(weighted.value),
            "weighted_step": count(weighted.step),
            "need": estimate(need, NEED_PLACES),
            "floor_addition": estimate(areas.floor_addition(code), NEED_PLACES),
            "need_before_rounding": estimate(areas.need_before_rounding(row, need), NEED_PLACES),
            "maximum_capacities": row["maximum_capacities"],
        }
        values["mean_weight"] = estimate(weighted.over(values["projected_citizens"]))
        if areas.is_unrounded:
            values["maximum_capacities"] = values["need_before_rounding"]
        unseen = [] if areas.of.whole_numbers_stay["councils"].get(code, True) else ["maximum_capacities"]
        if unseen:
            unseen.append("need_before_rounding")
        yield printed(table, values, [*_empty(values, row), *unseen])


def municipality_rows(areas: Areas, table: ResultTable) -> Iterator[Row]:
    """Give what is told of municipalities."""
    for row in areas.of.counted.tables["municipalities"]:
        code = row["municipality_code"]
        weighted = areas.municipal_sums[code]
        values = {
            **{name: row[name] for name in ("municipality_code", "municipality", "council_id", "area_km2")},
            "citizens": areas.persons(MUNICIPALITIES, code, row["citizens"]),
            "projected_citizens": areas.persons(MUNICIPALITIES, code, row["projected_citizens"]),
            "weighted_citizens": count(weighted.value),
            "weighted_step": count(weighted.step),
            "need": estimate(areas.need(weighted), NEED_PLACES),
            "floor": estimate(Fraction(row["floor"]), NEED_PLACES),
            "patients_per_capacity_rounded": row["patients_per_capacity_rounded"],
        }
        mean = weighted.over(values["projected_citizens"])
        values["mean_weight"] = estimate(mean)
        values["patients_per_capacity"] = count(half_up(*(areas.norm / mean).as_integer_ratio()) if mean else None)
        stays = areas.of.whole_numbers_stay[MUNICIPALITIES].get(code, True)
        is_told = stays and areas.is_told(MUNICIPALITIES, code, row["citizens"])
        unseen = [] if is_told else ["patients_per_capacity_rounded"]
        yield printed(table, values, [*_empty(values, row), *unseen])


def clinic_rows(areas: Areas, table: ResultTable) -> Iterator[Row]:
    """Give what is told of clinics."""
    for row in areas.of.counted.tables["clinics"]:
        code = row["ydernummer"]
        weighted = areas.sum_of(CLINICS, code, row["weighted_patients"])
        values = {
            **{name: row[name] for name in ("ydernummer", "clinic_type", "municipality_code", "council_id")},
            **{name: row[name] for name in ("capacities", "status", "note", *WHOLE_NUMBERS)},
            "patients": areas.persons(CLINICS, code, row["patients"]),
            "weighted_patients": count(weighted.value),
            "weighted_step": count(weighted.step),
        }
        values["mean_weight"] = estimate(weighted.over(values["patients"]))
        yield printed(table, values, [*_empty(values, row), *unseen_numbers(areas, row)])


def unseen_numbers(areas: Areas, clinic: TextRow) -> list[str]:
    """Give which of a clinic's whole numbers are not told."""
    if not clinic["minimum_per_capacity"]:
        return []
    stays = areas.of.whole_numbers_stay[CLINICS].get(clinic["ydernummer"], True)
    if not stays or not areas.is_told(CLINICS, clinic["ydernummer"], clinic["patients"]):
        return [*WHOLE_NUMBERS]
    # near enough to the present limit (V45), a number follows the exact figure, not the rounded one
    return ["minimum_patients"] if areas.of.counted.parameters["clinics.tolerance_patients"] else []


def _empty(values: Mapping[str, str], row: TextRow) -> list[str]:
    """Give the columns that have a value in the RUN, or follow from one, and are not told."""
    return [name for name, value in values.items() if value == EMPTY and row.get(name, EMPTY) != EMPTY]
