"""Scenarios: files of changes to the model ``national-2025``, resolved into models that can be run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fordel_dask.errors import ModelError
from fordel_dask.gathering import Faults
from fordel_dask.model.changes import Changes, one_after_another, values_with
from fordel_dask.model.checks import contradictions
from fordel_dask.model.finding import NATIONAL, Source, find, packaged_ids, packaged_source
from fordel_dask.model.forms import nearest
from fordel_dask.model.model import Model, model_with
from fordel_dask.model.needs import needs_of
from fordel_dask.model.written import Written, pass_on, read_written


@dataclass(frozen=True)
class Case:
    """One model to run: ``changes`` are all that it makes to the national model, ``needs`` what it needs for that."""

    name: str
    title: str
    title_da: str
    changes: Changes
    model: Model
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """A scenario: who asked for it and what was answered, and its cases; none where it cannot run.

    A scenario without cases of its own has one, of its own name. ``missing`` says why one cannot run, ``shown_by``
    which command shows what was asked for.
    """

    identity: str
    title: str
    title_da: str
    who: str = ""
    who_da: str = ""
    memo: str = ""
    ministry: str = ""
    doc: str = ""
    doc_da: str = ""
    missing: str = ""
    missing_da: str = ""
    shown_by: str = ""
    needs: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it can be run."""
        return bool(self.cases)


def load_scenario(name_or_file: str) -> Scenario:
    """Give a packaged variant by its id, or the scenario of a file: with all its cases, or the one that is named.

    Raises
    ------
    ModelError
        There is none, or something is wrong with it: everything that is, at once.
    """
    source, wanted = find(name_or_file)
    scenario = _scenario(source)
    if not wanted:
        return scenario
    found = [case for case in scenario.cases if case.name == f"{scenario.identity}.{wanted}"]
    if not found:
        raise ModelError(_no_case(scenario, wanted))
    return replace(scenario, cases=tuple(found), needs=found[0].needs)


def _no_case(scenario: Scenario, wanted: str) -> str:
    own = [case.name.removeprefix(f"{scenario.identity}.") for case in scenario.cases if case.name != scenario.identity]
    if not own:
        return f"{scenario.identity} has no cases, so no case '{wanted}'. Name {scenario.identity} alone."
    return f"{scenario.identity} has no case '{wanted}'.{nearest(wanted, own)} Its cases are {', '.join(own)}."


def packaged_scenarios() -> tuple[Scenario, ...]:
    """Give all packaged variants, in the order of their ids."""
    return tuple(_scenario(packaged_source(identity)) for identity in packaged_ids())


def load_case(name_or_file: str) -> Case:
    """Give the one case of a packaged variant or file, or the one named after a point (``V31.double``).

    Raises
    ------
    ModelError
        There is none, it cannot run, or it has several cases and none is named.
    """
    scenario = load_scenario(name_or_file)
    if len(scenario.cases) == 1:
        return scenario.cases[0]
    if scenario.cases:
        names = ", ".join(case.name for case in scenario.cases)
        raise ModelError(f"{scenario.identity} has {len(scenario.cases)} cases. Name one of them: {names}.")
    show = f" It is shown by: {scenario.shown_by}" if scenario.shown_by else ""
    raise ModelError(f"{scenario.identity} cannot be run as a model: {scenario.missing}{show}")


def load_model(name_or_file: str = NATIONAL) -> Model:
    """Give the model of a name, of a packaged variant, or of a scenario file of changes to it.

    ``name_or_file`` may name several variants that are made together: ``V31.none+V17``. A scenario file is TOML:
    optional words on itself (``title``, ``who`` …), ``based_on``, and changes with dotted keys or tables
    (``consumption.chronic_care = "share"``). A last part that only one key has (``chronic_care``) is enough.

    Raises
    ------
    ModelError
        There is no such model, or something is wrong with it: everything that is, at once.
    """
    if name_or_file.strip().casefold() == NATIONAL:
        return national()
    if "+" in name_or_file and not Path(name_or_file).is_file():
        from fordel_dask.model.together import combined

        return combined([part.strip() for part in name_or_file.split("+")]).model
    return load_case(name_or_file).model


