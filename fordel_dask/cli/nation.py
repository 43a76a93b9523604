"""``fordel synth`` and ``fordel demo``: an invented nation, and the whole way on it."""

import json
import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.registers import accounting_text, ingest_registers
from fordel_dask.cli.run import AS_USUAL, run_store, summary_text
from fordel_dask.cli.working_place import working_place
from fordel_dask.errors import SpaceError, UsageError
from fordel_dask.graph import Executor, Place
from fordel_dask.law.language import ENGLISH

DEMO_CITIZENS = 60_000
SMALLEST, LARGEST = 1_000, 60_000_000


@click.command(short_help="Invent a nation: every register, with the true weights.")
@click.option("--citizens", type=click.IntRange(SMALLEST, LARGEST), required=True, help="How many citizens.")
@click.option("--seed", type=int, default=1, help="The same seed gives the same bytes.")
@click.option("--out", type=PATH, help="Directory of the register extracts.")
@click.option("--store", type=PATH, help="Instead: a prepared store of the nation, without extracts.")
@click.option("--year", type=int, default=2026, help="Planning year (a run needs its fee table: 2026).")
@click.option("--history", type=click.Choice(["light", "full"]), default="light", help="About 10 or 70 diagnoses each.")
@click.option(
    "--dream", type=click.Choice(["weeks", "full"]), default="weeks", help="Two years of weeks, or all columns."
)
@click.option("--extras", is_flag=True, help="The optional tables and columns too: areas, projection, prescriptions …")
@click.option("--faults", is_flag=True, help="Plant known errors, with their list in faults.json.")
@click.option(
    "--faults-kind",
    type=click.Choice(["all", "rows"]),
    default="all",
    help="All errors, or only those that an ingest survives.",
)
@placed
@speaking
def synth(out: Path | None, store: Path | None, **options: Any) -> None:
    """Invent a nation: every register of the contract, with the true weights beside them.

    With --store there are no extracts: blocks of citizens go straight into a prepared store, by the rules of
    an ingest. A run on it has the same results. What was interrupted goes on when the command is started again.

    \b
    Example:
      fordel synth --citizens 60000 --seed 7 --out registers
      fordel ingest registers --store nation.store
      fordel synth --citizens 6000000 --store large.store
      fordel synth --citizens 60000 --faults --extras --out faulty
    """
    nation = {name: options[name] for name in ("citizens", "seed", "year", "history", "dream", "extras")}
    place = place_of(options)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    if (out is None) == (store is None):
        raise UsageError("Give either --out, for register extracts, or --store, for a prepared store.")
    if store and options["faults"]:
        raise UsageError("Faults are planted in register extracts: give --faults with --out, not with --store.")
    if store:
        summary, text = _into_store(store, nation, place, progress)
    else:
        faults = options["faults_kind"] if options["faults"] else ""
        summary, text = _into_files(Path(out or ""), nation, place, progress, faults)
    say(options["as_json"], summary, text)


def _into_files(
    out: Path, nation: dict[str, Any], place: Place, progress: ProgressLines, faults: str
) -> tuple[dict[str, Any], str]:
    """Write register extracts, with faults of a kind if one is named; gives a summary, for machines and as text."""
    with working_place(place) as executor:
        rows = write_nation(out, nation, executor, progress)
        if faults:
            _plant(out, nation, faults, executor, progress)
    lines = [f"{register:<20}{count:>14,} rows" for register, count in rows.items()]
    return {"out": str(out), "rows": rows}, "\n".join([*lines, f"Registers in {out}"])


def _into_store(
    store: Path, kinds: dict[str, Any], place: Place, progress: ProgressLines
) -> tuple[dict[str, Any], str]:
    """Make a prepared store without extracts; gives a summary, for machines and as text."""
    from fordel_dask.invented import invent_store
    from fordel_dask.schema.prepared import INVENTED
    from fordel_dask.synthetic import Nation

    nation = Nation(**kinds)
    with working_place(place) as executor:
        manifest = invent_store(nation, store.absolute(), executor, progress.show)
    rows = manifest["inputs"][INVENTED][0]["rows_by_register"]
    first = manifest["grid"]["first"]
    summary = {"store": str(store), "rows": rows, "citizens": first[-1], "partitions": len(first) - 1}
    return {**summary, "accounting": manifest["accounting"]}, accounting_text(manifest, store)


def write_nation(out: Path, kinds: dict[str, Any], executor: Executor, progress: ProgressLines) -> dict[str, int]:
    """Write the registers of an invented nation; gives the rows of each."""
    from fordel_dask.synthetic import Nation, blocks, clear_faults, write_block, write_tables

    nation = Nation(**kinds)
    _make_room(out, "nation.json", "an invented nation made by 'fordel synth'")
    clear_faults(out)
    pieces = executor.map(
        partial(write_block, nation, out=out.absolute()), range(blocks(nation)), "synth", progress("inventing citizens")
    )
    write_tables(nation, out)
    return {register: sum(piece[register] for piece in pieces) for register in pieces[0]}


