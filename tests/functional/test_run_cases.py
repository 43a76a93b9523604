"""Many cases beside one base: each has the figures it has alone, and none keeps another from being run."""

import json
from dataclasses import replace

import pytest

from fordel_dask.cli.nation import write_nation as invent
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.graph.executor import Threads
from fordel_dask.model import load_model
from fordel_dask.model.model import model_with
from fordel_dask.model.scenario import packaged_scenarios
from fordel_dask.model.together import combined
from fordel_dask.pipeline import run_model
from fordel_dask.registers import ingest
from fordel_dask.scenarios.concluding import figures_of
from fordel_dask.scenarios.figures import NotRun
from fordel_dask.scenarios.running import Bench
from fordel_dask.store import open_store
from tests.lib.commands import done

SILENT = ProgressLines(quiet=True)
CASES = {case.name: case for scenario in packaged_scenarios() for case in scenario.cases}
SMALL_CLINICS = {"clinics.small_threshold": 40}  # of patients; clinics of this nation have some 75
UNCHANGED = {
    "V11": "No citizen above 67 has a benefit of those that count: the invented registers pay pensions then.",
    "V45.patients_25": "A present limit is 1,600 a capacity here; within 25 of it a number is rounded to it anyway.",
}
DIFFERENT = (  # in what they need to know of citizens: areas, clinics by cell, wide designs, lists of another day …
    *("V01.down", "V04", "V05.half", "V19.both", "V22", "V26.mixed_5000", "V29", "V39.imputed", "V39.share"),
    *("V41.uplift", "V41.well_covered", "V47", "V58.mid_year", "V59", "M15.nordic", "M19.tweedie", "M19.trees"),
    *("M19.within_clinics", "V02.left_out", "V34.half"),
)
FEW = ("V04", "V19.psychiatric", "V26.mixed_5000", "V41.well_covered", "V47", "M19.within_clinics", "V39.share")
REGISTERS = {
    "prescriptions": "prescriptions",
    "projection": "projection",
    "areas": "areas",
    "covariates": "covariates",
    "clinics": "clinic register",
}
NO_REFUSAL = {"clinics:MINIMUM", "clinics:ISLAND", "population:AREA", "areas:E", "areas:N"}
"""Needs that every invented nation meets, without which a case changes nothing, or that another need tells of."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The registers of a nation, and stores of them in one and in three partitions."""
    folder = tmp_path_factory.mktemp("cases")
    invent(folder / "registers", {"citizens": 5_000, "seed": 7, "extras": True}, Threads(1), SILENT)
    for partitions in (1, 3):
        ingest(folder / "registers", folder / f"store-{partitions}", Threads(1), partitions=partitions)
    return folder


@pytest.fixture(scope="module")
def store(folder):
    return open_store(folder / "store-3")


def silent(stage):
    return None


def of_small_clinics(model):
    return model_with(model.name, {**model.values(), **SMALL_CLINICS})


def bare(figures):
    """Give figures without how they were made."""
    return replace(figures, seconds=0.0, same_pass_as_base=False)


def run_cases(store, named, threads=1):
    """Run the base and cases, each a name and a model; gives the base's figures, and those of each case by name."""
    named = list(named)
    bench = Bench(store, load_model(), [model for _, model in named], Threads(threads), silent)
    found = bench.run(named, lambda base, figures: figures)
    return bench.base, dict(zip((name for name, _ in named), found.cases, strict=True)), found


def packaged(names):
    return [(name, of_small_clinics(CASES[name].model)) for name in names]


def test_every_packaged_case_changes_a_published_number_or_says_why_not(store):
    base, found, _ = run_cases(store, packaged(CASES))
    assert [one for one in found.values() if isinstance(one, NotRun)] == []
    unchanged = {name for name, figures in found.items() if published(figures) == published(base)}
    assert unchanged == {*UNCHANGED}


def published(figures):
    return figures.councils, figures.municipalities, figures.clinics, figures.weights


def test_shared_passes_give_the_figures_that_each_case_has_alone(store):
    _, found, run = run_cases(store, packaged(DIFFERENT))
    assert run.passes < len(DIFFERENT)
    for name, model in packaged(DIFFERENT):
        alone = figures_of(name, run_model(store, model, Threads(1), silent), False, 0.0)
        assert bare(found[name]) == bare(alone), name


def test_threads_and_partitions_change_nothing(folder):
    cases = packaged(FEW)
    base, found, _ = run_cases(open_store(folder / "store-1"), cases)
    for partitions, threads in ((3, 1), (3, 2)):
        again = run_cases(open_store(folder / f"store-{partitions}"), cases, threads)
        assert bare(again[0]) == bare(base)
        assert {name: bare(one) for name, one in again[1].items()} == {name: bare(one) for name, one in found.items()}


@pytest.fixture(scope="module")
def without_extras(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    invent(folder / "registers", {"citizens": 2_500, "seed": 3}, Threads(1), SILENT)
    ingest(folder / "registers", folder / "store", Threads(1), partitions=1)
    return open_store(folder / "store")


def test_a_case_that_was_not_delivered_for_names_the_register_it_lacks(without_extras):
    lacking = {name: {*case.needs} - NO_REFUSAL for name, case in CASES.items()}
    named = [(name, CASES[name].model) for name, needs in lacking.items() if needs]
    _, found, _ = run_cases(without_extras, named)
    assert len(found) > 15
    for name, one in found.items():
        assert isinstance(one, NotRun), name
        for need in lacking[name]:
            register, _, column = need.partition(":")
            assert REGISTERS[register] in one.why, (name, one.why)
            assert column in one.why or register != "covariates", (name, one.why)
        assert one.why.endswith(".")


def test_a_case_that_cannot_be_estimated_does_not_stop_the_others(without_extras):
    names = ("V02.left_out", "V06", "V01.down")  # a clinic of this nation has no 500 patients
    base, found, _ = run_cases(without_extras, [(name, CASES[name].model) for name in names])
    assert [isinstance(one, NotRun) for one in found.values()] == [True, False, False]
    assert "The estimation sample has 0 clinics, at least two are needed." in found["V02.left_out"].why
    assert published(found["V06"]) != published(base)


def test_variants_made_together_are_one_case_with_all_their_changes(store):
    names = ["V31.none", "V17", "V04"]
    _, found, _ = run_cases(store, [("all", combined(names).model), *packaged(names)])
    changed = {key for name in names for key in CASES[name].model.changed}
    assert {*found["all"].model.changed} == changed
    assert len({published(one) for one in found.values()}) == len(found)


def test_more_sets_of_facts_than_a_store_keeps_are_all_there_until_the_last_case_is_run(folder, tmp_path):
    cases = (f'[cases.with_{n}]\nconsumption.specialities = ["80", "{n}"]\n' for n in range(81, 88))
    (tmp_path / "many.toml").write_text("".join(cases))
    told = json.loads(done("scenarios", folder / "store-1", "--file", tmp_path / "many.toml", "--json"))
    assert told["counts"]["not_run"] == 0
    assert len(told["cases"]) == 7
