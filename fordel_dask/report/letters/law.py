"""What the law says of notices and complaints, as a letter tells it: by the day of the letter or of the decision."""

import datetime

from fordel_dask.cycle.decision import first_day_of_power
from fordel_dask.cycle.notice import earliest_raise
from fordel_dask.law.provisions import in_force, whole
from fordel_dask.report.wording import Wording

BODIES = {"region": "letter_body_region", "praksisklagenævn": "letter_body_board"}


def day_of_law(date: datetime.date | None, status_date: datetime.date) -> datetime.date:
    """Give the day whose law a letter tells: its own, or that of the count where it has none yet."""
    return max(date or status_date, first_day_of_power())


def notice_sentences(raising: str, date: datetime.date | None, day: datetime.date, words: Wording) -> list[str]:
    """Say when a decided number may apply; with days of the calendar where the letter has a ``date``.

    ``raising`` is the word for a higher one.
    """
    said = [words.say(raising, days=words.number(whole("notice.raise_days", day)))]
    earliest = earliest_raise(day, date, date)
    if date is not None and earliest is not None:
        said.append(words.say("letter_raise_day", day=words.date(date), earliest=words.date(earliest)))
    return [*said, lowering_sentence("letter_lower_at_once", "letter_lower_later", day, words)]


def lowering_sentence(at_once: str, later: str, day: datetime.date, words: Wording) -> str:
    """Say when a number that is not higher may apply: by one word with no notice, by another with some days."""
    days = whole("notice.lower_days", day)
    return words.say(later, days=words.number(days)) if days else words.say(at_once)


def complaint_sentence(day: datetime.date, words: Wording) -> str:
    """Say who hears complaints about decisions, and from when somebody else does if that is known."""
    now = in_force("complaint.body", day)
    if now.valid_until is None:
        return words.say("letter_complaint_now", body=_body(day, words))
    change = now.valid_until + datetime.timedelta(days=1)
    return words.say(
        "letter_complaint_changes",
        last=words.date(now.valid_until),
        body=_body(day, words),
        next=words.date(change),
        next_body=_body(change, words),
    )


def complaint_about(day: datetime.date, words: Wording) -> str:
    """Say who hears a complaint about a decision of a day."""
    return words.say("letter_complain", body=_body(day, words))


def _body(day: datetime.date, words: Wording) -> str:
    return words.say(BODIES[str(in_force("complaint.body", day).value)])
