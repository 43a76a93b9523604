"""Rows of the tables of a release that stand beside the numbers: how sure they are, planning areas, registers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from fordel_dask.disclosure import KEPT_BACK, Rules, finest, hidden_in_sum, is_few, row_shifts
from fordel_dask.printing import Row, count
from fordel_dask.releasing.counted import TextRow
from fordel_dask.releasing.protected import CLINICS, MUNICIPALITIES, SAMPLE, Told
from fordel_dask.releasing.telling import (
    NEED_PLACES,
    WHOLE_NUMBERS,
    Areas,
    Sum,
    estimate,
    printed,
    rounded_count,
    unseen_numbers,
)
from fordel_dask.schema.results import ResultTable

PLACES_OF_ENDS = 2
"""Decimals of the ends of an interval of need."""


def interval_rows(areas: Areas, table: ResultTable) -> Iterator[Row]:
    """Give intervals: of weights, of needs to a hundredth about what is told, of whole numbers."""
    kinds = {"council": "councils", "municipality": MUNICIPALITIES, "clinic": CLINICS}
    told_numbers = {
        clinic["ydernummer"]: set(WHOLE_NUMBERS) - set(unseen_numbers(areas, clinic))
        for clinic in areas.of.counted.tables["clinics"]
    }
    for row in areas.of.counted.tables["intervals"]:
        if row["kind"] in kinds:
            block = kinds[row["kind"]]
            if areas.of.steps[block].get(row["code"], 1) == KEPT_BACK:
                continue
            if row["kind"] == "clinic" and row["figure"] not in told_numbers.get(row["code"], ()):
                continue
        ends = {name: row[name] for name in ("low", "high")}
        if row["kind"] in ("council", "municipality") and row["figure"] in ("need", "need_before_rounding"):
            told = areas.told_need(row["kind"], row["code"])
            if told is None:
                continue
            ends = _about(told, row)
        yield printed(table, {**row, **ends})


def _about(told: Fraction, row: TextRow) -> dict[str, str]:
    """Give an interval about need as it is told: about the exact one, its middle would tell that."""
    half = Fraction(row["high"]) - Fraction(row["value"])
    ends = {"low": max(told - half, Fraction(0)), "high": told + half}
    return {name: estimate(end, PLACES_OF_ENDS) for name, end in ends.items()}


def plain_rows(rows: Sequence[TextRow], table: ResultTable) -> Iterator[Row]:
    """Give rows of which every column may be told."""
    for row in rows:
        yield printed(table, row)


def planning_area_rows(areas: Areas, table: ResultTable) -> Iterator[Row]:
    """Give planning areas, none of which tells more of its municipality than that does itself."""
    by_home: dict[str, list[TextRow]] = defaultdict(list)
    for row in areas.of.counted.tables["planning_areas"]:
        by_home[row["municipality_code"]].append(row)
    pattern = areas.of.base.patterns[MUNICIPALITIES]
    shifts = row_shifts(pattern, areas.of.figures[MUNICIPALITIES])
    position = {code: at for at, code in enumerate(pattern.block.rows)}
    for code, rows in by_home.items():
        step = areas.of.steps[MUNICIPALITIES][code]
        hidden = _hidden(rows, areas.rules, step == KEPT_BACK)
        shown = [row for row, gone in zip(rows, hidden, strict=True) if not gone]
        step = _common_step(shown, step, shifts[position[code]])
        for row, gone in zip(rows, hidden, strict=True):
            weighted = Sum.of(row["weighted_citizens"], KEPT_BACK if gone else step)
            values = {
                **row,
                "citizens": rounded_count(int(row["citizens"]), areas.rules),
                "weighted_citizens": count(weighted.value),
                "weighted_step": count(weighted.step),
                "need": estimate(areas.need(weighted), NEED_PLACES),
            }
            unseen = [name for name in ("weighted_citizens", "need") if weighted.value is None]
            yield printed(table, values, [*(["citizens"] if gone else []), *unseen])


def _hidden(rows: Sequence[TextRow], rules: Rules, whole: bool) -> list[bool]:
    """Tell which planning areas of a municipality are kept back: too few citizens, and others beside them."""
    persons = np.array([int(row["citizens"]) for row in rows], np.int64)
    return [bool(whole or mark) for mark in hidden_in_sum(persons, rules)]


def _common_step(rows: Sequence[TextRow], step: int, shifts: Sequence[float]) -> int:
    """Give a step at which, for each shift of the municipality's sum, some planning area would be told alike."""
    needed = step
    for shift in shifts:
        steps = [finest(float(row["weighted_citizens"]), [shift]) for row in rows]
        able = [one for one in steps if one != KEPT_BACK]
        if not able or needed == KEPT_BACK:
            return KEPT_BACK
        needed = max(needed, min(able))
    return needed


