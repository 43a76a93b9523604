"""Which scenarios are meant: some or all packaged variants, files, several together, and grids."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.model.scenario import Case, Scenario, load_scenario, packaged_scenarios
from fordel_dask.model.together import AND, combined, grid


def chosen_scenarios(
    only: Sequence[str] = (), files: Sequence[str] = (), grids: Sequence[str] = ()
) -> tuple[Scenario, ...]:
    """Give the scenarios that are asked for; all packaged ones if nothing is.

    ``only`` are names such as ``V31``, ``V31.double`` or ``V31.none+V17``, ``files`` scenario files, ``grids`` texts
    such as ``life_expectancy.exponent=0,0.5,1,2``. Scenarios that cannot run are among them: they say why.

    Raises
    ------
    ModelError
        A name, file or grid is not understood, or two models have one name: everything that is wrong, at once.
    """
    faults, none = Faults(), tuple[Scenario, ...]()
    found = [*packaged_scenarios()] if not (only or files or grids) else []
    for name in (*only, *files):
        found += faults.note(partial(_named, name.strip()), none)
    found += [_alone(case) for case in faults.note(partial(grid, grids), ())] if grids else []
    names = [case.name for scenario in found for case in scenario.cases]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(ModelError(f"Two models are called '{name}'. Name one of them once, or give one file another id."))
    faults.refuse()
    return tuple(found)


def _named(name: str) -> tuple[Scenario, ...]:
    if AND in name and not Path(name).is_file():
        return (_alone(combined([part.strip() for part in name.split(AND)])),)
    return (load_scenario(name),)


def _alone(case: Case) -> Scenario:
    """Give the scenario that has only this case."""
    return Scenario(case.name, case.title, case.title_da, needs=case.needs, cases=(case,))
