"""When a minimum number of patients may take effect (R33, R34), and who hears a complaint about it (R44)."""

import datetime

from fordel_dask.law.provisions import in_force, whole

Day = datetime.date


def is_raise(number: int, before: int | None) -> bool:
    """Tell whether a number is higher than the one before it; where there was none, any number is."""
    return before is None or number > before


def earliest_raise(decided_on: Day, notice_decision: Day | None, notice_calculation: Day | None) -> Day | None:
    """Give the first day on which a higher number may hold: the period of R33 after the later of both notices.

    None while one of the notices is still to be given.

    Raises
    ------
    LawError
        No period of notice is in force on the day of the decision.
    """
    if notice_decision is None or notice_calculation is None:
        return None
    return max(notice_decision, notice_calculation) + _days("notice.raise_days", decided_on)


def earliest_lowering(decided_on: Day) -> Day:
    """Give the first day on which a number that is not higher may hold: that of its decision (R34).

    Raises
    ------
    LawError
        No provision is in force on the day of the decision.
    """
    return decided_on + _days("notice.lower_days", decided_on)


def earliest_if_told_on(day: Day, number: int, before: int | None) -> Day:
    """Give the first day on which a number may hold that is decided, and told with its calculation, on a day.

    Raises
    ------
    LawError
        No provision is in force on that day.
    """
    told_at_once = earliest_raise(day, day, day) if is_raise(number, before) else None
    return told_at_once or earliest_lowering(day)


def complaint_body(day: Day) -> str:
    """Give who hears a clinic's complaint about a decision of a day (R44).

    Raises
    ------
    LawError
        Nobody does on that day.
    """
    return str(in_force("complaint.body", day).value)


def _days(key: str, day: Day) -> datetime.timedelta:
    return datetime.timedelta(days=whole(key, day))
