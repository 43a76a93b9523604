"""``fordel refit``: the weights again from a bundle alone."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fordel_dask.cli.options import PATH, say, speaking
from fordel_dask.errors import SpaceError, UsageError

if TYPE_CHECKING:
    from fordel_dask.bundle import Bundle, Refit
    from fordel_dask.printing import Row

WEIGHTS_FILE, ABOUT_FILE, MANIFEST_FILE = "weights.csv", "refit.json", "manifest.json"
OWN_FILES = {WEIGHTS_FILE, ABOUT_FILE, MANIFEST_FILE}
NOT_IN_A_BUNDLE = "A bundle does not tell the numbers of areas and clinics: 'fordel run' does."


@click.command(short_help="The weights again from a RUN's bundle alone.")
@click.argument("bundle", type=PATH)
@click.option("--out", type=PATH, metavar="DIR", help=f"Directory for {WEIGHTS_FILE}; without it they are shown.")
@click.option("--without", multiple=True, metavar="TERM", help="Leave a term out of the model, e.g. psychiatric.")
@click.option("--leave-out", multiple=True, metavar="COUNCIL", help="Leave out a council's clinics, by id or name.")
@speaking
def refit(bundle: Path, out: Path | None, without: tuple[str, ...], leave_out: tuple[str, ...], **options: Any) -> None:
    """Estimate the weights again from BUNDLE, the file bundle.json of a RUN; neither registers nor store are needed.

    For the RUN's own model weights.csv is the RUN's to the last byte. Without a term, or without the clinics of some
    councils, it says what a bundle does not tell.

    \b
    Example:
      fordel refit nation.run/bundle.json
      fordel refit bundle.json --without psychiatric --leave-out fyn --out smaller
    """
    from fordel_dask.bundle import read_bundle
    from fordel_dask.bundle import refit as estimate_again

    opened = read_bundle(bundle)
    found = estimate_again(opened, without, leave_out)
    rows = _rows(opened, found)
    about = {
        "model": opened.model["name"],
        "without": list(without),
        "leave_out": list(leave_out),
        "is_own_model": found.is_own,
        "clinics": found.clinics,
        "citizens": found.citizens,
        "notes": [*found.notes, NOT_IN_A_BUNDLE],
    }
    if out is not None:
        _write(out, rows, about, hashlib.sha256(bundle.read_bytes()).hexdigest())
    shown = {**about, "weights": [dict(zip(_header(), row, strict=True)) for row in rows]}
    say(options["as_json"], shown, "\n".join(_lines(rows, about, out)))


def _header() -> list[str]:
    from fordel_dask.schema.results import WEIGHTS

    return [column.name for column in WEIGHTS.columns]


def _rows(opened: "Bundle", found: "Refit") -> "list[Row]":
    from fordel_dask.printing import weight_rows

    return list(weight_rows(found.rows, opened.year_days, found.mean_raw))


def _lines(rows: "list[Row]", about: dict[str, Any], out: Path | None) -> Iterator[str]:
    yield f"{about['citizens']:,} citizens of {about['clinics']:,} clinics, model '{about['model']}':"
    yield f"{'term':<16}{'level':<24}{'kr a year':>16}{'standard error':>18}{'weight':>16}"
    for term, level, _, _, coefficient, error, weight in rows:
        yield f"{term:<16}{level:<24}{coefficient:>16}{error:>18}{weight:>16}"
    yield from about["notes"]
    if out is not None:
        yield f"Written to {out}: {WEIGHTS_FILE}, {ABOUT_FILE}"


def _write(out: Path, rows: "list[Row]", about: dict[str, Any], bundle: str) -> None:
    """Write the weights into a new directory, or into that of an earlier refit; ``bundle`` is the SHA-256 of its file.

    Raises
    ------
    UsageError
        Something else stands there.
    SpaceError
        It cannot be written.
    """
    from fordel_dask.printing import csv_text
    from fordel_dask.provenance import made_by
    from fordel_dask.seals import directory_manifest

    try:
        if out.exists() and (not out.is_dir() or {path.name for path in out.iterdir()} - OWN_FILES):
            raise UsageError(f"{out} holds other files. Nothing was touched; choose another place with --out.")
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(out / WEIGHTS_FILE, csv_text(_header(), rows))
        _put(out / ABOUT_FILE, json.dumps(about, indent=1, ensure_ascii=False) + "\n")
        manifest = {"kind": "refit", **made_by(), "inputs": {"bundle": bundle}}
        _put(out / MANIFEST_FILE, directory_manifest(out, manifest))
    except OSError as error:
        failure = os.strerror(error.errno) if error.errno else "the file system refused"
    else:
        return
    raise SpaceError(f"{out} cannot be written: {failure}. Choose another place with --out.")


def _put(path: Path, text: str) -> None:
    """Write a small file, whole or not at all."""
    begun = path.with_name(f".{path.name}")
    begun.write_text(text, "utf-8")
    begun.replace(path)
