"""``fordel release``: the only door out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking

NAMED_IN_ALL = 8
SHOWN = click.Choice(["show", "hide"])


@click.command(short_help="The folder that may leave: prepared by one person, checked by another.")
@click.argument("sources", type=PATH, nargs=-1, required=True, metavar="RUN [RUN|DIR…] | PROPOSAL")
@click.option("--out", type=PATH, required=True, metavar="DIR", help="The proposal; with --check the folder.")
@click.option(
    "--ledger", type=PATH, metavar="DIR", help="Ledger of all releases. Default: release-ledger beside the proposal."
)
@click.option("--by", metavar="NAME", help="Who prepares or checks: two different persons.")
@click.option("--check", is_flag=True, help="Let a PROPOSAL leave, after looking at what it has for the checker.")
@click.option("--exceptions", type=PATH, metavar="FILE", help="What the checker accepts, with reasons (TOML).")
@click.option("--threshold", type=int, default=5, show_default=True, help="Fewest persons of a shown count; 3 or more.")
@click.option("--round-to", type=int, default=1, show_default=True, help="Show counts as multiples of this.")
@click.option("--zero", type=SHOWN, default="show", show_default=True, help="That nobody has a trait.")
@click.option("--everybody", type=SHOWN, default="hide", show_default=True, help="That everybody has a trait.")
@click.option("--dominance", type=int, default=85, show_default=True, help="Percent of money that one clinic may have.")
@click.option("--prior", type=int, default=10, show_default=True, help="Percent to which no clinic may know another's.")
@speaking
def release(sources: tuple[Path, ...], out: Path, check: bool, as_json: bool, quiet: bool, **options: Any) -> None:
    """Prepare what may leave of one or more RUNs, or, as a second person, check it and let it leave.

    Counts of fewer than the threshold are kept back, and so is whatever would let somebody work them out, also from
    earlier releases: give the same ledger every time. Further RUNs of the same registers (variants) leave as numbers
    beside the first one's counts; so does what 'fordel scenarios', 'fees income', 'fees differentiate' and 'check'
    wrote of them. The proposal stays in the closed room: 'leaves' is what would go, 'for_the_checker' what only the
    checker may see. Nothing may leave but the folder that --check writes.

    \b
    Example:
      fordel release nation.run --out proposal --ledger ledger --by anna
      fordel release nation.run variants nation.income --out proposal --ledger ledger --by anna
      fordel release --check proposal --out to-the-region --ledger ledger --by bent
    """
    from fordel_dask.errors import UsageError

    if not check:
        content, lines = _prepared(sources, out, options["ledger"] or out.parent / "release-ledger", options)
    elif len(sources) == 1 and options["by"]:
        content, lines = _checked(sources[0], out, options)
    else:
        raise UsageError("--check takes one PROPOSAL, and the name of the person who checks it: --by NAME.")
    say(as_json, content, "\n".join(lines))


def _prepared(
    sources: Sequence[Path], out: Path, ledger_path: Path, options: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    from fordel_dask.disclosure import Rules
    from fordel_dask.releasing.folder import write_proposal
    from fordel_dask.releasing.ledger import read_ledger
    from fordel_dask.releasing.proposal import propose
    from fordel_dask.releasing.sources import read_sources
    from fordel_dask.releasing.together import with_sources

    rules = Rules(*(options[name] for name in ("threshold", "zero", "everybody", "round_to", "dominance", "prior")))
    ledger = read_ledger(ledger_path)
    base, others, beside = read_sources(sources)
    proposal = with_sources(propose(base, others, rules, ledger), beside)
    manifest = write_proposal(proposal, out, (*sources, ledger_path), ledger, options["by"] or "")
    kept = proposal.kept_back()
    begun = [] if ledger.entries else [f"The ledger {ledger_path} has no release yet: this would be the first.", ""]
    content = {"proposal": str(out), "ledger": str(ledger_path), "kept_back": kept, "decisions": manifest["decisions"]}
    return content, [*begun, *_kept_lines(kept), *_review_lines(manifest["decisions"]), *_next_lines(out, ledger_path)]


def _kept_lines(kept: Mapping[str, Mapping[str, int]]) -> list[str]:
    lines = [f"{'counts of persons':<24}{'in all':>10}{'kept back':>12}{'shown':>9}"]
    for name, of in kept.items():
        share = f"{1 - of['kept_back'] / of['cells']:.1%}" if of["cells"] else "–"
        lines.append(f"{name:<24}{of['cells']:>10,}{of['kept_back']:>12,}{share:>9}")
    return lines


def _review_lines(decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    reviews = [one for one in decisions if one["status"] == "review"]
    if not reviews:
        return ["", "Nothing needs an exception."]
    told = [f"  {one['item']}: {one['reason']}" for one in reviews[:NAMED_IN_ALL]]
    more = [f"  and {len(reviews) - NAMED_IN_ALL:,} more in the proposal"] * (len(reviews) > NAMED_IN_ALL)
    return ["", "To be judged by the checker, each with an exception:", *told, *more]


def _next_lines(out: Path, ledger: Path) -> list[str]:
    return [
        "",
        f"Proposal in {out}: look at leaves (what would go) and for_the_checker (what only the checker may see).",
        f"Nothing has left. A second person lets it: fordel release --check {out} --out FOLDER --ledger {ledger} "
        f"--by NAME",
    ]


def _checked(source: Path, out: Path, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    from fordel_dask.releasing.exceptions import read_exceptions
    from fordel_dask.releasing.folder import approve, read_proposal

    accepted = read_exceptions(options["exceptions"]) if options["exceptions"] else ()
    proposal = read_proposal(source)
    ledger = options["ledger"] or Path(proposal.manifest["ledger"])
    status = approve(proposal, out, ledger, options["by"], accepted)
    lines = [
        f"Release {status['release']} may leave: {out}, {len(status['files']):,} files, "
        f"{status['cells_kept_back']:,} fields kept back.",
        f"Prepared by {status['prepared_by']} on {status['prepared_on']}, checked by {status['checked_by']} on "
        f"{status['checked_on']}. It stands in the ledger {ledger}: later releases are held against it.",
    ]
    return {"release": str(out), **status}, lines
