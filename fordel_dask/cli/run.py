"""``fordel run``: the model on a prepared store."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.repeating import Recipe, compared, recipe_of, refuse_beside, refuse_other_store, repetition_text
from fordel_dask.cli.working_place import working_place
from fordel_dask.graph import Place

if TYPE_CHECKING:
    from fordel_dask.doubt import Doubts
    from fordel_dask.model import Model
    from fordel_dask.pipeline import Outcome


@dataclass(frozen=True)
class Manner:
    """How a run is made: ``fresh`` without what runs before have left; so many nations drawn again, from a seed.

    Without ``intervals`` nothing is said of how sure the figures are. ``repeats`` is the seal of the RUN whose manifest
    asked for this one, empty if none did.
    """

    fresh: bool = False
    intervals: bool = True
    replicates: int = 1_000
    seed: int = 1
    repeats: str = ""

    def asked(self) -> dict[str, Any]:
        """Give what the manifest says of it: all that a repetition needs beside the model."""
        return {"intervals": self.intervals, "replicates": self.replicates, "seed": self.seed}


AS_USUAL = Manner()
TOLD_BY_A_MANIFEST = ("model_name", "intervals", "replicates", "seed")
"""Options of which a manifest says what was asked."""


@click.command(short_help="The model on a store: weights, need, capacities.")
@click.argument("store", type=PATH)
@click.option("--out", type=PATH, required=True, metavar="RUN", help="Directory that appears whole or not at all.")
@click.option(
    "--model", "model_name", default="national-2025", help="A model, a variant (V31.double) or a scenario file."
)
@click.option("--fresh", is_flag=True, help="Start over: use no kept facts and no sums of an interrupted run.")
@click.option(
    "--intervals/--no-intervals",
    default=AS_USUAL.intervals,
    show_default=True,
    help="Say how sure the figures are: intervals, chances, weights estimated in other ways.",
)
@click.option(
    "--replicates",
    type=click.IntRange(0, 100_000),
    default=AS_USUAL.replicates,
    show_default=True,
    help="Nations drawn again, for the chances of each council's number.",
)
@click.option("--seed", type=int, default=AS_USUAL.seed, show_default=True, help="Of the nations drawn again.")
@click.option(
    "--from-manifest",
    type=PATH,
    metavar="MANIFEST",
    help="Repeat the run of this manifest.json: same store, model, seed; are all files the same bytes?",
)
@placed
@speaking
@click.pass_context
def run(context: click.Context, /, store: Path, out: Path, model_name: str, **options: Any) -> None:
    """Run the model on a prepared STORE: weights, need, capacities and clinic numbers.

    \b
    Example:
      fordel run nation.store --out nation.run
      fordel run nation.store --out share.run --model share.toml --threads 2
      fordel run nation.store --out quick.run --no-intervals
      fordel run nation.store --out again.run --from-manifest nation.run/manifest.json
    """
    place = place_of(options)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    manner = Manner(options["fresh"], options["intervals"], options["replicates"], options["seed"])
    if options["from_manifest"] is None:
        summary = run_store(store, out, model_name, manner, place, progress)
        say(options["as_json"], summary, summary_text(summary, out))
        return
    given = [f"--{name.removesuffix('_name')}" for name in TOLD_BY_A_MANIFEST if _is_given(context, name)]
    refuse_beside(given)
    recipe = recipe_of(options["from_manifest"], options["fresh"])
    summary = repeat_run(store, out, recipe, place, progress)
    told = repetition_text(summary["repetition"])
    say(options["as_json"], summary, f"{summary_text(summary, out)}\n{told}")


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def repeat_run(store: Path, out: Path, recipe: Recipe, place: Place, progress: ProgressLines) -> dict[str, Any]:
    """Repeat a run on its store as its manifest says and compare all files; gives what a terminal shows.

    Raises
    ------
    IntegrityError
        It is another store.
    VerificationError
        The result files have other bytes.
    """
    from fordel_dask.store import open_store

    refuse_other_store(recipe, open_store(store.absolute()))
    summary = run_store(store, out, recipe.model, recipe.manner, place, progress)
    return {**summary, "repetition": compared(recipe, out)}


def run_store(
    store: Path, out: Path, model: "str | Model", manner: Manner, place: Place, progress: ProgressLines
) -> dict[str, Any]:
    """Run a model, or the one of a name or file, on a store and write the RUN; gives what a terminal shows."""
    from fordel_dask import pipeline
    from fordel_dask.bundle import BUNDLE, bundle_text
    from fordel_dask.bundling import bundle_of
    from fordel_dask.doubt import doubts_of, no_doubts_asked_for
    from fordel_dask.facts import hold_facts
    from fordel_dask.gathering import every
    from fordel_dask.manifest import run_manifest
    from fordel_dask.planning.disk import require_space_of_facts
    from fordel_dask.result_place import check_place
    from fordel_dask.results import national_summary, result_tables
    from fordel_dask.rundir import open_place, publish_run
    from fordel_dask.store import check_files, open_store, same_store

    begun = time.perf_counter()
    store, out = store.absolute(), out.absolute()  # workers of a cluster may stand in another directory
    every([lambda: check_files(open_store(store)), lambda: model_to_run(model), lambda: check_place(out, (store,))])
    opened, model = open_store(store), model_to_run(model)
    require_space_of_facts(opened, model, manner.fresh)
    with open_place(out, manner.fresh) as at, hold_facts(opened, pipeline.fact_rules(opened, model)):
        with same_store(opened), working_place(place, store / "manifest.json") as executor:
            outcome = pipeline.run_model(opened, model, executor, progress, manner.fresh, at.work)
            asked = doubts_of if manner.intervals else no_doubts_asked_for
            doubts = asked(outcome, manner.replicates, manner.seed)
        bundle = bundle_of(outcome)
        results, texts = result_tables(outcome, doubts), {BUNDLE: bundle_text(bundle)} if bundle else {}
        timings = {**progress.seconds, "total": time.perf_counter() - begun}
        manifest = run_manifest(opened, outcome, doubts, manner.asked(), timings)
        publish_run(at, results, texts, manifest | ({"repeats": manner.repeats} if manner.repeats else {}))
    return {
        **national_summary(outcome),
        **sureness(doubts),
        "run": str(out),
        "model": model.name,
        "taken_up": taken_up(outcome),
    }


def model_to_run(asked: "str | Model") -> "Model":
    """Give the model of a RUN, by name or file if it is not resolved yet.

    Raises
    ------
    ModelError
        There is no such model, or it does not round the councils' numbers.
    """
    from fordel_dask.errors import ModelError
    from fordel_dask.model import load_model

    model = load_model(asked) if isinstance(asked, str) else asked
    if model.capacity.rounding == "none":
        raise ModelError(
            f"'{model.name}' does not round the councils' numbers (capacity.rounding = 'none'), and a RUN publishes "
            f"numbers that a region can allocate. 'fordel scenarios STORE --only V01.none' shows the unrounded ones."
        )
    return model


def sureness(doubts: "Doubts") -> dict[str, Any]:
    """Give how many rounded numbers an interval would move, or why that cannot be said."""
    moved = [one.figure for one in doubts.intervals if one.flag == "uncertain"]
    return {
        "uncertain_councils": None if doubts.unsaid else moved.count("maximum_capacities"),
        "uncertain_clinics": None if doubts.unsaid else moved.count("minimum_patients"),
        "uncertainty_unsaid": doubts.unsaid,
    }


def taken_up(outcome: "Outcome") -> dict[str, Any]:
    """Give what an interrupted run had done before: partitions of facts, of how many, and sums by name."""
    facts = outcome.facts
    return {"partitions": facts.taken_up, "of": len(facts.parts), "sums": list(outcome.taken_up)}


def summary_text(summary: dict[str, Any], out: Path) -> str:
    """Give the summary of a run as a few lines."""
    return (
        f"{taken_up_text(summary['taken_up'])}"
        f"{summary['citizens']:,} citizens need {summary['need']:,.1f} capacities; the councils may have "
        f"{summary['maximum_capacities']:,} in all and have {summary['existing_capacities']:,.1f}.\n"
        f"{summary['clinics_with_a_number']:,} clinics got a minimum number of patients. "
        f"Mean consumption {summary['mean_consumption_kr']:,.2f} kr a year.\n"
        f"{sureness_text(summary)}\n"
        f"Results in {out}: councils.csv, municipalities.csv, clinics.csv, weights.csv, parts.csv, flows.csv"
    )


def sureness_text(summary: dict[str, Any]) -> str:
    """Give a line on how many numbers other clinics in the sample would move."""
    if summary["uncertainty_unsaid"]:
        return f"No intervals: {summary['uncertainty_unsaid']}"
    councils, clinics = summary["uncertain_councils"], summary["uncertain_clinics"]
    return (
        f"Other clinics in the sample could move the numbers of {councils:,} councils and {clinics:,} clinics "
        f"(90 % intervals: intervals.csv, capacity_chances.csv)."
    )


def taken_up_text(before: dict[str, Any]) -> str:
    """Give a line on what was taken up of an interrupted run, nothing if nothing was."""
    said = [f"{before['partitions']:,} of {before['of']:,} partitions were done before"] if before["partitions"] else []
    said += [f"the sums of '{name}' were there" for name in before["sums"]]
    return f"Taken up from an interrupted run: {', '.join(said)}.\n" if said else ""
