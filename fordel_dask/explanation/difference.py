"""What became of a number between two RUNs: part less part, a missing part counting 0."""

from dataclasses import dataclass

from fordel_dask.explanation.answer import Answer, answer_of
from fordel_dask.explanation.found import Found
from fordel_dask.explanation.ladder import Ladder, difference_of, ladder_of


@dataclass(frozen=True)
class Difference:
    """The same clinic or area in an earlier RUN, if it is listed there, and the steps from that number to this one.

    There are no steps where either RUN has no number.
    """

    earlier: Answer | None
    ladder: Ladder | None


def difference_between(answer: Answer, found: Found) -> Difference:
    """Hold an answer against the same clinic or area in an earlier RUN."""
    if answer.code not in found.rows[answer.kind]:
        return Difference(None, None)
    earlier = answer_of(found, answer.kind, answer.code)
    ours, theirs = ladder_of(answer), ladder_of(earlier)
    return Difference(earlier, difference_of(ours, theirs) if ours and theirs else None)
