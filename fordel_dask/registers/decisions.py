"""The register of decisions that a region keeps: read, put in order, and held against the law."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from fordel_dask.cycle.decision import FAULTS, Complaint, Decision, faults_alone, first_day_of_power, settled
from fordel_dask.cycle.registered import Registered, register_faults
from fordel_dask.errors import DecisionError
from fordel_dask.extracts.arrays import NO_DAY, plain_text
from fordel_dask.extracts.columns import Wanted
from fordel_dask.extracts.declaration import Source
from fordel_dask.gathering import Faults
from fordel_dask.registers.canonical import clinic_code
from fordel_dask.registers.small_tables import EXPECTED_DAY, date_of, is_readable, read_small

REGISTER = "decisions"
DAYS = ("DECIDED_ON", "NOTICE_DECISION", "NOTICE_CALCULATION", "EFFECTIVE_FROM")
NEEDED = ("YDERNR", "NUMBER", *DAYS, "REASON")
PLANNING_YEAR = "PLANNING_YEAR"
WANTED = (
    *(Wanted(name, holds="day" if name in DAYS else "value") for name in NEEDED),
    Wanted(PLANNING_YEAR, optional=True),
)
MOST_NAMED = 5
MOST_DIGITS = 7
FIRST_ROW = 2
"""Where rows begin, as a spreadsheet counts them: the heading is row 1."""

NOTHING_REGISTERED: Mapping[str, Registered] = {}
ADVICE = {
    "unknown": "Correct YDERNR, or decide when the clinic stands in the register.",
    "before_power": "Regions decide from {first_day} on; correct DECIDED_ON.",
    "before_calculation": "Correct DECIDED_ON, or say in PLANNING_YEAR which calculation was used.",
    "before_law": "Correct PLANNING_YEAR, or leave it blank for the year of the decision.",
    "calculation_reversed": "Correct NOTICE_CALCULATION or PLANNING_YEAR.",
    "gone": "Correct YDERNR or DECIDED_ON, or complete the register of clinics.",
    "beyond_belief": "Correct NUMBER.",
    "notice_reversed": "Correct DECIDED_ON or NOTICE_DECISION.",
    "effect_reversed": "Correct DECIDED_ON or EFFECTIVE_FROM.",
    "no_notice": "Give both notices, or leave EFFECTIVE_FROM blank until they are given.",
    "too_early": "Correct EFFECTIVE_FROM, or leave it blank: then it is computed.",
    "same_day": "Take out all but one, or correct EFFECTIVE_FROM.",
}


def read_decisions(
    source: Source, limits: Mapping[str, int | None], registered: Mapping[str, Registered] = NOTHING_REGISTERED
) -> tuple[Decision, ...]:
    """Read the decisions by clinic, in the order in which one replaces another; blank days of effect are computed.

    ``limits`` has every clinic that is known, with its present limit of patients, none where it is not told;
    ``registered`` what the register of clinics has on them.

    Raises
    ------
    SchemaError
        A column is missing.
    DecisionError
        Decisions cannot be understood or are not lawful; all that is wrong is told.
    """
    faults = Faults()
    delivered = read_small(source, WANTED, frozenset())
    for text in _unreadable(delivered):
        faults.add(DecisionError(f"{REGISTER}: {text}"))
    rows = list(enumerate(delivered, FIRST_ROW))
    read = [_decision(row, at) for at, row in rows if _is_readable(row)]
    decisions, complaints = settled(read, limits)
    complaints += tuple(register_faults(read, registered))
    for at, row in rows:
        complaints += () if _is_readable(row) else tuple(_further_faults(row, at, limits, registered))
    for text in _unlawful(complaints):
        faults.add(DecisionError(f"{REGISTER}: {text}"))
    faults.refuse()
    return decisions


def _is_readable(row: Mapping[str, Any]) -> bool:
    has_bad_day = not all(is_readable(row[name]) for name in DAYS)
    is_whole = bool(row["YDERNR"]) and _positive(row["NUMBER"]) is not None
    return is_whole and _has_its_time(row) and not has_bad_day


def _further_faults(
    row: Mapping[str, Any], at: int, limits: Mapping[str, int | None], registered: Mapping[str, Registered]
) -> list[Complaint]:
    """Give what else cannot be in a row of which something cannot be read, as far as can be told."""
    if _has_its_time(row):
        half = _decision(row, at)
        found = [*faults_alone(half, limits), *register_faults([half], registered)]
        return [one for one in found if row["YDERNR"] or one.fault != "unknown"]
    clinic = clinic_code(row["YDERNR"])
    return [Complaint("unknown", f"row {at}, clinic {clinic}")] if row["YDERNR"] and clinic not in limits else []


def _has_its_time(row: Mapping[str, Any]) -> bool:
    return date_of(row["DECIDED_ON"]) is not None and _year(row) is not None


def _decision(row: Mapping[str, Any], at: int) -> Decision:
    """Give a row as a decision; what else of it cannot be read is left out, and told elsewhere."""
    decided_on, year = date_of(row["DECIDED_ON"]), _year(row)
    if decided_on is None or year is None:
        raise ValueError("a row without the day of the decision or its year")
    notice_decision, notice_calculation, effective_from = (date_of(row[name]) for name in DAYS[1:])
    return Decision(
        ydernummer=clinic_code(row["YDERNR"]),
        number=_positive(row["NUMBER"]) or 0,
        decided_on=decided_on,
        notice_decision=notice_decision,
        notice_calculation=notice_calculation,
        effective_from=effective_from,
        reason=row["REASON"],
        planning_year=year,
        row=at,
    )


def _unreadable(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell what of the rows cannot be read, each kind of fault with its rows."""
    found = {
        "without YDERNR. Give every decision its clinic.": [
            f"row {at}" for at, row in enumerate(rows, FIRST_ROW) if not row["YDERNR"]
        ],
        f"with a NUMBER that is no positive whole number of patients, of at most {MOST_DIGITS} digits. Correct it.": [
            f"row {at} with '{row['NUMBER']}'"
            for at, row in enumerate(rows, FIRST_ROW)
            if _positive(row["NUMBER"]) is None
        ],
        "without DECIDED_ON. Say when it was decided.": [
            f"row {at}" for at, row in enumerate(rows, FIRST_ROW) if row["DECIDED_ON"] == NO_DAY
        ],
        "with a PLANNING_YEAR that is no year, such as 2026. Correct it, or leave it blank.": [
            f"row {at} with '{row[PLANNING_YEAR]}'"
            for at, row in enumerate(rows, FIRST_ROW)
            if row.get(PLANNING_YEAR) and _year(row) is None
        ],
    }
    for name in DAYS:
        wrong = [f"row {at}" for at, row in enumerate(rows, FIRST_ROW) if not is_readable(row[name])]
        found[f"with {name} that is no date. Expected is {EXPECTED_DAY}."] = wrong
    return [_spoken(where, fault) for fault, where in found.items() if where]


