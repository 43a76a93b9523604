"""All cases beside the base: what is printed, drawn and written of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fordel_dask.scenarios.asked import Asked, asked_for
from fordel_dask.scenarios.change import Intervals
from fordel_dask.scenarios.comparison import CaseEffects
from fordel_dask.scenarios.figures import CaseFigures, NotRun
from fordel_dask.scenarios.places import Places

RUN, UNCHANGED, NOT_RUN = "run", "unchanged", "not_run"


@dataclass(frozen=True)
class Compared:
    """The base, and each case in the order in which it was asked for; ``asked`` tells who asked, by case."""

    base: CaseFigures
    places: Places
    intervals: Intervals
    cases: Sequence[CaseEffects | NotRun]
    asked: Mapping[str, Asked]

    @property
    def run(self) -> list[CaseEffects]:
        """The cases that were run."""
        return [one for one in self.cases if isinstance(one, CaseEffects)]

    @property
    def not_run(self) -> list[NotRun]:
        """The cases that were not."""
        return [one for one in self.cases if isinstance(one, NotRun)]

    def asked_for(self, name: str) -> Asked:
        """Give what is told of a case besides figures."""
        return asked_for(name, self.asked)


def status_of(one: CaseEffects | NotRun) -> str:
    """Say whether a case was run, and whether it changes anything that is published."""
    if isinstance(one, NotRun):
        return NOT_RUN
    return UNCHANGED if one.why_unchanged else RUN
