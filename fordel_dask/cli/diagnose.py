"""``fordel diagnose``: how good the model is on a store."""

import time
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.working_place import working_place
from fordel_dask.graph import Place

COMMAND = "fordel diagnose"


@click.command(short_help="How good is the model? Fit, calibration, groups, a page.")
@click.argument("store", type=PATH)
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Directory that appears whole or not at all.")
@click.option("--model", "model_name", default="national-2025", help="Name of a model, or a scenario file.")
@click.option("--against", type=PATH, metavar="RUN", help="An earlier RUN: what has moved since then?")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of folds and trees.")
@placed
@speaking
def diagnose(store: Path, out: Path, model_name: str, against: Path | None, seed: int, **options: Any) -> None:
    """Say how good the model is on a prepared STORE: what it explains, and for whom it predicts too little.

    Writes tables (CSV and Parquet) and a page index.html into DIR. They may hold small counts and stay in the
    closed room, as a RUN does.

    \b
    Example:
      fordel diagnose nation.store --out nation.diagnosis
      fordel diagnose nation.store --out moved.diagnosis --against last-year.run
    """
    progress = ProgressLines(options["quiet"] or options["as_json"])
    summary = diagnose_store(store, out, (model_name, against, seed), place_of(options), progress)
    say(options["as_json"], summary, summary_text(summary, out))


def diagnose_store(
    store: Path, out: Path, asked: tuple[str, Path | None, int], place: Place, progress: ProgressLines
) -> dict[str, Any]:
    """Diagnose a model on a store and write the directory; gives what a terminal shows.

    ``asked`` is the model's name or file, an earlier RUN or none, and the seed.
    """
    from fordel_dask import pipeline
    from fordel_dask.between_years import changes_since, read_earlier
    from fordel_dask.diagnosis import diagnose as find
    from fordel_dask.diagnosis_tables import KIND, diagnosis_manifest, diagnosis_tables
    from fordel_dask.facts import hold_facts
    from fordel_dask.gathering import every
    from fordel_dask.model import load_model
    from fordel_dask.planning.disk import require_space_of_facts
    from fordel_dask.report.diagnosis_page import PAGE, diagnosis_page
    from fordel_dask.result_place import check_place
    from fordel_dask.rundir import open_place, publish, read_run_manifest
    from fordel_dask.schema.diagnosis import DIAGNOSIS_TABLES
    from fordel_dask.seals import seal_of
    from fordel_dask.store import check_files, open_store, same_store

    begun = time.perf_counter()
    model_name, against, seed = asked
    store, out = store.absolute(), out.absolute()  # workers of a cluster may stand in another directory
    every(
        [
            lambda: check_files(open_store(store)),
            lambda: load_model(model_name),
            lambda: check_place(out, (store,), KIND),
            lambda: read_earlier(against) if against else None,
        ]
    )
    opened, model, earlier = open_store(store), load_model(model_name), read_earlier(against) if against else {}
    inputs = {"against": seal_of(read_run_manifest(against))} if against else {}
    require_space_of_facts(opened, model, fresh=False)
    with open_place(out, command=COMMAND) as at, hold_facts(opened, pipeline.fact_rules(opened, model)):
        with same_store(opened), working_place(place, store / "manifest.json") as executor:
            found = find(opened, model, executor, progress, seed)
        changes = changes_since(earlier, found.outcome) if earlier else ()
        tables = diagnosis_tables(found, changes)
        timings = {**progress.seconds, "total": time.perf_counter() - begun}
        manifest = diagnosis_manifest(opened, found, changes, inputs, timings)
        publish(at, DIAGNOSIS_TABLES, tables, manifest, {PAGE: diagnosis_page(manifest, tables)})
    return {**summary_of(tables), "stability": manifest["stability"], "diagnosis": str(out), "model": model.name}


def summary_of(tables: dict[str, list[tuple[str, ...]]]) -> dict[str, Any]:
    """Give R² and CPM at each level, published and out of sample, and how far groups out of the model are off."""
    levels = {(row[0], row[1]): row for row in tables["fit"]}
    return {
        "fit": [
            {"level": level, "prediction": way, "r2": _float(row[3]), "cpm": _float(row[4]), "mae_kr": _float(row[5])}
            for (level, way), row in levels.items()
        ],
        "simplicity": [{"way": row[0], "r2": _float(row[3])} for row in tables["simplicity"]],
        "groups": len(tables["groups"]),
    }


def _float(text: str) -> float | None:
    return float(text) if text else None


def summary_text(summary: dict[str, Any], out: Path) -> str:
    """Give the summary as a few lines."""
    lines = ["R² of consumption (1 is perfect), published · without the citizen's or clinic's own fifth:"]
    by_level: dict[str, list[str]] = {}
    for one in summary["fit"]:
        by_level.setdefault(one["level"], []).append("–" if one["r2"] is None else f"{one['r2']:.3f}")
    lines += [f"  {level:<14} {' · '.join(figures)}" for level, figures in by_level.items()]
    trees = {one["way"]: one["r2"] for one in summary["simplicity"]}
    if trees["estimated_anew"] is not None:
        more = trees["trees_finer_traits"] - trees["estimated_anew"]
        points = f"{100 * abs(more):.1f} percentage points {'more' if more > 0 else 'less'}"
        lines.append(f"With trees on finer traits {points} would be explained of citizens in other clinics.")
    lines += _moved_text(summary["stability"])
    return "\n".join([*lines, f"{summary['groups']:,} groups compared. Page to look at: {out}/index.html"])


def _moved_text(stability: dict[str, Any] | None) -> list[str]:
    """Give a line on what has moved since an earlier RUN, none without one."""
    if stability is None:
        return []
    share = stability["share_of_clinics_moved_by_more_than_one_step"]
    moved = "no clinic has a number in both" if share is None else f"{share:.1%} of clinics moved by more than one step"
    return [f"Since the earlier run: weights correlate {stability['correlation_of_weights']}; {moved}."]
