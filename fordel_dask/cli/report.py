"""``fordel report``: pages, letters and workbooks of what disclosure control has passed."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.errors import UsageError
from fordel_dask.report import EVALUATION, METHOD, PARTS, PDF, USUAL, WORKBOOKS

if TYPE_CHECKING:
    from fordel_dask.reporting import Asked, Request


@click.command(short_help="Pages, letters and workbooks of a RUN, as far as it may be told.")
@click.argument("run", type=PATH, metavar="RUN")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Directory that appears whole or not at all.")
@click.option("--base", "earlier", type=PATH, metavar="RUN", help="Another RUN: what has changed since?")
@click.option("--scenarios", type=PATH, metavar="DIR", help="What 'fordel scenarios' wrote of the same store.")
@click.option("--capacity", type=PATH, metavar="FILE", help="Capacity register, or a directory with registers.toml.")
@click.option(
    "--diagnosis",
    type=PATH,
    metavar="DIR",
    help="What 'fordel diagnose' wrote of the same store; in no release, so the report stays a draft.",
)
@click.option("--fees", type=PATH, multiple=True, metavar="DIR", help="Of 'fordel fees income' or 'differentiate'.")
@click.option(
    "--series", type=PATH, multiple=True, metavar="RUN", help="RUN of another year, for --evaluation; several."
)
@click.option("--decisions", type=PATH, metavar="FILE", help="Decided numbers: a decision letter for each clinic.")
@click.option("--blocks", type=PATH, metavar="FILE", help="The region's own sender and texts of letters (TOML).")
@click.option("--lang", type=click.Choice(["da", "en"]), default="da", help="Danish or English.")
@click.option("--method", is_flag=True, help="Only the method in plain words.")
@click.option("--pdf", is_flag=True, help="Letters as PDF too.")
@click.option("--evaluation", is_flag=True, help="The pack for the evaluation in 2028 too.")
@click.option("--only", "parts", metavar="PART,PART", help=f"Only these: {', '.join(PARTS)}.")
@click.option("--ledger", type=PATH, metavar="DIR", help="Ledger of all releases. Default: release-ledger beside DIR.")
@click.option("--threshold", type=int, help="Fewest persons of a shown count. Default: as in the ledger, else 5.")
@click.option("--round-to", type=int, help="Show counts as multiples of this. Default: as in the ledger, else 1.")
@click.option("--open", "opens", is_flag=True, help="Open the first page in a browser.")
@speaking
def report(run: Path, out: Path, as_json: bool, quiet: bool, opens: bool, **options: Any) -> None:
    """Make pages, letters and workbooks of a RUN, in Danish or English, of what disclosure control lets be told.

    Counts that could tell of single citizens are kept back as in 'fordel release', by the same rules and held against
    the same ledger. Until these very figures have left through 'fordel release' every page says that it is a draft.
    Pages are single files that open without a network.

    \b
    Example:
      fordel report nation.run --out report
      fordel report nation.run --out report --scenarios variants --base last-year.run --pdf --open
      fordel report nation.run --out method --method --lang en
    """
    from fordel_dask.reporting import write_report

    request = _request(options)
    summary = write_report(run, out, _asked(out, options), request, ProgressLines(quiet or as_json))
    summary["workbooks_left_out"] = not {WORKBOOKS, METHOD} & {*request.parts} and options["parts"] is None
    if opens:
        _open(out / summary["first_page"])
    say(as_json, summary, _text(summary, out, bool(options["diagnosis"])))


def _open(page: Path) -> None:
    """Open a page in the browser of the machine, whose own noise is nobody's business."""
    nowhere, kept = os.open(os.devnull, os.O_WRONLY), os.dup(2)
    try:
        os.dup2(nowhere, 2)
        click.launch(page.resolve().as_uri())
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def _asked(out: Path, options: Mapping[str, Any]) -> "Asked":
    from fordel_dask.disclosure import Rules
    from fordel_dask.reporting import Asked

    given = {name: options[name] for name in ("threshold", "round_to") if options[name] is not None}
    return Asked(
        rules=Rules(**given) if given else None,
        ledger=options["ledger"] or out.parent / "release-ledger",
        earlier=options["earlier"],
        scenarios=options["scenarios"],
        fees=options["fees"],
        capacity=options["capacity"],
        diagnosis=options["diagnosis"],
        series=options["series"],
        decisions=options["decisions"],
    )


def _request(options: Mapping[str, Any]) -> "Request":
    from fordel_dask.reporting import Request

    return Request(options["lang"], _parts(options), options["blocks"])


def _parts(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the parts that are asked for: the usual ones, more, or only some."""
    from fordel_dask.workbook import can_write

    only = options["parts"]
    if options["method"] and (only is not None or options["pdf"] or options["evaluation"]):
        raise UsageError("--method makes the page of the method alone. Leave --only, --pdf and --evaluation away.")
    asked = tuple(only.split(",")) if only is not None else (METHOD,) if options["method"] else ()
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        raise UsageError(f"'{unknown[0]}' is no part of a report. Known are: {', '.join(PARTS)}.")
    usual = [part for part in USUAL if part != WORKBOOKS or can_write()]
    has_evaluation = options["evaluation"] or (options["series"] and not options["method"])
    more = [part for part, is_asked in ((PDF, options["pdf"]), (EVALUATION, has_evaluation)) if is_asked]
    return tuple(dict.fromkeys((*(asked or usual), *more)))


def _text(summary: Mapping[str, Any], out: Path, has_diagnosis: bool) -> str:
    kinds = {"letters": "letters", "letters_pdf": "of them as PDF", "workbooks": "workbooks"}
    counted = [f"{summary[key]:,} {what}" for key, what in kinds.items() if summary[key]]
    beside = f", with {', '.join(counted)}" if counted else ""
    files = f"{summary['files']:,} file{'s' * (summary['files'] != 1)}"
    lines = [f"Report in {out}: {files}{beside}.", f"Begin with {out / summary['first_page']}"]
    return "\n".join([*lines, *_notes(summary, has_diagnosis)])


def _notes(summary: Mapping[str, Any], has_diagnosis: bool) -> Iterator[str]:
    """Say what a reader of the report must know."""
    kept_back = summary["numbers_kept_back"]
    if kept_back:
        yield (
            f"The numbers of {kept_back:,} of {summary['clinics']:,} clinics are kept back, stand in no letter, and no "
            f"error in them is announced: with what else is shown, or has been released, they would tell of few "
            f"citizens. Tell them to these clinics from the RUN ('fordel explain RUN --clinic NUMBER'); without --base "
            f"there may be fewer."
        )
    if summary["workbooks_left_out"]:
        yield "Workbooks were left out: they need the library XlsxWriter (pip install 'fordel_dask[report]')."
    if summary["invented"]:
        yield "The nation is invented: no real person is behind these figures."
    elif summary["release"]:
        yield f"These figures have left as release {summary['release']}; the pages say so."
    else:
        yield f"A draft: no count of fewer than {summary['threshold']} persons is in it, but nobody has checked it."
        yield (
            "No release holds the tenths of a diagnosis: make it again without --diagnosis to let it leave."
            if has_diagnosis
            else "It may leave once 'fordel release' has let these figures go; make it again then."
        )