def national() -> Model:
    """Give the national model."""
    return model_with(NATIONAL, values_with({}, Faults()))


def case_of(name: str, titles: tuple[str, str], changes: Changes, faults: Faults, unread: frozenset[str]) -> Case:
    """Make the case that has these changes; what contradicts itself in it is noted."""
    model = model_with(name, values_with(changes, faults))
    for problem in contradictions(model, unread):
        faults.add(ModelError(problem))
    return Case(name, *titles, changes, model, needs_of(model))


def _scenario(source: Source) -> Scenario:
    faults = Faults()
    written = read_written(source, faults)
    base = _base_changes(written, (source.key,), faults)
    cases = tuple(_cases(written, base, faults)) if written.runs else ()
    faults.refuse()
    needs = (*written.needs, *(need for case in cases for need in case.needs))
    texts = {name: written.text(name) for name in ("title", "who", "doc", "missing")}
    danish = {f"{name}_da": written.text(f"{name}_da") or text for name, text in texts.items()}
    plain = {name: written.text(name) for name in ("memo", "ministry", "shown_by")}
    return Scenario(written.identity, needs=tuple(dict.fromkeys(needs)), cases=cases, **texts, **danish, **plain)


def _cases(written: Written, base: Changes, faults: Faults) -> Iterator[Case]:
    own, where = Faults(), written.source.name
    changes = one_after_another(base, written.changes, own)
    title, title_da = written.text("title"), written.text("title_da") or written.text("title")
    if not written.cases:
        yield case_of(written.identity, (title, title_da), changes, own, written.unread)
    pass_on(own, where, faults)
    wrong: dict[str, Faults] = {}
    for case in written.cases:
        own = wrong[case.name] = Faults()
        titles = (_put_after(title, case.title), _put_after(title_da, case.title_da or case.title))
        together, unread = one_after_another(changes, case.changes, own), written.unread | case.unread
        yield case_of(f"{written.identity}.{case.name}", titles, together, own, unread)
    _pass_on_of_cases(wrong, where, faults)


def _pass_on_of_cases(wrong: Mapping[str, Faults], where: str, faults: Faults) -> None:
    """Note what is wrong with cases: once, if it is so with every case."""
    told = [[str(error) for error in own.found] for own in wrong.values()]
    shared = [problem for problem in (told[0] if told else []) if all(problem in others for others in told)]
    for problem in shared:
        faults.add(ModelError(f"{where}: {problem}"))
    for name, problems in zip(wrong, told, strict=True):
        for problem in problems:
            if problem not in shared:
                faults.add(ModelError(f"{where}: case {name}: {problem}"))


def _put_after(title: str, case: str) -> str:
    return ": ".join(filter(None, (title, case)))


def _base_changes(written: Written, above: tuple[str, ...], faults: Faults) -> Changes:
    """Give the changes of what a scenario builds on, and of what that builds on; what is wrong there is noted."""
    if written.based_on.casefold() == NATIONAL:
        return {}
    where, own = written.source.name, Faults()
    source, wanted = own.note(partial(find, written.based_on, written.source.folder), (None, ""))
    if source and source.key in above:
        own.add(
            ModelError(f"it is based on itself, through based_on = '{written.based_on}'. Name another model there.")
        )
        source = None
    pass_on(own, where, faults)
    if source is None:
        return {}
    base, own = read_written(source, faults), Faults()
    changes = one_after_another(_base_changes(base, (*above, source.key), faults), base.changes, own)
    cases = {case.name: case for case in base.cases}
    if wanted in cases:
        changes = one_after_another(changes, cases[wanted].changes, own)
    pass_on(own, source.name, faults)
    if wanted not in cases and (wanted or cases or not base.runs):
        faults.add(ModelError(f"{where}: {_strange_base(written.based_on, base, list(cases))}"))
    return changes


def _strange_base(based_on: str, base: Written, cases: list[str]) -> str:
    if not base.runs:
        return f"it is based on '{based_on}', which cannot be run. Name another model there."
    known = f"its cases are {', '.join(cases)}" if cases else "it has no cases"
    return f"based_on = '{based_on}' names no case of {base.identity}: {known}."
