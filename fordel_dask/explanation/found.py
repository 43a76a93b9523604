"""What a RUN has found, read once and put in order, so that any of its numbers can be explained."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fordel_dask.explanation.patients import WeightedPart, national_counts
from fordel_dask.law.rounding import NANO, decimals, scaled

Row = Mapping[str, str]
Level = tuple[str, str]
CLINIC, MUNICIPALITY, COUNCIL = "clinic", "municipality", "council"
TABLE_OF = {CLINIC: "clinics", MUNICIPALITY: "municipalities", COUNCIL: "councils"}
CODE_OF = {CLINIC: "ydernummer", MUNICIPALITY: "municipality_code", COUNCIL: "council_id"}
NEEDED = ("parts", "weights", "clinics", "municipalities", "councils")
IF_THERE = ("intervals", "capacity_chances")
"""Tables that older programs did not write."""


@dataclass(frozen=True)
class Rules:
    """The figures of the model that an explanation names, as the RUN's manifest has them."""

    year: int
    norm: int
    step: int
    floor: bool
    floor_km2: int
    island_threshold: int


@dataclass(frozen=True)
class Country:
    """All citizens counted: how many, how many of each level, and the means of what is expected of them.

    ``mean_kr`` is r̄, the mean raw weight in kroner a year; ``clamp_kr`` the mean of what lifting to 0 adds to it.
    """

    citizens: int
    levels: Mapping[Level, int]
    mean_kr: Fraction
    clamp_kr: Fraction


@dataclass(frozen=True)
class Unsaid:
    """Why a RUN does not say how sure its figures are: it is of an older program, or gives its reason."""

    is_older: bool
    reason: str = ""


@dataclass(frozen=True)
class Found:
    """A RUN in order: rows by kind and code, parts and intervals by area, weights by level."""

    rules: Rules
    country: Country
    rows: Mapping[str, Mapping[str, Row]]
    parts: Mapping[tuple[str, str], Sequence[WeightedPart]]
    weights: Mapping[Level, Row]
    intervals: Mapping[tuple[str, str], Mapping[str, Row]]
    chances: Mapping[str, Sequence[Row]]
    confidence: Fraction
    unsaid: Unsaid | None


def found_in(manifest: Mapping[str, Any], tables: Mapping[str, Sequence[Row]]) -> Found:
    """Put the tables of a RUN in order; tables of :data:`IF_THERE` may be missing."""
    weights = {(row["term"], row["level"]): row for row in tables["weights"]}
    uncertainty = manifest.get("uncertainty", {})
    return Found(
        rules=rules_of(manifest),
        country=country_of(national_counts(tables["parts"]), weights),
        rows={kind: {row[CODE_OF[kind]]: row for row in tables[name]} for kind, name in TABLE_OF.items()},
        parts=parts_by_area(tables["parts"]),
        weights=weights,
        intervals=_intervals(tables.get("intervals", ())),
        chances=_chances(tables.get("capacity_chances", ())),
        confidence=Fraction(str(uncertainty.get("confidence", 0))),
        unsaid=_unsaid("intervals" in tables, uncertainty),
    )


def rules_of(manifest: Mapping[str, Any]) -> Rules:
    """Read the figures of the model from a RUN's manifest."""
    values = {key: entry["value"] for key, entry in manifest["model"]["parameters"].items()}
    return Rules(
        year=int(manifest["nation"]["year"]),
        norm=int(values["capacity.citizens_per_capacity"]),
        step=int(values["clinics.rounding_step"]),
        floor=bool(values["capacity.floor"]),
        floor_km2=int(values["capacity.floor_km2"]),
        island_threshold=int(values["clinics.island_threshold"]),
    )


def country_of(counts: Mapping[Level, int], weights: Mapping[Level, Row]) -> Country:
    """Give what parts are measured from.

    Where nobody's consumption is expected below 0 the mean raw weight follows from counts and coefficients, exactly;
    the published weights show whether it does. Else it is read from the largest of them.
    """
    citizens = max(counts.values(), default=0)
    weights = {level: row for level, row in weights.items() if row["weight"]}  # none of Poisson, Tweedie or trees
    kroner = {level: Fraction(row["coefficient_kr"]) for level, row in weights.items()}
    linear = sum((counts.get(level, 0) * beta for level, beta in kroner.items()), Fraction(0)) / max(citizens, 1)
    if linear and all(decimals(scaled(kroner[level] / linear)) == row["weight"] for level, row in weights.items()):
        mean = linear
    else:
        heaviest = max(weights, key=lambda level: abs(Fraction(weights[level]["weight"])), default=None)
        weight = Fraction(weights[heaviest]["weight"]) if heaviest else Fraction(0)
        mean = kroner[heaviest] / weight if heaviest and weight else Fraction(0)
    mean = Fraction(scaled(mean), NANO)
    return Country(citizens, counts, mean, mean - linear if mean != Fraction(scaled(linear), NANO) else Fraction(0))


def parts_by_area(rows: Iterable[Row]) -> dict[tuple[str, str], list[WeightedPart]]:
    """Put the rows of ``parts.csv`` in order by kind and code of the area."""
    found: dict[tuple[str, str], list[WeightedPart]] = {}
    for row in rows:
        part = WeightedPart(row["term"], row["level"], int(row["citizens"]), Fraction(row["weighted_part"]))
        found.setdefault((row["area_kind"], row["code"]), []).append(part)
    return found


def _intervals(rows: Iterable[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        if row["kind"] in TABLE_OF:
            found.setdefault((row["kind"], row["code"]), {})[row["figure"]] = row
    return found


def _chances(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["council_id"], []).append(row)
    return found


def _unsaid(has_intervals: bool, uncertainty: Mapping[str, Any]) -> Unsaid | None:
    if not has_intervals or not uncertainty:
        return Unsaid(is_older=True)
    return None if uncertainty.get("said") else Unsaid(is_older=False, reason=str(uncertainty.get("why_not", "")))
