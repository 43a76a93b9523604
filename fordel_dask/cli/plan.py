"""``fordel plan``: what an ingest or a run would cost, before it begins."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.errors import CoverageError, PlanError
from fordel_dask.graph import Place

if TYPE_CHECKING:
    from fordel_dask.planning.ingest import IngestPlan
    from fordel_dask.planning.run import RunPlan

STORE_FILE, REGISTERS_FILE = "codebooks.json", "registers.toml"


@click.command(short_help="What an ingest or a run would cost, beforehand.")
@click.argument("path", type=PATH, metavar="REGISTERS|STORE")
@click.option("--memory", metavar="SIZE", help="Memory it may take, such as 2GiB. Default: half of the machine's.")
@click.option("--store", type=PATH, help="Where the store would stand, for its disk. Default: here.")
@click.option("--partitions", type=click.IntRange(1), help="As for the ingest.")
@click.option("--model", "model_name", default="national-2025", help="As for the run.")
@placed
@speaking
def plan(path: Path, memory: str | None, store: Path | None, **options: Any) -> None:
    """Say beforehand what an ingest of REGISTERS, or a run on a STORE, would cost; nothing is written.

    Rows, memory, disk and time, from footers and first megabytes; and what to change if it would
    not fit (exit code 30).

    \b
    Example:
      fordel plan registers/
      fordel plan registers/ --store /data/nation.store --memory 2GiB --threads 4
      fordel plan nation.store
    """
    from fordel_dask.planning.sizes import size_in_bytes

    place = place_of(options)
    size = size_in_bytes(memory) if memory else None
    if (path / REGISTERS_FILE).is_file():
        _plan_of_ingest(path, store or Path("nation.store"), place, size, options)
    elif (path / STORE_FILE).is_file():
        _plan_of_run(path, place, size, options)
    else:
        raise CoverageError(
            f"{path} is neither a directory of registers (it has no {REGISTERS_FILE}) nor a prepared store."
        )


def _plan_of_ingest(registers: Path, store: Path, place: Place, size: int | None, options: dict[str, Any]) -> None:
    from fordel_dask.planning.ingest import plan_as_json, plan_ingest

    planned = plan_ingest(registers.absolute(), store.absolute(), place, size, options["partitions"])
    say(options["as_json"], plan_as_json(planned), ingest_text(planned))
    codes = [*(fault.exit_code for fault in planned.faults), *(PlanError.exit_code for _ in planned.remedies)]
    _leave_if([*map(str, planned.faults), *planned.remedies], codes)


def _plan_of_run(store: Path, place: Place, size: int | None, options: dict[str, Any]) -> None:
    from fordel_dask.model import load_model
    from fordel_dask.planning.run import plan_run, run_plan_as_json

    planned = plan_run(store.absolute(), load_model(options["model_name"]), place, size)
    say(options["as_json"], run_plan_as_json(planned), run_text(planned))
    _leave_if(list(planned.remedies), [PlanError.exit_code for _ in planned.remedies])


def _leave_if(messages: list[str], codes: list[int]) -> None:
    """Leave with the lowest exit code; the plan itself was printed already."""
    if codes:
        print(*(f"fordel: {message}" for message in dict.fromkeys(messages)), sep="\n", file=sys.stderr)
        sys.exit(min(codes))


def ingest_text(planned: "IngestPlan") -> str:
    """Give the plan of an ingest as tables and a verdict."""
    from fordel_dask.planning.sizes import size_text

    disk, needs = planned.disk, planned.needs
    lines = [f"{'register':<22}{'files':>7}{'bytes':>13}{'rows':>20}   delivered in"]
    for v in planned.volumes:
        rows = f"{'' if v.exact else 'about '}{v.rows:,}"
        lines.append(f"{v.register:<22}{v.files:>7,}{size_text(v.bytes):>13}{rows:>20}   {v.place}")
    lines += ["", f"{'stage':<22}{'tasks at a time':>17}{'memory at most':>17}"]
    at_a_time = dict(needs.budget.tasks)
    lines += [f"{stage:<22}{at_a_time[stage]:>17,}{size_text(size):>17}" for stage, size in needs.stages]
    return "\n".join(
        [
            *lines,
            "",
            f"memory      {size_text(planned.peak_bytes)} at most; {_allowed(planned)}",
            f"disk        about {size_text(disk.work + disk.store + disk.keys)} while it works; "
            f"{size_text(disk.store)} of store and {size_text(disk.keys)} of keys stay; "
            f"{size_text(disk.free)} are free in {disk.place}",
            f"time        about {time_text(planned.seconds)} ({_speed(planned.machine.speed)})",
            f"partitions  {planned.partitions:,}",
            "",
            _verdict("The ingest", planned.remedies, len(planned.faults)),
        ]
    )


def run_text(planned: "RunPlan") -> str:
    """Give the plan of a run as a table and a verdict."""
    from fordel_dask.planning.sizes import size_text

    facts = f"{size_text(planned.facts_bytes)} of facts" if planned.facts_bytes else "nothing: the facts are there"
    return "\n".join(
        [
            f"{'table':<22}{'rows':>16}",
            *(f"{table:<22}{rows:>16,}" for table, rows in planned.rows.items()),
            "",
            f"memory      {size_text(planned.peak_bytes)} at most; {_allowed(planned)}",
            f"disk        {facts}; {size_text(planned.free)} are free in {planned.place}",
            f"time        about {time_text(planned.seconds)} ({_speed(planned.machine.speed)})",
            f"partitions  {planned.partitions:,}",
            "",
            _verdict("The run", planned.remedies, 0),
        ]
    )


def _allowed(planned: "IngestPlan | RunPlan") -> str:
    from fordel_dask.planning.sizes import size_text

    allowance = planned.allowance
    how = "--memory" if allowance.given else "--memory changes it"
    whose = "each worker has" if planned.crew.machines > 1 else "this machine has"
    taken = size_text(allowance.taken(planned.peak_bytes))
    return f"it may take {taken} ({how}; {whose} {size_text(allowance.there)})"


def _speed(speed: float) -> str:
    return f"a short trial found this machine {speed:.2f} times as fast as the one the rates were measured on"


def time_text(seconds: float) -> str:
    """Give a time for a reader, no finer than it is known."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _verdict(what: str, remedies: tuple[str, ...], faults: int) -> str:
    if remedies:
        return f"{what} would not fit: see below."
    if faults:
        return f"{what} would fit, but the delivery would be refused: see below."
    return f"{what} would fit."
