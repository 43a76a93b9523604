"""``fordel scenarios STORE``: variants run beside the base, and values searched at which a number changes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import place_of, say
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.working_place import working_place
from fordel_dask.errors import UsageError
from fordel_dask.law.rounding import shortest

if TYPE_CHECKING:
    from fordel_dask.model import Model
    from fordel_dask.model.scenario import Scenario
    from fordel_dask.scenarios.comparison import CaseEffects
    from fordel_dask.scenarios.figures import NotRun
    from fordel_dask.scenarios.running import Bench
    from fordel_dask.scenarios.searching import Step, Target

SMALLEST_STEP = Fraction(1, 1000)


@contextmanager
def bench_of(store: Path, models: Sequence["Model"], options: Mapping[str, Any]) -> Iterator["Bench"]:
    """Open a store with the base worked out on it, wherever work is to be done."""
    from fordel_dask import pipeline
    from fordel_dask.facts import hold_facts
    from fordel_dask.model.scenario import national
    from fordel_dask.planning.disk import require_space_of_facts
    from fordel_dask.scenarios.running import Bench, widest_model
    from fordel_dask.store import check_files, open_store, same_store

    place = store.absolute()
    opened, base = check_files(open_store(place)), national()
    widest = {one.consumption.specialities: widest_model(opened, one, models) for one in (base, *models)}
    progress = ProgressLines(options["quiet"] or options["as_json"])
    with ExitStack() as held, same_store(opened):
        for one in widest.values():  # facts of other specialities are another set: none may be tidied away meanwhile
            require_space_of_facts(opened, one, False)
            held.enter_context(hold_facts(opened, pipeline.fact_rules(opened, one)))
        with working_place(place_of(options), place / "manifest.json") as executor:
            yield Bench(opened, base, models, executor, progress)


def run_scenarios(store: Path, options: Mapping[str, Any]) -> None:
    """Run the cases that were asked for, and show and write who would win and lose."""
    from fordel_dask.model.choosing import chosen_scenarios
    from fordel_dask.result_place import check_place
    from fordel_dask.scenarios.asked import asked_of
    from fordel_dask.scenarios.compared import Compared
    from fordel_dask.scenarios.comparison import compare_cases
    from fordel_dask.scenarios.places import places_of
    from fordel_dask.scenarios.summary import summary_lines, summary_of
    from fordel_dask.scenarios.writing import KIND, Inputs, write_scenarios

    out: Path | None = options["out"]
    chosen = chosen_scenarios(options["only"], options["files"], options["grids"])
    cases = [case for one in chosen for case in one.cases]
    if out is not None:
        check_place(out, (store,), KIND)
    intervals, seal = _intervals(options["intervals"], store)
    with bench_of(store, [case.model for case in cases], options) as bench:
        places = places_of(bench.nation, bench.tenths)
        found = bench.run(
            [(case.name, case.model) for case in cases],
            lambda base, case: compare_cases(base, case, places, intervals),
        )
        compared = Compared(bench.base, places, intervals, in_order(chosen, found.cases), asked_of(chosen))
        total, identity = bench.passes, bench.store.identity
    if out is not None:
        from fordel_dask.report.scenarios_page import scenarios_page

        page = scenarios_page(compared, options["lang"])
        write_scenarios(compared, page, out, Inputs(store, identity, seal), options["excel"])
    lines = [*summary_lines(compared), "", f"Citizens were gone over {total:,} times for {len(found.cases):,} cases."]
    if out is not None:
        lines += [f"In {out}: index.html, variants.csv, council_effects.csv, clinic_effects.csv, and others."]
    content = {**summary_of(compared), "passes": total, "out": None if out is None else str(out)}
    say(options["as_json"], content, "\n".join(lines))
    named = options["only"] or options["files"] or options["grids"]
    if named and not compared.run:
        click.get_current_context().exit(min(one.exit_code for one in compared.not_run))


def in_order(chosen: Sequence["Scenario"], found: Sequence["CaseEffects | NotRun"]) -> list["CaseEffects | NotRun"]:
    """Put what was found of all cases, and scenarios without any, in the order in which they were asked for."""
    from fordel_dask.scenarios.figures import NotRun

    of_cases = iter(found)
    ordered: list[CaseEffects | NotRun] = []
    for one in chosen:
        ordered += [next(of_cases) for _ in one.cases] or [NotRun(one.identity, one.missing)]
    return ordered


def _intervals(run: Path | None, store: Path) -> tuple[dict[tuple[str, str, str], tuple[Fraction, Fraction]], str]:
    """Give the intervals of the base's RUN by figure, and its seal; none without a RUN.

    Raises
    ------
    UsageError
        The RUN is of another store, or of another model than the base.
    """
    from fordel_dask.model.scenario import national
    from fordel_dask.rundir import read_run_manifest, read_table
    from fordel_dask.scenarios.change import intervals_in
    from fordel_dask.seals import seal_of
    from fordel_dask.store import open_store

    if run is None:
        return {}, ""
    manifest = read_run_manifest(run)
    if manifest["store"]["identity"] != open_store(store.absolute()).identity:
        raise UsageError(f"{run.name} was made on another store than {store.name}. Give the RUN of this one.")
    if manifest["model"]["hash"] != national().hash:
        raise UsageError(f"{run.name} is a run of the model '{manifest['model']['name']}', and not of the base.")
    return intervals_in(read_table(run, "intervals", manifest)), seal_of(manifest)


def search_values(store: Path, options: Mapping[str, Any]) -> None:
    """Say on which values of a parameter the numbers of councils and clinics are what."""
    from fordel_dask.model.together import grid
    from fordel_dask.scenarios.searching import numbers_of, search

    targets = [_target(text) for text in options["targets"]]
    if not targets:
        raise UsageError("--search needs --for council:ID or --for clinic:YDERNUMMER: whose number is looked at.")
    key, low, high, unit = _range(options["search"])
    with bench_of(store, (), options) as bench:
        base, tried = numbers_of(bench.base, targets), 0
        unknown = [f"{one.kind} {one.code}" for one in targets if not _is_known(one, bench)]
        if unknown:
            raise UsageError(f"--for: the store has no {', '.join(unknown)}.")

        grid([f"{key}={shortest(low)},{shortest(high)}"])  # ends that cannot be are told before anything is run

        def run_at(values: Sequence[Fraction]) -> list[Any]:
            nonlocal tried
            tried += len(values)
            cases = grid([f"{key}={','.join(map(shortest, values))}"])
            found = bench.run([(case.name, case.model) for case in cases], lambda _, case: numbers_of(case, targets))
            refused = [one for one in found.cases if not isinstance(one, dict)]
            if refused:
                raise UsageError(f"--search: {getattr(refused[0], 'why', '')}")
            return list(found.cases)

        steps = search(low, high, unit, targets, run_at)
        total = bench.passes
    content = {
        "parameter": key,
        "base": _numbers(base),
        "steps": [_step_content(one) for one in steps],
        "values_tried": tried,
        "passes": total,
    }
    say(options["as_json"], content, "\n".join(_search_lines(key, steps, base)))


def _is_known(target: "Target", bench: "Bench") -> bool:
    codes = {
        "council": {one.council_id for one in bench.base.councils},
        "clinic": {one.ydernummer for one in bench.base.clinics},
    }
    return target.code in codes[target.kind]


def _target(text: str) -> "Target":
    from fordel_dask.scenarios.searching import CLINIC, COUNCIL, Target

    kind, _, code = text.partition(":")
    if kind not in (COUNCIL, CLINIC) or not code:
        raise UsageError(f"--for '{text}': expected council:ID or clinic:YDERNUMMER.")
    return Target(kind, code.zfill(6) if kind == CLINIC else code)


def _range(text: str) -> tuple[str, Fraction, Fraction, Fraction]:
    """Give key, ends and unit of ``KEY=LOW,HIGH``: 1 for whole numbers, a thousandth for others."""
    from fordel_dask.law.parameters import parameters
    from fordel_dask.model.changes import full_key

    name, _, ends = text.partition("=")
    key = full_key(name.strip())
    default = parameters()[key].value
    try:
        low, high = (Fraction(Decimal(end.strip())) for end in ends.split(","))
    except (ValueError, ArithmeticError):
        raise UsageError(f"--search '{text}': expected {key}=LOW,HIGH, two numbers.") from None
    number = isinstance(default, int) and not isinstance(default, bool)
    if not number and not _is_decimal(default):
        raise UsageError(f"--search: {key} is no number, so nothing lies between its values. Use --grid.")
    if low >= high:
        raise UsageError(f"--search '{text}': the first number must be the smaller one.")
    return key, low, high, Fraction(1) if number else SMALLEST_STEP


def _is_decimal(default: object) -> bool:
    return isinstance(default, str) and default.replace(".", "", 1).isdigit()


def _numbers(found: Mapping[tuple[str, str], Fraction | None]) -> dict[str, float | None]:
    return {f"{kind}:{code}": None if number is None else float(number) for (kind, code), number in found.items()}


def _step_content(step: "Step") -> dict[str, Any]:
    return {
        "for": f"{step.target.kind}:{step.target.code}",
        "from": float(step.first),
        "to": float(step.last),
        "number": None if step.number is None else float(step.number),
    }


def _search_lines(key: str, steps: Sequence["Step"], base: Mapping[tuple[str, str], Fraction | None]) -> Iterator[str]:
    yield f"{key}: the values between which a number stays as it is (looked at from coarse to fine)."
    target = None
    for step in steps:
        own = base[step.target.kind, step.target.code]
        if step.target != target:
            target = step.target
            yield f"{target.kind} {target.code}, at present {_shown(own)}:"
        same = "   as at present" if step.number == own else ""
        yield f"  {shortest(step.first):>8} to {shortest(step.last):<8} {_shown(step.number):>8}{same}"


def _shown(number: Fraction | None) -> str:
    if number is None:
        return "none"
    return f"{int(number):,}" if number.denominator == 1 else f"{float(number):,.3f}"
