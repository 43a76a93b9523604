"""The page of a diagnosis: one HTML file that opens anywhere, offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fordel_dask.law.sources import data_file
from fordel_dask.law.words import grouped, level_words
from fordel_dask.report import dots
from fordel_dask.report import map as coloured
from fordel_dask.report.diagnosis_words import (
    SECTIONS,
    TITLES,
    WORDS_OF_KNOWN,
    WORDS_OF_PREDICTIONS,
    WORDS_OF_WAYS,
    name_of,
)
from fordel_dask.report.pictures import denmark
from fordel_dask.schema.diagnosis import DIAGNOSIS_TABLES

Row = Mapping[str, str]
PAGE = "index.html"
PER_MILLE = 1000


@dataclass(frozen=True)
class Line:
    """One group as printed."""

    name: str
    citizens: str
    clinics: str
    actual: str
    predicted: str
    ratio: str
    difference: str
    note: str


@dataclass(frozen=True)
class Panel:
    """One trait: its title, whether the model knows it, its picture and its table."""

    title: str
    known: str
    chart: dots.DotChart
    lines: tuple[Line, ...]
    clinics: bool


def diagnosis_page(manifest: Mapping[str, Any], tables: Mapping[str, Sequence[tuple[str, ...]]]) -> str:
    """Give the page as HTML. It may hold small counts and stays where the tables stay."""
    environment = Environment(
        loader=PackageLoader("fordel_dask.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    named = {
        table.name: [
            dict(zip([column.name for column in table.columns], row, strict=True)) for row in tables[table.name]
        ]
        for table in DIAGNOSIS_TABLES
    }
    return environment.get_template("diagnosis.html").render(content(manifest, named))


def content(manifest: Mapping[str, Any], tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Give everything the page says, ready to be printed."""
    by_trait: dict[str, list[Row]] = {}
    for row in tables["groups"]:
        by_trait.setdefault(row["trait"], []).append(row)
    return {
        "year": manifest["nation"]["year"],
        "model": manifest["model"],
        "program": manifest["program"],
        "seed": manifest["seed"],
        "sample": {name: f"{manifest['noticed'][f'sample_{name}']:,}" for name in ("citizens", "clinics")},
        "headline": headline(tables),
        "fits": [fit_line(row) for row in tables["fit"]],
        "sections": {
            name: [panel(by_trait[one]) for one in traits if one in by_trait] for name, traits in SECTIONS.items()
        },
        "ages": dots.line_chart([_age(row) for row in by_trait["age_year"]]),
        "age_lines": [line(row) for row in by_trait["age_year"]],
        "calibration": _calibration(by_trait["predicted_tenth"]),
        "calibration_lines": [line(row) for row in by_trait["predicted_tenth"]],
        "map": _map(by_trait["municipality"]),
        "municipality_lines": [line(row) for row in by_trait["municipality"]],
        "ways": [_way(row) for row in tables["simplicity"]],
        "stability": manifest["stability"],
        "changed": [_changed(row) for row in tables["stability"] if row["kind"] == "weight"],
        "credits": [data_file("geography/municipalities.geojson").credit],
        "words": WORDS_OF_KNOWN,
        "clinics_told": any(row["trait"] == "clinic_weight_tenth" for row in tables["groups"]),
    }


def headline(tables: Mapping[str, Sequence[Row]]) -> list[tuple[str, str, str]]:
    """Give the figures at the top: value, name, meaning."""
    fits = {(row["level"], row["prediction"]): row for row in tables["fit"]}
    ways = {row["way"]: row["r2"] for row in tables["simplicity"]}
    found = [
        (_number(fits[level, "published"]["r2"], 3), f"R² of {plural}", meaning)
        for level, plural, meaning in (
            ("citizen", "citizens", "Chance decides most of one citizen's year; no model comes near 1."),
            ("clinic", "clinics", "What planning asks for: the differences between clinics."),
            ("municipality", "municipalities", "The same between where citizens live."),
        )
    ]
    held = fits["citizen", "without_own_fold_of_clinics"]["r2"]
    found.append((_number(held, 3), "R² of citizens in new clinics", "By weights from other clinics alone."))
    more, same = ways["trees_finer_traits"], ways["estimated_anew"]
    lost = Fraction(more) - Fraction(same) if more and same else None
    meaning = "What trees on finer traits explain more."
    if lost is not None and lost < 0:
        meaning = "Trees find nothing more, or had too few citizens."
    found.append(("–" if lost is None else _signed(lost, 3), "R² lost by simplicity", meaning))
    return found