def register_rows(of: Told, table: ResultTable) -> Iterator[Row]:
    """Give what became of the rows of the registers; too few of a kind are kept back, with another beside them."""
    rules = of.base.rules
    for register, account in of.counted.manifest["accounting"].items():
        lines = list(_lines(account))
        marks = hidden_in_sum(np.array([number for _, _, number in lines], np.int64), rules)
        if register == POPULATION and _few_persons(of):
            marks[:] = True  # rows that are kept are the persons of what was noticed
        total = {"register": register, "what": "read", "reason": "", "rows": rounded_count(account["rows_in"], rules)}
        yield printed(table, total, ["rows"] if is_few(account["rows_in"], rules) or marks.all() else [])
        for (what, reason, number), gone in zip(lines, marks, strict=True):
            values = {"register": register, "what": what, "reason": reason, "rows": rounded_count(number, rules)}
            yield printed(table, values, ["rows"] if gone else [])
    yield from _noticed_rows(of, table)


def _lines(account: Mapping[str, object]) -> Iterator[tuple[str, str, int]]:
    yield "kept", "", int(str(account["kept"]))
    for what in ("dropped", "quarantined"):
        reasons = account[what]
        assert isinstance(reasons, dict)
        yield from ((what, reason, int(number)) for reason, number in sorted(reasons.items()))


POPULATION = "population"
NOTICED = (
    *("persons", "citizens", "persons_not_in_group_1", "sample_citizens", "sample_clinics", "citizens_without_clinic"),
    *("civil_status_blank_or_unknown", "fees_below_zero_set_to_zero", "citizens_predicted_below_zero"),
    *("service_rows_without_paid_fee", "service_rows_quarantined_for_lack_of_paid_fee"),
)
"""What may be told of what was noticed: numbers of the country that are no sums over areas of other tables."""


def _noticed_rows(of: Told, table: ResultTable) -> Iterator[Row]:
    """Give what was noticed of citizens, without what others of these numbers would tell together."""
    rules = of.base.rules
    together = {"persons", "persons_not_in_group_1"} if _few_persons(of) else set()
    hidden = together | _told_of_rows(of)
    for reason in NOTICED:
        number = int(of.counted.manifest["noticed"].get(reason, 0))
        values = {"register": "", "what": "noticed", "reason": reason, "rows": rounded_count(number, rules)}
        yield printed(table, values, ["rows"] if is_few(number, rules) or reason in hidden else [])


def _told_of_rows(of: Told) -> set[str]:
    """Give what was noticed of rows of which not even the number of persons is told."""
    patterns = of.base.patterns
    kept = (
        ("citizens_without_clinic", patterns[CLINICS].withheld[-1]),
        ("sample_citizens", patterns[SAMPLE].withheld[0]),
    )
    return {reason for reason, gone in kept if gone}


def _few_persons(of: Told) -> bool:
    """Tell whether too few persons are not counted, or too few rows of them were not kept."""
    account = of.counted.manifest["accounting"].get(POPULATION, {})
    beside = (number for what, _, number in _lines(account) if what != "kept") if account else ()
    numbers = (int(of.counted.manifest["noticed"]["persons_not_in_group_1"]), *beside)
    return any(is_few(number, of.base.rules) for number in numbers)
