"""Room 2: conditions that dispensed medicine shows, and how they meet with the diagnosed ones."""

from collections import Counter
from datetime import date, timedelta

from fordel_dask import law

from .model import COVERAGE, ReferenceError
from .registers import Registers

Found = dict[str, set[tuple[str, str]]]  # person -> pairs of kind and id of conditions


def with_medicine(diagnosed: Found, registers: Registers) -> Found:
    """Give each person's conditions, each by its own logic: diagnosis, medicine, either or both.

    A condition that the Danish multimorbidity index does not list is shown by its diagnosis.
    """
    medicated = conditions_by_medicine(registers)
    judge = {
        "DX": lambda diagnosis, medicine: diagnosis,
        "RX": lambda diagnosis, medicine: medicine,
        "OR": lambda diagnosis, medicine: diagnosis or medicine,
        "AND": lambda diagnosis, medicine: diagnosis and medicine,
    }
    listed = {row["condition_id"] for row in law.rows("codes/multimorbidity")}
    found: Found = {pnr: {pair for pair in own if pair[1] not in listed} for pnr, own in diagnosed.items()}
    for row in law.rows("codes/multimorbidity"):
        condition = (row["type"], row["condition_id"])
        for pnr in set(diagnosed) | set(medicated):
            arms = condition in diagnosed.get(pnr, ()), condition in medicated.get(pnr, ())
            if judge[row["logic"]](*arms):
                found.setdefault(pnr, set()).add(condition)
    return found


def conditions_by_medicine(registers: Registers) -> Found:
    """Give the conditions whose medicine was dispensed often enough in the days before the status date."""
    if registers.prescriptions is None:
        raise ReferenceError(COVERAGE, "prescriptions were not delivered")
    found: Found = {}
    for row in law.rows("codes/multimorbidity"):
        if row["atc_prefixes"]:
            times = dispensings(registers, row["atc_prefixes"].split(), int(row["rx_window_days"]))
            for pnr, number in times.items():
                if number >= int(row["min_prescriptions"]):
                    found.setdefault(pnr, set()).add((row["type"], row["condition_id"]))
    return found


def dispensings(registers: Registers, prefixes: list[str], window: int) -> Counter[str]:
    """Count each person's dispensings within the window less the returns within it.

    Rows are counted, not packages; a row of no package is neither.
    """
    first = (date.fromisoformat(registers.status_date) - timedelta(days=window)).isoformat()
    rows = registers.prescriptions
    times: Counter[str] = Counter()
    for pnr, atc, day, packages in zip(rows["pnr"], rows["atc"], rows["day"], rows["packages"], strict=True):
        if first <= day < registers.status_date and any(atc.startswith(prefix) for prefix in prefixes):
            times[pnr] += 1 if packages >= 1 else -1 if packages <= -1 else 0
    return times
