"""The result tables as text, exactly as the contract prints them in CSV."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from .capacity import Area, maximum_capacities, need_before_rounding, patients_per_capacity
from .clinics import Clinic, existing_capacities
from .explanation import Part
from .registers import Registers
from .rounding import MICRO, decimals, half_up_to_step
from .scoring import Scale
from .weights import Weights

COLUMNS = {
    "weights": "term level citizens exposure_years coefficient_kr standard_error_kr weight",
    "municipalities": "municipality_code municipality council_id citizens projected_citizens "
    "weighted_citizens mean_weight need area_km2 floor patients_per_capacity patients_per_capacity_rounded",
    "councils": "council_id council region citizens projected_citizens weighted_citizens mean_weight need "
    "floor_addition need_before_rounding maximum_capacities existing_capacities",
    "clinics": "ydernummer clinic_type municipality_code council_id capacities patients weighted_patients "
    "mean_weight minimum_per_capacity_exact minimum_per_capacity minimum_patients status note",
    "parts": "area_kind code term level citizens weighted_part",
    "flows": "residence_council_id clinic_council_id citizens",
}


def table(name: str, rows: Iterable[Iterable[object]]) -> pd.DataFrame:
    """Give a result table of text; None is blank."""
    text = [["" if value is None else str(value) for value in row] for row in rows]
    return pd.DataFrame(text, columns=COLUMNS[name].split(), dtype=object)


def ratio(amount: Fraction, persons: Fraction) -> Fraction | None:
    """Divide, or say nothing where nobody is."""
    return amount / persons if persons else None


def weights_table(weights: Weights, scale: Scale, days: int) -> pd.DataFrame:
    """Give one row per estimated coefficient, in the model's order."""
    columns = (weights.citizens, weights.exposure_days, weights.coefficients, weights.standard_errors)
    return table(
        "weights",
        (
            (
                *level,
                citizens,
                decimals(Fraction(exposure, days)),
                decimals(Fraction(coefficient, MICRO), 6),
                None if error is None else decimals(Fraction(error, MICRO), 6),
                decimals(coefficient / scale.mean_raw) if weights.adds_up else None,
            )
            for level, citizens, exposure, coefficient, error in zip(weights.levels, *columns, strict=True)
        ),
    )


def projected_text(projected: Fraction, registers: Registers, model: Mapping[str, Any]) -> str:
    """Print projected persons: decimals only where there is a projection, or parts of a commuter move."""
    in_parts = model["capacity.commuters_percent"] % 100 != 0
    return decimals(projected) if in_parts or registers.projection is not None else str(int(projected))


def municipalities_table(registers: Registers, areas: Mapping[str, Area], model: Mapping[str, Any]) -> pd.DataFrame:
    """Give every municipality, by code."""
    rows = []
    for code, own in registers.municipalities.iterrows():
        area = areas[str(code)]
        per_capacity = patients_per_capacity(model["capacity.citizens_per_capacity"], area.projected, area.weighted)
        step = model["clinics.rounding_step"]
        rows.append(
            (
                code,
                own["name"],
                own["council_id"],
                area.citizens,
                projected_text(area.projected, registers, model),
                decimals(area.weighted),
                decimals(ratio(area.weighted, area.projected)),
                decimals(area.need),
                own["area_km2"],
                decimals(area.floor),
                decimals(per_capacity),
                None if per_capacity is None else half_up_to_step(per_capacity, step),
            )
        )
    return table("municipalities", rows)


def councils_table(
    registers: Registers, areas: Mapping[str, Area], clinics: Mapping[str, Clinic], model: Mapping[str, Any]
) -> pd.DataFrame:
    """Give every council, by id: the sums of its municipalities and the binding maximum."""
    existing = existing_capacities(registers, clinics, model)
    rows = []
    for council_id, own in registers.municipalities.groupby("council_id"):
        within = [areas[str(code)] for code in own.index]
        projected = sum((area.projected for area in within), Fraction(0))
        weighted = sum((area.weighted for area in within), Fraction(0))
        needs = sum((area.need for area in within), Fraction(0))
        before = need_before_rounding(within, model["capacity.floor_level"])
        maximum = maximum_capacities(before, model["capacity.rounding"])
        rows.append(
            (
                council_id,
                own["council"].iloc[0],
                own["region"].iloc[0],
                sum(area.citizens for area in within),
                projected_text(projected, registers, model),
                decimals(weighted),
                decimals(ratio(weighted, projected)),
                decimals(needs),
                decimals(before - needs),
                decimals(before),
                decimals(maximum) if isinstance(maximum, Fraction) else maximum,
                decimals(existing[str(council_id)]),
            )
        )
    return table("councils", rows)


def clinics_table(registers: Registers, clinics: Mapping[str, Clinic]) -> pd.DataFrame:
    """Give every clinic, by number; one without a row at the status date has no type, place or capacities."""
    councils = registers.municipalities["council_id"]
    blank = {"kind": "", "municipality": "", "capacities": ""}
    rows = []
    for code, own in clinics.items():
        given = registers.clinics.loc[code] if code in registers.clinics.index else blank
        rows.append(
            (
                code,
                given["kind"],
                given["municipality"],
                councils[given["municipality"]] if given["municipality"] else "",
                given["capacities"],
                own.patients,
                decimals(own.weighted),
                decimals(ratio(own.weighted, Fraction(own.patients))),
                decimals(own.exact_minimum),
                own.rounded_minimum,
                own.minimum_patients,
                own.status,
                "",
            )
        )
    return table("clinics", rows)


def parts_table(found: Iterable[tuple[str, str, Part]]) -> pd.DataFrame:
    """Give the parts of every area with citizens."""
    return table(
        "parts",
        ((kind, code, part.term, part.level, part.citizens, decimals(part.weighted)) for kind, code, part in found),
    )


def flows_table(citizens: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """Give where citizens live and where their clinic stands; no or an unregistered clinic is blank."""
    councils = registers.municipalities["council_id"].to_dict()
    place = registers.clinics["municipality"].map(councils).to_dict()
    pairs = [
        (councils[home], place.get(clinic) if registered else None)
        for home, clinic, registered in zip(
            citizens["municipality"], citizens["clinic"], citizens["registered"], strict=True
        )
    ]
    counted = pd.Series([(home, there or "") for home, there in pairs]).value_counts()
    return table("flows", ((*pair, number) for pair, number in sorted(counted.items())))
