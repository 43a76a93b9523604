"""``fordel explain``: the arithmetic behind one number of a RUN, or behind all of them."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, speaking
from fordel_dask.errors import UsageError
from fordel_dask.explanation.answer import Answer, answer_of
from fordel_dask.explanation.difference import difference_between
from fordel_dask.explanation.found import TABLE_OF, Found, Row
from fordel_dask.explanation.language import LANGUAGES, Language

DIGITS = {"clinic": 6, "municipality": 3}
SIMILAR = 0.6
FORMATS = ("text", "json", "html")


@click.command(short_help="The arithmetic from the national mean to a number.")
@click.argument("run", type=PATH, metavar="RUN")
@click.option("--clinic", metavar="YDERNUMMER", help="A clinic's minimum number of patients, e.g. 012345.")
@click.option("--municipality", metavar="CODE", help="A municipality's need, by code or name, e.g. 461 or Odense.")
@click.option("--council", metavar="ID", help="A council's maximum of capacities, by id or name, e.g. fyn.")
@click.option("--all", "everything", is_flag=True, help="All of them: pages and explanations.jsonl, to --out.")
@click.option("--against", type=PATH, metavar="RUN", help="What became of the number since this earlier RUN, and why.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How one explanation is printed.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="English or Danish.")
@click.option("--out", type=PATH, help="With --all: the directory; else a file instead of standard output.")
@speaking
def explain(run: Path, everything: bool, out: Path | None, quiet: bool, **options: Any) -> None:
    """Show the arithmetic from the national mean to the number of one clinic, municipality or council.

    In patients: which traits of its citizens make it differ, and by how many; how sure the number is, what would
    change it, and all that is needed to compute it again with pen and paper. Give exactly one of --clinic,
    --municipality, --council and --all.

    \b
    Example:
      fordel explain nation.run --clinic 012345
      fordel explain nation.run --council fyn --format html --lang da --out fyn.html
      fordel explain nation.run --clinic 012345 --against last-year.run
      fordel explain nation.run --all --out explained
    """
    given = {kind: options[kind] for kind in TABLE_OF if options[kind] is not None}
    if len(given) + everything != 1:
        raise UsageError("Give exactly one of --clinic, --municipality, --council and --all, e.g. --municipality 461.")
    language = Language(options["lang"])
    if everything:
        from fordel_dask.cli.explaining import explain_all

        if out is None:
            raise UsageError("Explanations of all numbers go into a directory: give --out, e.g. --out explained.")
        if options["form"] != "text":
            raise UsageError("With --all there are pages and a file of JSON lines anyway: leave --format out.")
        summary = explain_all(run, out, language, options["against"], quiet or options["as_json"])
        text = f"{summary['explained']:,} numbers explained in {out}: open {out / 'index.html'}"
        click.echo(json.dumps(summary, ensure_ascii=False) if options["as_json"] else text)
        return
    ((kind, code),) = given.items()
    form = "json" if options["as_json"] else options["form"]
    _hand_out(_explained(run, kind, code, options["against"], form, language), out)


def _explained(run: Path, kind: str, code: str, against: Path | None, form: str, language: Language) -> str:
    """Explain one number in a form."""
    found, model = read_told(run)
    answer = answer_of(found, kind, find(kind, code, found))
    difference = difference_between(answer, read_told(against)[0]) if against else None
    if form == "html":
        from fordel_dask.explanation.page import page_text

        return page_text(answer, model, language, difference)
    if form == "json":
        from fordel_dask.explanation.content import as_content

        return json.dumps(as_content(answer, language, difference), ensure_ascii=False)
    from fordel_dask.explanation.telling import tell

    return "\n".join(tell(answer, language, difference))


def _hand_out(text: str, out: Path | None) -> None:
    """Print a text, or write it to a file: whole or not at all."""
    if out is None:
        click.echo(text)
        return
    from fordel_dask.store.publishing import appearing, writing

    with writing(f"The explanation in {out}"), appearing(out) as begun:
        begun.touch(mode=0o600)
        begun.write_text(text + "\n", "utf-8")


def explain_number(run: Path, kind: str, code: str) -> Answer:
    """Gather the explanation of one number of a RUN.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    UsageError
        The RUN has no such clinic, municipality or council.
    """
    found, _ = read_told(run)
    return answer_of(found, kind, find(kind, code, found))


def read_run(run: Path) -> tuple[Found, str]:
    """Read what explanations need of a RUN, each table once; gives it with the name of the model.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    """
    from fordel_dask.yearly.found import read_found

    read = read_found(run)
    return read.found, read.model


def read_told(run: Path) -> tuple[Found, str]:
    """Read a RUN whose rules explanations tell; likewise.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    ModelError
        Its model has rules that they do not tell.
    """
    from fordel_dask.explanation.untold import refuse_untold
    from fordel_dask.rundir import read_run_manifest

    refuse_untold(read_run_manifest(run))
    return read_run(run)


def find(kind: str, code: str, found: Found) -> str:
    """Give the code of a clinic or area that was asked for by code or name.

    Raises
    ------
    UsageError
        There is none; the nearest are named.
    """
    rows: Mapping[str, Row] = found.rows[kind]
    wanted = code.strip().zfill(DIGITS.get(kind, 0)).casefold()
    for own, row in rows.items():
        if wanted in (own.casefold(), row.get(kind, "").casefold()):
            return own
    names = {name.casefold(): own for own, row in rows.items() for name in (own, row.get(kind, ""))}
    cutoff = 0.0 if wanted.isdigit() else SIMILAR
    near = dict.fromkeys(names[name] for name in difflib.get_close_matches(wanted, names, n=3, cutoff=cutoff))
    named = ", ".join(f"{own} ({rows[own][kind]})" if rows[own].get(kind) else own for own in near)
    hint = f"The nearest: {named}." if near else f"{TABLE_OF[kind]}.csv lists all {len(rows)}."
    raise UsageError(f"This RUN has no {kind} '{code}'. {hint}")
