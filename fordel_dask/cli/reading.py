"""``fordel explain``: the arithmetic behind one number of a RUN."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.errors import IntegrityError, UsageError
from fordel_dask.explanation.answer import CODE_OF, TABLE_OF, Answer, Row, answer_of, rules_of
from fordel_dask.explanation.patients import by_term
from fordel_dask.explanation.telling import tell
from fordel_dask.law.words import exactly, level_words, term_words

TABLES = ("parts", "clinics", "municipalities", "councils")
DIGITS = {"clinic": 6, "municipality": 3}
SIMILAR = 0.6


@click.command(short_help="The arithmetic from the national mean to a number.")
@click.argument("run", type=PATH, metavar="RUN")
@click.option("--clinic", metavar="YDERNUMMER", help="A clinic's minimum number of patients, e.g. 012345.")
@click.option("--municipality", metavar="CODE", help="A municipality's need, by code or name, e.g. 461 or Odense.")
@click.option("--council", metavar="ID", help="A council's maximum of capacities, by id or name, e.g. fyn.")
@speaking
def explain(run: Path, as_json: bool, **asked: Any) -> None:
    """Show the arithmetic from the national mean to the number of one clinic, municipality or council.

    In patients: which traits of its citizens make it differ, and by how many. Give exactly one
    of --clinic, --municipality and --council.

    \b
    Example:
      fordel explain nation.run --clinic 012345
      fordel explain nation.run --council fyn
    """
    given = {kind: asked[kind] for kind in TABLE_OF if asked[kind] is not None}
    if len(given) != 1:
        raise UsageError("Give exactly one of --clinic, --municipality and --council, e.g. --municipality 461.")
    ((kind, code),) = given.items()
    answer = explain_number(run, kind, code)
    say(as_json, as_content(answer), "\n".join(tell(answer)))


def explain_number(run: Path, kind: str, code: str) -> Answer:
    """Gather the explanation of one number of a RUN.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    UsageError
        The RUN has no such clinic, municipality or council.
    """
    from fordel_dask.rundir import read_manifest, read_table

    manifest = read_manifest(run)
    if manifest.get("kind") != "run":
        raise IntegrityError(f"{run} is no RUN. Make one with 'fordel run STORE --out RUN'.")
    tables: dict[str, Sequence[Row]] = {name: read_table(run, name, manifest) for name in TABLES}
    return answer_of(kind, _find(kind, code, tables[TABLE_OF[kind]]), tables, rules_of(manifest))


def _find(kind: str, code: str, rows: Sequence[Row]) -> Row:
    wanted = code.strip().zfill(DIGITS.get(kind, 0)).casefold()
    for row in rows:
        if wanted in (row[CODE_OF[kind]].casefold(), row.get(kind, "").casefold()):
            return row
    names = {name.casefold(): row[CODE_OF[kind]] for row in rows for name in (row[CODE_OF[kind]], row.get(kind, ""))}
    cutoff = 0.0 if wanted.isdigit() else SIMILAR
    near = dict.fromkeys(names[name] for name in difflib.get_close_matches(wanted, names, n=3, cutoff=cutoff))
    hint = f"The nearest: {', '.join(near)}." if near else f"{TABLE_OF[kind]}.csv lists all {len(rows)}."
    raise UsageError(f"This RUN has no {kind} '{code}'. {hint}")


def as_content(answer: Answer) -> dict[str, Any]:
    """Give an explanation for a program: exact figures as decimal text, patients as whole numbers."""
    exact = answer.exact
    return {
        "kind": answer.kind,
        "code": answer.code,
        "figures": dict(answer.row),
        "citizens_per_capacity": answer.rules.norm,
        "patients_per_capacity_exact": None if exact is None else exactly(exact).replace(",", ""),
        "terms": [
            {"term": term, "words": term_words(term), "patients": sum(row.whole for row in rows)}
            for term, rows in by_term(answer.parts).items()
        ],
        "parts": [
            {
                "term": part.term,
                "level": part.level,
                "words": level_words(part.term, part.level) if part.level else term_words(part.term),
                "citizens": part.citizens,
                "patients_exact": exactly(part.exact).replace(",", "").replace("−", "-"),
                "patients": part.whole,
            }
            for part in answer.parts
        ],
    }
