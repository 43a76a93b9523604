"""One plain page of a RUN: a single HTML file that opens anywhere, offline."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fordel_dask.law.sources import data_file
from fordel_dask.report import charts, figures
from fordel_dask.report import map as coloured
from fordel_dask.report.pictures import denmark
from fordel_dask.rundir import read_manifest, read_table
from fordel_dask.store.publishing import writing

Row = Mapping[str, str]
TABLES = ("weights", "municipalities", "councils", "clinics")
CREDITED = ("geography/municipalities.geojson", "geography/municipalities.csv", "fees/gp_fees_2025-10-01.csv")


def write_page(run: Path, out: Path, invented: bool = False) -> Path:
    """Write ``out/index.html`` from a RUN and give its path.

    The page may hold small counts and stays where the RUN stays; ``invented`` says on it
    that no real person is behind them.

    Raises
    ------
    IntegrityError
        The directory is no RUN, or a table was changed after the run.
    SpaceError
        The page cannot be written.
    """
    manifest = read_manifest(run)
    text = page_text(manifest, {name: read_table(run, name, manifest) for name in TABLES}, invented)
    partial = out / ".index.html.partial"
    with writing(f"The page in {out}"):
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            partial.write_text(text, "utf-8")
            partial.replace(out / "index.html")
        finally:
            partial.unlink(missing_ok=True)
    return out / "index.html"


def page_text(manifest: Mapping[str, Any], tables: Mapping[str, Sequence[Row]], invented: bool) -> str:
    """Give the page as HTML."""
    environment = Environment(
        loader=PackageLoader("fordel_dask.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("page.html").render(content(manifest, tables, invented))


def content(manifest: Mapping[str, Any], tables: Mapping[str, Sequence[Row]], invented: bool) -> dict[str, Any]:
    """Give everything the page says, ready to be printed."""
    values = {key: entry["value"] for key, entry in manifest["model"]["parameters"].items()}
    norm, step = int(values["capacity.citizens_per_capacity"]), int(values["clinics.rounding_step"])
    return {
        "invented": invented,
        "year": manifest["nation"]["year"],
        "model": manifest["model"],
        "program": manifest["program"],
        "norm": norm,
        "floor_km2": values["capacity.floor_km2"] if values["capacity.floor"] else None,
        "headline": figures.headline(tables, norm),
        "regions": figures.council_lines(tables["councils"]),
        "country": figures.country_line(tables["councils"]),
        "municipalities": figures.municipality_lines(tables["municipalities"]),
        "weights": figures.weight_lines(tables["weights"]),
        "map": _map(tables["municipalities"], tables["councils"], norm),
        "ages": charts.age_chart(tables["weights"]),
        "others": charts.other_chart(tables["weights"]),
        "clinics": charts.histogram(_minimums(tables["clinics"]), norm, step),
        "statuses": figures.statuses(tables["clinics"]),
        "unsure": figures.unsure_parameters(manifest),
        "credits": [data_file(path).credit for path in CREDITED],
    }


def _minimums(clinics: Sequence[Row]) -> list[int]:
    return [int(row["minimum_per_capacity"]) for row in clinics if row["minimum_per_capacity"]]


def _map(municipalities: Sequence[Row], councils: Sequence[Row], norm: int) -> dict[str, Any]:
    names = {row["council_id"]: row["council"] for row in councils}
    patients = {
        row["municipality_code"]: float(row["patients_per_capacity"]) if row["patients_per_capacity"] else None
        for row in municipalities
    }
    known = [value for value in patients.values() if value is not None]
    width = coloured.class_width(known, norm)
    return {
        "width": denmark.WIDTH,
        "height": denmark.HEIGHT,
        "inset": (*denmark.INSET, *denmark.INSET_SIZE),
        "capital": denmark.capital_window(),
        "shapes": tuple(coloured.shapes(patients, norm, width)),
        "colours": coloured.COLOURS,
        "borders": denmark.council_borders({row["municipality_code"]: row["council_id"] for row in municipalities}),
        "legend": coloured.legend(known, norm, width),
        "missing": len(patients) - len(known),
        "titles": {row["municipality_code"]: _title(row, names) for row in municipalities},
    }


def _title(row: Row, councils: Mapping[str, str]) -> str:
    patients = row["patients_per_capacity"]
    number = f"{float(patients):,.0f} citizens make up one capacity" if patients else "no citizens, no number"
    return f"{row['municipality']} ({councils.get(row['council_id'], row['council_id'])}): {number}"