def fit_line(row: Row) -> dict[str, str]:
    """Give one line of the table of fit, as printed."""
    return {
        "level": row["level"],
        "prediction": WORDS_OF_PREDICTIONS[row["prediction"]],
        "units": _number(row["units"], 0),
        "r2": _number(row["r2"], 4),
        "cpm": _number(row["cpm"], 4),
        "mae": _number(row["mae_kr"], 2),
        "note": row["note"],
    }


def panel(rows: Sequence[Row]) -> Panel:
    """Give a trait with its picture and table."""
    first = rows[0]
    lines = tuple(line(row) for row in rows)
    ratios = [
        dots.Ratio(one.name, int(row["citizens"]), _float(row["predictive_ratio"]), _beside(row, one))
        for row, one in zip(rows, lines, strict=True)
    ]
    return Panel(
        title=TITLES[first["trait"]],
        known=first["in_model"],
        chart=dots.dot_chart(ratios),
        lines=lines,
        clinics=any(row["clinics"] for row in rows),
    )


def _beside(row: Row, one: Line) -> str:
    if not row["difference_kr"] or row["note"]:
        return row["note"]
    return f"{one.ratio}   {_signed(Fraction(row['difference_kr']), 0)} kr."


def line(row: Row) -> Line:
    """Give one group as printed."""
    difference = row["difference_kr"]
    return Line(
        name=name_of(row),
        citizens=_number(row["citizens"], 0),
        clinics=_number(row["clinics"], 0),
        actual=_number(row["actual_kr"], 2),
        predicted=_number(row["predicted_kr"], 2),
        ratio=_number(row["predictive_ratio"], 3),
        difference=_signed(Fraction(difference), 2) if difference else "–",
        note=row["note"],
    )


def _number(text: str, places: int) -> str:
    return grouped(Fraction(text), places) if text else "–"


def _signed(value: Fraction, places: int) -> str:
    text = grouped(value, places)
    return f"+{text}" if Fraction(text.replace(",", "").replace("−", "-")) > 0 else text


def _float(text: str) -> float | None:
    return float(text) if text else None


def _age(row: Row) -> tuple[str, int, int, float | None]:
    sex, age = row["level"].split(" ")
    return sex, int(age.removesuffix("+")), int(row["citizens"]), _float(row["predictive_ratio"])


def _calibration(rows: Sequence[Row]) -> dots.DiagonalChart:
    return dots.diagonal_chart(
        [(row["level"], float(row["predicted_kr"]), float(row["actual_kr"])) for row in rows if row["actual_kr"]]
    )


def _way(row: Row) -> dict[str, str]:
    return {
        "way": WORDS_OF_WAYS[row["way"]],
        "trained": _number(row["citizens_trained"], 0),
        "tested": _number(row["citizens_tested"], 0),
        "r2": _number(row["r2"], 4),
        "note": row["note"],
    }


def _changed(row: Row) -> dict[str, str]:
    return {
        "name": level_words(row["code"], row["level"]),
        "before": _number(row["before"], 3),
        "now": _number(row["now"], 3),
        "difference": _signed(Fraction(row["difference"]), 3),
    }


def _map(municipalities: Sequence[Row]) -> dict[str, Any]:
    """Give the map of predictive ratios: brown where the model predicts too little, green where too much."""
    ratios = {
        row["level"]: float(row["predictive_ratio"]) * PER_MILLE if row["predictive_ratio"] else None
        for row in municipalities
    }
    known = [ratio for ratio in ratios.values() if ratio is not None]
    width = coloured.class_width(known, PER_MILLE)
    return {
        "width": denmark.WIDTH,
        "height": denmark.HEIGHT,
        "inset": (*denmark.INSET, *denmark.INSET_SIZE),
        "shapes": tuple(coloured.shapes(ratios, PER_MILLE, width)),
        "colours": coloured.COLOURS,
        "legend": _legend(known, width),
        "missing": len(ratios) - len(known),
        "titles": {row["level"]: _title(row) for row in municipalities},
    }


def _legend(ratios: Sequence[float], width: int) -> list[tuple[str, str, int]]:
    """Give colours, ranges of ratios and how many municipalities each has."""
    reach = coloured.STEPS_EACH_WAY
    bounds = [1 + width * step / PER_MILLE for step in range(-reach, reach + 1)]
    inside = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(bounds)]
    labels = [f"under {bounds[0]:.4g}", *inside, f"{bounds[-1]:.4g} and more"]
    classes = [coloured.class_of(ratio, PER_MILLE, width) for ratio in ratios]
    both = zip(coloured.COLOURS, labels, strict=True)
    return [(colour, label, classes.count(n)) for n, (colour, label) in enumerate(both)]


def _title(row: Row) -> str:
    one = line(row)
    return f"{row['name']}: {row['note'] or f'predicted ÷ actual {one.ratio}, {one.difference} kr. a citizen'}"
