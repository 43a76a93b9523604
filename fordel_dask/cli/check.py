"""``fordel check``: a delivery of registers is read and judged; nothing in it is changed."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from fordel_dask.cli.judgement import declaration_text, rule_lines, summary_text
from fordel_dask.cli.options import PATH, place_of, placed, say, speaking
from fordel_dask.cli.progress import ProgressLines
from fordel_dask.cli.working_place import working_place
from fordel_dask.errors import IntegrityError, SpaceError, UsageError

DEFAULT_OUT = Path("fordel-quality")
REPORT, PAGE, MARKER = "quality.json", "quality.html", "check.json"
DECLARATION = "registers.toml"
OUT_HELP = f"Directory of the report.  [default: {DEFAULT_OUT}]"


@click.command(short_help="Read and judge register extracts; change nothing.")
@click.argument("registers", type=PATH, required=False)
@click.option("--out", type=PATH, help=OUT_HELP)
@click.option("--last-year", type=PATH, help="The quality.json of last year's delivery, to compare with.")
@click.option("--lang", type=click.Choice(["en", "da"]), default="en", help="Language of page and summary.")
@click.option("--init", is_flag=True, help="Write a first registers.toml into REGISTERS instead, if there is none.")
@click.option("--rules", "of_rules", is_flag=True, help="List what a delivery is held against; needs no REGISTERS.")
@placed
@speaking
def check(registers: Path | None, of_rules: bool, **options: Any) -> None:
    """Read and judge register extracts: what an ingest would refuse, keep out or wonder about.

    REGISTERS is a directory with registers.toml. Every fault is told at once, with counts,
    files and what to do, on a page and in quality.json. Leaves with 0 if an ingest can go on,
    else with the code an ingest would leave with.

    \b
    Example:
      fordel check registers/ --init
      fordel check registers/
      fordel check registers/ --last-year 2025/quality.json --lang da --out 2026
      fordel check --rules
    """
    if of_rules:
        say(options["as_json"], _rules_content(), "\n".join(rule_lines(options["lang"])))
    elif registers is None:
        raise UsageError(
            "Give the directory of the registers: fordel check REGISTERS. 'fordel check --rules' needs none."
        )
    elif options["init"]:
        _declare(registers, options["as_json"], options["lang"])
    else:
        _check(registers, options)


def _check(registers: Path, options: Mapping[str, Any]) -> None:
    from fordel_dask.quality.findings import judge
    from fordel_dask.quality.page import page_text
    from fordel_dask.store import sealed

    if not registers.is_dir():
        raise UsageError(f"{registers} is no directory. Give the one that holds the extracts.")
    out = _place_of_report(registers, options["out"])
    last_year = earlier_report(options["last_year"]) if options["last_year"] else None
    _make_room(out, shared=_same_place(out, registers))
    report = judge(_observe(registers, options), last_year)
    _write(out / REPORT, json.dumps(sealed(report), indent=1, ensure_ascii=False) + "\n")
    _write(out / PAGE, page_text(report, options["lang"]))
    say(options["as_json"], report, summary_text(report, out / PAGE, options["lang"]))
    if report["exit_code"]:
        sys.exit(report["exit_code"])


def _observe(registers: Path, options: Mapping[str, Any]) -> Any:
    from fordel_dask.quality.check import check as check_registers

    place = place_of(options)
    progress = ProgressLines(options["quiet"] or options["as_json"])
    with working_place(place) as executor:
        # absolute: workers of a cluster may stand in another directory
        return check_registers(registers.absolute(), executor, report=progress.show)


def _place_of_report(registers: Path, asked: Path | None) -> Path:
    """Give where the report goes: among the registers only if that was asked for."""
    out = asked or DEFAULT_OUT
    if asked is None and out.absolute().resolve().is_relative_to(registers.resolve()):
        raise UsageError(f"The report would come to lie among the registers, in {registers}. Say where with --out.")
    return out


def _same_place(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def earlier_report(path: Path) -> dict[str, Any]:
    """Read the report of an earlier check, held against its seal if it has one: those of version 0.2 have none.

    Raises
    ------
    IntegrityError
        It cannot be read, was changed, or is no report.
    """
    from fordel_dask.documents import read_json
    from fordel_dask.quality.drift import checked_earlier_report
    from fordel_dask.store import seal_of

    try:
        content = read_json(path)
    except OSError as error:
        failure = error.strerror or "the file system refused"
    except ValueError:
        failure = "it is no JSON"
    else:
        seal = content.pop("seal", None) if isinstance(content, dict) else None
        if seal is None or seal == seal_of(content):
            return checked_earlier_report(content, str(path))
        failure = "it was changed after it was written"
    raise IntegrityError(
        f"{path} cannot be read: {failure}. Give the quality.json that 'fordel check' wrote last year."
    )


def _make_room(out: Path, shared: bool) -> None:
    """Make a private directory ours by a marker; one that holds other things stays, and stops us unless ``shared``."""
    ours = (out / MARKER).exists()
    if out.exists() and not shared and (not out.is_dir() or (any(out.iterdir()) and not ours)):
        raise UsageError(f"{out} holds other files. Nothing was touched; choose another place with --out.")
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not shared:
            out.chmod(0o700)
            _write(out / MARKER, json.dumps({"what": "a quality report made by 'fordel check'"}) + "\n")
    except OSError as error:
        failure = error.strerror or "the file system refused"
    else:
        return
    raise _no_room(out, failure)


def _write(path: Path, text: str) -> None:
    """Write a file only its owner may read, whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
    except OSError as error:
        failure = error.strerror or "the file system refused"
    else:
        return
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
    raise _no_room(path, failure)


def _no_room(path: Path, failure: str) -> SpaceError:
    return SpaceError(f"{path} cannot be written: {failure}. Choose another place with --out.")


def _declare(registers: Path, as_json: bool, lang: str) -> None:
    """Write a first declaration; one that is there already is left alone."""
    from fordel_dask.registers.first_declaration import first_declaration

    if not registers.is_dir():
        raise UsageError(f"{registers} is no directory. Give the one that holds the extracts.")
    path = registers / DECLARATION
    there = path.exists()
    if there and not as_json:
        raise UsageError(
            f"{path} is there already and was left alone. Take it away first, or see a draft with --init --json."
        )
    draft = first_declaration(registers)
    if not there:
        _write_new(path, draft.text)
    content = {
        "written": None if there else str(path),
        "text": draft.text,
        "placed": {name: list(files) for name, files in draft.placed.items()},
        "unplaced": [{"file": str(file), "why": why} for file, why in draft.unplaced],
        "doubts": list(draft.doubts),
    }
    say(as_json, content, declaration_text(content, lang))


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        failure = "it is there already"
    except OSError as error:
        failure = error.strerror or "the file system refused"
        with contextlib.suppress(OSError):
            path.unlink()  # half of a declaration
    else:
        return
    raise SpaceError(f"{path} cannot be written: {failure}. See the draft with --init --json.")


def _rules_content() -> dict[str, Any]:
    from fordel_dask.quality.rules import all_rules, drift_limits

    return {
        "rules": [_as_json(asdict(rule)) for rule in all_rules()],
        "drift": _as_json(asdict(drift_limits())),
    }


def _as_json(value: Any) -> Any:
    """Give thresholds as numbers of JSON."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return {name: _as_json(one) for name, one in value.items()} if isinstance(value, dict) else value
