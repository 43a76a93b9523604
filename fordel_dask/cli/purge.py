"""``fordel purge``: what the program has made and kept of persons is deleted, after it was shown."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from fordel_dask.purging import Holding, Left

MOST_NAMED = 20


@click.command(short_help="Delete a store, its keys, RUNs and what was left by interrupted commands.")
@click.argument("paths", type=PATH, nargs=-1, metavar="[PATH]...")
@click.option("--keys-only", is_flag=True, help="Only keys and quarantined rows; the store stays, as numbered persons.")
@click.option("--caches", is_flag=True, help="Compiled kernels and scratch of killed commands, too.")
@click.option("--show", "only_shown", is_flag=True, help="Show what would go, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--record", type=PATH, metavar="FILE", help="Write down what was deleted, and when, as JSON.")
@speaking
@click.pass_context
def purge(context: click.Context, /, paths: Sequence[Path], **options: Any) -> None:
    """Delete what was made and kept of persons. What would go is shown first, then it is asked.

    PATH is a prepared store (its keys, quarantined rows, facts and the work of an interrupted ingest go with it), a
    RUN, scenarios, a report or another directory with a manifest, or NAME.keys, NAME.quarantine, NAME.partial
    alone. Only files that the program has written go; others are named and left, and the command then leaves with
    13. Links are never followed. A place where a run or an ingest is at work is refused. Extracts as they were
    delivered, what was released, and its ledger are not touched.

    With --keys-only the store stays: persons are numbers there, in the order of their keys, and nobody can tell whose
    unless they have the delivered extracts or recognise a person by what is known of them. It can still be computed
    with, and it still is personal data.

    Deleted means that names were removed from the file system: disks, backups and snapshots may keep what was there.

    \b
    Example:
      fordel purge nation.store --show
      fordel purge nation.store --keys-only
      fordel purge nation.store nation.run --yes --record deleted-2026-11-23.json
      fordel purge --caches
    """
    from fordel_dask.purging import record_of, refuse_record

    if not paths and not options["caches"]:
        raise UsageError("Name what is to be deleted: fordel purge STORE. 'fordel purge --help' has examples.")
    holdings = _found(paths, options)
    if options["only_shown"]:
        say(options["as_json"], record_of(holdings, None), "\n".join(_lines(holdings)))
        return
    if options["record"]:
        refuse_record(options["record"], holdings)
    if not options["yes"]:
        _ask(holdings)
    left = _purge(holdings, paths, options)
    say(options["as_json"], record_of(holdings, left), "\n".join(_result_lines(holdings, left)))
    if left or any(holding.strangers for holding in holdings):
        context.exit(IntegrityError.exit_code)


def _found(paths: Sequence[Path], options: dict[str, Any]) -> "list[Holding]":
    from fordel_dask.purging import find_caches, find_holdings

    return find_holdings(paths, options["keys_only"]) + ([find_caches()] if options["caches"] else [])


def _ask(holdings: "Sequence[Holding]") -> None:
    click.echo("\n".join(_lines(holdings)), err=True)
    if not sys.stdin.isatty():
        raise UsageError("Nothing was deleted: nobody is there to be asked. Give --yes if all of this may go.")
    if not click.confirm("Delete these files?", err=True):
        raise UsageError("Nothing was deleted.")


def _purge(holdings: "Sequence[Holding]", paths: Sequence[Path], options: dict[str, Any]) -> "list[Left]":
    """Delete, with a record begun beforehand where one is asked for: nothing goes that could not be written down."""
    from fordel_dask.purging import delete, held_still, record_of, refuse_changed, write_record

    report = ProgressLines(options["quiet"] or options["as_json"])("deleting")
    with held_still(holdings):
        refuse_changed(holdings, _found(paths, options))
        if options["record"]:
            write_record(options["record"], {**record_of(holdings, None), "what": "a deletion that did not end"})
        left = delete(holdings, report)
        if options["record"]:
            write_record(options["record"], record_of(holdings, left))
    return left


def _lines(holdings: "Sequence[Holding]") -> list[str]:
    """Say what would go, directory by directory, and what would stay."""
    from fordel_dask.planning.sizes import size_text

    lines = []
    for holding in holdings:
        citizens = "" if holding.citizens is None else f" of {holding.citizens:,} citizens"
        stays = "; the store itself stays" if holding.kept else ""
        lines.append(f"{holding.place}: {holding.kind}{citizens}{stays}")
        for part in holding.parts:
            files = f"{len(part.files):,} file{'s' * (len(part.files) != 1)}"
            lines.append(f"  {part.root.name + '/':<32}{files:>12}{size_text(part.size):>12}  {part.holds}")
        lines += [] if holding.parts else ["  nothing of it is there"]
    return [*lines, *_stranger_lines(holdings), *_other_name_lines(holdings)]


def _stranger_lines(holdings: "Sequence[Holding]") -> list[str]:
    strangers = [path for holding in holdings for path in holding.strangers]
    more = [f"  and {len(strangers) - MOST_NAMED:,} more"] if len(strangers) > MOST_NAMED else []
    told = [f"  {path}" for path in strangers[:MOST_NAMED]]
    return ["Not written by this program, in use, or a link: left where it is.", *told, *more] if strangers else []


def _other_name_lines(holdings: "Sequence[Holding]") -> list[str]:
    number = sum(part.named_elsewhere for holding in holdings for part in holding.parts)
    if not number:
        return []
    return [f"{number:,} of these files have another name too (a hard link): what they hold stays under that."]


def _result_lines(holdings: "Sequence[Holding]", left: "Sequence[Left]") -> list[str]:
    from fordel_dask.planning.sizes import size_text
    from fordel_dask.purging.record import PROMISE

    parts = [part for holding in holdings for part in holding.parts]
    files = sum(len(part.files) for part in parts) - len(left)
    size = size_text(sum(part.size for part in parts))
    failed = [f"Could not be deleted: {one.path}: {one.why}" for one in left[:MOST_NAMED]]
    return [f"Deleted: {files:,} files, {size}.", *failed, *_stranger_lines(holdings), PROMISE]
