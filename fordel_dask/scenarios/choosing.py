"""Which cases are run beside the base: packaged variants, files of one's own, several together, grids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from fordel_dask.errors import ModelError
from fordel_dask.gathering import every
from fordel_dask.model.scenario import Case, Scenario, load_case, load_scenario, packaged_scenarios
from fordel_dask.model.together import AND, combined, grid
from fordel_dask.scenarios.asked import Asked, asked_of
from fordel_dask.scenarios.figures import NotRun


@dataclass(frozen=True)
class Chosen:
    """Cases to run, scenarios that have no model to run (and why), and what is told of each by name."""

    cases: tuple[Case, ...]
    not_run: tuple[NotRun, ...]
    asked: dict[str, Asked]


def choose(only: Sequence[str], files: Sequence[str], grids: Sequence[str]) -> Chosen:
    """Give the cases of variants, cases or several together (``V31.none+V17``), of files, and of a grid.

    All packaged variants where nothing is named.

    Raises
    ------
    ModelError
        There is no such variant, or something is wrong with a file or grid: everything that is, at once.
    """
    if not (only or files or grids):
        return _chosen(packaged_scenarios(), ())
    named = every([partial(_named, name) for name in (*only, *files)])
    scenarios = [one for one in named if isinstance(one, Scenario)]
    alone = [one for one in named if isinstance(one, Case)]
    return _chosen(scenarios, (*alone, *(grid(grids) if grids else ())))


def _named(name: str) -> Scenario | Case:
    if AND in name:
        return combined([part.strip() for part in name.split(AND)])
    try:
        return load_scenario(name)
    except ModelError:
        if "." not in name:
            raise
        return load_case(name)


def _chosen(scenarios: Sequence[Scenario], alone: Sequence[Case]) -> Chosen:
    not_run = tuple(NotRun(one.identity, one.missing) for one in scenarios if not one.runs)
    return Chosen((*_cases(scenarios), *alone), not_run, asked_of(scenarios) | _titles(alone))


def _cases(scenarios: Sequence[Scenario]) -> Iterator[Case]:
    for one in scenarios:
        yield from one.cases


def _titles(cases: Sequence[Case]) -> dict[str, Asked]:
    return {case.name: Asked(case.name, title=case.title, title_da=case.title_da) for case in cases}