def _plant(out: Path, kinds: dict[str, Any], which: str, executor: Executor, progress: ProgressLines) -> None:
    """Plant errors in a nation that was written, and list them in ``faults.json``."""
    from fordel_dask.synthetic import Nation, alter_block, blocks, choose_gaps, count_block, write_faults

    nation, here = Nation(**kinds), out.absolute()
    every = range(blocks(nation))
    pieces = executor.map(partial(count_block, nation, out=here), every, "count", progress("counting what is clean"))
    gaps = choose_gaps(nation, pieces, here)
    covers = executor.map(partial(alter_block, nation, gaps, out=here), every, "alter", progress("planting faults"))
    write_faults(nation, gaps, covers, here, which)


@click.command(short_help="The whole way on an invented country, and pages.")
@click.option("--citizens", type=click.IntRange(SMALLEST, LARGEST), default=DEMO_CITIZENS, help="How many citizens.")
@click.option("--seed", type=int, default=1, help="Another seed, another nation.")
@click.option("--out", type=PATH, default=Path("fordel-demo"), help="Directory for all of it.")
@placed
@speaking
def demo(citizens: int, seed: int, out: Path, **options: Any) -> None:
    """Go the whole way on an invented country: registers, store, run, and pages to look at.

    \b
    Example:
      fordel demo
      fordel demo --citizens 200000 --out my-demo
    """
    begun = time.perf_counter()
    place = place_of(options)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    _clear_earlier_demo(out)
    with working_place(place) as executor:
        write_nation(out / "registers", {"citizens": citizens, "seed": seed}, executor, progress)
    ingest_registers(out / "registers", out / "store", None, place, progress)
    summary = run_store(out / "store", out / "run", "national-2025", AS_USUAL, place, progress)
    page = write_pages(out / "run", out / "page", progress)
    summary = {**summary, "page": str(page), "seconds": round(time.perf_counter() - begun, 1)}
    say(options["as_json"], summary, demo_text(summary, out, page))


def write_pages(run: Path, out: Path, progress: ProgressLines) -> Path:
    """Write the pages of a report on an invented nation, behind disclosure control as any other; gives the first."""
    from fordel_dask.report import PAGES
    from fordel_dask.reporting import Asked, Request, write_report

    asked = Asked(rules=None, ledger=out.parent / "release-ledger")
    summary = write_report(run, out, asked, Request(ENGLISH, (PAGES,)), progress)
    return out / str(summary["first_page"])


def _clear_earlier_demo(out: Path) -> None:
    """Make room for a demo: an earlier one goes, anything else stays and stops us."""
    _make_room(out, "demo.json", "an invented nation and its run, made by 'fordel demo'")
    of_store = [f"store{end}" for end in ("", ".keys", ".partial", ".quarantine", ".quarantine.partial")]
    for part in ("registers", *of_store, "run", "run.partial", "page", "page.partial"):
        shutil.rmtree(out / part, ignore_errors=True)


def _make_room(out: Path, marker: str, what: str) -> None:
    """Make a directory ours by a marker; one that holds other things stays and stops us."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / marker).exists())):
        raise UsageError(f"{out} holds other files. Nothing was touched; choose another place with --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / marker).write_text(json.dumps({"what": what}) + "\n", "utf-8")
    except OSError as error:
        failure = error.strerror or "the file system refused"
    else:
        return
    raise SpaceError(f"{out} cannot be written: {failure}. Choose another place with --out.")


def demo_text(summary: dict[str, Any], out: Path, page: Path) -> str:
    """Give what a demo shows at its end: the national figures, the councils, and where to look."""
    from fordel_dask.rundir import read_manifest, read_table

    councils = read_table(out / "run", "councils", read_manifest(out / "run"))
    lines = [f"{'health council':<28}{'citizens':>10}{'need':>10}{'maximum':>9}{'existing':>10}"]
    for row in councils:
        need, existing = float(row["need"]), float(row["existing_capacities"])
        lines.append(
            f"{row['council']:<28}{int(row['citizens']):>10,}{need:>10.2f}"
            f"{row['maximum_capacities']:>9}{existing:>10.1f}"
        )
    return "\n".join(
        [
            "An invented country, calibrated to Danish figures. No real person is in it.",
            "",
            *lines,
            "",
            summary_text(summary, out / "run"),
            "Need is weighted citizens ÷ 1,600; the maximum is rounded up, after a floor for large, thin areas.",
            f"Page to look at: {page}  ({summary['seconds']} s in all)",
            f"Why a number is what it is: fordel explain {out / 'run'} --council fyn",
        ]
    )