def _unlawful(complaints: Sequence[Complaint]) -> list[str]:
    by_fault: dict[str, list[str]] = {}
    for complaint in complaints:
        by_fault.setdefault(complaint.fault, []).append(complaint.told)
    advice = {fault: text.format(first_day=first_day_of_power()) for fault, text in ADVICE.items()}
    return [_spoken(by_fault[fault], f"{FAULTS[fault]}. {advice[fault]}") for fault in FAULTS if fault in by_fault]


def _spoken(where: Sequence[str], fault: str) -> str:
    what, _, advice = fault.partition(". ")
    named = "; ".join(where[:MOST_NAMED]) + (f"; and {len(where) - MOST_NAMED:,} more" * (len(where) > MOST_NAMED))
    return f"{len(where):,} row{'s' * (len(where) > 1)} {what} ({named}). {advice}"


def _positive(text: str) -> int | None:
    plain = plain_text(text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS and int(plain) else None


def _year(row: Mapping[str, Any]) -> int | None:
    """Give the planning year of the calculation; none if it is unreadable.

    Where it is not told it is the year of the decision, or the one before it in which its calculation was told.
    """
    told = row.get(PLANNING_YEAR, "")
    if told:
        return (
            int(told)
            if told.isascii() and told.isdigit() and datetime.MINYEAR <= int(told) <= datetime.MAXYEAR
            else None
        )
    decided_on, shown = date_of(row["DECIDED_ON"]), date_of(row["NOTICE_CALCULATION"])
    if decided_on is None:
        return None
    return decided_on.year - (shown is not None and shown.year < decided_on.year)
