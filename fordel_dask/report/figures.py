"""The figures and tables of a page, from the result tables of a RUN."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from fordel_dask.law.parameters import parameters
from fordel_dask.law.words import grouped, level_words, plain_value, term_words

Row = Mapping[str, str]
UNSURE = ("assumption", "inferred")


@dataclass(frozen=True)
class Figure:
    """One headline figure with what it means."""

    value: str
    name: str
    meaning: str


@dataclass(frozen=True)
class CouncilLine:
    """One council as printed; ``short`` tells that it has more capacities than it may have."""

    name: str
    citizens: str
    mean_weight: str
    need: str
    floor_addition: str
    maximum: str
    existing: str
    room: str
    over: bool


def total(rows: Sequence[Row], column: str) -> Fraction:
    """Sum a column exactly; empty cells count nothing."""
    return sum((Fraction(row[column] or 0) for row in rows), Fraction(0))


def headline(tables: Mapping[str, Sequence[Row]], norm: int) -> tuple[Figure, ...]:
    """Give the national figures."""
    councils, clinics = tables["councils"], tables["clinics"]
    need, floor = total(councils, "need"), total(councils, "floor_addition")
    numbered = sum(row["status"] == "ok" for row in clinics)
    floor_text = f"The floor adds {grouped(floor, 1)}; the rest is rounding up in each council." if floor else ""
    return (
        Figure(grouped(total(councils, "citizens"), 0), "citizens counted", "Enrolled in group 1 on the status date."),
        Figure(grouped(need, 1), "capacities needed", f"Weighted citizens ÷ {norm:,}."),
        Figure(
            grouped(total(councils, "maximum_capacities"), 0),
            "capacities at most",
            f"The sum of the {len(councils)} councils. {floor_text}".strip(),
        ),
        Figure(
            grouped(total(councils, "existing_capacities"), 1),
            "capacities today",
            "Of the clinics registered, small island clinics left out.",
        ),
        Figure(f"{numbered:,}", "clinics with a number", f"Of {len(clinics):,} clinics listed."),
    )


def council_lines(councils: Sequence[Row]) -> dict[str, tuple[CouncilLine, ...]]:
    """Give the councils by region, in the order of their ids."""
    ordered = sorted(councils, key=lambda row: (row["region"], row["council_id"]))
    return {
        region: tuple(_council_line(row["council"], [row]) for row in rows)
        for region, rows in groupby(ordered, key=lambda row: row["region"])
    }


def country_line(councils: Sequence[Row]) -> CouncilLine:
    """Give the sums over all councils."""
    return _council_line("Denmark", councils)


def _council_line(name: str, rows: Sequence[Row]) -> CouncilLine:
    persons, weighted = total(rows, "projected_citizens"), total(rows, "weighted_citizens")
    maximum, existing = total(rows, "maximum_capacities"), total(rows, "existing_capacities")
    return CouncilLine(
        name=name,
        citizens=grouped(total(rows, "citizens"), 0),
        mean_weight=grouped(weighted / persons, 3) if persons else "–",
        need=grouped(total(rows, "need"), 2),
        floor_addition=grouped(total(rows, "floor_addition"), 2) if total(rows, "floor_addition") else "–",
        maximum=grouped(maximum, 0),
        existing=grouped(existing, 1),
        room=grouped(maximum - existing, 1),
        over=existing > maximum,
    )


def weight_lines(weights: Sequence[Row]) -> dict[str, list[dict[str, str]]]:
    """Give the weights by term, as printed."""
    lines: dict[str, list[dict[str, str]]] = {}
    for row in weights:
        lines.setdefault(term_words(row["term"]), []).append(
            {
                "level": level_words(row["term"], row["level"]),
                "citizens": grouped(Fraction(row["citizens"]), 0),
                "kroner": grouped(Fraction(row["coefficient_kr"]), 2),
                "error": grouped(Fraction(row["standard_error_kr"]), 2),
                "weight": grouped(Fraction(row["weight"]), 3),
            }
        )
    return lines


def municipality_lines(municipalities: Sequence[Row]) -> list[dict[str, str]]:
    """Give the municipalities as printed."""
    return [
        {
            "code": row["municipality_code"],
            "name": row["municipality"],
            "citizens": grouped(Fraction(row["citizens"]), 0),
            "need": grouped(Fraction(row["need"]), 2),
            "floor": grouped(Fraction(row["floor"]), 2),
            "binds": "yes" if Fraction(row["floor"]) > Fraction(row["need"]) else "",
            "patients": grouped(Fraction(row["patients_per_capacity"]), 0) if row["patients_per_capacity"] else "–",
        }
        for row in municipalities
    ]


def statuses(clinics: Sequence[Row]) -> dict[str, int]:
    """Count the clinics by status."""
    return dict(Counter(row["status"] for row in clinics))


def unsure_parameters(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give every parameter of the run that is assumed or inferred, with what it means."""
    known = parameters()
    return [
        {
            "key": key,
            "doc": known[key].doc if key in known else key,
            "value": plain_value(entry["value"]),
            "unit": entry["unit"],
            "kind": entry["kind"],
            "source": entry["source"],
        }
        for key, entry in manifest["model"]["parameters"].items()
        if entry["kind"] in UNSURE
    ]
